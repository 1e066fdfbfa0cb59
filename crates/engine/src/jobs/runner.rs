//! The one loop: it asks every job when it is due and whether something holds it back, runs it, and sleeps until the
//! next is due or something happens.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    JobId, JobKind, JobState, PauseReason,
    auto_lock::{AutoLock, lock_beside},
    board::Progress,
    check_accounts::PeriodicCheck,
    daily_snapshot::DailySnapshot,
    empty_trash::EmptyTrash,
    flush_counters::FlushCounters,
    tell_deaths::TellDeaths,
};
use crate::{Error, LockReason, unlocked::Unlocked};

/// The longest sleep: after it the clocks are compared, so that a suspend is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// Clocks this far apart mean that the machine slept or its time was set.
const DRIFT: SignedDuration = SignedDuration::from_secs(30);
/// The wait after a run that failed, doubled with each further one …
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// … up to this.
const AFTER_FAILURES: Duration = Duration::from_secs(15 * 60);

/// A piece of background work. Idempotent: what a run did not get to, the next one does.
#[async_trait]
pub(super) trait Job: Send + Sync {
    /// Its name in the log.
    fn name(&self) -> &'static str;

    /// What it is shown as; `None` for housekeeping.
    fn shown_as(&self) -> Option<JobKind> {
        None
    }

    /// When it wants to run next.
    fn due(&self, open: &Unlocked) -> Option<Timestamp>;

    /// What holds it back.
    fn held_back(&self, _open: &Unlocked) -> Option<PauseReason> {
        None
    }

    /// One run.
    async fn run(&self, open: &Arc<Unlocked>, progress: &Progress, cancel: &CancellationToken) -> Result<(), Error>;
}

/// All jobs that run by themselves.
fn registered() -> Vec<Arc<dyn Job>> {
    vec![
        Arc::new(PeriodicCheck),
        Arc::new(FlushCounters::default()),
        Arc::new(TellDeaths),
        Arc::new(EmptyTrash),
        Arc::new(AutoLock::default()),
        Arc::new(DailySnapshot::default()),
    ]
}

/// A job with what the runner knows of it.
struct Post {
    job: Arc<dyn Job>,
    id: JobId,
    running: bool,
    failures: u32,
    not_before: Option<Timestamp>,
}

struct Runner {
    open: Arc<Unlocked>,
    posts: Vec<Post>,
    runs: JoinSet<(usize, Result<(), Error>)>,
    clocks: (Duration, Timestamp),
    online: bool,
}

impl Unlocked {
    /// Starts the runner; it ends with the vault.
    pub(crate) fn start_runner(self: &Arc<Self>) {
        let post = |job: Arc<dyn Job>| {
            let id = JobId(job.name().to_owned());
            if let Some(kind) = job.shown_as() {
                self.jobs.enter(id.clone(), kind, CancellationToken::new(), self.now());
            }
            Post { job, id, running: false, failures: 0, not_before: None }
        };
        let posts = registered().into_iter().map(post).collect();
        let clocks = (self.core.ports.clock.awake(), self.now());
        let online = *self.core.ports.network.online().borrow();
        let runner = Runner { open: Arc::clone(self), posts, runs: JoinSet::new(), clocks, online };
        self.tasks.spawn(runner.run());
    }
}

fn progress(open: &Arc<Unlocked>, id: &JobId) -> Progress {
    Progress { core: Arc::clone(&open.core), open: Arc::downgrade(open), id: id.clone() }
}

impl Runner {
    async fn run(mut self) {
        let open = Arc::clone(&self.open);
        let mut network = open.core.ports.network.online();
        let mut network_gone = false;
        while !open.cancel.is_cancelled() {
            self.notice_suspend();
            self.notice_network(*network.borrow_and_update());
            let wait = self.start_due();
            tokio::select! {
                () = open.cancel.cancelled() => {}
                () = open.core.ports.clock.sleep(wait) => {}
                () = open.jobs.woken() => {}
                changed = network.changed(), if !network_gone => network_gone = changed.is_err(),
                Some(ended) = self.runs.join_next() => self.ended(ended),
            }
        }
        // The runs hear of it through their tokens.
        while let Some(ended) = self.runs.join_next().await {
            self.ended(ended);
        }
    }

