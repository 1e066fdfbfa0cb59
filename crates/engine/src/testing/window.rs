//! Windows that a test pulls the strings of.

use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use roster_domain::{Cookie, CookieJar};
use tokio::sync::mpsc;

use crate::{OpenWindow, PlatformWindow, WindowError, WindowEvent, WindowOrder, Windows};

/// One window that was opened.
#[derive(Debug)]
pub(crate) struct Pane {
    pub(crate) order: WindowOrder,
    cookies: Mutex<CookieJar>,
    events: mpsc::UnboundedSender<WindowEvent>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    reads: u32,
    focused: u32,
    begun: u32,
    closing: bool,
    closed: bool,
    fails: bool,
    hangs: bool,
}

impl Pane {
    /// The page sets cookies of the fake platform, in place of all it had.
    pub(crate) fn has(&self, cookies: &str) {
        *self.cookies.lock() = CookieJar::from_header(cookies, "fake.example").unwrap_or_default();
    }

    pub(crate) fn happens(&self, event: WindowEvent) {
        // Whoever opened it may be done with it.
        let _ = self.events.send(event);
    }

    /// Its cookies cannot be read.
    pub(crate) fn fails(&self, fails: bool) {
        self.state.lock().fails = fails;
    }

    /// How often it was asked for its cookies, answered or not.
    pub(crate) fn asked(&self) -> u32 {
        self.state.lock().begun
    }

    /// Whether it was told to close, gone or not.
    pub(crate) fn is_closing(&self) -> bool {
        self.state.lock().closing
    }

    /// It answers nothing any more and does not close.
    pub(crate) fn hangs(&self) {
        self.state.lock().hangs = true;
    }

    /// The page sets cookies that end at a time.
    pub(crate) fn has_until(&self, cookies: &str, end: jiff::Timestamp) {
        let jar = CookieJar::from_header(cookies, "fake.example").unwrap_or_default();
        *self.cookies.lock() = jar.iter().map(|one| Cookie { expires_at: Some(end), ..one.clone() }).collect();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    pub(crate) fn focused(&self) -> u32 {
        self.state.lock().focused
    }

    pub(crate) fn reads(&self) -> u32 {
        self.state.lock().reads
    }
}

#[derive(Debug)]
struct Handle(Arc<Pane>);

#[async_trait]
impl PlatformWindow for Handle {
    async fn cookies(&self, urls: &[String]) -> Result<CookieJar, WindowError> {
        assert!(!urls.is_empty(), "asked for no address");
        self.0.state.lock().begun += 1;
        if self.0.state.lock().hangs {
            std::future::pending::<()>().await;
        }
        self.0.state.lock().reads += 1;
        if self.0.state.lock().fails {
            return Err(WindowError::Failed { message: String::from("no answer") });
        }
        if self.0.is_closed() { Err(WindowError::Closed) } else { Ok(self.0.cookies.lock().clone()) }
    }

    async fn focus(&self) -> Result<(), WindowError> {
        self.0.state.lock().focused += 1;
        Ok(())
    }

    async fn close(&self) {
        self.0.state.lock().closing = true;
        if self.0.state.lock().hangs {
            std::future::pending::<()>().await;
        }
        self.0.state.lock().closed = true;
        self.0.happens(WindowEvent::Gone);
    }
}

/// Opens panes, unless the test wants none.
#[derive(Debug, Default)]
pub(crate) struct Glazier {
    panes: Mutex<Vec<Arc<Pane>>>,
    pub(crate) refuses: Mutex<Option<WindowError>>,
    /// What the page of the next window sets before anybody looks, and whether that look fails.
    pub(crate) begins: Mutex<Option<(String, bool)>>,
}

impl Glazier {
    pub(crate) fn count(&self) -> usize {
        self.panes.lock().len()
    }

    /// The newest.
    pub(crate) fn last(&self) -> Arc<Pane> {
        self.panes.lock().last().cloned().unwrap()
    }
}

#[async_trait]
impl Windows for Glazier {
    async fn open(&self, order: WindowOrder) -> Result<OpenWindow, WindowError> {
        if let Some(error) = self.refuses.lock().clone() {
            return Err(error);
        }
        let (events, receiver) = mpsc::unbounded_channel();
        let cookies = Mutex::new(order.cookies.clone());
        let pane = Arc::new(Pane { order, cookies, events, state: Mutex::default() });
        if let Some((cookies, fails)) = self.begins.lock().take() {
            pane.has(&cookies);
            pane.fails(fails);
        }
        self.panes.lock().push(Arc::clone(&pane));
        let user_agent = pane.order.user_agent.clone().or_else(|| Some(String::from("Own/1.0")));
        Ok(OpenWindow { window: Arc::new(Handle(pane)), events: receiver, user_agent })
    }
}
