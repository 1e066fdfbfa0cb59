//! Against a real X server, seen with the eyes of another program.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::*;
use crate::probe::{Probe, Told, say};

/// A display that ends with its test.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn start() -> Self {
        // Without -noreset the server starts anew whenever its last client goes, and refuses others meanwhile.
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "320x240x24", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed: cargo xtask test sees to it");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        Self { server, name: format!(":{}", number.trim()) }
    }

    fn xclip(&self, arguments: &[&str]) -> Command {
        let mut xclip = Command::new("xclip");
        xclip.args(["-selection", "clipboard"]).args(arguments).env("DISPLAY", &self.name);
        xclip
    }

    /// What another program pastes; nothing when the clipboard is empty.
    fn pasted(&self, target: &str) -> Option<String> {
        let read = self.xclip(&["-o", "-target", target]).output().expect("xclip is installed");
        read.status.success().then(|| String::from_utf8_lossy(&read.stdout).into_owned())
    }

    /// What another program copies.
    fn copy(&self, text: &str) {
        let mut xclip = self.xclip(&["-i"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        xclip.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(xclip.wait().unwrap().success());
    }

    fn program(&self, stay: Duration) -> Probe {
        let stay = stay.as_millis().to_string();
        Probe::start(
            "clipboard::tests::probe",
            &[("DISPLAY", Some(&self.name)), ("WAYLAND_DISPLAY", None), ("STAY_MS", Some(&stay))],
        )
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The program with its clipboard: `copy TEXT` and `forget`, each answered by what came of it.
#[test]
#[ignore = "a process that other tests start"]
fn probe() {
    let Some(mut told) = Told::by_a_test() else { return };
    let stay = std::env::var("STAY_MS").unwrap().parse().unwrap();
    let clipboard = SystemClipboard::with_stay(Duration::from_millis(stay)).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    while let Some(line) = told.next() {
        match line.strip_prefix("copy ") {
            Some(text) => say(&format!("{:?}", runtime.block_on(clipboard.copy_secret(text.into())))),
            None => {
                runtime.block_on(clipboard.forget());
                say("forgotten");
            }
        }
    }
}

const LONG: Duration = Duration::from_secs(600);

#[test]
fn a_secret_appears_marked_and_goes_again_by_itself() {
    let display = Display::start();
    let mut program = display.program(Duration::from_millis(1_500));
    assert_eq!(program.ask("copy canary-1"), "Ok(())");
    let copied = Instant::now();
    assert_eq!(display.pasted("UTF8_STRING").as_deref(), Some("canary-1"));
    assert!(display.pasted("TARGETS").is_some_and(|targets| targets.contains("x-kde-passwordManagerHint")));
    assert_eq!(display.pasted("x-kde-passwordManagerHint").as_deref(), Some("secret"));
    // The next copy starts the time anew.
    assert_eq!(program.ask("copy canary-2"), "Ok(())");
    let again = Instant::now();
    assert!(again > copied);
    while display.pasted("UTF8_STRING").is_some() {
        assert!(again.elapsed() < Duration::from_secs(15), "it stays");
    }
    assert!(again.elapsed() >= Duration::from_millis(1_400), "{:?}", again.elapsed());
}

#[test]
fn what_somebody_else_copied_stays() {
    let display = Display::start();
    let mut program = display.program(LONG);
    assert_eq!(program.ask("copy canary"), "Ok(())");
    display.copy("a shopping list");
    assert_eq!(program.ask("forget"), "forgotten");
    assert_eq!(display.pasted("UTF8_STRING").as_deref(), Some("a shopping list"));
}

#[test]
fn locking_takes_it_away_at_once_and_so_does_the_end_of_the_program() {
    let display = Display::start();
    let mut program = display.program(LONG);
    assert_eq!(program.ask("copy canary"), "Ok(())");
    assert_eq!(program.ask("forget"), "forgotten");
    assert_eq!(display.pasted("UTF8_STRING"), None);
    assert_eq!(program.ask("copy canary"), "Ok(())");
    assert!(display.pasted("UTF8_STRING").is_some());
    drop(program);
    assert_eq!(display.pasted("UTF8_STRING"), None);
}

#[test]
fn without_a_display_it_is_said_and_nothing_hangs() {
    let mut program = Probe::start(
        "clipboard::tests::probe",
        &[("DISPLAY", None), ("WAYLAND_DISPLAY", None), ("STAY_MS", Some("1000"))],
    );
    assert_eq!(program.ask("copy canary"), "Err(Unavailable)");
    assert_eq!(program.ask("forget"), "forgotten");
}
