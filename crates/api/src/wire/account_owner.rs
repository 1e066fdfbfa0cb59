//! What the owner alone sees and does with accounts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{given, words::AccountStatus};
use crate::{SecretText, ShownSecret};

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

/// A change of several accounts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkUpdateRequest {
    /// Public ids, at most 10,000.
    #[schema(min_items = 1, max_items = 10_000)]
    pub account_ids: Vec<String>,
    /// `inactive` keeps them out of use, `active` gives them back.
    pub status: Option<AccountStatus>,
    /// Labels that are set; the others stay.
    #[serde(default)]
    pub add_tags: BTreeMap<String, String>,
    /// Labels that are taken away.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub remove_tags: Vec<String>,
    /// The proxy of each from now on; `null` takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 2048)]
    pub proxy: Option<Option<SecretText>>,
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

/// Which of the cookies of one name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CookieRequest {
    /// Its domain, as the list has it; empty where that is.
    #[schema(max_length = 255)]
    pub domain: String,
    /// Its path, where two cookies differ in nothing else.
    #[serde(default)]
    #[schema(max_length = 4096)]
    pub path: Option<String>,
}

/// A value was copied.
#[derive(Debug, Serialize, ToSchema)]
pub struct CookieCopiedView {
    /// When the clipboard forgets it, unless something else was copied before.
    pub cleared_in_seconds: u64,
}

/// The value of one cookie.
#[derive(Debug, Serialize, ToSchema)]
pub struct CookieValueView {
    /// The value. Hide it again soon.
    #[schema(value_type = String)]
    pub value: ShownSecret,
}
