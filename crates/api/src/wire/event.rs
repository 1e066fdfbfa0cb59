//! What happened, for whoever shows it. Events carry ids, not data, except for jobs and accounts that died.

use serde::Serialize;
use utoipa::ToSchema;

use super::{job::JobView, trash::UndoWhat, vault::VaultPhase, words::Reason};

/// What happened within a quarter of a second.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventBatch {
    /// The version of this list of events.
    pub version: u32,
    /// The events, in order.
    pub events: Vec<Event>,
}

/// Why an account's window was closed.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowEnd {
    /// The person closed it, in its own frame or from the program.
    Closed,
    /// The account has another proxy now; the page had gone on by the way before.
    OtherProxy,
    /// The vault was locked.
    Locked,
    /// It was lost, or its account was deleted.
    Lost,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The vault was made, opened, closed.
    VaultChanged {
        /// Where it stands.
        phase: VaultPhase,
    },
    /// Accounts came, changed or went.
    AccountsChanged {
        /// Which; left out when they are too many to name.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        ids: Option<Vec<String>>,
    },
    /// A login moved on.
    LoginChanged {
        /// Which.
        session_id: String,
    },
    /// A job moved on.
    JobChanged {
        /// How it stands, without its results.
        job: JobView,
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
        account_id: String,
        /// Its name.
        name: String,
        /// Its platform.
        platform: String,
        /// Why.
        reason: Reason,
    },
    /// An account was opened in a window.
    WindowOpened {
        /// Which.
        account_id: String,
    },
    /// An account's window was closed.
    WindowClosed {
        /// Which.
        account_id: String,
        /// Whether a session that changed in it is in the vault now.
        saved: bool,
        /// Whether the person logged out in it: the stored session has ended.
        logged_out: bool,
        /// Why it was closed.
        reason: WindowEnd,
    },
    /// Somebody else than the account's own person logged in in its window. The account is as it was.
    OtherPersonFound {
        /// Whose window it was.
        account_id: String,
        /// The login that holds the other person's session: `accept-new` keeps it, ending the login discards it.
        session_id: String,
    },
    /// An action can be undone.
    UndoOffered {
        /// Which.
        undo_id: String,
        /// What it was.
        what: UndoWhat,
        /// How many things it concerned.
        count: u64,
    },
}
