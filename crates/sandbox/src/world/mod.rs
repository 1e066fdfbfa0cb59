//! What all platforms of one sandbox share: the time, the people, the codes on screens, what shall go wrong, and what
//! was asked.

pub(crate) mod clock;
pub(crate) mod codes;
pub(crate) mod counters;
pub(crate) mod faults;
pub(crate) mod modes;
pub(crate) mod people;
pub(crate) mod requests;
pub(crate) mod sessions;
pub(crate) mod wishes;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::Clock;
use codes::Codes;
use counters::Counters;
use faults::Faults;
use modes::Modes;
use people::People;
use requests::Requests;
use wishes::Wishes;

/// The shared part.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) people: People,
    pub(crate) codes: Codes,
    pub(crate) faults: Faults,
    pub(crate) counters: Counters,
    pub(crate) modes: Modes,
    pub(crate) requests: Requests,
    pub(crate) wishes: Wishes,
    latency_ms: AtomicU64,
}

impl World {
    pub(crate) fn new(clock: Clock, latency: Duration) -> Self {
        let world = Self {
            clock,
            people: People::invented(),
            codes: Codes::default(),
            faults: Faults::default(),
            counters: Counters::default(),
            modes: Modes::default(),
            requests: Requests::default(),
            wishes: Wishes::default(),
            latency_ms: AtomicU64::new(0),
        };
        world.set_latency(latency);
        world
    }

    /// How long every answer of a platform takes.
    pub(crate) fn latency(&self) -> Duration {
        Duration::from_millis(self.latency_ms.load(Ordering::Relaxed))
    }

    pub(crate) fn set_latency(&self, latency: Duration) {
        self.latency_ms.store(u64::try_from(latency.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// The value, also after a thread died with it: nothing here is left half written.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `N` random bytes as lower-case hex.
pub(crate) fn random_hex<const N: usize>() -> String {
    let mut bytes = [0_u8; N];
    if let Err(problem) = getrandom::fill(&mut bytes) {
        // Only uniqueness within one sandbox is at stake, and a machine without randomness cannot do TLS either.
        tracing::error!(%problem, "no randomness");
    }
    hex::encode(bytes)
}
