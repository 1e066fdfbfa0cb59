//! What a platform answers: written with its real names, put on the wire in the terms of the caller.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;
use serde_json::Value;

use crate::ask::Site;

/// How long a cookie lives, in the words the platform uses.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Life {
    /// Until the browser closes.
    Session,
    /// `Expires=<date>`
    Until(Timestamp),
    /// `Max-Age=<seconds>`
    Seconds(i64),
}

/// A `Set-Cookie` line.
#[derive(Debug, Clone)]
pub(crate) struct SetCookie {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// As the platform writes it (with or without the leading dot); `None` for a host-only cookie.
    pub(crate) domain: Option<&'static str>,
    pub(crate) life: Life,
    pub(crate) http_only: bool,
    pub(crate) secure: bool,
    pub(crate) same_site: Option<&'static str>,
}

impl SetCookie {
    /// A cookie for a whole domain that scripts may read and plain HTTP may carry.
    pub(crate) fn new(name: &'static str, value: impl Into<String>, domain: &'static str, life: Life) -> Self {
        let value = value.into();
        Self { name, value, domain: Some(domain), life, http_only: false, secure: false, same_site: None }
    }

    #[must_use]
    pub(crate) fn http_only(mut self) -> Self {
        self.http_only = true;
        self
    }

    #[must_use]
    pub(crate) fn secure(mut self) -> Self {
        self.secure = true;
        self
    }

    #[must_use]
    pub(crate) fn same_site(mut self, rule: &'static str) -> Self {
        self.same_site = Some(rule);
        self
    }

    /// Over the plain HTTP of a sandbox a browser takes no secure cookie, and without that none that is for every site.
    fn for_plain_http(&self) -> Self {
        let same_site = self.same_site.filter(|rule| *rule != "None");
        Self { secure: false, same_site, ..self.clone() }
    }

    fn line(&self, site: Site) -> String {
        let mut line = format!("{}={}; Path=/", self.name, self.value);
        if let Some(domain) = self.domain {
            let suffix = if site == Site::Real { "" } else { ".localhost" };
            line.push_str(&format!("; Domain={domain}{suffix}"));
        }
        match self.life {
            Life::Session => {}
            Life::Until(at) => line.push_str(&format!("; Expires={}", http_date(at))),
            Life::Seconds(seconds) => line.push_str(&format!("; Max-Age={seconds}")),
        }
        if self.http_only {
            line.push_str("; HttpOnly");
        }
        if self.secure {
            line.push_str("; Secure");
        }
        if let Some(rule) = self.same_site {
            line.push_str(&format!("; SameSite={rule}"));
        }
        line
    }
}

/// The date form of HTTP.
pub(crate) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
    headers: Vec<(&'static str, String)>,
    cookies: Vec<SetCookie>,
    location: Option<String>,
    for_a_window: bool,
}

impl Answer {
    fn of(content_type: &str, body: Vec<u8>) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self { status: StatusCode::OK, body, headers, cookies: Vec::new(), location: None, for_a_window: false }
    }

    pub(crate) fn json(value: &Value) -> Self {
        Self::of("application/json; charset=utf-8", value.to_string().into_bytes())
    }

    pub(crate) fn html(text: impl Into<String>) -> Self {
        Self::of("text/html; charset=utf-8", text.into().into_bytes())
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::of("text/plain; charset=utf-8", text.into().into_bytes())
    }

    pub(crate) fn png(bytes: Vec<u8>) -> Self {
        Self::of("image/png", bytes)
    }

    /// 302 to a **real** address; the caller gets it in its own terms.
    pub(crate) fn redirect(to: impl Into<String>) -> Self {
        let mut answer = Self::of("text/html; charset=utf-8", Vec::new()).status(StatusCode::FOUND);
        answer.location = Some(to.into());
        answer
    }

    #[must_use]
    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Replaces the header, or adds it.
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    /// The cookies that stand in headers, moved below a path by what stands before the server.
    #[must_use]
    pub(crate) fn cookies_below(mut self, path: &str) -> Self {
        for (_, line) in self.headers.iter_mut().filter(|(name, _)| *name == "set-cookie") {
            *line = line.replacen("Path=/", &format!("Path={path}/"), 1);
        }
        self
    }

    #[must_use]
    pub(crate) fn cookies(mut self, cookies: impl IntoIterator<Item = SetCookie>) -> Self {
        self.cookies.extend(cookies);
        self
    }

    /// A browser shall keep its cookies, also when it came by plain HTTP.
    #[must_use]
    pub(crate) fn for_a_window(mut self) -> Self {
        self.for_a_window = true;
        self
    }

    /// The answer in the caller's terms.
    pub(crate) fn into_response(self, site: Site) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            put(&mut response, HeaderName::from_static(name), &value);
        }
        for cookie in &self.cookies {
            let plain = self.for_a_window && site != Site::Real;
            let line = if plain { cookie.for_plain_http().line(site) } else { cookie.line(site) };
            put(&mut response, header::SET_COOKIE, &line);
        }
        if let Some(location) = &self.location {
            put(&mut response, header::LOCATION, &localized(location, site));
        }
        response
    }
}

fn put(response: &mut Response<Body>, name: HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            response.headers_mut().append(name, value);
        }
        Err(problem) => tracing::warn!(%name, %problem, "a header was left out"),
    }
}

/// `https://H/p` as the caller reaches it.
fn localized(location: &str, site: Site) -> String {
    match (site, url::Url::parse(location)) {
        (Site::Local(port), Ok(url)) => match url.host_str() {
            Some(host) => {
                let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
                format!("http://{host}.localhost:{port}{}{query}", url.path())
            }
            None => location.to_owned(),
        },
        (Site::Real, _) | (Site::Local(_), Err(_)) => location.to_owned(),
    }
}
