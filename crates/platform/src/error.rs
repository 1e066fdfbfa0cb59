//! What can go wrong with a platform: a kind that the UI has words for, and what the scheduler may do next.

use std::time::Duration;

use roster_domain::{Evidence, Reason};

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Not without the person.
    Never,
    /// Not before this long. Taken from `Retry-After` where given, never undercut.
    After(Duration),
    /// With the usual backoff.
    Soon,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The adapter does not do that.
    Unsupported,
    /// "Not logged in."
    NotLoggedIn,
    /// Banned, muted or closed.
    Restricted,
    /// Risk control or a captcha.
    RiskControl,
    /// Too many requests.
    RateLimited,
    /// DNS, connect, TLS, timeout, proxy.
    Network,
    /// 5xx.
    Server,
    /// An answer nobody here understands.
    Protocol,
    /// The platform refused for a reason of its own.
    Refused,
}

/// An error of a platform. It never carries a body, a cookie or a token.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{question}: {kind:?}{}", .evidence.code.as_deref().map(|c| format!(" (code {c})")).unwrap_or_default())]
pub struct Error {
    /// What happened.
    pub kind: ErrorKind,
    /// Why, in the closed list that the UI has words for.
    pub reason: Reason,
    /// What the scheduler may do.
    pub retry: Retry,
    /// What was asked, such as `qrcode/generate`.
    pub question: String,
    /// What the platform answered, without secrets. Boxed, so that a `Result` stays small.
    pub evidence: Box<Evidence>,
}

impl Error {
    /// An error of this kind with the retry that fits the kind, and no evidence yet.
    pub fn new(kind: ErrorKind, question: &str) -> Self {
        let (reason, retry) = match kind {
            ErrorKind::Unsupported => (Reason::Other, Retry::Never),
            ErrorKind::NotLoggedIn => (Reason::NotLoggedIn, Retry::Never),
            ErrorKind::Restricted => (Reason::Banned, Retry::Never),
            ErrorKind::RiskControl => (Reason::RiskControl, Retry::After(Duration::from_secs(30 * 60))),
            ErrorKind::RateLimited => (Reason::RateLimited, Retry::Soon),
            ErrorKind::Network => (Reason::Connect, Retry::Soon),
            ErrorKind::Server => (Reason::ServerError, Retry::Soon),
            ErrorKind::Protocol => (Reason::UnexpectedShape, Retry::Never),
            ErrorKind::Refused => (Reason::Other, Retry::Never),
        };
        let evidence = Evidence { question: question.to_owned(), ..Evidence::default() };
        Self { kind, reason, retry, question: question.to_owned(), evidence: Box::new(evidence) }
    }

    /// The same with a more exact reason.
    #[must_use]
    pub fn because(mut self, reason: Reason) -> Self {
        self.reason = reason;
        self
    }

    /// The same with what the platform answered.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = Box::new(evidence);
        self
    }

    /// The same with another retry.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }
    /// The same with a retry no sooner than this.
    #[must_use]
    pub fn not_before(mut self, wait: Duration) -> Self {
        self.retry = match self.retry {
            Retry::Never => Retry::Never,
            Retry::After(known) => Retry::After(known.max(wait)),
            Retry::Soon => Retry::After(wait),
        };
        self
    }
}
