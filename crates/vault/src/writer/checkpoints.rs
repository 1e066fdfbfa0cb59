//! When a checkpoint is due, and writing it.

use std::time::{Duration, Instant};

use crate::checkpoint::{self, CheckpointFault};
use crate::files;
use crate::journal::Journal;

use super::Writer;

/// A checkpoint is due after so many commits …
const CHECKPOINT_COMMITS: u64 = 200;
/// … or so long after a commit that is in none …
pub(super) const CHECKPOINT_AGE: Duration = Duration::from_secs(5 * 60);
/// … but, between those, not before so many times the time the last one took: large and busy vaults keep
/// 19 of 20 parts of their time for commits.
const CHECKPOINT_REST: u32 = 20;
/// … unless the journal has grown to so many bytes, and to the size of the last checkpoint: what checkpoints write stays
/// within what commits write, and the space both take stays bounded however fast commits come.
const CHECKPOINT_BYTES: u64 = 2 << 20;

impl Writer {
    /// Writes a checkpoint when one is due.
    pub(super) fn checkpoint_if_due(&mut self) {
        let since = self.checkpointed.elapsed();
        let rested = since >= self.checkpoint_took * CHECKPOINT_REST;
        let long = self.journal.length() >= CHECKPOINT_BYTES.max(self.checkpoint_bytes);
        let due =
            self.pending() >= CHECKPOINT_COMMITS && (rested || long) || self.pending() > 0 && since >= CHECKPOINT_AGE;
        if !due {
            return;
        }
        match self.checkpoint() {
            Ok(()) => self.keep_store_small(),
            Err(fault) => {
                // The journal goes on; it is only longer than it should be. Not tried again at every commit.
                self.checkpointed = Instant::now();
                tracing::warn!(?fault, "no checkpoint was written");
            }
        }
    }

    /// Writes a checkpoint and starts the journal that continues it.
    pub(super) fn checkpoint(&mut self) -> Result<(), CheckpointFault> {
        let started = Instant::now();
        let (folder, keys, stamp) = (&self.folder, &self.keys, self.stamp);
        // A read suffices: this thread is the only one that applies anything.
        self.shelf.read(|store| {
            store.flush().map_err(CheckpointFault::Store)?;
            checkpoint::write(folder, keys, &stamp, store)
        })?;
        // From here on the old journal's later frames count for nothing, even when making the new one fails half-way.
        self.journal_lost = true;
        self.journal = Journal::create(&self.folder, &self.keys, &self.stamp)?;
        self.journal_lost = false;
        self.checkpoint = self.stamp.generation;
        self.unflushed = false;
        self.note_in_head(false);
        self.head.sync(&self.folder)?;
        checkpoint::prune(&self.folder)?;
        files::remove(&self.folder.store_before())?;
        self.folder.tighten()?;
        self.checkpointed = Instant::now();
        self.checkpoint_took = started.elapsed();
        self.checkpoint_bytes = size(&self.folder.checkpoint(self.checkpoint));
        Ok(())
    }
}

/// The size of a file, in bytes; 0 when there is none.
pub(super) fn size(path: &std::path::Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}
