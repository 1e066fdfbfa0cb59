//! The sign-on that Toutiao, Douyin and their sister services share: its envelope, and what its codes mean. Its cookies stand in `session_cookies.rs`.
//!
//! Every host of the house serves `/passport/…` in the same shape, HTTP 200 for errors as well. The codes come from the
//! vendor's own published client headers and from clients in use.

use roster_domain::Reason;
use roster_platform::{Answer, Error, ErrorKind, Retry};
use serde::Deserialize;
use serde_json::Value;

use crate::wire::{NumberOrText, ornament};

/// Where the house's captchas come from, inside the pages of all its products.
pub(crate) const CAPTCHA_HOST: &str = "rmc.bytedance.com";

/// Words by which an unknown code is still known to be about the account.
const RESTRICTED_WORDS: [&str; 4] = ["封禁", "冻结", "违规", "注销"];
/// What a dead session is called where there is no code.
const SESSION_EXPIRED: &str = "session_expired";

/// The envelope. Older hosts repeat code and description at the top.
#[derive(Debug, Deserialize)]
struct Passport {
    /// `success`, `error` or `exception`.
    message: String,
    /// The content; on errors the code and its description.
    data: Value,
    #[serde(default)]
    error_code: Option<NumberOrText>,
    #[serde(default, deserialize_with = "ornament")]
    description: Option<String>,
}

/// What stands in the content besides what was asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    error_code: Option<NumberOrText>,
    #[serde(deserialize_with = "ornament")]
    description: Option<String>,
    #[serde(deserialize_with = "ornament")]
    captcha: Option<String>,
    #[serde(deserialize_with = "ornament")]
    account_flow: Option<String>,
    /// On errors what happened; on success the person's name, whatever they call themselves.
    #[serde(deserialize_with = "ornament")]
    name: Option<String>,
}

/// The content of a good answer.
///
/// # Errors
/// What the code means; server errors; a redirect; no JSON; another shape.
pub(crate) fn content(answer: Answer) -> Result<(Answer, Value), Error> {
    let answer = answer.settled()?;
    if answer.is_redirect() {
        return Err(answer.error(ErrorKind::Protocol).because(Reason::HostChanged).retry(Retry::Soon));
    }
    let envelope: Passport = answer.json()?;
    let said = Said::deserialize(&envelope.data).unwrap_or_default();
    let code = said.error_code.or(envelope.error_code).and_then(|code| code.number()).unwrap_or(0);
    let words = said.description.or(envelope.description);
    if said.captcha.is_some_and(|picture| !picture.is_empty()) || said.account_flow.as_deref() == Some("verify") {
        return Err(verification(&answer, code, words.as_deref()));
    }
    if code != 0 {
        return Err(meaning(&answer, code, words.as_deref()));
    }
    match envelope.message.to_ascii_lowercase().as_str() {
        "success" => Ok((answer, envelope.data)),
        "error" | "exception" if said.name.as_deref() == Some(SESSION_EXPIRED) => {
            Err(answer.not_logged_in(SESSION_EXPIRED, words.as_deref()))
        }
        "error" | "exception" => Err(answer.said(ErrorKind::Refused, code, words.as_deref()).retry(Retry::Soon)),
        _ => Err(answer.said(ErrorKind::Protocol, code, None).because(Reason::UnexpectedShape)),
    }
}

/// What a code other than 0 means. The creator centres use the same numbers in envelopes of their own.
pub(crate) fn meaning(answer: &Answer, code: i64, words: Option<&str>) -> Error {
    let said = |kind| answer.said(kind, code, words);
    match code {
        13 | 100_004 => answer.not_logged_in(code, words),
        7 => said(ErrorKind::RateLimited),
        1039 | 1101..=1105 | 2046 => verification(answer, code, words),
        2029 | 2156 | 4031 => said(ErrorKind::RiskControl),
        1075 | 1091 | 1093 => said(ErrorKind::Restricted),
        1092 => said(ErrorKind::Restricted).because(Reason::Muted),
        // The application number does not fit the host: the call itself is wrong by now.
        16 => said(ErrorKind::Protocol).because(Reason::UnexpectedShape),
        _ if words.is_some_and(|words| RESTRICTED_WORDS.iter().any(|word| words.contains(word))) => {
            said(ErrorKind::Restricted)
        }
        _ => said(ErrorKind::Refused).retry(Retry::Soon),
    }
}

/// A captcha or a second verification: the platform's own page has to take over.
fn verification(answer: &Answer, code: i64, words: Option<&str>) -> Error {
    answer.said(ErrorKind::RiskControl, code, words).because(Reason::Captcha)
}
