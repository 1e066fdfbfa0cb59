//! What goes into and comes out of health checks.

use jiff::Timestamp;
use roster_domain::{AccountId, AccountStatus, Evidence, Reason, Verdict};
use serde::Serialize;

use crate::AccountQuery;

/// Which accounts to check.
#[derive(Debug, Clone)]
pub enum CheckSelection {
    /// These.
    Accounts(Vec<AccountId>),
    /// All that a query finds; its page, order and facets do not matter.
    Matching(Box<AccountQuery>),
}

/// One account's check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckOutcome {
    /// Which.
    pub account_id: AccountId,
    /// What the answer means.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// What it rests on.
    pub evidence: Evidence,
    /// The account's status after it.
    pub status: AccountStatus,
    /// Whether the platform named the expected user.
    pub healthy: bool,
    /// When the second proof of an ended session is sought.
    pub recheck_at: Option<Timestamp>,
    /// When the answer was there.
    pub checked_at: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

/// One line of a batch's result list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckResult {
    /// Which.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// What the answer means.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// The account's status after it.
    pub status: AccountStatus,
}

/// A batch that was waited for (contract, 2.8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchOutcome {
    /// Those that live.
    pub success_count: u64,
    /// All others, those without an answer included.
    pub fail_count: u64,
    /// Both together.
    pub total: u64,
    /// Each account's result, in the order in which they were done.
    pub results: Vec<CheckResult>,
}
