//! The tray: how the accounts are, what they want, and the few commands one wants without a window.

use std::{panic::AssertUnwindSafe, path::Path};

use roster_domain::{AccountId, AccountStatus};
use roster_engine::{AccountQuery, CheckSelection, Engine, NeedsMe, VaultPhase};
use tauri::{
    AppHandle,
    image::Image,
    menu::{Menu, MenuBuilder, MenuItemBuilder},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};

use crate::{lifetime, windows, words::Words};

/// So many accounts are listed by name.
const LISTED: u32 = 10;
const ID: &str = "roster";
const ACCOUNT_PREFIX: &str = "account:";

/// What the menu shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    words: Words,
    vault: VaultPhase,
    fine: u64,
    need_me: u64,
    listed: Vec<(AccountId, String)>,
}

/// The tray icon, where the desktop has a place for one.
pub(crate) struct Tray {
    app: AppHandle,
    icon: Option<TrayIcon>,
    shown: Option<Picture>,
}

impl Tray {
    /// Puts the icon there. A desktop without trays is not an error: the window then never hides.
    pub(crate) fn put(app: &AppHandle, engine: &Engine, pictures: &Path) -> Self {
        let picture = Picture::of(engine);
        // Where the tray's library is not installed, its binding panics instead of answering.
        let built = std::panic::catch_unwind(AssertUnwindSafe(|| build(app, engine, &picture, pictures)));
        let icon = match built {
            Ok(Ok(icon)) => Some(icon),
            Ok(Err(error)) => {
                tracing::warn!(%error, "there will be no tray icon");
                None
            }
            Err(_) => {
                tracing::warn!("there will be no tray icon: its library is missing");
                None
            }
        };
        Self { app: app.clone(), icon, shown: Some(picture) }
    }

    /// Shows how things are now, if that is different from what is shown.
    pub(crate) fn refresh(&mut self, engine: &Engine) {
        let Some(icon) = &self.icon else { return };
        let picture = Picture::of(engine);
        if self.shown.as_ref() == Some(&picture) {
            return;
        }
        let changed = menu(&self.app, &picture)
            .and_then(|menu| icon.set_menu(Some(menu)))
            .and_then(|()| icon.set_tooltip(Some(picture.headline())));
        match changed {
            Ok(()) => self.shown = Some(picture),
            Err(error) => tracing::warn!(%error, "the tray could not be brought up to date"),
        }
    }

    /// Whether a hidden window could be found again through the tray.
    pub(crate) fn is_reachable(&self) -> bool {
        self.icon.is_some() && desktop_shows_trays()
    }
}

impl Picture {
    fn of(engine: &Engine) -> Self {
        let words = Words::of(engine.preferences().language);
        let vault = engine.vault_state().phase;
        let empty = Self { words, vault, fine: 0, need_me: 0, listed: Vec::new() };
        // While the vault is closed there is nothing to count.
        let Ok(all) = engine.list_accounts(&AccountQuery { limit: 1, facets: true, ..AccountQuery::default() }) else {
            return empty;
        };
        let wanting = AccountQuery { needs_me: true, limit: LISTED, ..AccountQuery::default() };
        let Ok(wanting) = engine.list_accounts(&wanting) else { return empty };
        let facets = all.facets.unwrap_or_default();
        let line = |view: &roster_engine::AccountView| {
            let needs = words.remedy(view.needs_me.unwrap_or(NeedsMe::LogIn));
            let platform = words.platform(engine, &view.account.platform);
            (view.account.id.clone(), format!("{} · {platform} — {needs}", view.account.name))
        };
        Self {
            fine: facets.status.get(&AccountStatus::Active).copied().unwrap_or_default(),
            need_me: wanting.total,
            listed: wanting.accounts.iter().map(line).collect(),
            ..empty
        }
    }

