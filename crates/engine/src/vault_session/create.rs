//! Making the vault.

use std::sync::Arc;

use roster_domain::Secret;
use roster_vault::{OpenReport, Vault};

use super::SlotKind;
use super::session::{Opened, open_error};
use crate::{Engine, Error, Problem, files::make_private_dir};

/// The shortest password, in characters. Argon2id makes each guess cost a tenth of a second; below this length
/// that is not enough.
const SHORTEST_PASSWORD: usize = 8;
/// Far longer than anybody types; a bound for what is hashed.
const LONGEST_PASSWORD: usize = 1024;

pub(crate) fn check_password(field: &'static str, password: &Secret<String>) -> Result<(), Error> {
    let length = password.expose().chars().count();
    if length < SHORTEST_PASSWORD {
        return Err(Error::invalid(field, Problem::TooShort { min: SHORTEST_PASSWORD }));
    }
    if length > LONGEST_PASSWORD {
        return Err(Error::invalid(field, Problem::TooLong { max: LONGEST_PASSWORD }));
    }
    Ok(())
}

impl Engine {
    /// Makes the vault and opens it. The password must have at least 8 characters.
    ///
    /// # Errors
    /// [`Error::VaultExists`], [`Error::InvalidRequest`] for the password, [`Error::VaultBusy`], [`Error::Storage`].
    pub async fn create_vault(&self, password: Secret<String>) -> Result<(), Error> {
        check_password("password", &password)?;
        self.core.begin_opening(Error::VaultExists)?;
        let core = Arc::clone(&self.core);
        // In a task of its own: whoever asked may go away, the phase must not stay busy.
        let made = tokio::spawn(async move {
            let (dir, data_dir, kdf) = (core.vault_dir(), core.data_dir.clone(), core.kdf);
            let made_at = core.now().as_second();
            let create = move || {
                make_private_dir(&data_dir).map_err(|error| Error::file("make data folder", error))?;
                Vault::create_at(&dir, &password, kdf, made_at).map_err(open_error)
            };
            let vault = tokio::task::spawn_blocking(create).await.map_err(|error| Error::storage("create", error));
            let done = match vault.and_then(|vault| vault) {
                Ok(vault) => core
                    .enter(vault, OpenReport::default(), Opened::now(&core, SlotKind::Password, true))
                    .await
                    .map(|_| ()),
                Err(error) => Err(error),
            };
            if let Err(error) = &done {
                core.closed(Some(error));
            }
            done
        });
        made.await.map_err(|error| Error::storage("create", error))?
    }
}
