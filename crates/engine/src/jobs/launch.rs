//! Jobs that somebody starts.

use std::{future::Future, sync::Arc};

use tokio_util::sync::CancellationToken;

use super::{JobId, JobKind, JobState, JobView, board::Progress};
use crate::{Error, unlocked::Unlocked};

impl Unlocked {
    /// Does work in the background that its owner can watch and call off.
    pub(crate) fn launch<F>(
        self: &Arc<Self>,
        kind: JobKind,
        total: u64,
        work: impl FnOnce(Arc<Self>, Arc<Progress>, CancellationToken) -> F,
    ) -> JobView
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let number: u64 = rand::random();
        let id = JobId(format!("job_{number:016x}"));
        let cancel = self.cancel.child_token();
        self.jobs.enter(id.clone(), kind, cancel.clone(), self.now());
        self.jobs.update(&self.core, &id, |view| {
            view.state = JobState::Running;
            view.total = total;
        });
        let progress = Progress { core: Arc::clone(&self.core), open: Arc::downgrade(self), id: id.clone() };
        let work = work(Arc::clone(self), Arc::new(progress), cancel.clone());
        let open = Arc::clone(self);
        self.tasks.spawn({
            let id = id.clone();
            async move {
                let state = match work.await {
                    Ok(()) if cancel.is_cancelled() => JobState::Cancelled,
                    Ok(()) => JobState::Done,
                    Err(error) => {
                        tracing::error!(%error, kind = kind.as_str(), "a job failed");
                        JobState::Failed
                    }
                };
                open.jobs.update(&open.core, &id, |view| view.state = state);
            }
        });
        self.jobs.view(&id)
    }
}
