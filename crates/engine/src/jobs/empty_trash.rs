//! Takes out of the trash what has been in it for 30 days.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{board::Progress, runner::Job};
use crate::{Error, unlocked::Unlocked};

#[derive(Debug)]
pub(super) struct EmptyTrash;

#[async_trait]
impl Job for EmptyTrash {
    fn name(&self) -> &'static str {
        "empty_trash"
    }

    fn due(&self, open: &Unlocked) -> Option<Timestamp> {
        open.trash.next_gone()
    }

    async fn run(&self, open: &Arc<Unlocked>, _progress: &Progress, _cancel: &CancellationToken) -> Result<(), Error> {
        let gone = open.purge_overdue(open.now()).await?;
        tracing::info!(gone, "the trash let go of what was deleted 30 days ago");
        Ok(())
    }
}
