//! A question under construction, and its tries.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use reqwest::{
    Method,
    header::{COOKIE, HeaderName, HeaderValue, USER_AGENT},
};
use roster_domain::{CookieJar, Evidence, Reason, Secret};
use tokio::time::Instant;
use url::{Host, Url, form_urlencoded};

use super::{
    Answer, Follow, Followed, Http,
    exchange::{Body, Outgoing, exchange},
    follow,
    gate::Closed,
};
use crate::{Error, ErrorKind, Retry};

/// How often a question that changes nothing is tried.
const TRIES: u32 = 3;

const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";
const JSON: &str = "application/json";

/// How a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
}

impl Verb {
    pub(super) fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Put => Method::PUT,
            Self::Delete => Method::DELETE,
        }
    }
}

/// How a question takes a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// Three tries.
    Again,
    /// One try.
    Once,
    /// One try, and also when the host was failing: the code of a login lives for minutes.
    Poll,
}

/// How a question is asked beside what it says.
#[derive(Clone, Copy)]
struct Manner {
    patience: Patience,
    /// Whether an answer that asks for a pause means one.
    limit: fn(&Answer) -> bool,
}

/// A question under construction.
#[must_use = "nothing is asked until `send`"]
pub struct Ask {
    pub(super) http: Http,
    /// `None` when the address is not a usable one.
    out: Option<Outgoing>,
    question: &'static str,
    cookies: CookieJar,
    patience: Patience,
    limit: fn(&Answer) -> bool,
    /// Header names or values that cannot be sent.
    malformed: bool,
    /// Plain `http` may go to one's own network.
    own_network: bool,
}

/// Whether a question can go there at all: `https`, or plain `http` to this computer or to an address of a private
/// network, given as a number. A name is no proof of being near, `localhost` excepted.
pub fn is_sendable(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host_str().is_some(),
        "http" => url.host().is_some_and(|host| is_near(&host)),
        _ => false,
    }
}

fn is_near(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback() || address.is_private(),
        Host::Ipv6(address) => address.is_loopback() || address.is_unique_local(),
    }
}

impl Ask {
    pub(super) fn new(http: Http, question: &'static str, method: Method, url: &str) -> Self {
        let patience = if method == Method::GET { Patience::Again } else { Patience::Once };
        let url = Url::parse(url).ok().filter(is_sendable);
        let out = url.map(|url| Outgoing {
            question,
            method,
            url,
            headers: reqwest::header::HeaderMap::new(),
            body: None,
            sister_domains: &[],
            timeout: None,
        });
        let user_agent = http.user_agent().to_owned();
        let (cookies, own_network) = (CookieJar::new(), false);
        let ask = Self { http, out, question, cookies, patience, limit: |_| true, malformed: false, own_network };
        ask.header(USER_AGENT.as_str(), &user_agent)
    }

