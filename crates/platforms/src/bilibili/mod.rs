//! Bilibili (B站): login by QR over HTTP, health, renewal of the session, creator numbers, logout.
//!
//! Where the facts come from stands in `README.md` beside this file.

mod api;
mod device;
mod health;
mod login;
mod logout;
mod numbers;
mod renew;
mod session;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use roster_domain::{CookieJar, Credential, Numbers, Quotas};
use roster_platform::{
    Adapter, Capabilities, Context, Descriptor, Error, ErrorKind, LoginFlow, LoginMethod, LoginStep, Probe, ProbeDepth,
    Renewal, WindowPlan,
};

use renew::CorrespondKey;

/// The setting that replaces the key of the correspond path (PEM, SubjectPublicKeyInfo): nobody but the platform has
/// the private half of its own, so a stand-in brings a pair.
const KEY_SETTING: &str = "correspond_public_key";

/// The adapter, as the registry makes it.
pub(crate) fn adapter(settings: &BTreeMap<&str, &str>) -> Arc<dyn Adapter> {
    let descriptor = Descriptor {
        id: super::platform_id("bilibili"),
        name_zh: "哔哩哔哩",
        name_en: "Bilibili",
        home_url: "https://www.bilibili.com/",
        cookie_domain: api::COOKIE_DOMAIN,
        required_cookies: &session::REQUIRED,
        login_methods: &[LoginMethod::Qr],
        sites: &[],
        any_site: false,
        capabilities: Capabilities { renew: true, numbers: true, logout: true, quotas: true },
        scanning_app: Some(("哔哩哔哩", "Bilibili")),
        check_every: Duration::from_secs(6 * 60 * 60),
        check_at_least_every: Duration::from_secs(15 * 60),
    };
    let key = settings.get(KEY_SETTING).map_or_else(CorrespondKey::official, |pem| CorrespondKey::from_pem(pem));
    Arc::new(Bilibili { descriptor, key })
}

#[derive(Debug)]
struct Bilibili {
    descriptor: Descriptor,
    key: CorrespondKey,
}

#[async_trait]
impl Adapter for Bilibili {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn begin_login(
        &self,
        ctx: &Context,
        method: LoginMethod,
    ) -> Result<(Box<dyn LoginFlow>, LoginStep), Error> {
        if method != LoginMethod::Qr {
            return Err(Error::new(ErrorKind::Unsupported, "login"));
        }
        let (flow, step) = login::begin(ctx).await?;
        Ok((Box::new(flow), step))
    }

    async fn probe(&self, ctx: &Context, credential: &Credential, depth: ProbeDepth) -> Probe {
        health::probe(ctx, credential, depth).await
    }

    async fn renew(&self, ctx: &Context, credential: &Credential) -> Result<Renewal, Error> {
        renew::renew(ctx, credential, &self.key).await
    }

    async fn confirm_renewal(&self, ctx: &Context, credential: &Credential) -> Result<Credential, Error> {
        renew::confirm(ctx, credential).await
    }

    async fn numbers(&self, ctx: &Context, credential: &Credential) -> Result<Numbers, Error> {
        numbers::numbers(ctx, credential).await
    }

    async fn quotas(&self, ctx: &Context, credential: &Credential) -> Result<Quotas, Error> {
        health::quotas(ctx, credential).await
    }

    async fn logout(&self, ctx: &Context, credential: &Credential) -> Result<(), Error> {
        logout::logout(ctx, credential).await
    }

    fn window(&self, _site: Option<&str>) -> Option<WindowPlan> {
        Some(WindowPlan {
            login_url: String::from("https://passport.bilibili.com/login"),
            home_url: String::from(self.descriptor.home_url),
            allowed: [api::COOKIE_DOMAIN, "geetest.com"].map(String::from).to_vec(),
            cookie_urls: ["https://www.bilibili.com/", "https://passport.bilibili.com/"].map(String::from).to_vec(),
        })
    }

    fn credential_from(&self, cookies: CookieJar, _site: Option<&str>) -> Credential {
        let cookies = session::of_main_domain(cookies.iter());
        Credential { expires_at: session::stated_end(&cookies), cookies, ..Credential::default() }
    }
}
