//! Who a session belongs to, and whether the account may be used.

use std::time::Duration;

use jiff::Timestamp;
use roster_domain::{Credential, Evidence, Profile, Reason, Verdict};
use roster_platform::{Context, Error, ErrorKind, Identity, Probe};

use super::{Studio, account::Account, credits::Membership, quotas, session};
use crate::{session_cookies, wire::filled};

/// How long a membership that has its own question may rest on an earlier answer.
const MEMBERSHIP_FOR: Duration = Duration::from_secs(12 * 60 * 60);

impl Studio {
    /// Asks whose session it is. Never an error.
    pub(super) async fn health(&self, ctx: &Context, credential: &Credential) -> Probe {
        if !session::is_whole(&credential.cookies) {
            return Probe::from(Error::new(ErrorKind::Protocol, "account/info").because(Reason::NoCredential));
        }
        let heard = match self.told(ctx, credential, Duration::ZERO).await {
            Ok(heard) => heard,
            Err(error) => return Probe::from(error),
        };
        let account = match &heard.told.account {
            Ok(account) => account,
            Err(error) => return Probe::from(error.clone()),
        };
        let membership = match account.account_status {
            Some(_) => None,
            None => self.known_membership(ctx, credential).await,
        };
        let membership_unknown = account.account_status.is_none() && membership.is_none();
        let identity = identity(account, membership, ctx.now);
        let evidence = heard.told.evidence.clone();
        let mut probe = Probe { membership_unknown, ..Probe::alive(identity, evidence) };
        let region = session::region(credential, self.market);
        probe.quotas = quotas::daily(account, region, ctx.now);
        match restriction(account) {
            None => {
                let domain = self.market.cookie_domain();
                probe.refreshed = session_cookies::refreshed(credential, &heard.set, domain, ctx.now);
                probe
            }
            Some((reason, said)) => {
                let evidence = Evidence { code: Some(said.code), message: said.message, ..probe.evidence };
                Probe { verdict: Verdict::Restricted, reason, evidence, ..probe }
            }
        }
    }

    /// The membership where the account itself says nothing of it. Whether the session lives does not hang on it.
    async fn known_membership(&self, ctx: &Context, credential: &Credential) -> Option<Membership> {
        let ask = self.membership(ctx, credential);
        let known = ctx.memory.remember("membership", MEMBERSHIP_FOR, ctx.now, ask).await.ok()?;
        Some((*known).clone())
    }
}

struct Said {
    code: String,
    message: Option<String>,
}

/// What a good answer says against using the account.
fn restriction(account: &Account) -> Option<(Reason, Said)> {
    let status = account.account_status.as_ref()?;
    let message = status.ban_reason.as_deref().map(roster_platform::words).filter(|words| !words.is_empty());
    if status.is_banned == Some(true) {
        return Some((Reason::Banned, Said { code: String::from("is_banned"), message }));
    }
    let reason = match status.status.as_deref()? {
        "suspended" => Reason::Banned,
        "inactive" => Reason::Muted,
        // Active, or a word that nobody knows yet.
        _ => return None,
    };
    let code = status.status.clone().unwrap_or_default();
    Some((reason, Said { code, message }))
}

/// The public face.
pub(super) fn identity(account: &Account, membership: Option<Membership>, now: Timestamp) -> Identity {
    let user_id = account.user_id.clone();
    let info = &account.user_info;
    let (membership, membership_ends_at) = match &account.account_status {
        Some(status) if status.vip(now) => {
            let level = status.vip_level.filter(|level| *level > 0).map(|level| format!("VIP {level}"));
            (Some(level.unwrap_or_else(|| String::from("VIP"))), status.vip_expire_time)
        }
        Some(_) => (None, None),
        None => match membership.filter(|membership| membership.active) {
            Some(paid) => (Some(paid.level.unwrap_or_else(|| String::from("VIP"))), paid.ends_at),
            None => (None, None),
        },
    };
    let verification = info.verification_type.clone().filter(|_| info.is_verified == Some(true));
    let profile = Profile {
        user_id: user_id.clone(),
        name: info.nickname.clone().unwrap_or_else(|| user_id.clone()),
        avatar_url: account.avatar(),
        signature: filled(info.description.clone()),
        level: None,
        membership,
        membership_ends_at,
        verification: filled(verification),
        read_at: Some(now),
    };
    Identity { user_id, profile }
}
