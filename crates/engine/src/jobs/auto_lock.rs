//! Locks the vault when the owner has been away for a while.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{board::Progress, runner::Job};
use crate::{Error, LockReason, unlocked::Unlocked};

/// Remembers that it has asked for the lock.
#[derive(Debug, Default)]
pub(super) struct AutoLock {
    asked: AtomicBool,
}

#[async_trait]
impl Job for AutoLock {
    fn name(&self) -> &'static str {
        "auto_lock"
    }

    fn due(&self, open: &Unlocked) -> Option<Timestamp> {
        let minutes = open.settings.read().lock_after_minutes;
        if minutes == 0 || self.asked.load(Relaxed) {
            return None;
        }
        let left = Duration::from_secs(u64::from(minutes) * 60).saturating_sub(open.idle());
        open.now().checked_add(left).ok()
    }

    async fn run(&self, open: &Arc<Unlocked>, _progress: &Progress, _cancel: &CancellationToken) -> Result<(), Error> {
        self.asked.store(true, Relaxed);
        lock_beside(open, LockReason::Idle);
        Ok(())
    }
}

/// Locks beside the runner: locking waits for the runner to end.
pub(super) fn lock_beside(open: &Unlocked, because: LockReason) {
    let core = Arc::clone(&open.core);
    tokio::spawn(async move {
        if let Err(error) = core.lock(because).await {
            tracing::error!(%error, "the automatic lock failed");
        }
    });
}
