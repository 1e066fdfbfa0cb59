//! The commands of this repository: `cargo xtask --help` lists them.

mod checks;
mod demo;
mod desktop;
mod icons;
mod python;
mod run;
mod setup;
mod shell;
mod soak;
mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, runs and checks Roster.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Install what is missing to build, run and test; a list of it is printed first
    Setup,
    /// Install what is missing, build the app and open it
    Run(run::Options),
    /// Install what is missing and run every check
    Test,
    /// Run the long proofs on release builds and print what was tried and what failed
    Soak(soak::Options),
    /// Run the checks that need no test: format, lints, types, allowed dependencies
    Lint,
    /// Format everything
    Fmt,
    /// Do the main job in the real window against stand-in platforms; pictures go to target/demo
    Demo(demo::Options),
    /// Run the tests that need the real window, under a display of their own
    Window,
    /// Draw every icon size from icons/roster.svg
    Icons,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Setup => setup::ensure(setup::For::Tests),
        Command::Run(options) => run::run(&options),
        Command::Test => checks::test(),
        Command::Soak(options) => soak::run(&options),
        Command::Lint => checks::lint(),
        Command::Fmt => checks::fmt(),
        Command::Demo(options) => demo::run(&options),
        Command::Window => demo::window_tests(),
        Command::Icons => icons::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::complain(&error);
            ExitCode::FAILURE
        }
    }
}
