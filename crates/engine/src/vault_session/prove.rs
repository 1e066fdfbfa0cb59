//! Asking for the password again before something that a window left open must not be enough for.

use std::{sync::Arc, time::Duration};

use roster_domain::Secret;

use crate::{Error, engine::Core, unlocked::Unlocked};

impl Core {
    /// Whether it is the password of the open vault. Wrong ones cost the same growing wait as at the door.
    pub(crate) async fn prove_password(&self, open: &Arc<Unlocked>, password: Secret<String>) -> Result<(), Error> {
        let wait = self.slowdown.wait(self.ports.clock.awake());
        if wait > Duration::ZERO {
            return Err(Error::UnlockTooSoon { wait });
        }
        // Counted before the try, as at the door.
        self.slowdown.count_try(self.ports.clock.awake())?;
        let store = open.store.clone();
        let check = move || store.opens_with(&password);
        let fits = tokio::task::spawn_blocking(check).await.map_err(|error| Error::storage("check password", error))?;
        match fits {
            Ok(true) => self.slowdown.forget(),
            Ok(false) => Err(Error::WrongPassword { wait: self.slowdown.wait(self.ports.clock.awake()) }),
            Err(error) => {
                self.slowdown.take_back()?;
                Err(error)
            }
        }
    }
}
