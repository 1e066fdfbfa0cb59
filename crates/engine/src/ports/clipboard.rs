//! The system's clipboard, for secrets.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;
use roster_domain::Secret;

/// How long a secret stays on the clipboard.
pub const SECRET_ON_CLIPBOARD: Duration = Duration::from_secs(30);

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
    /// Puts the text on the clipboard, marked as a secret for clipboard managers, and takes it away again
    /// [`SECRET_ON_CLIPBOARD`] later, unless something else was copied meanwhile.
    async fn copy_secret(&self, text: Secret<String>) -> Result<(), ClipboardError>;

    /// Takes the last secret away now, unless something else was copied since: the vault is being locked. Ends within
    /// a second, whatever the clipboard does.
    async fn forget(&self);
}

/// A host without a clipboard.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoClipboard;

#[async_trait]
impl Clipboard for NoClipboard {
    async fn copy_secret(&self, _text: Secret<String>) -> Result<(), ClipboardError> {
        Err(ClipboardError::Unavailable)
    }

    async fn forget(&self) {}
}
