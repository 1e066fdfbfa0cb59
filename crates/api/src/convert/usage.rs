//! Usage.

use roster_domain::UsageEntry;
use roster_engine::{AccountStats, UsageReport};

use crate::wire::usage::{AccountStatsView, ReportUsageRequest, UsageView};

impl From<ReportUsageRequest> for UsageReport {
    fn from(request: ReportUsageRequest) -> Self {
        Self {
            action: request.action,
            success: request.success,
            duration_ms: request.duration_ms,
            error: request.error,
        }
    }
}

impl From<AccountStats> for AccountStatsView {
    fn from(stats: AccountStats) -> Self {
        Self {
            account_id: stats.account_id.into(),
            platform: stats.platform.into(),
            status: stats.status.into(),
            use_count: stats.usage.use_count,
            success_count: stats.usage.success_count,
            fail_count: stats.usage.fail_count,
            success_rate: stats.success_rate,
            recent_logs: stats.recent_logs.into_iter().map(UsageView::from).collect(),
        }
    }
}

impl From<UsageEntry> for UsageView {
    fn from(entry: UsageEntry) -> Self {
        Self {
            action: entry.action,
            success: entry.success,
            duration_ms: entry.duration_ms,
            created_at: entry.created_at,
            error: entry.error,
        }
    }
}
