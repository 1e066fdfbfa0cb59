//! What the owner has set and the vault seals.

use serde::{Deserialize, Serialize};

/// The shortest interval between periodic checks that an owner may choose, in minutes.
pub const HEALTH_INTERVAL_FLOOR_MINUTES: u32 = 15;

/// How close the rows of the account list are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListDensity {
    /// Close.
    Compact,
    /// As usual.
    #[default]
    Normal,
    /// Cards instead of rows.
    Cards,
}

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whether accounts are checked by themselves.
    pub health_enabled: bool,
    /// How often, in minutes; at least [`HEALTH_INTERVAL_FLOOR_MINUTES`]. A platform's own minimum counts too.
    pub health_interval_minutes: u32,
    /// Lock after this many minutes without the owner; 0 is never.
    pub lock_after_minutes: u32,
    /// Tell the owner when an account dies.
    pub notify: bool,
    /// The columns of the account list, in order, by the UI's names; empty is the UI's own choice.
    pub list_columns: Vec<String>,
    /// How close its rows are.
    pub list_density: ListDensity,
    /// Its order, by the UI's name; empty is the UI's own choice.
    pub list_sort: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            health_enabled: true,
            health_interval_minutes: 6 * 60,
            lock_after_minutes: 5,
            notify: true,
            list_columns: Vec::new(),
            list_density: ListDensity::default(),
            list_sort: String::new(),
        }
    }
}
