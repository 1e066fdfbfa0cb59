//! New-API's envelope, and what its codes and words mean.
//!
//! A failure is mostly HTTP 200 with `success: false` and a sentence; servers since July 2026 send a `code` with it
//! where a session is concerned. Sentences are Chinese or English, as the server's generation and language have it.

use std::time::Duration;

use roster_domain::Reason;
use roster_platform::{Answer, Ask, Context, Error, ErrorKind, Retry, Verb};
use serde::Deserialize;
use serde_json::Value;

use super::refusals;
use crate::wire::ornament;

/// Which of a server's counted calls this is. The limits are the server's: 20 in 20 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// Not counted.
    Free,
    /// Counted with all other critical calls of the site.
    Critical,
    /// As `Critical`, by servers of the third generation only.
    CriticalOnThird,
    /// Counted for each user, by servers of the third generation only.
    UserOnThird,
    /// Counted in both ways, by servers of the third generation only.
    BothOnThird,
}

/// One kind of question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    /// What it is called in evidence and log lines.
    pub(super) question: &'static str,
    pub(super) verb: Verb,
    pub(super) limit: Limit,
    pub(super) tries: Tries,
    /// The server lets itself be waited for.
    pub(super) slow: bool,
}

/// How often a question is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tries {
    /// As its method is: several times when it reads.
    Usual,
    /// Once, although it is a `GET`: it changes something.
    Once,
    /// Several times, although it writes: the second time changes nothing more.
    Several,
}

/// How long a slow call may take: the server itself waits up to three seconds before it looks a code up.
const SLOW: Duration = Duration::from_secs(20);

impl Call {
    /// A question that changes nothing.
    pub(super) const fn get(question: &'static str) -> Self {
        Self { question, verb: Verb::Get, limit: Limit::Free, tries: Tries::Usual, slow: false }
    }

    /// A question of another method.
    pub(super) const fn of(question: &'static str, verb: Verb) -> Self {
        Self { question, verb, limit: Limit::Free, tries: Tries::Once, slow: false }
    }

    /// Whether it changes something at the server.
    pub(super) const fn changes(self) -> bool {
        !matches!(self.tries, Tries::Usual)
    }

    /// The same, counted by the server.
    pub(super) const fn limited(mut self, limit: Limit) -> Self {
        self.limit = limit;
        self
    }

    /// The same, tried once although it is a `GET`.
    pub(super) const fn once(mut self) -> Self {
        self.tries = Tries::Once;
        self
    }

    /// The same, tried several times although it writes.
    pub(super) const fn several(mut self) -> Self {
        self.tries = Tries::Several;
        self
    }

    /// The same, with more time for its answer.
    pub(super) const fn slow(mut self) -> Self {
        self.slow = true;
        self
    }
}

/// A question as every generation takes it. Sentences come in Chinese, which all of them know.
pub(super) fn ask(ctx: &Context, call: Call, url: &str) -> Ask {
    let ask = ctx.http.ask(call.question, call.verb, url).own_network();
    let ask = ask.header("accept", "application/json").header("accept-language", "zh-CN");
    // A refused counted call closes the site's queue of such calls, and nothing else there.
    let ask = if call.limit == Limit::Free { ask } else { ask.pause_if(|_| false) };
    let ask = if call.slow { ask.timeout(SLOW) } else { ask };
    match call.tries {
        Tries::Usual => ask,
        Tries::Once => ask.once(),
        Tries::Several => ask.again(),
    }
}

/// `success` is missing from the answers of the payment routes, which say `message: "success"` or `"error"`.
#[derive(Debug, Deserialize)]
struct Envelope {
    #[serde(default)]
    success: Option<bool>,
    #[serde(default, deserialize_with = "ornament")]
    message: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    code: Option<String>,
    #[serde(default)]
    data: Value,
    #[serde(default, deserialize_with = "ornament")]
    url: Option<String>,
}

/// A good answer.
#[derive(Debug)]
pub(super) struct Good {
    pub(super) answer: Answer,
    pub(super) data: Value,
    /// Beside the data of a payment: where the form goes.
    pub(super) url: Option<String>,
    /// The sentence that came with it; most good answers have none.
    pub(super) words: String,
}

