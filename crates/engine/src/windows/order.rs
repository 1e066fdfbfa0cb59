//! What a window of a platform is opened with.

use roster_domain::{Account, CookieJar};
use roster_platform::{Descriptor, WindowPlan};

use crate::{WindowOrder, WindowPurpose, unlocked::Unlocked};

impl Unlocked {
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
