//! `cargo xtask demo`: the main job, done by itself in the real window.

use std::{fs, path::PathBuf};

use clap::Args;

use crate::{
    desktop::Desktop,
    run, setup,
    shell::{self, Failure},
    ui,
};

/// How the demo is shown.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Use the display that is there instead of a virtual one, to watch
    #[arg(long)]
    visible: bool,
    /// The words on screen
    #[arg(long, default_value = "zh-CN", value_parser = ["zh-CN", "en"])]
    language: String,
    /// Light or dark
    #[arg(long, default_value = "light", value_parser = ["light", "dark"])]
    theme: String,
}

impl Default for Options {
    /// As `cargo xtask demo` without arguments.
    fn default() -> Self {
        Self { visible: false, language: String::from("zh-CN"), theme: String::from("light") }
    }
}

/// Builds what is needed, runs the demo and says where its pictures are.
///
/// # Errors
/// When a step of it fails.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    setup::ensure(setup::For::Window)?;
    ui::build()?;
    run::build_for_sandbox(&[
        "--package",
        "roster-tests",
        "--bin",
        "demo",
        "--bin",
        "roster",
        "--bin",
        "roster-sandbox",
    ])?;
    let out = fresh_folder("demo")?;
    let desktop = if options.visible { Desktop::present() } else { Desktop::start(&out.join("logs"))? };
    let mut demo = desktop.command(&run::program("debug", "demo"));
    demo.arg("--out").arg(&out).args(["--language", &options.language, "--theme", &options.theme]);
    give_programs(&mut demo);
    // What the desktop's own daemons have to say is for whoever looks into a failure.
    let words = out.join("logs/desktop.log");
    demo.stderr(fs::File::create(&words).map_err(|source| Failure::File { path: words, source })?);
    let done = shell::run(&mut demo);
    shell::say(format_args!("Pictures and report.json: {}", out.display()));
    done
}

/// Runs the tests of the real window.
///
/// # Errors
/// When a test fails.
pub(crate) fn window_tests() -> Result<(), Failure> {
    setup::ensure(setup::For::Window)?;
    ui::build()?;
    run::build_for_sandbox(&[
        "--package",
        "roster-tests",
        "--bins",
        "--test",
        "window",
        "--test",
        "window_guests",
        "--test",
        "window_platforms",
        "--test",
        "window_proxies",
        "--test",
        "secrets",
    ])?;
    let out = fresh_folder("window-tests")?;
    let desktop = Desktop::start(&out.join("logs"))?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut tests = desktop.command(cargo.as_ref());
    tests.args(["test", "--package", "roster-tests", "--package", "roster", "--package", "roster-sandbox"]);
    tests.args(["--features", "roster/sandbox", "--test", "window", "--test", "window_guests", "--test", "secrets"]);
    tests.args(["--test", "window_platforms", "--test", "window_proxies"]);
    tests.args(["--", "--ignored", "--skip", "long_", "--test-threads=1"]);
    give_programs(&mut tests);
    shell::run(&mut tests)
}

/// What tests of the window need, kept up while `cargo xtask soak` runs.
#[derive(Debug)]
pub(crate) struct Stage(Desktop);

impl Stage {
    /// The display.
    pub(crate) fn desktop(&self) -> &Desktop {
        &self.0
    }
}

/// Builds the programs that tests of the window start, and brings up a display.
///
/// # Errors
/// When a build fails or no display comes up.
pub(crate) fn stage_for_soak() -> Result<Stage, Failure> {
    setup::ensure(setup::For::Window)?;
    ui::build()?;
    run::build_for_sandbox(&["--package", "roster-tests", "--bins"])?;
    Ok(Stage(Desktop::start(&fresh_folder("soak-window")?.join("logs"))?))
}

/// Tells a driver of the window where the programs are.
pub(crate) fn give_programs(command: &mut std::process::Command) {
    command
        .env("ROSTER_APP", run::program("debug", "roster"))
        .env("ROSTER_SANDBOX", run::program("debug", "roster-sandbox"));
}

fn fresh_folder(name: &str) -> Result<PathBuf, Failure> {
    let out = shell::root().join("target").join(name);
    let failure = |source| Failure::File { path: out.clone(), source };
    if out.exists() {
        fs::remove_dir_all(&out).map_err(failure)?;
    }
    fs::create_dir_all(out.join("logs")).map_err(failure)?;
    Ok(out)
}
