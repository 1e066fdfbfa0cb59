//! What is shown of background work.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CheckResult, Error};

/// The id of a job: its kind for those that run by themselves, `job_…` for those that somebody started.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub(crate) String);

impl JobId {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for JobId {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.is_empty() || text.len() > 64 {
            return Err(Error::JobNotFound { id: text.chars().take(64).collect() });
        }
        Ok(Self(text.to_owned()))
    }
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Checks the accounts whose time has come.
    PeriodicCheck,
    /// Checks the accounts that somebody chose.
    Check,
    /// Reads what may still be used, of all accounts.
    Quotas,
}

impl JobKind {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PeriodicCheck => "periodic_check",
            Self::Check => "check",
            Self::Quotas => "quotas",
        }
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Waiting for its time.
    Idle,
    /// At work.
    Running,
    /// Held back; [`JobView::why`] says by what.
    Paused,
    /// Over.
    Done,
    /// Over, with an error.
    Failed,
    /// Over, because somebody said so.
    Cancelled,
}

/// What holds a job back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PauseReason {
    /// The vault is locked.
    Locked,
    /// There is no network.
    Offline,
    /// The owner said so.
    User,
}

/// One job as the owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// What holds it back.
    pub why: Option<PauseReason>,
    /// Accounts done in this run.
    pub done: u64,
    /// Accounts in this run.
    pub total: u64,
    /// Those that live.
    pub alive: u64,
    /// Those whose session the platform called ended (a first proof included).
    pub expired: u64,
    /// Those restricted, or with somebody else's session.
    pub restricted: u64,
    /// Those without an answer that says anything.
    pub unknown: u64,
    /// When it runs next.
    pub next_at: Option<Timestamp>,
    /// The results of this run, in the order in which they came; at most the last 1,000 in events and lists.
    pub results: Vec<CheckResult>,
}
