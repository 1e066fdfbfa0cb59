//! All logins under way and those that ended a while ago.

use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;
use parking_lot::Mutex;
use roster_domain::{AccountId, LoginId, PlatformId};
use roster_platform::{Filled, LoginMethod};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::fields;
use crate::{
    Engine, Error, Event, LoginPhase, LoginProblemKind, LoginView, LoginWindow, engine::Core, storage::PendingLogin,
};

/// How long an ended login stays in the list, in seconds.
const KEPT_S: i64 = 10 * 60;

/// One login.
#[derive(Debug)]
pub(crate) struct Login {
    pub(super) id: LoginId,
    pub(super) platform: PlatformId,
    pub(super) target: Option<AccountId>,
    /// The generation of that account's session that it comes after; a newer one is not overwritten. `None` for a login
    /// that itself is the newest.
    pub(super) after: Option<u64>,
    state: Mutex<State>,
    /// The person wants a new code.
    pub(super) refresh: Notify,
    /// What the person filled in, until the flow takes it.
    filled: Mutex<Option<Filled>>,
    filled_in: Notify,
    /// Somebody waits for it to move.
    moved: Notify,
    pub(super) cancel: CancellationToken,
}

#[derive(Debug)]
struct State {
    view: LoginView,
    ended_at: Option<Timestamp>,
    /// A session that is stored and whose end is open.
    held: Option<PendingLogin>,
}

impl Login {
    pub(super) fn new(view: LoginView, cancel: CancellationToken) -> Self {
        Self {
            id: view.session_id.clone(),
            platform: view.platform.clone(),
            target: view.account_id.clone(),
            after: None,
            state: Mutex::new(State { view, ended_at: None, held: None }),
            refresh: Notify::new(),
            filled: Mutex::default(),
            filled_in: Notify::new(),
            moved: Notify::new(),
            cancel,
        }
    }

    /// The same for a session that continues the one of this generation.
    pub(super) fn after(mut self, generation: u64) -> Self {
        self.after = Some(generation);
        self
    }

    /// Changes how it stands, and says so.
    pub(super) fn update(&self, core: &Core, change: impl FnOnce(&mut LoginView)) {
        {
            let mut state = self.state.lock();
            change(&mut state.view);
            state.ended_at = state.view.phase.is_final().then(|| core.now());
        }
        self.moved.notify_waiters();
        core.events.emit(Event::LoginChanged { session_id: self.id.clone() });
    }

    /// How it stands.
    pub(super) fn view(&self, now: Timestamp) -> LoginView {
        let mut view = self.state.lock().view.clone();
        let left = view.expires_at.map(|at| at.as_second() - now.as_second());
        view.expires_in = left.map(|seconds| u64::try_from(seconds).unwrap_or(0));
        view
    }

    pub(super) fn phase(&self) -> LoginPhase {
        self.state.lock().view.phase
    }

    /// How it is done.
    pub(super) fn method(&self) -> LoginMethod {
        self.state.lock().view.method
    }

    /// What is in its way.
    pub(super) fn problem(&self) -> Option<LoginProblemKind> {
        self.state.lock().view.error.as_ref().map(|problem| problem.kind)
    }

    /// What is said about its window.
    pub(super) fn window(&self) -> Option<LoginWindow> {
        self.state.lock().view.window.clone()
    }

    /// Takes in what the person filled in; from here on the flow tries it.
    pub(super) fn fill(&self, core: &Core, filled: Filled) -> Result<(), Error> {
        {
            let mut state = self.state.lock();
            fields::fits(&state.view, &filled)?;
            state.view.phase = LoginPhase::Verifying;
            state.view.error = None;
            *self.filled.lock() = Some(filled);
        }
        self.moved.notify_waiters();
        self.filled_in.notify_one();
        core.events.emit(Event::LoginChanged { session_id: self.id.clone() });
        Ok(())
    }

    /// Waits for what the person fills in.
    pub(super) async fn filled(&self) -> Filled {
        loop {
            if let Some(filled) = self.filled.lock().take() {
                return filled;
            }
            self.filled_in.notified().await;
        }
    }

    /// Puts a stored session aside until it is known what becomes of it.
    pub(super) fn hold(&self, pending: Option<PendingLogin>) {
        self.state.lock().held = pending;
    }

    /// Takes it.
    pub(super) fn take_held(&self) -> Option<PendingLogin> {
        self.state.lock().held.take()
    }

    /// Waits until it is in a phase that `wanted` accepts.
    pub(super) async fn until(&self, wanted: impl Fn(LoginPhase) -> bool) {
        loop {
            let moved = self.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            if wanted(self.phase()) {
                return;
            }
            moved.await;
        }
    }
}

/// The logins.
#[derive(Debug, Default)]
pub(crate) struct Logins(Mutex<IndexMap<LoginId, Arc<Login>>>);

impl Logins {
    pub(crate) fn len(&self) -> usize {
        self.0.lock().len()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().clear();
    }

    pub(super) fn insert(&self, login: Arc<Login>, now: Timestamp) {
        let mut logins = self.0.lock();
        logins.retain(|_, login| {
            let state = login.state.lock();
            // A session that nobody has decided about yet stays in sight.
            let stays =
                state.held.is_some() || state.ended_at.is_none_or(|at| now.as_second() - at.as_second() < KEPT_S);
            if !stays {
                // One whose window was closed still waits to be opened again.
                login.cancel.cancel();
            }
            stays
        });
        logins.insert(login.id.clone(), login);
    }

    pub(super) fn get(&self, id: &LoginId) -> Result<Arc<Login>, Error> {
        self.0.lock().get(id).cloned().ok_or_else(|| Error::LoginNotFound { id: id.to_string() })
    }

    pub(super) fn remove(&self, id: &LoginId) {
        self.0.lock().shift_remove(id);
    }
}

impl Engine {
    /// One login.
    ///
    /// # Errors
    /// [`Error::LoginNotFound`]
    pub fn login(&self, login: &LoginId) -> Result<LoginView, Error> {
        let open = self.open()?;
        Ok(open.logins.get(login)?.view(open.now()))
    }

    /// All logins under way, and those that ended within the last 10 minutes; oldest first.
    ///
    /// # Errors
    /// Only those of a vault that is not open.
    pub fn logins(&self) -> Result<Vec<LoginView>, Error> {
        let open = self.open()?;
        let now = open.now();
        let recent = |login: &&Arc<Login>| {
            let state = login.state.lock();
            state.held.is_some() || state.ended_at.is_none_or(|at| now.as_second() - at.as_second() < KEPT_S)
        };
        let logins = open.logins.0.lock();
        Ok(logins.values().filter(recent).map(|login| login.view(now)).collect())
    }
}
