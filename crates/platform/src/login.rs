//! Login as a state machine. The adapter says what the next step is; the engine shows the code, waits, asks
//! again, stores the session. So every login runs in a test without a desktop.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use roster_domain::{Credential, Evidence, Reason};

use crate::{Context, Error};

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

/// What the engine should do next.
#[derive(Debug, Clone)]
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

/// What the engine tells a flow.
#[derive(Debug, Clone)]
pub enum LoginInput {
    /// Ask the platform.
    Poll,
    /// Make a new code (the old one expired, or the person wants one).
    Refresh,
}

/// One login under way at one platform.
#[async_trait]
pub trait LoginFlow: Send + Sync + std::fmt::Debug {
    /// At most one question to the platform (following redirects with the session counts as one).
    ///
    /// # Errors
    /// A fault on the way (network, 5xx, rate limit, risk control) leaves the flow as it was: the engine calls again after the
    /// error's retry.
    async fn next(&mut self, ctx: &Context, input: LoginInput) -> Result<LoginStep, Error>;
}
