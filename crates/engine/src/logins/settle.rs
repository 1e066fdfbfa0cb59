//! What becomes of a session that a login brought. It is stored first; whose it is, and who that is, is asked
//! afterwards.

use std::{sync::Arc, time::Duration};

use roster_domain::{Account, AccountId, Credential, Reason, Verdict};
use roster_platform::Identity;

use super::{board::Login, problem};
use crate::{
    Error, LoginPhase, LoginProblem, LoginProblemKind, LoginResult, OtherPerson,
    accounts::Birth,
    sessions::{Arrival, Taken},
    storage::{Batch, PendingLogin, RecordId},
    unlocked::Unlocked,
};

/// The wait between two questions whose session it is, while the platform does not answer; doubled each time …
const ASK_AGAIN: Duration = Duration::from_secs(5);
/// … up to this.
const ASK_AGAIN_AT_MOST: Duration = Duration::from_secs(300);

/// A session that nobody is named for is given up when the platform has called it expired twice, so far apart.
const EXPIRED_APART: Duration = Duration::from_secs(60);

/// Where a session belongs.
pub(super) enum Home {
    /// To nobody here.
    New,
    /// To this account.
    Existing(AccountId),
    /// It was meant for another person's account.
    WrongPerson,
    /// Only the platform can say.
    Unknown,
}

impl Unlocked {
    /// Where the session of a login belongs, as far as is known.
    pub(super) fn home_of(&self, login: &Login, identity: Option<&str>) -> Home {
        let book = self.book.read();
        let person = identity.and_then(|identity| book.of_person(&login.platform, identity));
        let Some(target) = login.target.as_ref().and_then(|id| book.get(id)) else {
            // Also where the account that it was meant for has been deleted meanwhile.
            return person.map_or(Home::New, |row| Home::Existing(row.account.id.clone()));
        };
        match (target.account.identity.as_deref(), identity) {
            (Some(expected), Some(found)) if expected == found => Home::Existing(target.account.id.clone()),
            (Some(_), Some(_)) => Home::WrongPerson,
            (Some(_), None) => Home::Unknown,
            // Nobody knows yet who the account is. If the person is here under another one, it is not this one.
            (None, Some(_)) if person.is_some_and(|row| row.account.id != target.account.id) => Home::WrongPerson,
            (None, _) => Home::Existing(target.account.id.clone()),
        }
    }

    /// Stores the session of a login and finds out whose it is.
    pub(super) async fn settle(self: &Arc<Self>, login: &Arc<Login>, credential: Credential, identity: Option<String>) {
        let home = self.home_of(login, identity.as_deref());
        let stored = match home {
            Home::New => self.store_new(login, credential, identity, Batch::new()).await.map(|id| Some((id, true))),
            Home::Existing(id) => {
                let after = login.after.filter(|_| login.target.as_ref() == Some(&id));
                let arrival = Arrival::anew(credential).whose(identity).only_after(after);
                let taken = self.take_session(&id, arrival).await;
                taken.and_then(Taken::or_not_theirs).map(|_| Some((id, false)))
            }
            Home::WrongPerson | Home::Unknown => {
                let pending = PendingLogin {
                    record: RecordId::make(),
                    login: login.id.clone(),
                    platform: login.platform.clone(),
                    target: login.target.clone(),
                    identity,
                    after: login.after.or_else(|| self.generation_of(login.target.as_ref()?)),
                    credential,
                };
                let mut batch = Batch::new();
                batch.login(&pending);
                match self.store.commit(batch).await {
                    Ok(()) => {
                        Arc::clone(self).settle_pending(Arc::clone(login), pending).await;
                        return;
                    }
                    Err(error) => Err(error),
                }
            }
        };
        match stored {
            Ok(Some((id, created))) => self.verify(login, id, created).await,
            Ok(None) => {}
            Err(error) => self.login_failed(login, &error),
        }
    }

