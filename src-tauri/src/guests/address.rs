//! Where a guest may go.

use roster_domain::Cookie;
use tauri::Url;

/// How the platforms' addresses are written outside: as they are, or in a build for trying things out as those of
/// the stand-ins on this computer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mapping {
    #[cfg(feature = "sandbox")]
    sandbox: Option<std::net::SocketAddr>,
}

impl Mapping {
    /// Towards the stand-ins at this address, if there is one.
    #[cfg(feature = "sandbox")]
    pub(crate) fn to(sandbox: Option<std::net::SocketAddr>) -> Self {
        Self { sandbox }
    }

    /// The platform's address as it is asked for; `None` for one that is not `https`.
    pub(super) fn outward(self, url: &Url) -> Option<Url> {
        if url.scheme() != "https" {
            return None;
        }
        #[cfg(feature = "sandbox")]
        if let Some(sandbox) = self.sandbox {
            return roster_platform::sandbox::outward(url, sandbox);
        }
        Some(url.clone())
    }

    /// The platform's own address of a page that came; `None` for one that is no platform's.
    pub(super) fn inward(self, url: &Url) -> Option<Url> {
        #[cfg(feature = "sandbox")]
        if let Some(sandbox) = self.sandbox {
            let real = roster_platform::sandbox::inward(url.clone(), sandbox);
            return (real != *url).then_some(real);
        }
        matches!(url.scheme(), "https" | "http").then(|| url.clone())
    }

    /// A cookie as it is put in; `None` when no request could carry it.
    pub(super) fn cookie_out(self, cookie: &Cookie) -> Option<Cookie> {
        let says_nothing_odd = |text: &str| !text.contains(['\0', '\r', '\n', ';']);
        let plain = says_nothing_odd(&cookie.name) && says_nothing_odd(cookie.value.expose());
        if cookie.domain.is_empty() || !plain {
            return None;
        }
        #[cfg(feature = "sandbox")]
        if self.sandbox.is_some() {
            let domain = format!("{}{}", cookie.domain, roster_platform::sandbox::SUFFIX);
            // The stand-ins speak no TLS.
            return Some(Cookie { domain, secure: false, ..cookie.clone() });
        }
        Some(cookie.clone())
    }

    /// The domain of a cookie that was read, as the platform calls it.
    pub(super) fn domain_in(self, domain: &str) -> String {
        #[cfg(feature = "sandbox")]
        if self.sandbox.is_some() {
            return roster_platform::sandbox::real_domain(domain).to_owned();
        }
        domain.to_owned()
    }
}

/// The hosts of one platform.
#[derive(Debug, Clone)]
pub(super) struct Allowed {
    domains: Vec<String>,
    mapping: Mapping,
}

impl Allowed {
    /// These domains and everything below them.
    pub(super) fn new(domains: Vec<String>, mapping: Mapping) -> Self {
        let plain = |domain: String| domain.trim_matches('.').to_ascii_lowercase();
        Self { domains: domains.into_iter().map(plain).filter(|domain| domain.contains('.')).collect(), mapping }
    }

    /// Whether a page or a frame may show this address.
    pub(super) fn page(&self, url: &Url) -> bool {
        // Empty pages and those that a page writes into its own frame have that page's rights and no more.
        let own = url.scheme() == "about" && matches!(url.path(), "blank" | "srcdoc");
        own || self.site(url)
    }

    /// Whether it is a page of the platform.
    pub(super) fn site(&self, url: &Url) -> bool {
        let Some(real) = self.mapping.inward(url) else { return false };
        let plain = real.scheme() == "https" && real.port().is_none() && real.username().is_empty();
        plain && real.password().is_none() && real.host_str().is_some_and(|host| self.host(host))
    }

