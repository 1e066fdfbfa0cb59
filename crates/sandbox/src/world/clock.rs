//! The sandbox's own time. It can run ahead, or stand still and be moved by hand.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

use super::locked;

#[derive(Debug)]
pub(crate) struct Clock {
    /// `None`: the machine's clock.
    standing: Option<Timestamp>,
    ahead: Mutex<SignedDuration>,
}

impl Clock {
    pub(crate) fn running() -> Self {
        Self { standing: None, ahead: Mutex::new(SignedDuration::ZERO) }
    }

    pub(crate) fn standing(at: Timestamp) -> Self {
        Self { standing: Some(at), ahead: Mutex::new(SignedDuration::ZERO) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let base = self.standing.unwrap_or_else(machine_time);
        base.saturating_add(*locked(&self.ahead)).unwrap_or(base)
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut ahead = locked(&self.ahead);
        *ahead = ahead.saturating_add(by);
    }
}

#[allow(clippy::disallowed_methods, reason = "the home of the sandbox's clock: it shares no port with the app")]
fn machine_time() -> Timestamp {
    Timestamp::now()
}
