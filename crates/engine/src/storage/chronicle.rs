//! What happened to the vault, as it is stored.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::chronicle::Deed;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredDeed {
    /// When.
    pub(crate) at: Timestamp,
    /// What.
    pub(crate) deed: Deed,
    /// How many it concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<u64>,
    /// Names of what it concerned, where that helps: accounts, a part of the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
}

/// All lines, oldest first.
pub(crate) type StoredChronicle = VecDeque<StoredDeed>;
