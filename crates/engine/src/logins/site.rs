//! Which of a platform's sites a login is at.

use roster_domain::Account;
use roster_platform::Descriptor;
use url::{Host, Url};

use crate::{Error, Problem};

/// The site that was asked for, or the one the account is on, or the platform's usual one; `None` where a platform has
/// one site only.
///
/// # Errors
/// [`Error::InvalidRequest`] for an address where the platform is not.
pub(crate) fn site_ok(
    platform: &Descriptor,
    asked: Option<&str>,
    account: Option<&Account>,
) -> Result<Option<String>, Error> {
    let Some(asked) = asked.map(str::trim).filter(|text| !text.is_empty()) else {
        let own = account.and_then(|account| account.site.clone());
        return Ok(own.or_else(|| platform.sites.first().map(|site| site.origin.to_owned())));
    };
    let wrong = |what: &str| Error::invalid("site", Problem::Malformed { what: what.to_owned() });
    let origin = origin_of(asked).ok_or_else(|| wrong("the address of a site, https://host"))?;
    let known = platform.sites.iter().any(|site| origin_of(site.origin).as_deref() == Some(&origin));
    if known || platform.any_site { Ok(Some(origin)) } else { Err(wrong("one of the platform's sites")) }
}

/// The origin of an address that a session may be sent to: `https`, or anything on this computer.
fn origin_of(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let here = match url.host()? {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let safe = url.scheme() == "https" || (url.scheme() == "http" && here);
    let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    (safe && bare).then(|| url.origin().ascii_serialization())
}

/// The domain that cookies of this site belong to: what the platform says of it, else the platform's own, or the host
/// where it is somewhere else.
pub(crate) fn cookie_domain<'a>(platform: &Descriptor, site: Option<&'a str>) -> std::borrow::Cow<'a, str> {
    let known = platform.sites.iter().find(|known| Some(known.origin) == site);
    if let Some(domain) = known.and_then(|known| known.cookie_domain) {
        return domain.into();
    }
    let host = site.and_then(|site| Url::parse(site).ok()).and_then(|url| url.host_str().map(str::to_owned));
    let usual = platform.cookie_domain;
    match host {
        Some(host) if host != usual && !host.strip_suffix(usual).is_some_and(|rest| rest.ends_with('.')) => host.into(),
        Some(_) | None => usual.into(),
    }
}

#[cfg(test)]
mod tests {
    use roster_platform::{Site, Text};

    use super::*;
    use crate::testing::FakePlatform;

    const SITES: &[Site] = &[
        Site::new("https://one.fake.example", Text::new("一", "One")),
        Site::new("https://two.fake.example", Text::new("二", "Two")),
        Site::new("https://creator.other.example", Text::new("三", "Three")).with_cookies_of("other.example"),
    ];

    fn platform(any_site: bool) -> Descriptor {
        Descriptor { sites: SITES, any_site, ..FakePlatform::described() }
    }

    #[test]
    fn a_site_is_one_of_the_platform_s_or_the_owner_s_own_where_that_may_be() {
        let closed = platform(false);
        let ok = |platform: &Descriptor, site: &str| site_ok(platform, Some(site), None).ok().flatten();
        assert_eq!(site_ok(&closed, None, None).unwrap().as_deref(), Some("https://one.fake.example"));
        assert_eq!(ok(&closed, "https://two.fake.example/login").as_deref(), Some("https://two.fake.example"));
        assert_eq!(ok(&closed, "https://three.example"), None);
        let open = platform(true);
        assert_eq!(ok(&open, "https://my.example:8443/").as_deref(), Some("https://my.example:8443"));
        assert_eq!(ok(&open, "http://127.0.0.1:3000").as_deref(), Some("http://127.0.0.1:3000"));
        for refused in ["http://my.example", "ftp://my.example", "my.example", "https://u:p@my.example", "javascript:1"]
        {
            assert_eq!(ok(&open, refused), None, "{refused}");
        }
        let account = Account { site: Some(String::from("https://mine.example")), ..Account::default() };
        assert_eq!(site_ok(&open, None, Some(&account)).unwrap().as_deref(), Some("https://mine.example"));
    }

    #[test]
    fn cookies_go_to_the_platform_or_to_the_owner_s_own_host() {
        let open = platform(true);
        assert_eq!(cookie_domain(&open, None), "fake.example");
        assert_eq!(cookie_domain(&open, Some("https://two.fake.example")), "fake.example");
        assert_eq!(cookie_domain(&open, Some("https://notfake.example")), "notfake.example");
        assert_eq!(
            cookie_domain(&open, Some("https://creator.other.example")),
            "other.example",
            "as the platform says"
        );
    }
}
