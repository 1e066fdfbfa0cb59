//! Putting a vault together again from its copies.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::checkpoint::{self, Checkpoint};
use crate::error::{OpenError, Part, StoreFault};
use crate::files::{self, Folder};
use crate::keys::{Keys, KindTag};
use crate::ledger::{KINDS, read_kinds};
use crate::manifest::{Manifest, SignedStamp, Stamp, element};
use crate::report::{Loss, Named};
use crate::sealed::{self, RecordKey, SealedRecord};
use crate::store::{Batch, MemoryStore, Op, RecordStore};

use super::evidence::Evidence;
use super::naming::differences;
use super::watched;

/// Records per batch when a fresh store is filled.
const FILL: usize = 1_000;

/// What was put together.
pub(super) struct Rebuilt {
    pub(super) workbench: MemoryStore,
    pub(super) stamp: Stamp,
    pub(super) lost: Option<Loss>,
    pub(super) damaged_checkpoints: Vec<PathBuf>,
    /// Records the store did not have as they should be, when it could be read.
    pub(super) records: Vec<Named>,
}

/// Records by place.
pub(super) type Records = BTreeMap<RecordKey, SealedRecord>;

/// The records found so far, and what else is known of them.
#[derive(Default)]
pub(super) struct Pile {
    pub(super) records: Records,
    /// What was deleted, and in which commit.
    pub(super) deleted: BTreeMap<RecordKey, u64>,
    /// What there is in an older version only, because the newer one cannot be opened.
    pub(super) behind: BTreeSet<RecordKey>,
    /// What cannot be opened and is in no copy.
    pub(super) unopened: BTreeSet<RecordKey>,
}

/// Puts together what there is: the newest complete checkpoint and every commit after it. When the manifest does
/// not fit then, what can be opened of the store and of damaged checkpoints is added.
pub(super) fn rebuild(
    folder: &Folder,
    keys: &Keys,
    evidence: &Evidence,
    store: Option<&Records>,
) -> Result<Rebuilt, OpenError> {
    let (base, partial, damaged_checkpoints) = read_checkpoints(folder, keys)?;
    let candidates = base.iter().chain(&partial).map(|found| found.stamp).chain(evidence.target);
    let Some(target) = candidates.max_by_key(|stamp| stamp.generation) else {
        return Err(OpenError::Damaged { part: Part::Everything });
    };
    let mut pile = Pile::default();
    let after = base.as_ref().map_or(0, |found| found.stamp.generation + 1);
    pile.records.extend(base.into_iter().flat_map(|found| found.records).filter_map(|(key, put)| Some((key, put?))));
    for (generation, frame) in evidence.frames.range(after..) {
        for (key, put) in &frame.ops {
            pile.set(*key, put.clone(), *generation);
        }
    }
    let mut found = pile.manifest(keys, target.epoch);
    if found != Some(target.manifest) {
        pile.salvage(keys, store, partial);
        found = pile.manifest(keys, target.epoch);
    }
    let kinds = pile.kinds(keys, store.into_iter().flatten());
    let records = store.map_or_else(Vec::new, |store| differences(store, &pile, evidence.flushed(), &kinds));
    if found == Some(target.manifest) {
        let workbench = pile.store(keys, &target)?;
        return Ok(Rebuilt { workbench, stamp: target, lost: None, damaged_checkpoints, records });
    }
    if pile.records.is_empty() {
        return Err(OpenError::Damaged { part: Part::Everything });
    }
    let epoch = keys.current().number;
    let manifest = pile.manifest(keys, epoch).ok_or(OpenError::Damaged { part: Part::Everything })?;
    let lost = Some(Loss { expected: target.manifest.count, found: manifest.count });
    let newest = pile.records.values().map(|record| record.version).fold(target.generation, u64::max);
    let stamp = Stamp { generation: newest + 1, epoch, manifest };
    Ok(Rebuilt { workbench: pile.store(keys, &stamp)?, stamp, lost, damaged_checkpoints, records })
}

