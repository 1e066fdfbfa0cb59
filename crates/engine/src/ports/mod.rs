//! What the engine asks of its host: the time, a way to tell the owner something, whether there is a network.

mod browser;
mod clipboard;
mod files;
mod keychain;
mod windows;

use std::{fmt::Debug, sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use roster_domain::{AccountId, PlatformId, Reason};
use tokio::sync::watch;

pub use browser::{Browser, BrowserError, NoBrowser};
pub use clipboard::{Clipboard, ClipboardError, NoClipboard, SECRET_ON_CLIPBOARD};
pub use files::{FileDialogError, FileDialogs, FilePurpose, NoFileDialogs};
pub use keychain::{Keychain, KeychainError, NoKeychain};
pub use windows::{
    NoWindows, OpenWindow, PlatformWindow, WindowError, WindowEvent, WindowOrder, WindowPurpose, Windows,
};

/// The time.
#[async_trait]
pub trait Clock: Send + Sync + Debug {
    /// The time of day.
    fn now(&self) -> Timestamp;

    /// Time since some fixed point that does not go on while the machine is suspended and never goes back. The two
    /// clocks drifting apart is how a suspend is noticed.
    fn awake(&self) -> Duration;

    /// Returns after `duration` of waking time.
    async fn sleep(&self, duration: Duration);
}

/// The machine's own clock: the one home of "now".
#[derive(Debug, Clone)]
pub struct SystemClock {
    started: std::time::Instant,
}

impl SystemClock {
    /// The clock.
    pub fn new() -> Self {
        Self { started: std::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the port that everything else asks")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn awake(&self) -> Duration {
        self.started.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// An account that stopped being usable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiedAccount {
    /// Which.
    pub account_id: AccountId,
    /// Its name.
    pub name: String,
    /// Its platform.
    pub platform: PlatformId,
    /// Why.
    pub reason: Reason,
}

/// Something the owner should hear of even when no window is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// These accounts stopped being usable within a few seconds of each other. The same account is named at most
    /// twice in 24 hours.
    AccountsDied(Vec<DiedAccount>),
}

/// Where notices go: the desktop's notifications.
pub trait Notifier: Send + Sync + Debug {
    /// Shows it. Must not block.
    fn notify(&self, notice: Notice);
}

/// A notifier that shows nothing, for hosts without a desktop.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Notifier for Silent {
    fn notify(&self, _notice: Notice) {}
}

/// Whether the machine has a network.
pub trait Network: Send + Sync + Debug {
    /// The present state and its changes: `true` while online.
    fn online(&self) -> watch::Receiver<bool>;
}

/// A host that cannot tell: always online.
#[derive(Debug)]
pub struct AlwaysOnline(watch::Sender<bool>);

impl AlwaysOnline {
    /// The port.
    pub fn new() -> Self {
        Self(watch::Sender::new(true))
    }
}

impl Default for AlwaysOnline {
    fn default() -> Self {
        Self::new()
    }
}

impl Network for AlwaysOnline {
    fn online(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }
}

/// All ports of a host.
#[derive(Debug, Clone)]
pub struct Ports {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Notices to the owner.
    pub notifier: Arc<dyn Notifier>,
    /// Online or not.
    pub network: Arc<dyn Network>,
    /// The system's keychain.
    pub keychain: Arc<dyn Keychain>,
    /// The system's clipboard.
    pub clipboard: Arc<dyn Clipboard>,
    /// The system's file dialogs.
    pub files: Arc<dyn FileDialogs>,
    /// The person's browser.
    pub browser: Arc<dyn Browser>,
    /// Windows of the platforms' own pages.
    pub windows: Arc<dyn Windows>,
}

impl Ports {
    /// What a host without a desktop has: the machine's clock and always a network, and nothing else.
    pub fn bare() -> Self {
        Self {
            clock: Arc::new(SystemClock::new()),
            notifier: Arc::new(Silent),
            network: Arc::new(AlwaysOnline::new()),
            keychain: Arc::new(NoKeychain),
            clipboard: Arc::new(NoClipboard),
            files: Arc::new(NoFileDialogs),
            browser: Arc::new(NoBrowser),
            windows: Arc::new(NoWindows),
        }
    }
}
