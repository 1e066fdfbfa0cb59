//! Accounts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    given,
    profile::ProfileView,
    proxy::ProxyView,
    quota::QuotaView,
    words::{AccountStatus, AccountType, Reason, Verdict, words},
};
use crate::SecretText;

/// Creates an account by hand, usually from cookies that are already there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAccountRequest {
    /// The platform's id.
    #[schema(example = "douyin", min_length = 2, max_length = 32, pattern = "^[a-z0-9-]{2,32}$")]
    pub platform: String,
    /// The owner's name for it. Without one it follows the platform's nickname.
    #[schema(max_length = 200)]
    pub account_name: Option<String>,
    /// `personal` unless said.
    pub account_type: Option<AccountType>,
    /// The cookies, as a `Cookie` header: `name=value; name=value`. Stored encrypted, never answered.
    #[schema(value_type = String, min_length = 1, example = "sessionid=xxx; ttwid=yyy")]
    pub cookie_data: SecretText,
    /// 1 to 10, 5 unless said.
    #[schema(minimum = 1, maximum = 10)]
    pub priority: Option<u8>,
    /// Which user of the owner's own system it belongs to.
    #[schema(max_length = 200)]
    pub user_id: Option<String>,
    /// Which project of the owner's own system it belongs to.
    #[schema(max_length = 200)]
    pub project_id: Option<String>,
    /// The owner's labels.
    pub tags: Option<BTreeMap<String, String>>,
    /// Whatever a script keeps here.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
    /// The owner's notes.
    pub note: Option<String>,
}

/// What a creation answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedAccountView {
    /// The numeric id.
    pub id: u64,
    /// The public id.
    pub account_id: String,
    /// The platform's id.
    pub platform: String,
    /// Its name.
    pub account_name: String,
    /// `pending` until the first check.
    pub status: AccountStatus,
    /// 1 to 10.
    pub priority: u8,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Changes an account. What is left out stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateAccountRequest {
    /// A new name; an empty one gives the name back to the platform's nickname.
    #[schema(max_length = 200)]
    pub account_name: Option<String>,
    /// Personal or business.
    pub account_type: Option<AccountType>,
    /// `inactive` keeps it out of use until `active` gives it back. Only a check sets any other status.
    pub status: Option<AccountStatus>,
    /// 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    pub priority: Option<u8>,
    /// All labels anew.
    pub tags: Option<BTreeMap<String, String>>,
    /// All metadata anew.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
    /// Another user; `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub user_id: Option<Option<String>>,
    /// Another project; `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub project_id: Option<Option<String>>,
    /// New notes.
    pub note: Option<String>,
}

/// An account in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountSummary {
    /// The public id.
    pub account_id: String,
    /// The platform's id.
    pub platform: String,
    /// Its name.
    pub account_name: String,
    /// Where it stands.
    pub status: AccountStatus,
    /// 1 to 10.
    pub priority: u8,
    /// Times it was chosen or used.
    pub use_count: u64,
    /// Uses reported as a success.
    pub success_count: u64,
    /// Uses reported as a failure.
    pub fail_count: u64,
    /// The last use.
    #[schema(required = true)]
    pub last_used_at: Option<Timestamp>,
    /// With `view=full`: everything else that is no secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub more: Option<AccountMore>,
}

/// One account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountDetail {
    /// The numeric id.
    pub id: u64,
    /// The public id.
    pub account_id: String,
    /// The platform's id.
    pub platform: String,
    /// Its name.
    pub account_name: String,
    /// Personal or business.
    pub account_type: AccountType,
    /// Where it stands.
    pub status: AccountStatus,
    /// 1 to 10.
    pub priority: u8,
    /// Times it was chosen or used.
    pub use_count: u64,
    /// Uses reported as a success.
    pub success_count: u64,
    /// Uses reported as a failure.
    pub fail_count: u64,
    /// The last use.
    #[schema(required = true)]
    pub last_used_at: Option<Timestamp>,
    /// The last check.
    #[schema(required = true)]
    pub last_check_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the owner or the app last changed it.
    pub updated_at: Timestamp,
    /// With `view=full`: everything else that is no secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub more: Option<AccountFull>,
}

