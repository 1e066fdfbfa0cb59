//! Windows that show a platform's own page: for logging in there, and for an account that is opened logged in.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;
use roster_domain::{CookieJar, Secret};
use tokio::sync::mpsc;

/// Why there is no window, or why it gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// This host shows no windows.
    #[error("there are no windows here")]
    Unavailable,
    /// The account's proxy is of a kind that this system's web view cannot use. Nothing was asked without it.
    #[error("the web view cannot use this kind of proxy")]
    Proxy,
    /// The window is gone.
    #[error("the window is closed")]
    Closed,
    /// The system refused.
    #[error("the window failed: {message}")]
    Failed {
        /// What it said, without secrets.
        message: String,
    },
}

/// What a window is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowPurpose {
    /// A person logs in there.
    Login,
    /// An account is opened that is logged in already.
    Account,
}

/// A window to open.
#[derive(Debug, Clone)]
pub struct WindowOrder {
    /// What for.
    pub purpose: WindowPurpose,
    /// The platform's name, Chinese and English, for the title.
    pub platform: (&'static str, &'static str),
    /// The account's name, for the title; `None` for a login of somebody new.
    pub account: Option<String>,
    /// The first page, `https`.
    pub url: String,
    /// The domains that pages may come from, each with everything below it. Any other page is refused.
    pub allowed: Vec<String>,
    /// What must be in place before the first request goes out.
    pub cookies: CookieJar,
    /// The `User-Agent` of every request; the web view's own when `None`.
    pub user_agent: Option<String>,
    /// The proxy of every request, as a URL. Where it cannot be used there is no window, and never a direct request.
    pub proxy: Option<Secret<String>>,
}

/// What happens in a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowEvent {
    /// A page is there.
    Navigated {
        /// Its host, as the platform calls it.
        host: Option<String>,
        /// Whether it came over TLS.
        secure: bool,
    },
    /// Somebody types, points or scrolls in it; said once in several seconds.
    Active,
    /// The person closed it. It is out of sight, and its cookies can be read until [`PlatformWindow::close`].
    Closing,
    /// It is gone and nothing can be read any more.
    Gone,
}

/// A window that was opened.
#[derive(Debug)]
pub struct OpenWindow {
    /// The window. Dropping the last hold on it closes it.
    pub window: Arc<dyn PlatformWindow>,
    /// What happens there.
    pub events: mpsc::UnboundedReceiver<WindowEvent>,
    /// The `User-Agent` of its requests, where it can be told.
    pub user_agent: Option<String>,
}

/// A window under way.
#[async_trait]
pub trait PlatformWindow: Send + Sync + Debug {
    /// The cookies that requests to any of these addresses would carry, those that scripts cannot see included.
    async fn cookies(&self, urls: &[String]) -> Result<CookieJar, WindowError>;

    /// Brings it to the front.
    async fn focus(&self) -> Result<(), WindowError>;

    /// Closes it without asking and forgets everything in it; returns when it is gone.
    async fn close(&self);
}

/// Opens windows. Each keeps its cookies and everything else of its pages to itself, in memory only, and no page in
/// one can reach the program.
#[async_trait]
pub trait Windows: Send + Sync + Debug {
    /// Opens a window.
    async fn open(&self, order: WindowOrder) -> Result<OpenWindow, WindowError>;
}

/// A host without windows.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoWindows;

#[async_trait]
impl Windows for NoWindows {
    async fn open(&self, _order: WindowOrder) -> Result<OpenWindow, WindowError> {
        Err(WindowError::Unavailable)
    }
}
