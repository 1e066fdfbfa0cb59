//! How every job stands: what the owner sees, and what the runner writes.

use std::{sync::Arc, time::Duration};

use indexmap::IndexMap;
use jiff::Timestamp;
use parking_lot::Mutex;
use roster_domain::Verdict;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{JobId, JobKind, JobState, JobView, PauseReason};
use crate::{CheckResult, Engine, Error, Event, engine::Core, health::Tally};

/// How long a job that is over stays in the list, in seconds.
const KEPT_S: i64 = 10 * 60;
/// How many results a list shows of one job.
const LISTED_RESULTS: usize = 1_000;

#[derive(Debug)]
struct Entry {
    view: JobView,
    cancel: CancellationToken,
    ended_at: Option<Timestamp>,
}

/// The jobs.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    entries: Mutex<IndexMap<JobId, Entry>>,
    moved: Notify,
    wake: Notify,
}

fn is_over(state: JobState) -> bool {
    matches!(state, JobState::Done | JobState::Failed | JobState::Cancelled)
}

fn blank(id: JobId, kind: JobKind) -> JobView {
    JobView {
        id,
        kind,
        state: JobState::Idle,
        why: None,
        done: 0,
        total: 0,
        alive: 0,
        expired: 0,
        restricted: 0,
        unknown: 0,
        next_at: None,
        results: Vec::new(),
    }
}

/// The job that checks accounts whose time has come, as it is shown while the vault is locked.
fn held_by_lock() -> JobView {
    let view = blank(JobId(JobKind::PeriodicCheck.as_str().to_owned()), JobKind::PeriodicCheck);
    JobView { state: JobState::Paused, why: Some(PauseReason::Locked), ..view }
}

fn without_results(view: &JobView) -> Box<JobView> {
    Box::new(JobView { results: Vec::new(), id: view.id.clone(), ..*view })
}

impl Jobs {
    /// Something has changed that a job may wait for.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Forgets all.
    pub(crate) fn clear(&self) {
        self.entries.lock().clear();
        self.moved.notify_waiters();
    }

    /// Enters a job; ended ones whose time is over go.
    pub(super) fn enter(&self, id: JobId, kind: JobKind, cancel: CancellationToken, now: Timestamp) -> JobView {
        let view = blank(id.clone(), kind);
        let mut entries = self.entries.lock();
        entries.retain(|_, entry| entry.ended_at.is_none_or(|at| now.as_second() - at.as_second() < KEPT_S));
        entries.insert(id, Entry { view: view.clone(), cancel, ended_at: None });
        view
    }

    /// Changes how a job stands, and says so if it really changed.
    pub(super) fn update(&self, core: &Core, id: &JobId, change: impl FnOnce(&mut JobView)) {
        let changed = {
            let mut entries = self.entries.lock();
            let Some(entry) = entries.get_mut(id) else { return };
            let before = without_results(&entry.view);
            change(&mut entry.view);
            entry.ended_at = is_over(entry.view.state).then(|| entry.ended_at.unwrap_or_else(|| core.now()));
            let after = without_results(&entry.view);
            (before != after).then_some(after)
        };
        if let Some(job) = changed {
            self.moved.notify_waiters();
            core.events.emit(Event::JobChanged { job });
        }
    }

    /// A fresh run of a periodic job: its own token, its counts at zero.
    pub(super) fn begin(&self, core: &Core, id: &JobId, cancel: CancellationToken) {
        if let Some(entry) = self.entries.lock().get_mut(id) {
            entry.cancel = cancel;
        }
        self.update(core, id, |view| {
            *view = JobView { state: JobState::Running, ..blank(view.id.clone(), view.kind) };
        });
    }

    fn get(&self, id: &JobId) -> Result<JobView, Error> {
        let entries = self.entries.lock();
        let view = entries.get(id).map(|entry| entry.view.clone());
        view.ok_or_else(|| Error::JobNotFound { id: id.to_string() })
    }

