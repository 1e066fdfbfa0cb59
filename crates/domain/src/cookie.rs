//! Cookies as a platform set them, kept exactly: values are never decoded or re-encoded.

use std::collections::btree_map::{BTreeMap, Entry};

use jiff::Timestamp;
use url::Url;

use crate::{Precedence, Secret, credential};

/// The `SameSite` attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// `Strict`
    Strict,
    /// `Lax`
    Lax,
    /// `None`
    None,
}

/// One cookie.
#[derive(Debug, Clone)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value, byte for byte as it stood in `Set-Cookie`.
    pub value: Secret<String>,
    /// The domain without a leading dot, lower case. Empty when the origin is unknown (a pasted header).
    pub domain: String,
    /// Whether only that very host receives it (no `Domain` attribute).
    pub host_only: bool,
    /// The path, `/` unless said.
    pub path: String,
    /// When it ends; a session cookie when `None`.
    pub expires_at: Option<Timestamp>,
    /// Over TLS only.
    pub secure: bool,
    /// Not for scripts.
    pub http_only: bool,
    /// Cross-site rule.
    pub same_site: Option<SameSite>,
}

/// Text that is not a cookie header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CookieParseError {
    /// Nothing in it.
    #[error("no cookie found: paste a header such as \"name=value; name2=value2\"")]
    Empty,
    /// A part without a name, a `=`, or with a control character.
    #[error("part {position} is not of the form name=value")]
    Malformed {
        /// Which part, counted from 1.
        position: usize,
    },
    /// Larger than any browser would keep.
    #[error("more than {limit} bytes of cookies")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
}

/// The most that a pasted cookie header may weigh, in bytes.
const HEADER_LIMIT: usize = 64 * 1024;

/// The cookies of one session, one for each (domain, path, name).
#[derive(Debug, Clone, Default)]
pub struct CookieJar {
    cookies: BTreeMap<(String, String, String), Cookie>,
}

impl CookieJar {
    /// An empty jar.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a `Cookie` header such as `a1=xxx; a2=yyy`. A leading `Cookie:` is allowed, and so is the `...` with which
    /// examples end. The cookies belong to `domain` and its sub-domains.
    ///
    /// # Errors
    /// When the text is empty, too large, or has a part that is not `name=value`. The error never quotes a value.
    pub fn from_header(header: &str, domain: &str) -> Result<Self, CookieParseError> {
        if header.len() > HEADER_LIMIT {
            return Err(CookieParseError::TooLarge { limit: HEADER_LIMIT });
        }
        let text = header.trim();
        let text = match text.get(..7) {
            Some(head) if head.eq_ignore_ascii_case("cookie:") => text[7..].trim(),
            _ => text,
        };
        let mut jar = Self::new();
        for (index, part) in text.split(';').enumerate() {
            let part = part.trim();
            // `…` and `...` stand for what an example left out.
            if part.chars().all(|c| c == '.' || c == '…') {
                continue;
            }
            let malformed = CookieParseError::Malformed { position: index + 1 };
            let (name, value) = part.split_once('=').ok_or_else(|| malformed.clone())?;
            let (name, value) = (name.trim(), value.trim());
            let plain = |text: &str| !text.chars().any(char::is_control);
            if name.is_empty() || name.contains(char::is_whitespace) || !plain(name) || !plain(value) {
                return Err(malformed);
            }
            jar.insert(Cookie {
                name: name.to_owned(),
                value: Secret::from(value),
                domain: domain.trim_start_matches('.').to_ascii_lowercase(),
                host_only: false,
                path: String::from("/"),
                expires_at: None,
                secure: false,
                http_only: false,
                same_site: None,
            });
        }
        if jar.is_empty() { Err(CookieParseError::Empty) } else { Ok(jar) }
    }

    /// Puts a cookie in, replacing the one of the same domain, path and name.
    pub fn insert(&mut self, cookie: Cookie) {
        let key = (cookie.domain.clone(), cookie.path.clone(), cookie.name.clone());
        match self.cookies.entry(key) {
            Entry::Occupied(mut slot) => {
                slot.insert(cookie);
            }
            Entry::Vacant(slot) => {
                slot.insert(cookie);
            }
        }
    }

    /// Puts all of another jar's cookies in.
    pub fn merge(&mut self, other: Self) {
        for cookie in other.cookies.into_values() {
            self.insert(cookie);
        }
    }

    /// Takes over what changed between two jars; see [`crate::Credential::take_changes`]. A later end is a change.
    pub(crate) fn take_changes(&mut self, from: &Self, to: &Self, precedence: Precedence) {
        let same = |one: &Cookie, other: &Cookie| {
            one.value.expose() == other.value.expose() && one.expires_at == other.expires_at
        };
        // A value that is too long for one cookie comes as `name.0`, `name.1` and so on.
        let whole = |(domain, path, name): &(String, String, String)| {
            let stem = name.rsplit_once('.').filter(|(_, part)| part.bytes().all(|byte| byte.is_ascii_digit()));
            let stem = stem.filter(|(_, part)| !part.is_empty()).map_or(name.as_str(), |(stem, _)| stem);
            (domain.clone(), path.clone(), stem.to_owned())
        };
        credential::take_changes(&mut self.cookies, (&from.cookies, &to.cookies), (whole, same), precedence);
    }

