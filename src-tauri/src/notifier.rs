//! Tells the owner through the desktop's notifications.

use std::sync::OnceLock;

use roster_domain::AccountId;
use roster_engine::{Engine, Notice, Notifier};
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;

use crate::{windows, words::Words};

/// What the engine's notices are shown with. The engine is made with this inside, so it is handed in afterwards.
pub(crate) struct DesktopNotifier {
    app: AppHandle,
    engine: OnceLock<Engine>,
}

/// The key under which a notification carries the one account it speaks of.
const ACCOUNT: &str = "account_id";

impl std::fmt::Debug for DesktopNotifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DesktopNotifier").finish_non_exhaustive()
    }
}

impl DesktopNotifier {
    /// A notifier of this app. A click on what it shows opens the window.
    pub(crate) fn new(app: AppHandle) -> Self {
        let clicked = app.clone();
        let listening = app.notification().on_action(move |performed| {
            let account = performed.notification().and_then(|shown| shown.extra().get(ACCOUNT)?.as_str()?.parse().ok());
            windows::show_account(&clicked, account.as_ref());
        });
        if let Err(error) = listening {
            tracing::warn!(%error, "clicks on notifications will not be heard");
        }
        Self { app, engine: OnceLock::new() }
    }

    /// The engine whose language and platform names are used.
    pub(crate) fn belongs_to(&self, engine: Engine) {
        // The composition calls this once; a second engine would not be this one's.
        let _ = self.engine.set(engine);
    }
}

impl Notifier for DesktopNotifier {
    fn notify(&self, notice: Notice) {
        let Some(engine) = self.engine.get() else { return };
        let Notice::AccountsDied(accounts) = notice;
        let words = Words::of(engine.preferences().language);
        let (title, body) = words.died(&accounts, |platform| words.platform(engine, platform));
        let mut notification = self.app.notification().builder().title(title).body(body);
        if let [only] = accounts.as_slice() {
            let id: &AccountId = &only.account_id;
            notification = notification.extra(ACCOUNT, id.to_string());
        }
        if let Err(error) = notification.show() {
            tracing::warn!(%error, "a notification could not be shown");
        }
    }
}
