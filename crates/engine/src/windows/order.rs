//! What a window of a platform is opened with.

use roster_domain::{Account, AccountId, CookieJar};
use roster_platform::{Descriptor, WindowPlan};

use super::board::{Owner, Place};
use crate::{WindowOrder, WindowPurpose, unlocked::Unlocked};

impl Unlocked {
    /// Takes the place of a window that goes this account's way out; `None` when there is one already.
    pub(crate) fn place_of_window(&self, owner: Owner, account: Option<&AccountId>) -> Option<Place> {
        let way = account.and_then(|id| {
            let book = self.book.read();
            book.get(id).map(|row| (id.clone(), row.account.proxy_hash.clone()))
        });
        self.windows.take(owner, way)
    }

    /// Closes the windows of accounts that have another proxy than when the windows were opened: a page that is open
    /// would go on by the way before. Call it after accounts were written and shown.
    pub(crate) fn close_old_ways(&self) {
        let book = self.book.read();
        self.windows.close_where(|(id, way)| book.get(id).is_some_and(|row| row.account.proxy_hash != *way));
    }

    /// A window for a login: into `account`, with its proxy, or of somebody new.
    ///
    /// # Errors
    /// When the account's proxy is not at hand: there is no window then.
    pub(crate) fn window_order(
        &self,
        descriptor: &Descriptor,
        plan: &WindowPlan,
        account: Option<&Account>,
    ) -> Result<WindowOrder, roster_platform::Error> {
        let proxy = account.map(|account| self.proxy_of(&account.id)).transpose()?.flatten();
        Ok(WindowOrder {
            purpose: WindowPurpose::Login,
            platform: (descriptor.name_zh, descriptor.name_en),
            account: account.map(|account| account.name.clone()),
            url: plan.login_url.clone(),
            allowed: plan.allowed.clone(),
            cookies: CookieJar::new(),
            user_agent: None,
            proxy,
        })
    }
}
