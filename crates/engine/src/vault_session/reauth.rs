//! Making sure that whoever asks for a change of the keys is the owner.

use std::sync::Arc;

use roster_domain::Secret;
use roster_vault::{OpenError, Vault};

use super::session::open_error;
use crate::{Engine, Error, Hindrance, unlocked::Unlocked};

impl Engine {
    /// The open vault, once the password was right. Wrong ones count as at the lock.
    pub(super) async fn owner(&self, password: Secret<String>) -> Result<Arc<Unlocked>, Error> {
        let open = self.open()?;
        self.core.prove_password(&open, password).await?;
        Ok(open)
    }

    /// The open vault: with its password, or without while the owner is taken to be there still.
    pub(super) async fn owner_or_fresh(&self, password: Option<Secret<String>>) -> Result<Arc<Unlocked>, Error> {
        match password {
            Some(password) => self.owner(password).await,
            None => {
                let open = self.open()?;
                let opened = self.core.session.lock().opened();
                match opened.is_some_and(|opened| opened.is_fresh(&self.core)) {
                    true => Ok(open),
                    false => Err(Error::invalid("password", crate::Problem::Missing)),
                }
            }
        }
    }
}

/// Asks something of the vault that blocks.
pub(super) async fn on_vault<T: Send + 'static>(
    open: &Unlocked,
    ask: impl FnOnce(&Vault) -> Result<T, OpenError> + Send + 'static,
) -> Result<T, Error> {
    let vault = open.store.vault().clone();
    let asked = tokio::task::spawn_blocking(move || ask(&vault)).await;
    asked.map_err(|error| Error::storage("change the vault's keys", error))?.map_err(changed_error)
}

/// What a refused change of the keys means.
fn changed_error(error: OpenError) -> Error {
    match error {
        io @ OpenError::Io { .. } => {
            let hindrance: Option<Hindrance> = io.hindrance();
            Error::refused("change the vault's keys", hindrance, io)
        }
        other => open_error(other),
    }
}
