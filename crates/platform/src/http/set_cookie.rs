//! `Set-Cookie` lines into cookies, values byte for byte.

use jiff::{SignedDuration, Timestamp};
use roster_domain::{Cookie, SameSite, Secret};

use super::date;

/// Second-level names under which anybody can have a domain, such as `com.cn`.
const SHARED_SECOND_LEVEL: [&str; 8] = ["com", "net", "org", "gov", "edu", "co", "ac", "or"];

/// Reads one line of an answer of `host`. `None` for a line that is no cookie, and for one whose domain the host
/// may not set: neither its own, nor above it, nor one of `also` (domains that a login is known to set across).
pub(super) fn parse(line: &str, host: &str, also: &[&str], now: Timestamp) -> Option<Cookie> {
    let parsed = cookie::Cookie::parse(line).ok()?;
    let host = host.to_ascii_lowercase();
    let wanted = parsed.domain().map(clean_domain).filter(|domain| !domain.is_empty());
    let (domain, host_only) = match wanted {
        Some(domain) if domain == host => (domain, false),
        Some(domain) if may_set(&domain, &host, also) => (domain, false),
        Some(_) => return None,
        None => (host, true),
    };
    let path = parsed.path().filter(|path| path.starts_with('/')).unwrap_or("/").to_owned();
    Some(Cookie {
        name: parsed.name().to_owned(),
        value: Secret::from(parsed.value()),
        domain,
        host_only,
        path,
        expires_at: expiry(&parsed, line, now),
        secure: parsed.secure().unwrap_or(false),
        http_only: parsed.http_only().unwrap_or(false),
        same_site: parsed.same_site().map(same_site),
    })
}

fn clean_domain(domain: &str) -> String {
    let domain = domain.trim_matches('.').to_ascii_lowercase();
    #[cfg(feature = "sandbox")]
    let domain = super::sandbox::real_domain(&domain).to_owned();
    domain
}

fn may_set(domain: &str, host: &str, also: &[&str]) -> bool {
    let above = host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    let allowed = also.contains(&domain);
    (above || allowed) && !is_public(domain)
}

/// Whether the name belongs to everybody: `com`, `com.cn`.
fn is_public(domain: &str) -> bool {
    match domain.split_once('.') {
        None => true,
        Some((second, top)) => top.len() == 2 && SHARED_SECOND_LEVEL.contains(&second),
    }
}

/// `Max-Age` before `Expires`, as RFC 6265 §5.3 has it.
fn expiry(parsed: &cookie::Cookie<'_>, line: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(age) = parsed.max_age() {
        let age = SignedDuration::from_secs(age.whole_seconds());
        return Some(now.checked_add(age).unwrap_or(Timestamp::MAX));
    }
    if let Some(end) = parsed.expires_datetime() {
        return Timestamp::from_second(end.unix_timestamp()).ok();
    }
    line.split(';').skip(1).find_map(|attribute| {
        let (name, value) = attribute.split_once('=')?;
        name.trim().eq_ignore_ascii_case("expires").then(|| date::parse(value)).flatten()
    })
}

fn same_site(rule: cookie::SameSite) -> SameSite {
    match rule {
        cookie::SameSite::Strict => SameSite::Strict,
        cookie::SameSite::Lax => SameSite::Lax,
        cookie::SameSite::None => SameSite::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "passport.bilibili.com";

    fn read(line: &str) -> Option<Cookie> {
        parse(line, HOST, &[], Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_value_keeps_every_byte() {
        for value in ["0a%2C180%2Cx%2A91", "\"quoted\"", "a=b==", "a+b c", "", "值"] {
            let cookie =
                read(&format!("SESSDATA={value}; Path=/; Domain=bilibili.com; HttpOnly; Secure")).expect("cookie");
            assert_eq!(cookie.value.expose(), value);
            assert!(cookie.secure && cookie.http_only && !cookie.host_only);
        }
    }

    #[test]
    fn max_age_comes_before_expires_and_old_dates_are_read() {
        let end = |line: &str| read(line).and_then(|cookie| cookie.expires_at).map(Timestamp::as_second);
        assert_eq!(end("a=b; Expires=Sat, 20 Mar 2027 14:13:20 GMT"), Some(1_805_552_000));
        assert_eq!(end("a=b; Expires=Saturday, 20-Mar-27 14:13:20 GMT"), Some(1_805_552_000));
        assert_eq!(end("a=b; expires=Sat Mar 20 2027 14:13:20 GMT+0000"), Some(1_805_552_000));
        assert_eq!(end("a=b; Expires=Sat, 20 Mar 2027 14:13:20 GMT; Max-Age=60"), Some(60));
        assert_eq!(end("a=b; Max-Age=-1"), Some(0));
        assert_eq!(end("a=b; Max-Age=99999999999999999999"), Some(Timestamp::MAX.as_second()));
        assert_eq!(end("a=b; Expires=whenever"), None);
    }

    #[test]
    fn a_host_sets_cookies_for_itself_and_above_but_not_for_everybody() {
        let domain = |line: &str| read(line).map(|cookie| (cookie.domain, cookie.host_only));
        assert_eq!(domain("a=b"), Some((HOST.to_owned(), true)));
        assert_eq!(domain("a=b; Domain=.Bilibili.COM"), Some((String::from("bilibili.com"), false)));
        assert_eq!(domain("a=b; Domain=passport.bilibili.com"), Some((HOST.to_owned(), false)));
        for refused in ["com", "biligame.com", "api.bilibili.com", "libili.com", "x.passport.bilibili.com"] {
            assert_eq!(domain(&format!("a=b; Domain={refused}")), None, "{refused}");
        }
        assert!(parse("a=b; Domain=com.cn", "x.com.cn", &[], Timestamp::UNIX_EPOCH).is_none());
    }

    #[test]
    fn a_known_sister_domain_is_taken_when_asked_for() {
        let line = "a=b; Domain=bilibili.com";
        let host = "passport.biligame.com";
        assert!(parse(line, host, &[], Timestamp::UNIX_EPOCH).is_none());
        assert!(parse(line, host, &["bilibili.com"], Timestamp::UNIX_EPOCH).is_some());
    }

    #[test]
    fn what_is_no_cookie_is_passed_over() {
        for line in ["", "no-pair", "=value", ";;;"] {
            assert!(read(line).is_none(), "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_line_is_survived(line in ".{0,120}") {
            let _ = read(&line);
        }
    }
}
