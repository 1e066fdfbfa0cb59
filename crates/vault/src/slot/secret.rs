//! From a secret of the owner to the keys of a slot.

use std::fmt;

use roster_domain::Secret;

use crate::crypto::{self, Key};
use crate::error::OpenError;
use crate::kdf::{KdfParams, derive_ikm};
use crate::key_file;
use crate::words;

use super::SlotKind;
use super::parts::Fixed;

/// A secret to open a vault with.
#[derive(Clone, Copy)]
pub enum Opener<'a> {
    /// The password.
    Password(&'a Secret<String>),
    /// The twelve words of the recovery kit, with any white space between.
    Recovery(&'a Secret<String>),
    /// The entry of the system's keychain: 32 bytes; anything else is a wrong one.
    Keychain(&'a Secret<Vec<u8>>),
    /// The content of a key file.
    KeyFile(&'a Secret<Vec<u8>>),
}

impl<'a> From<&'a Secret<String>> for Opener<'a> {
    fn from(password: &'a Secret<String>) -> Self {
        Self::Password(password)
    }
}

impl Opener<'_> {
    /// Which kind of slot it opens.
    pub fn kind(&self) -> SlotKind {
        match self {
            Self::Password(_) => SlotKind::Password,
            Self::Recovery(_) => SlotKind::Recovery,
            Self::Keychain(_) => SlotKind::Keychain,
            Self::KeyFile(_) => SlotKind::KeyFile,
        }
    }
}

impl fmt::Debug for Opener<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opener::{:?}([redacted])", self.kind())
    }
}

/// A secret that is to open the vault from now on.
#[derive(Clone, Copy)]
pub enum NewSlot<'a> {
    /// A password, and what one guess of it is to cost.
    Password(&'a Secret<String>, KdfParams),
    /// Words made by [`RecoveryWords::make`](crate::RecoveryWords::make).
    Recovery(&'a Secret<String>),
    /// A key made by [`slot_key`](crate::slot_key), to lie in the system's keychain.
    Keychain(&'a Secret<Vec<u8>>),
    /// A key file made by [`Vault::make_key_file`](crate::Vault::make_key_file).
    KeyFile(&'a Secret<Vec<u8>>),
}

impl<'a> NewSlot<'a> {
    /// The secret, as what opens the slot afterwards.
    pub(crate) fn opener(&self) -> Opener<'a> {
        match *self {
            Self::Password(password, _) => Opener::Password(password),
            Self::Recovery(words) => Opener::Recovery(words),
            Self::Keychain(key) => Opener::Keychain(key),
            Self::KeyFile(content) => Opener::KeyFile(content),
        }
    }
}

impl fmt::Debug for NewSlot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewSlot::{:?}([redacted])", self.opener().kind())
    }
}

/// The keys a secret gives for one slot.
#[derive(Clone)]
pub(crate) struct SlotKeys {
    pub(super) kek: Key,
    pub(super) hdr: Key,
}

/// Derives a slot's keys. Blocks for the key derivation of a password.
pub(crate) fn slot_keys(vault_id: &[u8; 16], fixed: &Fixed, with: Opener<'_>) -> Result<SlotKeys, OpenError> {
    let ikm = match (with, fixed.kdf) {
        (Opener::Password(password), Some(params)) => derive_ikm(password, &fixed.salt, params)?,
        // A password without a key derivation in front is refused before this; it is never tried.
        (Opener::Password(_), None) => {
            let found = KdfParams { m_kib: 0, t: 0, p: 0 };
            return Err(OpenError::WeakKdf { found, needed: KdfParams::floor() });
        }
        (Opener::Recovery(text), _) => random_ikm(fixed, &*words::entropy_of(text.expose())?),
        (Opener::Keychain(key), _) => random_ikm(fixed, key.expose()),
        (Opener::KeyFile(content), _) => random_ikm(fixed, &*key_file::key_of(vault_id, content.expose())?),
    };
    Ok(SlotKeys {
        kek: crypto::derive_key(vault_id, &*ikm, &[b"roster/1/kek"]),
        hdr: crypto::derive_key(vault_id, &*ikm, &[b"roster/1/header-mac"]),
    })
}

/// Of a secret that has all the randomness it needs.
fn random_ikm(fixed: &Fixed, secret: &[u8]) -> Key {
    crypto::derive_key(&fixed.salt, secret, &[b"roster/1/slot-secret/", &[fixed.kind.code()]])
}
