//! Watching the window of an account that was opened logged in.

use std::{collections::HashSet, sync::Arc, time::Duration};

use roster_domain::{Account, AccountId, CookieJar, PlatformId, Verdict};
use roster_platform::{Adapter, WindowPlan};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{LOOK_EVERY, Pace, board::Place, pace::same};
use crate::{Event, PlatformWindow, WindowEvent, unlocked::Unlocked};

/// One such window.
pub(super) struct Watch {
    pub(super) open: Arc<Unlocked>,
    pub(super) account: AccountId,
    pub(super) platform: PlatformId,
    pub(super) adapter: Arc<dyn Adapter>,
    pub(super) plan: WindowPlan,
    pub(super) window: Arc<dyn PlatformWindow>,
    place: Place,
    pub(super) pace: Pace,
    /// The window's cookies of which nothing more needs to be done; `None` before the first look.
    pub(super) settled: Option<CookieJar>,
    /// The session that the window was opened with, or that came out of it since.
    pub(super) generation: u64,
    /// Other people whose sessions were offered as accounts of their own.
    pub(super) offered: HashSet<String>,
    pub(super) saved: bool,
    pub(super) logged_out: bool,
}

/// What woke the watch.
enum Woken {
    Look,
    Moved,
    Closing,
    Gone,
    Locked,
}

impl Watch {
    pub(super) fn new(
        open: Arc<Unlocked>,
        account: &Account,
        (adapter, plan): (Arc<dyn Adapter>, WindowPlan),
        (window, place): (Arc<dyn PlatformWindow>, Place),
    ) -> Self {
        Self {
            account: account.id.clone(),
            platform: account.platform.clone(),
            generation: account.generation,
            pace: Pace::default(),
            settled: None,
            offered: HashSet::new(),
            saved: false,
            logged_out: false,
            open,
            adapter,
            plan,
            window,
            place,
        }
    }

    /// Until it is closed, by whomever.
    pub(super) async fn run(mut self, mut events: UnboundedReceiver<WindowEvent>) {
        self.first_look().await;
        loop {
            match self.wait(&mut events).await {
                // The account was deleted: its session has nowhere to go.
                Woken::Look if self.open.snapshot(&self.account).is_err() => break,
                Woken::Look => self.look(false).await,
                Woken::Moved => self.pace.moved(),
                Woken::Closing => break self.look(true).await,
                Woken::Locked => break self.keep_for_later().await,
                Woken::Gone => break,
            }
        }
        self.window.close().await;
        let Self { open, account, place, saved, logged_out, .. } = self;
        drop(place);
        open.core.events.emit(Event::WindowClosed { account_id: account, saved, logged_out });
    }

    async fn wait(&self, events: &mut UnboundedReceiver<WindowEvent>) -> Woken {
        tokio::select! {
            biased;
            () = self.open.cancel.cancelled() => Woken::Locked,
            () = self.place.close.cancelled() => Woken::Closing,
            event = events.recv() => match event {
                Some(WindowEvent::Navigated { .. }) => Woken::Moved,
                Some(WindowEvent::Closing) => Woken::Closing,
                Some(WindowEvent::Gone) | None => Woken::Gone,
            },
            () = self.open.core.ports.clock.sleep(LOOK_EVERY) => Woken::Look,
        }
    }

    /// The cookies that were put in, as the web view tells them: what differs later came from the page.
    async fn first_look(&mut self) {
        let Some(cookies) = self.read().await else { return };
        self.pace = Pace::knowing(cookies.clone(), self.now());
        self.settled = Some(cookies);
    }

    /// Reads the cookies and does what their change asks for; `last` when the window is about to go.
    async fn look(&mut self, last: bool) {
        let Some(cookies) = self.read().await else { return };
        let Some(settled) = &self.settled else {
            self.settled = Some(cookies);
            return;
        };
        if same(settled, &cookies) {
            return;
        }
        if !self.adapter.is_candidate(&cookies) {
            return self.session_gone(cookies).await;
        }
        let essential = self.adapter.descriptor().required_cookies;
        if last || self.pace.is_due(&cookies, essential, self.now()) {
            self.take_over(cookies, last).await;
        }
    }

    /// The cookies of the session are not there any more: the person logged out, or the page let them end. Whether the
    /// stored session has ended with them only the platform can say.
    async fn session_gone(&mut self, cookies: CookieJar) {
        self.settled = Some(cookies);
        self.check_stored().await;
    }

    /// Asks about the stored session.
    pub(super) async fn check_stored(&mut self) {
        match self.open.check(&self.account, &self.open.cancel).await {
            Ok(Some(outcome)) => self.logged_out = outcome.verdict == Verdict::Expired,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "an account could not be checked after its window lost the session"),
        }
    }

    pub(super) async fn read(&self) -> Option<CookieJar> {
        match self.window.cookies(&self.plan.cookie_urls).await {
            Ok(cookies) => Some(cookies),
            Err(error) => {
                tracing::warn!(%error, "a window's cookies could not be read");
                None
            }
        }
    }

    pub(super) fn now(&self) -> Duration {
        self.open.core.ports.clock.awake()
    }
}
