//! The end of a window: what it holds is read first, then it goes, and nobody waits long for one that does not answer.

use std::{sync::Arc, time::Duration};

use roster_domain::CookieJar;
use tokio::task::JoinHandle;

use super::board::Place;
use crate::{Clock, PlatformWindow, WindowError, unlocked::Unlocked};

/// How long a window that is about to go has to say what it holds …
const READ_AT_MOST: Duration = Duration::from_secs(3);
/// … and then to go: together with the writing below ten seconds, for all windows side by side, because whoever quits
/// waits for it.
const CLOSE_AT_MOST: Duration = Duration::from_secs(6);

/// What a window that is about to go holds.
///
/// # Errors
/// [`WindowError::Closed`] also when it does not say so in time.
pub(crate) async fn read_last(
    clock: &dyn Clock,
    window: &dyn PlatformWindow,
    urls: &[String],
) -> Result<CookieJar, WindowError> {
    tokio::select! {
        biased;
        read = window.cookies(urls) => read,
        () = clock.sleep(READ_AT_MOST) => Err(WindowError::Closed),
    }
}

impl Unlocked {
    /// Closes a window beside whatever becomes of what it held; its place is free when the task ends.
    pub(crate) fn put_away(&self, window: Arc<dyn PlatformWindow>, place: Place) -> JoinHandle<()> {
        let clock = Arc::clone(&self.core.ports.clock);
        self.tasks.spawn(async move {
            tokio::select! {
                biased;
                () = window.close() => {}
                () = clock.sleep(CLOSE_AT_MOST) => tracing::warn!("a window did not close in time"),
            }
            drop(window);
            drop(place);
        })
    }
}
