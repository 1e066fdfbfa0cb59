//! What makes a session, and how long it lasts.

use jiff::Timestamp;
use roster_domain::{Cookie, CookieJar, Credential};

use super::api::Centre;

/// Without both there is no session. `web_session` belongs to the readers' site, and guests have one, too.
pub(super) const REQUIRED: [&str; 2] = ["access-token-creator.xiaohongshu.com", "galaxy_creator_session_id"];

/// Whether the jar holds a session.
pub(super) fn is_whole(jar: &CookieJar) -> bool {
    REQUIRED.iter().all(|name| jar.value(name).is_some())
}

/// A session out of the cookies of a window or of the clipboard. Pasted ones name no site: they are those of the site
/// that the account is at.
pub(super) fn of_cookies(cookies: CookieJar, centre: Centre) -> Credential {
    let usual = Centre::at(None).domain;
    let elsewhere = !cookies.iter().any(|cookie| belongs(cookie, centre.domain));
    let moved = |cookie: &Cookie| {
        let pasted = elsewhere && cookie.domain == usual && !cookie.host_only;
        let domain = if pasted { centre.domain.to_owned() } else { cookie.domain.clone() };
        Cookie { domain, ..cookie.clone() }
    };
    let cookies: CookieJar = cookies.iter().map(moved).filter(|cookie| belongs(cookie, centre.domain)).collect();
    let site = Some(centre.url(""));
    Credential { expires_at: expiry(&cookies), cookies, site, ..Credential::default() }
}

fn belongs(cookie: &Cookie, domain: &str) -> bool {
    cookie.domain == domain || cookie.domain.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Until when the session can last at most: the earlier end of the two cookies.
pub(super) fn expiry(jar: &CookieJar) -> Option<Timestamp> {
    jar.iter().filter(|cookie| REQUIRED.contains(&cookie.name.as_str())).filter_map(|cookie| cookie.expires_at).min()
}

/// The credential with the cookies that answers to it renewed; `None` when they changed nothing.
pub(super) fn refreshed(credential: &Credential, set: &[Cookie], now: Timestamp) -> Option<Credential> {
    let domain = Centre::at(credential.site.as_deref()).domain;
    let new: CookieJar = set.iter().filter(|cookie| belongs(cookie, domain)).cloned().collect();
    let known = |cookie: &Cookie| credential.cookies.iter().any(|known| same(known, cookie));
    if new.iter().all(known) {
        return None;
    }
    let mut renewed = credential.clone();
    renewed.cookies.merge(new);
    renewed.cookies.remove_expired(now);
    // An answer that takes the session away is no renewal of it.
    if !is_whole(&renewed.cookies) {
        return None;
    }
    renewed.expires_at = expiry(&renewed.cookies).or(credential.expires_at);
    Some(renewed)
}

fn same(known: &Cookie, new: &Cookie) -> bool {
    let place = known.name == new.name && known.domain == new.domain && known.path == new.path;
    place && known.value.expose() == new.value.expose() && known.expires_at == new.expires_at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(name: &str, domain: &str, end: Option<i64>) -> Cookie {
        let jar = CookieJar::from_header(&format!("{name}=value"), domain).expect("jar");
        let cookie = jar.iter().next().expect("one").clone();
        Cookie { expires_at: end.and_then(|end| Timestamp::from_second(end).ok()), ..cookie }
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1_790_000_000).expect("time")
    }

    #[test]
    fn the_earlier_end_of_the_pair_counts_and_no_other() {
        let jar: CookieJar = [
            cookie(REQUIRED[0], "xiaohongshu.com", Some(1_792_592_000)),
            cookie(REQUIRED[1], "xiaohongshu.com", Some(1_792_591_000)),
            cookie("customer-sso-sid", "xiaohongshu.com", Some(1_790_604_800)),
        ]
        .into_iter()
        .collect();
        assert_eq!(expiry(&jar).map(Timestamp::as_second), Some(1_792_591_000));
        assert_eq!(expiry(&CookieJar::new()), None);
    }

    #[test]
    fn pasted_cookies_go_to_the_site_of_the_account() {
        let pasted: CookieJar = REQUIRED.iter().map(|name| cookie(name, "xiaohongshu.com", None)).collect();
        let overseas = Centre::at(Some("https://creator.rednote.com"));
        let credential = of_cookies(pasted.clone(), overseas);
        assert!(credential.cookies.iter().all(|cookie| cookie.domain == "rednote.com") && is_whole(&credential.cookies));
        assert_eq!(credential.site.as_deref(), Some("https://creator.rednote.com"));
        let own: CookieJar = REQUIRED.iter().map(|name| cookie(name, "rednote.com", None)).collect();
        assert!(is_whole(&of_cookies(own, overseas).cookies), "with the domain that the site's cookies have");
        let home = of_cookies(pasted.clone(), Centre::at(None));
        assert!(home.cookies.iter().all(|cookie| cookie.domain == "xiaohongshu.com"));
        assert_eq!(home.site.as_deref(), Some("https://creator.xiaohongshu.com"));
    }

    #[test]
    fn a_window_s_cookies_of_other_sites_are_left_behind() {
        let mut jar: CookieJar = REQUIRED.iter().map(|name| cookie(name, "rednote.com", None)).collect();
        jar.insert(cookie("acw_tc", "creator.rednote.com", None));
        jar.insert(cookie("web_session", "xiaohongshu.com", None));
        jar.insert(cookie("x", "evil-rednote.com", None));
        let kept = of_cookies(jar, Centre::at(Some("https://creator.rednote.com"))).cookies;
        let names: Vec<&str> = kept.iter().map(|cookie| cookie.name.as_str()).collect();
        assert_eq!(names, ["acw_tc", REQUIRED[0], REQUIRED[1]]);
    }

    #[test]
    fn an_answer_that_takes_the_session_away_renews_nothing() {
        let cookies: CookieJar = REQUIRED.iter().map(|name| cookie(name, "xiaohongshu.com", None)).collect();
        let credential = Credential { cookies, ..Credential::default() };
        let gone = cookie(REQUIRED[0], "xiaohongshu.com", Some(0));
        assert!(refreshed(&credential, &[gone], now()).is_none());
        let beaker = cookie("galaxy.creator.beaker.session.id", "xiaohongshu.com", Some(1_792_592_000));
        let renewed = refreshed(&credential, std::slice::from_ref(&beaker), now()).expect("changed");
        assert_eq!(renewed.cookies.len(), 3);
        assert!(refreshed(&renewed, &[beaker], now()).is_none());
    }
}
