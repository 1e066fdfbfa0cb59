//! What makes a session, and how long it lasts. NextAuth 4 and Auth.js 5 name their cookies differently; which of
//! them the service runs is its own business.

use jiff::Timestamp;
use roster_domain::{Cookie, CookieJar, Credential};

use super::api::{COOKIE_DOMAIN, HOST};

/// The session's cookie in both families, over TLS and without.
const STEMS: [&str; 4] = [
    "__Secure-next-auth.session-token",
    "next-auth.session-token",
    "__Secure-authjs.session-token",
    "authjs.session-token",
];
/// What every cookie of either family has in its name.
const FAMILIES: [&str; 2] = ["next-auth.", "authjs."];

/// Whether a cookie is the session, or (`.0`, `.1`, …) a part of one that was too long for one cookie.
pub(super) fn is_session_cookie(name: &str) -> bool {
    part(name).is_some()
}

/// Which part: `None` inside for a whole one.
fn part(name: &str) -> Option<Option<u32>> {
    STEMS.iter().find_map(|stem| match name.strip_prefix(stem)? {
        "" => Some(None),
        rest => rest.strip_prefix('.')?.parse().ok().map(Some),
    })
}

/// Whether the jar holds a session: a whole cookie, or parts from the first one on.
pub(super) fn is_whole(jar: &CookieJar) -> bool {
    let filled = |cookie: &&Cookie| !cookie.value.expose().is_empty();
    jar.iter().filter(filled).any(|cookie| matches!(part(&cookie.name), Some(None | Some(0))))
}

/// Until when the session lasts at most: the earliest end of its parts.
pub(super) fn expiry(jar: &CookieJar) -> Option<Timestamp> {
    jar.iter().filter(|cookie| is_session_cookie(&cookie.name)).filter_map(|cookie| cookie.expires_at).min()
}

/// Makes a session of cookies from a window or from the clipboard. What was pasted as a header says nothing of hosts
/// and TLS; the names do: cookies of NextAuth belong to the one host that set them.
pub(super) fn credential(cookies: CookieJar) -> Credential {
    let cookies: CookieJar = cookies.iter().cloned().map(at_home).collect();
    let expires_at = expiry(&cookies);
    Credential { cookies, expires_at, ..Credential::default() }
}

fn at_home(mut cookie: Cookie) -> Cookie {
    let own = FAMILIES.iter().any(|family| cookie.name.contains(family));
    let from_header = cookie.domain == COOKIE_DOMAIN || cookie.domain.is_empty();
    if own && from_header && !cookie.host_only && !cookie.secure {
        cookie.domain = HOST.to_owned();
        cookie.host_only = true;
        cookie.http_only = true;
        cookie.secure = cookie.name.starts_with("__");
    }
    cookie
}

/// The credential with the cookies that an answer to it renewed; `None` when they changed nothing. An answer about a
/// living session never takes the session away.
pub(super) fn refreshed(credential: &Credential, set: &[Cookie], now: Timestamp) -> Option<Credential> {
    let new = fresh(set, now);
    let gone = |cookie: &&Cookie| !new.iter().any(|kept| kept.name == cookie.name);
    let differs = new.iter().any(|cookie| !credential.cookies.iter().any(|known| same(known, cookie)));
    let empties = set.iter().filter(|cookie| belongs(cookie)).filter(gone).any(|cookie| credential.cookies.value(&cookie.name).is_some());
    if !differs && !empties {
        return None;
    }
    let mut cookies = credential.cookies.clone();
    set.iter().filter(|cookie| belongs(cookie)).for_each(|cookie| cookies.remove(&cookie.name));
    if new.iter().any(|cookie| is_session_cookie(&cookie.name)) {
        // Fewer parts than before, or the other family: what is left of the old session is not sent along.
        let old: Vec<String> = cookies.iter().map(|cookie| cookie.name.clone()).collect();
        old.iter().filter(|name| is_session_cookie(name)).for_each(|name| cookies.remove(name));
    }
    cookies.merge(new.into_iter().collect());
    let expires_at = expiry(&cookies).or(credential.expires_at);
    is_whole(&cookies).then(|| Credential { cookies, expires_at, ..credential.clone() })
}

/// Those of the cookies that belong to the platform and are not taken back by being empty or over.
pub(super) fn fresh(set: &[Cookie], now: Timestamp) -> Vec<Cookie> {
    let lives = |cookie: &&Cookie| !cookie.value.expose().is_empty() && cookie.expires_at.is_none_or(|end| end > now);
    set.iter().filter(|cookie| belongs(cookie)).filter(lives).cloned().collect()
}

