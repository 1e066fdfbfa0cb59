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
    /// The host of the platform that was asked.
    pub asked: String,
    /// The proxy that was tried, without its secrets. Where it lets its traffic out nobody says.
    pub through: ProxyFace,
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
        let through = proxy_ok(&proxy)?;
        let adapter = match &target {
            Some(account) => Some(self.core.adapter(&account.platform)?),
            None => self.core.adapters.values().next().cloned(),
        };
        let adapter = adapter.ok_or_else(|| Error::Unsupported { platform: String::new(), what: "proxy" })?;
        let site = target.and_then(|account| account.site);
        // A site of one's own may be without TLS in one's own network; a platform's never is.
        let own = site.is_some();
        let url = site.unwrap_or_else(|| adapter.descriptor().home_url.to_owned());
        let asked = url::Url::parse(&url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let clock = &self.core.ports.clock;
        let began = clock.awake();
        let context = self.core.context(Some(proxy), None)?;
        let question = context.http.get("proxy test", &url).once();
        let question = if own { question.own_network() } else { question };
        let answer = question.send(context.now);
        let answer = open.cancel.run_until_cancelled(answer).await.ok_or(Error::VaultLocked)?;
        let reason = match answer {
            Ok(_) => Reason::Ok,
            // An answer that does not please is an answer, and it came through the proxy.
            Err(error) if error.kind != ErrorKind::Network && error.evidence.http_status.is_some() => Reason::Ok,
            Err(error) => error.reason,
        };
        let took = clock.awake().saturating_sub(began);
        Ok(ProxyTest { ok: reason == Reason::Ok, reason, took, asked, through })
    }
}
