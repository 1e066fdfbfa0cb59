//! The short token of the third generation and its renewal.
//!
//! Each renewal gives a new cookie. The old one answers with the same successor for half a minute more; after that it ends
//! the session. So a renewal is carried out to its end, an answer that is lost is asked for again within that time, and
//! what comes is handed over before it is used.

use std::time::{Duration, Instant};

use roster_domain::{Credential, Evidence};
use roster_platform::{Context, Error, ErrorKind, Retry, Verb};
use serde::Deserialize;
use serde_json::Value;

use super::{
    api::{self, Call, Good, Limit},
    limiter::{Limiter, Turn, Urgency},
    session,
    site::{Generation, Origin},
};

const RENEW: Call = Call::of("auth/refresh", Verb::Post).limited(Limit::Critical);
/// How often a renewal is tried at most …
const TRIES: u32 = 3;
/// … how long one try may take …
const ONE_TRY: Duration = Duration::from_secs(8);
/// … and within what time of the first the last must begin: the old cookie is good for 30 seconds after the server has
/// put another in its place.
const WITHIN: Duration = Duration::from_secs(20);

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

/// A session whose token lives again.
#[derive(Debug)]
pub(super) struct Renewed {
    pub(super) credential: Credential,
    /// Whom the server named, when this very call renewed it. Where another did, nobody has been named now.
    pub(super) told: Option<(Value, Evidence)>,
}

/// The session with a token that still lives; `None` when that is so already.
///
/// # Errors
/// As the server answered; "rate limited" when the site's counted calls are used up.
pub(super) async fn live(
    ctx: &Context,
    limiter: &Limiter,
    credential: &Credential,
    urgency: Urgency,
) -> Result<Option<Renewed>, Error> {
    match session::is_fresh(credential, ctx.now) {
        true => Ok(None),
        false => again(ctx, limiter, credential, urgency).await.map(Some),
    }
}

/// The session with another token, although this one should still live: the server says that it does not.
///
/// # Errors
/// As [`live`].
pub(super) async fn again(
    ctx: &Context,
    limiter: &Limiter,
    credential: &Credential,
    urgency: Urgency,
) -> Result<Renewed, Error> {
    let origin = Origin::of(credential.site.as_deref()).ok_or_else(|| super::site::nowhere(RENEW.question))?;
    // Renewals of a site go one after the other: whoever waited here finds what the one before has brought.
    let turn = limiter.turn(origin.text()).await;
    let newest = ctx.sessions.newest().await.unwrap_or_else(|| credential.clone());
    if session::is_fresh(&newest, ctx.now) && !session::same_short(&newest, credential) {
        return Ok(Renewed { credential: newest, told: None });
    }
    ctx.whole(RENEW.question, renew(ctx.clone(), (origin, newest), turn, urgency)).await?
}

/// From here on nothing is broken off: the server may have put another session in the place of this one already.
async fn renew(
    ctx: Context,
    (origin, newest): (Origin, Credential),
    mut turn: Turn,
    urgency: Urgency,
) -> Result<Renewed, Error> {
    let good = patiently(&ctx, (&origin, &newest), &mut turn, urgency).await?;
    let bundle: Bundle = good.read()?;
    let mut credential = newest.clone();
    bundle.keep(&mut credential, &good, &ctx);
    ctx.sessions.hand_over(&newest, &credential).await;
    Ok(Renewed { credential, told: Some((bundle.user, good.answer.evidence())) })
}

/// Asks until there is an answer. Each try counts at the server, so each is noted.
async fn patiently(
    ctx: &Context,
    (origin, newest): (&Origin, &Credential),
    turn: &mut Turn,
    urgency: Urgency,
) -> Result<Good, Error> {
    let began = Instant::now();
    let mut tries = 0;
    loop {
        // What hangs on the later ones is the session itself: they may take what is kept back.
        let urgency = if tries == 0 { urgency } else { Urgency::Person };
        turn.take(ctx.now, urgency).map_err(|wait| held_back(RENEW.question, wait))?;
        tries += 1;
        let ask = api::ask(ctx, RENEW, &origin.url("/api/user/auth/refresh")).timeout(ONE_TRY);
        let ask = ask.header("origin", origin.origin()).cookies(&newest.cookies);
        let error = match ask.send(ctx.now).await.and_then(api::good) {
            Ok(good) => return Ok(good),
            Err(error) if error.kind == ErrorKind::RateLimited => {
                let wait = turn.refused(ctx.now, error.evidence.retry_after_s.map(Duration::from_secs));
                return Err(error.not_before(wait));
            }
            Err(error) => error,
        };
        if tries == TRIES || !may_have_happened(&error) {
            return Err(error);
        }
        ctx.http.rest_after(tries).await;
        if began.elapsed() > WITHIN {
            return Err(error);
        }
    }
}

/// Whether the server may have renewed the session all the same, or is just doing it.
fn may_have_happened(error: &Error) -> bool {
    match error.kind {
        ErrorKind::Network | ErrorKind::Server | ErrorKind::Protocol => error.retry != Retry::Never,
        _ => error.evidence.code.as_deref() == Some("AUTH_REFRESH_RACE"),
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
