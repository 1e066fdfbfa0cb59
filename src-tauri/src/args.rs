//! What can be said on the command line.

use std::path::PathBuf;

use clap::Parser;

/// Roster (号簿) keeps the platform accounts of a creator in an encrypted vault on this computer.
#[derive(Debug, Parser)]
#[command(name = "roster", version, max_term_width = 100)]
pub(crate) struct Options {
    /// Keep everything in this folder instead of the usual one of this system
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) data_dir: Option<PathBuf>,

    /// Talk to the stand-in platforms at this loopback address instead of the real ones,
    /// such as http://127.0.0.1:8900
    #[cfg(feature = "sandbox")]
    #[arg(long, value_name = "URL", value_parser = sandbox_address)]
    pub(crate) sandbox: Option<std::net::SocketAddr>,
}

/// Accepts `http://127.0.0.1:PORT` and nothing that is not loopback.
#[cfg(feature = "sandbox")]
fn sandbox_address(text: &str) -> Result<std::net::SocketAddr, SandboxAddressError> {
    let url = url::Url::parse(text)?;
    let loopback = match url.host() {
        Some(url::Host::Ipv4(ip)) if ip.is_loopback() => Some(std::net::IpAddr::V4(ip)),
        Some(url::Host::Ipv6(ip)) if ip.is_loopback() => Some(std::net::IpAddr::V6(ip)),
        Some(url::Host::Domain("localhost")) => Some(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)),
        Some(url::Host::Ipv4(_) | url::Host::Ipv6(_) | url::Host::Domain(_)) | None => None,
    };
    match (url.scheme(), loopback, url.port()) {
        ("http", Some(ip), Some(port)) => Ok(std::net::SocketAddr::new(ip, port)),
        _ => Err(SandboxAddressError::NotLoopback),
    }
}

/// Why the text after `--sandbox` is not taken.
#[cfg(feature = "sandbox")]
#[derive(Debug, thiserror::Error)]
enum SandboxAddressError {
    #[error("not a URL: {0}")]
    Url(#[from] url::ParseError),
    #[error("the sandbox lives on this computer only: give http://127.0.0.1:PORT")]
    NotLoopback,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_taken_as_it_is_written() {
        let options = Options::try_parse_from(["roster", "--data-dir", "/tmp/a b"]).unwrap();
        assert_eq!(options.data_dir, Some(PathBuf::from("/tmp/a b")));
    }

    #[test]
    fn an_unknown_word_is_an_error_that_names_it() {
        let error = Options::try_parse_from(["roster", "--datadir", "x"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("--datadir"), "{error}");
    }

    #[cfg(feature = "sandbox")]
    #[test]
    fn only_a_loopback_sandbox_is_taken() {
        assert_eq!(sandbox_address("http://127.0.0.1:8900").unwrap().port(), 8900);
        for far in ["http://10.0.0.1:8900", "https://127.0.0.1:8900", "http://127.0.0.1", "http://example.com:1", "x"] {
            assert!(sandbox_address(far).is_err(), "{far}");
        }
    }
}
