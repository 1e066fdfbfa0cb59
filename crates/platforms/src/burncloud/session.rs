//! What proves who somebody is at a site, and how it is kept.
//!
//! Three kinds: an access token (every generation), a session cookie (first and second), and a token of 15 minutes with a
//! cookie that renews it (third). A cookie beats a token at the server without a word, so only one of them is ever sent.

use jiff::{SignedDuration, Timestamp};
use roster_domain::{Cookie, CookieJar, Credential, Secret};
use roster_platform::Ask;

use super::site::{Generation, Origin};

/// The user's own access token.
pub(super) const ACCESS_TOKEN: &str = "access_token";
/// The user's number at the site.
pub(super) const USER_ID: &str = "user_id";
/// The site's generation when it was last seen.
const GENERATION: &str = "generation";
/// The token of 15 minutes.
const SHORT_TOKEN: &str = "short_token";
/// When it ends, in seconds.
const SHORT_TOKEN_ENDS: &str = "short_token_ends";
/// The cookie of the first two generations.
const COOKIE: &str = "session";
/// The cookie that renews a short token.
const RENEWAL_COOKIE: &str = "new_api_refresh";
/// A short token with less than this left is renewed first.
const MARGIN: SignedDuration = SignedDuration::from_secs(2 * 60);

/// What a session is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An access token.
    Token,
    /// A short token and what renews it.
    Short,
    /// A session cookie.
    Cookie,
}

/// Which kind of session this is; `None` when it is none.
pub(super) fn kind(credential: &Credential) -> Option<Kind> {
    if text(credential, ACCESS_TOKEN).is_some() {
        Some(Kind::Token)
    } else if text(credential, SHORT_TOKEN).is_some() || credential.cookies.value(RENEWAL_COOKIE).is_some() {
        Some(Kind::Short)
    } else {
        credential.cookies.value(COOKIE).map(|_| Kind::Cookie)
    }
}

/// Whether a short token has enough time left to be used.
pub(super) fn is_fresh(credential: &Credential, now: Timestamp) -> bool {
    let ends = text(credential, SHORT_TOKEN_ENDS).and_then(|text| text.parse().ok());
    let ends = ends.and_then(|seconds| Timestamp::from_second(seconds).ok());
    text(credential, SHORT_TOKEN).is_some() && ends.is_some_and(|ends| ends.duration_since(now) > MARGIN)
}

/// Whether two sessions have the same short token.
pub(super) fn same_short(one: &Credential, other: &Credential) -> bool {
    text(one, SHORT_TOKEN) == text(other, SHORT_TOKEN)
}

/// The user's number, where the session knows it.
pub(super) fn user_id(credential: &Credential) -> Option<u64> {
    text(credential, USER_ID)?.trim().parse().ok().filter(|id| *id > 0)
}

/// The site's generation, where the session knows it.
pub(super) fn generation(credential: &Credential) -> Option<Generation> {
    text(credential, GENERATION).and_then(Generation::read)
}

/// Puts the proof of who asks on a question. `New-Api-User` is a bare number.
pub(super) fn signed(ask: Ask, credential: &Credential) -> Ask {
    let ask = match &credential.user_agent {
        Some(user_agent) => ask.header("user-agent", user_agent),
        None => ask,
    };
    let ask = match user_id(credential) {
        Some(id) => ask.header("new-api-user", &id.to_string()),
        None => ask,
    };
    let bearer = |name| text(credential, name).map(|token| format!("Bearer {token}"));
    match kind(credential) {
        Some(Kind::Token) => ask.header("authorization", &bearer(ACCESS_TOKEN).unwrap_or_default()),
        Some(Kind::Short) => ask.header("authorization", &bearer(SHORT_TOKEN).unwrap_or_default()),
        Some(Kind::Cookie) => ask.cookies(&credential.cookies),
        None => ask,
    }
}

/// A session that an access token makes.
pub(super) fn of_token(origin: &Origin, token: &str, now: Timestamp, user_agent: &str) -> Credential {
    let mut credential = empty(origin, now, user_agent);
    keep(&mut credential, ACCESS_TOKEN, token);
    credential
}

/// A session without any proof yet.
pub(super) fn empty(origin: &Origin, now: Timestamp, user_agent: &str) -> Credential {
    Credential {
        user_agent: Some(user_agent.to_owned()),
        site: Some(origin.text().to_owned()),
        obtained_at: Some(now),
        ..Credential::default()
    }
}

