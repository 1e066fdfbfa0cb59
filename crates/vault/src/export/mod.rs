//! Portable exports: records in one file under a password of its own, for another vault to read.
//!
//! ```text
//! file   = head | chunk…
//! head   = "RosterEx" | format u16 = 1 | length u32 of what follows in the head
//!        | kdf u8 = 1 (Argon2id) | m u32 KiB, t u32, p u32 | salt 16 | entries u64 | length of the plaintext u64
//!        | commitment 32 | SHA-256 of the head before it 32
//! chunk  = nonce 12 | ciphertext | tag 16        of 65,536 bytes of the plaintext; the last one of what is left
//! plain  = entry…                                at least one chunk, also without an entry
//! entry  = length u32 | kind | id 16 | length u32 | body
//!
//! ikm    = Argon2id(NFKC(password), salt, m, t, p)
//! key    = HKDF-SHA256(salt = salt, ikm, "roster/export/1/key")       seals the chunks with AES-256-GCM
//! hdr    = HKDF-SHA256(salt = salt, ikm, "roster/export/1/commit")
//! commitment = HMAC-SHA256(hdr, head before it)
//! AAD    = "roster/export/1/chunk", SHA-256 of the whole head, position u64 from 0, last u8 (0 or 1),
//!          each behind its length as u32
//! ```
//!
//! All numbers are big-endian. Magic, format, length and the SHA-256 at the end of the head are the same in every
//! format, so that damage is not taken for a newer one. The SHA-256 tells a damaged head from a wrong password; the
//! commitment ties the file to one key; position and last flag keep chunks from being left out, added, swapped or cut
//! off; the head's hash binds all of them to one head. Costs outside of the vault's limits are refused before any
//! memory is taken.

mod head;
mod open;
mod seal;
#[cfg(test)]
mod tests;

use zeroize::Zeroizing;

use crate::error::OpenError;
use crate::kdf::KdfParams;
use crate::record::RecordId;

#[cfg(any(test, fuzzing))]
pub(crate) use open::fuzz;
pub use open::open;
pub use seal::seal;

/// Plaintext bytes per chunk.
const CHUNK: usize = 64 << 10;
/// No file is read that is longer, in bytes.
pub const MAX_FILE: u64 = 1 << 30;

/// One record in an export. It belongs to no vault: neither versions nor keys travel.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// What sort of thing it is; at most 32 bytes.
    pub kind: String,
    /// Its id within the kind, as it was where it comes from.
    pub id: RecordId,
    /// Its content; at most [`MAX_BODY`](crate::MAX_BODY) bytes. Wiped when dropped.
    pub body: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").field("kind", &self.kind).field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why an export could not be made or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The file does not begin as an export does.
    #[error("this is not an export")]
    NotAnExport,
    /// The file is not what was written.
    #[error("the export is damaged")]
    Damaged,
    /// The file ends too early.
    #[error("the export is incomplete")]
    Incomplete,
    /// The password is not the one it was sealed with.
    #[error("wrong password")]
    WrongPassword,
    /// A later version of the program wrote it.
    #[error("the export has format {found}, and this program knows formats up to {known}")]
    NewerFormat {
        /// Format found.
        found: u16,
        /// Newest format this program reads.
        known: u16,
    },
    /// The key derivation asked for is cheaper than allowed.
    #[error("the key derivation is too weak")]
    WeakKdf {
        /// Parameters found.
        found: KdfParams,
    },
    /// The key derivation asked for is more than any export needs.
    #[error("the key derivation is too costly")]
    CostlyKdf {
        /// Parameters found.
        found: KdfParams,
    },
    /// There is more in it than fits into an export.
    #[error("the export is too large")]
    TooLarge,
}

fn kdf_error(error: OpenError) -> ExportError {
    match error {
        OpenError::WeakKdf { found, .. } => ExportError::WeakKdf { found },
        OpenError::CostlyKdf { found, .. } => ExportError::CostlyKdf { found },
        _ => ExportError::Damaged,
    }
}
