//! What was asked, in the terms of the platform: its real host name, raw cookie values, decoded fields.

use axum::http::{HeaderMap, Method, Uri, header};
use jiff::Timestamp;
use serde_json::Value;

/// How the caller reached the platform, which decides how cookies and locations are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// By its own name (through a proxy, or a resolver that points here).
    Real,
    /// As `<host>.localhost:PORT`.
    Local(u16),
}

/// One request to a platform.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    /// The platform's host, without `.localhost` and port, in lower case.
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) now: Timestamp,
    headers: HeaderMap,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    cookies: Vec<(String, String)>,
    /// `null` unless the body is JSON and says so.
    pub(crate) json: Value,
}

impl Ask {
    /// Reads a request. `body` is taken as a form or as JSON when it says that it is one.
    pub(crate) fn read(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Option<Self> {
        let (host, _) = host_of(headers)?;
        let kind = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default().to_ascii_lowercase();
        let is_form = kind.starts_with("application/x-www-form-urlencoded");
        let is_json = kind.starts_with("application/json");
        Some(Self {
            method: method.clone(),
            host,
            path: uri.path().to_owned(),
            now,
            query: pairs(uri.query().unwrap_or_default().as_bytes()),
            form: if is_form { pairs(body) } else { Vec::new() },
            cookies: cookies_of(headers),
            json: if is_json { serde_json::from_slice(body).unwrap_or_default() } else { Value::Null },
            headers: headers.clone(),
        })
    }

    /// The same question to another path.
    pub(crate) fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }

    /// A field of the query or of the form, whichever has it; the query first.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        find(&self.query, name).or_else(|| find(&self.form, name))
    }

    /// A cookie, exactly as it was sent.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        find(&self.cookies, name).filter(|value| !value.is_empty())
    }

    /// The names of the cookies that came, in their order.
    pub(crate) fn cookie_names(&self) -> Vec<&str> {
        self.cookies.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        text(&self.headers, name)
    }

    /// Whether the caller says it is a browser. The platforms refuse those who do not.
    pub(crate) fn is_browser(&self) -> bool {
        self.header("user-agent").is_some_and(|agent| agent.starts_with("Mozilla/"))
    }
}

/// The platform host that a request names, and how it was written. `None` for the sandbox's own addresses.
pub(crate) fn host_of(headers: &HeaderMap) -> Option<(String, Site)> {
    let written = text(headers, header::HOST.as_str())?.to_ascii_lowercase();
    let (name, port) = match written.rsplit_once(':') {
        Some((name, port)) => (name, port.parse::<u16>().ok()?),
        None => (written.as_str(), 80),
    };
    if name == "localhost" || name.parse::<std::net::Ipv4Addr>().is_ok() || name.starts_with('[') {
        return None;
    }
    Some(match name.strip_suffix(".localhost") {
        Some(host) => (host.to_owned(), Site::Local(port)),
        None => (name.to_owned(), Site::Real),
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(bytes).into_owned().collect()
}

fn cookies_of(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
