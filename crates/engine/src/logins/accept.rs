//! Keeping the session of another person than the one that a login was for.

use roster_domain::LoginId;

use crate::{Clash, Engine, Error, LoginPhase, LoginView};

impl Engine {
    /// Keeps the other person's session of a login in phase `wrong_person`: as the account that person has here, or
    /// as a new one.
    ///
    /// # Errors
    /// [`Error::LoginNotFound`], [`Error::Conflict`] in any other phase, [`Error::Storage`]
    pub async fn accept_new(&self, login: &LoginId) -> Result<LoginView, Error> {
        let open = self.open()?;
        let login = open.logins.get(login)?;
        let in_phase = login.phase() == LoginPhase::WrongPerson;
        let held = if in_phase { login.take_held() } else { None };
        let pending = held.ok_or(Error::Conflict(Clash::LoginPhase))?;
        login.update(&open.core, |view| {
            view.phase = LoginPhase::Verifying;
            view.other_person = None;
        });
        open.whole(move |open| async move {
            open.adopt(&login, pending).await;
            Ok(login.view(open.now()))
        })
        .await
    }
}
