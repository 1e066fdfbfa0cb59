//! The queue before a site's critical calls.
//!
//! A New-API server lets one address make 20 critical calls in 20 minutes (logins, registrations, codes, payments,
//! renewals of sessions), all of them together. Accounts share the address, so they share this log; who finds it full is told how
//! long to wait and asks nothing. Critical calls of a site go out one after the other.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::lock::{Mutex as Queue, OwnedMutexGuard};
use jiff::{SignedDuration, Timestamp};

/// How many calls a server counts to.
const MOST: usize = 20;
/// What is kept back for what a person asks for, out of [`MOST`].
const RESERVE: usize = 5;
/// Over how long it counts.
const WINDOW: Duration = Duration::from_secs(20 * 60);
/// The wait after a refusal that names none, when nothing in the log explains it.
const UNEXPLAINED: Duration = Duration::from_secs(60);

/// Who wants to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// A person waits for it.
    Person,
    /// It happens by itself, such as the renewal of a session.
    Background,
}

/// The logs of all sites; one for the adapter.
#[derive(Default)]
pub(super) struct Limiter {
    logs: Mutex<HashMap<String, Arc<Queue<Log>>>>,
}

impl Limiter {
    /// Waits for a turn at what `key` names: a site, or a user of one.
    pub(super) async fn turn(&self, key: &str) -> Turn {
        let queue = {
            let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(logs.entry(key.to_owned()).or_default())
        };
        Turn { log: queue.lock_owned().await }
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").finish_non_exhaustive()
    }
}

/// What was sent, and until when the server wants nothing more.
#[derive(Debug, Default)]
struct Log {
    sent: VecDeque<Timestamp>,
    closed_until: Option<Timestamp>,
}

/// The turn of one call; the next one waits until it is dropped.
pub(super) struct Turn {
    log: OwnedMutexGuard<Log>,
}

impl Turn {
    /// Notes a call, unless it has to wait: then how long.
    pub(super) fn take(&mut self, now: Timestamp, urgency: Urgency) -> Result<(), Duration> {
        let log = &mut *self.log;
        // A clock that was set back leaves entries of the future behind: they count from now.
        log.sent.iter_mut().for_each(|at| *at = (*at).min(now));
        log.sent.retain(|at| since(*at, now) < WINDOW);
        if let Some(left) = log.closed_until.map(|until| since(now, until)).filter(|left| !left.is_zero()) {
            return Err(left.min(WINDOW));
        }
        let most = if urgency == Urgency::Person { MOST } else { MOST - RESERVE };
        match log.sent.len().checked_sub(most).and_then(|over| log.sent.get(over)) {
            Some(oldest) => Err(WINDOW.saturating_sub(since(*oldest, now))),
            None => {
                log.sent.push_back(now);
                Ok(())
            }
        }
    }

    /// Notes nothing: whether so many calls that a person waits for could go now, and else the wait.
    pub(super) fn room(&mut self, now: Timestamp, calls: usize) -> Result<(), Duration> {
        let log = &mut *self.log;
        log.sent.retain(|at| since((*at).min(now), now) < WINDOW);
        if let Some(left) = log.closed_until.map(|until| since(now, until)).filter(|left| !left.is_zero()) {
            return Err(left.min(WINDOW));
        }
        match (log.sent.len() + calls).checked_sub(MOST + 1).and_then(|over| log.sent.get(over)) {
            Some(oldest) => Err(WINDOW.saturating_sub(since(*oldest, now))),
            None => Ok(()),
        }
    }

    /// The server refused the call that was noted last, which it therefore did not count. Answers how long to wait: as
    /// long as it asked, else until the oldest call that we know of falls out of its window.
    pub(super) fn refused(&mut self, now: Timestamp, asked: Option<Duration>) -> Duration {
        let log = &mut *self.log;
        log.sent.pop_back();
        let own = log.sent.front().map(|oldest| WINDOW.saturating_sub(since(*oldest, now)));
        let wait = asked.or(own).unwrap_or(UNEXPLAINED).clamp(UNEXPLAINED, WINDOW);
        log.closed_until = SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok());
        wait
    }
}

/// From one time to a later one; zero when it is not later.
fn since(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    async fn take(limiter: &Limiter, key: &str, second: i64) -> Result<(), u64> {
        limiter.turn(key).await.take(at(second), Urgency::Person).map_err(|wait| wait.as_secs())
    }

    #[tokio::test]
    async fn twenty_in_twenty_minutes_and_then_the_wait_is_told() {
        let limiter = Limiter::default();
        for second in 0..20 {
            assert_eq!(take(&limiter, "a", second * 10).await, Ok(()));
        }
        assert_eq!(take(&limiter, "a", 200).await, Err(1000));
        assert_eq!(take(&limiter, "b", 200).await, Ok(()), "another site has its own");
        assert_eq!(take(&limiter, "a", 1199).await, Err(1));
        assert_eq!(take(&limiter, "a", 1200).await, Ok(()));
        assert_eq!(take(&limiter, "a", 1200).await, Err(10));
    }

    #[tokio::test]
    async fn room_for_several_calls_is_found_before_the_first_is_made() {
        let limiter = Limiter::default();
        for second in 0..18 {
            assert_eq!(take(&limiter, "a", second * 10).await, Ok(()));
        }
        assert!(limiter.turn("a").await.room(at(180), 2).is_ok());
        assert_eq!(limiter.turn("a").await.room(at(180), 3), Err(Duration::from_secs(1020)));
        assert!(limiter.turn("a").await.room(at(1200), 3).is_ok());
        assert_eq!(take(&limiter, "a", 180).await, Ok(()), "looking takes no turn");
    }

    #[tokio::test]
    async fn what_happens_by_itself_leaves_five_for_people() {
        let limiter = Limiter::default();
        for second in 0..15 {
            let mut turn = limiter.turn("a").await;
            assert!(turn.take(at(second), Urgency::Background).is_ok());
        }
        let refused = limiter.turn("a").await.take(at(15), Urgency::Background).map_err(|wait| wait.as_secs());
        assert_eq!(refused, Err(1185));
        for second in 15..20 {
            assert_eq!(take(&limiter, "a", second).await, Ok(()));
        }
        assert!(take(&limiter, "a", 20).await.is_err());
    }

    #[tokio::test]
    async fn a_refusal_closes_the_site_for_all_and_is_not_counted() {
        let limiter = Limiter::default();
        let mut turn = limiter.turn("a").await;
        assert!(turn.take(at(0), Urgency::Person).is_ok());
        assert_eq!(turn.refused(at(0), None).as_secs(), 60, "nobody of ours explains it");
        drop(turn);
        assert_eq!(take(&limiter, "a", 10).await, Err(50));
        let mut turn = limiter.turn("a").await;
        assert!(turn.take(at(60), Urgency::Person).is_ok());
        assert!(turn.take(at(100), Urgency::Person).is_ok());
        assert_eq!(turn.refused(at(100), None).as_secs(), 1160, "until our first one no longer counts");
        drop(turn);
        let mut turn = limiter.turn("a").await;
        assert!(turn.take(at(1260), Urgency::Person).is_ok());
        assert_eq!(turn.refused(at(1260), Some(Duration::from_secs(300))).as_secs(), 300);
    }

    #[tokio::test]
    async fn a_clock_that_was_set_back_closes_nothing_for_good() {
        let limiter = Limiter::default();
        for _ in 0..20 {
            assert_eq!(take(&limiter, "a", 100_000).await, Ok(()));
        }
        assert_eq!(take(&limiter, "a", 0).await, Err(1200));
        assert_eq!(take(&limiter, "a", 1200).await, Ok(()));
    }
}
