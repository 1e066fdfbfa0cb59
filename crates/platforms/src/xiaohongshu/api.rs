//! The creator centre's two sites, its envelope, and what its answers mean. **The status counts before the body**: a
//! captcha comes as 461 with a body that says "success".

use std::time::Duration;

use roster_domain::{Credential, Reason};
use roster_platform::{Answer, Ask, Context, Error, ErrorKind, Retry, Site, Text};
use serde::Deserialize;
use serde_json::Value;

use crate::wire::{NumberOrText, ornament};

/// Where it runs. A session of one is nothing to the other.
pub(super) const SITES: [Site; 2] = [
    Site::new("https://creator.xiaohongshu.com", Text::new("小红书", "Xiaohongshu")),
    Site::new("https://creator.rednote.com", Text::new("rednote（海外）", "rednote (overseas)"))
        .with_cookies_of("rednote.com"),
];

/// One of the two sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Centre {
    origin: &'static str,
    /// The domain of its cookies.
    pub(super) domain: &'static str,
}

impl Centre {
    const HOME: Self = Self { origin: SITES[0].origin, domain: "xiaohongshu.com" };
    const OVERSEAS: Self = Self { origin: SITES[1].origin, domain: "rednote.com" };

    /// The site of an account; the usual one unless said.
    pub(super) fn at(site: Option<&str>) -> Self {
        if site == Some(Self::OVERSEAS.origin) { Self::OVERSEAS } else { Self::HOME }
    }

    /// An address on it.
    pub(super) fn url(self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Whether an address of a redirect is its login page.
    fn is_login(self, answer: &Answer) -> bool {
        let to = answer.location.as_ref();
        to.is_some_and(|url| url.as_str().starts_with(self.origin) && url.path().trim_end_matches('/') == "/login")
    }
}

/// After "too often" the whole platform is left alone for a quarter of an hour.
const AFTER_TOO_OFTEN: Duration = Duration::from_secs(15 * 60);
/// An address that is blocked stays blocked for a while.
const AFTER_BLOCK: Duration = Duration::from_secs(60 * 60);

/// What every sentence about a missing login has in it.
const LOGIN: &str = "登录";

#[derive(Debug, Deserialize)]
struct Envelope {
    /// Missing from some of the answers that say that nobody is logged in.
    #[serde(default, deserialize_with = "ornament")]
    code: Option<NumberOrText>,
    #[serde(default, deserialize_with = "ornament")]
    success: Option<bool>,
    #[serde(default, deserialize_with = "ornament")]
    msg: Option<String>,
    #[serde(default)]
    data: Value,
}

/// A question to the creator centre of this session, as a browser would ask it.
pub(super) fn ask(ask: Ask, credential: &Credential) -> Ask {
    let centre = Centre::at(credential.site.as_deref());
    let ask = ask
        .header("accept", "application/json, text/plain, */*")
        .header("referer", &centre.url("/"))
        .cookies(&credential.cookies);
    match &credential.user_agent {
        Some(user_agent) => ask.header("user-agent", user_agent),
        None => ask,
    }
}

/// Asks for the content at a path of this session's creator centre.
///
/// # Errors
/// What status and code mean; server errors; a page; another shape.
pub(super) async fn fetch(
    ctx: &Context,
    credential: &Credential,
    (question, path): (&'static str, &str),
) -> Result<(Answer, Value), Error> {
    let centre = Centre::at(credential.site.as_deref());
    let answer = ask(ctx.http.get(question, &centre.url(path)), credential).send(ctx.now).await?;
    content(answer, centre)
}

fn content(answer: Answer, centre: Centre) -> Result<(Answer, Value), Error> {
    let answer = answer.settled().map_err(patient)?;
    match answer.status {
        461 | 471 => {
            let kind = answer.header("verifytype").map(str::to_owned);
            return Err(answer.said(ErrorKind::RiskControl, answer.status, kind.as_deref()).because(Reason::Captcha));
        }
        // The platform wants a signature, which is not forged here: it says nothing about the session.
        406 => return Err(answer.said(ErrorKind::Refused, 406, None).retry(Retry::Soon)),
        _ if answer.is_redirect() && centre.is_login(&answer) => {
            return Err(answer.not_logged_in("login page", None));
        }
        _ if answer.is_redirect() => {
            return Err(answer.error(ErrorKind::Protocol).because(Reason::HostChanged).retry(Retry::Soon));
        }
        _ => {}
    }
    let envelope: Envelope = answer.json()?;
    let changed = || answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape);
    let code = envelope.code.and_then(|code| code.number());
    let words = envelope.msg.as_deref();
    let refused = envelope.success == Some(false);
    match (answer.status, code) {
        (_, Some(code)) if code != 0 && code != -1 => Err(meaning(&answer, code, words)),
        (401, _) | (403, Some(_)) if refused => Err(answer.not_logged_in(answer.status, words)),
        (403, None) if refused && words.is_some_and(|words| words.contains(LOGIN)) => {
            Err(answer.not_logged_in(answer.status, words))
        }
        // Gates on the way refuse in JSON as well: without the centre's envelope this says nothing of the session.
        (401 | 403, _) => Err(answer.said(ErrorKind::Refused, answer.status, words).retry(Retry::Soon)),
        (200..=299, Some(0)) if !refused => Ok((answer, envelope.data)),
        (200..=299, Some(code)) => Err(answer.said(ErrorKind::Refused, code, words).retry(Retry::Soon)),
        _ => Err(changed()),
    }
}

/// What a code means.
fn meaning(answer: &Answer, code: i64, words: Option<&str>) -> Error {
    let said = |kind| answer.said(kind, code, words);
    match code {
        -100 | -101 => answer.not_logged_in(code, words),
        300_011 => said(ErrorKind::Restricted),
        300_012 => said(ErrorKind::RiskControl).not_before(AFTER_BLOCK),
        300_013 | 300_015 => said(ErrorKind::RiskControl),
        -510 | 10_013 => patient(said(ErrorKind::RateLimited)),
        _ => said(ErrorKind::Refused).retry(Retry::Soon),
    }
}

fn patient(error: Error) -> Error {
    if error.kind == ErrorKind::RateLimited { error.not_before(AFTER_TOO_OFTEN) } else { error }
}
