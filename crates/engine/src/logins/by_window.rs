//! A login in a window: the person logs in on the platform's own page, and the platform says who that is.

use std::sync::Arc;

use roster_domain::{Account, CookieJar, Credential, LoginId, Reason, Verdict};
use roster_platform::{Adapter, LoginMethod, Probe, ProbeDepth, WindowPlan};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{board::Login, problem};
use crate::{
    Clash, Error, Event, LoginPhase, LoginProblem, LoginProblemKind, LoginView, LoginWindow, OpenWindow,
    PlatformWindow, WindowEnd, WindowError, WindowEvent, WindowOrder,
    storage::{Batch, PendingLogin, RecordId},
    unlocked::Unlocked,
    windows::{LOOK_EVERY, Owner, Pace, Place, read_last},
};

/// How it ended.
enum End {
    /// The platform named a person.
    Session(Box<(Credential, String)>),
    /// The window is gone before that.
    Closed,
    /// The account that it is for has another proxy now.
    OtherProxy,
    /// There was none.
    NoWindow(Reason),
    /// Called off, or the vault is being locked.
    Cancelled,
}

/// A login in the window that is open for it.
struct Sitting {
    open: Arc<Unlocked>,
    login: Arc<Login>,
    adapter: Arc<dyn Adapter>,
    plan: WindowPlan,
    site: Option<String>,
    window: Arc<dyn PlatformWindow>,
    place: Place,
    user_agent: Option<String>,
    pace: Pace,
    /// How it ends if nobody is named any more.
    closing: Option<End>,
    /// The cookies when they were last read.
    seen: Option<CookieJar>,
}

impl Login {
    /// Opens the window again that is not there any more.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the login has ended.
    pub(super) fn open_again(&self) -> Result<(), Error> {
        let again = matches!(self.problem(), Some(LoginProblemKind::WindowClosed | LoginProblemKind::NoWindow));
        match self.phase() {
            LoginPhase::Failed if again => self.refresh.notify_one(),
            phase if phase.is_final() => return Err(Error::Conflict(Clash::LoginPhase)),
            // It is open, or will be in a moment.
            _ => {}
        }
        Ok(())
    }
}

impl Unlocked {
    /// Drives one login by window to its end; a window that was closed is opened again when the person wants it.
    pub(super) async fn drive_window(self: Arc<Self>, login: Arc<Login>, site: Option<String>) {
        loop {
            let (kind, reason) = match self.sit(&login, site.as_deref()).await {
                End::Session(found) => {
                    let (credential, person) = *found;
                    login.update(&self.core, |view| {
                        view.phase = LoginPhase::Verifying;
                        view.error = None;
                        view.window = Some(LoginWindow::default());
                    });
                    return self.settle(&login, credential, Some(person)).await;
                }
                End::Cancelled => return,
                End::OtherProxy => {
                    login.update(&self.core, |view| {
                        view.phase = LoginPhase::Loading;
                        view.error = None;
                        view.window = Some(LoginWindow::default());
                    });
                    continue;
                }
                End::Closed => (LoginProblemKind::WindowClosed, Reason::Other),
                End::NoWindow(reason) => (LoginProblemKind::NoWindow, reason),
            };
            login.update(&self.core, |view| {
                view.phase = LoginPhase::Failed;
                view.error = Some(LoginProblem { kind, reason, retry_in_s: None });
                view.window = Some(LoginWindow::default());
            });
            if login.cancel.run_until_cancelled(login.refresh.notified()).await.is_none() {
                return;
            }
            login.update(&self.core, |view| {
                view.phase = LoginPhase::Loading;
                view.error = None;
            });
        }
    }

