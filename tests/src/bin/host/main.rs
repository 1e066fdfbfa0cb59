//! A host for browser tests: the built UI and both routers with the owner's rights, over HTTP on loopback, with a
//! real engine, the real adapters and the stand-in platforms inside. For tests only: whoever reaches this port is
//! the owner, so it listens on 127.0.0.1 and nowhere else, and its data go when it ends.

mod seed;
mod serve;

use std::{
    io::Write as _,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Parser;
use roster_engine::{CheckLimits, Engine, EngineConfig, KdfParams, Ports};
use roster_platform::{HostLimits, HttpConfig, HttpFactory};
use roster_platforms::AdapterSettings;
use roster_sandbox::{Sandbox, SandboxConfig};
use roster_tests::app::Drawer;
use serde_json::json;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Serves the UI and the API for browser tests, on loopback.
#[derive(Debug, Parser)]
struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The port of the stand-in platforms; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    sandbox_port: u16,
    /// How many sample accounts are there.
    #[arg(long, default_value_t = 0)]
    accounts: u32,
    /// Begin with the vault locked.
    #[arg(long, conflicts_with = "absent")]
    locked: bool,
    /// Begin without a vault.
    #[arg(long, conflicts_with = "accounts")]
    absent: bool,
    /// The password of the vault.
    #[arg(long, default_value = "correct horse battery staple")]
    password: String,
    /// The built UI.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/build"))]
    ui: PathBuf,
    /// File dialogs without a person: everything is saved to this folder, and the newest file of a purpose is opened from
    /// it. Without it there are no dialogs.
    #[arg(long)]
    files: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let options = Options::parse();
    // Before the first line goes out: whoever reads it may end this at any moment, and the folder has to go then.
    let mut told = signal(SignalKind::terminate())?;
    let data = tempfile::tempdir()?;
    let sandbox = Sandbox::start(SandboxConfig { port: options.sandbox_port, ..SandboxConfig::default() }).await?;
    let engine = make_engine(&data, &sandbox, options.files.as_deref())?;
    if !options.absent {
        engine.create_vault(options.password.as_str().into()).await?;
        if options.accounts > 0 {
            engine.lock().await?;
            seed::accounts(&data.path().join("vault"), &options.password, options.accounts).await?;
            engine.unlock(options.password.as_str().into()).await?;
        }
        if options.locked {
            engine.lock().await?;
        }
    }

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    // One line for whoever started this and waits for it.
    let line = json!({
        "url": format!("http://{}", listener.local_addr()?),
        "sandbox": format!("http://{}", sandbox.addr()),
        "password": options.password,
    });
    writeln!(std::io::stdout(), "{line}")?;
    let app = serve::app(engine.clone(), data.path(), &options.ui);
    let ended = async {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = told.recv() => {}
        }
    };
    tokio::select! {
        served = axum::serve(listener, app).into_future() => served?,
        () = ended => {}
    }
    engine.shutdown().await?;
    sandbox.stop().await?;
    Ok(())
}

fn make_engine(data: &tempfile::TempDir, sandbox: &Sandbox, files: Option<&Path>) -> Result<Engine, Fault> {
    // A sweep over all sample accounts should not take the hour that politeness to a real platform asks for.
    let limits = HostLimits { concurrency: 64, per_second: 10_000.0, burst: 10_000 };
    let http = HttpConfig { sandbox: Some(sandbox.addr()), limits, ..HttpConfig::default() };
    let settings: AdapterSettings = sandbox.settings().into_iter().collect();
    let mut ports = Ports::bare();
    if let Some(files) = files {
        ports.files = Arc::new(Drawer::new(files));
    }
    Ok(Engine::new(EngineConfig {
        data_dir: data.path().to_path_buf(),
        adapters: roster_platforms::all(&settings),
        http: HttpFactory::new(http)?,
        ports,
        kdf: KdfParams::floor(),
        limits: CheckLimits::default(),
    }))
}
