//! Xiaohongshu (小红书), its creator centre, and the same overseas (rednote): login on its own page in a window or by
//! pasted cookies, health, creator numbers, logout.
//!
//! Where the facts come from stands in `README.md` beside this file.

mod api;
mod health;
mod logout;
mod numbers;
mod session;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use roster_domain::{CookieJar, Credential, Numbers};
use roster_platform::{
    Adapter, Capabilities, Context, Descriptor, Error, LoginMethod, Probe, ProbeDepth,
    WindowPlan,
};

use api::Centre;

/// The adapter, as the registry makes it. It has no settings.
pub(crate) fn adapter(_settings: &BTreeMap<&str, &str>) -> Arc<dyn Adapter> {
    let descriptor = Descriptor {
        id: super::platform_id("xiaohongshu"),
        name_zh: "小红书",
        name_en: "Xiaohongshu",
        home_url: "https://creator.xiaohongshu.com/new/home",
        cookie_domain: "xiaohongshu.com",
        required_cookies: &session::REQUIRED,
        login_methods: &[LoginMethod::Window, LoginMethod::Cookies],
        sites: &api::SITES,
        any_site: false,
        capabilities: Capabilities { renew: false, numbers: true, logout: true, quotas: false },
        scanning_app: Some(("小红书", "Xiaohongshu")),
        check_every: Duration::from_secs(6 * 60 * 60),
        check_at_least_every: Duration::from_secs(15 * 60),
    };
    Arc::new(Xiaohongshu { descriptor })
}

#[derive(Debug)]
struct Xiaohongshu {
    descriptor: Descriptor,
}

#[async_trait]
impl Adapter for Xiaohongshu {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn probe(&self, ctx: &Context, credential: &Credential, depth: ProbeDepth) -> Probe {
        health::probe(ctx, credential, depth).await
    }

    async fn numbers(&self, ctx: &Context, credential: &Credential) -> Result<Numbers, Error> {
        numbers::numbers(ctx, credential).await
    }

    async fn logout(&self, ctx: &Context, credential: &Credential) -> Result<(), Error> {
        logout::logout(ctx, credential).await
    }

    fn window(&self, site: Option<&str>) -> Option<WindowPlan> {
        let centre = Centre::at(site);
        Some(WindowPlan {
            login_url: centre.url("/login"),
            home_url: centre.url("/new/home"),
            allowed: [centre.domain, "xhscdn.com"].map(String::from).to_vec(),
            cookie_urls: vec![centre.url("/")],
        })
    }

    fn is_candidate(&self, cookies: &CookieJar) -> bool {
        session::is_whole(cookies)
    }

    fn credential_from(&self, cookies: CookieJar, site: Option<&str>) -> Credential {
        session::of_cookies(cookies, Centre::at(site))
    }
}
