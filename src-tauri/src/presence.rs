//! The owner is there: what the person does in a window puts the automatic lock off.
//!
//! Other requests do not count as the owner's presence, because the page asks on its own whenever something changes.

use std::time::Duration;

/// How often it is said at most that somebody is there.
pub(crate) const TOLD_EVERY: Duration = Duration::from_secs(20);

/// Run in the main window before its page: says at most every 20 s that somebody moves, types or scrolls.
pub(crate) const SCRIPT: &str = r"
(() => {
  let last = 0;
  const here = (event) => {
    const now = Date.now();
    if (!event.isTrusted || now - last < 20000) return;
    last = now;
    const request = { method: 'POST', path: '/desktop/v1/vault/touch', body: null };
    window.__TAURI_INTERNALS__.invoke('call', { request }).catch(() => {});
  };
  for (const kind of ['pointerdown', 'pointermove', 'keydown', 'wheel']) {
    window.addEventListener(kind, here, { capture: true, passive: true });
  }
})();
";
