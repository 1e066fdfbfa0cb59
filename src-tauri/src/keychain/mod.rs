//! The system's keychain: the Secret Service on Linux, Keychain Services on macOS, the Credential Manager on Windows.
//!
//! Only the key of one slot lies there, under the id of its vault, so that two vaults never meet in one entry. A
//! keychain may ask its owner for a password, hang, or be gone; here that costs a caller three seconds at most. Each
//! question makes a new connection: what was lost comes back without a restart.

mod errors;
mod store;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use keyring_core::Entry;
use roster_domain::Secret;
use roster_engine::{Keychain, KeychainError};
use tokio::sync::oneshot;
use zeroize::Zeroize;

/// The longest that a caller waits.
const AT_MOST: Duration = Duration::from_millis(2_800);
/// So many questions may hang at once; further ones are not even asked.
const HANGING_AT_MOST: usize = 4;
/// The service name under which the entries lie.
const SERVICE: &str = "io.roster.desktop";
/// Longer than any key of a slot.
const LONGEST_KEY: usize = 1024;

/// The system's keychain.
pub(crate) struct SystemKeychain {
    asked: Arc<AtomicUsize>,
}

impl fmt::Debug for SystemKeychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemKeychain")
    }
}

/// Whether somebody still waits for an answer.
#[derive(Debug, Clone, Default)]
struct Awaited(Arc<AtomicBool>);

impl Awaited {
    fn given_up(&self) -> bool {
        #[cfg(test)]
        if tests::mutated("done all the same") {
            return false;
        }
        self.0.load(Ordering::SeqCst)
    }

    fn give_up(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Counts a question for as long as its thread runs.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl SystemKeychain {
    pub(crate) fn new() -> Self {
        Self { asked: Arc::default() }
    }

    /// Asks in a thread of its own, which may hang as long as it likes.
    async fn ask<T, F>(&self, question: F) -> Result<T, KeychainError>
    where
        T: Send + 'static,
        F: FnOnce(&Awaited) -> Result<T, KeychainError> + Send + 'static,
    {
        if self.asked.fetch_add(1, Ordering::SeqCst) >= HANGING_AT_MOST {
            self.asked.fetch_sub(1, Ordering::SeqCst);
            return Err(KeychainError::TooSlow);
        }
        let counted = Counted(Arc::clone(&self.asked));
        let awaited = Awaited::default();
        let (answer, answered) = oneshot::channel();
        let thread = std::thread::Builder::new().name(String::from("keychain"));
        let of_thread = awaited.clone();
        thread
            .spawn(move || {
                let _counted = counted;
                // Nobody there any more: the answer, and a secret in it, is wiped.
                let _ = answer.send(question(&of_thread));
            })
            .map_err(|error| KeychainError::Failed { message: error.to_string() })?;
        match tokio::time::timeout(patience(), answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(KeychainError::Failed { message: String::from("the question broke off") }),
            Err(_) => {
                awaited.give_up();
                Err(KeychainError::TooSlow)
            }
        }
    }
}

#[async_trait]
impl Keychain for SystemKeychain {
    async fn get(&self, vault: &str) -> Result<Option<Secret<Vec<u8>>>, KeychainError> {
        let vault = vault.to_owned();
        self.ask(move |_| read(&entry(&vault)?)).await
    }

    async fn set(&self, vault: &str, key: &Secret<Vec<u8>>) -> Result<(), KeychainError> {
        let (vault, key) = (vault.to_owned(), key.clone());
        self.ask(move |awaited| write(&entry(&vault)?, &key, awaited)).await
    }

    async fn remove(&self, vault: &str) -> Result<(), KeychainError> {
        let vault = vault.to_owned();
        self.ask(move |awaited| {
            let entry = entry(&vault)?;
            if awaited.given_up() {
                return Err(KeychainError::TooSlow);
            }
            absent_is_fine(entry.delete_credential())
        })
        .await
    }
}

fn patience() -> Duration {
    #[cfg(test)]
    if tests::mutated("no limit") {
        return Duration::from_secs(60);
    }
    AT_MOST
}

fn entry(vault: &str) -> Result<Entry, KeychainError> {
    let store = store::open().map_err(errors::meaning)?;
    store::entry(store.as_ref(), SERVICE, vault).map_err(errors::meaning)
}

fn read(entry: &Entry) -> Result<Option<Secret<Vec<u8>>>, KeychainError> {
    match entry.get_secret() {
        Ok(mut bytes) if bytes.len() > LONGEST_KEY => {
            bytes.zeroize();
            Err(KeychainError::Failed { message: String::from("the entry is far too long for a key") })
        }
        Ok(bytes) => Ok(Some(Secret::new(bytes))),
        Err(keyring_core::Error::NoEntry) => Ok(None),
        Err(error) => Err(errors::meaning(error)),
    }
}

/// Whoever asked and went away was told that it failed, so what they asked for is then not done, or undone.
fn write(entry: &Entry, key: &Secret<Vec<u8>>, awaited: &Awaited) -> Result<(), KeychainError> {
    let before = read(entry)?;
    if awaited.given_up() {
        return Err(KeychainError::TooSlow);
    }
    entry.set_secret(key.expose()).map_err(errors::meaning)?;
    if awaited.given_up() {
        match before {
            Some(before) => entry.set_secret(before.expose()).map_err(errors::meaning)?,
            None => absent_is_fine(entry.delete_credential())?,
        }
        return Err(KeychainError::TooSlow);
    }
    Ok(())
}

fn absent_is_fine(done: keyring_core::Result<()>) -> Result<(), KeychainError> {
    match done {
        Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
        Err(error) => Err(errors::meaning(error)),
    }
}
