//! Secrets on their way in.

use roster_domain::Secret;
use serde::{Deserialize, Deserializer};

/// A password or cookie line of a request. It deserialises straight into a [`Secret`] and has no way back out to
/// the wire.
#[derive(Debug)]
pub struct SecretText(Secret<String>);

impl SecretText {
    /// The secret.
    pub fn into_secret(self) -> Secret<String> {
        self.0
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Secret::new(text)))
    }
}
