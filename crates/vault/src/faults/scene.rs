//! Vaults of several shapes, and what becomes of a damaged copy of one: everything back, or said aloud, and never
//! anything that was not stored.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use roster_domain::Secret;
use tempfile::TempDir;

use crate::{Change, Expect, KdfParams, Kind, OpenReport, Vault, files};

pub(super) const NOTE: Kind = Kind::new("note");
pub(super) const OTHER: Kind = Kind::new("other");
/// Small segments, so that a store has many of them and little of it is room that was never used.
const SEGMENT: usize = 16 << 10;
/// How long one case may take before it counts as hanging.
const DEADLINE: Duration = Duration::from_secs(60);

pub(super) fn password() -> Secret<String> {
    Secret::from("a flood of small changes")
}

/// Where campaigns work: in memory where the system has such a place, since they do not prove anything about syncs.
pub(super) fn workshop() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// Every record, by name of its kind and id.
pub(super) type Truth = BTreeMap<(&'static str, [u8; 16]), Vec<u8>>;

/// A vault folder at rest, and what is in it.
pub(super) struct Scene {
    pub(super) place: TempDir,
    pub(super) dir: PathBuf,
    pub(super) truth: Truth,
    /// Every body any record ever had.
    pub(super) ever: BTreeSet<Vec<u8>>,
}

/// What a vault is like before it is damaged.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Not closed; the journal holds what the store may not have.
    FreshTail,
    /// Closed, opened, closed.
    Reopened,
    /// Closed after so many changes that the store has many segments.
    ManySegments,
}

impl Scene {
    /// An empty vault whose store has segments of this many bytes, closed.
    pub(super) fn new(segment: usize) -> Self {
        let place = workshop();
        let dir = place.path().join("vault");
        fs::create_dir(&dir).unwrap();
        for beside in [&dir, place.path()] {
            fs::write(beside.join(".segment"), segment.to_string()).unwrap();
        }
        let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
        close(&vault);
        Self { place, dir, truth: Truth::new(), ever: BTreeSet::new() }
    }

    pub(super) fn of(shape: Shape) -> Self {
        let mut scene = Self::new(SEGMENT);
        scene.session(|scene, vault| scene.write(vault, 0..30, 1));
        scene.session(|scene, vault| scene.write(vault, 20..40, 2));
        match shape {
            Shape::FreshTail => {
                let vault = scene.open();
                scene.write(&vault, 30..45, 3);
                vault.shelf().read(|store| store.flush()).unwrap();
                scene.write(&vault, 40..50, 4);
                // What a killed process leaves is what lies there while it runs.
                let left = scene.place.path().join("left");
                files::copy_dir(&scene.dir, &left).unwrap();
                close(&vault);
                scene.dir = left;
            }
            Shape::Reopened => scene.session(|_, _| {}),
            Shape::ManySegments => scene.session(|scene, vault| {
                for round in 3..15 {
                    scene.write(vault, 0..60, round);
                }
            }),
        }
        scene
    }

    pub(super) fn open(&self) -> Vault {
        Vault::open(&self.dir, &password()).unwrap().0
    }

    pub(super) fn session(&mut self, work: impl FnOnce(&mut Self, &Vault)) {
        let vault = self.open();
        work(self, &vault);
        close(&vault);
    }

    /// Writes, and deletes some; `round` makes every content another one.
    pub(super) fn write(&mut self, vault: &Vault, numbers: std::ops::Range<u8>, round: u8) {
        for number in numbers {
            let id = [number; 16];
            let length = 20 + usize::from(number) * 3;
            let body: Vec<u8> = (0..length).map(|at| (at as u8).wrapping_mul(number) ^ round).collect();
            let put = |kind| Change::Put { kind, id: id.into(), body: body.clone().into(), expect: Expect::Any };
            commit(vault, vec![put(NOTE), put(OTHER)]);
            for kind in ["note", "other"] {
                self.truth.insert((kind, id), body.clone());
            }
            self.ever.insert(body);
            if number % 7 == 6 {
                commit(vault, vec![Change::Delete { kind: NOTE, id: id.into(), expect: Expect::Any }]);
                self.truth.remove(&("note", id));
            }
        }
    }

