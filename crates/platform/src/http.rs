//! The one HTTP client.

use std::{collections::BTreeMap, net::SocketAddr};

use roster_domain::Secret;

/// How the client behaves; one for the whole app.
#[derive(Debug, Clone, Default)]
pub struct HttpConfig {
    /// Where a host really is, for tests and the sandbox: `https://passport.bilibili.com/…` becomes
    /// `http://passport.bilibili.com.localhost:PORT/…`. Always `None` in a release build.
    pub sandbox: Option<SocketAddr>,
    /// Only for tests: trust-on-resolve overrides.
    pub resolve: BTreeMap<String, SocketAddr>,
    /// An account's proxy, such as `socks5h://user:pw@host:1080`.
    pub proxy: Option<Secret<String>>,
}

/// The client of one account (cheap to clone).
#[derive(Debug, Clone)]
pub struct Http;
