//! What stands before each host: how many at once, how often, how long it asked to be left alone, and whether it is
//! failing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use roster_domain::Reason;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::{Breaker, HostLimits};

/// From so many hosts, or hosts and ways, on those that say nothing any more are forgotten.
const SWEPT_FROM: usize = 512;
/// Failures that are older say nothing about now. Far more than any rest.
const STALE: Duration = Duration::from_secs(3600);

/// Why a request does not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    /// The host asked for a pause with `Retry-After`.
    Paused {
        /// How long it still lasts.
        left: Duration,
    },
    /// It failed too often.
    Failing {
        /// How long it is still left alone.
        left: Duration,
        /// The last failure.
        last: Reason,
    },
}

/// The leave to ask a host once. Dropping it lets the next one in.
#[derive(Debug)]
pub(super) struct Pass {
    _permit: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
pub(super) struct Gates {
    limits: HostLimits,
    breaker: Breaker,
    hosts: Mutex<HashMap<String, Arc<HostGate>>>,
    /// By host and number of the route.
    states: Mutex<HashMap<(String, u64), State>>,
}

#[derive(Debug)]
struct HostGate {
    permits: Arc<Semaphore>,
    /// When the next request would be due at an even pace.
    due: Mutex<Option<Instant>>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    /// When something was last noted.
    at: Instant,
    failures: u32,
    closed_until: Option<Instant>,
    paused_until: Option<Instant>,
    last: Option<Reason>,
}

impl State {
    fn new() -> Self {
        Self { at: Instant::now(), failures: 0, closed_until: None, paused_until: None, last: None }
    }

    /// Whether anybody would still do something else because of it.
    fn counts(&self, now: Instant) -> bool {
        let lasts = |until: Option<Instant>| until.is_some_and(|until| until > now);
        let fresh = self.failures > 0 && now.saturating_duration_since(self.at) < STALE;
        fresh || lasts(self.closed_until) || lasts(self.paused_until)
    }
}

impl HostGate {
    /// Whether somebody is in or waits, or who comes next has to.
    fn counts(self: &Arc<Self>, now: Instant) -> bool {
        Arc::strong_count(self) > 1
            || Arc::strong_count(&self.permits) > 1
            || lock(&self.due).is_some_and(|due| due > now)
    }
}

/// The note about a host on a way. What counts for nobody any more goes when there are many.
fn note<'s>(states: &'s mut HashMap<(String, u64), State>, host: &str, route: u64) -> &'s mut State {
    if states.len() >= SWEPT_FROM {
        let now = Instant::now();
        states.retain(|_, state| state.counts(now));
    }
    let state = states.entry((host.to_owned(), route)).or_insert_with(State::new);
    state.at = Instant::now();
    state
}

impl Gates {
    pub(super) fn new(limits: HostLimits, breaker: Breaker) -> Self {
        Self { limits, breaker, hosts: Mutex::default(), states: Mutex::default() }
    }

    /// Waits for a place at the host. `patient` questions are refused while the host is failing; others (the polls
    /// of a login, whose code is short-lived) are only refused while the host itself asked for a pause.
    pub(super) async fn enter(&self, host: &str, route: u64, patient: bool) -> Result<Pass, Closed> {
        self.open(host, route, patient)?;
        let gate = self.host(host);
        let permit = Arc::clone(&gate.permits).acquire_owned().await.ok();
        self.pace(&gate).await;
        // What stood in the queue goes by the news of those before it.
        self.open(host, route, patient)?;
        self.take_trial(host, route);
        Ok(Pass { _permit: permit })
    }

    /// The host answered with something other than a server error.
    pub(super) fn succeeded(&self, host: &str, route: u64) {
        let mut states = lock(&self.states);
        let key = (host.to_owned(), route);
        if let Some(state) = states.get_mut(&key) {
            state.failures = 0;
            state.closed_until = None;
            if !state.counts(Instant::now()) {
                states.remove(&key);
            }
        }
    }

    /// No answer, or a server error.
    pub(super) fn failed(&self, host: &str, route: u64, why: Reason) {
        let mut states = lock(&self.states);
        let state = note(&mut states, host, route);
        state.failures = state.failures.saturating_add(1);
        state.last = Some(why);
        if state.failures >= self.breaker.failures {
            state.closed_until = Some(Instant::now() + self.breaker.rest);
        }
    }

    /// The host asked for a pause.
    pub(super) fn pause(&self, host: &str, route: u64, wait: Duration) {
        let until = Instant::now() + wait;
        let mut states = lock(&self.states);
        let state = note(&mut states, host, route);
        state.paused_until = Some(state.paused_until.map_or(until, |known| known.max(until)));
    }

    fn open(&self, host: &str, route: u64, patient: bool) -> Result<(), Closed> {
        let states = lock(&self.states);
        let Some(state) = states.get(&(host.to_owned(), route)) else { return Ok(()) };
        let now = Instant::now();
        if let Some(until) = state.paused_until.filter(|until| *until > now) {
            return Err(Closed::Paused { left: until - now });
        }
        if let Some(until) = state.closed_until.filter(|until| patient && *until > now) {
            return Err(Closed::Failing { left: until - now, last: state.last.unwrap_or(Reason::Connect) });
        }
        Ok(())
    }

