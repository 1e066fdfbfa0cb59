//! The person's own browser.

use async_trait::async_trait;
use roster_engine::{Browser, BrowserError};

/// Whatever the system opens pages with.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemBrowser;

#[async_trait]
impl Browser for SystemBrowser {
    async fn open(&self, url: &str) -> Result<(), BrowserError> {
        let url = url.to_owned();
        // Looking for a browser reads files and starts programs.
        let opened = tokio::task::spawn_blocking(move || open::that_detached(url)).await;
        let failed = |message: String| BrowserError::Failed { message };
        opened.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.kind().to_string()))
    }
}
