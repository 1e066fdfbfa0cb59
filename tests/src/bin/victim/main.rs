//! A program to be killed: it logs in to a platform of a sandbox, or reads an account's quotas there, and says on standard
//! output how far it is. What it leaves behind is then looked at by the test that killed it.

use std::{io::Write as _, net::SocketAddr, path::PathBuf, time::Duration};

use clap::Parser;
use roster_domain::AccountId;
use roster_engine::{CheckLimits, Engine, EngineConfig, KdfParams, LoginMethod, Ports, StartLogin};
use roster_platform::{HttpConfig, HttpFactory};
use serde_json::json;

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Logs in, and waits to be killed; should nobody do that, it ends after a minute.
#[derive(Debug, Parser)]
struct Options {
    /// Where the vault is, or is made.
    #[arg(long)]
    data: PathBuf,
    /// The vault's password.
    #[arg(long)]
    password: String,
    /// Where the sandbox listens.
    #[arg(long)]
    sandbox: SocketAddr,
    /// Where to log in.
    #[arg(long)]
    platform: String,
    /// The account to log in to again; a new one when absent.
    #[arg(long)]
    account: Option<AccountId>,
    /// Read this account's quotas instead of logging in.
    #[arg(long, requires = "account")]
    quotas: bool,
}

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let options = Options::parse();
    let config = HttpConfig { sandbox: Some(options.sandbox), ..HttpConfig::default() };
    let ports = Ports::bare();
    let engine = Engine::new(EngineConfig {
        data_dir: options.data,
        adapters: roster_platforms::all(&roster_platforms::AdapterSettings::default()),
        http: HttpFactory::new(config)?,
        ports,
        kdf: KdfParams::floor(),
        limits: CheckLimits::default(),
    });
    match options.account {
        Some(_) => engine.unlock(options.password.as_str().into()).await.map(|_| ())?,
        None => engine.create_vault(options.password.as_str().into()).await?,
    }
    if let (true, Some(account)) = (options.quotas, &options.account) {
        writeln!(std::io::stdout(), "{}", json!({ "phase": "asking" }))?;
        engine.quotas(&account.into(), true).await?;
        return Ok(());
    }
    let platform = engine.platform_id(&options.platform)?;
    let start = StartLogin { platform, method: LoginMethod::Qr, account: options.account, site: None };
    let login = engine.start_login(start).await?.session_id;
    let ends = tokio::time::Instant::now() + Duration::from_secs(60);
    let mut said = None;
    while tokio::time::Instant::now() < ends {
        let view = engine.login(&login)?;
        let line = json!({ "phase": view.phase, "code": view.qrcode_text });
        if said.as_ref() != Some(&line) {
            writeln!(std::io::stdout(), "{line}")?;
            said = Some(line);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}
