//! What goes into and comes out of operations.

use jiff::Timestamp;
use serde_json::Value;

/// Who wants an operation done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// A program: it may do whatever is not dangerous.
    Program,
    /// The owner, who has read what a dangerous one does and said yes, or has not been asked.
    Owner {
        /// Whether they said yes.
        confirmed: bool,
    },
}

/// What came of an operation.
#[derive(Debug, Clone)]
pub struct Operated {
    /// Which.
    pub operation: String,
    /// The answer, of the operation's output schema. No secret is in it.
    pub value: Value,
    /// When the answer was there.
    pub at: Timestamp,
    /// A page of the platform that the person has to go on with, `https`.
    pub open_url: Option<String>,
    /// The names of secrets that came with it and are kept in the vault.
    pub secrets: Vec<String>,
    /// Whether the account has another session now.
    pub session_changed: bool,
    /// Whether the platform ended the session with it.
    pub session_ended: bool,
}