/// Takes over the short token of a login, a renewal or a change of password.
pub(super) fn keep_short(credential: &mut Credential, token: &str, ends: i64) {
    keep(credential, SHORT_TOKEN, token);
    keep(credential, SHORT_TOKEN_ENDS, &ends.to_string());
}

/// Keeps who it is.
pub(super) fn keep_user(credential: &mut Credential, id: u64) {
    keep(credential, USER_ID, &id.to_string());
}

/// Keeps the site's generation; `true` when it was another before.
pub(super) fn keep_generation(credential: &mut Credential, seen: Generation) -> bool {
    let changed = generation(credential) != Some(seen);
    keep(credential, GENERATION, seen.word());
    changed
}

/// Keeps an access token of the user's own.
pub(super) fn keep_token(credential: &mut Credential, token: &str) {
    keep(credential, ACCESS_TOKEN, token);
}

/// Takes over the session cookies that an answer sets; `true` when one of them is new.
pub(super) fn keep_cookies(credential: &mut Credential, set: &[Cookie], now: Timestamp) -> bool {
    let ours = set.iter().filter(|cookie| [COOKIE, RENEWAL_COOKIE].contains(&cookie.name.as_str()));
    let origin = Origin::of(credential.site.as_deref());
    let placed = |cookie: &Cookie| match &origin {
        Some(origin) => Cookie { path: origin.cookie_path(&cookie.path), ..cookie.clone() },
        None => cookie.clone(),
    };
    let new: CookieJar = ours.filter(|cookie| !cookie.value.expose().is_empty()).map(placed).collect();
    let same = |cookie: &Cookie| credential.cookies.value(&cookie.name).is_some_and(|v| v.expose() == cookie.value.expose());
    if new.iter().all(same) {
        return false;
    }
    credential.cookies.merge(new);
    credential.cookies.remove_expired(now);
    credential.expires_at = end(&credential.cookies);
    true
}

fn end(cookies: &CookieJar) -> Option<Timestamp> {
    let ours = cookies.iter().filter(|cookie| [COOKIE, RENEWAL_COOKIE].contains(&cookie.name.as_str()));
    ours.filter_map(|cookie| cookie.expires_at).max()
}

fn keep(credential: &mut Credential, name: &str, value: &str) {
    credential.tokens.insert(name.to_owned(), Secret::from(value));
}

fn text<'c>(credential: &'c Credential, name: &str) -> Option<&'c str> {
    credential.tokens.get(name).map(|value| value.expose().as_str()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(pairs: &[(&str, &str)]) -> Credential {
        let tokens = pairs.iter().map(|(name, value)| ((*name).to_owned(), Secret::from(*value)));
        Credential { tokens: tokens.collect(), ..Credential::default() }
    }

    #[test]
    fn a_token_goes_before_a_cookie_and_nothing_is_no_session() {
        let mut both = credential(&[(ACCESS_TOKEN, "t")]);
        both.cookies = CookieJar::from_header("session=c", "a.example").expect("jar");
        assert_eq!(kind(&both), Some(Kind::Token));
        both.tokens.clear();
        assert_eq!(kind(&both), Some(Kind::Cookie));
        assert_eq!(kind(&credential(&[])), None);
        assert_eq!(kind(&credential(&[(ACCESS_TOKEN, "")])), None);
    }

    #[test]
    fn a_short_token_is_renewed_before_it_ends() {
        let now = Timestamp::from_second(1_000_000).expect("time");
        for (ends, fresh) in [("1000900", true), ("1000121", true), ("1000120", false), ("999999", false), ("x", false)] {
            let short = credential(&[(SHORT_TOKEN, "t"), (SHORT_TOKEN_ENDS, ends)]);
            assert_eq!(is_fresh(&short, now), fresh, "{ends}");
        }
    }

    #[test]
    fn only_a_new_value_of_our_own_cookies_is_news() {
        let now = Timestamp::from_second(1_000_000).expect("time");
        let jar = |text: &str| CookieJar::from_header(text, "a.example").expect("jar");
        let mut held = Credential { cookies: jar("session=one"), ..Credential::default() };
        let set = |text: &str| jar(text).iter().cloned().collect::<Vec<_>>();
        assert!(!keep_cookies(&mut held, &set("session=one; other=x"), now));
        assert!(keep_cookies(&mut held, &set("session=two"), now));
        assert_eq!(held.cookies.value("session").map(|value| value.expose().as_str()), Some("two"));
        assert_eq!(held.cookies.len(), 1);
    }
}
