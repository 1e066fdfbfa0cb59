//! Figures about the engine's own work, for whoever watches over it. Ids, names and sessions are in none of them.

use std::{collections::BTreeMap, time::Duration};

use parking_lot::Mutex;
use roster_domain::{AccountStatus, PlatformId, Reason, Verdict};
use roster_platform::MemoryFigures;

use crate::{Engine, Error};

/// Checks since the program was started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckFigures {
    /// All of them.
    pub total: u64,
    /// Those that named the expected person.
    pub success: u64,
    /// All others by why, in the words of [`Reason`].
    pub by_reason: BTreeMap<String, u64>,
    /// All by platform.
    pub by_platform: BTreeMap<String, u64>,
    /// All by where the platform keeps the account, where it says so: a region, or a site's host.
    pub by_region: BTreeMap<String, u64>,
    /// How long all of them took together.
    pub took: Duration,
}

impl CheckFigures {
    /// How long one took on average, in milliseconds; 0 before the first.
    pub fn mean_ms(&self) -> u64 {
        u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX).checked_div(self.total).unwrap_or_default()
    }
}

/// The accounts of the open vault.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountFigures {
    /// Found alive.
    pub active: u64,
    /// Their session has ended.
    pub expired: u64,
    /// Restricted, or kept out of use.
    pub inactive: u64,
    /// Not verified yet.
    pub pending: u64,
    /// With a paid membership that has not ended.
    pub vip: u64,
}

/// All figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metrics {
    /// Checks.
    pub checks: CheckFigures,
    /// Accounts.
    pub accounts: AccountFigures,
    /// Remembered answers since the vault was opened.
    pub memory: MemoryFigures,
}

/// Counts checks; outlives locking.
#[derive(Debug, Default)]
pub(crate) struct CheckCounts(Mutex<CheckFigures>);

impl CheckCounts {
    /// One check is over.
    pub(crate) fn count(
        &self,
        platform: &PlatformId,
        region: Option<String>,
        (verdict, reason): (Verdict, Reason),
        took: Duration,
    ) {
        let mut figures = self.0.lock();
        figures.total += 1;
        figures.took = figures.took.saturating_add(took);
        *figures.by_platform.entry(platform.to_string()).or_default() += 1;
        if let Some(region) = region {
            *figures.by_region.entry(region).or_default() += 1;
        }
        if verdict == Verdict::Alive {
            figures.success += 1;
        } else {
            *figures.by_reason.entry(word(reason)).or_default() += 1;
        }
    }
}

fn word(reason: Reason) -> String {
    let value = serde_json::to_value(reason).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Engine {
    /// All figures.
    ///
    /// # Errors
    /// Those of a vault that is not open.
    pub fn metrics(&self) -> Result<Metrics, Error> {
        let open = self.open()?;
        let now = open.now();
        let mut accounts = AccountFigures::default();
        for (_, row) in open.book.read().slots() {
            match row.account.status {
                AccountStatus::Active => accounts.active += 1,
                AccountStatus::Expired => accounts.expired += 1,
                AccountStatus::Inactive => accounts.inactive += 1,
                AccountStatus::Pending => accounts.pending += 1,
            }
            let profile = row.account.profile.as_ref().filter(|profile| profile.membership.is_some());
            let lasts = profile.is_some_and(|profile| profile.membership_ends_at.is_none_or(|end| end > now));
            accounts.vip += u64::from(lasts);
        }
        Ok(Metrics { checks: self.core.counts.0.lock().clone(), accounts, memory: open.memories.figures() })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Rig, Says};

    #[tokio::test]
    async fn checks_are_counted_by_what_they_came_to() {
        let rig = Rig::open().await;
        let id = rig.account("a", Says::Alive("7")).await;
        rig.account("b", Says::Fault(roster_domain::Reason::Dns)).await;
        rig.platform.says("a", Says::NotLoggedIn);
        rig.engine.check_account(&(&id).into()).await.unwrap();
        let metrics = rig.engine.metrics().unwrap();
        assert_eq!((metrics.checks.total, metrics.checks.success), (3, 1));
        assert_eq!(metrics.checks.by_reason, [("dns".into(), 1), ("not_logged_in".into(), 1)].into());
        assert_eq!(metrics.checks.by_platform, [("fake".into(), 3)].into());
        assert_eq!((metrics.accounts.active, metrics.accounts.pending, metrics.accounts.vip), (1, 1, 0));
        rig.engine.lock().await.unwrap();
        rig.engine.unlock(crate::testing::PASSWORD.into()).await.unwrap();
        assert_eq!(rig.engine.metrics().unwrap().checks.total, 3, "a lock does not begin anew");
    }
}