    fn host(&self, host: &str) -> bool {
        let below = |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        self.domains.iter().any(|domain| below(domain)) && !host.starts_with('.')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed() -> Allowed {
        Allowed::new(vec!["douyin.com".into(), ".Snssdk.com".into(), String::new(), "com".into()], Mapping::default())
    }

    fn goes(text: &str) -> bool {
        // What is no address at all never gets as far as being asked about.
        Url::parse(text).is_ok_and(|url| allowed().page(&url))
    }

    #[test]
    fn the_platforms_own_pages_may_be_shown() {
        let own = [
            "https://douyin.com/",
            "https://www.douyin.com/",
            "https://creator.douyin.com/creator-micro/home?a=1#b",
            "https://CREATOR.DOUYIN.COM/x",
            "https://a.b.c.douyin.com/",
            "https://sso.douyin.com:443/login",
            "https://verify.snssdk.com/captcha",
            "https://snssdk.com",
            "https://www.douyin.com/redirect?to=https://evil.example/",
            "https://www.douyin.com/%2e%2e/x",
            "https:www.douyin.com/missing-slashes",
            "https:\\\\www.douyin.com\\backslashes",
            "https://www.douyin.com/a@evil.example",
            "https://www.douyin.com?@evil.example",
            "https://www.douyin.com#@evil.example",
            "https://ｗｗｗ.douyin.com/fullwidth",
            "  https://www.douyin.com/spaces  ",
            "https://www.do\tuyin.com/tab",
            "about:blank",
            "about:srcdoc",
        ];
        for text in own {
            assert!(goes(text), "{text}");
        }
    }

    #[test]
    fn nothing_else_may_be_shown() {
        let foreign = [
            // Hosts that look alike.
            "https://evil.example/",
            "https://douyin.com.evil.example/",
            "https://evil-douyin.com/",
            "https://notdouyin.com/",
            "https://douyin.co/",
            "https://douyin.comm/",
            "https://douyin-com.example/",
            "https://www.douyin.com.",
            "https://www.douyin.com./x",
            "https://.douyin.com/",
            "https://com/",
            "https://x.com/",
            "https://localhost/",
            "https://dоuyin.com/",
            "https://douyin。com.evil.example/",
            "https://xn--douyin-x.com/",
            // Somebody else behind the platform's name.
            "https://www.douyin.com@evil.example/",
            "https://www.douyin.com:pw@evil.example/",
            "https://www.douyin.com%2eevil.example/",
            "https://evil.example\\@www.douyin.com/",
            "https://evil.example#@www.douyin.com/",
            "https://evil.example?https://www.douyin.com/",
            "https://evil.example/www.douyin.com/",
            "https://name@www.douyin.com/",
            "https://name:pw@www.douyin.com/",
            // Without TLS, other ports, addresses.
            "http://www.douyin.com/",
            "http://www.douyin.com:443/",
            "https://www.douyin.com:8443/",
            "https://www.douyin.com:80/",
            "ws://www.douyin.com/",
            "wss://www.douyin.com/",
            "ftp://www.douyin.com/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://2130706433/",
            "https://0x7f.1/",
            "http://127.0.0.1:8900/phone",
            "http://localhost:5173/",
            "http://www.douyin.com.localhost:8900/",
            // What would leave the web, or is the program's own.
            "tauri://localhost/",
            "tauri://localhost/accounts",
            "http://tauri.localhost/",
            "https://tauri.localhost/",
            "ipc://localhost/call",
            "http://ipc.localhost/call",
            "asset://localhost/etc/passwd",
            "file:///etc/passwd",
            "file://www.douyin.com/x",
            "javascript:alert(1)",
            "javascript://www.douyin.com/%0aalert(1)",
            "data:text/html,<script>1</script>",
            "data:text/html;base64,PHA+",
            "blob:https://www.douyin.com/0d1f",
            "filesystem:https://www.douyin.com/temporary/x",
            "view-source:https://www.douyin.com/",
            "about:config",
            "about:memory",
            "webkit://gpu",
            "resource://org.webkit/x",
            "chrome://settings",
            "mailto:a@douyin.com",
            "tel:10086",
            "snssdk1128://webview?url=https://www.douyin.com",
            "bilibili://root",
            "weixin://dl/business",
            "intent://www.douyin.com#Intent;end",
            "x-apple.systempreferences:",
            "ms-settings:",
            "",
            "www.douyin.com",
            "//www.douyin.com/",
        ];
        assert!(foreign.len() >= 60);
        for text in foreign {
            assert!(!goes(text), "{text}");
        }
    }

    #[cfg(feature = "sandbox")]
    #[test]
    fn the_stand_ins_are_the_platform_under_another_address() {
        let mapping = Mapping::to(Some(([127, 0, 0, 1], 4000).into()));
        let allowed = Allowed::new(vec!["douyin.com".into()], mapping);
        let goes = |text: &str| allowed.page(&Url::parse(text).unwrap());
        assert!(goes("http://www.douyin.com.localhost:4000/x"));
        for foreign in [
            "http://www.douyin.com.localhost:4001/x",
            "http://127.0.0.1:4000/phone",
            "http://evil.example.localhost:4000/",
            "https://www.douyin.com/x",
        ] {
            assert!(!goes(foreign), "{foreign}");
        }
    }
}
