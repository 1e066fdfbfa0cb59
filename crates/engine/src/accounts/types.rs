//! What goes into and comes out of the account operations.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use roster_domain::{
    Account, AccountId, AccountStatus, AccountType, PlatformId, PoolId, Quota, Secret, UsageCounters, UsageEntry,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Error;

/// One account, by either of its two ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AccountRef {
    /// The numeric id.
    Number(u64),
    /// The public id.
    Id(AccountId),
}

impl AccountRef {
    /// Reads what stands in a path: digits are the numeric id, anything else the public one.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`] for text that cannot be the id of any account.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let not_found = || Error::AccountNotFound { id: text.chars().take(64).collect() };
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse().map(Self::Number).map_err(|_| not_found());
        }
        text.parse().map(Self::Id).map_err(|_| not_found())
    }
}

impl From<AccountId> for AccountRef {
    fn from(id: AccountId) -> Self {
        Self::Id(id)
    }
}

impl From<&AccountId> for AccountRef {
    fn from(id: &AccountId) -> Self {
        Self::Id(id.clone())
    }
}

impl std::fmt::Display for AccountRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Id(id) => write!(f, "{id}"),
        }
    }
}

/// An account to make out of pasted cookies.
#[derive(Debug, Clone, Default)]
pub struct NewAccount {
    /// The outside service.
    pub platform: PlatformId,
    /// The owner's name for it; the platform's nickname when `None`.
    pub account_name: Option<String>,
    /// Personal or business.
    pub account_type: AccountType,
    /// A `Cookie` header.
    pub cookie_data: Secret<String>,
    /// 1 to 10; 5 when `None`.
    pub priority: Option<u8>,
    /// Which user of the owner's own system it belongs to.
    pub user_id: Option<String>,
    /// Which project of the owner's own system it belongs to.
    pub project_id: Option<String>,
    /// Labels.
    pub tags: BTreeMap<String, String>,
    /// Whatever a script keeps here.
    pub metadata: Map<String, Value>,
    /// Notes.
    pub note: String,
}

/// Changes to an account; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct AccountPatch {
    /// A new name; an empty one gives the name back to the platform's nickname.
    pub account_name: Option<String>,
    /// Personal or business.
    pub account_type: Option<AccountType>,
    /// 1 to 10.
    pub priority: Option<u8>,
    /// `inactive` keeps the account out of use until `active` gives it back. Nothing else can be set by hand.
    pub status: Option<AccountStatus>,
    /// All labels anew.
    pub tags: Option<BTreeMap<String, String>>,
    /// All metadata anew.
    pub metadata: Option<Map<String, Value>>,
    /// Notes.
    pub note: Option<String>,
    /// The user; `Some(None)` takes it away.
    pub user_id: Option<Option<String>>,
    /// The project; `Some(None)` takes it away.
    pub project_id: Option<Option<String>>,
}

/// What a list is ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// The numeric id: the order in which accounts came.
    #[default]
    Number,
    /// The name, without regard to case.
    Name,
    /// The platform's id.
    Platform,
    /// The status: active, expired, inactive, pending.
    Status,
    /// The priority.
    Priority,
    /// How often used.
    UseCount,
    /// The last use.
    LastUsed,
    /// The last check.
    LastCheck,
    /// When the session ends at the latest; accounts that do not say come last.
    ExpiresAt,
    /// When it was made.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
}

impl SortKey {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Number,
        Self::Name,
        Self::Platform,
        Self::Status,
        Self::Priority,
        Self::UseCount,
        Self::LastUsed,
        Self::LastCheck,
        Self::ExpiresAt,
        Self::CreatedAt,
        Self::UpdatedAt,
    ];
}

/// Which accounts, in which order. All filters hold together; an empty list filters nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountQuery {
    /// Only these, as far as they are there; `None` for all.
    pub ids: Option<Vec<AccountRef>>,
    /// On any of these platforms.
    pub platforms: Vec<PlatformId>,
    /// In any of these statuses.
    pub statuses: Vec<AccountStatus>,
    /// Of this user.
    pub user_id: Option<String>,
    /// Of this project.
    pub project_id: Option<String>,
    /// With any of these labels: `key` alone, or `key:value`.
    pub tags: Vec<String>,
    /// In this pool.
    pub pool: Option<PoolId>,
    /// Whose name, nickname, ids or note hold this text, without regard to case.
    pub text: Option<String>,
    /// Only those that want something of the owner.
    pub needs_me: bool,
    /// The order.
    pub sort: SortKey,
    /// The other way round.
    pub descending: bool,
    /// At most this many, 1 to 500.
    pub limit: u32,
    /// After this many.
    pub offset: u32,
    /// Also count by status, platform and tag.
    pub facets: bool,
}