impl Good {
    /// Reads the content.
    ///
    /// # Errors
    /// The platform has changed when it is of another shape.
    pub(super) fn read<'d, T: Deserialize<'d>>(&'d self) -> Result<T, Error> {
        T::deserialize(&self.data).map_err(|_| self.changed())
    }

    /// "This answer is of another shape."
    pub(super) fn changed(&self) -> Error {
        self.answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape)
    }
}

/// The content of a good answer.
///
/// # Errors
/// What the code or the sentence means; server errors; pages; redirects; another shape.
pub(super) fn good(answer: Answer) -> Result<Good, Error> {
    let answer = answer.settled()?;
    if answer.is_redirect() {
        return Err(answer.error(ErrorKind::Protocol).because(Reason::HostChanged).retry(Retry::Soon));
    }
    let envelope: Envelope = answer.json()?;
    let fine = (200..300).contains(&answer.status);
    let words = envelope.message.as_deref().unwrap_or_default();
    match envelope.success {
        Some(true) if fine => Ok(Good { words: words.to_owned(), answer, data: envelope.data, url: envelope.url }),
        Some(false) => Err(meaning(&answer, envelope.code.as_deref(), words)),
        None if fine && words == "success" => {
            Ok(Good { words: words.to_owned(), answer, data: envelope.data, url: envelope.url })
        }
        // Payment routes put the sentence where the content would be.
        None if words == "error" => Err(meaning(&answer, None, envelope.data.as_str().unwrap_or_default())),
        Some(true) | None => Err(answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape)),
    }
}

/// The same for a call whose success older servers answer with nothing at all.
pub(super) fn good_or_empty(answer: Answer) -> Result<(), Error> {
    match answer.status == 200 && !answer.is_redirect() && answer.text().is_empty() {
        true => Ok(()),
        false => good(answer).map(|_| ()),
    }
}

/// What the server says when it says no.
fn meaning(answer: &Answer, code: Option<&str>, words: &str) -> Error {
    if let Some(code) = code.filter(|code| code.starts_with("AUTH_")) {
        return by_code(answer, code, words);
    }
    if words.contains("New-Api-User") {
        let other = words.contains("不匹配") || words.contains("does not match");
        let (code, reason) = match other {
            true => ("USER_ID_MISMATCH", Reason::OtherUser),
            false => ("USER_ID_MISSING", Reason::Other),
        };
        return answer.said(ErrorKind::Refused, code, Some(words)).because(reason);
    }
    if answer.status == 401 || is_out(words) {
        return answer.not_logged_in(code.unwrap_or("not logged in"), Some(words));
    }
    if let Some(known) = refusals::known(words) {
        return answer.said(ErrorKind::Refused, known.code, Some(words));
    }
    if words.contains("已被封禁") || words.to_ascii_lowercase().contains("has been banned") {
        return answer.said(ErrorKind::Restricted, "banned", Some(words));
    }
    answer.said(ErrorKind::Refused, code.unwrap_or("refused"), Some(words))
}

/// Codes of servers of the third generation.
fn by_code(answer: &Answer, code: &str, words: &str) -> Error {
    match code {
        "AUTH_UNAUTHORIZED" | "AUTH_TOKEN_EXPIRED" | "AUTH_SESSION_REVOKED" => answer.not_logged_in(code, Some(words)),
        "AUTH_USER_DISABLED" => answer.said(ErrorKind::Restricted, code, Some(words)),
        "AUTH_USER_INVALID" => answer.said(ErrorKind::Restricted, code, Some(words)).because(Reason::Other),
        "AUTH_INTERNAL_ERROR" => answer.said(ErrorKind::Server, code, Some(words)),
        "AUTH_REFRESH_RACE" => answer.said(ErrorKind::Refused, code, Some(words)).retry(Retry::Soon),
        _ => answer.said(ErrorKind::Refused, code, Some(words)),
    }
}

/// "Not logged in" as a sentence with HTTP 200.
fn is_out(words: &str) -> bool {
    let lower = words.to_ascii_lowercase();
    ["access token 无效", "invalid access token", "legacy access token has been retired", "未登录", "not logged in"]
        .iter()
        .any(|mark| lower.contains(mark))
}
