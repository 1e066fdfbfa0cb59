//! One snapshot's file: written, read, and compared with what the vault holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use crate::checkpoint;
use crate::error::StoreFault;
use crate::files::{self, FileFault, Folder, fault};
use crate::head::write_at;
use crate::keys::{Keys, KindTag};
use crate::ledger::{KINDS, read_kinds};
use crate::manifest::{Manifest, element};
use crate::sealed::{self, RecordKey, SealedRecord};
use crate::store::RecordStore;

use super::SnapshotError;
use super::head::SnapshotHead;

/// Writes a snapshot under its number, durably and in place when this returns. `head` is completed on the way.
pub(super) fn write(
    folder: &Folder,
    keys: &Keys,
    head: &mut SnapshotHead,
    store: &dyn RecordStore,
) -> Result<(), SnapshotError> {
    let path = folder.snapshot(head.number);
    let mut from_store = Ok(());
    let written = folder.write_with(&path, |file| {
        file.write_all(&[0; SnapshotHead::LEN])?;
        let mut oldest = head.stamp.epoch;
        let mut look = |record: &SealedRecord| {
            let epochs = record.chunks.iter().filter_map(|chunk| sealed::epoch_of(chunk));
            oldest = epochs.fold(oldest, u16::min);
        };
        checkpoint::copy_to(&mut *file, keys, &head.stamp, store, &mut look, &mut from_store)?;
        head.oldest_epoch = oldest;
        head.body = file.stream_position()?.saturating_sub(SnapshotHead::LEN as u64);
        write_at(file, &head.encode(keys), 0)
    });
    from_store?;
    written?;
    Ok(())
}

/// The head of a file whose length fits it; `None` when either is not what it should be.
pub(super) fn peek(keys: &Keys, path: &Path, number: u64) -> Result<Option<SnapshotHead>, FileFault> {
    let mut file = File::open(path).map_err(fault("read", path))?;
    let length = file.metadata().map_err(fault("read", path))?.len();
    let mut bytes = Vec::with_capacity(SnapshotHead::LEN);
    let read = (&mut file).take(SnapshotHead::LEN as u64).read_to_end(&mut bytes);
    read.map_err(fault("read", path))?;
    let head = SnapshotHead::decode(keys, &bytes).filter(|head| head.number == number);
    Ok(head.filter(|head| head.body.checked_add(SnapshotHead::LEN as u64) == Some(length)))
}

/// A snapshot's records.
pub(super) type Records = BTreeMap<RecordKey, SealedRecord>;

/// Reads a file that must be whole; `None` when it is not.
pub(super) fn read(keys: &Keys, path: &Path, number: u64) -> Result<Option<(SnapshotHead, Records)>, FileFault> {
    let bytes = files::read(path)?.unwrap_or_default();
    Ok(decode(keys, &bytes, number))
}

/// [`read`] from the bytes of a file.
pub(super) fn decode(keys: &Keys, bytes: &[u8], number: u64) -> Option<(SnapshotHead, Records)> {
    let head = SnapshotHead::decode(keys, bytes).filter(|head| head.number == number)?;
    let body = bytes.get(SnapshotHead::LEN..)?;
    let found = checkpoint::decode(keys, body)?;
    let whole = found.complete && found.stamp == head.stamp && body.len() as u64 == head.body;
    let listed = found.records.len();
    let records = found.records.into_iter().map(|(key, put)| Some((key, put?))).collect::<Option<Records>>()?;
    // The manifest is what was promised about the records, each with its version and its content.
    let mut manifest = Manifest::default();
    for (key, record) in &records {
        manifest.add(element(keys, head.stamp.epoch, key, record)?);
    }
    let fits = manifest == head.stamp.manifest;
    (whole && fits && records.len() == listed).then_some((head, records))
}

/// Whether a file holds exactly what the store holds, and every record opens.
pub(super) fn equals(
    keys: &Keys,
    path: &Path,
    head: &SnapshotHead,
    store: &dyn RecordStore,
) -> Result<bool, SnapshotError> {
    let Some((found, records)) = read(keys, path, head.number)? else { return Ok(false) };
    let kinds = names_of_kinds(keys, store)?;
    let mut rest = records.iter();
    let mut same = found == *head;
    store.snapshot(&mut |key, record| {
        let opens = |kind: &String| sealed::open(keys, kind, key.id, &record).is_ok();
        same &= rest.next() == Some((&key, &record)) && kinds.get(&key.tag).is_some_and(opens);
        same
    })?;
    Ok(same && rest.next().is_none())
}

fn names_of_kinds(keys: &Keys, store: &dyn RecordStore) -> Result<BTreeMap<KindTag, String>, SnapshotError> {
    let mut names: BTreeSet<String> = read_kinds(keys, store).map_err(|_| StoreFault::Diverged)?;
    names.insert(KINDS.to_owned());
    Ok(names.into_iter().map(|name| (keys.kind_tag(&name), name)).collect())
}