/// What the contract does not list, of one account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountFull {
    /// What lists show as well.
    #[serde(flatten)]
    pub more: AccountMore,
    /// Its proxy.
    #[schema(required = true)]
    pub proxy: Option<ProxyView>,
    /// The secrets that are kept for it, by name.
    pub secrets: Vec<SecretNameView>,
}

/// A secret that is kept for an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecretNameView {
    /// Its name.
    pub name: String,
}

/// What the contract does not list. No secret is in here.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountMore {
    /// The numeric id.
    pub id: u64,
    /// Personal or business.
    pub account_type: AccountType,
    /// Whether the owner chose the name; if not, it follows the platform's nickname.
    pub name_is_own: bool,
    /// The platform's own stable user id, once it has been read.
    #[schema(required = true)]
    pub identity: Option<String>,
    /// Who the platform says it is.
    #[schema(required = true)]
    pub profile: Option<ProfileView>,
    /// Which of the platform's sites it is on.
    #[schema(required = true)]
    pub site: Option<String>,
    /// Whether it has a proxy of its own.
    pub proxied: bool,
    /// What runs out first, of what is known.
    #[schema(required = true)]
    pub quota: Option<QuotaView>,
    /// What the last check came to.
    #[schema(required = true)]
    pub last_check: Option<LastCheckView>,
    /// A first "not logged in" that waits for its second proof.
    #[schema(required = true)]
    pub first_expired_at: Option<Timestamp>,
    /// When the next periodic check is due.
    #[schema(required = true)]
    pub next_check_at: Option<Timestamp>,
    /// Until when the session lasts, where the platform says so.
    #[schema(required = true)]
    pub forecast: Option<ForecastView>,
    /// What it wants from its owner.
    #[schema(required = true)]
    pub needs_me: Option<NeedsMe>,
    /// An older account of the same person on the same platform.
    #[schema(required = true)]
    pub duplicate_of: Option<String>,
    /// Whether a check is under way.
    pub checking: bool,
    /// Whether it can be opened in a window, logged in.
    pub can_open: bool,
    /// Whether it is open in a window.
    pub window_open: bool,
    /// Whether the vault holds a credential for it.
    pub has_credential: bool,
    /// Grows with each login or renewal.
    pub generation: u64,
    /// The last error, in the platform's words or ours.
    #[schema(required = true)]
    pub last_error: Option<String>,
    /// The owner's labels.
    pub tags: BTreeMap<String, String>,
    /// Whatever a script keeps here.
    #[schema(value_type = Object)]
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// Which user of the owner's own system it belongs to.
    #[schema(required = true)]
    pub user_id: Option<String>,
    /// Which project of the owner's own system it belongs to.
    #[schema(required = true)]
    pub project_id: Option<String>,
    /// The owner's notes.
    pub note: String,
    /// The pools it is in.
    pub pools: Vec<PoolName>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the owner or the app last changed it.
    pub updated_at: Timestamp,
}

words! {
    /// What an account wants from its owner.
    NeedsMe mirrors roster_engine::NeedsMe {
        /// Its session has ended: log in again.
        LogIn,
        /// The platform restricts it: look there.
        Restricted,
        /// Its session belongs to another person: log in again with the right one.
        OtherPerson,
    }
}

/// Until when a session lasts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastView {
    /// At the latest.
    pub ends_at: Timestamp,
    /// Within three days.
    pub soon: bool,
}

/// A pool an account is in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolName {
    /// The pool's public id.
    pub pool_id: String,
    /// Its name.
    pub name: String,
}

/// The last check, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastCheckView {
    /// When the answer was there.
    pub at: Timestamp,
    /// What it means.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
}

/// An account has gone.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountGoneView {
    /// The public id it had.
    pub account_id: String,
    /// One sentence.
    pub message: String,
}
