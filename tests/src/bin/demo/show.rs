//! What the steps work with.

use std::{
    future::Future,
    path::PathBuf,
    pin::Pin,
    time::{Duration, Instant},
};

use roster_tests::window::{DriveError, Stage, What, capture, read_qr};
use serde_json::Value;
use tokio::time::{Instant as Deadline, timeout_at};

use crate::{
    report::{Findings, Report},
    words::{self, Words},
};

type Running<'a> = Pin<Box<dyn Future<Output = Result<(), DriveError>> + 'a>>;

/// One step of the demo: data, and a small function.
pub(crate) struct Step {
    /// For file names and machines.
    pub(crate) name: &'static str,
    /// For people.
    pub(crate) title: &'static str,
    /// What is done.
    pub(crate) run: for<'a> fn(&'a mut Show) -> Running<'a>,
}

/// The stage and what was learned on it.
pub(crate) struct Show {
    pub(crate) stage: Stage,
    pub(crate) words: &'static Words,
    /// When the platform was first found to have ended the session.
    pub(crate) first_no: Option<Instant>,
    /// When the phone confirmed.
    pub(crate) confirmed: Option<Instant>,
    /// The words of the recovery kit, as they were copied.
    pub(crate) paper: Vec<String>,
    /// What the code on the screen said last, and its handle at the platform.
    pub(crate) code: Option<(String, String)>,
    out: PathBuf,
    at: (u32, &'static str),
    found: Findings,
}

impl Show {
    pub(crate) fn new(stage: Stage, language: &str, out: PathBuf) -> Self {
        Self {
            stage,
            words: words::of(language),
            first_no: None,
            confirmed: None,
            paper: Vec::new(),
            code: None,
            out,
            at: (0, ""),
            found: Findings::default(),
        }
    }

    /// Performs a step and takes its picture, also when it failed. Answers whether it passed.
    pub(crate) async fn perform(&mut self, number: u32, step: &Step, report: &mut Report, until: Deadline) -> bool {
        self.at = (number, step.name);
        let started = Instant::now();
        let done = match timeout_at(until, (step.run)(self)).await {
            Ok(done) => done,
            Err(_) => Err(DriveError::Said { program: "demo", said: "the two minutes are over".into() }),
        };
        let took = started.elapsed();
        let fault = match done {
            Ok(()) => self.picture("").await.err(),
            Err(fault) => {
                // The fault counts; a picture of it is a bonus.
                let _ = self.picture("-failed").await;
                Some(fault)
            }
        };
        let passed = fault.is_none();
        report.note(number, step, took, std::mem::take(&mut self.found), fault.map(|fault| fault.to_string()));
        passed
    }

    /// Keeps a fact about this step.
    pub(crate) fn fact(&mut self, name: &str, value: impl Into<Value>) {
        self.found.facts.insert(name.into(), value.into());
    }

    /// Takes a picture of the window's pixels, when nothing moves on it any more.
    pub(crate) async fn picture(&mut self, suffix: &str) -> Result<PathBuf, DriveError> {
        // What fades in is finished well within this; a still page has no other sign.
        tokio::time::sleep(Duration::from_millis(250)).await;
        let name = format!("{:02}-{}{suffix}.png", self.at.0, self.at.1);
        let file = self.out.join(&name);
        capture(&file)?;
        self.found.pictures.push(name);
        Ok(file)
    }

    /// Reads the code that the screen shows, from its pixels alone, with two decoders that must agree.
    pub(crate) async fn read_screen(&mut self, suffix: &str) -> Result<String, DriveError> {
        let picture = self.picture(suffix).await?;
        let reading = read_qr(&picture)?;
        match reading.agreed() {
            Some(text) => Ok(text.to_owned()),
            None => Err(DriveError::Unexpected {
                what: "the code on the screen",
                expected: "one text that zbarimg and rqrr agree on".into(),
                found: format!("{reading:?}"),
            }),
        }
    }

    /// Waits until a login in the dialog is in this phase.
    pub(crate) async fn login_phase(&self, phase: &'static str) -> Result<(), DriveError> {
        let panel = What::id("login-phase");
        let since = Instant::now();
        let mut seen = String::new();
        while since.elapsed() < Duration::from_secs(15) {
            if let Some(panel) = self.stage.page.look(&panel).await?
                && let Ok(Some(now)) = panel.attr("data-phase").await
            {
                if now == phase {
                    return Ok(());
                }
                seen = now;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(DriveError::Unexpected { what: "the login's phase", expected: phase.into(), found: seen })
    }

    pub(crate) async fn end(self) -> Result<(), DriveError> {
        self.stage.end().await
    }
}
