//! What the owner alone sees and does with accounts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The cookies of an account, without a value.
#[derive(Debug, Serialize, ToSchema)]
pub struct CookiesView {
    /// The public id.
    pub account_id: String,
    /// The cookies.
    pub cookies: Vec<CookieView>,
}

/// One cookie, without its value.
#[derive(Debug, Serialize, ToSchema)]
pub struct CookieView {
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Its path.
    pub path: String,
    /// When it ends; a session cookie has no end.
    #[schema(required = true)]
    pub expires_at: Option<Timestamp>,
    /// Only over TLS.
    pub secure: bool,
    /// Not for scripts of the page.
    pub http_only: bool,
    /// At most the first and last two characters of the value.
    pub masked: String,
}

/// Several accounts at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountIdsRequest {
    /// Public ids, at most 10,000.
    #[schema(min_items = 1, max_items = 10_000)]
    pub account_ids: Vec<String>,
}

/// What came of a change of several accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkView {
    /// Changed.
    pub done: Vec<String>,
    /// Left as they were, and why.
    pub skipped: Vec<SkippedView>,
}

/// One that was left as it was.
#[derive(Debug, Serialize, ToSchema)]
pub struct SkippedView {
    /// The id that was asked for.
    pub account_id: String,
    /// Why.
    pub code: crate::ErrorCode,
}
