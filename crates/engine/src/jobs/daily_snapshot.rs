//! Takes a snapshot once a day while the vault stays open. Locking takes one too.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use roster_vault::SnapshotReason;
use tokio_util::sync::CancellationToken;

use super::{board::Progress, runner::Job};
use crate::{Error, unlocked::Unlocked};

const EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Remembers when the last one was taken, or the vault was opened.
#[derive(Debug, Default)]
pub(super) struct DailySnapshot {
    since: Mutex<Option<Timestamp>>,
}

#[async_trait]
impl Job for DailySnapshot {
    fn name(&self) -> &'static str {
        "daily_snapshot"
    }

    fn due(&self, open: &Unlocked) -> Option<Timestamp> {
        let now = open.now();
        let mut since = self.since.lock();
        // A clock that was set back must not put the next one off for years.
        let last = since.filter(|since| *since <= now).unwrap_or(now);
        *since = Some(last);
        last.checked_add(EVERY).ok()
    }

    async fn run(&self, open: &Arc<Unlocked>, _progress: &Progress, _cancel: &CancellationToken) -> Result<(), Error> {
        // Also when it fails: the owner is told once a day, not every few minutes.
        *self.since.lock() = Some(open.now());
        open.take_snapshot_or_tell(SnapshotReason::Daily).await;
        Ok(())
    }
}
