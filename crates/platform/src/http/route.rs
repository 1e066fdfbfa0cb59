//! The way to the outside: direct, or through an account's proxy, and never the one in place of the other.

use std::{
    collections::hash_map::RandomState,
    fmt,
    hash::BuildHasher,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use reqwest::redirect::Policy;
use roster_domain::{Reason, Secret};
use rustls::ClientConfig;
use tokio::time::Instant;
use url::Url;

use super::{HttpConfig, resolver::SystemResolver};
use crate::{Error, ErrorKind, Retry};

const QUESTION: &str = "client";
/// So many proxies keep their connections: some more than questions go out at once.
const PROXIES_AT_MOST: usize = 128;
/// One that nobody has asked through for so long is forgotten, its password with it.
const PROXY_IDLE: Duration = Duration::from_secs(300);

/// One way out, with its connections.
#[derive(Clone)]
pub(super) struct Route {
    pub(super) client: reqwest::Client,
    /// 0 is direct; each proxy has a number of its own, which it keeps while the program runs.
    pub(super) number: u64,
}

impl Route {
    pub(super) fn is_proxied(&self) -> bool {
        self.number != 0
    }
}

/// A way through a proxy, and when it was last asked for.
struct Proxied {
    address: Secret<String>,
    route: Route,
    used: Instant,
}

/// The ways out that are in use. Ten thousand accounts on one route share one client; ten thousand with a proxy each
/// share so many as can be at work at once.
pub(super) struct Routes {
    tls: ClientConfig,
    direct: Mutex<Route>,
    proxied: Mutex<Vec<Proxied>>,
    /// What a proxy's number is made with, so that the number says nothing of the proxy.
    numbers: RandomState,
}

impl Routes {
    pub(super) fn new(config: &HttpConfig) -> Result<Self, Error> {
        let tls = tls()?;
        let direct = Mutex::new(Route { client: client(config, &tls, None)?, number: 0 });
        Ok(Self { tls, direct, proxied: Mutex::default(), numbers: RandomState::new() })
    }

    pub(super) fn route(&self, proxy: Option<&Secret<String>>, config: &HttpConfig) -> Result<Route, Error> {
        let Some(wanted) = proxy else { return Ok(held(&self.direct).clone()) };
        let now = Instant::now();
        let mut known = held(&self.proxied);
        // What is under way through one that is let go of goes on to its end.
        known.retain(|one| now.saturating_duration_since(one.used) < PROXY_IDLE);
        if let Some(one) = known.iter_mut().find(|one| one.address.expose() == wanted.expose()) {
            one.used = now;
            return Ok(one.route.clone());
        }
        let client = client(config, &self.tls, Some(parse_proxy(wanted)?))?;
        // The lowest bit keeps it apart from the direct way's.
        let route = Route { client, number: self.numbers.hash_one(wanted.expose()) | 1 };
        if known.len() >= PROXIES_AT_MOST
            && let Some(oldest) = (0..known.len()).min_by_key(|place| known[*place].used)
        {
            known.swap_remove(oldest);
        }
        known.push(Proxied { address: wanted.clone(), route: route.clone(), used: now });
        Ok(route)
    }

    /// Lets go of every connection and every proxy's address.
    pub(super) fn forget(&self, config: &HttpConfig) -> Result<(), Error> {
        held(&self.proxied).clear();
        let fresh = Route { client: client(config, &self.tls, None)?, number: 0 };
        *held(&self.direct) = fresh;
        Ok(())
    }
}

/// What these locks guard is whole at every step.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routes").finish_non_exhaustive()
    }
}

fn tls() -> Result<ClientConfig, Error> {
    let failed = |_| Error::new(ErrorKind::Network, QUESTION).because(Reason::Tls).retry(Retry::Never);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = rustls_platform_verifier::Verifier::new(Arc::clone(&provider)).map_err(failed)?;
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

fn parse_proxy(address: &Secret<String>) -> Result<reqwest::Proxy, Error> {
    let refused = || Error::new(ErrorKind::Network, QUESTION).because(Reason::Proxy).retry(Retry::Never);
    let url = Url::parse(address.expose().trim()).map_err(|_| refused())?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err(refused());
    }
    let text = match url.scheme() {
        "http" | "https" | "socks5h" => url.to_string(),
        // Plain `socks5` would resolve names here and so tell the local resolver which platform is meant.
        "socks5" => url.as_str().replacen("socks5://", "socks5h://", 1),
        _ => return Err(refused()),
    };
    reqwest::Proxy::all(text).map_err(|_| refused())
}

#[allow(clippy::disallowed_methods, reason = "the one place that builds a client")]
fn client(config: &HttpConfig, tls: &ClientConfig, proxy: Option<reqwest::Proxy>) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.clone())
        .no_proxy()
        .redirect(Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(config.timeouts.connect)
        .timeout(config.timeouts.request);
    builder = resolver(builder, config);
    if let Some(proxy) = proxy {
        builder = builder.proxy(proxy);
    }
    let failed = |_| Error::new(ErrorKind::Network, QUESTION).because(Reason::Tls).retry(Retry::Never);
    builder.build().map_err(failed)
}

#[cfg(feature = "sandbox")]
fn resolver(builder: reqwest::ClientBuilder, config: &HttpConfig) -> reqwest::ClientBuilder {
    match config.sandbox {
        Some(sandbox) => builder.dns_resolver(super::sandbox::SandboxResolver::new(sandbox)),
        None => builder.dns_resolver(SystemResolver),
    }
}

#[cfg(not(feature = "sandbox"))]
fn resolver(builder: reqwest::ClientBuilder, _config: &HttpConfig) -> reqwest::ClientBuilder {
    builder.dns_resolver(SystemResolver)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(number: usize) -> Secret<String> {
        Secret::new(format!("http://user:canary@p{number}.example:1"))
    }

    #[tokio::test(start_paused = true)]
    async fn only_proxies_at_work_are_remembered_and_each_keeps_its_number() {
        let config = HttpConfig::default();
        let routes = Routes::new(&config).expect("made");
        let number = |at: usize| routes.route(Some(&proxy(at)), &config).expect("a way").number;
        let first = number(0);
        for at in 1..2 * PROXIES_AT_MOST {
            tokio::time::advance(Duration::from_millis(1)).await;
            assert_ne!(number(at), 0);
            // This one is asked through again and again, and stays.
            assert_eq!(number(1), number(1));
        }
        let addresses =
            || -> Vec<String> { held(&routes.proxied).iter().map(|one| one.address.expose().clone()).collect() };
        assert_eq!(addresses().len(), PROXIES_AT_MOST);
        assert!(addresses().contains(proxy(1).expose()) && !addresses().contains(proxy(0).expose()));
        assert_eq!(number(0), first, "what was noted about it still counts");
        tokio::time::advance(PROXY_IDLE).await;
        number(7);
        assert_eq!(addresses(), [proxy(7).expose().clone()], "an old password does not outlast its use");
    }
}
