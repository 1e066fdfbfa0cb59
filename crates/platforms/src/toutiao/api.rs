//! Toutiao's addresses, its two envelopes, and what its codes mean.
//!
//! `sso.toutiao.com` speaks as the passport service of the whole house does; `mp.toutiao.com`, the creator centre,
//! has an envelope of its own. Either may send JSON as `text/plain`.

use roster_domain::{Credential, Reason};
use roster_platform::{Answer, Ask, Error, ErrorKind, Retry};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::passport::meaning;
use crate::wire::{NumberOrText, ornament};

/// All session cookies belong to this domain.
pub(super) const COOKIE_DOMAIN: &str = "toutiao.com";
/// The hosts between which a session travels.
pub(super) const HOSTS: [&str; 3] = ["sso.toutiao.com", "mp.toutiao.com", "www.toutiao.com"];
/// The page a browser would come from in the creator centre.
pub(super) const PROFILE_PAGE: &str = "https://mp.toutiao.com/profile_v4/";
/// The page on which a person logs in.
pub(super) const LOGIN_PAGE: &str = "https://mp.toutiao.com/auth/page/login/";
/// What every page that asks for a login has in it.
const LOGIN_MARK: &str = "/auth/page/login";
/// Words by which the centre says that nobody is logged in.
const LOGGED_OUT: [&str; 4] = ["未登录", "登录已过期", "会话过期", "session_expired"];
/// The creator centre's envelope.
#[derive(Debug, Deserialize)]
struct Centre {
    #[serde(alias = "err_no")]
    code: NumberOrText,
    #[serde(default, deserialize_with = "ornament")]
    message: Option<String>,
}

/// A question to the passport service.
pub(super) fn ask_passport(ask: Ask) -> Ask {
    ask.header("accept", "application/json, text/plain, */*").header("referer", LOGIN_PAGE)
}

/// A question to the creator centre as a browser with this session would ask it.
pub(super) fn ask_centre(ask: Ask, credential: &Credential) -> Ask {
    let ask = ask
        .header("accept", "application/json")
        .header("referer", PROFILE_PAGE)
        .header("x-requested-with", "XMLHttpRequest")
        .cookies(&credential.cookies);
    match &credential.user_agent {
        Some(user_agent) => ask.header("user-agent", user_agent),
        None => ask,
    }
}

/// The whole of a good answer of the creator centre.
///
/// # Errors
/// "Not logged in" in each of its forms; what the code means; server errors; a page; another shape.
pub(super) fn centre(answer: Answer) -> Result<(Answer, Value), Error> {
    let answer = answer.settled()?;
    if answer.is_redirect() {
        return Err(led_away(&answer));
    }
    if answer.is_html() {
        return Err(match answer.text().contains(LOGIN_MARK) {
            true => answer.not_logged_in("login page", None),
            false => answer.error(ErrorKind::Protocol).because(Reason::NotJson).retry(Retry::Soon),
        });
    }
    let body: Value = answer.json()?;
    let envelope = Centre::deserialize(&body).ok();
    let code = envelope.as_ref().and_then(|envelope| envelope.code.number());
    let words = envelope.as_ref().and_then(|envelope| envelope.message.as_deref());
    match (answer.status, code) {
        (_, Some(code)) if code != 0 => Err(meaning(&answer, code, words)),
        (401, Some(_)) => Err(answer.not_logged_in(answer.status, words)),
        (401 | 403, _) if own_words(&body).is_some_and(says_logged_out) => {
            Err(answer.not_logged_in(answer.status, words))
        }
        // Gates on the way refuse in JSON as well: without the centre's envelope this says nothing of the session.
        (401 | 403, _) => Err(answer.said(ErrorKind::Refused, answer.status, words).retry(Retry::Soon)),
        _ if body.pointer("/data/is_login").and_then(Value::as_bool) == Some(false) => {
            Err(answer.not_logged_in("is_login=false", words))
        }
        (200..=299, Some(_)) => Ok((answer, body)),
        _ if answer.text().contains(LOGIN_MARK) => Err(answer.not_logged_in("login page", words)),
        _ => Err(answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape)),
    }
}

/// The sentence of an answer, with its envelope or without.
fn own_words(body: &Value) -> Option<&str> {
    body.get("message").and_then(Value::as_str)
}

fn says_logged_out(words: &str) -> bool {
    LOGGED_OUT.iter().any(|mark| words.contains(mark))
}

/// A redirect of the creator centre: to its own login page, or who knows where.
fn led_away(answer: &Answer) -> Error {
    let to_login = |url: &Url| {
        let ours = url.host_str().is_some_and(|host| HOSTS.contains(&host));
        ours && url.scheme() == "https" && url.path().contains("login")
    };
    match answer.location.as_ref().is_some_and(to_login) {
        true => answer.not_logged_in("login page", None),
        false => answer.error(ErrorKind::Protocol).because(Reason::HostChanged).retry(Retry::Soon),
    }
}
