//! Credentials as bytes for the vault. This module reads what is inside of secrets; nothing else in the engine does,
//! but for the mask of a cookie and the password at the vault's door.

use std::collections::BTreeMap;

use jiff::Timestamp;
use roster_domain::{Cookie, CookieJar, Credential, SameSite, Secret};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

#[derive(Serialize)]
struct CookieOut<'a> {
    name: &'a str,
    value: &'a str,
    domain: &'a str,
    host_only: bool,
    path: &'a str,
    expires_at: Option<Timestamp>,
    secure: bool,
    http_only: bool,
    same_site: Option<&'static str>,
}

#[derive(Serialize)]
struct CredentialOut<'a> {
    generation: u64,
    cookies: Vec<CookieOut<'a>>,
    tokens: BTreeMap<&'a str, &'a str>,
    user_agent: Option<&'a str>,
    site: Option<&'a str>,
    obtained_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
}

/// A string that is wiped unless it is moved into a [`Secret`].
#[derive(Default, Deserialize)]
#[serde(transparent)]
struct Wiped(String);

impl Wiped {
    fn into_secret(mut self) -> Secret<String> {
        Secret::new(std::mem::take(&mut self.0))
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CookieIn {
    name: String,
    value: Wiped,
    domain: String,
    host_only: bool,
    path: String,
    expires_at: Option<Timestamp>,
    secure: bool,
    http_only: bool,
    same_site: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CredentialIn {
    generation: u64,
    cookies: Vec<CookieIn>,
    tokens: BTreeMap<String, Wiped>,
    user_agent: Option<String>,
    site: Option<String>,
    obtained_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
}

fn same_site_word(value: SameSite) -> &'static str {
    match value {
        SameSite::Strict => "strict",
        SameSite::Lax => "lax",
        SameSite::None => "none",
    }
}

fn same_site(word: &str) -> Option<SameSite> {
    [SameSite::Strict, SameSite::Lax, SameSite::None].into_iter().find(|value| same_site_word(*value) == word)
}

fn cookie_out(cookie: &Cookie) -> CookieOut<'_> {
    CookieOut {
        name: &cookie.name,
        value: cookie.value.expose(),
        domain: &cookie.domain,
        host_only: cookie.host_only,
        path: &cookie.path,
        expires_at: cookie.expires_at,
        secure: cookie.secure,
        http_only: cookie.http_only,
        same_site: cookie.same_site.map(same_site_word),
    }
}

/// Room for the whole of it from the start, so that nothing is left behind by a growing buffer. JSON writes a byte
/// as at most six.
fn room(out: &CredentialOut<'_>) -> usize {
    let cookie = |c: &CookieOut<'_>| 256 + 6 * (c.name.len() + c.value.len() + c.domain.len() + c.path.len());
    let token = |(name, value): (&&str, &&str)| 16 + 6 * (name.len() + value.len());
    512 + 6 * (out.user_agent.map_or(0, str::len) + out.site.map_or(0, str::len))
        + out.cookies.iter().map(cookie).sum::<usize>()
        + out.tokens.iter().map(token).sum::<usize>()
}

/// A credential as bytes.
pub(super) fn to_bytes(credential: &Credential) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
    let out = CredentialOut {
        generation: credential.generation,
        cookies: credential.cookies.iter().map(cookie_out).collect(),
        tokens: credential.tokens.iter().map(|(name, value)| (name.as_str(), value.expose().as_str())).collect(),
        user_agent: credential.user_agent.as_deref(),
        site: credential.site.as_deref(),
        obtained_at: credential.obtained_at,
        expires_at: credential.expires_at,
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(room(&out)));
    serde_json::to_writer(&mut *bytes, &out)?;
    Ok(bytes)
}

