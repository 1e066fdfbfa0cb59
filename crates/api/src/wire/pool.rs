//! Pools.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    given,
    words::{AccountStatus, Strategy},
};

/// Creates a pool.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePoolRequest {
    /// Its name.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// The platform all members are on.
    #[schema(example = "xiaohongshu", min_length = 2, max_length = 32, pattern = "^[a-z0-9-]{2,32}$")]
    pub platform: String,
    /// What it is for.
    #[schema(max_length = 1000)]
    pub description: Option<String>,
    /// How it chooses; `round_robin` unless said.
    pub strategy: Option<Strategy>,
    /// How many members it may have; no limit unless said.
    #[schema(minimum = 1)]
    pub max_size: Option<u32>,
}

/// Changes a pool. What is left out stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdatePoolRequest {
    /// A new name.
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// What it is for.
    #[schema(max_length = 1000)]
    pub description: Option<String>,
    /// How it chooses.
    pub strategy: Option<Strategy>,
    /// How many members it may have; `null` for no limit.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>, minimum = 1)]
    pub max_size: Option<Option<u32>>,
}

/// Which pools to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListPoolsQuery {
    /// Only this platform's.
    pub platform: Option<String>,
}

/// A pool.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolView {
    /// The numeric id.
    pub id: u64,
    /// The public id.
    pub pool_id: String,
    /// Its name.
    pub name: String,
    /// The platform all members are on.
    pub platform: String,
    /// What it is for.
    pub description: String,
    /// How it chooses.
    pub strategy: Strategy,
    /// How many members it may have; no limit when null.
    #[schema(required = true)]
    pub max_size: Option<u32>,
    /// How many members it has.
    pub member_count: u64,
    /// How many of them are ready to be chosen.
    pub ready_count: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Pools.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolListView {
    /// The pools, in the order they were made.
    pub pools: Vec<PoolView>,
    /// How many there are.
    pub total: u64,
}

/// A pool has gone. Its members stay as accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolGoneView {
    /// The public id it had.
    pub pool_id: String,
    /// One sentence.
    pub message: String,
}

/// Adds an account to a pool.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMemberRequest {
    /// The account's public or numeric id.
    #[schema(min_length = 1, max_length = 64, example = "acc_001")]
    pub account_id: String,
    /// Its priority in this pool; the account's own unless said.
    #[schema(minimum = 1, maximum = 10)]
    pub priority: Option<u8>,
}

/// Sets a member's priority.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutMemberRequest {
    /// Its priority in this pool; the account's own when left out.
    #[schema(minimum = 1, maximum = 10)]
    pub priority: Option<u8>,
}

/// A member of a pool.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberView {
    /// The pool's public id.
    pub pool_id: String,
    /// The account's public id.
    pub account_id: String,
    /// The platform's id.
    pub platform: String,
    /// The account's name.
    pub account_name: String,
    /// Where the account stands.
    pub status: AccountStatus,
    /// The priority by which this pool chooses it.
    pub priority: u8,
    /// Whether that priority is this pool's and not the account's own.
    pub priority_is_own: bool,
    /// Times the account was chosen or used.
    pub use_count: u64,
    /// The account's last use.
    #[schema(required = true)]
    pub last_used_at: Option<Timestamp>,
    /// Since when it is in.
    pub added_at: Timestamp,
}

/// The members of a pool.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberListView {
    /// The pool's public id.
    pub pool_id: String,
    /// The members, in the order they came.
    pub members: Vec<MemberView>,
    /// How many there are on all pages.
    pub total: u64,
    /// How many a page holds.
    pub limit: u32,
    /// How many came before.
    pub offset: u32,
}

/// An account has left a pool.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberGoneView {
    /// The pool's public id.
    pub pool_id: String,
    /// The account's public id.
    pub account_id: String,
    /// One sentence.
    pub message: String,
}

/// Chooses an account.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SelectRequest {
    /// Also say why this one, and why not the others.
    #[serde(default)]
    pub explain: bool,
}

/// The chosen account.
#[derive(Debug, Serialize, ToSchema)]
pub struct SelectedView {
    /// The public id.
    pub account_id: String,
    /// The platform's id.
    pub platform: String,
    /// Its name.
    pub account_name: String,
    /// Where it stands.
    pub status: AccountStatus,
    /// With `"explain": true`: why this one, and why not the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub explanation: Option<ExplanationView>,
}

/// Why an account was chosen.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplanationView {
    /// The rule that chose.
    pub strategy: Strategy,
    /// Its priority in this pool.
    pub priority: u8,
    /// How often it had been used before.
    pub use_count: u64,
    /// When it had last been used before.
    #[schema(required = true)]
    pub last_used_at: Option<Timestamp>,
    /// How many members were ready.
    pub ready_count: u64,
    /// What kept the others out.
    pub others: NobodyReadyView,
}

/// Members by what keeps them out.
#[derive(Debug, Serialize, ToSchema)]
pub struct NobodyReadyView {
    /// Members in all.
    pub members: u64,
    /// Never verified.
    pub pending: u64,
    /// Not logged in any more.
    pub expired: u64,
    /// Restricted by the platform, or somebody else's session.
    pub restricted: u64,
    /// Kept out of use by the owner.
    pub disabled: u64,
}

/// Which of a pool's members.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListMembersQuery {
    /// How many: 1 to 500, 50 unless said.
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
    /// How many to leave out first.
    #[param(minimum = 0, default = 0)]
    pub offset: Option<u32>,
}
