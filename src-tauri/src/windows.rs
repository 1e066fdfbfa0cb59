//! The main window: how it is made, shown, hidden and found again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use roster_domain::AccountId;
use roster_engine::Preferences;
use tauri::{
    AppHandle, Emitter, Manager, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    webview::{Color, NewWindowResponse, PageLoadEvent},
};

use crate::{
    frame::{FIRST_SIZE, Frame, MIN_SIZE},
    places::Places,
    presence,
    words::Words,
};

/// The label the capability file knows.
pub(crate) const MAIN: &str = "main";
/// A window whose page never says it is ready is shown all the same, so that the person sees something.
const SHOW_AT_LATEST: Duration = Duration::from_secs(4);
/// The page's own ground, light and dark, so that nothing flashes before the first paint.
const LIGHT_GROUND: Color = Color(0xf6, 0xf3, 0xeb, 0xff);
const DARK_GROUND: Color = Color(0x15, 0x18, 0x1d, 0xff);
/// The page is asked to show something; `account_id` says what.
const OPEN: &str = "roster://open";

/// Makes the main window, hidden; it shows itself when its page is there.
///
/// # Errors
/// What Tauri says when a window cannot be made.
pub(crate) fn open_main(app: &AppHandle, places: &Places, frame: Option<Frame>) -> tauri::Result<WebviewWindow> {
    let revealed = Arc::new(AtomicBool::new(false));
    let page_there = Arc::clone(&revealed);
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Roster")
        .inner_size(FIRST_SIZE.0, FIRST_SIZE.1)
        .min_inner_size(MIN_SIZE.0, MIN_SIZE.1)
        .center()
        .visible(false)
        .initialization_script(presence::SCRIPT)
        .data_directory(places.webview())
        // Rows are dragged inside the page; files dropped on it are the page's business too.
        .disable_drag_drop_handler()
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(move |window, payload| {
            if payload.event() == PageLoadEvent::Finished && !page_there.swap(true, Ordering::SeqCst) {
                tracing::debug!("page there");
                reveal(&window);
            }
        })
        .build()?;
    if let Some(frame) = frame {
        frame.apply(&window)?;
    }
    let late = window.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SHOW_AT_LATEST).await;
        if !revealed.swap(true, Ordering::SeqCst) {
            reveal(&late);
        }
    });
    Ok(window)
}

/// Gives the window the theme and the title that the preferences ask for.
///
/// # Errors
/// What Tauri says when the window is gone.
pub(crate) fn dress(window: &WebviewWindow, preferences: &Preferences) -> tauri::Result<()> {
    let theme = match preferences.theme {
        roster_engine::Theme::System => None,
        roster_engine::Theme::Light => Some(Theme::Light),
        roster_engine::Theme::Dark => Some(Theme::Dark),
    };
    // Nothing follows from it where the system cannot.
    window.set_content_protected(preferences.hide_from_capture)?;
    window.set_title(Words::of(preferences.language).app_name())?;
    window.set_theme(theme)?;
    let worn = theme.map_or_else(|| window.theme(), Ok)?;
    window.set_background_color(Some(if worn == Theme::Dark { DARK_GROUND } else { LIGHT_GROUND }))
}

/// Only the built-in page may fill the main window; everything else is refused.
fn is_own_page(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        // How Windows and Android spell the same origin.
        ("http" | "https", Some("tauri.localhost")) => true,
        ("about", None) => url.path() == "blank",
        _ => false,
    }
}

/// Brings the main window to the front, from the tray, a notification or a second start.
pub(crate) fn show_main(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        reveal(&window);
    }
}

/// Brings the main window to the front and asks its page to show an account, if it is one account.
pub(crate) fn show_account(app: &AppHandle, account: Option<&AccountId>) {
    show_main(app);
    let Some(account_id) = account else { return };
    let what = serde_json::json!({ "account_id": account_id });
    if let Err(error) = app.emit_to(MAIN, OPEN, what) {
        tracing::warn!(%error, "the window could not be asked to show an account");
    }
}

/// Closes every window but the main one: what they show is logged in, and the vault is being locked. They are not asked.
pub(crate) fn close_others(app: &AppHandle) {
    for (label, window) in app.webview_windows() {
        if label != MAIN
            && let Err(error) = window.destroy()
        {
            tracing::warn!(%error, label, "a window could not be closed");
        }
    }
}

fn reveal(window: &WebviewWindow) {
    let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the main window could not be brought to the front");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_window_stays_on_its_own_page() {
        let own = |text: &str| is_own_page(&Url::parse(text).unwrap());
        assert!(own("tauri://localhost/accounts"));
        assert!(own("http://tauri.localhost/"));
        for foreign in [
            "https://example.com/",
            "http://localhost:5173/",
            "tauri://elsewhere/",
            "http://tauri.localhost.example.com/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
        ] {
            assert!(!own(foreign), "{foreign}");
        }
    }
}
