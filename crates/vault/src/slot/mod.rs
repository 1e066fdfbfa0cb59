//! A slot of the header: the vault's ring, wrapped for one secret of the owner. Two forms, told apart by `wrap`.
//!
//! ```text
//! wrap 1 (DIRECT), password only; read for ever, written no more:
//!   slot = kind u8 = 1 | wrap u8 = 1 | id 8 | kdf u8 = 1 | m u32, t u32, p u32 | salt 16
//!        | length u32 | nonce 12 | sealed ring | tag 16 | commitment 32
//!
//! wrap 2 (SEALED), every kind:
//!   slot = kind u8 | wrap u8 = 2 | id 8 | made at u64 (seconds since 1970; 0: not noted)
//!        | kdf u8 | m u32, t u32, p u32 | salt 16 | public key 32
//!        | length u32 = 92 | nonce 12 | sealed (private key 32 | witness 32) | tag 16
//!        | commitment 32                                            so far the owner's part: made with the secret
//!        | ephemeral key 32 | length u32 | nonce 12 | sealed ring | tag 16      made anew whenever the ring changes
//!
//! kind: 1 password, 2 recovery words, 3 keychain, 4 key file
//! kdf:  1 Argon2id, for passwords; 0 none (and m = t = p = 0), for the others: their secrets are random
//!
//! password  ikm = Argon2id(NFKC(password), salt, m, t, p)
//! others    ikm = HKDF-SHA256(salt = salt, ikm = secret, "roster/1/slot-secret/" + kind u8)
//!           secret: 16 bytes of entropy of the words | 32 bytes of the keychain | 32 bytes of the key file
//! prk  = HKDF-Extract-SHA256(salt = vault id, ikm)
//! kek  = HKDF-Expand(prk, "roster/1/kek")          seals the ring (wrap 1) or private key and witness (wrap 2)
//! hdr  = HKDF-Expand(prk, "roster/1/header-mac")   commitment = HMAC(hdr, vault id | format | slot before it)
//!
//! AAD under kek  = "roster/1/slot", vault id, format u16, all of the slot before that length; each behind its length
//! witness        = HKDF-SHA256(salt = vault id, ikm = root key of the ring, "roster/1/witness")
//! key of the ring, wrap 2 = HKDF-SHA256(salt = vault id, ikm = X25519(ephemeral, public key),
//!                                       "roster/1/ring" + ephemeral key 32 + public key 32)
//! AAD of the ring, wrap 2 = "roster/1/slot-ring", vault id, format u16, the owner's part, ephemeral key; as above
//! ```
//!
//! The commitment tells a wrong secret from a damaged slot and ties the slot to one key. It covers its own slot only,
//! because slots are added and changed while the secrets of the others are not at hand; the mac at the end of the
//! header, under a key of the ring, covers all of them together.
//!
//! New keys reach a slot through its public key, without its secret. Anybody can seal something to a public key, so the
//! witness, which only an owner of the secret could have put there, says whose ring it has to be. Keys that could wrap
//! again never lie under an older data key: whoever has that one must not get the new one.

mod direct;
mod parts;
mod sealed;
mod secret;

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::error::{OpenError, Part};
use crate::header::Header;
use crate::kdf::KdfParams;
use crate::keys::{Keys, Ring};

#[cfg(test)]
pub(crate) use direct::make as make_direct;
pub(crate) use parts::Fixed;
pub(crate) use sealed::OwnPart;
pub use secret::{NewSlot, Opener};
pub(crate) use secret::{SlotKeys, slot_keys};

/// What kind of secret opens a slot of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotKind {
    /// A password the owner knows.
    Password,
    /// Words printed on paper.
    Recovery,
    /// A secret in the system's keychain.
    Keychain,
    /// A file the owner keeps.
    KeyFile,
    /// A kind a later version of the program made; it is kept as it is.
    Unknown(u8),
}

impl From<u8> for SlotKind {
    fn from(code: u8) -> Self {
        match code {
            1 => Self::Password,
            2 => Self::Recovery,
            3 => Self::Keychain,
            4 => Self::KeyFile,
            other => Self::Unknown(other),
        }
    }
}

impl SlotKind {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Password => 1,
            Self::Recovery => 2,
            Self::Keychain => 3,
            Self::KeyFile => 4,
            Self::Unknown(code) => code,
        }
    }
}

/// Names one slot for its whole life: 8 random bytes, written as 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotId(pub(crate) [u8; 8]);

impl fmt::Display for SlotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

/// The text is no name of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a slot's name is 16 hexadecimal digits")]
pub struct NotASlotId;

impl FromStr for SlotId {
    type Err = NotASlotId;

    fn from_str(text: &str) -> Result<Self, NotASlotId> {
        let plain = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u64::from_str_radix(text, 16).map_err(|_| NotASlotId)?;
        if plain { Ok(Self(number.to_be_bytes())) } else { Err(NotASlotId) }
    }
}

