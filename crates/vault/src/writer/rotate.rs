//! Sealing everything anew after new keys: in the background, in small commits, resumable at any point.
//!
//! ```text
//! header   ring = old keys + new key                  from here on everything is sealed with the new one
//! commit   empty, first of the new epoch              its manifest is counted anew, under the new keys
//! commits  ≤ 64 records each, bodies and versions     between other requests; kill -9 here and the next opening goes on
//!          as they were, envelopes new
//! copies   checkpoint, checkpoint                     the two that are kept and the journal hold the new epoch only
//! header   ring = keys still in use                   old keys stay while a snapshot, or a record nobody can open,
//!                                                     is sealed with them
//! ```

use std::collections::BTreeSet;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use crate::error::{CommitError, OpenError, StoreFault};
use crate::files::{self, FileFault};
use crate::frames::{Scan, Volume};
use crate::keys::Keys;
use crate::ledger::Planned;
use crate::sealed::RecordKey;
use crate::snapshot;
use crate::ways::Rotation;

use super::Writer;

/// Most records that are sealed anew in one commit …
const STEP: usize = 64;
/// … and most of their sealed bytes, beyond the first.
const STEP_BYTES: usize = 1 << 20;
/// While commits keep coming, sealing anew takes its turn this often.
pub(super) const TURN: Duration = Duration::from_millis(20);
/// After a fault it rests.
const REST: Duration = Duration::from_secs(5);

/// Sealing anew, as far as it has come.
pub(super) struct Resealing {
    /// Records under an older key; `None` while they have not been looked for.
    left: Option<Vec<RecordKey>>,
    total: u64,
    /// When the next step may be made.
    due: Instant,
}

impl Writer {
    /// Takes up what an earlier run left, when it left anything.
    pub(super) fn resume_resealing(&mut self) {
        if self.stamp.epoch != self.keys.current().number || self.keys.epochs().count() > 1 {
            self.begin_resealing();
        }
    }

    pub(super) fn begin_resealing(&mut self) {
        let total = self.stamp.manifest.count;
        self.resealing = Some(Resealing { left: None, total, due: Instant::now() });
        self.show_rotation(Some(Rotation { done: 0, total }));
    }

    /// How long until the next step; `None` when there is nothing to seal anew.
    pub(super) fn until_reseal(&self) -> Option<Duration> {
        Some(self.resealing.as_ref()?.due.saturating_duration_since(Instant::now()))
    }

    /// Makes a step when it is due.
    pub(super) fn reseal_if_due(&mut self) {
        if self.until_reseal() != Some(Duration::ZERO) {
            return;
        }
        let rest = match self.reseal_step() {
            Ok(true) => {
                self.resealing = None;
                self.show_rotation(None);
                return;
            }
            Ok(false) => TURN,
            Err(error) => {
                tracing::warn!(%error, "sealing anew was interrupted; it goes on in a moment");
                REST
            }
        };
        if let Some(resealing) = &mut self.resealing {
            resealing.due = Instant::now() + rest;
        }
    }

    /// Nobody asks for anything: the next step may be made at once, unless a fault is being rested after.
    pub(super) fn reseal_when_idle(&mut self) {
        if let Some(resealing) = &mut self.resealing
            && resealing.due <= Instant::now() + TURN
        {
            resealing.due = Instant::now();
        }
        self.reseal_if_due();
    }

    /// One step; `true` when everything is done.
    pub(super) fn reseal_step(&mut self) -> Result<bool, CommitError> {
        self.make_ready()?;
        if self.stamp.epoch != self.keys.current().number {
            let (ledger, keys) = (&mut self.ledger, &self.keys);
            let turned = self.shelf.read(|store| ledger.turn(keys, store))?;
            self.write(&[turned])?;
            return Ok(false);
        }
        let Some(resealing) = &self.resealing else { return Ok(true) };
        let Some(left) = &resealing.left else {
            let left = self.outdated()?;
            if let Some(resealing) = &mut self.resealing {
                resealing.total = resealing.total.max(left.len() as u64);
                resealing.left = Some(left);
            }
            return Ok(false);
        };
        if left.is_empty() {
            self.settle_copies()?;
            self.drop_unused_keys().map_err(|error| {
                tracing::warn!(%error, "the old keys could not be dropped");
                CommitError::Broken
            })?;
            return Ok(true);
        }
        let (total, from) = (resealing.total, left.len().saturating_sub(STEP));
        let batch = left[from..].to_vec();
        let (ledger, keys) = (&mut self.ledger, &self.keys);
        let (planned, taken) = self.shelf.read(|store| ledger.reseal(keys, store, &batch, STEP_BYTES))?;
        if let Some(planned) = planned {
            self.write(&[planned])?;
        }
        let Some(left) = self.resealing.as_mut().and_then(|resealing| resealing.left.as_mut()) else { return Ok(true) };
        left.truncate(left.len() - taken);
        let done = total.saturating_sub(left.len() as u64);
        self.show_rotation(Some(Rotation { done, total }));
        Ok(false)
    }

