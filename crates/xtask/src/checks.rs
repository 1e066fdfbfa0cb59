//! `cargo xtask test`: every check, in the order in which a mistake is found soonest; and its parts `lint` and
//! `fmt`.

use std::time::{Duration, Instant};

use crate::{
    demo, python, run,
    setup::{self, npm_program},
    shell::{self, Failure},
    ui,
};

/// A named check.
struct Check {
    name: &'static str,
    run: fn() -> Result<(), Failure>,
}

/// Without building anything large.
const LINTS: &[Check] = &[
    Check { name: "Rust is formatted", run: || cargo(&["fmt", "--all", "--", "--check"]) },
    Check { name: "UI is linted and formatted", run: || npm("lint") },
    Check { name: "UI types hold", run: || npm("check") },
    Check { name: "UI builds", run: ui::build },
    Check {
        name: "Rust is linted",
        run: || cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]),
    },
    Check { name: "Dependencies are allowed", run: dependencies_are_allowed },
];

/// What needs everything built.
const TESTS: &[Check] = &[
    Check { name: "UI units", run: || npm("test") },
    Check { name: "Rust tests", run: || cargo(&["test", "--workspace", "--quiet", "--no-fail-fast"]) },
    Check { name: "A second reader opens the vault", run: python::vault_reader },
    Check { name: "The API keeps its contract", run: python::contract },
    Check { name: "UI in a browser", run: browser_tests },
    Check { name: "The real window", run: demo::window_tests },
    Check { name: "The demo", run: || demo::run(&demo::Options::default()) },
];

/// Installs what is missing and runs every check. All of them run, also after one failed, so that one run tells
/// everything.
///
/// # Errors
/// When a check failed; the table printed at the end says which.
pub(crate) fn test() -> Result<(), Failure> {
    setup::ensure(setup::For::Tests)?;
    all(LINTS.iter().chain(TESTS))
}

/// Runs the checks that need no test.
///
/// # Errors
/// As [`test`].
pub(crate) fn lint() -> Result<(), Failure> {
    setup::ensure(setup::For::Tests)?;
    all(LINTS.iter())
}

/// Formats everything.
///
/// # Errors
/// When a formatter says no.
pub(crate) fn fmt() -> Result<(), Failure> {
    setup::ensure(setup::For::App)?;
    cargo(&["fmt", "--all"])?;
    npm("format")
}

fn all(checks: impl Iterator<Item = &'static Check>) -> Result<(), Failure> {
    let mut outcomes: Vec<(&str, Duration, Option<Failure>)> = Vec::new();
    for check in checks {
        shell::say(format_args!("\n── {} ──", check.name));
        let started = Instant::now();
        let failure = (check.run)().err();
        if let Some(failure) = &failure {
            shell::complain(failure);
        }
        outcomes.push((check.name, started.elapsed(), failure));
    }
    shell::say("");
    for (name, took, failure) in &outcomes {
        let word = if failure.is_some() { "FAILED" } else { "ok" };
        shell::say(format_args!("{word:>6}  {:>5.0} s  {name}", took.as_secs_f64()));
    }
    let failed = outcomes.iter().filter(|(_, _, failure)| failure.is_some()).count();
    let passed = outcomes.len() - failed;
    let total: Duration = outcomes.iter().map(|(_, took, _)| *took).sum();
    shell::say(format_args!("\n{:.0} minutes\n{passed} passed, {failed} failed", total.as_secs_f64() / 60.0));
    match failed {
        0 => Ok(()),
        _ => Err(Failure::Needs(String::from("a check failed; its words stand above"))),
    }
}

fn cargo(arguments: &[&str]) -> Result<(), Failure> {
    shell::run(shell::cargo().args(arguments))
}

fn npm(script: &str) -> Result<(), Failure> {
    let mut command = shell::command(npm_program());
    shell::run(command.args(["run", "--silent", script]).current_dir(shell::root().join("ui")))
}

fn browser_tests() -> Result<(), Failure> {
    npm("e2e")?;
    // The pages once more, against the real engine and the stand-in platforms.
    cargo(&["build", "--quiet", "--package", "roster-tests", "--bin", "host"])?;
    let mut command = shell::command(npm_program());
    command.args(["run", "--silent", "e2e:real"]).current_dir(shell::root().join("ui"));
    shell::run(command.env("ROSTER_TEST_HOST", run::program("debug", "host")))
}

/// Licences, banned crates and sources. Advisories need a database from the network: `cargo deny check
/// advisories` is for a machine that reaches it.
fn dependencies_are_allowed() -> Result<(), Failure> {
    shell::run(shell::command(setup::cargo_deny()).args(["check", "licenses", "bans", "sources"]))
}
