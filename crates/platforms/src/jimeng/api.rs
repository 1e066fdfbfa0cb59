//! The two envelopes of the service, and what their codes mean.
//!
//! The passport speaks `{data, message}`; the documented dialect and the commerce service speak `{ret, errmsg, data}`.
//! Either may come from any address, so both are read everywhere.

use std::time::Duration;

use roster_domain::{Credential, Reason};
use roster_platform::{Answer, Ask, Error, ErrorKind, Retry};
use serde::Deserialize;
use serde_json::Value;

use crate::wire::{NumberOrText, ornament};

/// After "too often" the whole platform is left alone for a quarter of an hour.
const AFTER_TOO_OFTEN: Duration = Duration::from_secs(15 * 60);
/// Words by which an unknown code is still known to be about the account.
const RESTRICTED: [&str; 4] = ["封禁", "冻结", "违规", "注销"];
/// Words that say that nobody is logged in.
const LOGGED_OUT: [&str; 9] = [
    "会话过期",
    "未登录",
    "session_expired",
    "not_login",
    "login_error",
    "invalid_token",
    "token_expired",
    "unauthorized",
    "token过期",
];
/// Words for trouble on the platform's side.
const TROUBLE: [&str; 4] = ["timeout", "network", "connection", "service_unavailable"];
/// Words that say that the account may not.
const DENIED: [&str; 3] = ["permission_denied", "access_denied", "forbidden"];

/// Which part of the service answers: they use one number for two things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Who is it. 1006 is "our parameters are wrong".
    Account,
    /// Credits and memberships. 1006 and 5000 are "not enough credits".
    Commerce,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Envelope {
    #[serde(deserialize_with = "ornament")]
    ret: Option<NumberOrText>,
    #[serde(deserialize_with = "ornament")]
    errmsg: Option<String>,
    #[serde(deserialize_with = "ornament")]
    message: Option<String>,
    #[serde(deserialize_with = "ornament")]
    error_code: Option<NumberOrText>,
    #[serde(deserialize_with = "ornament")]
    description: Option<String>,
    #[serde(deserialize_with = "ornament")]
    data: Option<Said>,
}

/// What stands in the content of a passport answer besides what was asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    #[serde(deserialize_with = "ornament")]
    error_code: Option<NumberOrText>,
    #[serde(deserialize_with = "ornament")]
    description: Option<String>,
    #[serde(deserialize_with = "ornament")]
    captcha: Option<String>,
    #[serde(deserialize_with = "ornament")]
    account_flow: Option<String>,
    #[serde(deserialize_with = "ornament")]
    name: Option<String>,
}

/// The question as a browser with this session would ask it.
pub(super) fn with_session(ask: Ask, credential: &Credential) -> Ask {
    let ask = ask.header("accept", "application/json, text/plain, */*").cookies(&credential.cookies);
    match &credential.user_agent {
        Some(user_agent) => ask.header("user-agent", user_agent),
        None => ask,
    }
}

