//! Cookies as people paste them: the line of a request, the JSON that browser extensions export, or a `cookies.txt`.

use jiff::Timestamp;
use roster_domain::{Cookie, CookieJar, CookieParseError, SameSite, Secret};
use roster_platform::secret_text;
use serde::Deserialize;
use serde_json::Value;

/// Why pasted text gives no cookies. Quotes nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PasteError {
    /// Not of the form of a header.
    #[error(transparent)]
    Header(#[from] CookieParseError),
    /// It begins like JSON and is no list of cookies.
    #[error("not a JSON list of cookies")]
    Json,
    /// There are cookies, and all belong elsewhere.
    #[error("no cookie of {domain}")]
    Elsewhere {
        /// Where they should belong.
        domain: String,
    },
}

/// One cookie of a browser's export. The names are those of the extensions' JSON and of stored browser states.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exported {
    name: String,
    #[serde(deserialize_with = "secret_text")]
    value: Secret<String>,
    #[serde(default)]
    domain: String,
    #[serde(default)]
    path: String,
    #[serde(default, alias = "expires")]
    expiration_date: Value,
    #[serde(default)]
    secure: bool,
    #[serde(default)]
    http_only: bool,
    host_only: Option<bool>,
    #[serde(default)]
    same_site: Value,
}

#[derive(Deserialize)]
struct State {
    cookies: Vec<Exported>,
}

/// The cookies of `domain` and below in pasted text. An export of a whole browser holds others as well; those are left
/// where they are.
///
/// # Errors
/// [`PasteError`]
pub(crate) fn read_cookies(text: &Secret<String>, domain: &str) -> Result<CookieJar, PasteError> {
    let text = text.expose().trim_start_matches('\u{feff}').trim();
    let all: Vec<Cookie> = if text.starts_with(['[', '{']) {
        let exported = match serde_json::from_str::<Vec<Exported>>(text) {
            Ok(exported) => exported,
            Err(_) => serde_json::from_str::<State>(text).map_err(|_| PasteError::Json)?.cookies,
        };
        exported.into_iter().map(|exported| exported.cookie(domain)).collect()
    } else if text.lines().any(|line| line.matches('\t').count() >= 6) {
        text.lines().filter_map(of_line).collect()
    } else {
        return Ok(CookieJar::from_header(text, domain)?);
    };
    let any = !all.is_empty();
    let jar: CookieJar = all.into_iter().filter(|cookie| within(&cookie.domain, domain) && sound(cookie)).collect();
    match (jar.is_empty(), any) {
        (false, _) => Ok(jar),
        (true, true) => Err(PasteError::Elsewhere { domain: domain.to_owned() }),
        (true, false) => Err(PasteError::Header(CookieParseError::Empty)),
    }
}

impl Exported {
    fn cookie(self, domain: &str) -> Cookie {
        let own = if self.domain.is_empty() { domain } else { &self.domain };
        // Where nobody says so, the leading dot does.
        let host_only = self.host_only.unwrap_or(!self.domain.is_empty() && !self.domain.starts_with('.'));
        // Sessions have -1, or nothing.
        let ends = self.expiration_date.as_f64().filter(|at| *at > 0.0);
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a float outside of the range saturates, and is no time then"
        )]
        let expires_at = ends.and_then(|at| Timestamp::from_second(at as i64).ok());
        Cookie {
            name: self.name,
            value: self.value,
            domain: own.trim_start_matches('.').to_ascii_lowercase(),
            host_only,
            path: if self.path.starts_with('/') { self.path } else { String::from("/") },
            expires_at,
            secure: self.secure,
            http_only: self.http_only,
            same_site: self.same_site.as_str().and_then(same_site),
        }
    }
}

fn same_site(word: &str) -> Option<SameSite> {
    match word.to_ascii_lowercase().as_str() {
        "strict" => Some(SameSite::Strict),
        "lax" => Some(SameSite::Lax),
        "none" | "no_restriction" => Some(SameSite::None),
        _ => None,
    }
}

