//! The folder of snapshots: taking one, listing them, letting old ones go.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use crate::files::{self, FileFault, Folder, fault};
use crate::keys::Keys;
use crate::manifest::Stamp;
use crate::record::{Kind, RecordId};
use crate::sealed::RecordKey;
use crate::store::RecordStore;

use super::file::{self, Records};
use super::head::SnapshotHead;
use super::{Snapshot, SnapshotError, SnapshotId, SnapshotInfo, SnapshotReason};

/// How many snapshots are kept: so many of the newest, and the newest of so many days.
pub const SNAPSHOTS_KEPT: (u32, u32) = (5, 7);

/// So many of the newest are kept …
const NEWEST: usize = SNAPSHOTS_KEPT.0 as usize;
/// … and the newest of so many days.
const DAILY: usize = SNAPSHOTS_KEPT.1 as usize;
/// Of those that cannot be read any more, so many.
const DAMAGED: usize = 3;
const DAY_S: i64 = 24 * 60 * 60;

/// Takes a snapshot of a store in this state, and lets old ones go. For some reasons, one of the same state that is
/// there already is as good.
pub(crate) fn take(
    folder: &Folder,
    (keys, stamp): (&Keys, &Stamp),
    store: &dyn RecordStore,
    (reason, taken_at): (SnapshotReason, i64),
) -> Result<SnapshotInfo, SnapshotError> {
    let shelf = Folder::new(&folder.snapshots());
    shelf.prepare()?;
    folder.sync()?;
    let present = shelf.numbered_snapshots()?;
    let newest = present.last().map_or(0, |(number, _)| *number);
    if reason.may_be_an_older_one()
        && let Some((_, path)) = present.last()
        && let Some(head) = file::peek(keys, path, newest)?.filter(|head| head.stamp == *stamp)
    {
        return Ok(info(&head, head.stamp.manifest.count));
    }
    let mut head =
        SnapshotHead { number: newest + 1, taken_at, reason, oldest_epoch: stamp.epoch, body: 0, stamp: *stamp };
    file::write(&shelf, keys, &mut head, store)?;
    let path = shelf.snapshot(head.number);
    if !compared(keys, &path, &head, store)? {
        set_aside(folder, &path)?;
        return Err(SnapshotError::NotVerified);
    }
    prune(&shelf, keys)?;
    Ok(info(&head, head.stamp.manifest.count))
}

#[cfg(not(test))]
use file::equals as compared;

/// In tests the comparison can be left out, to show that its absence is noticed.
#[cfg(test)]
fn compared(keys: &Keys, path: &Path, head: &SnapshotHead, store: &dyn RecordStore) -> Result<bool, SnapshotError> {
    let believed = crate::faults::mutated(crate::faults::Mutation::BelieveSnapshot);
    if believed { Ok(true) } else { file::equals(keys, path, head, store) }
}

/// All snapshots, newest first; their records of one kind are counted.
pub(crate) fn list(folder: &Folder, keys: &Keys, counted: Kind) -> Result<Vec<SnapshotInfo>, SnapshotError> {
    let shelf = Folder::new(&folder.snapshots());
    if !shelf.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (number, path) in shelf.numbered_snapshots()?.into_iter().rev() {
        let read = file::read(keys, &path, number);
        let bytes = std::fs::metadata(&path).map_or(0, |data| data.len());
        found.push(match read {
            Ok(Some((head, records))) => SnapshotInfo { bytes, ..info(&head, count(keys, counted, &records)) },
            // Whatever is wrong with one, the others are shown.
            Ok(None) | Err(_) => damaged(keys, number, &path, bytes),
        });
    }
    Ok(found)
}

/// Opens a snapshot.
pub(crate) fn read(folder: &Folder, keys: Arc<Keys>, id: SnapshotId) -> Result<Snapshot, SnapshotError> {
    let path = Folder::new(&folder.snapshots()).snapshot(id.0);
    if !path.is_file() {
        return Err(SnapshotError::NotFound);
    }
    let (head, records) = file::read(&keys, &path, id.0)?.ok_or(SnapshotError::Damaged)?;
    Ok(Snapshot { info: info(&head, records.len() as u64), keys, records })
}

fn info(head: &SnapshotHead, records: u64) -> SnapshotInfo {
    SnapshotInfo {
        id: SnapshotId(head.number),
        taken_at: head.taken_at,
        reason: Some(head.reason),
        records,
        bytes: head.body.saturating_add(SnapshotHead::LEN as u64),
        verified: true,
    }
}

fn damaged(keys: &Keys, number: u64, path: &Path, bytes: u64) -> SnapshotInfo {
    let head = files::read(path).ok().flatten().and_then(|bytes| SnapshotHead::decode(keys, &bytes));
    let head = head.filter(|head| head.number == number);
    let dated = std::fs::metadata(path).and_then(|data| data.modified()).ok();
    let dated = dated.and_then(|time| i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok());
    SnapshotInfo {
        id: SnapshotId(number),
        taken_at: head.map_or(dated.unwrap_or(0), |head| head.taken_at),
        reason: head.map(|head| head.reason),
        records: 0,
        bytes,
        verified: false,
    }
}

fn count(keys: &Keys, kind: Kind, records: &Records) -> u64 {
    let tag = keys.kind_tag(kind.as_str());
    let key = |byte| RecordKey { tag, id: RecordId::from([byte; 16]) };
    records.range(key(0)..=key(0xff)).count() as u64
}

fn set_aside(folder: &Folder, path: &Path) -> Result<(), FileFault> {
    let place = folder.next_damaged()?;
    if let Some(name) = path.file_name() {
        std::fs::rename(path, place.join(name)).map_err(fault("move", path))?;
    }
    folder.sync()
}

/// Lets go of all that need not be kept, and of what an interrupted one left.
fn prune(shelf: &Folder, keys: &Keys) -> Result<(), FileFault> {
    let mut sound = Vec::new();
    let mut broken = Vec::new();
    for (number, path) in shelf.numbered_snapshots()? {
        files::remove(&path.with_extension("tmp"))?;
        match file::peek(keys, &path, number)? {
            Some(head) => sound.push((number, head.taken_at)),
            None => broken.push(number),
        }
    }
    let mut kept = kept(&sound);
    kept.extend(broken.iter().rev().take(DAMAGED));
    for number in sound.iter().map(|(number, _)| number).chain(&broken).filter(|number| !kept.contains(number)) {
        files::remove(&shelf.snapshot(*number))?;
    }
    shelf.sync()
}

/// Which numbers are kept of these, given with their times, in order of numbers.
fn kept(sound: &[(u64, i64)]) -> BTreeSet<u64> {
    let mut kept: BTreeSet<u64> = sound.iter().rev().take(NEWEST).map(|(number, _)| *number).collect();
    let mut days = BTreeSet::new();
    for (number, taken_at) in sound.iter().rev() {
        if days.len() < DAILY && days.insert(taken_at.div_euclid(DAY_S)) {
            kept.insert(*number);
        }
    }
    kept
}

/// The epochs whose keys the snapshots need. Those that cannot be read any more need none.
pub(crate) fn epochs_needed(folder: &Folder, keys: &Keys) -> Result<BTreeSet<u16>, FileFault> {
    let shelf = Folder::new(&folder.snapshots());
    let mut needed = BTreeSet::new();
    if shelf.exists() {
        for (number, path) in shelf.numbered_snapshots()? {
            let head = file::peek(keys, &path, number)?;
            needed.extend(head.into_iter().flat_map(|head| head.oldest_epoch..=head.stamp.epoch));
        }
    }
    Ok(needed)
}
