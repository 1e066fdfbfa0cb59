//! Watching the window of an account that was opened logged in.

use std::{collections::HashSet, sync::Arc, time::Duration};

use roster_domain::{Account, AccountId, CookieJar, PlatformId, Verdict};
use roster_platform::{Adapter, WindowPlan};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{
    LOOK_EVERY, Pace,
    board::Place,
    change::{carried, same, same_session},
    read_last,
};
use crate::{Event, PlatformWindow, WindowEnd, WindowEvent, unlocked::Unlocked};

/// One such window.
pub(super) struct Watch {
    pub(super) open: Arc<Unlocked>,
    pub(super) account: AccountId,
    pub(super) platform: PlatformId,
    pub(super) adapter: Arc<dyn Adapter>,
    pub(super) plan: WindowPlan,
    pub(super) window: Arc<dyn PlatformWindow>,
    place: Option<Place>,
    pub(super) pace: Pace,
    /// The window's cookies of which nothing more needs to be done.
    pub(super) settled: Option<CookieJar>,
    /// Its cookies when they were last read.
    seen: Option<CookieJar>,
    is_closed: bool,
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
    Nothing,
    Active,
    End(WindowEnd),
}

impl Watch {
    pub(super) fn new(
        open: Arc<Unlocked>,
        account: &Account,
        (adapter, plan): (Arc<dyn Adapter>, WindowPlan),
        (window, place, put_in): (Arc<dyn PlatformWindow>, Place, &CookieJar),
    ) -> Self {
        // What differs from these came from the page, also when that was quicker than the first look.
        let put_in = carried(put_in, &plan.cookie_urls, open.now());
        Self {
            account: account.id.clone(),
            platform: account.platform.clone(),
            generation: account.generation,
            pace: Pace::of_account(put_in.clone(), open.core.ports.clock.awake()),
            settled: Some(put_in),
            seen: None,
            is_closed: false,
            offered: HashSet::new(),
            saved: false,
            logged_out: false,
            open,
            adapter,
            plan,
            window,
            place: Some(place),
        }
    }

    /// Until it is closed, by whomever.
    pub(super) async fn run(mut self, mut events: UnboundedReceiver<WindowEvent>) {
        self.first_look().await;
        let reason = loop {
            match self.wait(&mut events).await {
                // The account was deleted: its session has nowhere to go.
                Woken::Look if self.open.snapshot(&self.account).is_err() => break WindowEnd::Lost,
                Woken::Look => self.look(false).await,
                Woken::Active => self.open.touch(),
                Woken::Nothing => {}
                Woken::End(reason) => break reason,
            }
        };
        self.end(reason).await;
    }

    /// Reads the window once more and lets it go; what it held is decided about beside that.
    async fn end(mut self, reason: WindowEnd) {
        self.seen =
            read_last(&*self.open.core.ports.clock, &*self.window, &self.plan.cookie_urls).await.ok().or(self.seen);
        self.is_closed = true;
        let closing = self.place.take().map(|place| self.open.put_away(Arc::clone(&self.window), place));
        if !self.open.cancel.is_cancelled() {
            self.look(true).await;
        }
        // Also when that began while the platform was being asked.
        if self.open.cancel.is_cancelled() {
            self.keep_for_later().await;
        }
        if let Some(closing) = closing
            && let Err(error) = closing.await
        {
            tracing::error!(%error, "a window was not put away");
        }
        let Self { open, account, saved, logged_out, .. } = self;
        open.core.events.emit(Event::WindowClosed { account_id: account, saved, logged_out, reason });
    }

    async fn wait(&self, events: &mut UnboundedReceiver<WindowEvent>) -> Woken {
        let to_close = async {
            match &self.place {
                Some(place) => {
                    place.close.cancelled().await;
                    place.why()
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.open.cancel.cancelled() => Woken::End(WindowEnd::Locked),
            why = to_close => Woken::End(why),
            event = events.recv() => match event {
                Some(WindowEvent::Navigated { .. }) => Woken::Nothing,
                Some(WindowEvent::Active) => Woken::Active,
                Some(WindowEvent::Closing) => Woken::End(WindowEnd::Closed),
                Some(WindowEvent::Gone) | None => Woken::End(WindowEnd::Lost),
            },
            () = self.open.core.ports.clock.sleep(LOOK_EVERY) => Woken::Look,
        }
    }

    /// How the web view tells the cookies that were put in; where the session is already another one, that is a change.
    async fn first_look(&mut self) {
        let Some(cookies) = self.read().await else { return };
        let essential = self.adapter.descriptor().required_cookies;
        if self.settled.as_ref().is_none_or(|put_in| same_session(put_in, &cookies, essential)) {
            self.pace = Pace::of_account(cookies.clone(), self.now());
            self.settled = Some(cookies);
        }
    }

    /// Reads the cookies and does what their change asks for; `last` when the window is about to go.
    async fn look(&mut self, last: bool) {
        let Some(cookies) = self.read().await else { return };
        if self.settled.as_ref().is_some_and(|settled| same(settled, &cookies)) {
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

    /// What the window holds; of one that is closed, what it held.
    pub(super) async fn read(&mut self) -> Option<CookieJar> {
        if self.is_closed {
            return self.seen.clone();
        }
        // Locking does not wait for a window that answers nothing.
        let read = self.open.cancel.run_until_cancelled(self.window.cookies(&self.plan.cookie_urls)).await?;
        match read {
            Ok(cookies) => {
                self.seen = Some(cookies.clone());
                Some(cookies)
            }
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
