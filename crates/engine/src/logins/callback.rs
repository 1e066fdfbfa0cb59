//! Cookies that a login outside brought.

use std::sync::Arc;

use roster_domain::{Account, AccountId, Credential, LoginId, Verdict};
use roster_platform::{ErrorKind, ProbeDepth};

use super::{board::Login, site::site_ok};
use crate::{
    Callback, CallbackOutcome, Engine, Error, LoginPhase, LoginResult,
    accounts::{Birth, foreign_id_ok, name_ok, parse_cookies},
    storage::Batch,
    unlocked::Unlocked,
};

impl Engine {
    /// Takes cookies that a login outside brought (contract, 1.3). They are asked about at once: cookies of a person
    /// who has an account here go to that account. An unknown `session_id` is no error.
    ///
    /// # Errors
    /// As [`Engine::create_account`]; for a login into an existing account also [`Error::IdentityMismatch`] and
    /// [`Error::Platform`], and then nothing was stored.
    pub async fn login_callback(&self, callback: Callback) -> Result<CallbackOutcome, Error> {
        let open = self.open()?;
        let adapter = self.core.adapter(&callback.platform)?;
        let (cookies, site) = parse_cookies(&callback.cookie_data, adapter.descriptor())?;
        let name = name_ok("account_name", callback.account_name.as_deref().unwrap_or_default())?;
        let account = Account {
            platform: callback.platform,
            name_is_own: !name.is_empty(),
            name,
            user_id: foreign_id_ok("user_id", callback.user_id)?,
            ..Account::default()
        };
        let login = callback.session_id.and_then(|id| id.parse::<LoginId>().ok());
        let login = login.and_then(|id| open.logins.get(&id).ok()).filter(|login| login.platform == account.platform);
        let target = login.as_ref().and_then(|login| login.target.as_ref());
        let target = target.and_then(|id| open.snapshot(id).ok()).map(|(target, _, _)| target);
        let site = site_ok(adapter.descriptor(), site, target.as_ref())?;
        let credential = adapter.credential_from(cookies, site.as_deref());
        open.whole(move |open| async move { open.call_back(account, credential, login).await }).await
    }
}

impl Unlocked {
    async fn call_back(
        self: &Arc<Self>,
        account: Account,
        credential: Credential,
        login: Option<Arc<Login>>,
    ) -> Result<CallbackOutcome, Error> {
        let target = login.as_ref().and_then(|login| login.target.clone());
        let target = target.filter(|id| self.book.read().get(id).is_some());
        let (id, created) = match target {
            Some(id) => {
                self.replace_session(&id, credential).await?;
                (id, false)
            }
            None => {
                let birth = Birth { account, credential, provisional: true, with: Batch::new() };
                (self.give_birth(birth).await?, true)
            }
        };
        let outcome = self.check(&id, &self.cancel).await?;
        let settled = outcome.map_or(id.clone(), |outcome| outcome.account_id);
        self.read_first_quotas(&settled);
        let (account, _, _) = self.snapshot(&settled)?;
        let created = created && settled == id;
        if let Some(login) = login {
            self.end_by_callback(&login, &account, created);
        }
        Ok(CallbackOutcome {
            account_id: account.id,
            platform: account.platform,
            account_name: account.name,
            status: account.status,
            created,
        })
    }

    /// Cookies for an account that has a person: the platform must name that person before anything is overwritten.
    async fn replace_session(&self, id: &AccountId, credential: Credential) -> Result<(), Error> {
        let (account, _, _) = self.snapshot(id)?;
        let Some(expected) = account.identity.clone() else {
            return self.store_into(id, credential, None, Batch::new()).await;
        };
        let asked = self.ask_about(&account.platform, Some(id), &credential, ProbeDepth::Light);
        let (probe, _) = self.cancel.run_until_cancelled(asked).await.ok_or(Error::VaultLocked)?;
        match probe.identity {
            Some(found) if found.user_id != expected => Err(Error::IdentityMismatch { expected, found: found.user_id }),
            Some(found) if probe.verdict == Verdict::Alive => {
                self.store_into(id, credential, Some(found.user_id), Batch::new()).await
            }
            Some(_) | None => {
                let kind = match probe.verdict {
                    Verdict::Expired => ErrorKind::NotLoggedIn,
                    Verdict::Restricted => ErrorKind::Restricted,
                    Verdict::Alive | Verdict::PlatformChanged => ErrorKind::Protocol,
                    Verdict::IdentityMismatch | Verdict::Unknown => ErrorKind::Network,
                };
                let error = roster_platform::Error::new(kind, "login callback").because(probe.reason);
                Err(Error::Platform(error.with_evidence(probe.evidence).retry(probe.retry)))
            }
        }
    }

    /// The login that waited for these cookies is over.
    fn end_by_callback(&self, login: &Login, account: &Account, created: bool) {
        login.cancel.cancel();
        login.update(&self.core, |view| {
            view.phase = LoginPhase::Done;
            view.error = None;
            view.form = None;
            view.qrcode_text = None;
            view.qrcode_image = None;
            view.result = Some(LoginResult {
                account_id: account.id.clone(),
                account_name: account.name.clone(),
                created,
                avatar_url: account.profile.as_ref().and_then(|profile| profile.avatar_url.clone()),
                status: account.status,
            });
        });
    }
}