    /// Adds or replaces a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::try_from(name), HeaderValue::from_str(value), &mut self.out) {
            (Ok(name), Ok(value), Some(out)) => {
                out.headers.insert(name, value);
            }
            (Ok(_), Ok(_), None) => {}
            (Err(_), _, _) | (_, Err(_), _) => self.malformed = true,
        }
        self
    }

    /// Adds parameters to the address.
    pub fn query(mut self, pairs: &[(&str, &str)]) -> Self {
        if let Some(out) = &mut self.out {
            out.url.query_pairs_mut().extend_pairs(pairs);
        }
        self
    }

    /// Sends those of the cookies that fit the address.
    pub fn cookies(mut self, jar: &CookieJar) -> Self {
        self.cookies = jar.clone();
        self
    }

    /// Also takes cookies for these domains, which the host is not part of but is known to set.
    pub fn sister_domains(mut self, domains: &'static [&'static str]) -> Self {
        if let Some(out) = &mut self.out {
            out.sister_domains = domains;
        }
        self
    }

    /// Three tries although it is no `GET`: it changes nothing at the platform, or leaves the same however often it is
    /// asked.
    pub fn again(mut self) -> Self {
        self.patience = Patience::Again;
        self
    }

    /// Also goes by plain `http`, to this computer or an address of a private network: the person runs that server.
    pub fn own_network(mut self) -> Self {
        self.own_network = true;
        self
    }

    /// Sends JSON.
    pub fn json(mut self, body: &serde_json::Value) -> Self {
        if let Some(out) = &mut self.out {
            out.body = Some(Body { content_type: JSON, text: Secret::new(body.to_string()) });
        }
        self
    }

    /// One try only: what it asks for is given once.
    pub fn once(mut self) -> Self {
        self.patience = Patience::Once;
        self
    }

    /// Waits longer (or less long) for each answer than the client does by itself, at most as long as for all tries
    /// together: some answers are late by design.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        if let Some(out) = &mut self.out {
            out.timeout = Some(timeout);
        }
        self
    }

    /// A poll of a login: one try, and not held back when the host was failing a moment ago.
    pub fn poll(mut self) -> Self {
        self.patience = Patience::Poll;
        self
    }

    /// Leaves the host alone after a 429 or 503 with `Retry-After` only where `is_limit` says that this is what was
    /// meant: some platforms also answer 429 when a plan is used up.
    pub fn pause_if(mut self, is_limit: fn(&Answer) -> bool) -> Self {
        self.limit = is_limit;
        self
    }

    pub(super) fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        if let Some(out) = &mut self.out {
            out.body = Some(Body { content_type: FORM, text: Secret::new(body) });
        }
        self
    }

    /// Asks. Every HTTP answer is `Ok`, whatever its status; redirects are not followed.
    ///
    /// # Errors
    /// [`ErrorKind::Network`] with its exact reason when there was no answer, [`ErrorKind::RateLimited`] while the
    /// host has asked to be left alone, [`ErrorKind::Protocol`] for an address that is not `https`
    /// ([`Ask::own_network`] allows one exception).
    pub async fn send(self, now: Timestamp) -> Result<Answer, Error> {
        let (http, mut out, manner) = (self.http, self.out, Manner { patience: self.patience, limit: self.limit });
        let may_go = |out: &Outgoing| out.url.scheme() == "https" || self.own_network;
        let Some(out) = out.as_mut().filter(|out| !self.malformed && may_go(out)) else {
            return Err(Error::new(ErrorKind::Protocol, self.question).because(Reason::HostChanged));
        };
        if let Some(cookies) = self.cookies.header_for(&out.url, now) {
            let mut value = HeaderValue::from_bytes(cookies.expose().as_bytes())
                .map_err(|_| Error::new(ErrorKind::Protocol, self.question).because(Reason::Other))?;
            value.set_sensitive(true);
            out.headers.insert(COOKIE, value);
        }
        ask_patiently(&http, out, manner, now).await
    }

    /// Asks, and follows redirects by hand under these rules. See [`Follow`].
    ///
    /// # Errors
    /// As [`Ask::send`], when not even the first address answered.
    pub async fn follow(self, rules: Follow<'_>, now: Timestamp) -> Result<Followed, Error> {
        follow::follow(self, rules, now).await
    }

    pub(super) fn jar(&self) -> &CookieJar {
        &self.cookies
    }

    /// The same question at another address, with other cookies.
    pub(super) fn moved_to(&self, url: &Url, cookies: &CookieJar) -> Self {
        let out = self.out.clone().filter(|_| url.scheme() == "https");
        let out = out.map(|out| Outgoing { url: url.clone(), method: Method::GET, body: None, ..out });
        Self {
            http: self.http.clone(),
            out,
            question: self.question,
            cookies: cookies.clone(),
            patience: self.patience,
            limit: self.limit,
            malformed: self.malformed,
            own_network: false,
        }
    }

    /// The error of a question whose address is outside the rules.
    pub(super) fn nowhere(&self) -> Error {
        Error::new(ErrorKind::Protocol, self.question).because(Reason::HostChanged)
    }

    pub(super) fn url(&self) -> Option<&Url> {
        self.out.as_ref().map(|out| &out.url)
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").field("question", &self.question).finish_non_exhaustive()
    }
}

