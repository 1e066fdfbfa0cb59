//! Key files: a random key in a file the owner keeps, in a form that tells a wrong file from a wrong key.
//!
//! ```text
//! key file = "RosterKf" | format u16 = 1 | vault id 16 | key 32 | SHA-256 of all before 32
//! ```

use roster_domain::Secret;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::bytes::Reader;
use crate::crypto::{self, Key};
use crate::error::OpenError;

const MAGIC: &[u8; 8] = b"RosterKf";
const FORMAT: u16 = 1;
const LEN: usize = 8 + 2 + 16 + 32 + 32;

/// A fresh 32-byte key for a slot, to lie in the system's keychain.
pub fn slot_key() -> Secret<Vec<u8>> {
    Secret::new(crypto::random_key().to_vec())
}

/// The content of a key file for a vault, with this key.
pub(crate) fn encode(vault_id: &[u8; 16], key: &Key) -> Secret<Vec<u8>> {
    let mut out = Vec::with_capacity(LEN);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&FORMAT.to_be_bytes());
    out.extend_from_slice(vault_id);
    out.extend_from_slice(&**key);
    let digest = Sha256::digest(&out);
    out.extend_from_slice(&digest);
    Secret::new(out)
}

/// The key in the content of a file.
pub(crate) fn key_of(vault_id: &[u8; 16], content: &[u8]) -> Result<Key, OpenError> {
    let (of, key) = decode(content)?;
    if of == *vault_id { Ok(key) } else { Err(OpenError::OtherVault) }
}

fn decode(content: &[u8]) -> Result<([u8; 16], Key), OpenError> {
    let mut reader = Reader::new(content);
    let named = reader.take(MAGIC.len()) == Some(MAGIC);
    let format = reader.u16().filter(|_| named).ok_or(OpenError::NoKeyFile)?;
    if format > FORMAT {
        return Err(OpenError::NewerFormat { found: format, known: FORMAT });
    }
    let (covered, digest) = content.split_last_chunk::<32>().ok_or(OpenError::NoKeyFile)?;
    if content.len() != LEN || format != FORMAT || *digest != *Sha256::digest(covered) {
        return Err(OpenError::NoKeyFile);
    }
    let vault_id = reader.array().ok_or(OpenError::NoKeyFile)?;
    let key = reader.array().map(Zeroizing::new).ok_or(OpenError::NoKeyFile)?;
    Ok((vault_id, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_gives_its_key_to_its_own_vault_only() {
        let key = crypto::random_key();
        let file = encode(&[1; 16], &key);
        assert_eq!(file.expose().len(), LEN);
        assert_eq!(key_of(&[1; 16], file.expose()).unwrap(), key);
        assert!(matches!(key_of(&[2; 16], file.expose()), Err(OpenError::OtherVault)));
    }

    #[test]
    fn anything_else_is_no_key_file() {
        let file = encode(&[1; 16], &crypto::random_key());
        for at in 0..LEN * 8 {
            let mut other = file.expose().clone();
            other[at / 8] ^= 1 << (at % 8);
            let newer =
                matches!(key_of(&[1; 16], &other), Err(OpenError::NewerFormat { .. })) && (64..80).contains(&at);
            assert!(newer || matches!(key_of(&[1; 16], &other), Err(OpenError::NoKeyFile)), "bit {at}");
        }
        for cut in 0..LEN {
            assert!(matches!(key_of(&[1; 16], &file.expose()[..cut]), Err(OpenError::NoKeyFile)), "cut at {cut}");
        }
        let longer = [file.expose().as_slice(), b"\n"].concat();
        assert!(matches!(key_of(&[1; 16], &longer), Err(OpenError::NoKeyFile)));
    }
}
