//! The person's own browser, for pages of a platform that do not belong into a window of ours: a payment.

use std::fmt::Debug;

use async_trait::async_trait;

/// Why a page was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrowserError {
    /// This host has no browser.
    #[error("there is no browser here")]
    Unavailable,
    /// The system refused.
    #[error("the browser could not be started: {message}")]
    Failed {
        /// What it said.
        message: String,
    },
}

/// Opens pages. It is only ever given `https` addresses.
#[async_trait]
pub trait Browser: Send + Sync + Debug {
    /// Opens a page; returns when the browser has been asked.
    async fn open(&self, url: &str) -> Result<(), BrowserError>;
}

/// A host without a browser.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoBrowser;

#[async_trait]
impl Browser for NoBrowser {
    async fn open(&self, _url: &str) -> Result<(), BrowserError> {
        Err(BrowserError::Unavailable)
    }
}
