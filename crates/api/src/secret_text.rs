//! Secrets on their way in, and the one on its way out.

use roster_domain::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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

/// One secret that the owner asked to see. Each place that makes one is a way out of the program.
#[derive(Debug)]
pub struct ShownSecret(Secret<String>);

impl ShownSecret {
    /// Lets the secret out.
    pub(crate) fn show(secret: Secret<String>) -> Self {
        Self(secret)
    }
}

impl Serialize for ShownSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}
