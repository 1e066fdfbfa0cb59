//! Running one test program: its quick tests together, its long ones each by itself and within a limit.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    time::{Duration, Instant},
};

use super::campaigns::{Campaign, Target};
use super::table::{Line, Outcome};
use crate::desktop::Desktop;
use crate::shell::{self, Failure};

/// No proof may take longer.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// A test program that was built.
#[derive(Debug)]
pub(super) struct Program {
    folder: PathBuf,
    package: String,
    target: Target,
    executable: PathBuf,
}

impl Program {
    /// A program of the package in `folder`; `None` when that has no name.
    pub(super) fn new(folder: PathBuf, target: Target, executable: PathBuf) -> Option<Self> {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        let package = manifest.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))?.to_owned();
        Some(Self { folder, package, target, executable })
    }

    pub(super) fn place(&self) -> (String, Target) {
        (self.package.clone(), self.target.clone())
    }

    pub(super) fn name(&self) -> String {
        match &self.target {
            Target::Units => format!("{}::src", self.package),
            Target::Whole(name) => format!("{}::{name}", self.package),
        }
    }

    pub(super) fn holds(&self, campaign: &Campaign) -> bool {
        self.package == campaign.package && self.target == campaign.target
    }

    /// Runs the quick tests whose name contains `filter`.
    pub(super) fn quick(&self, filter: Option<&str>) -> Result<Outcome, Failure> {
        let mut command = self.command(None);
        command.arg("--nocapture").args(filter.map(|text| text.rsplit("::").next().unwrap_or(text)));
        watch(&mut command, &format!("the quick tests of {}", self.name()))
    }

    /// Runs one long test, on a display where one is given.
    pub(super) fn long(&self, campaign: &Campaign, desktop: Option<&Desktop>) -> Result<Outcome, Failure> {
        let mut list = self.command(None);
        let all = shell::ask(list.args(["--list", "--ignored", "--format", "terse"])).unwrap_or_default();
        let full = all
            .lines()
            .filter_map(|line| line.strip_suffix(": test"))
            .find(|path| path.rsplit("::").next() == Some(campaign.function.as_str()));
        let Some(full) = full else {
            return Err(Failure::Needs(format!("{} holds no test {}", self.name(), campaign.function)));
        };
        let mut command = self.command(desktop);
        command.args([full, "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
        watch(&mut command, &campaign.name)
    }

    fn command(&self, desktop: Option<&Desktop>) -> Command {
        let mut command = match desktop {
            Some(desktop) => desktop.command(&self.executable),
            None => Command::new(&self.executable),
        };
        // As cargo runs it.
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        if desktop.is_some() {
            crate::demo::give_programs(&mut command);
        }
        command
    }
}

/// Runs a command to its end, or ends it at the limit, and takes down what it says.
pub(crate) fn watch(command: &mut Command, name: &str) -> Result<Outcome, Failure> {
    shell::say(format_args!("── {name}"));
    let started = Instant::now();
    let failure = |source| Failure::Start { program: name.to_owned(), source };
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(failure)?;
    let (sender, said) = mpsc::channel();
    let mut output = BufReader::new(child.stdout.take().ok_or_else(|| failure(std::io::ErrorKind::BrokenPipe.into()))?);
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        while output.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            if sender.send(line).is_err() {
                return;
            }
            bytes.clear();
        }
    });
    let mut outcome = Outcome::default();
    loop {
        match said.recv_timeout(LIMIT.saturating_sub(started.elapsed())) {
            Ok(line) => match Line::find_in(&line) {
                Some(found) => {
                    shell::say(format_args!("   {found}"));
                    outcome.lines.push(found);
                }
                // What a failed test says is wanted; that each single one is fine is not.
                None if line.is_empty() || line.ends_with("... ok") || line.contains("... ignored") => {}
                None => shell::say(format_args!("   {line}")),
            },
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                outcome.late = true;
                child.kill().map_err(failure)?;
                break;
            }
        }
    }
    outcome.passed = child.wait().map_err(failure)?.success();
    if !outcome.late {
        let _ = reader.join();
    }
    outcome.took = started.elapsed();
    Ok(outcome)
}
