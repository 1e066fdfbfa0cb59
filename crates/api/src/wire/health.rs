//! Health checks.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::words::{AccountStatus, Reason, Verdict};

/// What one check came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckView {
    /// The public id.
    pub account_id: String,
    /// Whether the platform named the expected user.
    pub healthy: bool,
    /// One sentence.
    pub message: String,
    /// With `view=full`: what it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub more: Option<CheckMore>,
}

/// What a check rests on.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckMore {
    /// What the answer means.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// What it rests on.
    pub evidence: EvidenceView,
    /// The account's status after it.
    pub status: AccountStatus,
    /// When the answer was there.
    pub checked_at: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// When the second proof of an ended session is sought.
    #[schema(required = true)]
    pub recheck_at: Option<Timestamp>,
}

/// Which accounts to check.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BatchCheckQuery {
    /// Only this platform's.
    pub platform: Option<String>,
}

/// What a check of many came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchCheckView {
    /// Healthy.
    pub success_count: u64,
    /// Not healthy, or the platform could not be asked.
    pub fail_count: u64,
    /// All.
    pub total: u64,
}

/// An account's checks.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthHistoryView {
    /// The public id.
    pub account_id: String,
    /// The checks, newest first, at most 50.
    pub records: Vec<HealthRecordView>,
}

/// One check.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthRecordView {
    /// When the answer was there.
    pub at: Timestamp,
    /// What it means.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// What it rests on.
    pub evidence: EvidenceView,
    /// How long the check took, in milliseconds.
    pub duration_ms: u64,
    /// The credential that was asked about.
    pub generation: u64,
    /// The account's status after it.
    pub status: AccountStatus,
}

/// What a verdict rests on: codes, shapes and the platform's own short message.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceView {
    /// What was asked.
    pub question: String,
    /// The HTTP status.
    #[schema(required = true)]
    pub http_status: Option<u16>,
    /// The platform's own code.
    #[schema(required = true)]
    pub code: Option<String>,
    /// The platform's own message.
    #[schema(required = true)]
    pub message: Option<String>,
    /// Seconds to wait, where the platform said so.
    #[schema(required = true)]
    pub retry_after_s: Option<u64>,
}

/// A session was renewed, or needed no renewal.
#[derive(Debug, Serialize, ToSchema)]
pub struct RenewalView {
    /// The public id.
    pub account_id: String,
    /// Whether there is a new session; if not, the platform sees no need yet.
    pub renewed: bool,
    /// One sentence.
    pub message: String,
}

/// A session was ended at the platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoggedOutView {
    /// The public id.
    pub account_id: String,
    /// One sentence.
    pub message: String,
}
