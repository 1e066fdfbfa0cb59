//! Closing the vault.

use std::{sync::Arc, time::Duration};

use super::LockReason;
use crate::{Engine, Error, engine::Core};

/// How often the end looks whether the vault has come to rest.
const BUSY_POLL: Duration = Duration::from_millis(50);

impl Core {
    /// Locks, in a task of its own so that it ends whatever becomes of who asked.
    pub(crate) async fn lock(self: &Arc<Self>, because: LockReason) -> Result<(), Error> {
        let Some(unlocked) = self.begin_closing()? else { return Ok(()) };
        let core = Arc::clone(self);
        let closed = tokio::spawn(async move {
            let done = unlocked.stop().await;
            if let Err(error) = &done {
                tracing::error!(%error, "the last changes could not be written");
            }
            core.locked(because, done.as_ref().err());
            done
        });
        closed.await.map_err(|error| Error::storage("lock", error))?
    }
}

impl Engine {
    /// Locks because the owner asked: jobs and logins end, all state goes, the vault closes. Locking a locked vault
    /// does nothing.
    ///
    /// # Errors
    /// [`Error::VaultBusy`], [`Error::Storage`] when the last changes could not be written.
    pub async fn lock(&self) -> Result<(), Error> {
        self.lock_because(LockReason::Owner).await
    }

    /// Locks for a reason, which [`VaultState::locked_because`](crate::VaultState::locked_because) shows afterwards.
    ///
    /// # Errors
    /// As [`Engine::lock`].
    pub async fn lock_because(&self, because: LockReason) -> Result<(), Error> {
        self.core.lock(because).await
    }

    /// The owner is there: the time until the automatic lock starts anew.
    pub fn touch(&self) {
        if let Ok(unlocked) = self.open() {
            unlocked.touch();
        }
    }

    /// The end: everything is written, the vault closes. Waits for an opening or closing that is under way.
    ///
    /// # Errors
    /// As [`Engine::lock`].
    pub async fn shutdown(&self) -> Result<(), Error> {
        loop {
            match self.core.lock(LockReason::Quit).await {
                Err(Error::VaultBusy) => self.core.ports.clock.sleep(BUSY_POLL).await,
                done => return done,
            }
        }
    }
}
