//! The proxy of a guest, in a form that the web view takes. One that it cannot take means no window: a request past
//! the proxy would tell the platform where its owner is.

use std::fmt;

use roster_domain::Secret;
use roster_engine::WindowError;
use tauri::Url;

/// A proxy that the web view can use.
#[derive(Clone)]
pub(super) struct Proxy {
    url: Secret<String>,
    plain: Url,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("scheme", &self.plain.scheme()).finish_non_exhaustive()
    }
}

impl Proxy {
    /// Reads a proxy's address.
    ///
    /// # Errors
    /// [`WindowError::Proxy`] for one that the web view cannot use.
    pub(super) fn parse(address: &str) -> Result<Self, WindowError> {
        // The library as it is built here leaves a proxy out on macOS without a word: no window then.
        if cfg!(target_os = "macos") {
            return Err(WindowError::Proxy);
        }
        let mut url = Url::parse(address.trim()).map_err(|_| WindowError::Proxy)?;
        let scheme = match url.scheme() {
            "http" => "http",
            // Both words mean that the proxy resolves the names: the web view has no other way.
            "socks5" | "socks5h" => "socks5",
            // Neither web view speaks TLS with the proxy itself.
            _ => return Err(WindowError::Proxy),
        };
        let named = !url.username().is_empty() || url.password().is_some();
        if url.host_str().is_none_or(str::is_empty) || (named && !takes_names(scheme)) {
            return Err(WindowError::Proxy);
        }
        let port = url.port().unwrap_or(if scheme == "http" { 80 } else { 1080 });
        let host = url.host_str().unwrap_or_default();
        // With its port in any case: what writes an address down leaves the usual one out.
        let bare = format!("{scheme}://{host}:{port}");
        let plain = Url::parse(&bare).map_err(|_| WindowError::Proxy)?;
        if !named {
            return Ok(Self { url: Secret::new(bare), plain });
        }
        // `set_scheme` refuses to leave a scheme that the web knows for one that it does not.
        let user = url.username().to_owned();
        let password = url.password().map(str::to_owned);
        url = plain.clone();
        url.set_username(&user)
            .and_then(|()| url.set_password(password.as_deref()))
            .map_err(|()| WindowError::Proxy)?;
        let mut text = url.to_string();
        text.truncate(text.trim_end_matches('/').len());
        Ok(Self { url: Secret::new(text), plain })
    }

    /// Its address without name and password.
    pub(super) fn without_name(&self) -> Url {
        self.plain.clone()
    }

    /// Its whole address.
    #[cfg(target_os = "linux")]
    pub(super) fn address(&self) -> &str {
        self.url.expose()
    }
}

/// Whether a name and a password get through to a proxy of this kind. An HTTP proxy asks for them, and WebKitGTK then
/// asks it for its own address in place of the page's.
fn takes_names(scheme: &str) -> bool {
    cfg!(target_os = "linux") && scheme == "socks5"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn what_the_web_view_can_use_is_taken_and_nothing_else() {
        let taken = |text: &str| Proxy::parse(text).map(|proxy| proxy.address().to_owned()).ok();
        assert_eq!(taken("http://p.example:3128").as_deref(), Some("http://p.example:3128"));
        assert_eq!(taken("http://p.example").as_deref(), Some("http://p.example:80"));
        assert_eq!(taken("socks5h://p.example:9").as_deref(), Some("socks5://p.example:9"));
        assert_eq!(taken(" socks5://[::1]:9 ").as_deref(), Some("socks5://[::1]:9"));
        assert_eq!(taken("socks5://me:a%40b@p.example:1").as_deref(), Some("socks5://me:a%40b@p.example:1"));
        for other in [
            "http://me:pw@p.example:1",
            "https://p.example:1",
            "socks4://p.example:1",
            "p.example:1",
            "http://",
            "direct://",
            "",
        ] {
            assert_eq!(taken(other), None, "{other}");
        }
        let shown = format!("{:?}", Proxy::parse("socks5://me:canary@p.example:1").unwrap());
        assert!(!shown.contains("canary"), "{shown}");
    }
}