    /// Decides about a session that is stored and whose end is open.
    pub(super) async fn settle_pending(self: Arc<Self>, login: Arc<Login>, mut pending: PendingLogin) {
        let mut wait = ASK_AGAIN;
        let mut who: Option<Identity> = None;
        let mut expired_since: Option<Duration> = None;
        loop {
            match self.home_of(&login, pending.identity.as_deref()) {
                // Nobody has been named yet, and until then cookies are no session of anybody's.
                _ if pending.identity.is_none() => {}
                Home::Unknown => {}
                Home::WrongPerson if who.is_some() => return self.wrong_person(&login, pending, who).await,
                Home::WrongPerson => {
                    // The session itself said whose it is. The owner is to decide about a name, not about a number:
                    // one question, and without an answer the number has to do.
                    let Some(probe) = self.ask_about_pending(&mut pending, &login.cancel).await else {
                        return self.left_undecided(&login, pending).await;
                    };
                    let who = probe.identity.filter(|found| Some(&found.user_id) == pending.identity.as_ref());
                    return self.wrong_person(&login, pending, who).await;
                }
                Home::New | Home::Existing(_) => return self.adopt(&login, pending).await,
            }
            let Some(probe) = self.ask_about_pending(&mut pending, &login.cancel).await else {
                return self.left_undecided(&login, pending).await;
            };
            if let Some(identity) = probe.identity.filter(|_| probe.verdict == Verdict::Alive) {
                pending.identity = Some(identity.user_id.clone());
                who = Some(identity);
                continue;
            }
            if probe.verdict == Verdict::Expired {
                let now = self.core.ports.clock.awake();
                if now.saturating_sub(*expired_since.get_or_insert(now)) >= EXPIRED_APART {
                    return self.no_session(&login, pending, probe.reason).await;
                }
                wait = wait.max(EXPIRED_APART);
            }
            login.update(&self.core, |view| {
                let problem = problem::of_check(probe.reason);
                view.error = Some(LoginProblem { retry_in_s: Some(wait.as_secs()), ..problem });
            });
            let slept = login.cancel.run_until_cancelled(self.core.ports.clock.sleep(wait)).await;
            if slept.is_none() {
                return self.left_undecided(&login, pending).await;
            }
            wait = wait.saturating_mul(2).min(ASK_AGAIN_AT_MOST);
        }
    }

    /// The login ends while nobody knows whose session it is: with the vault it is taken up again, by the owner's hand
    /// it goes.
    async fn left_undecided(&self, login: &Login, pending: PendingLogin) {
        if self.cancel.is_cancelled() {
            return;
        }
        if let Err(error) = self.discard(Some(pending)).await {
            tracing::error!(login = %login.id, %error, "a cancelled login's session could not be erased");
        }
    }

    /// The platform says, and says again, that this is nobody's session.
    async fn no_session(&self, login: &Login, pending: PendingLogin, reason: Reason) {
        if let Err(error) = self.discard(Some(pending)).await {
            tracing::error!(login = %login.id, %error, "a session that has ended could not be erased");
        }
        login.update(&self.core, |view| {
            view.phase = LoginPhase::Failed;
            view.error = Some(LoginProblem { kind: LoginProblemKind::NoSession, reason, retry_in_s: None });
        });
    }

    async fn wrong_person(&self, login: &Login, mut pending: PendingLogin, who: Option<Identity>) {
        let user_id = pending.identity.clone().unwrap_or_default();
        let known = self.book.read().of_person(&login.platform, &user_id).map(|row| Arc::clone(&row.account));
        let name = who.map(|who| who.profile.name).or_else(|| known.as_ref().map(|account| account.name.clone()));
        // With the id, so that a restart need not ask again.
        pending.identity = Some(user_id.clone());
        let mut batch = Batch::new();
        batch.login(&pending);
        if let Err(error) = self.store.commit(batch).await {
            tracing::error!(login = %login.id, %error, "a login's session could not be kept");
        }
        login.hold(Some(pending));
        login.update(&self.core, |view| {
            view.phase = LoginPhase::WrongPerson;
            view.error = None;
            view.other_person = Some(OtherPerson {
                user_id,
                name: name.filter(|name| !name.is_empty()),
                account_id: known.map(|account| account.id.clone()),
            });
        });
    }

