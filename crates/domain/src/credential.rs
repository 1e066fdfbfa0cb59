//! The secret material of one login.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{CookieJar, Secret};

/// What a login gives. It has no `Serialize`: the engine's storage module is the one place that turns it into
/// bytes for the vault.
#[derive(Debug, Clone, Default)]
pub struct Credential {
    /// Grows with each login or renewal of an account. A late answer about an old generation changes nothing.
    pub generation: u64,
    /// The session's cookies, as the platform set them.
    pub cookies: CookieJar,
    /// Secrets that are not cookies, by the adapter's own names (`refresh_token`, `access_token`, …).
    pub tokens: BTreeMap<String, Secret<String>>,
    /// The `User-Agent` that this session was opened with and keeps for its life.
    pub user_agent: Option<String>,
    /// Which of a platform's sites it belongs to: an origin such as `https://ai.example.com`; `None` where a platform
    /// has one site only.
    pub site: Option<String>,
    /// When the login happened.
    pub obtained_at: Option<Timestamp>,
    /// Until when it can last at most, where the platform says so.
    pub expires_at: Option<Timestamp>,
}
