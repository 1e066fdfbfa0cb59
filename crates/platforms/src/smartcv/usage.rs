//! What is counted and where it ends: résumés, API calls, storage. A limit of −1 means that there is none.

use roster_domain::{Quota, QuotaUnit};
use schemars::JsonSchema;
use serde::Serialize;

use super::{fields::Fields, plans};

/// How many of something.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(inline, extend("x-view" = "usage"))]
pub(super) struct Counted {
    /// So many were used.
    #[schemars(title = "Used", extend("x-zh" = "已用"))]
    used: Option<i64>,
    /// So many there are; empty when there is no limit, or when it is not known.
    #[schemars(title = "Limit", extend("x-zh" = "上限"))]
    limit: Option<i64>,
    /// The platform sets no limit.
    #[schemars(title = "Unlimited", extend("x-zh" = "不限量"))]
    unlimited: bool,
    /// So many are left.
    #[schemars(title = "Left", extend("x-zh" = "剩余"))]
    left: Option<i64>,
}

/// How many bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(inline, extend("x-view" = "usage"))]
pub(super) struct Stored {
    /// So much is taken.
    #[schemars(title = "Used", extend("x-zh" = "已用", "x-unit" = "bytes"))]
    used: Option<i64>,
    /// So much there is; empty when there is no limit, or when it is not known.
    #[schemars(title = "Limit", extend("x-zh" = "上限", "x-unit" = "bytes"))]
    limit: Option<i64>,
    /// The platform sets no limit.
    #[schemars(title = "Unlimited", extend("x-zh" = "不限量"))]
    unlimited: bool,
    /// So much is left.
    #[schemars(title = "Left", extend("x-zh" = "剩余", "x-unit" = "bytes"))]
    left: Option<i64>,
}

/// What is used of a plan. `used` and `limit` are as the platform wrote them, `-1` included.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Count {
    pub(super) used: Option<i64>,
    pub(super) limit: Option<i64>,
}

/// All that is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Usage {
    pub(super) resumes: Count,
    pub(super) api_requests: Count,
    pub(super) storage: Count,
}

impl Count {
    fn read(fields: Fields<'_>, used: &str, limit: &str) -> Self {
        Self { used: fields.whole(used).filter(|used| *used >= 0), limit: fields.whole(limit) }
    }

    /// This one, and where it is silent the other.
    fn or(self, other: Self) -> Self {
        Self { used: self.used.or(other.used), limit: self.limit.or(other.limit) }
    }

    fn left(self) -> Option<i64> {
        let limit = self.limit.filter(|limit| *limit >= 0)?;
        Some((limit - self.used?).max(0))
    }

    pub(super) fn counted(self) -> Counted {
        let Self { used, limit } = self;
        let bound = limit.filter(|limit| *limit >= 0);
        Counted { used, limit: bound, unlimited: limit.is_some() && bound.is_none(), left: self.left() }
    }

    pub(super) fn stored(self) -> Stored {
        let Counted { used, limit, unlimited, left } = self.counted();
        Stored { used, limit, unlimited, left }
    }

    /// As a quota; `None` when the platform does not count it.
    pub(super) fn quota(self, key: &str, unit: QuotaUnit) -> Option<Quota> {
        Some(Quota::counted(key, unit, self.used? as f64, self.limit? as f64))
    }
}

impl Usage {
    /// Reads the figures of an account or of a subscription's usage: they have the same names.
    pub(super) fn read(fields: Fields<'_>) -> Self {
        Self {
            resumes: Count::read(fields, "resumesCreated", "resumesLimit"),
            api_requests: Count::read(fields, "apiRequestsUsed", "apiRequestsLimit"),
            storage: Count::read(fields, "storageUsed", "storageLimit"),
        }
    }

    /// This one, and where it is silent the other.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            resumes: self.resumes.or(other.resumes),
            api_requests: self.api_requests.or(other.api_requests),
            storage: self.storage.or(other.storage),
        }
    }

    /// With the limits that the plan is known to have where the platform named none.
    pub(super) fn or_limits_of(self, plan: Option<&str>) -> Self {
        let Some(limits) = plan.and_then(plans::limits) else { return self };
        let only = |limit| Count { used: None, limit: Some(limit) };
        self.or(Self {
            resumes: only(limits.resumes),
            api_requests: only(limits.api_requests),
            storage: only(limits.storage_bytes),
        })
    }
}