/// Fills a fresh store with what was put together; it is on disk when this returns.
pub(super) fn fill(path: &Path, keys: &Keys, rebuilt: &Rebuilt) -> Result<(), OpenError> {
    files::remove(path)?;
    let store = watched::open(path)?;
    let signed = SignedStamp::new(keys, &rebuilt.stamp);
    let mut ops = Vec::with_capacity(FILL);
    let mut applied = Ok(());
    rebuilt.workbench.snapshot(&mut |key, record| {
        ops.push(Op { key, prior: None, put: Some(record) });
        if ops.len() == FILL {
            applied = store.apply(&Batch { stamp: signed, ops: std::mem::take(&mut ops) });
        }
        applied.is_ok()
    })?;
    applied?;
    store.apply(&Batch { stamp: signed, ops })?;
    store.flush()?;
    Ok(())
}

type Checkpoints = (Option<Checkpoint>, Vec<Checkpoint>, Vec<PathBuf>);

/// The newest complete checkpoint, and what is to be had of damaged newer ones.
fn read_checkpoints(folder: &Folder, keys: &Keys) -> Result<Checkpoints, OpenError> {
    let (mut partial, mut damaged) = (Vec::new(), Vec::new());
    for (_, path) in folder.checkpoints()?.into_iter().rev() {
        match checkpoint::read(&path, keys)? {
            Some(found) if found.complete => return Ok((Some(found), partial, damaged)),
            found => {
                partial.extend(found);
                damaged.push(path);
            }
        }
    }
    Ok((None, partial, damaged))
}

impl Pile {
    fn set(&mut self, key: RecordKey, put: Option<SealedRecord>, generation: u64) {
        match put {
            Some(record) => {
                self.records.insert(key, record);
            }
            None => {
                self.records.remove(&key);
                self.deleted.insert(key, generation);
            }
        }
    }

    /// `None` when something is no record.
    fn manifest(&self, keys: &Keys, epoch: u16) -> Option<Manifest> {
        let mut manifest = Manifest::default();
        for (key, record) in &self.records {
            manifest.add(element(keys, epoch, key, record)?);
        }
        Some(manifest)
    }

    /// Adds what is newer than what is here and can be opened.
    fn salvage(&mut self, keys: &Keys, store: Option<&Records>, partial: Vec<Checkpoint>) {
        let mut found: Vec<(RecordKey, SealedRecord)> = Vec::new();
        for checkpoint in partial {
            found.extend(checkpoint.records.into_iter().filter_map(|(key, put)| Some((key, put?))));
        }
        found.extend(store.into_iter().flatten().map(|(key, record)| (*key, record.clone())));
        let kinds = self.kinds(keys, found.iter().map(|(key, record)| (key, record)));
        let mut unopened: BTreeMap<RecordKey, u64> = BTreeMap::new();
        for (key, record) in found {
            let newer = self.records.get(&key).is_none_or(|known| {
                // Sealed anew in a later epoch, a record keeps its version.
                (known.version, known.epochs().max()) < (record.version, record.epochs().max())
            });
            let deleted = self.deleted.get(&key).is_some_and(|generation| *generation > record.version);
            if !newer || deleted {
                continue;
            }
            if kinds.get(&key.tag).is_some_and(|kind| sealed::open(keys, kind, key.id, &record).is_ok()) {
                self.records.insert(key, record);
            } else {
                let version = unopened.entry(key).or_default();
                *version = record.version.max(*version);
            }
        }
        for (key, version) in unopened {
            match self.records.get(&key) {
                Some(known) if known.version >= version => {}
                Some(_) => drop(self.behind.insert(key)),
                None => drop(self.unopened.insert(key)),
            }
        }
    }

    /// The names of the kinds in use, by tag, from every copy of the record that lists them.
    fn kinds<'a>(
        &'a self,
        keys: &Keys,
        others: impl IntoIterator<Item = (&'a RecordKey, &'a SealedRecord)>,
    ) -> BTreeMap<KindTag, String> {
        let own = keys.kind_tag(KINDS);
        let mut names = BTreeSet::from([KINDS.to_owned()]);
        for (key, record) in self.records.iter().chain(others).filter(|(key, _)| key.tag == own) {
            let one = MemoryStore::with([(*key, record.clone())]);
            names.extend(read_kinds(keys, &one).unwrap_or_default());
        }
        names.into_iter().map(|name| (keys.kind_tag(&name), name)).collect()
    }

    fn store(self, keys: &Keys, stamp: &Stamp) -> Result<MemoryStore, StoreFault> {
        let store = MemoryStore::with(self.records);
        store.apply(&Batch { stamp: SignedStamp::new(keys, stamp), ops: Vec::new() })?;
        Ok(store)
    }
}
