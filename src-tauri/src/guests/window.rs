//! One guest.

use async_trait::async_trait;
use roster_domain::{Cookie, CookieJar};
use roster_engine::{PlatformWindow, WindowError, WindowEvent};
use tauri::{Url, WebviewWindow};
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};

use super::{Mapping, PATIENCE, failed, proxy::Proxy, view};

/// A guest that is open. Letting go of it closes it.
#[derive(Debug)]
pub(super) struct Guest {
    window: WebviewWindow,
    mapping: Mapping,
    gone: watch::Receiver<bool>,
}

impl Guest {
    /// Takes hold of a window and tells what happens to it.
    pub(super) fn watch(window: WebviewWindow, mapping: Mapping, events: mpsc::UnboundedSender<WindowEvent>) -> Self {
        let (is_gone, gone) = watch::channel(false);
        let own = window.clone();
        window.on_window_event(move |event| match event {
            tauri::WindowEvent::CloseRequested { api, .. } => {
                // It stays, out of sight, until its cookies have been read.
                api.prevent_close();
                let hidden = own.hide();
                if events.send(WindowEvent::Closing).is_err() || hidden.is_err() {
                    destroy(&own);
                }
            }
            tauri::WindowEvent::Destroyed => {
                is_gone.send_replace(true);
                // Whoever opened it may not listen any more.
                let _ = events.send(WindowEvent::Gone);
            }
            _ => {}
        });
        Self { window, mapping, gone }
    }

    /// Makes the web view a stranger to the program and puts in what the first request needs.
    pub(super) async fn prepare(&self, proxy: Option<Proxy>, cookies: Vec<Cookie>) -> Result<(), WindowError> {
        view::prepare(&self.window, proxy, cookies).await
    }

    /// Tells from here on when somebody is there.
    pub(super) async fn attend(&self, events: mpsc::UnboundedSender<WindowEvent>) -> Result<(), WindowError> {
        view::attend(&self.window, events).await
    }

    pub(super) async fn user_agent(&self) -> Result<Option<String>, WindowError> {
        view::user_agent(&self.window).await
    }

    /// Asks for the first page.
    pub(super) fn go(&self, first: Url) -> Result<(), WindowError> {
        self.window.navigate(first).map_err(failed)
    }

    fn is_gone(&self) -> bool {
        *self.gone.borrow()
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        if !self.is_gone() {
            destroy(&self.window);
        }
    }
}

fn destroy(window: &WebviewWindow) {
    if let Err(error) = window.destroy() {
        tracing::warn!(%error, "a guest could not be closed");
    }
}

#[async_trait]
impl PlatformWindow for Guest {
    async fn cookies(&self, urls: &[String]) -> Result<CookieJar, WindowError> {
        if self.is_gone() {
            return Err(WindowError::Closed);
        }
        let real = urls.iter().filter_map(|url| Url::parse(url).ok());
        let asked = real.filter_map(|url| self.mapping.outward(&url)).collect();
        let found = view::cookies(&self.window, asked).await?;
        Ok(found
            .into_iter()
            .map(|cookie| Cookie { domain: self.mapping.domain_in(&cookie.domain), ..cookie })
            .collect())
    }

    async fn focus(&self) -> Result<(), WindowError> {
        let shown = self.window.show().and_then(|()| self.window.unminimize());
        shown.and_then(|()| self.window.set_focus()).map_err(failed)
    }

    async fn close(&self) {
        if self.is_gone() {
            return;
        }
        // Out of sight at once; what the web view remembers goes before the window does.
        let hidden = self.window.hide();
        let forgotten = view::forget(&self.window).await;
        if let Err(error) = hidden.map_err(failed).and(forgotten) {
            tracing::debug!(%error, "a guest was not put away in order");
        }
        destroy(&self.window);
        let mut gone = self.gone.clone();
        if timeout(PATIENCE, gone.wait_for(|gone| *gone)).await.is_err() {
            tracing::warn!("a guest did not close in time");
        }
    }
}
