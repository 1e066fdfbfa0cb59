//! What a platform is called and what its adapter can do.

use std::time::Duration;

use roster_domain::PlatformId;
use serde::Serialize;

use crate::Text;

/// A way to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginMethod {
    /// A QR code that the person scans with the platform's app, over HTTP.
    Qr,
    /// The platform's own page in a window of ours.
    Window,
    /// Cookies pasted by the person.
    Cookies,
    /// A token, a session id or an access key pasted by the person.
    Token,
    /// A name and a password, perhaps with a second factor.
    Password,
}

/// What exists beyond login and probe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// [`crate::Adapter::renew`]
    pub renew: bool,
    /// [`crate::Adapter::numbers`]
    pub numbers: bool,
    /// [`crate::Adapter::logout`]
    pub logout: bool,
    /// [`crate::Adapter::quotas`]
    pub quotas: bool,
}

/// One of several places where the same service runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Site {
    /// Its origin, `https://ai.example.com`.
    pub origin: &'static str,
    /// What it is called.
    pub name: Text,
    /// The domain of its cookies, where that is neither the platform's nor its own host.
    pub cookie_domain: Option<&'static str>,
}

impl Site {
    /// A site whose cookies are the platform's, or those of its own host.
    pub const fn new(origin: &'static str, name: Text) -> Self {
        Self { origin, name, cookie_domain: None }
    }

    /// The same with cookies of another domain.
    #[must_use]
    pub const fn with_cookies_of(mut self, domain: &'static str) -> Self {
        self.cookie_domain = Some(domain);
        self
    }
}

/// Everything about a platform that is known without asking it.
#[derive(Debug, Clone)]
pub struct Descriptor {
    /// The id.
    pub id: PlatformId,
    /// Its name in Chinese.
    pub name_zh: &'static str,
    /// Its name in English.
    pub name_en: &'static str,
    /// Where a person would open it.
    pub home_url: &'static str,
    /// The registrable domain that pasted cookies belong to.
    pub cookie_domain: &'static str,
    /// The cookies without which there is no session.
    pub required_cookies: &'static [&'static str],
    /// The ways to log in, best first.
    pub login_methods: &'static [LoginMethod],
    /// Where it runs, when there are several places; the first is the usual one. Empty when there is one.
    pub sites: &'static [Site],
    /// Whether an account may be at a place of the owner's own as well.
    pub any_site: bool,
    /// What exists beyond login and probe.
    pub capabilities: Capabilities,
    /// The name of the app that scans its code, Chinese and English.
    pub scanning_app: Option<(&'static str, &'static str)>,
    /// How often a check makes sense unless the owner says otherwise.
    pub check_every: Duration,
    /// The shortest interval an owner may choose.
    pub check_at_least_every: Duration,
}
