//! Lists of accounts: which, in which order, and how many each filter would show.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Detail, account::AccountSummary, words::words};

/// Which accounts to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAccountsQuery {
    /// Only these, at most 500 numeric or public ids separated by commas. Those that are not there are left out.
    pub ids: Option<String>,
    /// Only these platforms, separated by commas.
    pub platform: Option<String>,
    /// Only these statuses, separated by commas: `pending`, `active`, `inactive`, `expired`.
    pub status: Option<String>,
    /// Only this user's.
    pub user_id: Option<String>,
    /// Only this project's.
    pub project_id: Option<String>,
    /// Only with any of these labels, separated by commas: `name`, or `name:value`.
    pub tag: Option<String>,
    /// Only members of this pool.
    pub pool: Option<String>,
    /// Only with this text in name, public id, platform user id, nickname or note.
    pub text: Option<String>,
    /// Only those that want something from their owner.
    pub needs_me: Option<bool>,
    /// In which order; `number` unless said.
    #[param(inline)]
    pub sort: Option<SortKey>,
    /// Backwards.
    #[param(inline)]
    pub order: Option<SortOrder>,
    /// How many: 1 to 500, 50 unless said.
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
    /// How many to leave out first.
    #[param(minimum = 0, default = 0)]
    pub offset: Option<u32>,
    /// `full` adds the key `more` to each.
    #[serde(default)]
    #[param(inline)]
    pub view: Detail,
}

words! {
    /// By what to sort.
    SortKey mirrors roster_engine::SortKey {
        /// In the order they came.
        Number,
        /// By name.
        Name,
        /// By platform.
        Platform,
        /// By status.
        Status,
        /// By priority.
        Priority,
        /// By how often used.
        UseCount,
        /// By the last use.
        LastUsed,
        /// By the last check.
        LastCheck,
        /// By when the session ends.
        ExpiresAt,
        /// By when it was made.
        CreatedAt,
        /// By when it was last changed.
        UpdatedAt,
    }
}

/// In which direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SortOrder {
    /// Smallest first.
    #[default]
    Asc,
    /// Largest first.
    Desc,
}

/// A page of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountPageView {
    /// The accounts.
    pub accounts: Vec<AccountSummary>,
    /// How many there are on all pages.
    pub total: u64,
    /// How many a page holds.
    pub limit: u32,
    /// How many came before.
    pub offset: u32,
}

/// How many accounts each filter would show, each counted with the other filters applied.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetsView {
    /// By status.
    pub status: BTreeMap<String, u64>,
    /// By platform.
    pub platform: BTreeMap<String, u64>,
    /// By label, `name:value`.
    pub tag: BTreeMap<String, u64>,
    /// Those that want something from their owner.
    pub needs_me: u64,
    /// All that pass every filter.
    pub total: u64,
}
