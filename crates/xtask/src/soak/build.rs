//! Building the test programs that hold proofs, with optimisation, in one call of cargo.

use std::{collections::BTreeSet, path::PathBuf, process::Stdio};

use serde::Deserialize;

use super::campaigns::{Campaign, Campaigns, Target};
use super::program::Program;
use crate::shell::{self, Failure};

/// What cargo says about a file it made.
#[derive(Debug, Deserialize)]
struct Message {
    manifest_path: Option<PathBuf>,
    target: Option<Made>,
    executable: Option<PathBuf>,
    profile: Option<Profile>,
}

#[derive(Debug, Deserialize)]
struct Made {
    name: String,
    kind: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Profile {
    test: bool,
}

/// Builds the programs of the wanted campaigns, and with `quick` those of all quick tests that speak.
///
/// # Errors
/// When cargo cannot build them.
pub(super) fn release(found: &Campaigns, wanted: &[&Campaign], quick: bool) -> Result<Vec<Program>, Failure> {
    let of_wanted = wanted.iter().map(|campaign| (campaign.package.clone(), campaign.target.clone()));
    let mut chosen: BTreeSet<(String, Target)> = of_wanted.collect();
    if quick {
        chosen.extend(found.speaking.iter().cloned());
    }
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let mut build = shell::cargo();
    build.args(["test", "--release", "--no-run", "--message-format", "json-render-diagnostics"]);
    if chosen.iter().any(|(_, target)| *target == Target::Units) {
        build.arg("--lib");
    }
    for (package, target) in &chosen {
        build.args(["--package", package]);
        if let Target::Whole(name) = target {
            build.args(["--test", name]);
        }
    }
    shell::say("Building the proofs with optimisation …");
    let failure = |source| Failure::Start { program: String::from("cargo"), source };
    let output = build.stdin(Stdio::null()).stderr(Stdio::inherit()).output().map_err(failure)?;
    if !output.status.success() {
        return Err(Failure::Status { line: String::from("cargo test --release --no-run"), status: output.status });
    }
    let made = String::from_utf8_lossy(&output.stdout);
    let programs = made.lines().filter_map(|line| program(serde_json::from_str(line).ok()?));
    // Packages share the targets of one call; those that nobody asked for are not run.
    Ok(programs.filter(|program| chosen.contains(&program.place())).collect())
}

fn program(message: Message) -> Option<Program> {
    let (target, profile) = (message.target?, message.profile?);
    let folder = message.manifest_path?.parent()?.to_path_buf();
    let name = target.kind.iter().any(|kind| kind == "test").then_some(target.name);
    let place = name.map_or(Target::Units, Target::Whole);
    Program::new(folder, place, message.executable.filter(|_| profile.test)?)
}
