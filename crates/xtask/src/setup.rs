//! Installs what a fresh machine lacks: system packages, the UI's packages, cargo tools.

use std::{fs, path::Path};

use crate::shell::{self, Failure};

/// What the machine is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// Build the app and run it.
    App,
    /// And drive its window, as the demo does.
    Window,
    /// And run every check.
    Tests,
    /// Run the long proofs that need no window.
    Proofs,
}

/// The system packages the app is built with and runs with.
const APP_PACKAGES: [&str; 6] =
    ["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev", "libayatana-appindicator3-1", "fonts-noto-cjk", "dbus"];
/// And those that show, drive and read a window where there is no display.
const WINDOW_PACKAGES: [&str; 8] =
    ["webkit2gtk-driver", "xvfb", "openbox", "xdotool", "x11-utils", "imagemagick", "zbar-tools", "dbus-x11"];

/// The oldest Node that builds the UI.
const NODE: (u32, u32) = (20, 19);
/// And those that only tests call: a browser, a tracer of system calls, a clock that lies, what makes file systems,
/// a keychain, a look at the clipboard, Python.
const TEST_PACKAGES: [&str; 8] =
    ["chromium", "strace", "faketime", "util-linux", "gnome-keyring", "xclip", "python3", "python3-venv"];

const CARGO_DENY: &str = "0.20.2";

/// One thing that is missing and how it is put there.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Apt(Vec<&'static str>),
    Npm,
    /// A program by its crate's name and version, into `target/tools`.
    Tool(&'static str, &'static str),
}

/// Finds out what is missing, prints it, and installs it. Does nothing where nothing is missing.
///
/// # Errors
/// [`Failure::Needs`] with the commands to type when this cannot do it by itself; else what failed.
pub(crate) fn ensure(purpose: For) -> Result<(), Failure> {
    check_node()?;
    let steps = plan(purpose);
    if steps.is_empty() {
        shell::say("Everything needed is installed.");
        return Ok(());
    }
    shell::say("Missing; this will be installed now:");
    for step in &steps {
        shell::say(format_args!("  - {}", step.describe()));
    }
    steps.iter().try_for_each(Step::perform)
}

/// The folder of tools that belong to this repository and not to the machine.
pub(crate) fn tools_dir() -> std::path::PathBuf {
    shell::root().join("target").join("tools")
}

fn plan(purpose: For) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut wanted = APP_PACKAGES.to_vec();
    let mut tools = Vec::new();
    if matches!(purpose, For::Window | For::Tests) {
        wanted.extend(WINDOW_PACKAGES);
    }
    if matches!(purpose, For::Tests | For::Proofs) {
        wanted.extend(TEST_PACKAGES);
    }
    if purpose == For::Tests {
        tools.push(("cargo-deny", CARGO_DENY));
    }
    if cfg!(target_os = "linux") {
        let missing = missing_packages(&wanted);
        if !missing.is_empty() {
            steps.push(Step::Apt(missing));
        }
    }
    if purpose != For::Proofs && !npm_is_fresh(&shell::root().join("ui")) {
        steps.push(Step::Npm);
    }
    let missing = tools.into_iter().filter(|(name, version)| !has_tool(name, version));
    steps.extend(missing.map(|(name, version)| Step::Tool(name, version)));
    steps
}

impl Step {
    fn describe(&self) -> String {
        match self {
            Self::Apt(packages) => format!("system packages (apt): {}", packages.join(" ")),
            Self::Npm => "the packages of the UI (npm ci in ui/)".to_owned(),
            Self::Tool(name, version) => format!("{name} {version} (cargo install, into target/tools)"),
        }
    }

    fn perform(&self) -> Result<(), Failure> {
        match self {
            Self::Apt(packages) => install_packages(packages),
            Self::Npm => install_npm(&shell::root().join("ui")),
            Self::Tool(name, version) => install_tool(name, version),
        }
    }
}

