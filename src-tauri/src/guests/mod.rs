//! Guests: windows that show a platform's own page. What is in them comes from outside and is trusted with nothing.
//!
//! No capability names their label, so every command is refused to them; on Linux the scripts and the message
//! channel that the window library puts into each page are taken out before the first page comes. They keep what
//! their pages store in memory, each for itself; they go to the platform's hosts only, download nothing, open
//! nothing, and reach the outside through the account's proxy or not at all.

mod address;
#[cfg(target_os = "linux")]
mod manners;
mod proxy;
#[cfg_attr(target_os = "linux", path = "webkit.rs")]
#[cfg_attr(not(target_os = "linux"), path = "portable.rs")]
mod view;
mod window;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use roster_engine::{Language, OpenWindow, WindowError, WindowEvent, WindowOrder, Windows};
use tauri::{
    AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    webview::{NewWindowResponse, PageLoadEvent},
};
use tokio::sync::mpsc;

pub(crate) use address::Mapping;

use self::{address::Allowed, proxy::Proxy, window::Guest};
use crate::{compose::Shell, words::Words};

/// What labels begin with. No capability names one.
const LABEL: &str = "guest-";
/// Large enough for the platforms' pages with the code beside the form.
const SIZE: (f64, f64) = (1120.0, 780.0);
const MIN_SIZE: (f64, f64) = (480.0, 420.0);
/// For what the web view answers in a moment, unless something is broken.
const PATIENCE: Duration = Duration::from_secs(8);

/// Opens guests.
pub(crate) struct Guests {
    app: AppHandle,
    mapping: Mapping,
    next: AtomicU64,
}

impl fmt::Debug for Guests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guests")
    }
}

impl Guests {
    pub(crate) fn new(app: AppHandle, mapping: Mapping) -> Self {
        Self { app, mapping, next: AtomicU64::new(1) }
    }

    fn title(&self, order: &WindowOrder) -> String {
        let language =
            self.app.try_state::<Shell>().map_or(Language::System, |shell| shell.engine.preferences().language);
        Words::of(language).guest_title(order.platform, order.account.as_deref())
    }

    /// The window with an empty page. Nothing has been asked of anybody yet.
    fn build(
        &self,
        order: &WindowOrder,
        (allowed, proxy): (Allowed, Option<&Proxy>),
        events: mpsc::UnboundedSender<WindowEvent>,
    ) -> Result<WebviewWindow, WindowError> {
        let blank = Url::parse("about:blank").map_err(failed)?;
        let label = format!("{LABEL}{}", self.next.fetch_add(1, Ordering::Relaxed));
        let allowed = Arc::new(allowed);
        let (may_go, may_open) = (Arc::clone(&allowed), allowed);
        let (app, own) = (self.app.clone(), label.clone());
        let mapping = self.mapping;
        let mut builder = WebviewWindowBuilder::new(&self.app, label, WebviewUrl::External(blank))
            .title(self.title(order))
            .inner_size(SIZE.0, SIZE.1)
            .min_inner_size(MIN_SIZE.0, MIN_SIZE.1)
            .center()
            .incognito(true)
            .devtools(false)
            .disable_drag_drop_handler()
            .on_download(|_, _| false)
            .on_navigation(move |url| may_go.page(url))
            .on_new_window(move |url, _| {
                // What would be a second window goes on in this one, where it may go at all.
                if may_open.site(&url) {
                    go_on(&app, &own, url);
                }
                NewWindowResponse::Deny
            })
            .on_page_load(move |_, payload| {
                let Some(site) = mapping.inward(payload.url()).filter(|_| payload.event() == PageLoadEvent::Finished)
                else {
                    return;
                };
                let host = site.host_str().map(str::to_owned);
                // Whoever opened it may not listen any more.
                let _ = events.send(WindowEvent::Navigated { host, secure: site.scheme() == "https" });
            });
        if let Some(agent) = &order.user_agent {
            builder = builder.user_agent(agent);
        }
        if let Some(proxy) = proxy {
            builder = builder.proxy_url(proxy.without_name());
        }
        builder.build().map_err(failed)
    }
}

fn go_on(app: &AppHandle, label: &str, url: Url) {
    let Some(window) = app.get_webview_window(label) else { return };
    // Not from within the web view's own question.
    tauri::async_runtime::spawn(async move {
        if let Err(error) = window.navigate(url) {
            tracing::warn!(%error, "a guest could not go on to another page");
        }
    });
}

/// What the window library says never holds more than the kind of failure.
fn failed(error: impl fmt::Display) -> WindowError {
    WindowError::Failed { message: error.to_string() }
}

#[async_trait]
impl Windows for Guests {
    async fn open(&self, order: WindowOrder) -> Result<OpenWindow, WindowError> {
        let proxy = order.proxy.as_ref().map(|address| Proxy::parse(address.expose())).transpose()?;
        let first = Url::parse(&order.url).map_err(failed)?;
        let first = self.mapping.outward(&first).ok_or_else(|| failed("no address to begin with"))?;
        let (sender, events) = mpsc::unbounded_channel();
        let allowed = Allowed::new(order.allowed.clone(), self.mapping);
        let window = self.build(&order, (allowed, proxy.as_ref()), sender.clone())?;
        // From here on the window closes when this call is broken off.
        let guest = Guest::watch(window, self.mapping, sender.clone());
        let cookies = order.cookies.iter().filter_map(|cookie| self.mapping.cookie_out(cookie)).collect();
        guest.prepare(proxy, cookies).await?;
        guest.attend(sender).await?;
        let user_agent = guest.user_agent().await?;
        guest.go(first)?;
        Ok(OpenWindow { window: Arc::new(guest), events, user_agent })
    }
}
