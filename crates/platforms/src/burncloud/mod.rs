//! BurnCloud and any other New-API server: login, health, quotas and everything its user module can do.
//!
//! Where the facts come from stands in `README.md` beside this file.

mod api;
mod client;
mod health;
mod limiter;
mod login;
mod logout;
mod operations;
mod refusals;
mod renewal;
mod session;
mod site;
mod user;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use roster_domain::{Credential, Quotas};
use roster_platform::{
    Adapter, Capabilities, Context, Descriptor, Error, LoginFlow, LoginMethod, LoginStep, OperateError, Operation,
    OperationInput, Outcome, Probe, ProbeDepth,
};

use limiter::Limiter;

/// The adapter, as the registry makes it. It has no settings.
pub(crate) fn adapter(_settings: &BTreeMap<&str, &str>) -> Arc<dyn Adapter> {
    let descriptor = Descriptor {
        id: super::platform_id("burncloud"),
        name_zh: "BurnCloud",
        name_en: "BurnCloud",
        home_url: "https://ai.burncloud.com/",
        cookie_domain: "burncloud.com",
        required_cookies: &[],
        login_methods: &[LoginMethod::Password, LoginMethod::Token],
        sites: &site::SITES,
        any_site: true,
        capabilities: Capabilities { renew: false, numbers: false, logout: true, quotas: true },
        scanning_app: None,
        check_every: Duration::from_secs(6 * 60 * 60),
        check_at_least_every: Duration::from_secs(15 * 60),
    };
    Arc::new(BurnCloud { descriptor, limiter: Arc::default(), operations: operations::all() })
}

#[derive(Debug)]
struct BurnCloud {
    descriptor: Descriptor,
    /// One for all accounts: a site counts the calls of an address, not of a user.
    limiter: Arc<Limiter>,
    operations: Vec<Operation>,
}

#[async_trait]
impl Adapter for BurnCloud {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn begin_login(
        &self,
        _ctx: &Context,
        method: LoginMethod,
    ) -> Result<(Box<dyn LoginFlow>, LoginStep), Error> {
        let (flow, step) = login::begin(method, &self.limiter)?;
        Ok((Box::new(flow), step))
    }

    async fn probe(&self, ctx: &Context, credential: &Credential, depth: ProbeDepth) -> Probe {
        health::probe(ctx, &self.limiter, credential, depth).await
    }

    async fn logout(&self, ctx: &Context, credential: &Credential) -> Result<(), Error> {
        logout::logout(ctx, &self.limiter, credential).await
    }

    async fn quotas(&self, ctx: &Context, credential: &Credential) -> Result<Quotas, Error> {
        health::quotas(ctx, &self.limiter, credential).await
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
        operations::operate(ctx, (&self.limiter, credential), operation, &input).await
    }
}