    /// Opens the window and stays until it is closed, by whomever.
    async fn sit(self: &Arc<Self>, login: &Arc<Login>, site: Option<&str>) -> End {
        let none = End::NoWindow(Reason::Other);
        let Ok(adapter) = self.core.adapter(&login.platform) else { return none };
        let Some(plan) = adapter.window(site) else { return none };
        let owner = Owner::Login(login.id.clone());
        let Some(place) = self.place_of_window(owner, login.target.as_ref()) else { return none };
        let account = login.target.as_ref().and_then(|id| self.snapshot(id).ok()).map(|(account, ..)| account);
        // An account that is gone may have had a way of its own.
        if login.target.is_some() && account.is_none() {
            return none;
        }
        let order = match self.login_order(&adapter, &plan, account.as_ref()) {
            Ok(order) => order,
            Err(error) => {
                tracing::warn!(login = %login.id, %error, "no way out for a login");
                return End::NoWindow(Reason::Proxy);
            }
        };
        let user_agent = order.user_agent.clone();
        let OpenWindow { window, events, user_agent: own } = match self.core.ports.windows.open(order).await {
            Ok(opened) => opened,
            Err(error) => {
                tracing::warn!(login = %login.id, %error, "no window for a login");
                return if error == WindowError::Proxy { End::NoWindow(Reason::Proxy) } else { none };
            }
        };
        place.fill(Arc::clone(&window));
        login.update(&self.core, |view| {
            view.phase = LoginPhase::Waiting;
            view.window = Some(LoginWindow { open: true, ..LoginWindow::default() });
        });
        let mut sitting = Sitting {
            open: Arc::clone(self),
            login: Arc::clone(login),
            adapter,
            plan,
            site: site.map(str::to_owned),
            window,
            place,
            user_agent: user_agent.or(own),
            pace: Pace::of_login(),
            closing: None,
            seen: None,
        };
        let end = sitting.run(events).await;
        if self.cancel.is_cancelled() && !matches!(end, End::Session(_)) {
            sitting.keep_for_later().await;
        }
        let closing = self.put_away(Arc::clone(&sitting.window), sitting.place);
        // A session is stored while its window goes; for anything else the window's place has to be free.
        if !matches!(end, End::Session(_))
            && let Err(error) = closing.await
        {
            tracing::error!(login = %login.id, %error, "a window was not put away");
        }
        end
    }

    /// A login into an account that is here goes the account's way and under its user agent.
    fn login_order(
        &self,
        adapter: &Arc<dyn Adapter>,
        plan: &WindowPlan,
        account: Option<&Account>,
    ) -> Result<WindowOrder, roster_platform::Error> {
        let record = account.and_then(|account| self.snapshot(&account.id).ok()).map(|(.., record)| record);
        let stored = record.and_then(|record| self.store.credential(record).ok().flatten());
        let user_agent = stored.and_then(|credential| credential.user_agent.clone());
        Ok(WindowOrder { user_agent, ..self.window_order(adapter.descriptor(), plan, account)? })
    }

    /// Settles a session that came out of the window of `target`'s account, opened with the session of generation `after`,
    /// and is another person's, or nobody can say whose: shown as a login of its own.
    pub(crate) fn settle_from_window(
        self: &Arc<Self>,
        target: &Account,
        credential: Credential,
        (identity, after): (Option<String>, u64),
    ) {
        let id = LoginId::from_entropy(rand::random());
        let blank = LoginView::new(id, target.platform.clone(), LoginMethod::Window, self.now());
        let view = LoginView { account_id: Some(target.id.clone()), phase: LoginPhase::Verifying, ..blank };
        let login = Arc::new(Login::new(view, self.cancel.child_token()).after(after));
        self.logins.insert(Arc::clone(&login), self.now());
        self.core.events.emit(Event::LoginChanged { session_id: login.id.clone() });
        let open = Arc::clone(self);
        self.tasks.spawn(async move {
            open.settle(&login, credential, identity).await;
            open.tell_of_other(&login);
        });
    }
}

impl Sitting {
    async fn run(&mut self, mut events: UnboundedReceiver<WindowEvent>) -> End {
        loop {
            let event = tokio::select! {
                biased;
                () = self.login.cancel.cancelled() => return End::Cancelled,
                () = self.place.close.cancelled() => {
                    self.closing = Some(if self.place.why() == WindowEnd::OtherProxy { End::OtherProxy } else { End::Closed });
                    None
                }
                event = events.recv() => Some(event.unwrap_or(WindowEvent::Gone)),
                () = self.open.core.ports.clock.sleep(LOOK_EVERY) => None,
            };
            match event {
                Some(WindowEvent::Gone) => return End::Closed,
                Some(WindowEvent::Closing) => self.closing = Some(End::Closed),
                Some(WindowEvent::Navigated { host, secure }) => self.navigated(host, secure),
                Some(WindowEvent::Active) => {
                    self.open.touch();
                    continue;
                }
                None => {}
            }
            let Some(found) = self.login.cancel.clone().run_until_cancelled(self.look()).await else {
                return End::Cancelled;
            };
            if let Some(found) = found {
                return End::Session(Box::new(found));
            }
            if let Some(end) = self.closing.take() {
                return end;
            }
        }
    }