    fn headline(&self) -> String {
        match self.vault {
            VaultPhase::Unlocked => self.words.counts(self.fine, self.need_me),
            VaultPhase::Absent => self.words.no_vault().to_owned(),
            VaultPhase::Locked | VaultPhase::Busy => self.words.locked().to_owned(),
        }
    }

    fn unlisted(&self) -> u64 {
        self.need_me.saturating_sub(u64::try_from(self.listed.len()).unwrap_or(u64::MAX))
    }
}

fn build(app: &AppHandle, engine: &Engine, picture: &Picture, pictures: &Path) -> tauri::Result<TrayIcon> {
    let engine = engine.clone();
    TrayIconBuilder::with_id(ID)
        .icon(Image::from_bytes(include_bytes!("../../icons/tray.png"))?)
        // On Linux the panel reads the icon from a file; not from a folder that everybody on the machine shares.
        .temp_dir_path(pictures)
        .tooltip(picture.headline())
        .title(picture.words.app_name())
        .menu(&menu(app, picture)?)
        .show_menu_on_left_click(false)
        .on_menu_event(move |app, event| chosen(app, &engine, event.id().as_ref()))
        .on_tray_icon_event(|icon, event| {
            if let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } = event {
                windows::show_main(icon.app_handle());
            }
        })
        .build(app)
}

fn menu(app: &AppHandle, picture: &Picture) -> tauri::Result<Menu<tauri::Wry>> {
    let words = picture.words;
    let open_vault = picture.vault == VaultPhase::Unlocked;
    let item = |id: &str, text: &str, enabled: bool| MenuItemBuilder::with_id(id, text).enabled(enabled).build(app);
    let mut menu = MenuBuilder::new(app).item(&item("headline", &picture.headline(), false)?).separator();
    for (id, line) in &picture.listed {
        menu = menu.item(&item(&format!("{ACCOUNT_PREFIX}{id}"), line, true)?);
    }
    if picture.unlisted() > 0 {
        menu = menu.item(&item("open", &words.and_more(picture.unlisted()), true)?);
    }
    if !picture.listed.is_empty() {
        menu = menu.separator();
    }
    menu.item(&item("open", words.open(), true)?)
        .item(&item("check", words.check_all(), open_vault)?)
        .item(&item("lock", words.lock(), open_vault)?)
        .separator()
        .item(&item("quit", words.quit(), true)?)
        .build()
}

fn chosen(app: &AppHandle, engine: &Engine, id: &str) {
    match id {
        "open" => windows::show_main(app),
        "quit" => lifetime::quit(app),
        "lock" => {
            let engine = engine.clone();
            tauri::async_runtime::spawn(async move { report("lock", engine.lock().await) });
        }
        "check" => {
            let engine = engine.clone();
            let all = CheckSelection::Matching(Box::default());
            tauri::async_runtime::spawn(async move { report("check", engine.start_check(all).await) });
        }
        other => {
            let account = other.strip_prefix(ACCOUNT_PREFIX).and_then(|id| id.parse::<AccountId>().ok());
            if account.is_some() {
                windows::show_account(app, account.as_ref());
            }
        }
    }
}

fn report<T>(what: &'static str, done: Result<T, roster_engine::Error>) {
    if let Err(error) = done {
        tracing::warn!(what, %error, "a command of the tray was not carried out");
    }
}

/// Whether somebody on the session bus shows trays. Elsewhere than on Linux the system itself does.
#[cfg(target_os = "linux")]
fn desktop_shows_trays() -> bool {
    let asked = || -> zbus::Result<bool> {
        let bus = zbus::blocking::Connection::session()?;
        let bus = zbus::blocking::fdo::DBusProxy::new(&bus)?;
        Ok(bus.name_has_owner("org.kde.StatusNotifierWatcher".try_into()?)?)
    };
    asked().unwrap_or(false)
}

#[cfg(not(target_os = "linux"))]
fn desktop_shows_trays() -> bool {
    true
}