    /// Gives a stored session to the account it belongs to, or makes one, and takes the undecided record away.
    pub(super) async fn adopt(self: &Arc<Self>, login: &Arc<Login>, pending: PendingLogin) {
        let PendingLogin { record, platform, target, identity, after, credential, .. } = pending;
        let person = identity.as_deref();
        let existing = {
            let book = self.book.read();
            let person = person.and_then(|identity| book.of_person(&platform, identity));
            person.map(|row| row.account.id.clone())
        };
        // Without an account of that person: the one it was meant for, if that has no person yet.
        let existing = existing.or_else(|| match self.home_of(login, person) {
            Home::Existing(id) => Some(id),
            Home::New | Home::WrongPerson | Home::Unknown => None,
        });
        let mut batch = Batch::new();
        batch.no_login(record);
        let stored = match existing {
            Some(id) => {
                let after = after.filter(|_| target.as_ref() == Some(&id));
                let arrival = Arrival::anew(credential).whose(identity).only_after(after).with(batch);
                self.adopted(&id, arrival, record).await.map(|()| (id, false))
            }
            None => self.store_new(login, credential, identity, batch).await.map(|id| (id, true)),
        };
        match stored {
            Ok((id, created)) => self.verify(login, id, created).await,
            Err(error) => self.login_failed(login, &error),
        }
    }

    async fn store_new(
        &self,
        login: &Login,
        credential: Credential,
        identity: Option<String>,
        with: Batch,
    ) -> Result<AccountId, Error> {
        let provisional = identity.is_none();
        let account = Account { platform: login.platform.clone(), identity, ..Account::default() };
        self.give_birth(Birth { account, credential, provisional, with }).await
    }

    /// Gives a stored session to an account; where that has a newer one, or was logged out since, the stored one is erased.
    async fn adopted(&self, id: &AccountId, arrival: Arrival, record: RecordId) -> Result<(), Error> {
        if self.take_session(id, arrival).await?.or_not_theirs()? == Taken::Outdated {
            let mut batch = Batch::new();
            batch.no_login(record);
            self.store.commit(batch).await?;
        }
        Ok(())
    }

    /// Which session an account has now.
    pub(super) fn generation_of(&self, id: &AccountId) -> Option<u64> {
        self.book.read().get(id).map(|row| row.account.generation)
    }

    /// Gives an account a new session, whatever it has.
    pub(crate) async fn store_into(
        &self,
        id: &AccountId,
        credential: Credential,
        identity: Option<String>,
        with: Batch,
    ) -> Result<(), Error> {
        let arrival = Arrival::anew(credential).whose(identity).with(with);
        self.take_session(id, arrival).await?.or_not_theirs().map(|_| ())
    }

    /// Asks who it is. The session is safe; whatever the answer, the login is done.
    async fn verify(self: &Arc<Self>, login: &Login, id: AccountId, created: bool) {
        let checked = self.check(&id, &self.cancel).await;
        let (id, reason) = match checked {
            Ok(Some(outcome)) => {
                let reason = outcome.reason;
                (outcome.account_id, (!outcome.healthy).then_some(reason))
            }
            Ok(None) => (id, None),
            Err(error) => {
                tracing::warn!(%error, "a new session could not be checked");
                (id, Some(Reason::Other))
            }
        };
        let book = self.book.read();
        let Some(account) = book.get(&id).map(|row| Arc::clone(&row.account)) else {
            drop(book);
            return self.login_failed(login, &Error::AccountNotFound { id: id.to_string() });
        };
        // A session that went to an account which was here already left none behind that this login made.
        let created = created && account.generation == 1;
        drop(book);
        self.read_first_quotas(&id);
        login.update(&self.core, |view| {
            view.phase = LoginPhase::Done;
            view.error = reason.map(problem::of_check);
            view.result = Some(LoginResult {
                account_id: account.id.clone(),
                account_name: account.name.clone(),
                created,
                avatar_url: account.profile.as_ref().and_then(|profile| profile.avatar_url.clone()),
                status: account.status,
            });
        });
    }

    pub(super) fn login_failed(&self, login: &Login, error: &Error) {
        tracing::error!(login = %login.id, %error, "a login's session could not be stored");
        login.update(&self.core, |view| {
            view.phase = LoginPhase::Failed;
            view.error =
                Some(LoginProblem { kind: LoginProblemKind::Storage, reason: Reason::Other, retry_in_s: None });
        });
    }
}
