//! SmartCV's addresses, its envelope, and what its answers mean.
//!
//! A good answer is `{"success": true, "data": …}`, a bad one `{"error": …, "code": …}` without `success`: both the
//! flag and the HTTP status count.

use roster_domain::{Credential, Reason};
use roster_platform::{Answer, Ask, Context, Error, ErrorKind, Retry, Verb};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{codes, doubt};
use crate::wire::ornament;

/// The domain of the service; its storage is below it.
pub(super) const COOKIE_DOMAIN: &str = "smartcv.cc";
/// The host that sets the session's cookies and answers everything.
pub(super) const HOST: &str = "www.smartcv.cc";
/// What it writes into `Origin`.
pub(super) const ORIGIN: &str = "https://www.smartcv.cc";
/// The page a browser would come from.
pub(super) const HOME: &str = "https://www.smartcv.cc/";
/// Leads to the page on which a person logs in, wherever the site has it.
pub(super) const LOGIN_PAGE: &str = "https://www.smartcv.cc/api/auth/signin";
/// A1 and A2: who it is; a change of it.
pub(super) const ACCOUNT: &str = "https://www.smartcv.cc/api/account";
/// A3: password and second factor.
pub(super) const SECURITY: &str = "https://www.smartcv.cc/api/account/security";
/// NextAuth's own answer to who is logged in.
pub(super) const SESSION: &str = "https://www.smartcv.cc/api/auth/session";
/// A4 to A6: the subscription.
pub(super) const SUBSCRIPTION: &str = "https://www.smartcv.cc/api/account/subscription";

/// What the address of a page that asks for a login has in it.
const LOGIN_PATHS: [&str; 3] = ["login", "signin", "sign-in"];

/// What went wrong, in the platform's words.
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    pub(super) error: String,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) code: Option<String>,
}

/// A good answer and what it carries.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) answer: Answer,
    /// `data`, whatever its shape.
    pub(super) data: Value,
}

impl Content {
    /// The error of content in another shape.
    pub(super) fn unexpected(&self) -> Error {
        self.answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape)
    }
}

/// A question as a browser with this session would ask it.
pub(super) fn ask(ask: Ask, credential: &Credential) -> Ask {
    let ask = ask
        .header("accept", "application/json, text/plain, */*")
        .header("referer", HOME)
        .cookies(&credential.cookies)
        .pause_if(is_rate_limit);
    match &credential.user_agent {
        Some(user_agent) => ask.header("user-agent", user_agent),
        None => ask,
    }
}

/// Reads something.
pub(super) async fn get(
    ctx: &Context,
    credential: &Credential,
    question: &'static str,
    url: &str,
) -> Result<Content, Error> {
    let answer = ask(ctx.http.get(question, url), credential).send(ctx.now).await?;
    doubt::settle(ctx, credential, &answer).await?;
    open(answer)
}

/// Changes something. It is asked once.
pub(super) async fn change(
    ctx: &Context,
    credential: &Credential,
    (question, verb, url): (&'static str, Verb, &str),
    body: &Value,
) -> Result<Content, Error> {
    let ask = ask(ctx.http.ask(question, verb, url), credential).header("origin", ORIGIN).json(body);
    let answer = ask.send(ctx.now).await?;
    doubt::settle(ctx, credential, &answer).await?;
    open(answer)
}

/// The content of a good answer.
///
/// # Errors
/// "Not logged in" in each of its forms; what the code means; server errors; a page; another shape.
pub(super) fn open(answer: Answer) -> Result<Content, Error> {
    let mut body = plain(&answer)?;
    match (body.get("success"), answer.status) {
        (Some(Value::Bool(true)), 200..=299) => {
            let data = body.get_mut("data").map(Value::take).unwrap_or_default();
            Ok(Content { answer, data })
        }
        (Some(Value::Bool(false)), _) => {
            let words = body.get("message").and_then(Value::as_str);
            Err(answer.said(ErrorKind::Refused, answer.status, words))
        }
        _ => Err(answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape)),
    }
}

/// The JSON of an answer that is neither a fault nor a refusal; routes of NextAuth have no envelope.
///
/// # Errors
/// As [`open`].
pub(super) fn plain(answer: &Answer) -> Result<Value, Error> {
    if answer.status == 429 {
        return Err(match failure(answer).filter(|failure| codes::is_own_limit(failure.code.as_deref())) {
            Some(failure) => codes::meaning(answer, &failure),
            None => answer.error(ErrorKind::RateLimited),
        });
    }
    if (500..=599).contains(&answer.status) {
        return Err(answer.error(ErrorKind::Server));
    }
    if answer.is_redirect() {
        return Err(led_away(answer));
    }
    if answer.is_html() {
        return Err(answer.error(ErrorKind::Protocol).because(Reason::NotJson).retry(Retry::Soon));
    }
    let body: Value = answer.json()?;
    match (Failure::deserialize(&body), answer.status) {
        (Ok(failure), _) => Err(codes::meaning(answer, &failure)),
        (Err(_), 401 | 403) => Err(answer.said(ErrorKind::Refused, answer.status, None).retry(Retry::Soon)),
        (Err(_), _) => Ok(body),
    }
}

/// What the platform says went wrong, if it says so in its own form.
pub(super) fn failure(answer: &Answer) -> Option<Failure> {
    serde_json::from_str(&answer.text()).ok()
}

/// Whether an answer that asks for a pause means the pace: a plan that is used up answers 429 as well.
fn is_rate_limit(answer: &Answer) -> bool {
    answer.status != 429 || !failure(answer).is_some_and(|failure| codes::is_own_limit(failure.code.as_deref()))
}

/// Whether an address is one of the platform's own.
pub(super) fn is_ours(url: &Url) -> bool {
    let below = |host: &str| host.strip_suffix(COOKIE_DOMAIN).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    url.scheme() == "https" && url.host_str().is_some_and(below)
}

/// A redirect: to its own login page, or who knows where.
fn led_away(answer: &Answer) -> Error {
    let to_login = |url: &Url| is_ours(url) && LOGIN_PATHS.iter().any(|word| url.path().contains(word));
    match answer.location.as_ref().is_some_and(to_login) {
        true => answer.not_logged_in("login page", None),
        false => answer.error(ErrorKind::Protocol).because(Reason::HostChanged).retry(Retry::Soon),
    }
}
