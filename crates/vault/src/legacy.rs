//! The old format of other programs: `base64( nonce 12 | ciphertext | tag 16 )`, AES-256-GCM without associated data,
//! under `SHA-256(secret)`.
//!
//! It is weak: a bare hash of a secret can be tried millions of times a second, and nothing ties a text to its place.
//! It is only read here, from a file the owner picked, and never tried because something else did not open.

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use roster_domain::Secret;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::crypto::{self, Key, NONCE, TAG};

/// With or without padding at the end: both are about.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The key that follows from a secret of the old format.
pub struct LegacyKey(Key);

/// Why a sealed text of the old format cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LegacyError {
    /// It is not base64.
    #[error("not base64")]
    NotBase64,
    /// It is too short to hold anything.
    #[error("too short")]
    TooShort,
    /// Another secret, or damaged: this format cannot tell.
    #[error("it does not open")]
    NotAuthentic,
    /// It was opened and is no UTF-8.
    #[error("not a text")]
    NotText,
}

impl LegacyKey {
    /// The key of a secret.
    pub fn derive(secret: &Secret<String>) -> Self {
        let mut key = Key::default();
        key.copy_from_slice(&Sha256::digest(secret.expose().as_bytes()));
        Self(key)
    }

    /// Opens one sealed text. White space around and inside of it does not count.
    ///
    /// # Errors
    /// Each reason has its own [`LegacyError`].
    pub fn open(&self, sealed: &str) -> Result<Secret<String>, LegacyError> {
        let text: String = sealed.split_ascii_whitespace().collect();
        let raw = BASE64.decode(text).map_err(|_| LegacyError::NotBase64)?;
        if raw.len() < NONCE + TAG {
            return Err(LegacyError::TooShort);
        }
        let mut plain = Zeroizing::new(Vec::with_capacity(raw.len()));
        crypto::open(&self.0, &[], &raw, &mut plain).map_err(|_| LegacyError::NotAuthentic)?;
        let text = std::str::from_utf8(&plain).map_err(|_| LegacyError::NotText)?;
        Ok(Secret::from(text))
    }
}

impl std::fmt::Debug for LegacyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LegacyKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../tests/vectors/legacy-v1.json")).unwrap()
    }

    #[test]
    fn texts_sealed_elsewhere_open() {
        let vectors = vectors();
        let key = LegacyKey::derive(&Secret::from(vectors["secret"].as_str().unwrap()));
        for vector in vectors["texts"].as_array().unwrap() {
            let (sealed, text) = (vector["sealed"].as_str().unwrap(), vector["text"].as_str().unwrap());
            assert_eq!(key.open(sealed).unwrap().expose(), text);
            assert_eq!(key.open(&format!(" {}\n", sealed.trim_end_matches('='))).unwrap().expose(), text);
        }
        assert_eq!(key.open(vectors["not_text"].as_str().unwrap()).unwrap_err(), LegacyError::NotText);
    }

    #[test]
    fn every_bad_text_says_why() {
        let vectors = vectors();
        let key = LegacyKey::derive(&Secret::from(vectors["secret"].as_str().unwrap()));
        let good = vectors["texts"][2]["sealed"].as_str().unwrap();
        let other = LegacyKey::derive(&Secret::from("another secret"));
        assert_eq!(other.open(good).unwrap_err(), LegacyError::NotAuthentic);
        for (text, why) in [
            ("", LegacyError::TooShort),
            ("QUJD", LegacyError::TooShort),
            ("not base64!", LegacyError::NotBase64),
            ("SESSDATA=a; b=c", LegacyError::NotBase64),
        ] {
            assert_eq!(key.open(text).unwrap_err(), why, "{text}");
        }
        for at in 0..good.len() {
            let mut edited = good.as_bytes().to_vec();
            edited[at] = if edited[at] == b'A' { b'B' } else { b'A' };
            let edited = String::from_utf8(edited).unwrap();
            let bits_that_do_not_count = BASE64.decode(&edited).ok() == BASE64.decode(good).ok();
            assert!(key.open(&edited).is_err() || bits_that_do_not_count, "character {at}");
        }
    }
}