/// Those of `wanted` that dpkg does not have. On a system without dpkg all of them, for the list.
fn missing_packages(wanted: &[&'static str]) -> Vec<&'static str> {
    wanted.iter().copied().filter(|package| !is_package_installed(package)).collect()
}

fn is_package_installed(package: &str) -> bool {
    // Asked one at a time: dpkg-query ends badly as soon as it knows one name of several not.
    let status = shell::ask(shell::command("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]));
    status.as_deref() == Some("installed")
}

fn install_packages(packages: &[&str]) -> Result<(), Failure> {
    if !shell::is_installed("apt-get") {
        return Err(Failure::Needs(format!(
            "this system has no apt. Install what these Debian packages hold by its own means, then run this again:\n  {}",
            packages.join(" ")
        )));
    }
    let by_hand = format!("apt-get update && apt-get install -y --no-install-recommends {}", packages.join(" "));
    let sudo = match (is_root(), shell::is_installed("sudo")) {
        (true, _) => false,
        (false, true) => true,
        (false, false) => {
            return Err(Failure::Needs(format!(
                "installing packages needs root and there is no sudo; as root run\n  {by_hand}"
            )));
        }
    };
    apt(sudo, &["update"])?;
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(packages);
    apt(sudo, &install).map_err(|error| Failure::Needs(format!("{error}; as root run\n  {by_hand}")))
}

fn apt(sudo: bool, arguments: &[&str]) -> Result<(), Failure> {
    let mut command = if sudo {
        let mut command = shell::command("sudo");
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
    } else {
        let mut command = shell::command("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    shell::run(command.arg("-q").args(arguments))
}

fn is_root() -> bool {
    shell::ask(shell::command("id").arg("-u")).as_deref() == Some("0")
}

/// Node itself is not ours to install: distributions carry many versions of it.
fn check_node() -> Result<(), Failure> {
    let answer = shell::ask(shell::command("node").arg("--version"));
    let found = answer.as_deref().and_then(parse_node_version);
    let has_npm = shell::is_installed(npm_program());
    match found {
        Some(version) if version >= NODE && has_npm => Ok(()),
        Some((major, minor)) if has_npm => Err(Failure::Needs(format!(
            "Node {major}.{minor} is too old to build the UI: install Node {}.{} or later (https://nodejs.org)",
            NODE.0, NODE.1
        ))),
        Some(_) => Err(Failure::Needs("npm is missing beside Node: install npm".to_owned())),
        None => Err(Failure::Needs(format!(
            "Node is missing: install Node {}.{} or later with npm (https://nodejs.org)",
            NODE.0, NODE.1
        ))),
    }
}

/// `v20.19.2` → (20, 19).
fn parse_node_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The name npm has here.
pub(crate) fn npm_program() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// A copy of the lock file is left beside what was installed from it.
fn npm_is_fresh(ui: &Path) -> bool {
    let installed = fs::read(ui.join("node_modules/.installed-from.json"));
    let wanted = fs::read(ui.join("package-lock.json"));
    matches!((installed, wanted), (Ok(installed), Ok(wanted)) if installed == wanted)
}

fn install_npm(ui: &Path) -> Result<(), Failure> {
    shell::run(shell::command(npm_program()).args(["ci", "--no-audit", "--no-fund"]).current_dir(ui))?;
    let mark = ui.join("node_modules/.installed-from.json");
    fs::copy(ui.join("package-lock.json"), &mark).map_err(|source| Failure::File { path: mark, source })?;
    Ok(())
}

/// What checks licences and sources of the dependencies.
pub(crate) fn cargo_deny() -> std::path::PathBuf {
    tool("cargo-deny")
}

fn tool(name: &str) -> std::path::PathBuf {
    tools_dir().join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn has_tool(name: &str, version: &str) -> bool {
    // Not every tool has --version; cargo keeps what it installed in a file.
    let list = fs::read_to_string(tools_dir().join(".crates.toml")).unwrap_or_default();
    tool(name).is_file() && list.contains(&format!("\"{name} {version} "))
}

fn install_tool(name: &str, version: &str) -> Result<(), Failure> {
    shell::run(
        shell::cargo()
            .args(["install", name, "--quiet", "--locked", "--version", version, "--root"])
            .arg(tools_dir())
            // An own folder, so that the app's build is not thrown away for other features.
            .env("CARGO_TARGET_DIR", tools_dir().join("build")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_are_read_and_compared() {
        assert_eq!(parse_node_version("v20.19.2\n"), Some((20, 19)));
        assert!(parse_node_version("v18.20.4").unwrap() < NODE);
        assert!(parse_node_version("v22.0.0").unwrap() > NODE);
        assert_eq!(parse_node_version("node"), None);
    }

    #[test]
    fn npm_is_stale_until_its_lock_file_is_the_installed_one() {
        let ui = std::env::temp_dir().join(format!("roster-xtask-npm-{}", std::process::id()));
        fs::create_dir_all(ui.join("node_modules")).unwrap();
        fs::write(ui.join("package-lock.json"), "{1}").unwrap();
        assert!(!npm_is_fresh(&ui));
        fs::write(ui.join("node_modules/.installed-from.json"), "{1}").unwrap();
        assert!(npm_is_fresh(&ui));
        fs::write(ui.join("package-lock.json"), "{2}").unwrap();
        assert!(!npm_is_fresh(&ui));
        fs::remove_dir_all(&ui).unwrap();
    }
}
