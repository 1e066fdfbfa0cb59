//! Trying a proxy out before an account depends on it.

use std::time::Duration;

use roster_domain::{AccountId, Reason, Secret};
use roster_platform::ErrorKind;

use super::{ProxyFace, proxy_ok};
use crate::{Engine, Error, Problem};

/// What trying came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyTest {
    /// Whether the platform answered through it, whatever it said.
    pub ok: bool,
    /// Why not.
    pub reason: Reason,
    /// How long it took.
    pub took: Duration,
    /// The proxy that was tried, as `host:port`.
    pub address: String,
}

impl Engine {
    /// Asks a platform's home page through a proxy: this one, or the account's own when none is given. The platform is the
    /// account's, or the first. Nothing is ever asked without a proxy.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::InvalidRequest`] when there is no proxy to try
    pub async fn test_proxy(
        &self,
        proxy: Option<Secret<String>>,
        account: Option<&AccountId>,
    ) -> Result<ProxyTest, Error> {
        let open = self.open()?;
        let target = account.map(|id| open.snapshot(id)).transpose()?.map(|(account, ..)| account);
        let proxy = match (proxy, &target) {
            (Some(proxy), _) => Some(proxy),
            (None, Some(account)) => open.proxy_of(&account.id)?,
            (None, None) => None,
        };
        let proxy = proxy.ok_or_else(|| Error::invalid("proxy", Problem::Missing))?;
        let ProxyFace { host, port, .. } = proxy_ok(&proxy)?;
        let adapter = match &target {
            Some(account) => Some(self.core.adapter(&account.platform)?),
            None => self.core.adapters.values().next().cloned(),
        };
        let adapter = adapter.ok_or_else(|| Error::Unsupported { platform: String::new(), what: "proxy" })?;
        let site = target.and_then(|account| account.site);
        // A site of one's own may be without TLS in one's own network; a platform's never is.
        let own = site.is_some();
        let url = site.unwrap_or_else(|| adapter.descriptor().home_url.to_owned());
        let clock = &self.core.ports.clock;
        let began = clock.awake();
        let context = self.core.context(Some(proxy), None)?;
        let question = context.http.get("proxy test", &url).once();
        let question = if own { question.own_network() } else { question };
        let asked = question.send(context.now);
        let asked = open.cancel.run_until_cancelled(asked).await.ok_or(Error::VaultLocked)?;
        let reason = match asked {
            Ok(_) => Reason::Ok,
            // An answer that does not please is an answer, and it came through the proxy.
            Err(error) if error.kind != ErrorKind::Network && error.evidence.http_status.is_some() => Reason::Ok,
            Err(error) => error.reason,
        };
        let took = clock.awake().saturating_sub(began);
        Ok(ProxyTest { ok: reason == Reason::Ok, reason, took, address: format!("{host}:{port}") })
    }
}
