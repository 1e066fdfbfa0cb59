//! The short token of the third generation and its renewal.
//!
//! Each renewal gives a new cookie and makes the old one worthless half a minute later. The answer comes in the middle of
//! other questions, so the new session waits in the session's memory until a probe or an operation can hand it over.

use std::{sync::Arc, time::Duration};

use roster_domain::{Credential, Reason};
use roster_platform::{Context, Error, ErrorKind, Verb};
use serde::Deserialize;
use serde_json::Value;

use super::{
    api::{self, Call, Good, Limit},
    limiter::{Limiter, Urgency},
    session,
    site::{Generation, Origin},
};

const RENEW: Call = Call::of("auth/refresh", Verb::Post).limited(Limit::Critical);
/// For how long a renewed session serves: the token lives 15 minutes.
const SERVES: Duration = Duration::from_secs(13 * 60);
/// The place of the newest session in memory.
const NEWEST: &str = "newest session";

/// What a login, a renewal or a change of password brings.
#[derive(Debug, Deserialize)]
pub(super) struct Bundle {
    access_token: String,
    access_expires_at: i64,
    #[serde(default)]
    pub(super) user: Value,
}

impl Bundle {
    /// Takes it into the session, with the cookies that came along.
    pub(super) fn keep(&self, credential: &mut Credential, good: &Good, ctx: &Context) {
        session::keep_short(credential, &self.access_token, self.access_expires_at);
        session::keep_cookies(credential, &good.answer.set_cookies, ctx.now);
        session::keep_generation(credential, Generation::Third);
    }
}

/// A session that was renewed, and whom the server named with it.
#[derive(Debug)]
pub(super) struct Renewed {
    pub(super) credential: Credential,
    pub(super) user: Value,
    pub(super) evidence: roster_domain::Evidence,
}

/// The session with a token that still lives: as it is, as it was renewed a while ago, or renewed now.
///
/// # Errors
/// As the server answered; "rate limited" when the site's counted calls are used up.
pub(super) async fn live(
    ctx: &Context,
    limiter: &Limiter,
    credential: &Credential,
    urgency: Urgency,
) -> Result<Option<Arc<Renewed>>, Error> {
    if session::is_fresh(credential, ctx.now) {
        return Ok(None);
    }
    let renew = renew(ctx, limiter, credential, urgency);
    ctx.memory.remember("short token", SERVES, ctx.now, renew).await.map(Some)
}

/// The session renewed although its token should still live: the server says that it does not.
///
/// # Errors
/// As [`live`].
pub(super) async fn again(ctx: &Context, limiter: &Limiter, credential: &Credential) -> Result<Arc<Renewed>, Error> {
    let renew = renew(ctx, limiter, credential, Urgency::Person);
    ctx.memory.remember("short token", Duration::ZERO, ctx.now, renew).await
}

async fn renew(
    ctx: &Context,
    limiter: &Limiter,
    credential: &Credential,
    urgency: Urgency,
) -> Result<Renewed, Error> {
    let newest = newest(ctx, credential).await;
    let origin = Origin::of(newest.site.as_deref()).ok_or_else(|| super::site::nowhere(RENEW.question))?;
    let ask = api::ask(ctx, RENEW, &origin.url("/api/user/auth/refresh"));
    let ask = ask.header("origin", origin.text()).cookies(&newest.cookies);
    let mut turn = limiter.turn(origin.text()).await;
    turn.take(ctx.now, urgency).map_err(|wait| held_back(RENEW.question, wait))?;
    let answer = ask.send(ctx.now).await;
    let good = api::good(answer?).map_err(|error| match error.kind {
        ErrorKind::RateLimited => {
            let wait = turn.refused(ctx.now, error.evidence.retry_after_s.map(Duration::from_secs));
            error.not_before(wait)
        }
        _ => error,
    })?;
    let bundle: Bundle = good.read()?;
    let mut credential = newest;
    bundle.keep(&mut credential, &good, ctx);
    let kept = credential.clone();
    ctx.memory.remember(NEWEST, Duration::ZERO, ctx.now, async { Ok(kept) }).await?;
    Ok(Renewed { credential, user: bundle.user, evidence: good.answer.evidence() })
}

/// Another session has taken the place of this one: what was renewed before is worth nothing any more.
pub(super) async fn replaced_by(ctx: &Context, credential: &Credential) {
    let kept = credential.clone();
    // Nothing in it can fail.
    let _ = ctx.memory.remember(NEWEST, Duration::ZERO, ctx.now, async { Ok(kept) }).await;
}

/// The session as it was renewed last, which may not have been handed over yet.
async fn newest(ctx: &Context, credential: &Credential) -> Credential {
    let nothing = async { Err(Error::new(ErrorKind::Protocol, RENEW.question).because(Reason::NoCredential)) };
    match ctx.memory.remember::<Credential, _>(NEWEST, Duration::MAX, ctx.now, nothing).await {
        Ok(newest) if newest.generation == credential.generation => (*newest).clone(),
        Ok(_) | Err(_) => credential.clone(),
    }
}

/// "Not now": the site would refuse it, so it is not asked.
pub(super) fn held_back(question: &str, wait: Duration) -> Error {
    let error = Error::new(ErrorKind::RateLimited, question).not_before(wait);
    let evidence = roster_domain::Evidence {
        question: question.to_owned(),
        code: Some(String::from("SITE_LIMIT")),
        retry_after_s: Some(wait.as_secs()),
        ..roster_domain::Evidence::default()
    };
    error.with_evidence(evidence)
}
