//! The jobs that check accounts: those whose time has come, and those somebody chose.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use roster_domain::AccountId;
use tokio_util::sync::CancellationToken;

use super::{JobKind, JobView, PauseReason, board::Progress, runner::Job};
use crate::{
    Engine, Error,
    storage::{Batch, Schedule},
    unlocked::Unlocked,
};

/// Checks the accounts whose time has come. The times are kept with the accounts.
#[derive(Debug)]
pub(super) struct PeriodicCheck;

#[async_trait]
impl Job for PeriodicCheck {
    fn name(&self) -> &'static str {
        JobKind::PeriodicCheck.as_str()
    }

    fn shown_as(&self) -> Option<JobKind> {
        Some(JobKind::PeriodicCheck)
    }

    fn due(&self, open: &Unlocked) -> Option<Timestamp> {
        open.book.read().first_due()
    }

    fn held_back(&self, open: &Unlocked) -> Option<PauseReason> {
        if open.schedule.lock().checks_paused {
            return Some(PauseReason::User);
        }
        let online = *open.core.ports.network.online().borrow();
        (!online).then_some(PauseReason::Offline)
    }

    async fn run(&self, open: &Arc<Unlocked>, progress: &Progress, cancel: &CancellationToken) -> Result<(), Error> {
        let due = open.book.read().due_by(open.now());
        progress.total(due.len() as u64);
        // Losing the network in the middle ends the run; what was not asked stays due.
        let mut network = open.core.ports.network.online();
        let run = cancel.child_token();
        let checks = open.check_many(due, progress, true, &run);
        tokio::pin!(checks);
        tokio::select! {
            done = &mut checks => return done,
            _ = network.wait_for(|online| !online) => run.cancel(),
        }
        checks.await
    }
}

impl Unlocked {
    /// Checks these accounts in the background.
    pub(crate) fn launch_check(self: &Arc<Self>, accounts: Vec<AccountId>) -> JobView {
        self.launch(JobKind::Check, accounts.len() as u64, move |open, progress, cancel| async move {
            open.check_many(accounts, &*progress, false, &cancel).await
        })
    }
}

impl Engine {
    /// Holds periodic checks back, or lets them go on; kept over restarts.
    ///
    /// # Errors
    /// [`Error::Storage`]
    pub async fn pause_checks(&self, paused: bool) -> Result<(), Error> {
        let open = self.open()?;
        open.whole(move |open| async move {
            let _one_at_a_time = open.settings_write.lock().await;
            let schedule = Schedule { checks_paused: paused };
            let mut batch = Batch::new();
            batch.schedule(&schedule);
            open.store.commit(batch).await?;
            *open.schedule.lock() = schedule;
            if !paused {
                open.reschedule();
            }
            open.jobs.wake();
            Ok(())
        })
        .await
    }
}
