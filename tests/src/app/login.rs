//! Logging in, from both sides: the dialog and the phone.

use std::time::Duration;

use roster_domain::{AccountId, LoginId};
use roster_engine::{LoginMethod, LoginPhase, LoginResult, LoginView, StartLogin};

use super::TestApp;

/// Any code is polled, and any fault is over, within this time.
const SOON: Duration = Duration::from_secs(45);

impl TestApp {
    /// Opens the dialog and waits for the code; for an account of its own, or for one that is here.
    pub async fn start_login(&self, platform: &str, account: Option<&AccountId>) -> LoginView {
        let login = self.begin_login(platform, account).await;
        self.login_until(&login, "a code", |view| view.phase == LoginPhase::Waiting).await
    }

    /// Opens the dialog.
    pub async fn begin_login(&self, platform: &str, account: Option<&AccountId>) -> LoginId {
        let platform = self.engine.platform_id(platform).expect("a platform");
        let start = StartLogin { platform, method: LoginMethod::Qr, account: account.cloned(), site: None };
        self.engine.start_login(start).await.expect("a login").session_id
    }

    /// Waits until a login is as wanted.
    pub async fn login_until(&self, login: &LoginId, what: &str, wanted: impl Fn(&LoginView) -> bool) -> LoginView {
        let look = async || self.engine.login(login).ok().filter(|view| wanted(view));
        self.until(what, SOON, look).await
    }

    /// Somebody scans the code that the dialog shows; answers the handle for what they do next.
    pub fn scan(&self, view: &LoginView, person: &str) -> String {
        let text = view.qrcode_text.as_deref().expect("a code on screen");
        self.control().scan(text, person).expect("a code that can be scanned").handle
    }

    /// Somebody scans and confirms.
    pub fn scan_and_confirm(&self, view: &LoginView, person: &str) {
        let handle = self.scan(view, person);
        self.control().confirm(&handle).expect("scanned");
    }

    /// Waits until a login has led to an account.
    pub async fn login_done(&self, login: &LoginId) -> LoginResult {
        let ended = self.login_until(login, "the login's end", |view| view.phase.is_final()).await;
        ended.result.unwrap_or_else(|| panic!("no account: {:?} {:?}", ended.phase, ended.error))
    }

    /// A login from the first click to the account.
    pub async fn log_in(&self, platform: &str, person: &str) -> AccountId {
        let view = self.start_login(platform, None).await;
        self.scan_and_confirm(&view, person);
        self.login_done(&view.session_id).await.account_id
    }
}
