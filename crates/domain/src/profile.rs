//! Who the platform says somebody is, and what it counts about them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The public face of an account, read from the platform.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The platform's own stable user id.
    pub user_id: String,
    /// The nickname.
    pub name: String,
    /// The picture's address; the main window does not load it from the network.
    pub avatar_url: Option<String>,
    /// One line about itself.
    pub signature: Option<String>,
    /// The platform's level or rank, in its own words (`LV6`).
    pub level: Option<String>,
    /// A paid membership, in the platform's own words.
    pub membership: Option<String>,
    /// When that membership ends.
    pub membership_ends_at: Option<Timestamp>,
    /// A verification, in the platform's own words.
    pub verification: Option<String>,
    /// When this was read.
    pub read_at: Option<Timestamp>,
}

/// One count of a creator's numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// A key the UI has a word for, such as `followers`, `views`, `likes`, `coins`.
    pub key: String,
    /// The value.
    pub value: f64,
    /// The change since the day before, where the platform gives it.
    pub change: Option<f64>,
}

/// A creator's numbers at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// When they were read.
    pub read_at: Timestamp,
    /// The numbers, most telling first.
    pub items: Vec<Number>,
}
