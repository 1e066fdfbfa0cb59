//! Work in the background.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::{AccountStatus, Reason, Verdict, words};

/// Which accounts to check: those named, or those of a platform, or those that pass a filter; all when nothing is
/// said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartCheckRequest {
    /// These.
    #[schema(max_items = 10_000)]
    pub account_ids: Option<Vec<String>>,
    /// Those of this platform.
    pub platform: Option<String>,
    /// Those that pass this filter.
    pub filter: Option<FilterBody>,
}

/// A filter of the account list.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilterBody {
    /// Only these platforms, separated by commas.
    pub platform: Option<String>,
    /// Only these statuses, separated by commas.
    pub status: Option<String>,
    /// Only this user's.
    pub user_id: Option<String>,
    /// Only this project's.
    pub project_id: Option<String>,
    /// Only with any of these labels, separated by commas: `name`, or `name:value`.
    pub tag: Option<String>,
    /// Only members of this pool.
    pub pool: Option<String>,
    /// Only with this text in name, public id, platform user id, nickname or note.
    pub text: Option<String>,
    /// Only those that want something from their owner.
    pub needs_me: Option<bool>,
}

words! {
    /// What a job does.
    JobKind mirrors roster_engine::JobKind {
        /// Checks the accounts whose time has come.
        PeriodicCheck,
        /// Checks the accounts that somebody chose.
        Check,
        /// Reads what may still be used, of all accounts.
        Quotas,
    }
}

words! {
    /// Where a job stands.
    JobState mirrors roster_engine::JobState {
        /// Waits for its time.
        Idle,
        /// At work.
        Running,
        /// Held up.
        Paused,
        /// Finished.
        Done,
        /// Given up.
        Failed,
        /// Called off.
        Cancelled,
    }
}

words! {
    /// Why a job is held up.
    PauseReason mirrors roster_engine::PauseReason {
        /// The vault is locked.
        Locked,
        /// The network is off.
        Offline,
        /// The owner wants it so.
        User,
    }
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobView {
    /// Its id.
    pub id: String,
    /// What it does.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// Why it is held up.
    #[schema(required = true)]
    pub why: Option<PauseReason>,
    /// Accounts finished.
    pub done: u64,
    /// Accounts in all.
    pub total: u64,
    /// The platform named the expected user.
    pub alive: u64,
    /// "Not logged in."
    pub expired: u64,
    /// Banned, muted, risk control, another user.
    pub restricted: u64,
    /// No answer that says anything about the session.
    pub unknown: u64,
    /// When it runs next.
    #[schema(required = true)]
    pub next_at: Option<Timestamp>,
    /// What came of each account, in the order they finished; the latest 1,000.
    pub results: Vec<JobResultView>,
}

/// What came of one account.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobResultView {
    /// The public id.
    pub account_id: String,
    /// Its name.
    pub account_name: String,
    /// What the answer means.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// The account's status after it.
    pub status: AccountStatus,
}

/// Jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobListView {
    /// Those that run by themselves and those somebody started; the ended ones for another 10 minutes.
    pub jobs: Vec<JobView>,
}
