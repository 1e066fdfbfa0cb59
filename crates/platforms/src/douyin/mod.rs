//! Douyin (抖音): login on its own page in a window or by pasted cookies, health, creator numbers, logout.
//!
//! Where the facts come from stands in `README.md` beside this file.

mod api;
mod health;
mod logout;
mod numbers;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use roster_domain::{CookieJar, Credential, Numbers};
use roster_platform::{
    Adapter, Capabilities, Context, Descriptor, Error, LoginMethod, Probe, ProbeDepth,
    WindowPlan,
};

use crate::passport::CAPTCHA_HOST;
use crate::session_cookies as session;

/// The adapter, as the registry makes it. It has no settings.
pub(crate) fn adapter(_settings: &BTreeMap<&str, &str>) -> Arc<dyn Adapter> {
    let descriptor = Descriptor {
        id: super::platform_id("douyin"),
        name_zh: "抖音",
        name_en: "Douyin",
        home_url: api::HOME,
        cookie_domain: api::COOKIE_DOMAIN,
        required_cookies: &session::REQUIRED,
        login_methods: &[LoginMethod::Window, LoginMethod::Cookies],
        sites: &[],
        any_site: false,
        capabilities: Capabilities { renew: false, numbers: true, logout: true, quotas: false },
        scanning_app: Some(("抖音", "Douyin")),
        check_every: Duration::from_secs(6 * 60 * 60),
        check_at_least_every: Duration::from_secs(15 * 60),
    };
    Arc::new(Douyin { descriptor })
}

#[derive(Debug)]
struct Douyin {
    descriptor: Descriptor,
}

#[async_trait]
impl Adapter for Douyin {
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

    fn window(&self, _site: Option<&str>) -> Option<WindowPlan> {
        Some(WindowPlan {
            login_url: String::from(api::LOGIN_PAGE),
            home_url: String::from(api::HOME),
            allowed: [api::COOKIE_DOMAIN, CAPTCHA_HOST].map(String::from).to_vec(),
            cookie_urls: api::HOSTS.map(|host| format!("https://{host}/")).to_vec(),
        })
    }

    fn credential_from(&self, cookies: CookieJar, _site: Option<&str>) -> Credential {
        session::of_cookies(&cookies, api::COOKIE_DOMAIN)
    }
}
