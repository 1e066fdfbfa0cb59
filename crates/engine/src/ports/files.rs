//! Files that the owner picks. The window never names a path: only the system's own dialog does, so that a script
//! in the window can neither read nor write files.

use std::{fmt::Debug, path::PathBuf};

use async_trait::async_trait;

/// What a file is for: the dialog's title and filter follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilePurpose {
    /// A sealed export of accounts (`*.roster`), to write or to read.
    Export,
    /// A vault file of the old format, to read.
    Legacy,
    /// A key file that opens the vault, to write or to read.
    KeyFile,
}

/// Why no file could be picked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileDialogError {
    /// This host has no dialogs.
    #[error("files cannot be picked here")]
    Unavailable,
    /// The dialog could not be shown.
    #[error("the file dialog failed: {message}")]
    Failed {
        /// What the system said.
        message: String,
    },
}

/// The system's file dialogs. `Ok(None)` means that the person closed the dialog without picking.
#[async_trait]
pub trait FileDialogs: Send + Sync + Debug {
    /// Asks where to write; `suggested` is a file name without folders.
    async fn save_to(&self, purpose: FilePurpose, suggested: &str) -> Result<Option<PathBuf>, FileDialogError>;

    /// Asks for a file that exists.
    async fn open_from(&self, purpose: FilePurpose) -> Result<Option<PathBuf>, FileDialogError>;
}

/// A host without dialogs.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFileDialogs;

#[async_trait]
impl FileDialogs for NoFileDialogs {
    async fn save_to(&self, _purpose: FilePurpose, _suggested: &str) -> Result<Option<PathBuf>, FileDialogError> {
        Err(FileDialogError::Unavailable)
    }

    async fn open_from(&self, _purpose: FilePurpose) -> Result<Option<PathBuf>, FileDialogError> {
        Err(FileDialogError::Unavailable)
    }
}
