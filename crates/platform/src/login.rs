//! Login as a state machine. The adapter says what the next step is; the engine shows the code, waits, asks
//! again, stores the session. So every login runs in a test without a desktop.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use roster_domain::{Credential, Evidence, Reason};

use crate::{Context, Error, Filled, Form, FormProblem};

/// Who scanned, where the platform says so before the confirmation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScannedBy {
    /// The nickname.
    pub name: Option<String>,
    /// The picture's address.
    pub avatar_url: Option<String>,
}

/// Why a login ended without a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusalReason {
    /// The person refused on the phone.
    Person,
    /// Risk control, a captcha, a second verification: the platform's own page has to take over.
    RiskControl,
    /// Confirmed, but no session arrived.
    NoSession,
    /// Anything else the platform said.
    Platform,
}

/// What the engine should do next. `Debug` shows neither the code's text nor the session: whoever has the text can
/// fetch the session in the person's place.
#[derive(Clone)]
pub enum LoginStep {
    /// Show this text as a QR code (a new one, or the first), then ask again after `poll_after`.
    ShowQr {
        /// What to encode, verbatim.
        text: String,
        /// When the platform stops accepting it.
        expires_at: Timestamp,
        /// How long to wait before the next question.
        poll_after: Duration,
    },
    /// The person has to fill something in; [`LoginInput::Fields`] goes on.
    AskFields {
        /// What.
        form: Form,
        /// Why again, when what was filled in before was refused.
        problem: Option<FormProblem>,
    },
    /// Nothing happened yet.
    Waiting {
        /// How long to wait before the next question.
        poll_after: Duration,
    },
    /// Scanned; the person has to confirm on the phone.
    Scanned {
        /// Who scanned.
        by: Option<ScannedBy>,
        /// How long to wait before the next question.
        poll_after: Duration,
    },
    /// The code has expired. `next` with [`LoginInput::Refresh`] makes a new one.
    Expired,
    /// It ended without a session.
    Refused {
        /// Why.
        why: RefusalReason,
        /// For words and remedy.
        reason: Reason,
        /// What the platform said.
        evidence: Evidence,
    },
    /// Logged in. **This answer comes once**: the engine stores the credential before it does anything else. Its
    /// generation is 0; the engine numbers it.
    Done {
        /// The session.
        credential: Credential,
        /// The platform's user id where the session itself says it (a cookie), else the probe will.
        identity: Option<String>,
    },
}

impl fmt::Debug for LoginStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ShowQr { expires_at, poll_after, .. } => f
                .debug_struct("ShowQr")
                .field("text", &"[redacted]")
                .field("expires_at", expires_at)
                .field("poll_after", poll_after)
                .finish(),
            Self::AskFields { form, problem } => {
                f.debug_struct("AskFields").field("form", &form.id).field("problem", problem).finish()
            }
            Self::Waiting { poll_after } => f.debug_struct("Waiting").field("poll_after", poll_after).finish(),
            Self::Scanned { by, poll_after } => {
                f.debug_struct("Scanned").field("by", by).field("poll_after", poll_after).finish()
            }
            Self::Expired => f.write_str("Expired"),
            Self::Refused { why, reason, evidence } => {
                f.debug_struct("Refused").field("why", why).field("reason", reason).field("evidence", evidence).finish()
            }
            Self::Done { credential, identity } => {
                f.debug_struct("Done").field("cookies", &credential.cookies.len()).field("identity", identity).finish()
            }
        }
    }
}

/// What the engine tells a flow.
#[derive(Debug, Clone)]
pub enum LoginInput {
    /// Ask the platform.
    Poll,
    /// Make a new code (the old one expired, or the person wants one).
    Refresh,
    /// What the person filled in.
    Fields(Filled),
}

/// One login under way at one platform.
#[async_trait]
pub trait LoginFlow: Send + Sync + std::fmt::Debug {
    /// At most one question to the platform about the login (following redirects with the session counts as one; a
    /// device id fetched alongside does not count).
    ///
    /// # Errors
    /// A fault on the way (network, 5xx, rate limit, risk control) leaves the flow as it was: the engine calls again after the
    /// error's retry.
    async fn next(&mut self, ctx: &Context, input: LoginInput) -> Result<LoginStep, Error>;
}
