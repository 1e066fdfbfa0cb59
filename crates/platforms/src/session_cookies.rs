//! What the web services of one house share about a session: which cookies are theirs, when it ends, what an answer
//! has renewed.

use jiff::Timestamp;
use roster_domain::{Cookie, CookieJar, Credential};

/// Without it there is no session. Having it proves nothing yet: it outlives the login.
pub(crate) const SESSION: &str = "sessionid";
/// The same, as descriptors want it.
pub(crate) const REQUIRED: [&str; 1] = [SESSION];

/// Whether the jar holds a session.
pub(crate) fn is_whole(jar: &CookieJar) -> bool {
    jar.value(SESSION).is_some()
}

/// A session out of the cookies of a window or of the clipboard, with the end that they tell.
pub(crate) fn of_cookies(cookies: &CookieJar, domain: &str) -> Credential {
    let cookies = ours(cookies.iter(), domain);
    Credential { expires_at: expiry(&cookies), cookies, ..Credential::default() }
}

/// Those of the cookies that belong to a domain or to one below it; values as they came.
pub(crate) fn ours<'c>(cookies: impl IntoIterator<Item = &'c Cookie>, domain: &str) -> CookieJar {
    let belongs = |cookie: &Cookie| {
        cookie.domain == domain || cookie.domain.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
    };
    cookies.into_iter().filter(|cookie| belongs(cookie)).cloned().collect()
}

/// The credential with the cookies that answers to it renewed; `None` when they changed nothing.
pub(crate) fn refreshed(credential: &Credential, set: &[Cookie], domain: &str, now: Timestamp) -> Option<Credential> {
    let new = ours(set, domain);
    let differs = |cookie: &Cookie| !credential.cookies.iter().any(|known| same(known, cookie, now));
    if !new.iter().any(differs) {
        return None;
    }
    let mut renewed = credential.clone();
    renewed.cookies.merge(new);
    renewed.cookies.remove_expired(now);
    // An answer that takes the session away is no renewal of it.
    if renewed.cookies.value(SESSION).is_none_or(|session| session.expose().is_empty()) {
        return None;
    }
    renewed.expires_at = expiry(&renewed.cookies).or(credential.expires_at);
    Some(renewed)
}

fn same(known: &Cookie, new: &Cookie, now: Timestamp) -> bool {
    let place = known.name == new.name && known.domain == new.domain && known.path == new.path;
    place && known.value.expose() == new.value.expose() && same_end(known.expires_at, new.expires_at, now)
}

/// An end that is counted from each answer moves with each of them. That is news when it has moved by a hundredth of what is
/// left, not before.
fn same_end(known: Option<Timestamp>, new: Option<Timestamp>, now: Timestamp) -> bool {
    match (known, new) {
        (Some(known), Some(new)) => {
            let left = new.as_second().saturating_sub(now.as_second()).max(0).unsigned_abs();
            new.as_second().abs_diff(known.as_second()) <= left / 100
        }
        (known, new) => known == new,
    }
}

/// Until when the session can last at most: what `sid_guard` says, else the end of `sessionid` itself.
pub(crate) fn expiry(jar: &CookieJar) -> Option<Timestamp> {
    let own = || jar.iter().find(|cookie| cookie.name == SESSION).and_then(|cookie| cookie.expires_at);
    guarded(jar).or_else(own)
}

