//! Douyin's addresses, and the envelope of its creator centre. The passport's is the house's own.

use roster_domain::{Credential, Reason};
use roster_platform::{Answer, Ask, Error, ErrorKind, Retry};
use serde::Deserialize;
use serde_json::Value;

use crate::passport::meaning;
use crate::wire::{NumberOrText, ornament};

/// All session cookies belong to this domain.
pub(super) const COOKIE_DOMAIN: &str = "douyin.com";
/// The hosts between which a session travels.
pub(super) const HOSTS: [&str; 3] = ["creator.douyin.com", "www.douyin.com", "sso.douyin.com"];
/// The page on which a person logs in; its code is there at once.
pub(super) const LOGIN_PAGE: &str = "https://creator.douyin.com/";
/// Where a creator ends up.
pub(super) const HOME: &str = "https://creator.douyin.com/creator-micro/home";
/// The viewers' site, whose passport is asked.
pub(super) const VIEWERS: &str = "https://www.douyin.com/";

/// "Not logged in" is one of several meanings of this code.
const MANY_MEANINGS: i64 = 8;
const NOT_LOGGED_IN_WORDS: &str = "用户未登录";
/// "Log in before you go on."
const LOG_IN_FIRST: i64 = 2483;
const TOO_OFTEN: i64 = 10_000;

/// The creator centre's envelope.
#[derive(Debug, Deserialize)]
struct Centre {
    status_code: NumberOrText,
    #[serde(default, deserialize_with = "ornament")]
    status_msg: Option<String>,
}

/// A question as a browser with this session would ask it, coming from this page.
pub(super) fn ask(ask: Ask, credential: &Credential, page: &str) -> Ask {
    let ask = ask
        .header("accept", "application/json, text/plain, */*")
        .header("referer", page)
        .cookies(&credential.cookies);
    match &credential.user_agent {
        Some(user_agent) => ask.header("user-agent", user_agent),
        None => ask,
    }
}

/// The whole of a good answer of the creator centre.
///
/// # Errors
/// What the code means; server errors; a redirect; a page, nothing, or the word `blocked`; another shape.
pub(super) fn centre(answer: Answer) -> Result<(Answer, Value), Error> {
    let answer = answer.settled()?;
    if answer.is_redirect() {
        return Err(answer.error(ErrorKind::Protocol).because(Reason::HostChanged).retry(Retry::Soon));
    }
    let body: Value = answer.json()?;
    let changed = || answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape);
    let envelope = Centre::deserialize(&body).map_err(|_| changed())?;
    let code = envelope.status_code.number().ok_or_else(changed)?;
    let words = envelope.status_msg.as_deref();
    match code {
        0 => Ok((answer, body)),
        MANY_MEANINGS if words.is_some_and(|words| words.contains(NOT_LOGGED_IN_WORDS)) => {
            Err(answer.not_logged_in(code, words))
        }
        LOG_IN_FIRST => Err(answer.not_logged_in(code, words)),
        TOO_OFTEN => Err(answer.said(ErrorKind::RateLimited, code, words)),
        _ => Err(meaning(&answer, code, words)),
    }
}
