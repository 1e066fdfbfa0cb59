//! A platform's own page in a window of ours: where it starts, where it may go, where the session is.

/// What a window of a platform may do. For a login and for opening an account that is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowPlan {
    /// Where a login starts, `https`.
    pub login_url: String,
    /// Where an account that is logged in opens, `https`.
    pub home_url: String,
    /// The domains that pages may come from, each with everything below it. Anything else is refused.
    pub allowed: Vec<String>,
    /// The addresses whose cookies make the session: those that a request to any of them would carry.
    pub cookie_urls: Vec<String>,
}