/// A credential out of bytes.
pub(super) fn from_bytes(bytes: &[u8]) -> Result<Credential, serde_json::Error> {
    let read: CredentialIn = serde_json::from_slice(bytes)?;
    let cookie = |cookie: CookieIn| Cookie {
        name: cookie.name,
        value: cookie.value.into_secret(),
        domain: cookie.domain,
        host_only: cookie.host_only,
        path: cookie.path,
        expires_at: cookie.expires_at,
        secure: cookie.secure,
        http_only: cookie.http_only,
        same_site: cookie.same_site.as_deref().and_then(same_site),
    };
    Ok(Credential {
        generation: read.generation,
        cookies: read.cookies.into_iter().map(cookie).collect::<CookieJar>(),
        tokens: read.tokens.into_iter().map(|(name, value)| (name, value.into_secret())).collect(),
        user_agent: read.user_agent,
        site: read.site,
        obtained_at: read.obtained_at,
        expires_at: read.expires_at,
    })
}

/// What tells whether two credentials are the same: cookies and tokens by name and value, without the times and
/// the generation, which change while the session stays.
pub(super) fn identity_bytes(credential: &Credential) -> Zeroizing<Vec<u8>> {
    let mut parts: Vec<(&str, &str)> =
        credential.cookies.iter().map(|cookie| (cookie.name.as_str(), cookie.value.expose().as_str())).collect();
    parts.extend(credential.tokens.iter().map(|(name, value)| (name.as_str(), value.expose().as_str())));
    parts.sort_unstable();
    let size = parts.iter().map(|(name, value)| name.len() + value.len() + 16).sum();
    let mut bytes = Zeroizing::new(Vec::with_capacity(size));
    for (name, value) in parts {
        for text in [name, value] {
            bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(value: &str) -> Credential {
        let cookie = Cookie {
            name: String::from("SESSDATA"),
            value: Secret::from(value),
            domain: String::from("bilibili.com"),
            host_only: false,
            path: String::from("/"),
            expires_at: Timestamp::from_second(1_800_000_000).ok(),
            secure: true,
            http_only: true,
            same_site: Some(SameSite::Lax),
        };
        Credential {
            generation: 7,
            cookies: [cookie].into_iter().collect(),
            tokens: [(String::from("refresh_token"), Secret::from("r"))].into(),
            user_agent: Some(String::from("UA")),
            site: Some(String::from("https://ai.example.com")),
            obtained_at: Timestamp::from_second(1_700_000_000).ok(),
            expires_at: None,
        }
    }

    proptest! {
        #[test]
        fn a_credential_survives_the_trip_byte_for_byte(value in ".*") {
            let before = sample(&value);
            let bytes = to_bytes(&before).unwrap();
            let after = from_bytes(&bytes).unwrap();
            let cookie = after.cookies.iter().next().unwrap();
            prop_assert_eq!(cookie.value.expose(), &value);
            prop_assert_eq!(cookie.same_site, Some(SameSite::Lax));
            prop_assert!(cookie.secure && cookie.http_only && !cookie.host_only);
            prop_assert_eq!(after.generation, 7);
            prop_assert_eq!(after.tokens["refresh_token"].expose(), "r");
            prop_assert_eq!(after.site.as_deref(), Some("https://ai.example.com"));
            prop_assert_eq!(&*identity_bytes(&before), &*identity_bytes(&after));
        }

        #[test]
        fn the_buffer_never_grows(value in "[\\x00-\\x7f]{0,200}") {
            let credential = sample(&value);
            let bytes = to_bytes(&credential).unwrap();
            prop_assert!(bytes.len() <= bytes.capacity());
            let out = CredentialOut {
                generation: 7,
                cookies: credential.cookies.iter().map(cookie_out).collect(),
                tokens: BTreeMap::new(),
                user_agent: None,
                site: None,
                obtained_at: None,
                expires_at: None,
            };
            prop_assert!(serde_json::to_vec(&out).unwrap().len() <= room(&out));
        }
    }

    #[test]
    fn what_differs_hashes_differently_and_time_does_not_matter() {
        let mut other = sample("a");
        other.generation = 9;
        other.obtained_at = None;
        assert_eq!(*identity_bytes(&sample("a")), *identity_bytes(&other));
        assert_ne!(*identity_bytes(&sample("a")), *identity_bytes(&sample("b")));
    }
}
