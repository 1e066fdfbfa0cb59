//! `roster-sandbox`: the platforms on loopback, until ctrl-c.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use roster_sandbox::{Sandbox, SandboxConfig};
use tracing_subscriber::EnvFilter;

const USAGE: &str = "\
roster-sandbox: plays the platforms on 127.0.0.1, with a phone at /phone

usage: roster-sandbox [--port N] [--latency MS]

  --port N       the port; 0 (the default) takes a free one
  --latency MS   how long every answer of a platform takes; 0 by default
  --help         this text

The first line on standard output is the address of the phone page.
";

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    let config = match config(std::env::args().skip(1)) {
        Ok(Some(config)) => config,
        Ok(None) => return say(USAGE, ExitCode::SUCCESS),
        Err(problem) => {
            tracing::error!("{problem}");
            return ExitCode::from(2);
        }
    };
    match run(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            tracing::error!(%problem, port = config.port, "the sandbox ended");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: SandboxConfig) -> io::Result<()> {
    let sandbox = Sandbox::start(config).await?;
    writeln!(io::stdout().lock(), "{}", sandbox.phone_url())?;
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await
}

fn say(text: &str, code: ExitCode) -> ExitCode {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => code,
        Err(_) => ExitCode::FAILURE,
    }
}

#[derive(Debug, thiserror::Error)]
enum BadArgument {
    #[error("{0} wants a value")]
    NoValue(String),
    #[error("{argument} {given}: not a number in range")]
    NotANumber { argument: String, given: String },
    #[error("{0}: unknown argument, see --help")]
    Unknown(String),
}

/// What the arguments say; `None` for `--help`.
fn config(mut arguments: impl Iterator<Item = String>) -> Result<Option<SandboxConfig>, BadArgument> {
    let mut config = SandboxConfig::default();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--port" => config.port = number(&argument, arguments.next())?,
            "--latency" => config.latency = Duration::from_millis(number(&argument, arguments.next())?),
            "--help" | "-h" => return Ok(None),
            _ => return Err(BadArgument::Unknown(argument)),
        }
    }
    Ok(Some(config))
}

fn number<T: std::str::FromStr>(argument: &str, given: Option<String>) -> Result<T, BadArgument> {
    let given = given.ok_or_else(|| BadArgument::NoValue(argument.to_owned()))?;
    given.parse().map_err(|_| BadArgument::NotANumber { argument: argument.to_owned(), given })
}
