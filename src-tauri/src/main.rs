//! Roster's program: reads the command line, finds the data folder, starts the log and hands over to the
//! composition.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod args;
mod browser;
mod clipboard;
mod commands;
mod compose;
mod dialogs;
mod door;
mod feed;
mod frame;
mod guests;
mod hardening;
mod keychain;
mod lifetime;
mod logs;
mod network;
mod notifier;
mod outside;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod own_bus;
mod places;
mod presence;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod probe;
mod renewal;
mod tray;
mod watch;
mod windows;
mod wiping;
mod words;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    wiping::start();
    // After that one, because it may begin the program anew.
    let hardening = hardening::harden();
    // Whatever this process makes, the web view's files included, is for its owner only.
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);

    match compose::run(args::Options::parse(), hardening) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "could not start");
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stderr, reason = "said to whoever started the program from a terminal; the log has it too")]
fn complain(error: &compose::StartError) {
    eprintln!("roster: {error}");
}