/// One thing that opens the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotInfo {
    /// Its name.
    pub id: SlotId,
    /// What kind of secret it is.
    pub kind: SlotKind,
    /// When it was made, in seconds since 1970; `None` when that was not noted.
    pub made_at: Option<i64>,
    /// Whether it opened the vault this time.
    pub opened_this: bool,
}

/// The ring sealed under the slot's own key.
const DIRECT: u8 = 1;
/// The ring sealed to the slot's public key.
const SEALED: u8 = 2;

/// One slot, kept byte for byte, so that kinds of a later version survive a rewrite of the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    bytes: Vec<u8>,
}

/// What trying a secret on a slot gave.
#[cfg(test)]
pub(crate) enum Unlocked {
    /// The vault's keys.
    Open(Ring),
    /// Not the secret of this slot.
    WrongPassword,
}

/// An opened slot.
pub(crate) struct OpenSlot {
    pub(crate) ring: Ring,
    /// The keys that the secret gave, for making the slot anew without deriving them once more.
    pub(crate) keys: SlotKeys,
}

impl Slot {
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        (!bytes.is_empty()).then(|| Self { bytes: bytes.to_vec() })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn kind(&self) -> SlotKind {
        self.bytes.first().map_or(SlotKind::Unknown(0), |code| SlotKind::from(*code))
    }

    /// Wraps the keys for a secret, under a fresh salt.
    pub(crate) fn make(keys: &Keys, new: NewSlot<'_>, made_at: Option<i64>) -> Result<Self, OpenError> {
        let (own, _) = OwnPart::make(keys, Fixed::new(new, made_at), new.opener())?;
        Ok(own.with_ring(keys))
    }

    /// What stands in the clear; `None` for slots of a later version.
    pub(crate) fn fixed(&self) -> Option<Fixed> {
        match self.wrap()? {
            DIRECT => direct::Fields::read(&self.bytes).map(|fields| fields.fixed),
            SEALED => sealed::Fields::read(&self.bytes).map(|fields| fields.fixed),
            _ => None,
        }
    }

    /// The costs of a password slot; `None` for other slots.
    pub(crate) fn params(&self) -> Option<KdfParams> {
        self.fixed()?.kdf
    }

    /// Whether new keys can be wrapped for this slot without its secret.
    pub(crate) fn is_sealed(&self) -> bool {
        self.wrap() == Some(SEALED)
    }

    /// The same slot with the present ring; `None` when that takes its secret.
    pub(crate) fn resealed(&self, keys: &Keys) -> Option<Self> {
        OwnPart::of(&self.bytes).map(|own| own.with_ring(keys))
    }

    /// Tries a secret.
    #[cfg(test)]
    pub(crate) fn unlock<'a>(&self, header: &Header, with: impl Into<Opener<'a>>) -> Result<Unlocked, OpenError> {
        Ok(self.open(header, with.into())?.map_or(Unlocked::WrongPassword, |open| Unlocked::Open(open.ring)))
    }

    /// Tries a secret; `None` when it is not the one of this slot. Limits and the header's pin are checked before the
    /// key derivation takes memory.
    pub(crate) fn open(&self, header: &Header, with: Opener<'_>) -> Result<Option<OpenSlot>, OpenError> {
        let fixed = self.checked(header)?;
        let keys = slot_keys(&header.vault_id, &fixed, with)?;
        Ok(self.open_with(header, &keys)?.map(|ring| OpenSlot { ring, keys }))
    }

    /// What stands in the clear, once the costs are neither below the pin nor missing where they are needed.
    fn checked(&self, header: &Header) -> Result<Fixed, OpenError> {
        let fixed = self.fixed().ok_or(OpenError::Damaged { part: Part::Header })?;
        if self.kind() == SlotKind::Password {
            let found = fixed.kdf.unwrap_or(KdfParams { m_kib: 0, t: 0, p: 0 });
            if found.weaker_than(header.pin) {
                return Err(OpenError::WeakKdf { found, needed: header.pin });
            }
        }
        Ok(fixed)
    }

    /// Opens the slot with keys derived before; `None` when they are of another secret.
    pub(crate) fn open_with(&self, header: &Header, keys: &SlotKeys) -> Result<Option<Ring>, OpenError> {
        let ring = match self.wrap() {
            Some(DIRECT) => direct::open(&self.bytes, header, keys)?,
            Some(SEALED) => sealed::open(&self.bytes, header, keys)?,
            _ => return Err(OpenError::Damaged { part: Part::Header }),
        };
        let decode = |ring: Zeroizing<Vec<u8>>| Ring::decode(&ring).ok_or(OpenError::Damaged { part: Part::Header });
        ring.map(decode).transpose()
    }

    fn wrap(&self) -> Option<u8> {
        self.bytes.get(1).copied()
    }
}

#[cfg(test)]
mod tests;
