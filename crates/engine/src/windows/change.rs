//! What changed among a window's cookies.

use jiff::Timestamp;
use roster_domain::{Cookie, CookieJar};
use url::Url;

/// An end that moved by less is the same end, in seconds: pages that count from each answer move it with every request.
const SAME_END_S: u64 = 600;

/// How much one jar differs from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    /// Not at all.
    Nothing,
    /// In cookies that do not make the session, or in when cookies end.
    Trifle,
    /// In a value without which there is no session.
    Essential,
}

/// What changed; `essential` are the names of the cookies without which there is no session, where the platform names
/// them.
pub(crate) fn change(before: &CookieJar, after: &CookieJar, essential: &[&str]) -> Change {
    if essential.iter().any(|name| value(before, name) != value(after, name)) {
        Change::Essential
    } else if same(before, after) {
        Change::Nothing
    } else {
        Change::Trifle
    }
}

/// Whether what changed may be another session: where the platform does not name its cookies, any of them.
pub(crate) fn is_newer(before: &CookieJar, after: &CookieJar, essential: &[&str]) -> bool {
    let least = if essential.is_empty() { Change::Trifle } else { Change::Essential };
    change(before, after, essential) >= least
}

/// Whether it is the same session, until about the same time.
pub(super) fn same_session(before: &CookieJar, after: &CookieJar, essential: &[&str]) -> bool {
    let end = |jar: &CookieJar, name: &str| jar.iter().find(|cookie| cookie.name == name)?.expires_at;
    !is_newer(before, after, essential) && essential.iter().all(|name| same_end(end(before, name), end(after, name)))
}

fn value<'a>(cookies: &'a CookieJar, name: &str) -> Option<&'a str> {
    cookies.value(name).map(|value| value.expose().as_str())
}

/// Whether two jars hold the same cookies with the same values, until about the same time.
pub(super) fn same(one: &CookieJar, other: &CookieJar) -> bool {
    let place = |cookie: &Cookie| (cookie.name.clone(), cookie.domain.clone(), cookie.path.clone());
    one.len() == other.len()
        && one.iter().zip(other.iter()).all(|(a, b)| {
            place(a) == place(b) && a.value.expose() == b.value.expose() && same_end(a.expires_at, b.expires_at)
        })
}

fn same_end(one: Option<Timestamp>, other: Option<Timestamp>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.as_second().abs_diff(other.as_second()) < SAME_END_S,
        (one, other) => one == other,
    }
}

/// Those of a session's cookies that requests to any of these addresses carry.
pub(super) fn carried(cookies: &CookieJar, urls: &[String], now: Timestamp) -> CookieJar {
    let urls: Vec<Url> = urls.iter().filter_map(|text| Url::parse(text).ok()).collect();
    let goes = |cookie: &Cookie| {
        let alone: CookieJar = std::iter::once(cookie.clone()).collect();
        urls.iter().any(|url| alone.header_for(url, now).is_some())
    };
    cookies.iter().filter(|cookie| goes(cookie)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(text: &str, end: Option<i64>) -> CookieJar {
        let jar = CookieJar::from_header(text, "fake.example").unwrap();
        let end = end.map(|end| Timestamp::from_second(end).unwrap());
        jar.iter().map(|cookie| Cookie { expires_at: end, ..cookie.clone() }).collect()
    }

    #[test]
    fn a_value_of_the_session_is_essential_and_the_rest_a_trifle() {
        let of = |before: &CookieJar, after: &CookieJar| change(before, after, &["session"]);
        let before = jar("session=a; trace=1", Some(10_000));
        assert_eq!(of(&before, &before), Change::Nothing);
        assert_eq!(of(&before, &jar("session=a; trace=2", Some(10_000))), Change::Trifle);
        assert_eq!(of(&before, &jar("session=a", Some(10_000))), Change::Trifle);
        assert_eq!(of(&before, &jar("session=b; trace=1", Some(10_000))), Change::Essential);
        assert_eq!(of(&before, &jar("trace=1", Some(10_000))), Change::Essential);
    }

    #[test]
    fn a_session_that_ends_later_with_the_same_value_has_changed() {
        let of = |end| change(&jar("session=a", Some(10_000)), &jar("session=a", end), &["session"]);
        assert_eq!(of(Some(10_599)), Change::Nothing);
        assert_eq!(of(Some(10_600)), Change::Trifle);
        assert_eq!(of(Some(9_000)), Change::Trifle);
        assert_eq!(of(None), Change::Trifle);
        let same = |end| same_session(&jar("session=a; b=1", Some(10_000)), &jar("session=a", end), &["session"]);
        assert!(same(Some(10_001)) && !same(Some(20_000)));
    }

    #[test]
    fn where_no_cookie_is_named_any_may_be_the_session() {
        let (before, after) = (jar("session=a; trace=1", None), jar("session=a; trace=2", None));
        assert!(is_newer(&before, &after, &[]) && !is_newer(&before, &after, &["session"]));
        assert!(!is_newer(&before, &before, &[]));
    }

    #[test]
    fn only_what_the_addresses_get_was_put_in() {
        let cookies: CookieJar = jar("here=1", None).iter().chain(jar("over=1", Some(1)).iter()).cloned().collect();
        let mut all = cookies;
        all.merge(CookieJar::from_header("else=1", "other.example").unwrap());
        let urls = [String::from("https://www.fake.example/")];
        let found = carried(&all, &urls, Timestamp::from_second(1_000).unwrap());
        assert_eq!(found.iter().map(|cookie| cookie.name.as_str()).collect::<Vec<_>>(), ["here"]);
    }
}
