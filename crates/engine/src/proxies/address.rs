//! What an account's proxy is written as.

use roster_domain::Secret;
use url::Url;

use crate::{Error, Problem};

/// The longest address, in bytes.
const LONGEST: usize = 2048;

/// A proxy without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyFace {
    /// `http`, `https`, `socks5` or `socks5h`.
    pub scheme: String,
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether it is asked with a name.
    pub has_user: bool,
}

impl ProxyFace {
    /// Of an address that was checked when it was stored; `None` for anything else.
    pub(crate) fn of(address: &Secret<String>) -> Option<Self> {
        let url = Url::parse(address.expose().trim()).ok()?;
        let usual = match url.scheme() {
            "http" => 80,
            "https" => 443,
            "socks5" | "socks5h" => 1080,
            _ => return None,
        };
        Some(Self {
            scheme: url.scheme().to_owned(),
            host: url.host_str().filter(|host| !host.is_empty())?.to_owned(),
            port: url.port().unwrap_or(usual),
            has_user: !url.username().is_empty() || url.password().is_some(),
        })
    }
}

/// A proxy's address, such as `socks5://user:password@host:1080`.
///
/// # Errors
/// [`Error::InvalidRequest`], which quotes nothing of it.
pub(crate) fn proxy_ok(address: &Secret<String>) -> Result<ProxyFace, Error> {
    if address.expose().len() > LONGEST {
        return Err(Error::invalid("proxy", Problem::TooLong { max: LONGEST }));
    }
    let what = || String::from("http, https, socks5 or socks5h with a host, such as socks5://user:password@host:1080");
    ProxyFace::of(address).ok_or_else(|| Error::invalid("proxy", Problem::Malformed { what: what() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_shown_without_its_secrets() {
        let face = proxy_ok(&Secret::from("socks5://lin:canary@proxy.example:9050")).unwrap();
        assert_eq!((face.scheme.as_str(), face.host.as_str(), face.port), ("socks5", "proxy.example", 9050));
        assert!(face.has_user && !format!("{face:?}").contains("canary"));
        assert_eq!(proxy_ok(&Secret::from("socks5h://[::1]")).unwrap().port, 1080);
        for refused in ["", "canary", "ftp://canary:1", "socks4://canary:1", "http://", "canary:8080"] {
            let error = proxy_ok(&Secret::from(refused)).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"), "{refused}");
        }
    }
}
