//! Putting a vault together again from its copies.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::checkpoint::{self, Checkpoint};
use crate::error::{OpenError, Part, StoreFault};
use crate::files::{self, Folder};
use crate::keys::{Keys, KindTag};
use crate::ledger::{KINDS, read_kinds};
use crate::manifest::{Manifest, SignedStamp, Stamp, element};
use crate::report::Loss;
use crate::sealed::{self, RecordKey, SealedRecord};
use crate::store::{Batch, MemoryStore, Op, RecordStore};

use super::evidence::Evidence;
use super::survey::open_caught;

/// Records per batch when a fresh store is filled.
const FILL: usize = 1_000;

/// What was put together.
pub(super) struct Rebuilt {
    pub(super) workbench: MemoryStore,
    pub(super) stamp: Stamp,
    pub(super) lost: Option<Loss>,
    pub(super) damaged_checkpoints: Vec<PathBuf>,
}

/// The records found so far, and what is known to be deleted.
#[derive(Default)]
struct Pile {
    records: BTreeMap<RecordKey, SealedRecord>,
    deleted: BTreeMap<RecordKey, u64>,
}

/// Puts together what there is: the newest complete checkpoint and every commit after it. When the manifest does
/// not fit then, what can be opened of the store and of damaged checkpoints is added.
pub(super) fn rebuild(
    folder: &Folder,
    keys: &Keys,
    evidence: &Evidence,
    salvage: Option<&dyn RecordStore>,
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
    if pile.manifest(keys, target.epoch) != Some(target.manifest) {
        pile.salvage(keys, salvage, partial);
    }
    let found = pile.manifest(keys, target.epoch);
    if found == Some(target.manifest) {
        return Ok(Rebuilt { workbench: pile.store(keys, &target)?, stamp: target, lost: None, damaged_checkpoints });
    }
    if pile.records.is_empty() {
        return Err(OpenError::Damaged { part: Part::Everything });
    }
    let epoch = keys.current().number;
    let manifest = pile.manifest(keys, epoch).ok_or(OpenError::Damaged { part: Part::Everything })?;
    let lost = Some(Loss { expected: target.manifest.count, found: manifest.count });
    let newest = pile.records.values().map(|record| record.version).fold(target.generation, u64::max);
    let stamp = Stamp { generation: newest + 1, epoch, manifest };
    Ok(Rebuilt { workbench: pile.store(keys, &stamp)?, stamp, lost, damaged_checkpoints })
}

/// Fills a fresh store with what was put together; it is on disk when this returns.
pub(super) fn fill(path: &Path, keys: &Keys, rebuilt: &Rebuilt) -> Result<(), OpenError> {
    files::remove(path)?;
    let store = open_caught(path)?;
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
    fn salvage(&mut self, keys: &Keys, store: Option<&dyn RecordStore>, partial: Vec<Checkpoint>) {
        let mut found: Vec<(RecordKey, SealedRecord)> = Vec::new();
        for checkpoint in partial {
            found.extend(checkpoint.records.into_iter().filter_map(|(key, put)| Some((key, put?))));
        }
        if let Some(store) = store {
            // A damaged store may panic half-way; what it gave before counts.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                store.snapshot(&mut |key, record| {
                    found.push((key, record));
                    true
                })
            }));
        }
        let kinds = self.kinds(keys, &found);
        for (key, record) in found {
            let newer = self.records.get(&key).is_none_or(|known| {
                // Sealed anew in a later epoch, a record keeps its version.
                (known.version, known.epochs().max()) < (record.version, record.epochs().max())
            });
            let deleted = self.deleted.get(&key).is_some_and(|generation| *generation > record.version);
            let opens = || kinds.get(&key.tag).is_some_and(|kind| sealed::open(keys, kind, key.id, &record).is_ok());
            if newer && !deleted && opens() {
                self.records.insert(key, record);
            }
        }
    }

    /// The names of the kinds in use, by tag, from every copy of the record that lists them.
    fn kinds(&self, keys: &Keys, found: &[(RecordKey, SealedRecord)]) -> BTreeMap<KindTag, String> {
        let own = keys.kind_tag(KINDS);
        let mut names = BTreeSet::from([KINDS.to_owned()]);
        let lists = self.records.iter().chain(found.iter().map(|(key, record)| (key, record)));
        for (key, record) in lists.filter(|(key, _)| key.tag == own) {
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