fn belongs(cookie: &Cookie) -> bool {
    cookie.domain.strip_suffix(COOKIE_DOMAIN).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn same(known: &Cookie, new: &Cookie) -> bool {
    known.name == new.name && known.value.expose() == new.value.expose() && known.expires_at == new.expires_at
}

#[cfg(test)]
mod tests {
    use roster_domain::Secret;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn cookie(name: &str, value: &str, end: Option<i64>) -> Cookie {
        Cookie {
            name: name.to_owned(),
            value: Secret::from(value),
            domain: HOST.to_owned(),
            host_only: true,
            path: String::from("/"),
            expires_at: end.map(at),
            secure: true,
            http_only: true,
            same_site: None,
        }
    }

    fn names(jar: &CookieJar) -> Vec<&str> {
        jar.iter().map(|cookie| cookie.name.as_str()).collect()
    }

    #[test]
    fn both_families_make_a_session_whole_and_in_parts_and_nothing_else_does() {
        for stem in STEMS {
            assert!(is_whole(&[cookie(stem, "x", None)].into_iter().collect()), "{stem}");
            assert!(is_whole(&[cookie(&format!("{stem}.0"), "x", None)].into_iter().collect()), "{stem}.0");
            for no in [format!("{stem}.1"), format!("{stem}.x"), format!("{stem}x"), format!("x{stem}")] {
                assert!(!is_whole(&[cookie(&no, "x", None)].into_iter().collect()), "{no}");
            }
            assert!(!is_whole(&[cookie(stem, "", None)].into_iter().collect()), "{stem} is empty");
        }
        let guest = CookieJar::from_header("next-auth.csrf-token=a; __Host-authjs.csrf-token=b", COOKIE_DOMAIN);
        assert!(!is_whole(&guest.expect("cookies")));
    }

    #[test]
    fn pasted_cookies_go_to_the_host_that_set_them_and_nowhere_else() {
        let text = "__Secure-next-auth.session-token=s; __Host-next-auth.csrf-token=c; _ga=g";
        let made = credential(CookieJar::from_header(text, COOKIE_DOMAIN).expect("cookies"));
        let of = |name: &str| made.cookies.iter().find(|cookie| cookie.name == name).expect("there").clone();
        for name in ["__Secure-next-auth.session-token", "__Host-next-auth.csrf-token"] {
            let cookie = of(name);
            assert_eq!((cookie.domain.as_str(), cookie.host_only, cookie.secure), (HOST, true, true), "{name}");
        }
        assert_eq!(of("_ga").domain, COOKIE_DOMAIN);
    }

    #[test]
    fn the_end_is_that_of_the_first_part_to_end() {
        let parts = [cookie("authjs.session-token.0", "a", Some(90)), cookie("authjs.session-token.1", "b", Some(80))];
        assert_eq!(expiry(&parts.into_iter().collect()), Some(at(80)));
    }

    #[test]
    fn a_rolling_session_replaces_the_old_one_with_all_its_parts() {
        let old = ["next-auth.session-token.0", "next-auth.session-token.1", "other"];
        let jar: CookieJar = old.into_iter().map(|name| cookie(name, "old", Some(50))).collect();
        let credential = Credential { cookies: jar, ..Credential::default() };
        let set = [cookie("next-auth.session-token", "new", Some(500))];
        let renewed = refreshed(&credential, &set, at(10)).expect("renewed");
        assert_eq!(names(&renewed.cookies), ["next-auth.session-token", "other"]);
        assert_eq!(renewed.expires_at, Some(at(500)));
        assert!(refreshed(&renewed, &set, at(10)).is_none(), "nothing new");
    }

    #[test]
    fn an_answer_does_not_take_a_living_session_away() {
        let jar: CookieJar = [cookie("authjs.session-token", "s", None)].into_iter().collect();
        let credential = Credential { cookies: jar, ..Credential::default() };
        for (value, end) in [("", None), ("s", Some(5)), ("", Some(5))] {
            assert!(refreshed(&credential, &[cookie("authjs.session-token", value, end)], at(10)).is_none());
        }
        let foreign = Cookie { domain: String::from("evil-smartcv.cc"), ..cookie("authjs.session-token", "x", None) };
        assert!(refreshed(&credential, &[foreign], at(10)).is_none());
    }
}
