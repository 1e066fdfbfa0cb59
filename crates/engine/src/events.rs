//! What happened, for whoever shows it: one closed, versioned list, in batches of at most four a second.

use roster_domain::{AccountId, LoginId, PlatformId, Reason};
use serde::Serialize;

use crate::{JobView, VaultPhase};

/// The version of [`EventBatch`].
pub const EVENTS_VERSION: u32 = 1;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The vault was made, opened, closed.
    VaultChanged {
        /// Where it stands.
        phase: VaultPhase,
    },
    /// Accounts came, changed or went.
    AccountsChanged {
        /// Which; too many to name when `None`.
        #[serde(skip_serializing_if = "Option::is_none")]
        ids: Option<Vec<AccountId>>,
    },
    /// A login moved on.
    LoginChanged {
        /// Which.
        session_id: LoginId,
    },
    /// A job moved on.
    JobChanged {
        /// How it stands, without its results.
        job: Box<JobView>,
    },
    /// Pools came, changed or went.
    PoolsChanged,
    /// The settings changed.
    SettingsChanged,
    /// The preferences changed.
    PreferencesChanged,
    /// An account stopped being usable.
    AccountDied {
        /// Which.
        account_id: AccountId,
        /// Its name.
        name: String,
        /// Its platform.
        platform: PlatformId,
        /// Why.
        reason: Reason,
    },
}

/// What happened within a quarter of a second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventBatch {
    /// [`EVENTS_VERSION`]
    pub version: u32,
    /// The events, in order; several about the same thing are one.
    pub events: Vec<Event>,
}
