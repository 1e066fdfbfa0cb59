//! Bilibili's addresses, its envelope, and what its codes mean.

use std::time::Duration;

use roster_domain::{Credential, Reason};
use roster_platform::{Answer, Ask, Context, Error, ErrorKind, Retry};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::wire::ornament;

/// All session cookies belong to this domain.
pub(super) const COOKIE_DOMAIN: &str = "bilibili.com";
/// The page a browser would come from.
pub(super) const HOME: &str = "https://www.bilibili.com/";
/// The page a browser would come from at the login.
pub(super) const LOGIN_PAGE: &str = "https://passport.bilibili.com/login";

/// The pause after risk control refused a call: at least half an hour.
const AFTER_RISK: Duration = Duration::from_secs(30 * 60);
/// The pause after the address was blocked: at least an hour.
const AFTER_BLOCK: Duration = Duration::from_secs(60 * 60);

/// What nearly every answer is wrapped in. The message is `"0"`, `"OK"` or `"ok"` when all is well: only the code
/// counts.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope {
    /// 0 when all is well.
    pub(super) code: i64,
    /// The platform's words for the code.
    #[serde(default, deserialize_with = "ornament")]
    pub(super) message: Option<String>,
    /// The content.
    #[serde(default)]
    pub(super) data: Value,
}

/// A question as a browser with this session would ask it.
pub(super) fn ask(ask: Ask, credential: Option<&Credential>, referer: &str) -> Ask {
    let mut ask = ask.header("accept", "application/json, text/plain, */*").header("referer", referer);
    if let Some(credential) = credential {
        ask = ask.cookies(&credential.cookies);
        if let Some(user_agent) = &credential.user_agent {
            ask = ask.header("user-agent", user_agent);
        }
    }
    ask
}

/// Asks a question of the signed-in session and reads the content of a good answer.
pub(super) async fn fetch<T: DeserializeOwned>(
    ctx: &Context,
    credential: &Credential,
    question: &'static str,
    url: &str,
) -> Result<(Answer, T), Error> {
    let answer = ask(ctx.http.get(question, url), Some(credential), HOME).send(ctx.now).await?;
    let (answer, envelope) = open(answer)?;
    let content = content(&answer, envelope)?;
    Ok((answer, content))
}

/// The envelope of an answer, whatever its code, unless the answer is none of the platform's.
///
/// # Errors
/// Server errors, "too many requests", a blocked address, a redirect elsewhere, no JSON, another shape.
pub(super) fn open(answer: Answer) -> Result<(Answer, Envelope), Error> {
    if answer.status == 412 {
        return Err(blocked(&answer));
    }
    let answer = answer.settled()?;
    if answer.is_redirect() {
        return Err(answer.error(ErrorKind::Protocol).because(Reason::HostChanged).retry(Retry::Soon));
    }
    let envelope: Envelope = answer.json()?;
    Ok((answer, envelope))
}

/// The content of an envelope whose code is 0.
///
/// # Errors
/// What the code means, or another shape of the content.
pub(super) fn content<T: DeserializeOwned>(answer: &Answer, envelope: Envelope) -> Result<T, Error> {
    if envelope.code != 0 {
        return Err(meaning(answer, envelope.code, envelope.message.as_deref()));
    }
    if envelope.data.get("isLogin").and_then(Value::as_bool) == Some(false) {
        return Err(answer.not_logged_in("isLogin=false", envelope.message.as_deref()));
    }
    // A refused call may look like a good one whose only content is a voucher for the captcha.
    if envelope.data.as_object().is_some_and(|data| data.len() == 1 && data.contains_key("v_voucher")) {
        return Err(risk(answer, envelope.code, None, AFTER_RISK));
    }
    serde_json::from_value(envelope.data)
        .map_err(|_| answer.said(ErrorKind::Protocol, 0, None).because(Reason::UnexpectedShape))
}

/// What a code other than 0 means, whatever was asked.
pub(super) fn meaning(answer: &Answer, code: i64, message: Option<&str>) -> Error {
    let said = |kind| answer.said(kind, code, message);
    match code {
        -101 | -658 => answer.not_logged_in(code, message),
        -102 => said(ErrorKind::Restricted).because(Reason::Banned),
        -352 => risk(answer, code, message, AFTER_RISK),
        -401 => risk(answer, code, message, AFTER_BLOCK),
        -412 => block(answer, code, message),
        -509 | -799 => said(ErrorKind::RateLimited),
        -111 | 86095 | 2202 => said(ErrorKind::Refused),
        -500 | -503 | -504 | -8888 => said(ErrorKind::Server),
        // The call itself is wrong by now.
        -400 | -404 => said(ErrorKind::Protocol).because(Reason::UnexpectedShape),
        _ => said(ErrorKind::Refused).retry(Retry::Soon),
    }
}

fn risk(answer: &Answer, code: i64, message: Option<&str>, pause: Duration) -> Error {
    answer.said(ErrorKind::RiskControl, code, message).because(Reason::RiskControl).not_before(pause)
}

/// The address is blocked, for every account behind it: that restricts none of them, so the answer says nothing about
/// this one but when to come back.
fn block(answer: &Answer, code: i64, message: Option<&str>) -> Error {
    answer.said(ErrorKind::RateLimited, code, message).because(Reason::RiskControl).not_before(AFTER_BLOCK)
}

/// HTTP 412: the address is blocked, with an envelope or with a page.
fn blocked(answer: &Answer) -> Error {
    let envelope = answer.json::<Envelope>().ok();
    let code = envelope.as_ref().map_or(-412, |envelope| envelope.code);
    block(answer, code, envelope.as_ref().and_then(|envelope| envelope.message.as_deref()))
}