impl Default for AccountQuery {
    fn default() -> Self {
        Self {
            ids: None,
            platforms: Vec::new(),
            statuses: Vec::new(),
            user_id: None,
            project_id: None,
            tags: Vec::new(),
            pool: None,
            text: None,
            needs_me: false,
            sort: SortKey::default(),
            descending: false,
            limit: 50,
            offset: 0,
            facets: false,
        }
    }
}

/// What an account wants of its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedsMe {
    /// Its session has ended: log in again.
    LogIn,
    /// The platform restricts it: look there.
    Restricted,
    /// Its session belongs to another person: log in again with the right one.
    OtherPerson,
}

/// Until when a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// At the latest.
    pub ends_at: Timestamp,
    /// Within three days.
    pub soon: bool,
}

/// A pool that an account is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PoolLabel {
    /// Which.
    pub pool_id: PoolId,
    /// Its name.
    pub name: String,
}

/// An account with what else a list shows about it. Holds no secret.
#[derive(Debug, Clone)]
pub struct AccountView {
    /// The account, its counters up to date.
    pub account: Arc<Account>,
    /// The counters at this moment (those in [`AccountView::account`] may be a little older).
    pub usage: UsageCounters,
    /// The pools it is in.
    pub pools: Vec<PoolLabel>,
    /// Until when its session lasts, where the platform says so.
    pub forecast: Option<Forecast>,
    /// What it wants of its owner.
    pub needs_me: Option<NeedsMe>,
    /// An older account of the same person on the same platform.
    pub duplicate_of: Option<AccountId>,
    /// Whether a check is under way.
    pub checking: bool,
    /// What runs out first, of what is known.
    pub quota: Option<Quota>,
    /// Whether it can be opened in a window, logged in.
    pub can_open: bool,
    /// Whether it is open in a window.
    pub window_open: bool,
}

/// Counts beside a list, each with the other filters applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// By status; all four are there.
    pub status: BTreeMap<AccountStatus, u64>,
    /// By platform; those with none are left out.
    pub platform: BTreeMap<PlatformId, u64>,
    /// By label (`key:value`), at most the 200 most frequent.
    pub tag: BTreeMap<String, u64>,
    /// Those that want something of the owner.
    pub needs_me: u64,
    /// With all filters applied.
    pub total: u64,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct AccountPage {
    /// The rows.
    pub accounts: Vec<AccountView>,
    /// How many there are on all pages.
    pub total: u64,
    /// As asked.
    pub limit: u32,
    /// As asked.
    pub offset: u32,
    /// The counts, where asked for.
    pub facets: Option<Facets>,
}

/// How an account was used.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountStats {
    /// Which.
    pub account_id: AccountId,
    /// Its platform.
    pub platform: PlatformId,
    /// Where it stands.
    pub status: AccountStatus,
    /// The counters.
    pub usage: UsageCounters,
    /// Successes per reported outcome, in percent with two places.
    pub success_rate: f64,
    /// The last uses reported, newest first, at most 100.
    pub recent_logs: Vec<UsageEntry>,
}

/// One use to report.
#[derive(Debug, Clone, Default)]
pub struct UsageReport {
    /// What was done, such as `publish`; at most 64 characters.
    pub action: String,
    /// Whether it worked.
    pub success: bool,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What went wrong; at most 500 characters are kept.
    pub error: Option<String>,
}

/// A cookie as the owner may see it in a table: its value masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MaskedCookie {
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Its path.
    pub path: String,
    /// When it ends; a session cookie when `None`.
    pub expires_at: Option<Timestamp>,
    /// Over TLS only.
    pub secure: bool,
    /// Not for scripts.
    pub http_only: bool,
    /// At most the first two and last two characters of its value.
    pub masked: String,
}
