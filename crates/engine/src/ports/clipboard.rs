//! The system's clipboard, for secrets.

use std::fmt::Debug;

use async_trait::async_trait;
use roster_domain::Secret;

/// Why a secret could not be copied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClipboardError {
    /// This host has no clipboard.
    #[error("there is no clipboard here")]
    Unavailable,
    /// The clipboard refused.
    #[error("the clipboard refused: {message}")]
    Failed {
        /// What it said, without the secret.
        message: String,
    },
}

/// Copies secrets in Rust, so that no page ever has to hold one for it.
#[async_trait]
pub trait Clipboard: Send + Sync + Debug {
    /// Puts the text on the clipboard, marked as a secret for clipboard managers, and takes it away again 30 seconds
    /// later, unless something else was copied meanwhile.
    async fn copy_secret(&self, text: Secret<String>) -> Result<(), ClipboardError>;
}

/// A host without a clipboard.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoClipboard;

#[async_trait]
impl Clipboard for NoClipboard {
    async fn copy_secret(&self, _text: Secret<String>) -> Result<(), ClipboardError> {
        Err(ClipboardError::Unavailable)
    }
}
