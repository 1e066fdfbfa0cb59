//! How a session is put together, and how long it lasts.

use jiff::Timestamp;
use roster_domain::{Cookie, CookieJar, Credential};

use super::api::COOKIE_DOMAIN;
use crate::session_cookies as shared;

/// Without it there is no session.
pub(super) const REQUIRED: [&str; 1] = [shared::SESSION];

pub(super) use shared::expiry;

/// Whether the jar holds a session.
pub(super) fn is_whole(jar: &CookieJar) -> bool {
    REQUIRED.iter().all(|name| jar.value(name).is_some())
}

/// Those of the cookies that belong to the platform; values as they came.
pub(super) fn ours<'c>(cookies: impl IntoIterator<Item = &'c Cookie>) -> CookieJar {
    shared::ours(cookies, COOKIE_DOMAIN)
}

/// The credential with the cookies that answers to it renewed; `None` when they changed nothing.
pub(super) fn refreshed(credential: &Credential, set: &[Cookie], now: Timestamp) -> Option<Credential> {
    shared::refreshed(credential, set, COOKIE_DOMAIN, now)
}
