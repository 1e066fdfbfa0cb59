//! Which long tests there are and what they can say, by reading the sources.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::shell::{self, Failure};

/// One long test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Campaign {
    /// `package::program::function`.
    pub(crate) name: String,
    /// The package it is in.
    pub(crate) package: String,
    /// Which of the package's test programs holds it.
    pub(crate) target: Target,
    /// The function's own name.
    pub(crate) function: String,
    /// It drives the real window.
    pub(crate) window: bool,
}

/// A test program of a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// The unit tests in `src`.
    Units,
    /// The file or folder of this name in `tests`.
    Whole(String),
}

/// What the sources of the workspace hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Campaigns {
    /// The long tests.
    pub(crate) long: Vec<Campaign>,
    /// Test programs in which quick tests say lines as well: package and target.
    pub(crate) speaking: BTreeSet<(String, Target)>,
    /// Every line that can be said.
    pub(crate) lines: BTreeSet<String>,
}

/// Reads all sources of the workspace.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn find() -> Result<Campaigns, Failure> {
    let mut found = Campaigns::default();
    let root = shell::root();
    let mut packages = vec![root.join("src-tauri"), root.join("tests")];
    packages.extend(entries(&root.join("crates"))?.into_iter().filter(|path| path.join("Cargo.toml").is_file()));
    for package in packages {
        let manifest = read(&package.join("Cargo.toml"))?;
        let name = manifest.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
        // What reads the lines says none.
        let Some(name) = name.filter(|name| *name != env!("CARGO_PKG_NAME")) else { continue };
        for part in ["src", "tests"] {
            for file in sources(&package.join(part))? {
                found.read(name, &target(&package, &file), &read(&file)?);
            }
        }
    }
    for file in sources(&root.join("tests/vault_reader"))? {
        found.lines.extend(said_in(&read(&file)?, "soak("));
    }
    Ok(found)
}

impl Campaigns {
    fn read(&mut self, package: &str, target: &Target, text: &str) {
        let lines: Vec<String> = said_in(text, "soak::line(").collect();
        if !lines.is_empty() {
            self.speaking.insert((package.to_owned(), target.clone()));
            self.lines.extend(lines);
        }
        for (function, window) in long_tests(text) {
            let program = match target {
                Target::Units => "src",
                Target::Whole(name) => name,
            };
            self.long.push(Campaign {
                name: format!("{package}::{program}::{function}"),
                package: package.to_owned(),
                target: target.clone(),
                function,
                window,
            });
        }
    }
}

/// The long tests of one file: name, and whether it needs a display.
fn long_tests(text: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let mut mark: Option<bool> = None;
    for line in text.lines().map(str::trim_start) {
        if let Some(reason) = line.strip_prefix("#[ignore = \"long") {
            mark = Some(reason.starts_with(" window"));
        } else if let Some((_, rest)) = line.split_once("fn ")
            && let Some(window) = mark.take()
        {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push((name, window));
        }
    }
    found
}

/// The literal first arguments of every call of this name.
fn said_in(text: &str, call: &str) -> impl Iterator<Item = String> {
    text.split(call).skip(1).filter_map(|rest| {
        let literal = rest.trim_start().strip_prefix('"')?;
        Some(literal.split('"').next()?.to_owned())
    })
}

fn target(package: &Path, file: &Path) -> Target {
    let inside = file.strip_prefix(package.join("tests")).ok().and_then(|path| path.iter().next());
    match inside.map(Path::new).and_then(Path::file_stem) {
        // The crate of the whole-app tests has its library beside them.
        Some(name) => Target::Whole(name.to_string_lossy().into_owned()),
        None => Target::Units,
    }
}

/// Every source file at or under a folder, in order; none where there is no such folder.
fn sources(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for path in entries(folder)? {
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "py") {
            found.push(path);
        }
    }
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failure = |source| Failure::File { path: folder.to_path_buf(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failure)? {
        found.push(entry.map_err(failure)?.path());
    }
    found.sort_unstable();
    Ok(found)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|source| Failure::File { path: path.to_path_buf(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
#[test]
#[ignore = "long: cargo xtask soak"]
fn long_kills_lose_nothing() {
    soak::line("kill -9 while writing", 1_000, 0, "");
    crate::faults::soak::line(
        "kill -9, seen",
        1,
        0,
        "",
    );
}

#[test]
#[ignore = "a measurement"]
fn figures() {}

#[tokio::test]
#[ignore = "long window: cargo xtask soak"]
async fn long_nothing_stays() {}
"#;

    #[test]
    fn long_tests_and_their_lines_are_found() {
        let mut found = Campaigns::default();
        found.read("roster-vault", &Target::Units, FILE);
        let names: Vec<(&str, bool)> = found.long.iter().map(|one| (one.name.as_str(), one.window)).collect();
        assert_eq!(
            names,
            [("roster-vault::src::long_kills_lose_nothing", false), ("roster-vault::src::long_nothing_stays", true)]
        );
        let lines: Vec<&str> = found.lines.iter().map(String::as_str).collect();
        assert_eq!(lines, ["kill -9 while writing", "kill -9, seen"]);
    }

    #[test]
    fn a_file_belongs_to_one_test_program() {
        let package = Path::new("/p");
        let of = |file: &str| target(package, &package.join(file));
        assert_eq!(of("src/faults/kill.rs"), Target::Units);
        assert_eq!(of("tests/window.rs"), Target::Whole("window".into()));
        assert_eq!(of("tests/disk/full.rs"), Target::Whole("disk".into()));
    }

    #[test]
    fn the_sources_here_can_be_read() {
        let found = find().unwrap();
        assert!(found.lines.iter().any(|line| line.contains("kill -9")), "{:?}", found.lines);
        assert!(found.long.iter().all(|campaign| campaign.function.starts_with("long_")), "{:?}", found.long);
    }
}
