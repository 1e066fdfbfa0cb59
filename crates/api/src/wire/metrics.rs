//! Figures for whoever watches over the app.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

/// All figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct MetricsView {
    /// Checks since the program was started.
    pub checks: CheckFiguresView,
    /// Accounts.
    pub accounts: AccountFiguresView,
    /// Remembered answers since the vault was opened.
    pub memory: MemoryFiguresView,
}

/// Checks.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckFiguresView {
    /// All of them.
    pub total: u64,
    /// Those that named the expected person.
    pub success: u64,
    /// All others.
    pub failure: u64,
    /// The others by why.
    pub by_reason: BTreeMap<String, u64>,
    /// All by platform.
    pub by_platform: BTreeMap<String, u64>,
    /// All by region or site, where there are several.
    pub by_region: BTreeMap<String, u64>,
    /// How long one took on average, in milliseconds.
    pub mean_ms: u64,
}

/// Accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountFiguresView {
    /// Found alive.
    pub active: u64,
    /// Their session has ended.
    pub expired: u64,
    /// Restricted, or kept out of use.
    pub inactive: u64,
    /// Not verified yet.
    pub pending: u64,
    /// With a paid membership.
    pub vip: u64,
}

/// Remembered answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemoryFiguresView {
    /// Kept now.
    pub entries: u64,
    /// Questions answered from memory.
    pub hits: u64,
    /// Questions that went out.
    pub asked: u64,
}