/// One line of a `cookies.txt`: domain, whether below it too, path, secure, end, name, value.
fn of_line(line: &str) -> Option<Cookie> {
    let (line, http_only) = match line.strip_prefix("#HttpOnly_") {
        Some(rest) => (rest, true),
        None => (line, false),
    };
    if line.starts_with('#') {
        return None;
    }
    let mut parts = line.trim_end_matches('\r').splitn(7, '\t');
    let (domain, below, path, secure) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let (ends, name, value) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Cookie {
        name: name.to_owned(),
        value: Secret::from(value),
        domain: domain.trim_start_matches('.').to_ascii_lowercase(),
        host_only: below.eq_ignore_ascii_case("false"),
        path: if path.starts_with('/') { path.to_owned() } else { String::from("/") },
        expires_at: ends.parse().ok().filter(|at| *at > 0).and_then(|at| Timestamp::from_second(at).ok()),
        secure: secure.eq_ignore_ascii_case("true"),
        http_only,
        same_site: None,
    })
}

/// Whether a cookie belongs to the platform: what was pasted cannot send a session elsewhere.
fn within(own: &str, domain: &str) -> bool {
    own == domain || own.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether it can stand in a header as it is.
fn sound(cookie: &Cookie) -> bool {
    let plain = |text: &str| !text.contains(';') && !text.chars().any(char::is_control);
    !cookie.name.is_empty() && !cookie.name.contains(['=', ' ']) && plain(&cookie.name) && plain(cookie.value.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name=value`, domain, whether for that host only, and when it ends.
    type Told = (String, String, bool, Option<i64>);

    fn read(text: &str) -> Result<Vec<Told>, PasteError> {
        let jar = read_cookies(&Secret::from(text), "fake.example")?;
        let told = |cookie: &Cookie| {
            let ends = cookie.expires_at.map(|at| at.as_second());
            (format!("{}={}", cookie.name, cookie.value.expose()), cookie.domain.clone(), cookie.host_only, ends)
        };
        Ok(jar.iter().map(told).collect())
    }

    fn one(pair: &str, domain: &str, host_only: bool, ends: Option<i64>) -> Vec<Told> {
        vec![(pair.to_owned(), domain.to_owned(), host_only, ends)]
    }

    #[test]
    fn a_session_is_read_in_whatever_form_it_was_copied() {
        assert_eq!(read("session=a"), Ok(one("session=a", "fake.example", false, None)));
        let extension = r#"[{"domain":".fake.example","hostOnly":false,"name":"session","value":"a","path":"/",
            "expirationDate":1800000000.5,"secure":true,"httpOnly":true,"sameSite":"no_restriction"},
            {"domain":"bank.example","name":"session","value":"canary"}]"#;
        assert_eq!(read(extension), Ok(one("session=a", "fake.example", false, Some(1_800_000_000))));
        let state = r#"{"cookies":[{"name":"session","value":"a","domain":"www.fake.example","path":"/","expires":-1,
            "httpOnly":true,"secure":true,"sameSite":"Lax"}],"origins":[]}"#;
        assert_eq!(read(state), Ok(one("session=a", "www.fake.example", true, None)));
        let file = "# Netscape HTTP Cookie File\n#HttpOnly_.fake.example\tTRUE\t/\tTRUE\t1800000000\tsession\ta\r\n\
                    bank.example\tFALSE\t/\tTRUE\t0\tsession\tcanary\n";
        assert_eq!(read(file), Ok(one("session=a", "fake.example", false, Some(1_800_000_000))));
    }

    #[test]
    fn what_is_no_session_of_the_platform_is_refused_without_a_quote() {
        let elsewhere = PasteError::Elsewhere { domain: String::from("fake.example") };
        let refused = [
            (r#"[{"domain":"notfake.example","name":"canary","value":"canary"}]"#, elsewhere.clone()),
            ("bank.example\tFALSE\t/\tTRUE\t0\tcanary\tcanary", elsewhere.clone()),
            (r#"[{"name":"a","value":"canary; b=c"}]"#, elsewhere),
            (r#"{"canary":"x"}"#, PasteError::Json),
            ("[]", PasteError::Header(CookieParseError::Empty)),
            ("", PasteError::Header(CookieParseError::Empty)),
        ];
        for (text, error) in refused {
            assert!(!error.to_string().contains("canary"));
            assert_eq!(read(text), Err(error), "{text}");
        }
    }
}
