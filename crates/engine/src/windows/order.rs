//! What a window of a platform is opened with.

use roster_domain::{Account, CookieJar};
use roster_platform::{Descriptor, WindowPlan};

use crate::{WindowOrder, WindowPurpose, unlocked::Unlocked};

impl Unlocked {
    /// A window for a login: into `account`, with its proxy, or of somebody new.
    pub(crate) fn window_order(
        &self,
        descriptor: &Descriptor,
        plan: &WindowPlan,
        account: Option<&Account>,
    ) -> WindowOrder {
        WindowOrder {
            purpose: WindowPurpose::Login,
            platform: (descriptor.name_zh, descriptor.name_en),
            account: account.map(|account| account.name.clone()),
            url: plan.login_url.clone(),
            allowed: plan.allowed.clone(),
            cookies: CookieJar::new(),
            user_agent: None,
            proxy: None,
        }
    }
}
