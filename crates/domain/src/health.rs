//! What an answer of a platform means for an account.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::AccountStatus;

/// The meaning of one answer (or of its absence). Only the platform's own words make anything but
/// [`Verdict::Unknown`] or [`Verdict::PlatformChanged`]: a network fault never says that a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The platform named the expected user.
    Alive,
    /// The platform said "not logged in". The account becomes expired when a second such answer follows at
    /// least 60 s later.
    Expired,
    /// Banned, muted, risk control, captcha.
    Restricted,
    /// The session belongs to another user.
    IdentityMismatch,
    /// No answer, or one that says nothing about the session.
    Unknown,
    /// An answer that nobody here understands.
    PlatformChanged,
}

impl Verdict {
    /// The status that one such verdict gives an account at once, if any. `Expired` gives none: it takes two.
    pub fn status(self) -> Option<AccountStatus> {
        match self {
            Self::Alive => Some(AccountStatus::Active),
            Self::Restricted | Self::IdentityMismatch => Some(AccountStatus::Inactive),
            Self::Expired | Self::Unknown | Self::PlatformChanged => None,
        }
    }
}

/// Why a verdict is what it is: a closed list that the UI has words and a remedy for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// All is well.
    Ok,
    /// "Not logged in", in the platform's words.
    NotLoggedIn,
    /// The account is banned or being closed.
    Banned,
    /// The account may not post or speak.
    Muted,
    /// The platform's risk control refused this call or this address.
    RiskControl,
    /// The platform wants a captcha or a second verification.
    Captcha,
    /// Too many requests.
    RateLimited,
    /// The session names another user than the account.
    OtherUser,
    /// The host name could not be resolved.
    Dns,
    /// No connection.
    Connect,
    /// The TLS handshake or certificate failed.
    Tls,
    /// No answer in time.
    Timeout,
    /// The account's proxy does not work; nothing was sent around it.
    Proxy,
    /// The platform answered with a server error.
    ServerError,
    /// HTML or something else instead of JSON: a captive portal, a block page.
    NotJson,
    /// The answer's shape is unknown.
    UnexpectedShape,
    /// A redirect to another host.
    HostChanged,
    /// There is nothing to check: the vault holds no credential for this account.
    NoCredential,
    /// The network is off.
    Offline,
    /// Anything else; the message says what.
    Other,
}

/// What a verdict rests on. No secret and no body: codes, shapes and the platform's own short message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// What was asked, such as `nav`.
    pub question: String,
    /// The HTTP status.
    pub http_status: Option<u16>,
    /// The platform's own code, as text.
    pub code: Option<String>,
    /// The platform's own message, at most 200 characters.
    pub message: Option<String>,
    /// Seconds to wait, where the platform said so (`Retry-After`).
    pub retry_after_s: Option<u64>,
}

/// One check in an account's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthRecord {
    /// When the answer was there.
    pub at: Timestamp,
    /// What it means.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// What it rests on.
    pub evidence: Evidence,
    /// How long the check took, in milliseconds.
    pub duration_ms: u64,
    /// The credential that was asked about.
    pub generation: u64,
    /// The account's status after it.
    pub status: AccountStatus,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_answer_never_makes_an_account_expired() {
        for verdict in [Verdict::Expired, Verdict::Unknown, Verdict::PlatformChanged] {
            assert_eq!(verdict.status(), None);
        }
    }
}
