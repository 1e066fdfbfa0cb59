//! What a host answered.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use roster_domain::{Cookie, Evidence, Reason};
use serde::de::DeserializeOwned;
use url::Url;

use crate::{Error, ErrorKind, Retry};

/// An answer with its body. `Debug` shows its outline only: addresses, headers and bodies of these platforms carry
/// sessions.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The cookies that this answer sets and its host may set, in order.
    pub set_cookies: Vec<Cookie>,
    /// Where a redirect points, made absolute.
    pub location: Option<Url>,
    /// The body, decompressed, at most 8 MiB.
    pub body: Vec<u8>,
    /// How long the host asked to be left alone, from `Retry-After` in either form.
    pub retry_after: Option<Duration>,
    /// The address that gave this answer.
    pub final_url: Url,
    pub(super) question: &'static str,
    pub(super) headers: HeaderMap,
    /// By how much the local clock is ahead of the host's `Date`, in seconds; `None` without such a header.
    pub(super) clock_ahead_s: Option<i64>,
}

/// A local clock further off than this makes "not logged in" say nothing: cookies were held back as expired.
const CLOCK_TOLERANCE_S: i64 = 5 * 60;

impl Answer {
    /// The first value of a header; the name is compared without regard to case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as text; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).trim_start_matches('\u{feff}').trim().to_owned()
    }

    /// Whether the body looks like a web page.
    pub fn is_html(&self) -> bool {
        self.body.iter().find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xef | 0xbb | 0xbf)) == Some(&b'<')
    }

    /// Whether the status is one of a redirect with an address.
    pub fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308) && self.location.is_some()
    }

    /// Reads the body as JSON, whatever the content type says.
    ///
    /// # Errors
    /// Reason `NotJson` for a page, an empty or a broken body (something on the way answered); `UnexpectedShape` for
    /// JSON of another shape (the platform has changed).
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let text = self.text();
        serde_json::from_str(&text).map_err(|fault| {
            if fault.is_data() {
                self.error(ErrorKind::Protocol).because(Reason::UnexpectedShape)
            } else {
                self.error(ErrorKind::Protocol).because(Reason::NotJson).retry(Retry::Soon)
            }
        })
    }

    /// The answer itself unless it is a server error or "too many requests".
    ///
    /// # Errors
    /// [`ErrorKind::Server`] for 5xx, [`ErrorKind::RateLimited`] for 429, both with the pause the host asked for.
    pub fn settled(self) -> Result<Self, Error> {
        match self.status {
            429 => Err(self.error(ErrorKind::RateLimited)),
            500..=599 => Err(self.error(ErrorKind::Server)),
            _ => Ok(self),
        }
    }

    /// An error about this answer: evidence filled in, and the retry no shorter than what the host asked for.
    pub fn error(&self, kind: ErrorKind) -> Error {
        let error = Error::new(kind, self.question).with_evidence(self.evidence());
        match self.retry_after {
            Some(wait) => error.not_before(wait),
            None => error,
        }
    }

    /// An error about this answer with the platform's own code and message.
    pub fn said(&self, kind: ErrorKind, code: impl ToString, message: Option<&str>) -> Error {
        let evidence = Evidence {
            code: Some(code.to_string()),
            message: message.map(crate::words).filter(|text| !text.is_empty()),
            ..self.evidence()
        };
        self.error(kind).with_evidence(evidence)
    }

    /// "Not logged in", unless this computer's clock is so far off that the session's cookies may have been held
    /// back as expired; then the answer says nothing about the session.
    pub fn not_logged_in(&self, code: impl ToString, message: Option<&str>) -> Error {
        match self.clock_ahead_s.filter(|ahead| ahead.abs() > CLOCK_TOLERANCE_S) {
            None => self.said(ErrorKind::NotLoggedIn, code, message),
            Some(ahead) => {
                let doubt = format!("this computer's clock is {ahead} s ahead of the platform's");
                self.said(ErrorKind::Protocol, code, Some(&doubt)).because(Reason::Other).retry(Retry::Soon)
            }
        }
    }

    /// Question and status, for a verdict to rest on.
    pub fn evidence(&self) -> Evidence {
        Evidence {
            question: self.question.to_owned(),
            http_status: Some(self.status),
            retry_after_s: self.retry_after.map(|wait| wait.as_secs()),
            ..Evidence::default()
        }
    }
}

