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

use crate::error::{CommitError, OpenError};
use crate::files::{self, FileFault, Folder, fault};
use crate::recover::Depth;

use super::Writer;
use super::compact::size_of;

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
