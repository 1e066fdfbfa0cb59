//! Opening the vault.

use std::{sync::Arc, time::Duration};

use roster_domain::Secret;
use roster_vault::{Vault, inspect};

use super::{UnlockReport, session::open_error};
use crate::{Engine, Error, engine::Core};

impl Engine {
    /// Opens the vault. After the third wrong password in a row each further one costs a growing wait, over
    /// restarts too.
    ///
    /// # Errors
    /// [`Error::VaultAbsent`], [`Error::WrongPassword`], [`Error::UnlockTooSoon`], [`Error::AlreadyOpen`],
    /// [`Error::VaultDamaged`], [`Error::VaultNewer`], [`Error::VaultBusy`] (also when it is open already),
    /// [`Error::Storage`].
    pub async fn unlock(&self, password: Secret<String>) -> Result<UnlockReport, Error> {
        self.core.begin_opening(Error::VaultBusy)?;
        let core = Arc::clone(&self.core);
        let opened = tokio::spawn(async move {
            let done = core.open_vault(password).await;
            if let Err(error) = &done {
                core.closed(Some(error));
            }
            done
        });
        opened.await.map_err(|error| Error::storage("unlock", error))?
    }
}

impl Core {
    async fn open_vault(self: &Arc<Self>, password: Secret<String>) -> Result<UnlockReport, Error> {
        let wait = self.slowdown.wait(self.ports.clock.awake());
        if wait > Duration::ZERO {
            return Err(Error::UnlockTooSoon { wait });
        }
        let dir = self.vault_dir();
        if matches!(inspect(&dir), Ok(roster_vault::Presence::Absent)) {
            return Err(Error::VaultAbsent);
        }
        // Counted before the try: ending the program in the middle of it gives no free guess.
        self.slowdown.count_try(self.ports.clock.awake())?;
        let open = move || Vault::open(&dir, &password);
        let opened = tokio::task::spawn_blocking(open).await.map_err(|error| Error::storage("unlock", error))?;
        match opened.map_err(open_error) {
            Ok((vault, report)) => {
                self.slowdown.forget()?;
                self.enter(vault, report).await
            }
            Err(Error::WrongPassword { .. }) => {
                Err(Error::WrongPassword { wait: self.slowdown.wait(self.ports.clock.awake()) })
            }
            Err(other) => {
                // The password was not the reason.
                self.slowdown.take_back()?;
                Err(other)
            }
        }
    }
}
