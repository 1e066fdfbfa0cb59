//! Taking a session that changed in a window over into the vault. Nothing is overwritten before the platform has
//! named the account's own person.

use roster_domain::{CookieJar, Credential, LoginId, Verdict};
use roster_platform::ProbeDepth;

use super::account::Watch;
use crate::{
    accounts::without_kept,
    sessions::{Arrival, Taken},
    storage::{Batch, PendingLogin, RecordId},
    windows::change::same,
};

impl Watch {
    /// Asks whose session the cookies are now, and keeps it where it belongs.
    pub(super) async fn take_over(&mut self, cookies: CookieJar, last: bool) {
        let Some((stored, credential)) = self.session_of(&cookies) else {
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
                let arrival = self.arrival(stored, credential.clone()).whose(Some(who.clone()));
                match self.open.take_session(&self.account, arrival).await {
                    Ok(Taken::Stored(generation)) => self.stored(generation),
                    // A login came while the platform was asked.
                    Ok(Taken::Outdated) => {}
                    Ok(Taken::NotTheirs { .. }) => self.offer(credential, who),
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

    fn stored(&mut self, generation: u64) {
        self.saved = true;
        self.logged_out = false;
        self.generation = generation;
    }

    /// How the window's session goes into the vault: with the same values in the cookies that make a session it is the same
    /// one, of which something changed.
    fn arrival(&self, stored: Credential, session: Credential) -> Arrival {
        let essential = self.adapter.descriptor().required_cookies;
        let value = |session: &Credential, name: &str| session.cookies.value(name).map(|value| value.expose().clone());
        let same = |name: &&str| value(&stored, name) == value(&session, name);
        if !essential.is_empty() && essential.iter().all(same) {
            Arrival::changed(stored, session)
        } else {
            Arrival::anew(Credential { obtained_at: None, ..session }).only_after(Some(self.generation))
        }
    }

    /// The account's session and what the window's cookies make of it, in place of those that went into it; `None` when
    /// the account has another session by now. What is kept beside the session stays out of it: it may turn out to be
    /// another person's.
    fn session_of(&self, cookies: &CookieJar) -> Option<(Credential, Credential)> {
        let (account, _, record) = self.open.snapshot(&self.account).ok()?;
        let stored = without_kept(self.open.credential_of(&account, record).ok()?);
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
        let mut tokens = stored.tokens.clone();
        tokens.extend(fresh.tokens);
        let session = Credential {
            generation: stored.generation,
            tokens,
            user_agent: stored.user_agent.clone(),
            obtained_at: stored.obtained_at,
            expires_at: fresh.expires_at.or(stored.expires_at),
            ..fresh
        };
        Some((stored, session))
    }

    /// Somebody else logged in there: the owner decides what becomes of their session.
    fn offer(&mut self, credential: Credential, who: String) {
        if self.offered.insert(who.clone()) {
            self.settle_apart(credential, Some(who));
        }
    }

    fn settle_apart(&self, credential: Credential, who: Option<String>) {
        if let Ok((account, ..)) = self.open.snapshot(&self.account) {
            let session = Credential { obtained_at: None, ..credential };
            self.open.settle_from_window(&account, session, (who, self.generation));
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
        let Some((_, credential)) = self.session_of(&cookies) else { return };
        let mut batch = Batch::new();
        batch.login(&PendingLogin {
            record: RecordId::make(),
            login: LoginId::from_entropy(rand::random()),
            platform: self.platform.clone(),
            target: Some(self.account.clone()),
            identity: None,
            after: Some(self.generation),
            credential: Credential { obtained_at: None, ..credential },
        });
        match self.open.store.commit(batch).await {
            Ok(()) => self.saved = true,
            Err(error) => tracing::error!(%error, "a window's session could not be kept"),
        }
    }
}