/// The body of a good answer, envelope included.
///
/// # Errors
/// What the codes mean; "not logged in" in each of its forms; server errors; no JSON; another shape.
pub(super) fn open(answer: Answer, part: Part) -> Result<(Answer, Value), Error> {
    let answer = answer.settled().map_err(patient)?;
    if answer.is_redirect() {
        return Err(answer.error(ErrorKind::Protocol).because(Reason::HostChanged).retry(Retry::Soon));
    }
    let body: Value = answer.json()?;
    let envelope = Envelope::deserialize(&body).unwrap_or_default();
    let said = envelope.data.unwrap_or_default();
    let code = said.error_code.or(envelope.error_code).and_then(|code| code.number()).unwrap_or(0);
    let words = envelope.errmsg.or(said.description).or(envelope.description);
    let words = words.as_deref();
    let wants_person = said.captcha.is_some_and(|picture| !picture.is_empty());
    if wants_person || said.account_flow.as_deref() == Some("verify") {
        return Err(answer.said(ErrorKind::RiskControl, code, words).because(Reason::Captcha));
    }
    if code != 0 {
        return Err(passport_code(&answer, code, words));
    }
    let ret = envelope.ret.map(|ret| ret.text());
    if let Some(ret) = ret.as_deref().filter(|ret| *ret != "0") {
        return Err(ret_code(&answer, part, ret, words));
    }
    let message = envelope.message.as_deref().map(str::to_ascii_lowercase);
    let refused = matches!(message.as_deref(), Some("error" | "exception"));
    if refused {
        let name = said.name.as_deref().filter(|name| holds(name, &LOGGED_OUT));
        return Err(match name.or(words.filter(|words| holds(words, &LOGGED_OUT))) {
            Some(_) => answer.not_logged_in("not logged in", words),
            None => by_words(&answer, "error", words),
        });
    }
    let ours = ret.is_some() || message.as_deref() == Some("success");
    match answer.status {
        401 if ours => Err(answer.not_logged_in(answer.status, words)),
        401 | 403 if ours && words.is_some_and(|words| holds(words, &LOGGED_OUT)) => {
            Err(answer.not_logged_in(answer.status, words))
        }
        // Gates on the way refuse in JSON as well: without the service's envelope this says nothing of the session.
        401 | 403 => Err(answer.said(ErrorKind::Refused, answer.status, words).retry(Retry::Soon)),
        200..=299 if ours => Ok((answer, body)),
        _ => Err(changed(&answer)),
    }
}

/// The answer is of another shape.
pub(super) fn changed(answer: &Answer) -> Error {
    answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape)
}

/// What a code of the passport means.
fn passport_code(answer: &Answer, code: i64, words: Option<&str>) -> Error {
    let said = |kind| answer.said(kind, code, words);
    match code {
        13 => answer.not_logged_in(code, words),
        7 => patient(said(ErrorKind::RateLimited)),
        1039 | 1101..=1105 | 2046 => said(ErrorKind::RiskControl).because(Reason::Captcha),
        2029 | 2156 | 4031 => said(ErrorKind::RiskControl),
        1075 | 1091 | 1093 => said(ErrorKind::Restricted),
        1092 => said(ErrorKind::Restricted).because(Reason::Muted),
        // The application number does not fit the host: the call itself is wrong by now.
        16 => said(ErrorKind::Protocol).because(Reason::UnexpectedShape),
        _ => by_words(answer, &code.to_string(), words),
    }
}

/// What a `ret` other than 0 means.
fn ret_code(answer: &Answer, part: Part, ret: &str, words: Option<&str>) -> Error {
    let said = |kind| answer.said(kind, ret, words);
    match ret {
        "1001" | "1002" | "1015" | "34010105" => answer.not_logged_in(ret, words),
        "1003" | "1004" => said(ErrorKind::Restricted),
        "1005" | "3018" => said(ErrorKind::Restricted).because(Reason::Muted),
        "1006" if part == Part::Account => said(ErrorKind::Protocol).because(Reason::UnexpectedShape),
        // 1014 also answers a wrong checksum; neither says anything about the session.
        "1007" | "1014" => said(ErrorKind::Server),
        "1019" | "-6" | "2003" => said(ErrorKind::RiskControl),
        _ => by_words(answer, ret, words),
    }
}

/// An unknown code whose words say what it is about.
fn by_words(answer: &Answer, code: &str, words: Option<&str>) -> Error {
    let said = |kind| answer.said(kind, code, words);
    match words {
        Some(words) if RESTRICTED.iter().any(|word| words.contains(word)) => said(ErrorKind::Restricted),
        Some(words) if holds(words, &LOGGED_OUT) => answer.not_logged_in(code, Some(words)),
        Some(words) if holds(words, &TROUBLE) => said(ErrorKind::Server),
        Some(words) if holds(words, &DENIED) => said(ErrorKind::Restricted).because(Reason::Muted),
        _ => said(ErrorKind::Refused).retry(Retry::Soon),
    }
}

/// Whether one of the words is in the text, however its parts are joined.
fn holds(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase().replace([' ', '-'], "_");
    words.iter().any(|word| text.contains(word))
}

fn patient(error: Error) -> Error {
    if error.kind == ErrorKind::RateLimited { error.not_before(AFTER_TOO_OFTEN) } else { error }
}
