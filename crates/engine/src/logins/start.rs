//! Starting, refreshing and cancelling a login.

use std::{sync::Arc, time::Duration};

use roster_domain::{LoginId, PlatformId};
use roster_platform::{ErrorKind, LoginMethod};

use super::{board::Login, site::site_ok};
use crate::{
    Clash, Engine, Error, LoginPhase, LoginView, Problem, StartLogin,
    storage::{Batch, PendingLogin},
    unlocked::Unlocked,
};

/// How long a code may take to come, for whoever waits for it.
const CODE_WITHIN: Duration = Duration::from_secs(20);

impl Engine {
    /// Starts a login; answers at once, in phase `loading`.
    ///
    /// # Errors
    /// [`Error::UnknownPlatform`], [`Error::Unsupported`], [`Error::AccountNotFound`],
    /// [`Error::InvalidRequest`] for an account of another platform.
    pub async fn start_login(&self, start: StartLogin) -> Result<LoginView, Error> {
        let open = self.open()?;
        let login = open.start_login(start)?;
        Ok(login.view(open.now()))
    }

    /// Starts a login by code and waits for the code (contract, 1.2).
    ///
    /// # Errors
    /// As [`Engine::start_login`]; [`Error::Platform`] when no code came within 20 s.
    pub async fn login_qrcode(&self, platform: &PlatformId) -> Result<LoginView, Error> {
        let open = self.open()?;
        let start = StartLogin { platform: platform.clone(), method: LoginMethod::Qr, account: None, site: None };
        let login = open.start_login(start)?;
        let clock = &open.core.ports.clock;
        tokio::select! {
            () = login.until(|phase| phase != LoginPhase::Loading) => {}
            () = clock.sleep(CODE_WITHIN) => {}
            () = open.cancel.cancelled() => return Err(Error::VaultLocked),
        }
        let view = login.view(open.now());
        if view.qrcode_image.is_some() {
            return Ok(view);
        }
        // Without a code nobody can end this login: it would only go on asking.
        login.cancel.cancel();
        open.logins.remove(&login.id);
        let reason = view.error.map_or(roster_domain::Reason::Timeout, |problem| problem.reason);
        Err(Error::Platform(roster_platform::Error::new(ErrorKind::Network, "login code").because(reason)))
    }

    /// Makes a new code now, begins a form anew, or opens the window again that was closed.
    ///
    /// # Errors
    /// [`Error::LoginNotFound`], [`Error::Conflict`] when the login is past it.
    pub async fn refresh_login(&self, login: &LoginId) -> Result<LoginView, Error> {
        let open = self.open()?;
        let login = open.logins.get(login)?;
        if login.method() == LoginMethod::Window {
            login.open_again()?;
            return Ok(login.view(open.now()));
        }
        match login.phase() {
            LoginPhase::NeedsInput
            | LoginPhase::Waiting
            | LoginPhase::Scanned
            | LoginPhase::Expired
            | LoginPhase::Refused => {
                login.refresh.notify_one();
                Ok(login.view(open.now()))
            }
            LoginPhase::Loading => Ok(login.view(open.now())),
            LoginPhase::Verifying | LoginPhase::Done | LoginPhase::WrongPerson | LoginPhase::Failed => {
                Err(Error::Conflict(Clash::LoginPhase))
            }
        }
    }

    /// Ends a login and forgets it; a session of another person that it held is discarded.
    ///
    /// # Errors
    /// [`Error::LoginNotFound`], [`Error::Storage`]
    pub async fn cancel_login(&self, login: &LoginId) -> Result<(), Error> {
        let open = self.open()?;
        let login = open.logins.get(login)?;
        login.cancel.cancel();
        let held = login.take_held();
        open.logins.remove(&login.id);
        open.core.events.emit(crate::Event::LoginChanged { session_id: login.id.clone() });
        open.whole(move |open| async move { open.discard(held).await }).await
    }
}

impl Unlocked {
    fn start_login(self: &Arc<Self>, start: StartLogin) -> Result<Arc<Login>, Error> {
        let StartLogin { platform, method, account, site } = start;
        let adapter = self.core.adapter(&platform)?;
        let unsupported = || Error::Unsupported { platform: platform.to_string(), what: "login" };
        if !adapter.descriptor().login_methods.contains(&method) {
            return Err(unsupported());
        }
        let target = account.as_ref().map(|id| self.snapshot(id)).transpose()?.map(|(target, _, _)| target);
        if target.as_ref().is_some_and(|target| target.platform != platform) {
            let problem = Problem::OtherPlatform { expected: platform.to_string() };
            return Err(Error::invalid("account_id", problem));
        }
        let site = site_ok(adapter.descriptor(), site.as_deref(), target.as_ref())?;
        if method == LoginMethod::Window && adapter.window(site.as_deref()).is_none() {
            return Err(unsupported());
        }
        let id = LoginId::from_entropy(rand::random());
        let view = LoginView { account_id: account, ..LoginView::new(id, platform, method, self.now()) };
        let login = Arc::new(Login::new(view, self.cancel.child_token()));
        self.logins.insert(Arc::clone(&login), self.now());
        self.core.events.emit(crate::Event::LoginChanged { session_id: login.id.clone() });
        let (open, driven) = (Arc::clone(self), Arc::clone(&login));
        match method {
            LoginMethod::Window => self.tasks.spawn(open.drive_window(driven, site)),
            LoginMethod::Qr | LoginMethod::Cookies | LoginMethod::Token | LoginMethod::Password => {
                self.tasks.spawn(open.drive_login(driven, method, site))
            }
        };
        Ok(login)
    }

    /// Takes up a login whose session was stored and whose end was open when the vault was last closed.
    pub(crate) fn resume_login(self: &Arc<Self>, pending: PendingLogin) {
        // How it began is not kept; the platform's first way is as good a word as any.
        let known = self.core.adapters.get(&pending.platform);
        let method = known.and_then(|adapter| adapter.descriptor().login_methods.first().copied());
        let method = method.unwrap_or(LoginMethod::Qr);
        let blank = LoginView::new(pending.login.clone(), pending.platform.clone(), method, self.now());
        let view = LoginView { account_id: pending.target.clone(), phase: LoginPhase::Verifying, ..blank };
        let login = Arc::new(Login::new(view, self.cancel.child_token()));
        self.logins.insert(Arc::clone(&login), self.now());
        let open = Arc::clone(self);
        self.tasks.spawn(async move {
            Arc::clone(&open).settle_pending(Arc::clone(&login), pending).await;
            open.tell_of_other(&login);
        });
    }

    /// Tells of another person's session in a login that nobody follows, because no page began it.
    pub(super) fn tell_of_other(&self, login: &Login) {
        if let (LoginPhase::WrongPerson, Some(account)) = (login.phase(), &login.target) {
            let (account_id, session_id) = (account.clone(), login.id.clone());
            self.core.events.emit(crate::Event::OtherPersonFound { account_id, session_id });
        }
    }

    /// Takes a stored session of an undecided login away.
    pub(super) async fn discard(&self, held: Option<PendingLogin>) -> Result<(), Error> {
        let Some(pending) = held else { return Ok(()) };
        let mut batch = Batch::new();
        batch.no_login(pending.record);
        self.store.commit(batch).await
    }
}
