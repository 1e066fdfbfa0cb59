//! Whose session it is, until when it lasts, and, once a day, what the plan still holds.

use jiff::Timestamp;
use roster_domain::{Cookie, Credential, Reason};
use roster_platform::{Context, Error, ErrorKind, Probe, ProbeDepth};
use serde_json::Value;

use super::{account::Account, api, fields::Fields, quotas, session, subscription::Subscription};

/// One question, or three in full depth; never an error.
pub(super) async fn probe(ctx: &Context, credential: &Credential, depth: ProbeDepth) -> Probe {
    if !session::is_whole(&credential.cookies) {
        return Probe::from(Error::new(ErrorKind::Protocol, "account").because(Reason::NoCredential));
    }
    let (content, account) = match Account::fetch(ctx, credential).await {
        Ok(named) => named,
        Err(error) => return Probe::from(error),
    };
    let mut probe = Probe::alive(account.identity(ctx.now), content.answer.evidence());
    probe.refreshed = session::refreshed(credential, &content.answer.set_cookies, ctx.now);
    if depth == ProbeDepth::Full {
        roll(ctx, credential, &account, &mut probe).await;
        count(ctx, credential, &account, &mut probe).await;
    }
    probe
}

/// Asking NextAuth for the session is what lets it live on: the answer brings the cookie anew and says when it ends. The
/// session is known to live: nothing that is said here takes that back.
async fn roll(ctx: &Context, credential: &Credential, account: &Account, probe: &mut Probe) {
    let held = probe.refreshed.as_ref().unwrap_or(credential);
    match session_of(ctx, held).await {
        Ok((set, body)) => {
            let same = is_of(&body, account);
            let renewed = session::refreshed(held, &set, ctx.now).filter(|_| same);
            let end = Fields(&body).time("expires").filter(|end| same && *end > ctx.now);
            if let Some(credential) = until(renewed, held, end) {
                probe.refreshed = Some(credential);
            }
        }
        Err(error) => {
            tracing::debug!(%error, "the session was not renewed");
            probe.retry = error.retry;
        }
    }
}

/// A pasted cookie says nothing of its end; the session's answer does.
fn until(renewed: Option<Credential>, held: &Credential, end: Option<Timestamp>) -> Option<Credential> {
    let known = renewed.as_ref().unwrap_or(held).expires_at;
    match end.filter(|end| known != Some(*end)) {
        Some(end) => Some(Credential { expires_at: Some(end), ..renewed.unwrap_or_else(|| held.clone()) }),
        None => renewed,
    }
}

/// Whether the session names the person whom the account named.
fn is_of(body: &Value, account: &Account) -> bool {
    let user = Fields(body).at("user");
    let mail = |fields: Fields<'_>| fields.text("email").map(|mail| mail.to_lowercase());
    match user.text("id") {
        Some(id) => id == account.id,
        None => mail(user).is_some() && mail(user) == mail(account.fields()),
    }
}

async fn session_of(ctx: &Context, credential: &Credential) -> Result<(Vec<Cookie>, Value), Error> {
    let answer = api::ask(ctx.http.get("session", api::SESSION), credential).send(ctx.now).await?;
    let body = api::plain(&answer)?;
    Ok((answer.set_cookies, body))
}

/// Adds what is left of the plan, and the end of its period where the account does not know it.
async fn count(ctx: &Context, credential: &Credential, account: &Account, probe: &mut Probe) {
    let held = probe.refreshed.as_ref().unwrap_or(credential);
    match quotas::current(ctx, held).await {
        Ok(subscription) => {
            let counted = quotas::of(account, subscription.as_ref(), ctx.now);
            probe.quotas = Some(counted).filter(|quotas| !quotas.items.is_empty());
            let end = subscription.as_ref().and_then(Subscription::period_end);
            if let Some(identity) = probe.identity.as_mut().filter(|identity| identity.profile.membership.is_some()) {
                identity.profile.membership_ends_at = identity.profile.membership_ends_at.or(end);
            }
        }
        Err(error) => {
            tracing::debug!(%error, "the plan was not told");
            probe.retry = error.retry;
        }
    }
}
