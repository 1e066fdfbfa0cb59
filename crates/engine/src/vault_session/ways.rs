//! Ways to open the vault.

use roster_domain::Secret;

use super::{RecoveryKit, Security, UnlockReport};
use crate::{Engine, Error};

impl Engine {
    /// See the route.
    ///
    /// # Errors
    /// [`Error::KeychainEmpty`]
    #[allow(unused_variables, reason = "on its way")]
    pub async fn unlock_with_recovery(&self, words: Secret<String>) -> Result<UnlockReport, Error> {
        Err(Error::KeychainEmpty)
    }

    /// See the route.
    ///
    /// # Errors
    /// [`Error::KeychainEmpty`]
    #[allow(unused_variables, reason = "on its way")]
    pub async fn unlock_with_keychain(&self) -> Result<UnlockReport, Error> {
        Err(Error::KeychainEmpty)
    }

    /// See the route.
    ///
    /// # Errors
    /// [`Error::KeychainEmpty`]
    #[allow(unused_variables, reason = "on its way")]
    pub async fn unlock_with_key_file(&self) -> Result<UnlockReport, Error> {
        Err(Error::KeychainEmpty)
    }

    /// See the route.
    ///
    /// # Errors
    /// [`Error::KeychainEmpty`]
    #[allow(unused_variables, reason = "on its way")]
    pub async fn security(&self) -> Result<Security, Error> {
        Err(Error::KeychainEmpty)
    }

    /// See the route.
    ///
    /// # Errors
    /// [`Error::KeychainEmpty`]
    #[allow(unused_variables, reason = "on its way")]
    pub async fn change_password(&self, old: Option<Secret<String>>, new: Secret<String>) -> Result<(), Error> {
        Err(Error::KeychainEmpty)
    }

    /// See the route.
    ///
    /// # Errors
    /// [`Error::KeychainEmpty`]
    #[allow(unused_variables, reason = "on its way")]
    pub async fn make_recovery_kit(&self, password: Option<Secret<String>>) -> Result<RecoveryKit, Error> {
        Err(Error::KeychainEmpty)
    }

    /// See the route.
    ///
    /// # Errors
    /// [`Error::KeychainEmpty`]
    #[allow(unused_variables, reason = "on its way")]
    pub async fn confirm_recovery_kit(&self, words: Vec<Secret<String>>) -> Result<(), Error> {
        Err(Error::KeychainEmpty)
    }

    /// See the route.
    ///
    /// # Errors
    /// [`Error::KeychainEmpty`]
    #[allow(unused_variables, reason = "on its way")]
    pub async fn add_keychain(&self, password: Secret<String>) -> Result<(), Error> {
        Err(Error::KeychainEmpty)
    }

    /// See the route.
    ///
    /// # Errors
    /// [`Error::KeychainEmpty`]
    #[allow(unused_variables, reason = "on its way")]
    pub async fn add_key_file(&self, password: Secret<String>) -> Result<(), Error> {
        Err(Error::KeychainEmpty)
    }

    /// See the route.
    ///
    /// # Errors
    /// [`Error::KeychainEmpty`]
    #[allow(unused_variables, reason = "on its way")]
    pub async fn remove_slot(&self, slot: &str, password: Secret<String>) -> Result<(), Error> {
        Err(Error::KeychainEmpty)
    }

    /// See the route.
    ///
    /// # Errors
    /// [`Error::KeychainEmpty`]
    #[allow(unused_variables, reason = "on its way")]
    pub async fn rotate_keys(&self, password: Secret<String>) -> Result<(), Error> {
        Err(Error::KeychainEmpty)
    }
}