    /// Takes out every cookie of this name.
    pub fn remove(&mut self, name: &str) {
        self.cookies.retain(|(_, _, other), _| other != name);
    }

    /// Takes out what has ended by `now`.
    pub fn remove_expired(&mut self, now: Timestamp) {
        self.cookies.retain(|_, cookie| cookie.expires_at.is_none_or(|end| end > now));
    }

    /// The first non-empty value of this name, whatever its domain.
    pub fn value(&self, name: &str) -> Option<&Secret<String>> {
        self.iter().find(|cookie| cookie.name == name && !cookie.value.expose().is_empty()).map(|cookie| &cookie.value)
    }

    /// The cookies, by domain, path and name.
    pub fn iter(&self) -> impl Iterator<Item = &Cookie> {
        self.cookies.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.cookies.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cookies.is_empty()
    }

    /// The `Cookie` header for a request to `url` at `now`, longest path first as RFC 6265 §5.4 asks; `None` when
    /// no cookie fits. Secure cookies go over `https` or to a loopback name only.
    pub fn header_for(&self, url: &Url, now: Timestamp) -> Option<Secret<String>> {
        let host = url.host_str()?.to_ascii_lowercase();
        let trusted =
            url.scheme() == "https" || host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1";
        let mut fitting: Vec<&Cookie> = self
            .iter()
            .filter(|cookie| cookie.expires_at.is_none_or(|end| end > now))
            .filter(|cookie| trusted || !cookie.secure)
            .filter(|cookie| domain_fits(cookie, &host) && path_fits(&cookie.path, url.path()))
            .collect();
        if fitting.is_empty() {
            return None;
        }
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> =
            fitting.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value.expose())).collect();
        Some(Secret::new(pairs.join("; ")))
    }
}

impl FromIterator<Cookie> for CookieJar {
    fn from_iter<I: IntoIterator<Item = Cookie>>(cookies: I) -> Self {
        let mut jar = Self::new();
        for cookie in cookies {
            jar.insert(cookie);
        }
        jar
    }
}

fn domain_fits(cookie: &Cookie, host: &str) -> bool {
    if cookie.domain.is_empty() || cookie.domain == host {
        return true;
    }
    !cookie.host_only && host.strip_suffix(&cookie.domain).is_some_and(|rest| rest.ends_with('.'))
}

fn path_fits(path: &str, wanted: &str) -> bool {
    wanted == path || wanted.strip_prefix(path).is_some_and(|rest| path.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(jar: &CookieJar, url: &str) -> Option<String> {
        let url = Url::parse(url).ok()?;
        jar.header_for(&url, Timestamp::UNIX_EPOCH).map(|secret| secret.expose().clone())
    }

    #[test]
    fn a_pasted_header_goes_to_the_domain_and_below_and_nowhere_else() {
        let jar = CookieJar::from_header("Cookie: SESSDATA=a%2Cb; bili_jct=1=2;", "bilibili.com").unwrap_or_default();
        let expected = Some(String::from("SESSDATA=a%2Cb; bili_jct=1=2"));
        assert_eq!(header(&jar, "https://api.bilibili.com/x"), expected);
        assert_eq!(header(&jar, "https://bilibili.com/"), expected);
        assert_eq!(header(&jar, "https://notbilibili.com/"), None);
        assert_eq!(header(&jar, "https://bilibili.com.evil.example/"), None);
    }

    #[test]
    fn the_dots_of_an_example_are_no_cookie() {
        let jar = CookieJar::from_header("sessionid=xxx; ttwid=yyy; ...", "douyin.com").unwrap_or_default();
        assert_eq!(header(&jar, "https://www.douyin.com/"), Some(String::from("sessionid=xxx; ttwid=yyy")));
    }

    #[test]
    fn bad_headers_are_refused_without_quoting_them() {
        for (text, error) in [
            ("", CookieParseError::Empty),
            ("...", CookieParseError::Empty),
            (" ; ;", CookieParseError::Empty),
            ("a=1; canary", CookieParseError::Malformed { position: 2 }),
            ("=canary", CookieParseError::Malformed { position: 1 }),
            ("a=1; b=x\ny", CookieParseError::Malformed { position: 2 }),
        ] {
            let got = CookieJar::from_header(text, "x.com").err();
            assert_eq!(got, Some(error.clone()), "{text}");
            assert!(!error.to_string().contains("canary"));
        }
    }

    #[test]
    fn secure_paths_host_only_and_expiry_are_kept_to() {
        let cookie = |name: &str, path: &str, host_only, secure, end: i64| Cookie {
            name: name.to_owned(),
            value: Secret::from("v"),
            domain: String::from("a.com"),
            host_only,
            path: path.to_owned(),
            expires_at: Timestamp::from_second(end).ok(),
            secure,
            http_only: true,
            same_site: None,
        };
        let jar: CookieJar = [
            cookie("deep", "/x", false, false, 10),
            cookie("host", "/", true, false, 10),
            cookie("safe", "/", false, true, 10),
            cookie("gone", "/", false, false, 0),
        ]
        .into_iter()
        .collect();
        assert_eq!(header(&jar, "https://a.com/x/y").as_deref(), Some("deep=v; host=v; safe=v"));
        assert_eq!(header(&jar, "https://b.a.com/xy").as_deref(), Some("safe=v"));
        assert_eq!(header(&jar, "http://b.a.com/x").as_deref(), Some("deep=v"));
    }
}
