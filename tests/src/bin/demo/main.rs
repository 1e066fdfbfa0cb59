//! The main job in the real window, step by step, with a picture of each: what `cargo xtask demo` runs.

mod account;
mod pools;
mod report;
mod show;
mod start;
mod words;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;
use roster_tests::window::{DriveError, Programs, Stage};

use report::Report;
use show::{Show, Step};

/// Drives the app that the environment names (`ROSTER_APP`, `ROSTER_SANDBOX`).
#[derive(Debug, Parser)]
struct Options {
    /// Where pictures, logs and report.json go
    #[arg(long)]
    out: PathBuf,
    /// The words on screen
    #[arg(long, default_value = "zh-CN", value_parser = ["zh-CN", "en"])]
    language: String,
    /// Light or dark
    #[arg(long, default_value = "light", value_parser = ["light", "dark"])]
    theme: String,
}

/// The whole demo, however it goes: a step that hangs is a step that failed.
const AT_MOST: Duration = Duration::from_secs(120);

/// In order. Each stands on the ones before it.
const STEPS: &[Step] = &[
    Step { name: "first-start", title: "The window opens on the first page", run: |show| Box::pin(start::opens(show)) },
    Step { name: "password", title: "A password is chosen", run: |show| Box::pin(start::password(show)) },
    Step { name: "vault-made", title: "The vault is made", run: |show| Box::pin(start::vault(show)) },
    Step { name: "kit", title: "The recovery kit is copied to paper", run: |show| Box::pin(start::kit(show)) },
    Step {
        name: "kit-tested",
        title: "Two of its words are typed back",
        run: |show| Box::pin(start::kit_tested(show)),
    },
    Step { name: "code", title: "A Bilibili login shows its QR code", run: |show| Box::pin(account::code(show)) },
    Step {
        name: "scanned",
        title: "The phone scans what the screen shows",
        run: |show| Box::pin(account::scanned(show)),
    },
    Step { name: "logged-in", title: "The phone confirms", run: |show| Box::pin(account::confirmed(show)) },
    Step {
        name: "active",
        title: "The account is in the list and active",
        run: |show| Box::pin(account::active(show)),
    },
    Step { name: "health", title: "A health check finds it well", run: |show| Box::pin(account::checked(show)) },
    Step { name: "detail", title: "The account's own page", run: |show| Box::pin(account::detail(show)) },
    Step {
        name: "first-no",
        title: "The platform ends the session; one answer is no proof",
        run: |show| Box::pin(account::ended(show)),
    },
    Step {
        name: "second-platform",
        title: "Meanwhile: a Toutiao account by QR",
        run: |show| Box::pin(account::second(show)),
    },
    Step { name: "settings", title: "Meanwhile: the settings", run: |show| Box::pin(start::settings(show)) },
    Step {
        name: "expired",
        title: "A second answer a minute later: marked",
        run: |show| Box::pin(account::expired(show)),
    },
    Step { name: "logged-in-again", title: "Logged in again by QR", run: |show| Box::pin(account::again(show)) },
    Step { name: "pool", title: "A pool with the account in it", run: |show| Box::pin(pools::made(show)) },
    Step { name: "selected", title: "The pool gives the account", run: |show| Box::pin(pools::selected(show)) },
    Step { name: "locked", title: "Locked, and opened again", run: |show| Box::pin(start::locked(show)) },
];

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let programs = match Programs::from_env() {
        Ok(programs) => programs,
        Err(name) => return complain(&format!("{name} is not set: run `cargo xtask demo`")),
    };
    match perform(&options, programs).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => complain(&error.to_string()),
    }
}

/// Answers whether every step passed.
async fn perform(options: &Options, programs: Programs) -> Result<bool, DriveError> {
    let data = tempfile::Builder::new().prefix("roster-demo-").tempdir()?;
    std::fs::write(
        data.path().join("preferences.json"),
        serde_json::json!({ "language": options.language, "theme": options.theme, "on_close": "quit" }).to_string(),
    )?;
    let mut report = Report::start(&options.language, &options.theme);
    let logs = options.out.join("logs");
    let stage = Stage::start(programs, data.path(), &logs).await?;
    report.opened();
    let mut show = Show::new(stage, &options.language, options.out.clone());
    let until = tokio::time::Instant::now() + AT_MOST;
    for (number, step) in (1..).zip(STEPS) {
        let passed = show.perform(number, step, &mut report, until).await;
        if !passed {
            break;
        }
    }
    report.skipped(STEPS);
    let ended = show.end().await;
    copy_app_log(data.path(), &logs)?;
    report.write(&options.out.join("report.json"))?;
    ended?;
    Ok(report.passed())
}

/// The app's own log belongs to what a failed run leaves behind.
fn copy_app_log(data: &std::path::Path, logs: &std::path::Path) -> Result<(), DriveError> {
    for entry in std::fs::read_dir(data.join("logs"))? {
        let entry = entry?;
        std::fs::copy(entry.path(), logs.join(entry.file_name()))?;
    }
    Ok(())
}

/// On standard output: the other one is full of the desktop's daemons.
#[allow(clippy::print_stdout, reason = "this program talks to a terminal")]
fn complain(what: &str) -> ExitCode {
    println!("demo: {what}");
    ExitCode::FAILURE
}