async fn ask_patiently(http: &Http, out: &Outgoing, manner: Manner, now: Timestamp) -> Result<Answer, Error> {
    let tries = if manner.patience == Patience::Again { TRIES } else { 1 };
    let mut deadline = None;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let outcome = ask_once(http, out, manner, now, &mut deadline).await;
        let Some(wait) = next_wait(http, &outcome, attempt).filter(|_| attempt < tries) else { return outcome };
        let end = deadline.unwrap_or_else(Instant::now);
        if Instant::now() + wait >= end {
            return outcome;
        }
        tokio::time::sleep(wait).await;
    }
}

/// How long to wait before another try, if the outcome is worth one.
fn next_wait(http: &Http, outcome: &Result<Answer, Error>, attempt: u32) -> Option<Duration> {
    let asked = match outcome {
        Ok(answer) if (500..=599).contains(&answer.status) => answer.retry_after.unwrap_or_default(),
        Err(error) if error.kind == ErrorKind::Network && error.retry == Retry::Soon => Duration::ZERO,
        Ok(_) | Err(_) => return None,
    };
    Some(asked.max(backoff(http, attempt)))
}

/// The wait after this many tries when nobody asks for another.
pub(super) fn backoff(http: &Http, tries: u32) -> Duration {
    let backoff = http.shared.config.backoff * 2_u32.pow(tries.saturating_sub(1));
    backoff + backoff.mul_f64(rand::random::<f64>() / 2.0)
}

async fn ask_once(
    http: &Http,
    out: &Outgoing,
    manner: Manner,
    now: Timestamp,
    deadline: &mut Option<Instant>,
) -> Result<Answer, Error> {
    let gates = &http.shared.gates;
    let route = http.route.number;
    let host = out.url.host_str().unwrap_or_default();
    let pass = gates.enter(host, route, manner.patience != Patience::Poll).await;
    let _pass = pass.map_err(|closed| refused(closed, out.question))?;
    // The clock of a question starts with its first try, not in the queue before it.
    let end = *deadline.get_or_insert_with(|| Instant::now() + http.shared.config.timeouts.total);
    let started = Instant::now();
    let late = |_| Err(Error::new(ErrorKind::Network, out.question).because(Reason::Timeout));
    let outcome = tokio::time::timeout_at(end, exchange(http, out, now)).await.unwrap_or_else(late);
    match &outcome {
        Ok(answer) if (500..=599).contains(&answer.status) => gates.failed(host, route, Reason::ServerError),
        Err(error) if error.kind == ErrorKind::Network => gates.failed(host, route, error.reason),
        Ok(_) | Err(_) => gates.succeeded(host, route),
    }
    if let Ok(answer) = &outcome
        && matches!(answer.status, 429 | 503)
        && let Some(wait) = answer.retry_after
        && (manner.limit)(answer)
    {
        gates.pause(host, route, wait);
    }
    log(out, host, &outcome, started.elapsed());
    outcome
}

/// One line for each exchange: what was asked, where, and what came of it.
fn log(out: &Outgoing, host: &str, outcome: &Result<Answer, Error>, took: Duration) {
    let took_ms = took.as_millis();
    match outcome {
        Ok(answer) => tracing::debug!(question = out.question, host, status = answer.status, took_ms, "answered"),
        Err(error) => tracing::debug!(question = out.question, host, reason = ?error.reason, took_ms, "no answer"),
    }
}

fn refused(closed: Closed, question: &'static str) -> Error {
    match closed {
        Closed::Paused { left } => {
            let evidence = Evidence {
                question: question.to_owned(),
                retry_after_s: Some(left.as_secs() + 1),
                ..Evidence::default()
            };
            Error::new(ErrorKind::RateLimited, question).retry(Retry::After(left)).with_evidence(evidence)
        }
        Closed::Failing { left, last } => {
            let kind = if last == Reason::ServerError { ErrorKind::Server } else { ErrorKind::Network };
            Error::new(kind, question).because(last).retry(Retry::After(left))
        }
    }
}
