//! One request and its answer, once.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{
    Method,
    header::{self, HeaderMap, HeaderValue},
};
use roster_domain::{Cookie, Reason, Secret};
use url::Url;

use super::{Answer, Http, answer::retry_after, date, fault, set_cookie};
use crate::{Error, ErrorKind, Retry};

/// The most that a body may weigh, decompressed.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// What goes out in the body, and as what.
#[derive(Clone)]
pub(super) struct Body {
    pub(super) content_type: &'static str,
    pub(super) text: Secret<String>,
}

/// What goes out.
#[derive(Clone)]
pub(super) struct Outgoing {
    pub(super) question: &'static str,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Body>,
    /// Domains whose cookies are taken although the host is not in them.
    pub(super) sister_domains: &'static [&'static str],
    /// How long one try may take; the client's own time unless said.
    pub(super) timeout: Option<Duration>,
}

pub(super) async fn exchange(http: &Http, out: &Outgoing, now: Timestamp) -> Result<Answer, Error> {
    let question = out.question;
    let proxied = http.is_proxied();
    let mut request = http.route.client.request(out.method.clone(), sent_to(http, out)?).headers(out.headers.clone());
    if let Some(body) = &out.body {
        request = request.header(header::CONTENT_TYPE, body.content_type).body(body.text.expose().clone());
    }
    if let Some(timeout) = out.timeout {
        request = request.timeout(timeout.min(http.shared.config.timeouts.total));
    }
    let response = request.send().await.map_err(|error| fault::classify(&error, question, proxied))?;
    let status = response.status().as_u16();
    if status == 407 && proxied {
        return Err(Error::new(ErrorKind::Network, question).because(Reason::Proxy).retry(Retry::Never));
    }
    let headers = response.headers().clone();
    let body = body(response, question, proxied).await?;
    let host_time = text(&headers, header::DATE.as_str()).and_then(date::parse);
    Ok(Answer {
        status,
        set_cookies: cookies(&headers, out, now),
        location: text(&headers, header::LOCATION.as_str()).and_then(|to| location(http, &out.url, to)),
        body,
        retry_after: text(&headers, header::RETRY_AFTER.as_str()).and_then(|value| retry_after(value, host_time, now)),
        final_url: out.url.clone(),
        question,
        headers,
        clock_ahead_s: clock_ahead(http, host_time, now),
    })
}

async fn body(mut response: reqwest::Response, question: &'static str, proxied: bool) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| fault::classify(&error, question, proxied))? {
        if body.len() + chunk.len() > BODY_LIMIT {
            let error = Error::new(ErrorKind::Protocol, question).because(Reason::NotJson).retry(Retry::Soon);
            return Err(error);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn cookies(headers: &HeaderMap, out: &Outgoing, now: Timestamp) -> Vec<Cookie> {
    let host = out.url.host_str().unwrap_or_default();
    let lines = headers.get_all(header::SET_COOKIE).iter().filter_map(|line| str::from_utf8(line.as_bytes()).ok());
    lines.filter_map(|line| set_cookie::parse(line, host, out.sister_domains, now)).collect()
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).map(HeaderValue::to_str)?.ok()
}

#[cfg(feature = "sandbox")]
fn sent_to(http: &Http, out: &Outgoing) -> Result<Url, Error> {
    match http.shared.config.sandbox {
        None => Ok(out.url.clone()),
        Some(sandbox) => super::sandbox::outward(&out.url, sandbox)
            .ok_or_else(|| Error::new(ErrorKind::Protocol, out.question).because(Reason::HostChanged)),
    }
}

#[cfg(not(feature = "sandbox"))]
#[allow(clippy::unnecessary_wraps, reason = "the same shape as with the sandbox")]
fn sent_to(_http: &Http, out: &Outgoing) -> Result<Url, Error> {
    Ok(out.url.clone())
}

#[cfg(feature = "sandbox")]
fn location(http: &Http, asked: &Url, to: &str) -> Option<Url> {
    let absolute = asked.join(to).ok()?;
    Some(match http.shared.config.sandbox {
        None => absolute,
        Some(sandbox) => super::sandbox::inward(absolute, sandbox),
    })
}

#[cfg(not(feature = "sandbox"))]
fn location(_http: &Http, asked: &Url, to: &str) -> Option<Url> {
    asked.join(to).ok()
}

/// The stand-ins are exempt: their time is moved by the test that runs them.
fn clock_ahead(http: &Http, host_time: Option<Timestamp>, now: Timestamp) -> Option<i64> {
    #[cfg(feature = "sandbox")]
    if http.shared.config.sandbox.is_some() {
        return None;
    }
    let _ = http;
    host_time.map(|host_time| now.as_second() - host_time.as_second())
}