    /// Every file of the vault with its content, relative.
    pub(super) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        contents(&self.dir)
            .into_iter()
            .filter(|(path, _)| !path.ends_with(".segment") && !path.ends_with("lock"))
            .collect()
    }
}

/// Everything in a folder.
pub(super) fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut found, mut folders) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap()) {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let path = entry.path().strip_prefix(dir).unwrap().to_owned();
                found.push((path, fs::read(entry.path()).unwrap()));
            }
        }
    }
    found.sort();
    found
}

pub(super) fn commit(vault: &Vault, changes: Vec<Change>) -> u64 {
    runtime().block_on(vault.apply(changes)).unwrap()[0]
}

pub(super) fn close(vault: &Vault) {
    runtime().block_on(vault.close()).unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

pub(super) fn all(vault: &Vault) -> Result<Truth, crate::ReadError> {
    let mut found = Truth::new();
    for kind in [NOTE, OTHER] {
        let records = vault.load(kind)?;
        found.extend(records.into_iter().map(|record| ((kind.as_str(), *record.id.as_bytes()), record.body.to_vec())));
    }
    Ok(found)
}

/// One way to damage a vault: what to do to a copy, and the file whose damaged bytes must not vanish.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) harm: Box<dyn FnOnce(&Path) + Send>,
    pub(super) evidence: Option<Evidence>,
}

/// Damaged bytes that must be found afterwards: the file as it was, somewhere, or in its place still with the byte
/// that was changed.
pub(super) struct Evidence {
    pub(super) path: PathBuf,
    pub(super) byte: Option<usize>,
}

impl Evidence {
    /// The last byte of the file, wherever that is.
    pub(super) const LAST: usize = usize::MAX;
}

/// What became of it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    /// A report or an error said that something was wrong.
    pub(super) noticed: bool,
    /// Every record is what it was.
    pub(super) whole: bool,
    /// What must never be.
    pub(super) wrong: Option<String>,
    pub(super) report: OpenReport,
}

/// What became of all cases.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) tried: u64,
    pub(super) whole: u64,
    pub(super) noticed: u64,
    /// Names of the cases that went wrong, and how.
    pub(super) failed: Vec<String>,
    /// Names of the cases after which not every record was there.
    pub(super) partial: Vec<String>,
    pub(super) slowest: Duration,
}

impl Tally {
    pub(super) fn note(&self) -> String {
        let share = self.whole as f64 * 100.0 / self.tried as f64;
        let (noticed, slowest) = (self.noticed, self.slowest.as_secs_f64());
        format!("{share:.2} % recover every record, {noticed} noticed, slowest {slowest:.1} s")
    }

    pub(super) fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.whole += other.whole;
        self.noticed += other.noticed;
        self.failed.extend(other.failed);
        self.partial.extend(other.partial);
        self.slowest = self.slowest.max(other.slowest);
    }

    pub(super) fn assert(&self) {
        let shown = &self.failed[..self.failed.len().min(20)];
        assert!(self.failed.is_empty(), "{} of {} went wrong: {shown:#?}", self.failed.len(), self.tried);
    }
}

/// Threads that try cases: one more than a small machine has processors, since a case waits now and then.
const WORKERS: usize = 3;

