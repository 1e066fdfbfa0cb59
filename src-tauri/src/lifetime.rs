//! Closing, hiding and quitting.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use roster_engine::OnClose;
use serde::Deserialize;
use tauri::{AppHandle, Emitter, Manager, WebviewWindow};

use crate::{compose::Shell, windows};

/// The page is asked what closing means.
const CLOSE_REQUESTED: &str = "roster://close-requested";
/// The engine has limits of its own and closes the vault within them; this is for a disk that does not answer.
const SHUTDOWN_AT_MOST: Duration = Duration::from_secs(60);

/// What the person wants of a window that is being closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CloseAction {
    /// Go on in the tray.
    Tray,
    /// Quit.
    Quit,
    /// Neither: the window stays.
    Stay,
}

/// Where the program stands between the first close and its end.
#[derive(Debug, Default)]
pub(crate) struct Lifetime {
    asked: AtomicBool,
    quitting: AtomicBool,
    finished: AtomicBool,
}

impl Lifetime {
    /// Whether everything is put away and the process may end.
    pub(crate) fn is_finished(&self) -> bool {
        self.finished.load(Ordering::SeqCst)
    }
}

/// The close button. Asks the page when the person has not decided yet; a second press while the question is
/// open, or while the page does not answer, quits.
pub(crate) fn close_requested(window: &WebviewWindow) {
    let app = window.app_handle();
    let shell = app.state::<Shell>();
    match shell.engine.preferences().on_close {
        OnClose::Quit => quit(app),
        OnClose::Tray => to_tray(app),
        OnClose::Ask => {
            let asked_before = shell.lifetime.asked.swap(true, Ordering::SeqCst);
            if asked_before || app.emit_to(windows::MAIN, CLOSE_REQUESTED, ()).is_err() {
                quit(app);
            }
        }
    }
}

/// The page's answer.
pub(crate) fn close_answered(app: &AppHandle, action: CloseAction) {
    app.state::<Shell>().lifetime.asked.store(false, Ordering::SeqCst);
    match action {
        CloseAction::Tray => to_tray(app),
        CloseAction::Quit => quit(app),
        CloseAction::Stay => {}
    }
}

fn to_tray(app: &AppHandle) {
    let Some(window) = app.get_webview_window(windows::MAIN) else { return };
    let shell = app.state::<Shell>();
    shell.remember_frame(&window);
    // Without a tray a hidden window could not be found again.
    let done = if shell.tray_is_reachable() { window.hide() } else { window.minimize() };
    if let Err(error) = done {
        tracing::warn!(%error, "the window could not be put away");
    }
}

/// Ends the program: the window goes at once, the process when the vault is closed.
pub(crate) fn quit(app: &AppHandle) {
    let shell = app.state::<Shell>();
    if shell.lifetime.quitting.swap(true, Ordering::SeqCst) {
        return;
    }
    if let Some(window) = app.get_webview_window(windows::MAIN) {
        shell.remember_frame(&window);
        if let Err(error) = window.hide() {
            tracing::debug!(%error, "the window was gone already");
        }
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let shell = app.state::<Shell>();
        match tokio::time::timeout(SHUTDOWN_AT_MOST, shell.engine.shutdown()).await {
            Ok(Ok(())) => tracing::info!("shut down"),
            Ok(Err(error)) => tracing::error!(%error, "shut down with a fault"),
            Err(_) => tracing::error!("the vault did not close in time"),
        }
        shell.lifetime.finished.store(true, Ordering::SeqCst);
        app.exit(0);
    });
}

/// Quits in order when the system asks this process to end.
pub(crate) fn quit_on_signals(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        if let Err(error) = wait_for_signal().await {
            tracing::warn!(%error, "signals to end will not be heard");
            return;
        }
        tracing::info!("asked to end by the system");
        quit(&app);
    });
}

#[cfg(unix)]
async fn wait_for_signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn wait_for_signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
