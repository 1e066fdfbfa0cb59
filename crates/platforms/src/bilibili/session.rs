//! How a session is put together from what the platform hands out, and how long it lasts.

use jiff::{SignedDuration, Timestamp};
use roster_domain::{Cookie, CookieJar, Secret};
use url::Url;

use super::api::COOKIE_DOMAIN;

/// Without these there is no session: the session itself, its CSRF token, its user id.
pub(super) const REQUIRED: [&str; 3] = ["SESSDATA", "bili_jct", "DedeUserID"];
/// The further names that an address may carry in its query, besides [`REQUIRED`].
const IN_QUERY: [&str; 5] = ["SESSDATA", "bili_jct", "DedeUserID", "DedeUserID__ckMd5", "sid"];
/// How long a session lasts where nothing says otherwise: 180 days.
const LIFE: SignedDuration = SignedDuration::from_hours(180 * 24);

/// Whether the jar holds a session.
pub(super) fn is_whole(jar: &CookieJar) -> bool {
    REQUIRED.iter().all(|name| jar.value(name).is_some())
}

/// Those of the cookies that belong to the platform's main domain; values as they came.
pub(super) fn of_main_domain<'c>(cookies: impl IntoIterator<Item = &'c Cookie>) -> CookieJar {
    let belongs = |cookie: &Cookie| {
        cookie.domain == COOKIE_DOMAIN || cookie.domain.strip_suffix(COOKIE_DOMAIN).is_some_and(|rest| rest.ends_with('.'))
    };
    cookies.into_iter().filter(|cookie| belongs(cookie)).cloned().collect()
}

/// Session cookies that only a sister site was given, made the main domain's. Whether it takes them has to be asked.
pub(super) fn adopted<'c>(cookies: impl IntoIterator<Item = &'c Cookie>) -> CookieJar {
    let named = cookies.into_iter().filter(|cookie| IN_QUERY.contains(&cookie.name.as_str()));
    named.map(|cookie| Cookie { domain: String::from(COOKIE_DOMAIN), host_only: false, ..cookie.clone() }).collect()
}

/// The session in the query of an old-style address. The values stay percent-encoded as they stand there; `,` and
/// `*`, which some encoders leave bare, are encoded as the platform's own cookies have them.
pub(super) fn from_query(url: &Url, now: Timestamp) -> CookieJar {
    let end = query_expiry(url);
    let pairs = url.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    let ours = pairs.filter(|(name, value)| IN_QUERY.contains(name) && !value.is_empty());
    let cookies = ours.map(|(name, value)| Cookie {
        name: name.to_owned(),
        value: Secret::new(value.replace(',', "%2C").replace('*', "%2A")),
        domain: String::from(COOKIE_DOMAIN),
        host_only: false,
        path: String::from("/"),
        expires_at: end.filter(|end| *end > now),
        secure: name == "SESSDATA",
        http_only: name == "SESSDATA",
        same_site: None,
    });
    cookies.collect()
}

/// Until when the session can last at most: the cookie's own end, else the address's `Expires`, else the number
/// inside `SESSDATA`, else 180 days from the login.
pub(super) fn expiry(jar: &CookieJar, url: Option<&Url>, login_ms: i64, now: Timestamp) -> Timestamp {
    let start = Timestamp::from_millisecond(login_ms).ok().filter(|_| login_ms > 0).unwrap_or(now);
    let life = || start.checked_add(LIFE).unwrap_or(start);
    own_end(jar).or_else(|| url.and_then(query_expiry)).or_else(|| inner_end(jar)).unwrap_or_else(life)
}

/// Until when the cookies themselves say that the session can last.
pub(super) fn stated_end(jar: &CookieJar) -> Option<Timestamp> {
    own_end(jar).or_else(|| inner_end(jar))
}

fn own_end(jar: &CookieJar) -> Option<Timestamp> {
    jar.iter().find(|cookie| cookie.name == "SESSDATA").and_then(|cookie| cookie.expires_at)
}

fn inner_end(jar: &CookieJar) -> Option<Timestamp> {
    jar.value("SESSDATA").and_then(|value| number_inside(value.expose()))
}

fn query_expiry(url: &Url) -> Option<Timestamp> {
    let (_, value) = url.query_pairs().find(|(name, _)| name == "Expires")?;
    Timestamp::from_second(value.parse().ok()?).ok().filter(|end| end.as_second() > 0)
}

/// `SESSDATA` is `<hex>,<unix seconds>,<rest>`, percent-encoded.
fn number_inside(value: &str) -> Option<Timestamp> {
    let decoded = value.replace("%2C", ",").replace("%2c", ",");
    let seconds: i64 = decoded.split(',').nth(1)?.parse().ok()?;
    Timestamp::from_second(seconds).ok().filter(|_| seconds > 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: i64 = 1_805_552_000;
    const LOGIN_MS: i64 = 1_790_000_000_123;

    fn now() -> Timestamp {
        Timestamp::from_second(1_790_000_000).expect("time")
    }

    fn url(query: &str) -> Url {
        Url::parse(&format!("https://passport.biligame.com/crossDomain?{query}")).expect("url")
    }

    fn jar(value: &str, end: Option<i64>) -> CookieJar {
        let mut jar = CookieJar::from_header(&format!("SESSDATA={value}"), COOKIE_DOMAIN).expect("jar");
        let cookie = jar.iter().next().expect("one").clone();
        jar.insert(Cookie { expires_at: end.and_then(|end| Timestamp::from_second(end).ok()), ..cookie });
        jar
    }

    #[test]
    fn the_end_is_taken_from_the_best_source_there_is() {
        let inner = "0a%2C1700000003%2Cx";
        let (query, other) = (url("Expires=1700000002"), url("a=b"));
        let of = |jar: &CookieJar, url, ms| expiry(jar, url, ms, now()).as_second();
        assert_eq!(of(&jar(inner, Some(1_700_000_001)), Some(&query), LOGIN_MS), 1_700_000_001);
        assert_eq!(of(&jar(inner, None), Some(&query), LOGIN_MS), 1_700_000_002);
        assert_eq!(of(&jar(inner, None), Some(&other), LOGIN_MS), 1_700_000_003);
        assert_eq!(of(&jar("opaque", None), None, LOGIN_MS), END);
        assert_eq!(of(&jar("opaque", None), None, 0), END);
    }

    #[test]
    fn a_query_keeps_its_encoding_and_bare_marks_are_encoded() {
        for value in ["0a%2C1%2C9f%2A91", "0a,1,9f*91"] {
            let url = url(&format!("DedeUserID=1&Expires={END}&SESSDATA={value}&bili_jct=cc&gourl=x&ticket=t"));
            let jar = from_query(&url, now());
            assert_eq!(jar.value("SESSDATA").expect("there").expose(), "0a%2C1%2C9f%2A91");
            assert!(is_whole(&jar));
            assert_eq!(jar.len(), 3, "only session cookies");
        }
    }

    #[test]
    fn a_session_needs_its_three_cookies_filled() {
        let whole = url("SESSDATA=a&bili_jct=b&DedeUserID=1");
        assert!(is_whole(&from_query(&whole, now())));
        for missing in ["bili_jct=b&DedeUserID=1", "SESSDATA=a&bili_jct=b", "SESSDATA=&bili_jct=b&DedeUserID=1"] {
            assert!(!is_whole(&from_query(&url(missing), now())), "{missing}");
        }
    }
}
