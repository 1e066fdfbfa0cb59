//! Where the stand-in platforms are. Adapters never see it: they ask for the real address, and the answer reads as
//! if the real host had given it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

use super::resolver::SystemResolver;

/// What a platform's host ends with there.
pub const SUFFIX: &str = ".localhost";

/// `https://H/p` as `http://H.localhost:PORT/p`.
pub fn outward(url: &Url, sandbox: SocketAddr) -> Option<Url> {
    let host = url.host_str()?;
    let mut mapped = url.clone();
    mapped.set_scheme("http").ok()?;
    mapped.set_host(Some(&format!("{host}{SUFFIX}"))).ok()?;
    mapped.set_port(Some(sandbox.port())).ok()?;
    Some(mapped)
}

/// `http://H.localhost:PORT/p` as `https://H/p`; any other address stays as it is.
pub fn inward(url: Url, sandbox: SocketAddr) -> Url {
    let real = url.host_str().and_then(|host| host.strip_suffix(SUFFIX)).map(str::to_owned);
    let (Some(real), Some(port)) = (real, url.port_or_known_default()) else { return url };
    if port != sandbox.port() {
        return url;
    }
    let mut mapped = url.clone();
    let done =
        mapped.set_host(Some(&real)).is_ok() && mapped.set_port(None).is_ok() && mapped.set_scheme("https").is_ok();
    if done { mapped } else { url }
}

/// `X.localhost` as `X`, in a cookie's domain.
pub fn real_domain(domain: &str) -> &str {
    domain.strip_suffix(SUFFIX).unwrap_or(domain)
}

/// Sends every `*.localhost` to the loopback address, whatever the system thinks of such names.
#[derive(Debug)]
pub(super) struct SandboxResolver {
    ip: IpAddr,
}

impl SandboxResolver {
    pub(super) fn new(sandbox: SocketAddr) -> Self {
        let ip = if sandbox.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { sandbox.ip() };
        Self { ip }
    }
}

impl Resolve for SandboxResolver {
    fn resolve(&self, name: Name) -> Resolving {
        if !name.as_str().ends_with(SUFFIX) {
            return SystemResolver.resolve(name);
        }
        let found = SocketAddr::new(self.ip, 0);
        Box::pin(async move { Ok(Box::new(std::iter::once(found)) as Addrs) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_the_way_out_and_back() {
        let sandbox = SocketAddr::from(([127, 0, 0, 1], 4000));
        let real = Url::parse("https://passport.bilibili.com/x/y?a=1").expect("url");
        let sent = outward(&real, sandbox).expect("mapped");
        assert_eq!(sent.as_str(), "http://passport.bilibili.com.localhost:4000/x/y?a=1");
        assert_eq!(inward(sent, sandbox), real);
    }

    #[test]
    fn other_addresses_are_left_alone() {
        let sandbox = SocketAddr::from(([127, 0, 0, 1], 4000));
        for text in ["https://portal.example/", "http://a.localhost:4001/", "http://127.0.0.1:4000/"] {
            let url = Url::parse(text).expect("url");
            assert_eq!(inward(url.clone(), sandbox), url);
        }
    }
}
