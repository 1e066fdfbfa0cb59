//! The host's other ports, in the test's hand.

use std::sync::{Mutex, PoisonError};

use roster_engine::{Network, Notice, Notifier};
use tokio::sync::watch;

/// Remembers what the owner was told.
#[derive(Debug, Default)]
pub struct Notices(Mutex<Vec<Notice>>);

impl Notices {
    /// All of it so far.
    pub fn told(&self) -> Vec<Notice> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Notifier for Notices {
    fn notify(&self, notice: Notice) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(notice);
    }
}

/// A network that can be switched off.
#[derive(Debug)]
pub struct Switch(watch::Sender<bool>);

impl Switch {
    /// On or off.
    pub fn turn(&self, online: bool) {
        self.0.send_replace(online);
    }
}

impl Default for Switch {
    fn default() -> Self {
        Self(watch::Sender::new(true))
    }
}

impl Network for Switch {
    fn online(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }
}
