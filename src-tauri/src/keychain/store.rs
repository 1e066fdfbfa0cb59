//! Which store each system has, and how an entry is named in it.

use std::{collections::HashMap, sync::Arc};

use keyring_core::{CredentialStore, Entry, Result};

/// A new connection to the system's store.
#[cfg(target_os = "linux")]
pub(super) fn open() -> Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// A new connection to the system's store.
#[cfg(target_os = "macos")]
pub(super) fn open() -> Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

/// A new connection to the system's store.
#[cfg(windows)]
pub(super) fn open() -> Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// The entry of one vault. On Linux a person sees the label in the keychain's own window.
pub(super) fn entry(store: &CredentialStore, service: &str, vault: &str) -> Result<Entry> {
    let label = format!("Roster: {vault}");
    let named = HashMap::from([("label", label.as_str())]);
    store.build(service, vault, cfg!(target_os = "linux").then_some(&named))
}