    /// The job of this kind that is under way.
    pub(crate) fn running(&self, kind: JobKind) -> Option<JobView> {
        let entries = self.entries.lock();
        let running = entries.values().find(|entry| entry.view.kind == kind && entry.view.state == JobState::Running);
        running.map(|entry| *without_results(&entry.view))
    }

    /// How a job stands; a blank for one that is gone.
    pub(super) fn view(&self, id: &JobId) -> JobView {
        self.get(id).unwrap_or_else(|_| blank(id.clone(), JobKind::Check))
    }

    fn list(&self) -> Vec<JobView> {
        let listed = |entry: &Entry| {
            let skip = entry.view.results.len().saturating_sub(LISTED_RESULTS);
            JobView { results: entry.view.results[skip..].to_vec(), ..*without_results(&entry.view) }
        };
        self.entries.lock().values().map(listed).collect()
    }

    /// Waits until a job rests, and answers its results.
    pub(crate) async fn finished(&self, id: &JobId) -> Result<Vec<CheckResult>, Error> {
        loop {
            let moved = self.moved.notified();
            tokio::pin!(moved);
            // Before looking: what moves after the look must not be missed.
            moved.as_mut().enable();
            // A job that is gone went with the vault.
            let view = self.get(id).map_err(|_| Error::VaultLocked)?;
            if view.state != JobState::Running {
                return Ok(view.results);
            }
            moved.await;
        }
    }
}

/// Where a run of a job tells how far it is.
#[derive(Debug)]
pub(crate) struct Progress {
    pub(super) core: Arc<Core>,
    pub(super) open: std::sync::Weak<crate::unlocked::Unlocked>,
    pub(super) id: JobId,
}

impl Progress {
    pub(super) fn total(&self, total: u64) {
        self.with(|view| view.total = total);
    }

    fn with(&self, change: impl FnOnce(&mut JobView)) {
        if let Some(open) = self.open.upgrade() {
            open.jobs.update(&self.core, &self.id, change);
        }
    }
}

impl Tally for Progress {
    fn done(&self, result: CheckResult) {
        self.with(|view| {
            view.done += 1;
            match result.verdict {
                Verdict::Alive => view.alive += 1,
                Verdict::Expired => view.expired += 1,
                Verdict::Restricted | Verdict::IdentityMismatch => view.restricted += 1,
                Verdict::Unknown | Verdict::PlatformChanged => view.unknown += 1,
            }
            view.results.push(result);
        });
    }
}

impl Engine {
    /// All jobs: the periodic check and those somebody started, the ended ones for 10 minutes. Works while locked.
    pub fn jobs(&self) -> Vec<JobView> {
        self.open().map_or_else(|_| vec![held_by_lock()], |open| open.jobs.list())
    }

    /// One job.
    ///
    /// # Errors
    /// [`Error::JobNotFound`]
    pub fn job(&self, job: &JobId) -> Result<JobView, Error> {
        match self.open() {
            Ok(open) => open.jobs.get(job),
            Err(_) => Some(held_by_lock())
                .filter(|view| view.id == *job)
                .ok_or_else(|| Error::JobNotFound { id: job.to_string() }),
        }
    }

    /// Cancels a job that somebody started and waits until it is over; a periodic one only ends its present run.
    ///
    /// # Errors
    /// [`Error::JobNotFound`]
    pub async fn cancel_job(&self, job: &JobId) -> Result<JobView, Error> {
        let not_found = || Error::JobNotFound { id: job.to_string() };
        let open = self.open().map_err(|_| not_found())?;
        let cancel = open.jobs.entries.lock().get(job).map(|entry| entry.cancel.clone()).ok_or_else(not_found)?;
        cancel.cancel();
        // Its time is up when the questions under way have been broken off; that takes no time of the platform's.
        let _ = tokio::time::timeout(Duration::from_secs(5), open.jobs.finished(job)).await;
        open.jobs.get(job)
    }
}
