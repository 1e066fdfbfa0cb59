//! At the vault's door the page is thrown away: what was typed to open it, and what it showed while it was open, goes
//! with the page's process, and the same window goes on with a new page.
//!
//! A page can wipe neither its strings nor what its engine copied of them, so it is the process that ends. The web
//! view stays: the window keeps its place, its size and the focus, and shows the page's ground in between.

use std::sync::{Mutex, MutexGuard, PoisonError};

use roster_engine::VaultPhase;
use tauri::WebviewWindow;

/// Which side of the door the present page was made on.
#[derive(Debug, Default)]
pub(crate) struct Renewal(Mutex<Side>);

/// A page asks for the password, or it shows what the vault holds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Side {
    #[default]
    Closed,
    Open,
}

impl Renewal {
    /// Whether a page from before has now seen what it should not keep: the vault has been opened or closed since it
    /// was made. In between (opening, a wrong password) the page stays.
    pub(crate) fn is_due(&self, phase: VaultPhase) -> bool {
        let now = match phase {
            VaultPhase::Unlocked => Side::Open,
            VaultPhase::Locked | VaultPhase::Absent => Side::Closed,
            VaultPhase::Busy => return false,
        };
        std::mem::replace(&mut *self.side(), now) != now
    }

    fn side(&self) -> MutexGuard<'_, Side> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In a build for trying things out: the page is kept. The search for secrets has to notice.
#[cfg(all(target_os = "linux", feature = "sandbox"))]
const KEEP_PAGE: &str = "ROSTER_KEEP_PAGE";

/// Ends the page's process and loads the same address anew.
///
/// # Errors
/// What Tauri says when the window is gone.
#[cfg(target_os = "linux")]
pub(crate) fn renew(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt;

    #[cfg(feature = "sandbox")]
    if std::env::var_os(KEEP_PAGE).is_some() {
        return Ok(());
    }
    window.with_webview(|platform| {
        let view = platform.inner();
        let address = view.uri();
        view.terminate_web_process();
        // Not `reload`: it would bring back what the page had kept for coming back to it.
        view.load_uri(address.as_deref().unwrap_or("tauri://localhost/"));
        tracing::debug!("page made anew");
    })
}

/// Loads the page anew. The process stays here: this system's web view has no call to end it.
///
/// # Errors
/// What Tauri says when the window is gone.
#[cfg(not(target_os = "linux"))]
pub(crate) fn renew(window: &WebviewWindow) -> tauri::Result<()> {
    window.reload()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_when_the_vault_opens_and_when_it_closes() {
        let renewal = Renewal::default();
        let phases = [
            (VaultPhase::Absent, false),
            (VaultPhase::Busy, false),
            (VaultPhase::Unlocked, true),
            (VaultPhase::Unlocked, false),
            (VaultPhase::Busy, false),
            (VaultPhase::Locked, true),
            (VaultPhase::Busy, false),
            // A wrong password.
            (VaultPhase::Locked, false),
            (VaultPhase::Busy, false),
            (VaultPhase::Unlocked, true),
        ];
        for (at, (phase, due)) in phases.into_iter().enumerate() {
            assert_eq!(renewal.is_due(phase), due, "step {at}: {phase:?}");
        }
    }
}
