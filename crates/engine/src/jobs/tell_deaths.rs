//! Tells the owner of accounts that died, a few seconds after the first of them.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{board::Progress, runner::Job};
use crate::{Error, unlocked::Unlocked};

#[derive(Debug)]
pub(super) struct TellDeaths;

#[async_trait]
impl Job for TellDeaths {
    fn name(&self) -> &'static str {
        "tell_deaths"
    }

    fn due(&self, open: &Unlocked) -> Option<Timestamp> {
        open.deaths.due()
    }

    async fn run(&self, open: &Arc<Unlocked>, _progress: &Progress, _cancel: &CancellationToken) -> Result<(), Error> {
        open.tell_deaths();
        Ok(())
    }
}