/// `sid_guard` is `<sessionid>|<created, s>|<life, s>|<date>`, percent-encoded. One that names another session is
/// stale or made up.
fn guarded(jar: &CookieJar) -> Option<Timestamp> {
    let guard = jar.value("sid_guard")?.expose().replace("%7C", "|").replace("%7c", "|");
    let mut fields = guard.splitn(4, '|');
    let (session, created, life) = (fields.next()?, fields.next()?, fields.next()?);
    if session != jar.value(SESSION)?.expose() {
        return None;
    }
    let (created, life): (i64, i64) = (created.parse().ok()?, life.parse().ok()?);
    Timestamp::from_second(created.checked_add(life)?).ok().filter(|_| created > 0 && life > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    const DOMAIN: &str = "service.example";

    fn jar(guard: &str) -> CookieJar {
        CookieJar::from_header(&format!("sessionid={ID}; sid_guard={guard}"), DOMAIN).expect("jar")
    }

    fn seconds(guard: &str) -> Option<i64> {
        expiry(&jar(guard)).map(Timestamp::as_second)
    }

    #[test]
    fn the_end_is_what_sid_guard_says_of_this_session() {
        let days_60 = format!("{ID}%7C1790000000%7C5184000%7CFri%2C+20-Nov-2026+14%3A13%3A20+GMT");
        let days_365 = format!("{ID}%7C1790000000%7C31536000%7CTue%2C+21-Sep-2027+14%3A13%3A20+GMT");
        assert_eq!(seconds(&days_60), Some(1_795_184_000));
        assert_eq!(seconds(&days_365), Some(1_821_536_000));
    }

    #[test]
    fn a_guard_of_another_session_or_without_numbers_is_passed_over() {
        for guard in ["other%7C1790000000%7C5184000%7Cx", "x", &format!("{ID}%7Ca%7Cb"), &format!("{ID}%7C1%7C-5%7Cx")]
        {
            assert_eq!(seconds(guard), None, "{guard}");
        }
        let mut fallback = jar("x");
        let cookie = fallback.iter().find(|cookie| cookie.name == SESSION).expect("there").clone();
        fallback.insert(Cookie { expires_at: Timestamp::from_second(77).ok(), ..cookie });
        assert_eq!(expiry(&fallback).map(Timestamp::as_second), Some(77));
    }

    #[test]
    fn an_end_that_moves_with_every_answer_is_no_news() {
        let now = Timestamp::from_second(1_790_000_000).expect("time");
        let cookie = jar("x").iter().find(|cookie| cookie.name == SESSION).expect("there").clone();
        let ending = |second: i64| Cookie { expires_at: Timestamp::from_second(second).ok(), ..cookie.clone() };
        let month = 1_790_000_000 + 30 * 86_400;
        let credential = Credential { cookies: [ending(month)].into_iter().collect(), ..Credential::default() };
        let news = |set: Cookie| refreshed(&credential, &[set], DOMAIN, now).is_some();
        assert!(!news(ending(month + 300)) && !news(ending(month + 7 * 3600)));
        assert!(news(ending(month + 8 * 3600)) && news(ending(month - 86_400)));
        assert!(news(Cookie { expires_at: None, ..cookie.clone() }));
        assert!(news(Cookie { value: roster_domain::Secret::from("new"), ..ending(month) }));
    }

    #[test]
    fn answers_renew_cookies_and_say_when_nothing_changed() {
        let credential = Credential { cookies: jar("x"), ..Credential::default() };
        let now = Timestamp::from_second(1_790_000_000).expect("time");
        let known = credential.cookies.iter().next().expect("one").clone();
        assert!(refreshed(&credential, std::slice::from_ref(&known), DOMAIN, now).is_none());
        let foreign = Cookie { domain: String::from("evil.example"), ..known.clone() };
        assert!(refreshed(&credential, &[foreign], DOMAIN, now).is_none());
        for gone in [
            Cookie { expires_at: Timestamp::from_second(0).ok(), ..known.clone() },
            Cookie { value: roster_domain::Secret::from(""), ..known.clone() },
        ] {
            assert!(refreshed(&credential, &[gone], DOMAIN, now).is_none(), "the session itself is taken away");
        }
        let tracker = Cookie { name: String::from("odin_tt"), ..known };
        let renewed = refreshed(&credential, &[tracker], DOMAIN, now).expect("changed");
        assert_eq!(renewed.cookies.len(), credential.cookies.len() + 1);
    }
}
