//! Whether somebody is logged in to a platform.

use roster_domain::{AccountStatus, PlatformId};

use crate::{Engine, Error, LoginStatus};

impl Engine {
    /// Whether somebody is logged in to a platform (contract, 1.1). Speaks of the account that was verified last among
    /// the active ones, else of the one that was checked last.
    ///
    /// # Errors
    /// Only those of a vault that is not open.
    pub fn login_status(&self, platform: &PlatformId) -> Result<LoginStatus, Error> {
        let open = self.open()?;
        let book = open.book.read();
        let best = book.on_platform(platform).map(|row| &row.account).max_by_key(|account| {
            let checked_at = account.last_check.as_ref().map(|check| check.at);
            (account.status == AccountStatus::Active, checked_at, account.number)
        });
        Ok(LoginStatus {
            is_logged_in: best.is_some_and(|account| account.status == AccountStatus::Active),
            platform: platform.clone(),
            account_id: best.map(|account| account.id.clone()),
            account_name: best.map(|account| account.name.clone()),
            last_check: best.and_then(|account| account.last_check.as_ref()).map(|check| check.at),
            status: best.map(|account| account.status),
        })
    }
}