    /// After the rest one request tries; the others wait for its outcome.
    fn take_trial(&self, host: &str, route: u64) {
        let mut states = lock(&self.states);
        if let Some(state) = states.get_mut(&(host.to_owned(), route))
            && state.closed_until.is_some()
        {
            state.closed_until = Some(Instant::now() + self.breaker.rest);
        }
    }

    fn host(&self, host: &str) -> Arc<HostGate> {
        let mut hosts = lock(&self.hosts);
        if hosts.len() >= SWEPT_FROM && !hosts.contains_key(host) {
            let now = Instant::now();
            hosts.retain(|_, gate| gate.counts(now));
        }
        let gate = hosts.entry(host.to_owned()).or_insert_with(|| {
            let permits = Arc::new(Semaphore::new(self.limits.concurrency.max(1)));
            Arc::new(HostGate { permits, due: Mutex::default() })
        });
        Arc::clone(gate)
    }

    async fn pace(&self, gate: &HostGate) {
        if self.limits.per_second <= 0.0 {
            return;
        }
        let step = Duration::from_secs_f64(1.0 / self.limits.per_second);
        let slack = step * self.limits.burst.saturating_sub(1);
        let wait = {
            let now = Instant::now();
            let mut due = lock(&gate.due);
            let mine = due.map_or(now, |due| due.max(now));
            *due = Some(mine + step);
            mine.saturating_duration_since(now).saturating_sub(slack)
        };
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn gates(concurrency: usize, per_second: f64, burst: u32) -> Gates {
        let limits = HostLimits { concurrency, per_second, burst };
        Gates::new(limits, Breaker { failures: 5, rest: 30 * SECOND })
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_is_left_alone_after_five_failures_and_tried_once_after_the_rest() {
        let gates = gates(5, 0.0, 1);
        for _ in 0..5 {
            assert!(gates.enter("h", 0, true).await.is_ok());
            gates.failed("h", 0, Reason::Timeout);
        }
        let refused = gates.enter("h", 0, true).await.err();
        assert_eq!(refused, Some(Closed::Failing { left: 30 * SECOND, last: Reason::Timeout }));
        assert!(gates.enter("h", 0, false).await.is_ok(), "a poll goes through");
        assert!(gates.enter("h", 1, true).await.is_ok(), "another way out knows nothing of it");
        tokio::time::advance(60 * SECOND).await;
        assert!(gates.enter("h", 0, true).await.is_ok(), "the trial");
        assert!(gates.enter("h", 0, true).await.is_err(), "the others wait for it");
        gates.succeeded("h", 0);
        assert!(gates.enter("h", 0, true).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_for_polls_too_and_is_never_shortened() {
        let gates = gates(5, 0.0, 1);
        gates.pause("h", 0, 60 * SECOND);
        gates.pause("h", 0, SECOND);
        let left = 60 * SECOND;
        assert_eq!(gates.enter("h", 0, false).await.err(), Some(Closed::Paused { left }));
        tokio::time::advance(left).await;
        assert!(gates.enter("h", 0, false).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn requests_keep_the_pace_after_the_burst() {
        let gates = gates(100, 2.0, 3);
        let start = Instant::now();
        let mut times = Vec::new();
        for _ in 0..5 {
            gates.enter("h", 0, true).await.expect("open");
            times.push((Instant::now() - start).as_millis() / 100);
        }
        assert_eq!(times, [0, 0, 0, 5, 10]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_counts_for_nobody_any_more_is_forgotten() {
        let gates = gates(5, 2.0, 1);
        gates.pause("asked", 0, 10 * STALE);
        let held = gates.enter("busy", 0, true).await;
        for route in 0..3 * SWEPT_FROM as u64 {
            gates.failed("h", route, Reason::Proxy);
            drop(gates.enter(&format!("h{route}"), 0, true).await);
            gates.succeeded("h", route);
        }
        assert_eq!(lock(&gates.states).len(), 1, "what went well again is no news");
        for route in 0..3 * SWEPT_FROM as u64 {
            gates.failed("h", route, Reason::Proxy);
        }
        tokio::time::advance(STALE).await;
        gates.failed("h", 0, Reason::Proxy);
        assert_eq!(lock(&gates.states).len(), 2, "the pause, and what failed now");
        drop(gates.enter("another", 0, true).await);
        let hosts = lock(&gates.hosts);
        assert_eq!(hosts.len(), 2, "the one that is asked now, and the one that somebody is in");
        assert!(hosts.contains_key("busy"));
        assert!(held.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_are_in_at_once() {
        let gates = gates(2, 0.0, 1);
        let first = gates.enter("h", 0, true).await.expect("open");
        let _second = gates.enter("h", 0, true).await.expect("open");
        let third = tokio::time::timeout(SECOND, gates.enter("h", 0, true)).await;
        assert!(third.is_err(), "the third waits");
        drop(first);
        assert!(tokio::time::timeout(SECOND, gates.enter("h", 0, true)).await.is_ok());
    }
}
