//! Name, password, second factor.

use std::time::Duration;

use roster_domain::{CookieJar, Reason};
use roster_platform::{Context, Error, ErrorKind, Filled, LoginStep, Verb};
use serde_json::{Map, Value, json};

use super::{
    Account, Flow, SecondFactor, Stage,
    answers::{self, Entered},
    by_page, forms,
};
use crate::burncloud::{
    api::{self, Call, Good, Limit},
    client,
    site::{self, Origin},
};

const LOGIN: Call = Call::of("login", Verb::Post).limited(Limit::Critical);
const SECOND: Call = Call::of("login/2fa", Verb::Post).limited(Limit::Critical);

/// The first form: a login, or the beginning of a registration.
pub(super) async fn first(flow: &mut Flow, ctx: &Context, filled: &Filled) -> Result<LoginStep, Error> {
    let (origin, status) = match flow.site(ctx, filled).await? {
        Ok(found) => found,
        Err(step) => return Ok(step),
    };
    if status.wants_human_check() {
        return Ok(flow.again(by_page("turnstile", Reason::Captcha)));
    }
    if status.seals_passwords() && filled.get(forms::ACTION) != Some(forms::REGISTER) {
        return Ok(flow.again(by_page("password login encryption", Reason::Other)));
    }
    let username = filled.get(forms::USERNAME).unwrap_or_default().to_owned();
    let password = filled.exact(forms::PASSWORD).cloned().unwrap_or_default();
    let account = Account { origin, username, password };
    if filled.get(forms::ACTION) == Some(forms::REGISTER) {
        return Ok(flow.goes_on(Stage::Register(account)));
    }
    enter(flow, ctx, account).await
}

/// Logs in with name and password.
pub(super) async fn enter(flow: &mut Flow, ctx: &Context, account: Account) -> Result<LoginStep, Error> {
    let status = site::status(ctx, &account.origin).await?;
    let body = json!({ "username": account.username, "password": account.password.expose() });
    let good = match counted(flow, ctx, &account.origin, (LOGIN, "/api/user/login"), (body, &CookieJar::new())).await {
        Ok(good) => good,
        Err(error) => {
            if matches!(flow.stage, Stage::Registered(_)) && error.kind == ErrorKind::Refused {
                flow.stage = Stage::Password;
            }
            return flow.refused(Some(forms::PASSWORD), error);
        }
    };
    match answers::entered(&good, ctx, &account.origin, status.cookie_generation())? {
        Entered::Over(step) => Ok(step),
        Entered::SecondFactor { ticket } => {
            let cookies = good.answer.set_cookies.iter().cloned().collect();
            Ok(flow.goes_on(Stage::SecondFactor(SecondFactor { origin: account.origin, cookies, ticket })))
        }
    }
}

/// The second factor.
pub(super) async fn second(flow: &mut Flow, ctx: &Context, filled: &Filled) -> Result<LoginStep, Error> {
    let Stage::SecondFactor(pending) = &flow.stage else { return Ok(flow.asks()) };
    let (origin, cookies) = (pending.origin.clone(), pending.cookies.clone());
    let mut body = Map::new();
    body.insert(String::from("code"), json!(filled.get(forms::CODE).unwrap_or_default()));
    if let Some(ticket) = &pending.ticket {
        body.insert(String::from("flow_token"), json!(ticket.expose()));
    }
    let status = site::status(ctx, &origin).await?;
    let asked = (SECOND, "/api/user/login/2fa");
    let good = match counted(flow, ctx, &origin, asked, (Value::Object(body), &cookies)).await {
        Ok(good) => good,
        Err(error) if error.evidence.code.as_deref() == Some("SECOND_FACTOR_EXPIRED") => {
            flow.stage = flow.start();
            return flow.refused(None, error);
        }
        Err(error) => return flow.refused(Some(forms::CODE), error),
    };
    match answers::entered(&good, ctx, &origin, status.cookie_generation())? {
        Entered::Over(step) => Ok(step),
        Entered::SecondFactor { .. } => Err(good.changed()),
    }
}

/// A counted question of a login: in its site's queue, and noted when the server refuses to count further.
pub(super) async fn counted(
    flow: &Flow,
    ctx: &Context,
    origin: &Origin,
    (call, path): (Call, &'static str),
    (body, cookies): (Value, &CookieJar),
) -> Result<Good, Error> {
    let mut turn = client::turn(&flow.limiter, origin.text(), ctx, call.question).await?;
    let ask = api::ask(ctx, call, &origin.url(path)).cookies(cookies);
    let answer = ask.json(&body).send(ctx.now).await?;
    api::good(answer).map_err(|error| match error.kind {
        ErrorKind::RateLimited => {
            let asked = error.evidence.retry_after_s.map(Duration::from_secs);
            error.not_before(turn.refused(ctx.now, asked))
        }
        _ => error,
    })
}