/// Tries every case on a copy of the scene, on a few threads.
pub(super) fn try_all(scene: &Scene, cases: Vec<Case>) -> Tally {
    quiet_panics();
    let (results, finished) = channel();
    let next = AtomicUsize::new(0);
    let cases: Vec<_> = cases.into_iter().map(|case| std::sync::Mutex::new(Some(case))).collect();
    let mut tally = Tally::default();
    std::thread::scope(|threads| {
        for worker in 0..WORKERS {
            let (results, cases, next) = (results.clone(), &cases, &next);
            threads.spawn(move || {
                let dir = scene.place.path().join(format!("case-{worker}"));
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let case = case.lock().unwrap().take().unwrap();
                    let (name, started) = (case.name.clone(), Instant::now());
                    let outcome = catch_unwind(AssertUnwindSafe(|| try_one(scene, &dir, case)));
                    let panicked = || Outcome { wrong: Some("it panicked".into()), ..Outcome::default() };
                    let _ = results.send((name, outcome.unwrap_or_else(|_| panicked()), started.elapsed()));
                }
            });
        }
        drop(results);
        loop {
            match finished.recv_timeout(DEADLINE) {
                Ok((name, outcome, took)) => {
                    tally.tried += 1;
                    tally.whole += u64::from(outcome.whole);
                    tally.noticed += u64::from(outcome.noticed);
                    if !outcome.whole {
                        tally.partial.push(name.clone());
                    }
                    tally.slowest = tally.slowest.max(took);
                    tally.failed.extend(outcome.wrong.map(|wrong| format!("{name}: {wrong}, {:?}", outcome.report)));
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    // The hanging thread cannot be ended; the process has to.
                    eprintln!("a case hangs");
                    std::process::abort();
                }
            }
        }
    });
    tally
}

fn try_one(scene: &Scene, dir: &Path, case: Case) -> Outcome {
    files::remove(dir).unwrap();
    copy(&scene.dir, dir);
    (case.harm)(dir);
    let evidence = case.evidence.map(|evidence| (fs::read(dir.join(&evidence.path)).unwrap(), evidence));
    look(scene, dir, || {
        let Some((bytes, Evidence { path, byte })) = &evidence else { return true };
        let in_place = || {
            let now = fs::read(dir.join(path)).unwrap_or_default();
            let at = byte.map(|at| at.min(bytes.len().saturating_sub(1)));
            at.is_some_and(|at| now.len() >= bytes.len() && now.get(at) == bytes.get(at))
        };
        in_place() || contents(dir).iter().any(|(_, found)| found == bytes)
    })
}

/// Opens what is there and compares; before it is closed, the evidence is looked for.
pub(super) fn look(scene: &Scene, dir: &Path, evidence_is_kept: impl FnOnce() -> bool) -> Outcome {
    let (vault, mut report) = match Vault::open(dir, &password()) {
        Ok(opened) => opened,
        // Every error has a name; none of them is silent.
        Err(_) if !evidence_is_kept() => {
            return Outcome {
                noticed: true,
                wrong: Some("refused, and the damaged bytes are gone".into()),
                ..Outcome::default()
            };
        }
        Err(_) => return Outcome { noticed: true, ..Outcome::default() },
    };
    let found = all(&vault);
    report.add(vault.look_over());
    let mut outcome = Outcome { noticed: !report.is_quiet(), report, ..Outcome::default() };
    match found {
        Ok(found) if found == scene.truth => outcome.whole = true,
        Ok(found) if found.values().any(|body| !scene.ever.contains(body)) => {
            outcome.wrong = Some("it gave what was never stored".into());
        }
        Ok(_) if outcome.report.lost.is_none() => outcome.wrong = Some("records are missing without a word".into()),
        Ok(_) => {}
        Err(error) => outcome.wrong = Some(format!("it opened and cannot be read: {error}")),
    }
    if outcome.wrong.is_none() && !evidence_is_kept() {
        outcome.wrong = Some("the damaged bytes are gone".into());
    }
    if let Err(error) = runtime().block_on(vault.close()) {
        outcome.wrong.get_or_insert(format!("it cannot be closed: {error}"));
    }
    outcome
}

pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// sled's panics are caught by the vault; thousands of them need not be printed.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let thread = std::thread::current();
            if !thread.name().is_some_and(|name| name.starts_with("vault-") || name.starts_with("sled")) {
                loud(info);
            }
        }));
    });
}
