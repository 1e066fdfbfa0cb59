//! SmartCV: login by e-mail and password, health, quotas, the account, its security and its subscription.
//!
//! Where the facts come from stands in `README.md` beside this file.

mod account;
mod api;
mod codes;
mod csrf;
mod doubt;
mod fields;
mod health;
mod login;
mod logout;
mod operations;
mod plans;
mod quotas;
mod session;
mod subscription;
mod usage;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use roster_domain::{CookieJar, Credential, Quotas};
use roster_platform::{
    Adapter, Capabilities, Context, Descriptor, Error, ErrorKind, LoginFlow, LoginMethod, LoginStep, OperateError,
    Operation, OperationInput, Outcome, Probe, ProbeDepth, WindowPlan,
};

/// Where a person may be led when logging in with an account of another house.
const OTHER_HOUSES: [&str; 2] = ["accounts.google.com", "github.com"];

/// The adapter, as the registry makes it. It has no settings.
pub(crate) fn adapter(_settings: &BTreeMap<&str, &str>) -> Arc<dyn Adapter> {
    let descriptor = Descriptor {
        id: super::platform_id("smartcv"),
        name_zh: "SmartCV",
        name_en: "SmartCV",
        home_url: api::HOME,
        cookie_domain: api::COOKIE_DOMAIN,
        // One of four names, whole or in parts: see `is_candidate`.
        required_cookies: &[],
        login_methods: &[LoginMethod::Password, LoginMethod::Window, LoginMethod::Cookies],
        sites: &[],
        any_site: false,
        capabilities: Capabilities { renew: false, numbers: false, logout: true, quotas: true },
        scanning_app: None,
        check_every: Duration::from_secs(6 * 60 * 60),
        check_at_least_every: Duration::from_secs(15 * 60),
    };
    Arc::new(SmartCv { descriptor, operations: operations::all() })
}

#[derive(Debug)]
struct SmartCv {
    descriptor: Descriptor,
    operations: Vec<Operation>,
}

#[async_trait]
impl Adapter for SmartCv {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn begin_login(
        &self,
        _ctx: &Context,
        method: LoginMethod,
    ) -> Result<(Box<dyn LoginFlow>, LoginStep), Error> {
        if method != LoginMethod::Password {
            return Err(Error::new(ErrorKind::Unsupported, "login"));
        }
        let (flow, step) = login::Flow::begin();
        Ok((Box::new(flow), step))
    }

    async fn probe(&self, ctx: &Context, credential: &Credential, depth: ProbeDepth) -> Probe {
        health::probe(ctx, credential, depth).await
    }

    async fn logout(&self, ctx: &Context, credential: &Credential) -> Result<(), Error> {
        logout::logout(ctx, credential).await
    }

    fn window(&self, _site: Option<&str>) -> Option<WindowPlan> {
        let houses = OTHER_HOUSES.into_iter().map(str::to_owned);
        Some(WindowPlan {
            login_url: api::LOGIN_PAGE.to_owned(),
            home_url: api::HOME.to_owned(),
            allowed: std::iter::once(api::COOKIE_DOMAIN.to_owned()).chain(houses).collect(),
            cookie_urls: vec![api::HOME.to_owned()],
        })
    }

    fn is_candidate(&self, cookies: &CookieJar) -> bool {
        session::is_whole(cookies)
    }

    fn credential_from(&self, cookies: CookieJar, _site: Option<&str>) -> Credential {
        session::credential(cookies)
    }

    async fn quotas(&self, ctx: &Context, credential: &Credential) -> Result<Quotas, Error> {
        quotas::quotas(ctx, credential).await
    }

    fn operations(&self) -> &[Operation] {
        &self.operations
    }

    async fn operate(
        &self,
        ctx: &Context,
        credential: &Credential,
        operation: &str,
        input: OperationInput,
    ) -> Result<Outcome, OperateError> {
        operations::operate(ctx, credential, operation, input).await
    }
}
