//! What the owner does with windows.

use std::sync::Arc;

use roster_domain::{AccountId, LoginId};
use roster_platform::ErrorKind;

use super::{account::Watch, board::Owner};
use crate::{
    AccountRef, AccountView, Engine, Error, Event, LoginView, WindowError, WindowOrder, WindowPurpose,
    unlocked::Unlocked,
};

impl Engine {
    /// Opens an account's own page in a window, logged in; the window comes to the front when it is open already.
    /// Answers whether it was opened now.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`]; [`Error::Unsupported`] where the platform has no such page or this host no windows;
    /// [`Error::Platform`] for an account without a session; [`Error::Window`]
    pub async fn open_account(&self, account: &AccountRef) -> Result<bool, Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        open.whole(move |open| async move { open.open_account(id).await }).await
    }

    /// Closes an account's window, after what changed in it was taken over. Answers whether there was one.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`]
    pub fn close_account_window(&self, account: &AccountRef) -> Result<bool, Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        Ok(open.windows.close(&Owner::Account(id)))
    }

    /// Brings the window of a login to the front.
    ///
    /// # Errors
    /// [`Error::LoginNotFound`]; [`Error::Conflict`] when it has no window now; [`Error::Window`]
    pub async fn focus_login_window(&self, login: &LoginId) -> Result<LoginView, Error> {
        let view = self.login(login)?;
        let open = self.open()?;
        let window = open.windows.window(&Owner::Login(login.clone()));
        let window = window.ok_or(Error::Conflict(crate::Clash::LoginPhase))?;
        window.focus().await.map_err(|source| Error::Window { source })?;
        Ok(view)
    }
}

impl Unlocked {
    /// Adds to an account's view what goes on with it now.
    pub(crate) fn show_doings(&self, view: &mut AccountView) {
        view.checking = self.flights.has(&view.account.id);
        view.window_open = self.windows.has(&Owner::Account(view.account.id.clone()));
        let adapter = self.core.adapter(&view.account.platform);
        let page = adapter.is_ok_and(|adapter| adapter.window(view.account.site.as_deref()).is_some());
        view.can_open = page && view.account.credential_hash.is_some();
    }

    async fn open_account(self: Arc<Self>, id: AccountId) -> Result<bool, Error> {
        let (account, _, record) = self.snapshot(&id)?;
        let adapter = self.core.adapter(&account.platform)?;
        let unsupported = || Error::Unsupported { platform: account.platform.to_string(), what: "window" };
        let plan = adapter.window(account.site.as_deref()).ok_or_else(unsupported)?;
        let credential = self.credential_of(&account, record)?;
        if credential.cookies.is_empty() {
            let error = roster_platform::Error::new(ErrorKind::NotLoggedIn, "window");
            return Err(Error::Platform(error.because(roster_domain::Reason::NoCredential)));
        }
        let owner = Owner::Account(id.clone());
        let Some(place) = self.place_of_window(owner.clone(), Some(&id)) else {
            if let Some(window) = self.windows.window(&owner) {
                window.focus().await.map_err(|source| Error::Window { source })?;
            }
            return Ok(false);
        };
        let order = WindowOrder {
            purpose: WindowPurpose::Account,
            url: plan.home_url.clone(),
            cookies: credential.cookies.clone(),
            // The session goes on under the name it began with.
            user_agent: Some(self.context_of(&id, &credential)?.http.user_agent().to_owned()),
            ..self.window_order(adapter.descriptor(), &plan, Some(&account))?
        };
        let opened = match self.core.ports.windows.open(order).await {
            Ok(opened) => opened,
            Err(WindowError::Unavailable) => return Err(unsupported()),
            Err(source) => return Err(Error::Window { source }),
        };
        place.fill(Arc::clone(&opened.window));
        self.core.events.emit(Event::WindowOpened { account_id: id.clone() });
        let window = (opened.window, place, &credential.cookies);
        let watch = Watch::new(Arc::clone(&self), &account, (adapter, plan), window);
        self.tasks.spawn(watch.run(opened.events));
        Ok(true)
    }
}
