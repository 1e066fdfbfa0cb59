//! How a session is put together, where it is kept, and how long it lasts.

use md5::{Digest, Md5};
use roster_domain::{Cookie, CookieJar, Credential, Secret};

use super::market::{Market, Region};
use crate::session_cookies::{self, SESSION};

/// Without it there is no session.
pub(super) const REQUIRED: [&str; 1] = [SESSION];
/// The token that says where the account is kept.
pub(super) const REGION: &str = "region";

/// Whether the jar holds a session.
pub(super) fn is_whole(jar: &CookieJar) -> bool {
    REQUIRED.iter().all(|name| jar.value(name).is_some())
}

/// The cookies that a session id alone stands for: three names of one value. Nothing is made up beside it.
pub(super) fn jar_of(session: &str, market: Market) -> CookieJar {
    let cookie = |name: &str| Cookie {
        name: name.to_owned(),
        value: Secret::from(session),
        domain: market.cookie_domain().to_owned(),
        host_only: false,
        path: String::from("/"),
        expires_at: None,
        secure: true,
        http_only: true,
        same_site: None,
    };
    [SESSION, "sessionid_ss", "sid_tt"].map(cookie).into_iter().collect()
}

/// A session of these cookies, with what they say of its end and its place.
pub(super) fn credential(cookies: CookieJar, market: Market, said: Option<Region>) -> Credential {
    let region = said.or_else(|| written(&cookies, market)).unwrap_or_else(|| market.usual());
    let expires_at = session_cookies::expiry(&cookies);
    let mut credential = Credential { cookies, expires_at, ..Credential::default() };
    put_region(&mut credential, region);
    credential
}

/// Notes where the account is kept.
pub(super) fn put_region(credential: &mut Credential, region: Region) {
    credential.tokens.insert(REGION.to_owned(), Secret::from(region.word()));
}

/// Where the account is kept.
pub(super) fn region(credential: &Credential, market: Market) -> Region {
    let noted = credential.tokens.get(REGION).and_then(|word| Region::named(word.expose()));
    let fits = |region: &Region| (*region == Region::Cn) == (market == Market::China);
    noted.filter(fits).or_else(|| written(&credential.cookies, market)).unwrap_or_else(|| market.usual())
}

/// The place that the login wrote into the cookies: a country, or the name of the cluster.
fn written(cookies: &CookieJar, market: Market) -> Option<Region> {
    if market == Market::China {
        return Some(Region::Cn);
    }
    if let Some(country) = cookies.value("store-country-code") {
        let named = Region::named(country.expose()).filter(|region| *region != Region::Cn);
        return Some(named.unwrap_or(Region::Sg));
    }
    let cluster = cookies.value("store-idc")?.expose();
    Some(if cluster.starts_with("useast") { Region::Us } else { Region::Sg })
}

/// The number that a browser calls itself by: the cookie, or, where a session id came without one, a number that is
/// the same for the same session.
pub(super) fn web_id(cookies: &CookieJar) -> String {
    let is_number = |text: &str| text.len() == 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(known) = cookies.value("_tea_web_id").filter(|known| is_number(known.expose())) {
        return known.expose().clone();
    }
    let session = cookies.value(SESSION).map(|value| value.expose().as_str()).unwrap_or_default();
    let digest = Md5::digest(session.as_bytes());
    let low = digest.iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    (7_000_000_000_000_000_000 + low % 1_000_000_000_000_000_000).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(header: &str) -> CookieJar {
        CookieJar::from_header(header, "capcut.com").expect("cookies")
    }

    #[test]
    fn the_place_is_what_the_token_says_then_what_the_cookies_say() {
        let abroad = |header: &str| region(&Credential { cookies: jar(header), ..Credential::default() }, Market::Abroad);
        assert_eq!(abroad("sessionid=a"), Region::Us);
        assert_eq!(abroad("sessionid=a; store-country-code=jp; store-idc=useast5"), Region::Jp);
        assert_eq!(abroad("sessionid=a; store-country-code=de"), Region::Sg);
        assert_eq!(abroad("sessionid=a; store-country-code=cn"), Region::Sg);
        assert_eq!(abroad("sessionid=a; store-idc=useast5"), Region::Us);
        assert_eq!(abroad("sessionid=a; store-idc=alisg"), Region::Sg);
        let said = credential(jar("sessionid=a; store-idc=useast5"), Market::Abroad, Some(Region::Hk));
        assert_eq!(region(&said, Market::Abroad), Region::Hk);
        assert_eq!(region(&said, Market::China), Region::Cn, "a note of the other service is none");
    }

    #[test]
    fn a_browser_keeps_its_number_and_a_bare_session_has_one() {
        assert_eq!(web_id(&jar("_tea_web_id=7412345678901234567; sessionid=a")), "7412345678901234567");
        let made = web_id(&jar("_tea_web_id=x; sessionid=a"));
        assert_eq!((made.len(), &made), (19, &web_id(&jar("sessionid=a"))));
        assert_ne!(made, web_id(&jar("sessionid=b")));
    }
}
