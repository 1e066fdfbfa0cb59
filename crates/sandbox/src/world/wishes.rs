//! Buttons that a test wants pressed on a platform's page: it cannot reach into a window of the app.

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::locked;

/// Whose home page shall press "log out".
#[derive(Debug, Default)]
pub(crate) struct Wishes(Mutex<BTreeSet<(String, String)>>);

impl Wishes {
    pub(crate) fn add(&self, platform: &str, person: &str) {
        locked(&self.0).insert((platform.to_owned(), person.to_owned()));
    }

    /// Once.
    pub(crate) fn take(&self, platform: &str, person: &str) -> bool {
        locked(&self.0).remove(&(platform.to_owned(), person.to_owned()))
    }
}
