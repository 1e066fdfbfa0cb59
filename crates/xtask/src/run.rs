//! `cargo xtask run`: from a fresh clone to the open window.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    time::Duration,
};

use clap::Args;

use crate::{
    setup,
    shell::{self, Background, Failure},
    ui,
};

/// How the app is opened.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Use stand-in platforms on this computer, with a page that plays the phone
    #[arg(long)]
    sandbox: bool,
    /// Build with optimisation (takes longer; not together with --sandbox)
    #[arg(long, conflicts_with = "sandbox")]
    release: bool,
    /// Keep the app's data in this folder
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Installs what is missing, builds, opens the window and waits until it is closed.
///
/// # Errors
/// When there is no display (before anything is built), or a step fails.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    check_display()?;
    setup::ensure(setup::For::App)?;
    ui::build()?;
    if options.sandbox { run_with_sandbox(options) } else { run_alone(options) }
}

fn run_alone(options: &Options) -> Result<(), Failure> {
    let mut build = shell::cargo();
    build.args(["build", "--package", "roster"]);
    if options.release {
        build.arg("--release");
    }
    shell::run(&mut build)?;
    let mut app = shell::command(program(if options.release { "release" } else { "debug" }, "roster"));
    if let Some(dir) = &options.data_dir {
        app.arg("--data-dir").arg(dir);
    }
    shell::run(&mut app)
}

fn run_with_sandbox(options: &Options) -> Result<(), Failure> {
    build_for_sandbox(&[])?;
    let logs = shell::target_dir().join("sandbox-run");
    std::fs::create_dir_all(&logs).map_err(|source| Failure::File { path: logs.clone(), source })?;
    let (_sandbox, address) = start_sandbox(&logs)?;
    let data = options.data_dir.clone().unwrap_or_else(|| logs.join("data"));
    shell::say(format_args!("\nThe phone that scans and confirms: http://{address}/phone"));
    shell::say(format_args!("The app's data: {}\n", data.display()));
    shell::run(
        shell::command(program("debug", "roster"))
            .args(["--sandbox", &format!("http://{address}"), "--data-dir"])
            .arg(data),
    )
}

/// Builds the app that can be pointed at the sandbox, the sandbox, and `more` in one go, so that the shared
/// crates are built once.
pub(crate) fn build_for_sandbox(more: &[&str]) -> Result<(), Failure> {
    let mut build = shell::cargo();
    build.args(["build", "--package", "roster", "--package", "roster-sandbox", "--features", "roster/sandbox"]);
    shell::run(build.args(more))
}

/// A program that cargo built.
pub(crate) fn program(profile: &str, name: &str) -> PathBuf {
    shell::target_dir().join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Starts the stand-in platforms on a free port of loopback.
fn start_sandbox(logs: &std::path::Path) -> Result<(Background, SocketAddr), Failure> {
    let address = free_address()?;
    let log = logs.join("sandbox.log");
    let mut sandbox = Background::start(
        shell::command(program("debug", "roster-sandbox")).args(["--port", &address.port().to_string()]),
        &log,
    )?;
    let up = shell::wait_for(Duration::from_secs(20), || {
        !sandbox.is_running() || TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok()
    });
    if up && sandbox.is_running() {
        return Ok((sandbox, address));
    }
    Err(Failure::Needs(format!("the sandbox did not start; its words are in {}", log.display())))
}

fn free_address() -> Result<SocketAddr, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|source| Failure::File { path: PathBuf::from("127.0.0.1"), source })
}

/// On Linux a window needs a display; said before anybody waits for a build.
fn check_display() -> Result<(), Failure> {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") {
        return Ok(());
    }
    Err(Failure::Needs(
        "there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open.\n\
         Run this in a desktop session, or over `ssh -X`. To see Roster at work without a display:\n  \
         cargo xtask demo      (brings its own display; pictures in target/demo)"
            .to_owned(),
    ))
}
