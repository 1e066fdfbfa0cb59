//! The driver's hold on the app's page.
//!
//! The app ends its page's process whenever the vault is opened or closed, and WebDriver's session ends with it. The
//! next one is with the new page.

use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, error::CmdError};
use hyper_util::client::legacy::connect::HttpConnector;
use tokio::sync::RwLock;

use super::DriveError;

const PATIENCE: Duration = Duration::from_secs(15);
const TRY_EVERY: Duration = Duration::from_millis(40);

/// A session with the page that is there now.
pub(super) struct Session {
    driver: String,
    client: RwLock<Client>,
}

impl Session {
    /// Takes hold of the page of the app that the driver at this port belongs to.
    pub(super) async fn begin(driver_port: u16) -> Result<Self, DriveError> {
        let driver = format!("http://127.0.0.1:{driver_port}");
        let client = RwLock::new(connect(&driver).await?);
        Ok(Self { driver, client })
    }

    /// The client of today.
    pub(super) async fn client(&self) -> Client {
        self.client.read().await.clone()
    }

    /// Takes hold of the page that has come in place of the one that `error` says is gone; answers whether it does.
    pub(super) async fn renewed(&self, error: &CmdError) -> Result<bool, DriveError> {
        if !page_is_gone(error) {
            return Ok(false);
        }
        *self.client.write().await = connect(&self.driver).await?;
        Ok(true)
    }
}

/// What WebKitWebDriver says when a page's process has ended under a command, and after that. "Unknown error" is said
/// with and without words; a session begun anew with a page that was not gone does no harm.
fn page_is_gone(error: &CmdError) -> bool {
    error.is_invalid_session_id() || error.is_no_such_window() || error.is_unknown_error()
}

async fn connect(driver: &str) -> Result<Client, DriveError> {
    let since = Instant::now();
    loop {
        match ClientBuilder::new(HttpConnector::new()).connect(driver).await {
            Ok(client) => return Ok(client),
            Err(error) if since.elapsed() > PATIENCE => return Err(error.into()),
            Err(_) => tokio::time::sleep(TRY_EVERY).await,
        }
    }
}
