//! On Linux: what a guest's page may not do to the person in front of it, and how it is known that somebody is there.

use std::{cell::Cell, rc::Rc, time::Instant};

use gtk::{glib::Propagation, prelude::WidgetExt};
use roster_engine::WindowEvent;
use tokio::sync::mpsc;
use webkit2gtk::{AuthenticationRequestExt, SettingsExt, WebView, WebViewExt};

use crate::presence;

/// Refuses what a page could pass itself off as the program with. What a page says in a dialog of its own (`alert` and
/// its like) WebKit shows inside the page's frame, under the page's address.
pub(super) fn teach(view: &WebView) -> Option<()> {
    // A page that fills the screen could show the program's lock screen and ask for the password.
    WebViewExt::settings(view)?.set_enable_fullscreen(false);
    view.connect_enter_fullscreen(|_| true);
    // WebKit would ask for a name and a password in a dialog that no page has drawn. Only a proxy may want them.
    view.connect_authenticate(|_, request| {
        let from_page = !request.is_for_proxy();
        if from_page {
            request.cancel();
        }
        from_page
    });
    Some(())
}

/// Tells when somebody types, points or scrolls in it, at most once in a while. The window system says so; no script is
/// asked, and none can say it.
pub(super) fn attend(view: &WebView, events: mpsc::UnboundedSender<WindowEvent>) {
    let told: Cell<Option<Instant>> = Cell::default();
    let here = Rc::new(move || {
        if told.get().is_none_or(|at| at.elapsed() >= presence::TOLD_EVERY) {
            told.set(Some(Instant::now()));
            // Whoever opened it may not listen any more.
            let _ = events.send(WindowEvent::Active);
        }
        Propagation::Proceed
    });
    let again = Rc::clone(&here);
    view.connect_key_press_event(move |_, _| again());
    let again = Rc::clone(&here);
    view.connect_button_press_event(move |_, _| again());
    let again = Rc::clone(&here);
    view.connect_scroll_event(move |_, _| again());
    view.connect_motion_notify_event(move |_, _| here());
}