    fn navigated(&mut self, host: Option<String>, secure: bool) {
        self.pace.moved();
        self.show(|window| {
            window.host = host;
            window.secure = secure;
        });
    }

    /// Reads the cookies and asks the platform about them when it is time to.
    async fn look(&mut self) -> Option<(Credential, String)> {
        let cookies = match self.window.cookies(&self.plan.cookie_urls).await {
            Ok(cookies) => cookies,
            Err(error) => {
                tracing::warn!(login = %self.login.id, %error, "a window's cookies could not be read");
                return None;
            }
        };
        self.seen = Some(cookies.clone());
        let candidate = self.adapter.is_candidate(&cookies);
        self.show(|window| window.candidate = candidate);
        let essential = self.adapter.descriptor().required_cookies;
        let now = self.open.core.ports.clock.awake();
        // A person who closes the window right after logging in has logged in.
        if !candidate || !(self.closing.is_some() || self.pace.is_due(&cookies, essential, now)) {
            return None;
        }
        let credential = self.session_of(&cookies);
        self.set(|view| view.phase = LoginPhase::Verifying);
        let (probe, _) =
            self.open.ask_about(&self.login.platform, self.login.target.as_ref(), &credential, ProbeDepth::Light).await;
        self.heard(probe, cookies).map(|person| (credential, person))
    }

    fn session_of(&self, cookies: &CookieJar) -> Credential {
        let made = self.adapter.credential_from(cookies.clone(), self.site.as_deref());
        Credential { user_agent: self.user_agent.clone(), ..made }
    }

    /// The vault is being locked: cookies that may be a person's who has just logged in are sealed, and asked about when
    /// the vault is open again. Those that the platform called a guest's are not.
    async fn keep_for_later(&self) {
        let read = read_last(&*self.open.core.ports.clock, &*self.window, &self.plan.cookie_urls).await;
        let Some(cookies) = read.ok().or_else(|| self.seen.clone()) else { return };
        let essential = self.adapter.descriptor().required_cookies;
        if !self.adapter.is_candidate(&cookies) || !self.pace.is_news(&cookies, essential) {
            return;
        }
        let mut batch = Batch::new();
        batch.login(&PendingLogin {
            record: RecordId::make(),
            login: self.login.id.clone(),
            platform: self.login.platform.clone(),
            target: self.login.target.clone(),
            identity: None,
            after: self.login.after.or_else(|| self.open.generation_of(self.login.target.as_ref()?)),
            credential: self.session_of(&cookies),
        });
        if let Err(error) = self.open.store.commit(batch).await {
            tracing::error!(login = %self.login.id, %error, "a login's session could not be kept");
        }
    }

    /// Whom the platform named. A guest's cookies are no news; a fault is shown, and asked again by itself.
    fn heard(&mut self, probe: Probe, cookies: CookieJar) -> Option<String> {
        let now = self.open.core.ports.clock.awake();
        if let (Verdict::Alive, Some(identity)) = (probe.verdict, probe.identity) {
            return Some(identity.user_id);
        }
        let problem = if probe.verdict == Verdict::Expired {
            self.pace.answered(cookies, now);
            None
        } else {
            let wait = self.pace.failed(probe.retry, now);
            Some(LoginProblem { retry_in_s: Some(wait.as_secs()), ..problem::of_check(probe.reason) })
        };
        self.set(|view| {
            view.phase = LoginPhase::Waiting;
            view.error = problem;
        });
        None
    }

    fn set(&self, change: impl FnOnce(&mut LoginView)) {
        self.login.update(&self.open.core, change);
    }

    /// Changes what is said about the window, if that is a change.
    fn show(&self, change: impl FnOnce(&mut LoginWindow)) {
        let before = self.login.window().unwrap_or_default();
        let mut after = LoginWindow { open: true, ..before.clone() };
        change(&mut after);
        if after != before {
            self.set(|view| view.window = Some(after));
        }
    }
}
