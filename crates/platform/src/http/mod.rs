//! The one HTTP client: three timeouts, no environment proxy, capped bodies, redirects by hand, limits per host,
//! a proxy per account that fails closed, and nothing secret in a log line or an error.

mod answer;
mod ask;
mod date;
mod exchange;
mod fault;
mod follow;
mod gate;
mod resolver;
mod route;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod set_cookie;

use std::{fmt, sync::Arc, time::Duration};

use roster_domain::Secret;

use crate::Error;
pub use answer::Answer;
pub use ask::{Ask, Verb, is_sendable};
pub use follow::{Follow, Followed};
use gate::Gates;
use route::{Route, Routes};

/// The `User-Agent` of a session that has none of its own yet. A session keeps the one it was opened with.
pub const DEFAULT_USER_AGENT: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// To connect, TLS and proxy included. 10 s unless said.
    pub connect: Duration,
    /// One request with its whole answer. 10 s unless said.
    pub request: Duration,
    /// All tries of one question together, waits included. 30 s unless said.
    pub total: Duration,
}

/// How much one host is asked, by all accounts together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HostLimits {
    /// Requests at the same time. 5 unless said.
    pub concurrency: usize,
    /// Requests a second in the long run. 8 unless said; 0 or less means no limit.
    pub per_second: f64,
    /// How many may go at once after a rest. 16 unless said.
    pub burst: u32,
}

/// When a host that keeps failing is left alone. Counted per host and proxy: one account's dead proxy says nothing
/// about the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    /// After how many failures in a row (network or 5xx). 5 unless said.
    pub failures: u32,
    /// For how long. 30 s unless said.
    pub rest: Duration,
}

/// How the client behaves; one for the whole app.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Where the stand-in platforms listen: `https://H/p` is sent as `http://H.localhost:PORT/p`. Only with the
    /// cargo feature `sandbox`, which no release has.
    #[cfg(feature = "sandbox")]
    pub sandbox: Option<std::net::SocketAddr>,
    /// How long things may take.
    pub timeouts: Timeouts,
    /// How much one host is asked.
    pub limits: HostLimits,
    /// When a failing host is left alone.
    pub breaker: Breaker,
    /// The wait before the second try; it doubles with each, and up to half of it is added at random. 1 s unless said.
    pub backoff: Duration,
}

impl Default for HttpConfig {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            #[cfg(feature = "sandbox")]
            sandbox: None,
            timeouts: Timeouts { connect: seconds(10), request: seconds(10), total: seconds(30) },
            limits: HostLimits { concurrency: 5, per_second: 8.0, burst: 16 },
            breaker: Breaker { failures: 5, rest: seconds(30) },
            backoff: seconds(1),
        }
    }
}

/// What makes one account's client differ from another's.
#[derive(Debug, Clone, Default)]
pub struct ClientScope {
    /// Its proxy, such as `socks5://user:pw@host:1080`; `http`, `https`, `socks5` and `socks5h` are known. Names are
    /// always resolved by the proxy, also with `socks5`.
    pub proxy: Option<Secret<String>>,
    /// The `User-Agent` its session was opened with; [`DEFAULT_USER_AGENT`] unless said.
    pub user_agent: Option<String>,
}

/// Makes the clients; one for the app. Clones share limits, connections and memory.
#[derive(Debug, Clone)]
pub struct HttpFactory {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: HttpConfig,
    gates: Gates,
    routes: Arc<Routes>,
}

impl HttpFactory {
    /// Prepares TLS and the limits. Connects to nothing.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Network`] with reason `Tls` when the system's trusted certificates cannot be used.
    pub fn new(config: HttpConfig) -> Result<Self, Error> {
        let routes = Arc::new(Routes::new(&config)?);
        let gates = Gates::new(config.limits, config.breaker);
        Ok(Self { shared: Arc::new(Shared { config, gates, routes }) })
    }

    /// The same, without memory of what hosts did, for a suite that plays one fault after the other.
    #[cfg(feature = "conformance")]
    pub(crate) fn forgetful(&self) -> Self {
        let config = self.shared.config.clone();
        let gates = Gates::new(config.limits, config.breaker);
        let routes = Arc::clone(&self.shared.routes);
        Self { shared: Arc::new(Shared { config, gates, routes }) }
    }

    /// The client of one account. Accounts on the same route share connections.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Network`] with reason `Proxy` when the proxy's address is not understood. There is no
    /// client then: nothing is ever sent around a proxy.
    pub fn for_account(&self, scope: ClientScope) -> Result<Http, Error> {
        let route = self.shared.routes.route(scope.proxy.as_ref(), &self.shared.config)?;
        let user_agent = scope.user_agent.filter(|text| !text.trim().is_empty());
        let user_agent = Arc::from(user_agent.as_deref().unwrap_or(DEFAULT_USER_AGENT));
        Ok(Http { shared: Arc::clone(&self.shared), route, user_agent })
    }

    /// Lets go of all connections: their buffers hold the last cookies that were sent. What is under way goes on to
    /// its end.
    ///
    /// # Errors
    /// As [`HttpFactory::new`]; proxies are forgotten then, direct connections are not.
    pub fn forget(&self) -> Result<(), Error> {
        self.shared.routes.forget(&self.shared.config)
    }
}

/// The client of one account (cheap to clone).
#[derive(Clone)]
pub struct Http {
    shared: Arc<Shared>,
    route: Route,
    user_agent: Arc<str>,
}

impl Http {
    /// A question that changes nothing at the platform. It is tried up to three times.
    pub fn get(&self, question: &'static str, url: &str) -> Ask {
        Ask::new(self.clone(), question, reqwest::Method::GET, url)
    }

    /// A question whose method is another. It is tried once, unless it is a `GET`.
    pub fn ask(&self, question: &'static str, verb: Verb, url: &str) -> Ask {
        Ask::new(self.clone(), question, verb.method(), url)
    }

    /// A form. It is tried once.
    pub fn post_form(&self, question: &'static str, url: &str, fields: &[(&str, &str)]) -> Ask {
        Ask::new(self.clone(), question, reqwest::Method::POST, url).form(fields)
    }

    /// Waits before a further question about something that the platform may still be doing.
    pub async fn pause(&self, wait: Duration) {
        tokio::time::sleep(wait).await;
    }

    /// The `User-Agent` that goes out unless a question says otherwise.
    pub fn user_agent(&self) -> &str {
        &self.user_agent
    }

    /// Waits as this client does before it tries once more after this many tries, for a question whose tries have to be
    /// counted by who asks it.
    pub async fn rest_after(&self, tries: u32) {
        tokio::time::sleep(ask::backoff(self, tries)).await;
    }

    /// Whether this account goes through a proxy.
    pub fn is_proxied(&self) -> bool {
        self.route.is_proxied()
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("proxied", &self.is_proxied()).finish_non_exhaustive()
    }
}