/// The pause that a `Retry-After` header asks for, from seconds or from a date. A date is compared with the host's
/// own clock where it tells it. Rounded up, at most a day.
pub(super) fn retry_after(value: &str, host_time: Option<Timestamp>, now: Timestamp) -> Option<Duration> {
    const DAY: u64 = 24 * 60 * 60;
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        let whole = seconds.ceil();
        return (whole >= 0.0).then(|| Duration::from_secs((whole as u64).min(DAY)));
    }
    let until = super::date::parse(value)?;
    let left = until.as_second() - host_time.unwrap_or(now).as_second();
    Some(Duration::from_secs(u64::try_from(left).unwrap_or(0).min(DAY)))
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("question", &self.question)
            .field("status", &self.status)
            .field("cookies", &self.set_cookies.len())
            .field("redirects", &self.location.is_some())
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only whether it can be read is of interest")]
    struct Shape {
        code: i64,
    }

    fn answer(body: &str) -> Answer {
        Answer {
            status: 200,
            set_cookies: Vec::new(),
            location: None,
            body: body.as_bytes().to_vec(),
            retry_after: None,
            final_url: Url::parse("https://a.example/?token=canary").expect("url"),
            question: "q",
            headers: HeaderMap::new(),
            clock_ahead_s: None,
        }
    }

    #[test]
    fn faults_on_the_way_and_changes_at_the_platform_are_told_apart() {
        for body in ["", "  ", "<html>", "\u{feff}<!doctype html>", "{\"code\":", "blocked", "{\"code\":0}}"] {
            let error = answer(body).json::<Shape>().expect_err("refused");
            assert_eq!(error.reason, Reason::NotJson, "{body}");
        }
        for body in ["{}", "[]", "null", "{\"code\":\"x\"}", "0"] {
            let error = answer(body).json::<Shape>().expect_err("refused");
            assert_eq!(error.reason, Reason::UnexpectedShape, "{body}");
        }
        assert!(answer("\u{feff} {\"code\":0,\"more\":1} ").json::<Shape>().is_ok());
    }

    #[test]
    fn a_pause_is_read_in_both_forms_and_never_cut() {
        let now = Timestamp::from_second(1_795_184_000).expect("time");
        let host_time = now.checked_sub(jiff::SignedDuration::from_secs(100)).ok();
        assert_eq!(retry_after("120", None, now), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("0.2", None, now), Some(Duration::from_secs(1)));
        assert_eq!(retry_after("Fri, 20 Nov 2026 14:14:20 GMT", None, now), Some(Duration::from_secs(60)));
        assert_eq!(retry_after("Fri, 20 Nov 2026 14:14:20 GMT", host_time, now), Some(Duration::from_secs(160)));
        assert_eq!(retry_after("Fri, 20 Nov 2020 14:14:20 GMT", None, now), Some(Duration::ZERO));
        assert_eq!(retry_after("99999999999", None, now), Some(Duration::from_secs(86_400)));
        assert_eq!(retry_after("soon", None, now), None);
        assert_eq!(retry_after("-5", None, now), None);
    }

    #[test]
    fn not_logged_in_says_nothing_when_the_clock_is_off() {
        let mut said = answer("{}");
        assert_eq!(said.not_logged_in(-101, None).kind, ErrorKind::NotLoggedIn);
        said.clock_ahead_s = Some(299);
        assert_eq!(said.not_logged_in(-101, None).kind, ErrorKind::NotLoggedIn);
        for off in [301, -301] {
            said.clock_ahead_s = Some(off);
            assert_ne!(said.not_logged_in(-101, None).kind, ErrorKind::NotLoggedIn);
        }
    }

    #[test]
    fn an_outline_shows_neither_body_nor_address() {
        let printed = format!("{:?}", answer("canary-body"));
        assert!(!printed.contains("canary"), "{printed}");
    }
}
