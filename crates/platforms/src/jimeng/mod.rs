//! Jimeng (即梦) in China and Dreamina abroad: one service in two places. Login by window, cookies or token; health,
//! permissions, credits, quotas, logout.
//!
//! Where the facts come from stands in `README.md` beside this file.

mod account;
mod api;
mod credits;
mod forms;
mod health;
mod login;
mod logout;
mod market;
mod operations;
mod permission;
mod question;
mod quotas;
mod remedy;
mod session;
mod sign;
mod token;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use roster_domain::{CookieJar, Credential, Quotas};
use roster_platform::{
    Adapter, Capabilities, Context, Descriptor, Error, ErrorKind, LoginFlow, LoginMethod, LoginStep, OperateError,
    Operation, OperationInput, Outcome, Probe, ProbeDepth, WindowPlan,
};

use market::Market;

/// The version of the web client's data format that goes along with the question; the service does not check it
/// strictly. The setting `da_version` replaces it.
const DA_VERSION: &str = "3.3.2";

/// The adapter of the Chinese service, as the registry makes it.
pub(crate) fn adapter(settings: &BTreeMap<&str, &str>) -> Arc<dyn Adapter> {
    Arc::new(Service::new(Market::China, "jimeng", ("即梦", "Jimeng"), settings))
}

/// The adapter of the international service.
pub(crate) fn abroad(id: &str, names: (&'static str, &'static str), settings: &BTreeMap<&str, &str>) -> Arc<dyn Adapter> {
    Arc::new(Service::new(Market::Abroad, id, names, settings))
}

/// What every question needs to know.
#[derive(Debug, Clone)]
struct Studio {
    market: Market,
    da_version: String,
}

#[derive(Debug)]
struct Service {
    studio: Studio,
    descriptor: Descriptor,
    operations: Vec<Operation>,
}

impl Service {
    fn new(market: Market, id: &str, names: (&'static str, &'static str), settings: &BTreeMap<&str, &str>) -> Self {
        let descriptor = Descriptor {
            id: super::platform_id(id),
            name_zh: names.0,
            name_en: names.1,
            home_url: market.home(),
            cookie_domain: market.cookie_domain(),
            required_cookies: &session::REQUIRED,
            login_methods: &[LoginMethod::Window, LoginMethod::Token, LoginMethod::Cookies],
            sites: &[],
            any_site: false,
            capabilities: Capabilities { renew: false, numbers: false, logout: true, quotas: true },
            scanning_app: match market {
                Market::China => Some(("抖音", "Douyin")),
                Market::Abroad => None,
            },
            check_every: Duration::from_secs(6 * 60 * 60),
            check_at_least_every: Duration::from_secs(15 * 60),
        };
        let da_version = settings.get("da_version").copied().unwrap_or(DA_VERSION).to_owned();
        Self { studio: Studio { market, da_version }, descriptor, operations: operations::all() }
    }
}

#[async_trait]
impl Adapter for Service {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn begin_login(
        &self,
        _ctx: &Context,
        method: LoginMethod,
    ) -> Result<(Box<dyn LoginFlow>, LoginStep), Error> {
        if method != LoginMethod::Token {
            return Err(Error::new(ErrorKind::Unsupported, "login"));
        }
        let (flow, step) = login::begin(self.studio.clone());
        Ok((Box::new(flow), step))
    }

    async fn probe(&self, ctx: &Context, credential: &Credential, _depth: ProbeDepth) -> Probe {
        self.studio.health(ctx, credential).await
    }

    async fn logout(&self, ctx: &Context, credential: &Credential) -> Result<(), Error> {
        self.studio.leave(ctx, credential).await
    }

    fn window(&self, _site: Option<&str>) -> Option<WindowPlan> {
        Some(self.studio.market.window())
    }

    fn credential_from(&self, cookies: CookieJar, _site: Option<&str>) -> Credential {
        session::credential(cookies, self.studio.market, None)
    }

    async fn quotas(&self, ctx: &Context, credential: &Credential) -> Result<Quotas, Error> {
        self.studio.remaining(ctx, credential).await
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
        self.studio.perform(ctx, credential, operation, input).await
    }
}
