//! The table of all proofs: what, tried, failed, at which commit, note.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::shell::{self, Failure};

/// What a proof says before its line.
const MARK: &str = "SOAK ";

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    what: String,
    tried: u64,
    failed: u64,
    note: String,
    /// The commit it was measured at, with a `+` behind it when something was changed since; empty when nobody knows.
    #[serde(default)]
    commit: String,
}

impl Line {
    pub(super) fn new(what: &str, tried: u64, failed: u64, note: &str) -> Self {
        Self { what: what.to_owned(), tried, failed, note: note.to_owned(), commit: String::new() }
    }

    /// The line in what a program printed; the harness may have written the name of the test before it.
    pub(super) fn find_in(printed: &str) -> Option<Self> {
        let (_, json) = printed.split_once(MARK)?;
        serde_json::from_str(json.trim()).ok()
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} tried, {} failed. {}", self.what, self.tried, self.failed, self.note)
    }
}

/// What running a program gave.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(super) lines: Vec<Line>,
    /// It ended well.
    pub(super) passed: bool,
    /// It did not end within its limit.
    pub(super) late: bool,
    pub(super) took: Duration,
}

/// All lines, each `what` once: of two the one that tried more, and a failure in any case.
#[derive(Debug, Default)]
pub(super) struct Table {
    lines: BTreeMap<String, Line>,
    /// What lines say was measured at.
    commit: String,
    /// Everything that was run for it.
    ran: BTreeSet<String>,
}

impl Table {
    /// An empty table of what is measured at this commit.
    pub(super) fn at(commit: String) -> Self {
        Self { commit, ..Self::default() }
    }

    /// The table as it was left in a file; empty when there is none.
    ///
    /// # Errors
    /// When the file cannot be read, or is no table.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let failure = |source| Failure::File { path: path.to_path_buf(), source };
        let lines: Vec<Line> = match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| failure(error.into()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failure(error)),
        };
        Ok(Self { lines: lines.into_iter().map(|line| (line.what.clone(), line)).collect(), ..Self::default() })
    }

    /// Adds the lines of an earlier table that this one does not replace. One that tried more stays, unless this one failed;
    /// so a failure stays until as much was tried again without one. What says that something did not run goes once it
    /// ran.
    pub(super) fn keep_from(&mut self, earlier: Self) {
        for (what, line) in earlier.lines {
            let stays = match self.lines.get(&what) {
                Some(new) => new.failed == 0 && line.tried > new.tried,
                None => !self.ran.contains(&what),
            };
            if stays {
                self.lines.insert(what, line);
            }
        }
    }

    /// Adds what a program said; a program that failed without a line about it gets one.
    pub(super) fn take(&mut self, name: &str, outcome: Result<Outcome, Failure>) {
        self.ran.insert(name.to_owned());
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error) => return self.fail(name, &error.to_string()),
        };
        let admitted = outcome.lines.iter().any(|line| line.failed > 0);
        outcome.lines.into_iter().for_each(|line| self.add(line));
        if outcome.late {
            self.fail(name, "not done within its limit");
        } else if !outcome.passed && !admitted {
            self.fail(name, "a test in it failed; its words stand above");
        }
        shell::say(format_args!("   {:.0} s", outcome.took.as_secs_f64()));
    }

    /// Adds a line for something that could not be tried or judged.
    pub(super) fn fail(&mut self, name: &str, note: &str) {
        shell::complain(&format_args!("{name}: {note}"));
        self.add(Line::new(name, 1, 1, note));
    }

    fn add(&mut self, mut line: Line) {
        line.commit.clone_from(&self.commit);
        let better = |known: &Line| (line.failed, line.tried) >= (known.failed, known.tried);
        if self.lines.get(&line.what).is_none_or(better) {
            self.lines.insert(line.what.clone(), line);
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.lines.keys().map(String::as_str)
    }

    pub(super) fn failed(&self) -> u64 {
        self.lines.values().map(|line| line.failed).sum()
    }

    /// `[{what, tried, failed, note}]`.
    pub(super) fn json(&self) -> String {
        let lines: Vec<&Line> = self.lines.values().collect();
        serde_json::to_string_pretty(&lines).unwrap_or_default() + "\n"
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wide = self.lines.keys().map(|what| what.chars().count()).max().unwrap_or(0).max(4);
        write!(f, "{:<wide$}  {:>9}  {:>6}  {:<10}  note", "what", "tried", "failed", "commit")?;
        for Line { what, tried, failed, note, commit } in self.lines.values() {
            write!(f, "\n{what:<wide$}  {tried:>9}  {failed:>6}  {commit:<10}  {note}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(what: &str, tried: u64, failed: u64) -> Line {
        Line::new(what, tried, failed, "")
    }

    fn said(lines: Vec<Line>, passed: bool) -> Result<Outcome, Failure> {
        Ok(Outcome { lines, passed, ..Outcome::default() })
    }

    #[test]
    fn a_line_is_found_behind_the_name_of_its_test() {
        let printed = r#"test faults::kill ... SOAK {"what": "kill -9", "tried": 3, "failed": 0, "note": "761/s"}"#;
        let found = Line::find_in(printed).unwrap();
        assert_eq!((found.what.as_str(), found.tried, found.note.as_str()), ("kill -9", 3, "761/s"));
        assert_eq!(Line::find_in("test faults::kill ... ok"), None);
    }

    #[test]
    fn of_two_lines_the_longer_counts_and_a_failure_always() {
        let mut table = Table::default();
        table.take("quick", said(vec![line("kill", 200, 0), line("flip", 10, 1)], true));
        table.take("long", said(vec![line("kill", 1_000, 0), line("flip", 5_000, 0)], true));
        assert_eq!(table.lines["kill"].tried, 1_000);
        assert_eq!(table.lines["flip"].tried, 10);
        assert_eq!(table.failed(), 1);
    }

    #[test]
    fn a_part_run_again_replaces_its_lines_and_leaves_the_others() {
        let mut earlier = Table::at("old".into());
        let lines = vec![line("kill", 1_000, 0), line("flip", 10, 1), line("swap", 5, 1), line("space", 50, 0)];
        earlier.take("long", said(lines, true));
        earlier.take("silent", said(vec![], false));
        let place = std::env::temp_dir().join(format!("roster-soak-{}.json", std::process::id()));
        std::fs::write(&place, earlier.json()).unwrap();
        let mut table = Table::at("new".into());
        table.take("quick", said(vec![line("kill", 200, 0), line("flip", 20, 0), line("swap", 4, 0)], true));
        table.take("silent", said(vec![line("space", 5, 1)], true));
        table.keep_from(Table::read(&place).unwrap());
        std::fs::remove_file(&place).unwrap();
        let at = |what: &str| (table.lines[what].tried, table.lines[what].failed, table.lines[what].commit.as_str());
        assert_eq!((at("kill"), at("flip")), ((1_000, 0, "old"), (20, 0, "new")));
        assert_eq!(at("swap"), (5, 1, "old"), "a failure is not forgotten over a smaller try");
        assert_eq!(at("space"), (5, 1, "new"), "nor is a new one hidden by an old success");
        assert!(!table.lines.contains_key("silent"), "it spoke now");
        assert!(Table::read(&place).unwrap().lines.is_empty());
    }

    #[test]
    fn a_program_that_fails_without_a_word_is_a_failure() {
        let mut table = Table::default();
        table.take("silent", said(vec![line("kill", 200, 0)], false));
        assert_eq!(table.failed(), 1);
        assert!(table.to_string().contains("silent"), "{table}");
    }
}
