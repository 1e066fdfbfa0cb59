//! Erasing for good: what is not in use any more leaves the disk, and so do the keys it was sealed with.
//!
//! ```text
//! header     ring = old keys + new key             as for every rotation
//! commits    every record sealed anew              kill -9 up to here: the next opening goes on sealing
//! store      a fresh one, filled from the old one, in its place; the old file is gone with all it kept
//! copies     checkpoint, checkpoint                older ones and their journals go
//! snapshots, damaged parts, leftovers              go
//! header     ring = new key
//! ```
//!
//! At each point the journal and a checkpoint hold every live record under keys that the header has.

use std::path::Path;

use crate::error::{CommitError, OpenError, StoreFault};
use crate::files::{self, FileFault, Folder, fault};
use crate::keys::Keys;
use crate::manifest::{Manifest, SignedStamp, Stamp, element};
use crate::recover::Depth;
use crate::store::{Batch, DiskStore, Op, RecordStore, at_rest};

use super::Writer;

/// Records per batch when the fresh store is filled.
const FILL: usize = 1_000;

/// What erasing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// By how many bytes the vault's folder is smaller.
    pub freed_bytes: u64,
    /// So many snapshots are gone.
    pub snapshots: u64,
}

impl Writer {
    /// Erases everything but what is live. Blocks all other requests until it is done.
    pub(super) fn erase(&mut self) -> Result<Erased, OpenError> {
        let before = size_of(self.folder.path())?;
        let shelf = Folder::new(&self.folder.snapshots());
        let snapshots = if shelf.exists() { shelf.numbered_snapshots()?.len() as u64 } else { 0 };
        self.make_ready().map_err(|error| self.as_open_error(error))?;
        self.start_epoch(&self.header.clone())?;
        self.reseal_everything().map_err(|error| self.as_open_error(error))?;
        if let Err(error) = self.compact() {
            // What lies there now is put in order as at an opening; the erasing can be asked for again.
            let _ = self.mend(Depth::Tags);
            return Err(error);
        }
        for _ in 0..2 {
            // A checkpoint is named by its commit, so each gets one of its own; two are kept.
            let planned = self.ledger.pass(&self.keys);
            self.write(&[planned]).map_err(|error| self.as_open_error(error))?;
            self.checkpoint()?;
        }
        self.remove_leftovers()?;
        self.drop_unused_keys()?;
        let after = size_of(self.folder.path())?;
        Ok(Erased { freed_bytes: before.saturating_sub(after), snapshots })
    }

    fn reseal_everything(&mut self) -> Result<(), CommitError> {
        while self.resealing.is_some() {
            if self.reseal_step()? {
                self.resealing = None;
                self.show_rotation(None);
            }
        }
        Ok(())
    }

    /// Puts a fresh store with the same records in the place of the old one.
    fn compact(&mut self) -> Result<(), OpenError> {
        let path = self.folder.store_fresh();
        files::remove(&path)?;
        let (keys, stamp) = (&self.keys, self.stamp);
        self.shelf.read(|store| fill(&path, keys, &stamp, store))?;
        #[cfg(test)]
        if crate::faults::mutated(crate::faults::Mutation::KeepStore) {
            return Ok(());
        }
        drop(self.shelf.take());
        // Threads of the old handle must not write into the folder that takes its place.
        at_rest(&self.folder.store());
        files::remove(&self.folder.store())?;
        std::fs::rename(&path, self.folder.store()).map_err(fault("replace", &self.folder.store()))?;
        self.folder.sync()?;
        self.shelf.put(Box::new(DiskStore::open(&self.folder.store())?));
        Ok(())
    }

    /// Everything in the folder that is no part of the live vault.
    fn remove_leftovers(&self) -> Result<(), FileFault> {
        let folder = &self.folder;
        for path in [folder.snapshots(), folder.damaged(), folder.store_before(), folder.store_fresh()] {
            files::remove(&path)?;
        }
        for entry in std::fs::read_dir(folder.path()).map_err(fault("list", folder.path()))? {
            let path = entry.map_err(fault("list", folder.path()))?.path();
            if path.extension().is_some_and(|extension| extension == "tmp") {
                files::remove(&path)?;
            }
        }
        folder.sync()
    }

    fn as_open_error(&self, error: CommitError) -> OpenError {
        match error {
            CommitError::Store(fault) => fault.into(),
            CommitError::Journal { action, source } => {
                OpenError::Io { action, path: self.folder.path().to_owned(), source }
            }
            _ => OpenError::Closed,
        }
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
fn size_of(path: &Path) -> Result<u64, FileFault> {
    let mut total = 0;
    for entry in std::fs::read_dir(path).map_err(fault("list", path))? {
        let entry = entry.map_err(fault("list", path))?;
        let data = entry.metadata().map_err(fault("read", &entry.path()))?;
        total += if data.is_dir() { size_of(&entry.path())? } else { data.len() };
    }
    Ok(total)
}
