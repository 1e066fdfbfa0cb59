//! The system's keychain: where the key of one slot of the vault may lie, so that this machine opens it unasked.

use std::fmt::Debug;

use async_trait::async_trait;
use roster_domain::Secret;

/// Why the keychain gave no answer. None of these says that a key is missing: only `Ok(None)` does.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// This system has no keychain, or none is running.
    #[error("this system has no keychain")]
    Unavailable,
    /// It is locked, and the person did not unlock it.
    #[error("the keychain is locked")]
    Locked,
    /// It did not answer within three seconds.
    #[error("the keychain did not answer in time")]
    TooSlow,
    /// It answered something else.
    #[error("the keychain failed: {message}")]
    Failed {
        /// What it said, without secrets.
        message: String,
    },
}

/// The system's keychain. One entry for each vault, named by the vault's id; only the key of a slot lies in it.
///
/// Every method answers within three seconds, whatever the keychain does.
#[async_trait]
pub trait Keychain: Send + Sync + Debug {
    /// The entry of this vault; `None` when the keychain was asked and has none.
    async fn get(&self, vault: &str) -> Result<Option<Secret<Vec<u8>>>, KeychainError>;

    /// Puts the entry of this vault, replacing the old one.
    async fn set(&self, vault: &str, key: &Secret<Vec<u8>>) -> Result<(), KeychainError>;

    /// Removes the entry of this vault; no error when there is none.
    async fn remove(&self, vault: &str) -> Result<(), KeychainError>;
}

/// A host without a keychain.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKeychain;

#[async_trait]
impl Keychain for NoKeychain {
    async fn get(&self, _vault: &str) -> Result<Option<Secret<Vec<u8>>>, KeychainError> {
        Err(KeychainError::Unavailable)
    }

    async fn set(&self, _vault: &str, _key: &Secret<Vec<u8>>) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable)
    }

    async fn remove(&self, _vault: &str) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable)
    }
}
