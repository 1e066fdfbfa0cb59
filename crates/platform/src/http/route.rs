//! The way to the outside: direct, or through an account's proxy, and never the one in place of the other.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use reqwest::redirect::Policy;
use roster_domain::{Reason, Secret};
use rustls::ClientConfig;
use url::Url;

use super::{HttpConfig, resolver::SystemResolver};
use crate::{Error, ErrorKind, Retry};

const QUESTION: &str = "client";

/// One way out, with its connections.
#[derive(Clone)]
pub(super) struct Route {
    pub(super) client: reqwest::Client,
    /// 0 is direct; each proxy has a number of its own.
    pub(super) number: u64,
}

impl Route {
    pub(super) fn is_proxied(&self) -> bool {
        self.number != 0
    }
}

/// All ways out that were ever asked for. Ten thousand accounts on one route share one client.
pub(super) struct Routes {
    tls: ClientConfig,
    direct: Mutex<Route>,
    proxied: Mutex<Vec<(Secret<String>, Route)>>,
    next: AtomicU64,
}

impl Routes {
    pub(super) fn new(config: &HttpConfig) -> Result<Self, Error> {
        let tls = tls()?;
        let direct = Mutex::new(Route { client: client(config, &tls, None)?, number: 0 });
        Ok(Self { tls, direct, proxied: Mutex::default(), next: AtomicU64::new(1) })
    }

    pub(super) fn route(&self, proxy: Option<&Secret<String>>, config: &HttpConfig) -> Result<Route, Error> {
        let Some(wanted) = proxy else { return Ok(held(&self.direct).clone()) };
        let mut known = held(&self.proxied);
        if let Some((_, route)) = known.iter().find(|(address, _)| address.expose() == wanted.expose()) {
            return Ok(route.clone());
        }
        let client = client(config, &self.tls, Some(parse_proxy(wanted)?))?;
        let route = Route { client, number: self.next.fetch_add(1, Ordering::Relaxed) };
        known.push((wanted.clone(), route.clone()));
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
