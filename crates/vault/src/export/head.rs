//! The head of an export, and the keys that follow from it and a password.

use roster_domain::Secret;
use sha2::{Digest, Sha256};

use crate::bytes::{Reader, length, put_prefixed};
use crate::crypto::{self, Key};
use crate::kdf::{KdfParams, derive_ikm};

use super::{ExportError, kdf_error};

const MAGIC: &[u8; 8] = b"RosterEx";
const FORMAT: u16 = 1;
const ARGON2ID: u8 = 1;
const HASH: usize = 32;
const PREFIX: usize = 8 + 2 + 4;
/// What the commitment covers after the prefix.
const FIELDS: usize = 1 + 3 * 4 + 16 + 8 + 8;
/// No head of any format is longer, in bytes.
const LIMIT: usize = 1 << 16;

/// What the head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ExportHead {
    pub(super) kdf: KdfParams,
    pub(super) salt: [u8; 16],
    pub(super) entries: u64,
    /// Length of the plaintext.
    pub(super) plain: u64,
}

/// The keys of one export.
pub(super) struct ExportKeys {
    pub(super) chunks: Key,
    commit: Key,
}

impl ExportKeys {
    /// Blocks for the key derivation; limits are checked before it takes memory.
    pub(super) fn derive(head: &ExportHead, password: &Secret<String>) -> Result<Self, ExportError> {
        let ikm = derive_ikm(password, &head.salt, head.kdf).map_err(kdf_error)?;
        let derive = |info: &[u8]| crypto::derive_key(&head.salt, &*ikm, &[info]);
        Ok(Self { chunks: derive(b"roster/export/1/key"), commit: derive(b"roster/export/1/commit") })
    }
}

impl ExportHead {
    pub(super) const LEN: usize = PREFIX + FIELDS + 2 * HASH;

    /// Everything before the commitment.
    fn covered(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::LEN);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT.to_be_bytes());
        out.extend_from_slice(&length(FIELDS + 2 * HASH).to_be_bytes());
        out.push(ARGON2ID);
        for cost in [self.kdf.m_kib, self.kdf.t, self.kdf.p] {
            out.extend_from_slice(&cost.to_be_bytes());
        }
        out.extend_from_slice(&self.salt);
        out.extend_from_slice(&self.entries.to_be_bytes());
        out.extend_from_slice(&self.plain.to_be_bytes());
        out
    }

    pub(super) fn encode(&self, keys: &ExportKeys) -> Vec<u8> {
        let mut out = self.covered();
        let commitment = crypto::hmac(&*keys.commit, &[&out]);
        out.extend_from_slice(&commitment);
        let digest = Sha256::digest(&out);
        out.extend_from_slice(&digest);
        out
    }

    /// A head of these fields whose length and digest are right.
    #[cfg(any(test, fuzzing))]
    pub(super) fn forged(fields: &[u8]) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&FORMAT.to_be_bytes());
        out.extend_from_slice(&length(FIELDS + 2 * HASH).to_be_bytes());
        out.extend(fields.iter().copied().chain(std::iter::repeat(0)).take(FIELDS + HASH));
        let digest = Sha256::digest(&out);
        out.extend_from_slice(&digest);
        out
    }

    /// Reads the head of a file of any origin. It is not trusted before [`verify`](Self::verify).
    pub(super) fn decode(file: &[u8]) -> Result<Self, ExportError> {
        let mut reader = Reader::new(file);
        let magic = reader.take(MAGIC.len().min(file.len())).unwrap_or_default();
        if !MAGIC.starts_with(magic) || magic.is_empty() {
            return Err(ExportError::NotAnExport);
        }
        let format = reader.u16().ok_or(ExportError::Incomplete)?;
        let following = usize::try_from(reader.u32().ok_or(ExportError::Incomplete)?).unwrap_or(usize::MAX);
        if following > LIMIT {
            return Err(ExportError::Damaged);
        }
        let whole = file.get(..PREFIX + following).ok_or(ExportError::Incomplete)?;
        let (covered, digest) = whole.split_last_chunk::<HASH>().ok_or(ExportError::Damaged)?;
        if *digest != *Sha256::digest(covered) {
            return Err(ExportError::Damaged);
        }
        if format > FORMAT {
            return Err(ExportError::NewerFormat { found: format, known: FORMAT });
        }
        if format != FORMAT || whole.len() != Self::LEN {
            return Err(ExportError::Damaged);
        }
        Self::fields(reader).ok_or(ExportError::Damaged)
    }

    fn fields(mut reader: Reader<'_>) -> Option<Self> {
        if reader.u8()? != ARGON2ID {
            return None;
        }
        let kdf = KdfParams { m_kib: reader.u32()?, t: reader.u32()?, p: reader.u32()? };
        Some(Self { kdf, salt: reader.array()?, entries: reader.u64()?, plain: reader.u64()? })
    }

    /// Whether the head was made with these keys.
    pub(super) fn verify(&self, keys: &ExportKeys, file: &[u8]) -> Result<(), ExportError> {
        let covered = self.covered();
        let commitment = file.get(covered.len()..covered.len() + HASH).ok_or(ExportError::Incomplete)?;
        let fits = crypto::same(&crypto::hmac(&*keys.commit, &[&covered]), commitment);
        if fits { Ok(()) } else { Err(ExportError::WrongPassword) }
    }
}

/// What a chunk is bound to.
pub(super) fn associated_data(head: &[u8], position: u64, last: bool) -> Vec<u8> {
    let mut aad = Vec::with_capacity(4 * 4 + 21 + HASH + 8 + 1);
    put_prefixed(&mut aad, b"roster/export/1/chunk");
    put_prefixed(&mut aad, &Sha256::digest(head));
    put_prefixed(&mut aad, &position.to_be_bytes());
    put_prefixed(&mut aad, &[u8::from(last)]);
    aad
}
