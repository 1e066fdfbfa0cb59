//! Where the platforms are: the real ones, or in a build for trying things out the stand-ins on this computer.

use roster_platform::HttpConfig;
use roster_platforms::AdapterSettings;

use crate::{args::Options, guests::Mapping};

/// How the outside is reached.
pub(crate) struct Outside {
    pub(crate) http: HttpConfig,
    pub(crate) adapters: AdapterSettings,
    /// For the windows that show the platforms' own pages.
    pub(crate) mapping: Mapping,
    /// Stand-ins on loopback need no network.
    pub(crate) always_online: bool,
}

impl Outside {
    fn real() -> Self {
        Self {
            http: HttpConfig::default(),
            adapters: AdapterSettings::default(),
            mapping: Mapping::default(),
            always_online: false,
        }
    }
}

/// Nothing can go wrong with the real ones before they are asked.
#[cfg(not(feature = "sandbox"))]
pub(crate) type OutsideError = std::convert::Infallible;

#[cfg(not(feature = "sandbox"))]
impl Outside {
    /// The real platforms.
    pub(crate) fn of(_options: &Options) -> Result<Self, OutsideError> {
        Ok(Self::real())
    }
}

#[cfg(feature = "sandbox")]
pub(crate) use sandbox::SandboxError as OutsideError;

#[cfg(feature = "sandbox")]
mod sandbox {
    use std::{
        io::{self, Read, Write},
        net::{SocketAddr, TcpStream},
        time::Duration,
    };

    use super::{AdapterSettings, HttpConfig, Mapping, Options, Outside};

    const PATIENCE: Duration = Duration::from_secs(5);

    /// Why the sandbox cannot be used.
    #[derive(Debug, thiserror::Error)]
    pub(crate) enum SandboxError {
        #[error("the sandbox at {address} does not answer: {source}")]
        Unreachable { address: SocketAddr, source: io::Error },
        #[error("what answers at {address} is not the sandbox")]
        NotTheSandbox { address: SocketAddr },
    }

    impl Outside {
        /// The stand-ins where the command line says so, else the real platforms.
        pub(crate) fn of(options: &Options) -> Result<Self, SandboxError> {
            let Some(address) = options.sandbox else {
                return Ok(Self::real());
            };
            let answer = ask_settings(address).map_err(|source| SandboxError::Unreachable { address, source })?;
            let adapters = read_settings(&answer).ok_or(SandboxError::NotTheSandbox { address })?;
            Ok(Self {
                http: HttpConfig { sandbox: Some(address), ..HttpConfig::default() },
                adapters,
                mapping: Mapping::to(Some(address)),
                always_online: true,
            })
        }
    }

    /// Asked in the oldest and simplest HTTP: one question at the start, before there is any client.
    fn ask_settings(address: SocketAddr) -> io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "GET /__ctl/settings HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    fn read_settings(answer: &str) -> Option<AdapterSettings> {
        let (head, body) = answer.split_once("\r\n\r\n")?;
        if head.split(' ').nth(1)? != "200" {
            return None;
        }
        serde_json::from_str(body).ok()
    }
}
