//! How accounts are used.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::AccountStatus;

/// Reports one use.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportUsageRequest {
    /// What was done, such as `publish`.
    #[schema(min_length = 1, max_length = 64, example = "publish")]
    pub action: String,
    /// Whether it worked.
    pub success: bool,
    /// How long it took, in milliseconds; 0 unless said.
    #[serde(default)]
    pub duration_ms: u64,
    /// What went wrong.
    #[schema(max_length = 500)]
    pub error: Option<String>,
}

/// How an account was used.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountStatsView {
    /// The public id.
    pub account_id: String,
    /// The platform's id.
    pub platform: String,
    /// Where it stands.
    pub status: AccountStatus,
    /// Times it was chosen or used.
    pub use_count: u64,
    /// Uses reported as a success.
    pub success_count: u64,
    /// Uses reported as a failure.
    pub fail_count: u64,
    /// Successes per reported outcome, in percent with two places.
    pub success_rate: f64,
    /// The latest uses, newest first.
    pub recent_logs: Vec<UsageView>,
}

/// One use.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageView {
    /// What was done.
    pub action: String,
    /// Whether it worked.
    pub success: bool,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// When.
    pub created_at: Timestamp,
    /// What went wrong; only there when something did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error: Option<String>,
}
