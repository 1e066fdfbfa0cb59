//! A person's presence on a platform: everything a list shows, and no secret.

use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AccountId, PlatformId, Profile, Reason, UsageCounters, Verdict};

/// What the account management contract calls `AccountStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountStatus {
    /// Never verified.
    #[default]
    Pending,
    /// The platform named the expected user.
    Active,
    /// Refused by the platform for another reason than an ended session: banned, muted, risk control, or the
    /// session belongs to somebody else. Also what an owner sets to keep an account out of use.
    Inactive,
    /// The platform said twice that this session is not logged in.
    Expired,
}

impl AccountStatus {
    /// All of them, in the order a list shows them.
    pub const ALL: [Self; 4] = [Self::Active, Self::Expired, Self::Inactive, Self::Pending];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for AccountStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown status: use pending, active, inactive or expired")]
pub struct UnknownStatus;

impl FromStr for AccountStatus {
    type Err = UnknownStatus;
    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownStatus)
    }
}

/// Whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountType {
    /// A person's own.
    #[default]
    Personal,
    /// A company's.
    Business,
}

/// How willingly an account is chosen: 1 to 10, 10 first, 5 unless said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Priority(u8);

/// A priority below 1 or above 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("priority must be between 1 and 10, not {0}")]
pub struct PriorityOutOfRange(pub u8);

impl Priority {
    /// The number.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl Default for Priority {
    fn default() -> Self {
        Self(5)
    }
}

impl TryFrom<u8> for Priority {
    type Error = PriorityOutOfRange;
    fn try_from(value: u8) -> Result<Self, PriorityOutOfRange> {
        if (1..=10).contains(&value) { Ok(Self(value)) } else { Err(PriorityOutOfRange(value)) }
    }
}

impl From<Priority> for u8 {
    fn from(priority: Priority) -> u8 {
        priority.0
    }
}

/// What the last question to the platform came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCheck {
    /// When the answer was there.
    pub at: Timestamp,
    /// What it means.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
}

/// An account as the vault's overview record keeps it. It holds no secret: cookies and tokens are in the
/// [`crate::Credential`], a record of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// The public id.
    pub id: AccountId,
    /// The numeric id of the contract, 1, 2, 3 …; never used again after a deletion.
    pub number: u64,
    /// The outside service.
    pub platform: PlatformId,
    /// Which of the platform's sites it is on: an origin; `None` where there is only one.
    pub site: Option<String>,
    /// The owner's name for it; the platform's nickname until the owner gives one.
    pub name: String,
    /// Whether the owner chose [`Account::name`]; if not, it follows the platform's nickname.
    pub name_is_own: bool,
    /// Personal or business.
    pub account_type: AccountType,
    /// Where it stands.
    pub status: AccountStatus,
    /// Whether the owner keeps it out of use. Its status is inactive then, and no check changes that.
    pub disabled: bool,
    /// How willingly a pool chooses it.
    pub priority: Priority,
    /// The platform's own stable user id, once a probe or a login has read it. It never changes afterwards.
    pub identity: Option<String>,
    /// Who the platform says it is.
    pub profile: Option<Profile>,
    /// The last check.
    pub last_check: Option<LastCheck>,
    /// The time of a first "not logged in" that waits for its second proof.
    pub first_expired_at: Option<Timestamp>,
    /// When the next periodic check is due.
    pub next_check_at: Option<Timestamp>,
    /// The generation of the credential in the vault; 0 when there is none.
    pub generation: u64,
    /// Until when the credential can last at most, where the platform says so.
    pub expires_at: Option<Timestamp>,
    /// A keyed hash of the credential, to tell whether two are the same; says nothing about the value.
    pub credential_hash: Option<String>,
    /// A keyed hash of the proxy of its own, when it has one: nothing is asked when that one is not at hand.
    pub proxy_hash: Option<String>,
    /// How it was used.
    pub usage: UsageCounters,
    /// The last error, in the platform's words or ours.
    pub last_error: Option<String>,
    /// The owner's labels.
    pub tags: BTreeMap<String, String>,
    /// Whatever a script keeps here.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// Which user of the owner's own system it belongs to.
    pub user_id: Option<String>,
    /// Which project of the owner's own system it belongs to.
    pub project_id: Option<String>,
    /// The owner's notes.
    pub note: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the owner or the app last changed it.
    pub updated_at: Timestamp,
}

impl Default for Account {
    /// A blank, for `..Account::default()` and for fields that an older record does not have.
    fn default() -> Self {
        Self {
            id: AccountId::from_entropy([0; 10]),
            number: 0,
            platform: PlatformId::default(),
            site: None,
            name: String::new(),
            name_is_own: false,
            account_type: AccountType::default(),
            status: AccountStatus::default(),
            disabled: false,
            priority: Priority::default(),
            identity: None,
            profile: None,
            last_check: None,
            first_expired_at: None,
            next_check_at: None,
            generation: 0,
            expires_at: None,
            credential_hash: None,
            proxy_hash: None,
            usage: UsageCounters::default(),
            last_error: None,
            tags: BTreeMap::new(),
            metadata: serde_json::Map::new(),
            user_id: None,
            project_id: None,
            note: String::new(),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }
}
