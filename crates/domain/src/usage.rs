//! How accounts are used.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Counters over an account's life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UsageCounters {
    /// Times it was chosen or used.
    pub use_count: u64,
    /// Uses reported as a success.
    pub success_count: u64,
    /// Uses reported as a failure.
    pub fail_count: u64,
    /// The last use.
    pub last_used_at: Option<Timestamp>,
}

impl UsageCounters {
    /// Successes per reported outcome in percent, rounded to two places; 0 before the first report.
    ///
    /// ```
    /// use roster_domain::UsageCounters;
    /// let usage = UsageCounters { use_count: 150, success_count: 145, fail_count: 5, last_used_at: None };
    /// assert_eq!(usage.success_rate(), 96.67);
    /// ```
    pub fn success_rate(&self) -> f64 {
        let reported = self.success_count + self.fail_count;
        if reported == 0 {
            return 0.0;
        }
        (self.success_count as f64 / reported as f64 * 10_000.0).round() / 100.0
    }
}

/// One reported use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageEntry {
    /// What was done, such as `publish`.
    pub action: String,
    /// Whether it worked.
    pub success: bool,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What went wrong.
    pub error: Option<String>,
    /// When.
    pub created_at: Timestamp,
}
