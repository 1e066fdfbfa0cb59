//! The records that hold no credential.

use std::collections::VecDeque;

use jiff::Timestamp;
use roster_domain::{Account, Quotas};
use serde::{Deserialize, Serialize};

/// What the engine remembers of an account for its own work.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Upkeep {
    /// When the platform was last asked everything ([`roster_platform::ProbeDepth::Full`]).
    pub(crate) full_check_at: Option<Timestamp>,
    /// When the platform was last asked whether the session should be renewed.
    pub(crate) renewal_at: Option<Timestamp>,
    /// A renewed session is stored and the platform has not heard of it yet.
    pub(crate) renewal_unconfirmed: bool,
    /// Checks in a row that came to nothing.
    pub(crate) unanswered: u32,
    /// When the creator's numbers were last read.
    pub(crate) numbers_at: Option<Timestamp>,
    /// What may still be used, as last read.
    pub(crate) quotas: Option<Quotas>,
    /// Made by a login that did not say whose session it is: when that person turns out to have an account here
    /// already, the session goes there and this one goes away.
    pub(crate) provisional: bool,
    /// When the owner was told that it died, within the last 24 hours.
    pub(crate) told_at: VecDeque<Timestamp>,
}

/// The overview record of an account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredAccount {
    /// The account.
    pub(crate) account: Account,
    /// The engine's own notes.
    pub(crate) upkeep: Upkeep,
}

/// The numbers given so far; none is given twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Ledger {
    /// The last account number given.
    pub(crate) last_account: u64,
    /// The last pool number given.
    pub(crate) last_pool: u64,
}

/// What the runner remembers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Schedule {
    /// The owner holds periodic checks back.
    pub(crate) checks_paused: bool,
}
