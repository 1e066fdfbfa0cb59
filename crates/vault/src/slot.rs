//! A slot of the header: the vault's keys, wrapped with one secret of the owner.
//!
//! ```text
//! slot = kind u8 | wrap u8 = 1 | id 8 | kdf u8 = 1 | m u32, t u32, p u32 | salt 16
//!      | length u32 | nonce 12 | sealed ring | tag 16 | commitment 32
//!
//! ikm  = Argon2id(NFKC(password), salt, m, t, p)
//! prk  = HKDF-Extract-SHA256(salt = vault id, ikm)
//! kek  = HKDF-Expand(prk, "roster/1/kek")           seals the ring; AAD = "roster/1/slot", vault id, format, all
//!                                                    of the slot before the ring, each behind its length
//! hdr  = HKDF-Expand(prk, "roster/1/header-mac")    commitment = HMAC(hdr, vault id | format | slot before it)
//! ```
//!
//! The commitment tells a wrong password from a damaged slot and ties the slot to one key. It covers its own slot
//! only, because slots are added and changed while the secrets of the others are not at hand; the mac at the end
//! of the header, under a key of the ring, covers all of them together.

use roster_domain::Secret;
use zeroize::Zeroizing;

use crate::bytes::{Reader, put_prefixed};
use crate::crypto::{self, Key};
use crate::error::{OpenError, Part};
use crate::header::{FORMAT, Header};
use crate::kdf::{KdfParams, derive_ikm};
use crate::keys::{Keys, Ring};

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

const PASSWORD: u8 = 1;
/// The ring sealed under the slot's own key.
const DIRECT: u8 = 1;
const ARGON2ID: u8 = 1;

/// One slot, kept byte for byte, so that kinds of a later version survive a rewrite of the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    bytes: Vec<u8>,
}

/// What trying a password on a slot gave.
pub(crate) enum Unlocked {
    /// The vault's keys.
    Open(Ring),
    /// Not the password of this slot.
    WrongPassword,
}

/// A password slot taken apart.
struct Fields<'a> {
    params: KdfParams,
    salt: [u8; 16],
    /// Everything before the sealed ring.
    outside: &'a [u8],
    ring: &'a [u8],
    /// Everything before the commitment.
    committed: &'a [u8],
    commitment: [u8; 32],
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

    /// Wraps the keys with a password, under a fresh salt.
    pub(crate) fn password(keys: &Keys, password: &Secret<String>, params: KdfParams) -> Result<Self, OpenError> {
        let salt: [u8; 16] = crypto::random();
        let (kek, hdr) = slot_keys(&keys.vault_id, password, &salt, params)?;
        let mut bytes = vec![PASSWORD, DIRECT];
        bytes.extend_from_slice(&crypto::random::<8>());
        bytes.push(ARGON2ID);
        for cost in [params.m_kib, params.t, params.p] {
            bytes.extend_from_slice(&cost.to_be_bytes());
        }
        bytes.extend_from_slice(&salt);
        let mut sealed = Vec::new();
        crypto::seal(&kek, &wrap_aad(&keys.vault_id, &bytes), &keys.ring().encode(), &mut sealed);
        put_prefixed(&mut bytes, &sealed);
        let commitment = commit(&hdr, &keys.vault_id, &bytes);
        bytes.extend_from_slice(&commitment);
        Ok(Self { bytes })
    }

    /// The costs of a password slot; `None` for other slots.
    pub(crate) fn params(&self) -> Option<KdfParams> {
        Some(self.fields()?.params)
    }

    /// Tries a password. Limits and the header's pin are checked before the key derivation takes memory.
    pub(crate) fn unlock(&self, header: &Header, password: &Secret<String>) -> Result<Unlocked, OpenError> {
        let damaged = || OpenError::Damaged { part: Part::Header };
        let fields = self.fields().ok_or_else(damaged)?;
        if fields.params.weaker_than(header.pin) {
            return Err(OpenError::WeakKdf { found: fields.params, needed: header.pin });
        }
        let (kek, hdr) = slot_keys(&header.vault_id, password, &fields.salt, fields.params)?;
        if !crypto::same(&commit(&hdr, &header.vault_id, fields.committed), &fields.commitment) {
            return Ok(Unlocked::WrongPassword);
        }
        let mut ring = Zeroizing::new(Vec::new());
        crypto::open(&kek, &wrap_aad(&header.vault_id, fields.outside), fields.ring, &mut ring)
            .map_err(|_| damaged())?;
        Ring::decode(&ring).map(Unlocked::Open).ok_or_else(damaged)
    }

    fn fields(&self) -> Option<Fields<'_>> {
        let mut reader = Reader::new(&self.bytes);
        let (kind, wrap) = (reader.u8()?, reader.u8()?);
        reader.take(8)?;
        let kdf = reader.u8()?;
        if (kind, wrap, kdf) != (PASSWORD, DIRECT, ARGON2ID) {
            return None;
        }
        let params = KdfParams { m_kib: reader.u32()?, t: reader.u32()?, p: reader.u32()? };
        let salt = reader.array()?;
        let outside = self.bytes.get(..self.bytes.len() - reader.remaining())?;
        let ring = reader.prefixed()?;
        let committed = self.bytes.get(..self.bytes.len() - reader.remaining())?;
        let commitment = reader.array()?;
        reader.is_empty().then_some(Fields { params, salt, outside, ring, committed, commitment })
    }
}

fn slot_keys(
    vault_id: &[u8; 16],
    password: &Secret<String>,
    salt: &[u8; 16],
    params: KdfParams,
) -> Result<(Key, Key), OpenError> {
    let ikm = derive_ikm(password, salt, params)?;
    Ok((
        crypto::derive_key(vault_id, &*ikm, &[b"roster/1/kek"]),
        crypto::derive_key(vault_id, &*ikm, &[b"roster/1/header-mac"]),
    ))
}

fn wrap_aad(vault_id: &[u8; 16], outside: &[u8]) -> Vec<u8> {
    let mut aad = Vec::new();
    put_prefixed(&mut aad, b"roster/1/slot");
    put_prefixed(&mut aad, vault_id);
    put_prefixed(&mut aad, &FORMAT.to_be_bytes());
    put_prefixed(&mut aad, outside);
    aad
}

fn commit(hdr: &Key, vault_id: &[u8; 16], committed: &[u8]) -> [u8; 32] {
    crypto::hmac(&**hdr, &[vault_id, &FORMAT.to_be_bytes(), committed])
}
