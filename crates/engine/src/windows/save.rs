//! Taking a session that changed in a window over into the vault. Nothing is overwritten before the platform has
//! named the account's own person.

use roster_domain::{CookieJar, Credential, LoginId, Verdict};
use roster_platform::ProbeDepth;

use super::account::Watch;
use crate::{
    Error,
    storage::{Batch, PendingLogin, RecordId},
    windows::pace::same,
};

impl Watch {
    /// Asks whose session the cookies are now, and keeps it where it belongs.
    pub(super) async fn take_over(&mut self, cookies: CookieJar, last: bool) {
        let Some(credential) = self.session_of(&cookies) else {
            // A newer login than this window's: what happens here is no news of that one.
            self.settled = Some(cookies);
            return;
        };
        let asked = self.open.ask_about(&self.platform, Some(&self.account), &credential, ProbeDepth::Light);
        let Some((probe, _)) = self.open.cancel.clone().run_until_cancelled_owned(asked).await else { return };
        match (probe.verdict, probe.identity) {
            (Verdict::Alive, Some(found)) => {
                let who = found.user_id;
                self.pace.answered(cookies.clone(), self.now());
                self.settled = Some(cookies);
                match self.open.store_into(&self.account, credential.clone(), Some(who.clone()), Batch::new()).await {
                    Ok(()) => self.stored(),
                    Err(Error::IdentityMismatch { .. }) => self.offer(credential, who),
                    Err(error) => tracing::error!(%error, "a window's session could not be kept"),
                }
            }
            (Verdict::Expired, _) => {
                self.pace.answered(cookies.clone(), self.now());
                self.settled = Some(cookies);
                self.check_stored().await;
            }
            // Nobody can say now. The last look keeps it sealed until somebody can.
            _ if last => self.settle_apart(credential, None),
            _ => {
                self.pace.failed(probe.retry, self.now());
            }
        }
    }

    fn stored(&mut self) {
        self.saved = true;
        self.logged_out = false;
        if let Ok((account, _, _)) = self.open.snapshot(&self.account) {
            self.generation = account.generation;
        }
    }

    /// The account's session with the window's cookies in place of those that went into it; `None` when the account
    /// has another session by now.
    fn session_of(&self, cookies: &CookieJar) -> Option<Credential> {
        let (account, _, record) = self.open.snapshot(&self.account).ok()?;
        let stored = self.open.credential_of(&account, record).ok()?;
        if stored.generation != self.generation {
            return None;
        }
        let now = self.open.now();
        let urls = self.plan.cookie_urls.iter().filter_map(|text| url::Url::parse(text).ok()).collect::<Vec<_>>();
        let in_window = |jar: &CookieJar| urls.iter().any(|url| jar.header_for(url, now).is_some());
        let elsewhere =
            stored.cookies.iter().filter(|cookie| !in_window(&std::iter::once((*cookie).clone()).collect()));
        let mut all: CookieJar = elsewhere.cloned().collect();
        all.merge(cookies.clone());
        let fresh = self.adapter.credential_from(all, stored.site.as_deref());
        let mut tokens = stored.tokens;
        tokens.extend(fresh.tokens);
        Some(Credential {
            generation: 0,
            tokens,
            user_agent: stored.user_agent,
            obtained_at: None,
            expires_at: fresh.expires_at.or(stored.expires_at),
            ..fresh
        })
    }

    /// Somebody else logged in there: the owner decides what becomes of their session.
    fn offer(&mut self, credential: Credential, who: String) {
        if self.offered.insert(who.clone()) {
            self.settle_apart(credential, Some(who));
        }
    }

    fn settle_apart(&self, credential: Credential, who: Option<String>) {
        if let Ok((account, ..)) = self.open.snapshot(&self.account) {
            self.open.settle_from_window(&account, credential, who);
        }
    }

    /// The vault is being locked: a change that nobody has asked about yet is sealed, and decided about when the vault
    /// is open again.
    pub(super) async fn keep_for_later(&mut self) {
        let Some(cookies) = self.read().await else { return };
        let unchanged = self.settled.as_ref().is_none_or(|settled| same(settled, &cookies));
        if unchanged || !self.adapter.is_candidate(&cookies) {
            return;
        }
        let Some(credential) = self.session_of(&cookies) else { return };
        let mut batch = Batch::new();
        batch.login(&PendingLogin {
            record: RecordId::make(),
            login: LoginId::from_entropy(rand::random()),
            platform: self.platform.clone(),
            target: Some(self.account.clone()),
            identity: None,
            credential,
        });
        match self.open.store.commit(batch).await {
            Ok(()) => self.saved = true,
            Err(error) => tracing::error!(%error, "a window's session could not be kept"),
        }
    }
}
