//! What happened, for people and for machines.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::show::Step;

/// `report.json`. Times are in milliseconds since the app was started.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    language: String,
    theme: String,
    passed: bool,
    took_ms: u64,
    /// From starting the platforms, the bridge and the app to a page that answers.
    open_ms: u64,
    steps: Vec<Entry>,
    #[serde(skip)]
    started: Option<Instant>,
}

/// One step.
#[derive(Debug, Serialize)]
struct Entry {
    number: u32,
    name: &'static str,
    title: &'static str,
    passed: bool,
    at_ms: u64,
    took_ms: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pictures: Vec<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    facts: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

/// What a step leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) pictures: Vec<String>,
    pub(crate) facts: Map<String, Value>,
}

impl Report {
    pub(crate) fn start(language: &str, theme: &str) -> Self {
        Self {
            language: language.into(),
            theme: theme.into(),
            passed: false,
            took_ms: 0,
            open_ms: 0,
            steps: Vec::new(),
            started: Some(Instant::now()),
        }
    }

    /// The window is there.
    pub(crate) fn opened(&mut self) {
        self.open_ms = self.now();
    }

    /// Takes note of a step and says it on the terminal.
    pub(crate) fn note(&mut self, number: u32, step: &Step, took: Duration, found: Findings, fault: Option<String>) {
        let took_ms = millis(took);
        self.took_ms = self.now();
        say(number, step.title, took_ms, fault.as_deref());
        self.steps.push(Entry {
            number,
            name: step.name,
            title: step.title,
            passed: fault.is_none(),
            at_ms: self.took_ms.saturating_sub(took_ms),
            took_ms,
            pictures: found.pictures,
            facts: found.facts,
            fault,
        });
    }

    /// Steps that a failed one kept from being tried have not passed either.
    pub(crate) fn skipped(&mut self, all: &[Step]) {
        self.passed = self.steps.len() == all.len() && self.steps.iter().all(|entry| entry.passed);
    }

    pub(crate) fn passed(&self) -> bool {
        self.passed
    }

    pub(crate) fn write(&self, file: &Path) -> std::io::Result<()> {
        std::fs::write(file, serde_json::to_vec_pretty(self)?)
    }

    fn now(&self) -> u64 {
        self.started.map_or(0, |started| millis(started.elapsed()))
    }
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[allow(clippy::print_stdout, reason = "this program talks to a terminal")]
fn say(number: u32, title: &str, took_ms: u64, fault: Option<&str>) {
    match fault {
        None => println!("  ok    {number:02}  {title}  ({took_ms} ms)"),
        Some(fault) => println!("  FAIL  {number:02}  {title}  ({took_ms} ms)\n            {fault}"),
    }
}