    /// Every record of which a part is under an older key, by key in descending order: taken from the end, they are
    /// sealed anew in the order in which they lie.
    fn outdated(&self) -> Result<Vec<RecordKey>, StoreFault> {
        let current = Some(self.keys.current().number);
        let mut found = Vec::new();
        self.shelf.read(|store| {
            store.snapshot(&mut |key, record| {
                if record.epochs().any(|epoch| epoch != current) {
                    found.push(key);
                }
                true
            })
        })?;
        found.reverse();
        Ok(found)
    }

    /// Sees to it that checkpoints and journals hold nothing of an older epoch.
    fn settle_copies(&mut self) -> Result<(), CommitError> {
        let current = BTreeSet::from([self.keys.current().number]);
        // Two checkpoints are kept.
        for _ in 0..2 {
            if self.epochs_of_copies()? == current {
                break;
            }
            if self.pending() == 0 {
                // A checkpoint is named by its commit; the next one gets a commit of its own.
                let planned = self.ledger.pass(&self.keys);
                self.write(&[planned])?;
            }
            self.checkpoint().map_err(|fault| match fault {
                crate::checkpoint::CheckpointFault::File(fault) => CommitError::from(fault),
                crate::checkpoint::CheckpointFault::Store(fault) => fault.into(),
            })?;
        }
        Ok(())
    }

    /// Lets go of the keys of epochs that nothing is sealed under any more.
    pub(super) fn drop_unused_keys(&mut self) -> Result<(), OpenError> {
        let mut in_use = self.epochs_of_copies().map_err(OpenError::from)?;
        in_use.insert(self.stamp.epoch);
        in_use.extend(snapshot::epochs_needed(&self.folder, &self.keys).map_err(OpenError::from)?);
        self.shelf.read(|store| {
            store.snapshot(&mut |_, record| {
                in_use.extend(record.epochs().flatten());
                true
            })
        })?;
        if self.keys.epochs().all(|epoch| in_use.contains(&epoch)) {
            return Ok(());
        }
        let ring = self.keys.ring().keeping(&in_use);
        let header = self.header.clone();
        self.use_keys(&header, Keys::new(self.keys.vault_id, ring))
    }

    /// The epochs that checkpoints and journals are sealed under.
    fn epochs_of_copies(&self) -> Result<BTreeSet<u16>, FileFault> {
        let mut epochs = BTreeSet::new();
        for (volume, paths) in
            [(Volume::Checkpoint, self.folder.checkpoints()?), (Volume::Journal, self.folder.journals()?)]
        {
            for (_, path) in paths {
                let bytes = files::read(&path)?.unwrap_or_default();
                epochs.extend(Scan::read(volume, &self.keys, &bytes).epochs());
            }
        }
        Ok(epochs)
    }

    pub(super) fn show_rotation(&self, rotation: Option<Rotation>) {
        *self.rotation_place.lock().unwrap_or_else(PoisonError::into_inner) = rotation;
    }

    /// Appends planned commits to the journal, notes them in the head and applies them.
    pub(super) fn write(&mut self, planned: &[Planned]) -> Result<(), CommitError> {
        use crate::journal::AppendFault;

        let Some(last) = planned.last().map(|commit| commit.stamp) else { return Ok(()) };
        if let Err(fault) = self.journal.append(&self.keys, planned) {
            let error = match fault {
                AppendFault::TakenBack(fault) => fault.into(),
                AppendFault::Unknown(fault) => {
                    self.journal_lost = true;
                    fault.into()
                }
            };
            self.reread()?;
            return Err(error);
        }
        self.stamp = last;
        self.note_in_head(false);
        let applied = self.shelf.write(|store| planned.iter().try_for_each(|commit| store.apply(&commit.batch)));
        self.ledger.caught_up();
        self.unflushed = true;
        if let Err(fault) = applied {
            tracing::warn!(%fault, "the store failed on a commit that is in the journal");
            // The commit is a promise already. When mending fails too, reads say so and the next commit tries again.
            let _ = self.mend(crate::recover::Depth::Tags);
        }
        Ok(())
    }
}
