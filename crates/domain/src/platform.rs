//! Which outside service is meant.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The id of a platform, such as `bilibili`: 2 to 32 lower-case letters, digits or `-`.
///
/// It is an open set on purpose. What platforms exist is known by the registry of adapters alone, and nothing
/// matches on the name of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlatformId(String);

/// A string that cannot be the id of any platform.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a platform id: use 2 to 32 lower-case letters, digits or '-'")]
pub struct InvalidPlatformId;

impl PlatformId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for PlatformId {
    /// `unknown`, which no adapter has: the value of a field that an older record lacks.
    fn default() -> Self {
        Self(String::from("unknown"))
    }
}

impl FromStr for PlatformId {
    type Err = InvalidPlatformId;
    fn from_str(text: &str) -> Result<Self, InvalidPlatformId> {
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if (2..=32).contains(&text.len()) && plain { Ok(Self(text.to_owned())) } else { Err(InvalidPlatformId) }
    }
}

impl TryFrom<String> for PlatformId {
    type Error = InvalidPlatformId;
    fn try_from(text: String) -> Result<Self, InvalidPlatformId> {
        text.parse()
    }
}

impl From<PlatformId> for String {
    fn from(id: PlatformId) -> String {
        id.0
    }
}

impl fmt::Display for PlatformId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
