//! Putting a fresh store in the place of one that has grown: sled lets go of old values late, and of some never.

use std::path::Path;

use crate::error::{OpenError, StoreFault};
use crate::files::{self, FileFault, fault};
use crate::keys::Keys;
use crate::manifest::{Manifest, SignedStamp, Stamp, element};
use crate::recover::Depth;
use crate::store::{Batch, DiskStore, Op, RecordStore, at_rest};

use super::Writer;

/// Records per batch when the fresh store is filled.
const FILL: usize = 1_000;
/// A store may always be so large …
const STORE_BYTES: u64 = 6 << 20;
/// … and so many times as large as a sealed copy of all records.
const STORE_FACTOR: u64 = 2;

impl Writer {
    /// After a checkpoint: puts a fresh store in place when the present one has grown far beyond what it holds. Not
    /// being able to is no harm.
    pub(super) fn keep_store_small(&mut self) {
        // However sled lays records out, twice what a fresh store takes is no reason yet.
        let allowed = (STORE_BYTES + STORE_FACTOR * self.checkpoint_bytes).max(2 * self.fresh_bytes);
        if !size_of(&self.folder.store()).is_ok_and(|bytes| bytes > allowed) {
            return;
        }
        match self.compact() {
            Ok(()) => self.fresh_bytes = size_of(&self.folder.store()).unwrap_or_default(),
            Err(error) => {
                tracing::warn!(%error, "the store was not made smaller");
                if self.shelf.has_failed() {
                    // Everything is in the checkpoint that was just written.
                    let _ = self.mend(Depth::Tags);
                }
            }
        }
    }

    /// Puts a fresh store with the same records in the place of the old one. Readers wait a moment. After an error the
    /// store may be gone; checkpoint and journal have everything.
    pub(super) fn compact(&mut self) -> Result<(), OpenError> {
        let (folder, path) = (&self.folder, self.folder.store_fresh());
        files::remove(&path)?;
        let (keys, stamp) = (&self.keys, self.stamp);
        self.shelf.read(|store| fill(&path, keys, &stamp, store))?;
        #[cfg(test)]
        if crate::faults::mutated(crate::faults::Mutation::KeepStore) {
            return Ok(());
        }
        self.shelf.exchange(|| -> Result<Box<dyn RecordStore>, OpenError> {
            // Threads of the old handle must not write into the folder that takes its place.
            at_rest(&folder.store());
            files::remove(&folder.store())?;
            std::fs::rename(&path, folder.store()).map_err(fault("replace", &folder.store()))?;
            folder.sync()?;
            Ok(Box::new(DiskStore::open(&folder.store())?))
        })
    }
}

/// Fills a fresh store; it is on disk when this returns, and it holds what its manifest says.
fn fill(path: &Path, keys: &Keys, stamp: &Stamp, from: &dyn RecordStore) -> Result<(), StoreFault> {
    let fresh = DiskStore::open(path)?;
    let signed = SignedStamp::new(keys, stamp);
    let mut ops = Vec::with_capacity(FILL);
    let mut applied = Ok(());
    from.snapshot(&mut |key, record| {
        ops.push(Op { key, prior: None, put: Some(record) });
        if ops.len() == FILL {
            applied = fresh.apply(&Batch { stamp: signed, ops: std::mem::take(&mut ops) });
        }
        applied.is_ok()
    })?;
    applied?;
    fresh.apply(&Batch { stamp: signed, ops })?;
    fresh.flush()?;
    let mut found = Some(Manifest::default());
    fresh.snapshot(&mut |key, record| {
        let share = element(keys, stamp.epoch, &key, &record);
        found = found.zip(share).map(|(mut sum, share)| {
            sum.add(share);
            sum
        });
        found.is_some()
    })?;
    // The old one goes next, so this is the last moment to notice.
    if found == Some(stamp.manifest) { Ok(()) } else { Err(StoreFault::Diverged) }
}

/// How many bytes lie in a folder.
pub(super) fn size_of(path: &Path) -> Result<u64, FileFault> {
    let mut total = 0;
    for entry in std::fs::read_dir(path).map_err(fault("list", path))? {
        let entry = entry.map_err(fault("list", path))?;
        let data = entry.metadata().map_err(fault("read", &entry.path()))?;
        total += if data.is_dir() { size_of(&entry.path())? } else { data.len() };
    }
    Ok(total)
}
