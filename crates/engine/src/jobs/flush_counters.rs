//! Writes use counters a second after they began to change. Locking writes the rest.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::{board::Progress, runner::Job};
use crate::{Error, unlocked::Unlocked};

/// How long counters may be ahead of the disk, less the time that writing takes.
const AHEAD: SignedDuration = SignedDuration::from_secs(1);

/// Remembers since when counters are ahead.
#[derive(Debug, Default)]
pub(super) struct FlushCounters {
    since: Mutex<Option<Timestamp>>,
}

#[async_trait]
impl Job for FlushCounters {
    fn name(&self) -> &'static str {
        "flush_counters"
    }

    fn due(&self, open: &Unlocked) -> Option<Timestamp> {
        if !open.book.read().counters.any_changed() {
            return None;
        }
        let since = *self.since.lock().get_or_insert_with(|| open.now());
        since.checked_add(AHEAD).ok()
    }

    async fn run(&self, open: &Arc<Unlocked>, _progress: &Progress, _cancel: &CancellationToken) -> Result<(), Error> {
        *self.since.lock() = None;
        open.flush_counters().await
    }
}
