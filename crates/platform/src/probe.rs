//! One question to a platform about a session, and what the answer means.

use roster_domain::{Credential, Evidence, Numbers, Profile, Quotas, Reason, Verdict};

use crate::{Error, ErrorKind, Retry};

/// How much to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProbeDepth {
    /// The one cheap question.
    Light,
    /// Also what is worth asking once a day (restrictions, followers).
    Full,
}

/// Whose session it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The platform's own stable user id.
    pub user_id: String,
    /// The public face.
    pub profile: Profile,
}

/// The outcome of a probe. The adapter does not know whom the engine expects: it reports whose session it is, and
/// the engine turns another user's id into `IdentityMismatch`.
#[derive(Debug, Clone)]
pub struct Probe {
    /// What it means.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// What it rests on.
    pub evidence: Evidence,
    /// Who, when the platform named somebody.
    pub identity: Option<Identity>,
    /// The credential with cookies that the answer renewed; only when the verdict is alive.
    pub refreshed: Option<Credential>,
    /// Numbers that the answers carried anyway (followers), where there were any.
    pub numbers: Option<Numbers>,
    /// Quotas that the answers carried anyway, where there were any.
    pub quotas: Option<Quotas>,
    /// Whether the paid membership had a question of its own that was not answered: what was known of it stays.
    pub membership_unknown: bool,
    /// When to ask again, as far as the platform has a say.
    pub retry: Retry,
}

impl Probe {
    /// The platform named somebody.
    pub fn alive(identity: Identity, evidence: Evidence) -> Self {
        Self {
            verdict: Verdict::Alive,
            reason: Reason::Ok,
            evidence,
            identity: Some(identity),
            refreshed: None,
            numbers: None,
            quotas: None,
            membership_unknown: false,
            retry: Retry::Soon,
        }
    }
}

/// What an error says about a session. Only the platform's own words make it expired or restricted; an answer that
/// is JSON of an unknown shape means that the platform has changed, and everything else says nothing.
impl From<Error> for Probe {
    fn from(error: Error) -> Self {
        let verdict = match error.kind {
            ErrorKind::NotLoggedIn => Verdict::Expired,
            ErrorKind::Restricted | ErrorKind::RiskControl => Verdict::Restricted,
            ErrorKind::Protocol if error.reason == Reason::UnexpectedShape => Verdict::PlatformChanged,
            ErrorKind::Protocol
            | ErrorKind::Unsupported
            | ErrorKind::RateLimited
            | ErrorKind::Network
            | ErrorKind::Server
            | ErrorKind::Refused => Verdict::Unknown,
        };
        Self {
            verdict,
            reason: error.reason,
            evidence: *error.evidence,
            identity: None,
            refreshed: None,
            numbers: None,
            quotas: None,
            membership_unknown: false,
            retry: error.retry,
        }
    }
}

/// The outcome of a renewal.
#[derive(Debug, Clone)]
pub enum Renewal {
    /// The platform sees no need yet.
    NotNeeded,
    /// A new session. The engine stores it, then calls [`crate::Adapter::confirm_renewal`] with it.
    Renewed(Credential),
}