    fn notice_suspend(&mut self) {
        let (awake, now) = (self.open.core.ports.clock.awake(), self.open.now());
        let passed = SignedDuration::try_from(awake.saturating_sub(self.clocks.0)).unwrap_or(SignedDuration::MAX);
        let drift = now.duration_since(self.clocks.1).saturating_sub(passed);
        self.clocks = (awake, now);
        if drift.abs() > DRIFT {
            tracing::info!(?drift, "the machine slept or its time was set");
            // Times to wait for that were set by the other clock may be years away.
            self.posts.iter_mut().for_each(|post| post.not_before = None);
            self.open.reschedule();
            // Whoever tells of a suspend may have been missed. A clock set forwards looks the same, and locks too.
            if drift > DRIFT && self.open.settings.read().lock_on_suspend {
                lock_beside(&self.open, LockReason::Suspend);
            }
        }
    }

    fn notice_network(&mut self, online: bool) {
        if online && !self.online {
            self.open.reschedule();
        }
        self.online = online;
    }

    /// Starts what is due; answers how long to sleep.
    fn start_due(&mut self) -> Duration {
        let (open, now) = (Arc::clone(&self.open), self.open.now());
        let mut next: Option<Timestamp> = None;
        for index in 0..self.posts.len() {
            let post = &mut self.posts[index];
            if post.running {
                continue;
            }
            if let Some(why) = post.job.held_back(&open) {
                open.jobs.update(&open.core, &post.id, |view| {
                    view.state = JobState::Paused;
                    view.why = Some(why);
                    view.next_at = None;
                });
                continue;
            }
            let due = post.job.due(&open).map(|at| post.not_before.map_or(at, |least| at.max(least)));
            let failed = post.failures > 0;
            open.jobs.update(&open.core, &post.id, |view| {
                view.state = if failed { JobState::Failed } else { JobState::Idle };
                view.why = None;
                view.next_at = due;
            });
            match due {
                Some(at) if at <= now => self.start(index),
                Some(at) => next = Some(next.map_or(at, |other| other.min(at))),
                None => {}
            }
        }
        let wait = next.map(|at| Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO));
        wait.map_or(LONGEST_SLEEP, |wait| wait.min(LONGEST_SLEEP))
    }

    fn start(&mut self, index: usize) {
        let open = Arc::clone(&self.open);
        let post = &mut self.posts[index];
        post.running = true;
        let cancel = open.cancel.child_token();
        open.jobs.begin(&open.core, &post.id, cancel.clone());
        let (job, progress) = (Arc::clone(&post.job), progress(&open, &post.id));
        self.runs.spawn(async move {
            let done = job.run(&open, &progress, &cancel).await;
            (index, done)
        });
    }

    fn ended(&mut self, ended: Result<(usize, Result<(), Error>), tokio::task::JoinError>) {
        let now = self.open.now();
        let (index, done) = match ended {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(%error, "a job broke off");
                // Which one it was is not known; none of them may stay marked as running for ever.
                self.posts.iter_mut().filter(|post| post.running && self.runs.is_empty()).for_each(|post| {
                    post.running = false;
                });
                return;
            }
        };
        let Some(post) = self.posts.get_mut(index) else { return };
        post.running = false;
        match done {
            Ok(()) => {
                post.failures = 0;
                post.not_before = None;
            }
            Err(error) => {
                tracing::error!(job = post.job.name(), %error, "a job failed");
                let doubled = AFTER_FAILURE.saturating_mul(1_u32.checked_shl(post.failures).unwrap_or(u32::MAX));
                post.failures = post.failures.saturating_add(1);
                post.not_before = now.checked_add(doubled.min(AFTER_FAILURES)).ok();
            }
        }
    }
}
