//! The process whose files are refused: it works with a vault, notes what was acknowledged, and looks for it at the end.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::super::child::{NOTE, content, password, record_id};
use super::order::{Order, Refusal};
use crate::{Change, CommitError, Expect, Hindrance, KdfParams, Vault, files};

/// How soon a refusal is told …
const TOLD: Duration = Duration::from_secs(2);
/// … and how soon the vault goes on afterwards.
const GOES_ON: Duration = Duration::from_secs(5);
/// How long a person who tries again takes at the very least.
const BETWEEN_TRIES: Duration = Duration::from_millis(10);
/// Saves before the pause, and after it. With them the calls that change files are more than 300.
const SAVES: u64 = 48;
const RECORDS: u64 = 9;

pub(super) const REFUSALS: &str = "ROSTER_REFUSED_POINTS";
pub(super) const TEST: &str = "faults::refused::child::works_on_a_disk_that_refuses";
/// Stands before each [`Finding`] in the output.
pub(super) const FOUND: &str = "FOUND ";

/// What became of one refusal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Finding {
    pub(super) first: u64,
    pub(super) lasting: bool,
    pub(super) error: i32,
    /// The call came: something was refused.
    pub(super) reached: bool,
    /// How many calls of ours answered with an error.
    pub(super) told: u64,
    /// Longest until an answer, and until the vault went on, in milliseconds.
    pub(super) slowest_ms: u64,
    pub(super) resting_ms: u64,
    /// Acknowledged saves that are gone, older or of foreign content.
    pub(super) lost: u64,
    /// The store was put together anew.
    pub(super) mended: u64,
    /// Everything that is not as it should be.
    pub(super) problems: Vec<String>,
}

#[test]
#[ignore = "it is the child process of the tests of a refusing disk"]
fn works_on_a_disk_that_refuses() {
    let (order, folder) = Order::of_this_process();
    let points = std::env::var(REFUSALS).expect("started by a fault test");
    let (prepared, work) = (folder.join("prepared"), folder.join("work"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(prepare(&prepared));
    for point in points.split_ascii_whitespace() {
        let mut numbers = point.split(':').map(|number| number.parse::<u64>().unwrap());
        let (first, lasting) = (numbers.next().unwrap(), numbers.next().unwrap() == 1);
        let refusal = Refusal { first, lasting, error: numbers.next().unwrap() as i32 };
        files::remove(&work).unwrap();
        files::copy_dir(&prepared, &work).unwrap();
        let mut worker = Worker::new(&work, &order, refusal);
        runtime.block_on(worker.run());
        println!("{FOUND}{}", serde_json::to_string(&worker.finding).unwrap());
    }
}

/// A closed vault with some records of count 1.
async fn prepare(dir: &Path) {
    let vault = Vault::create(dir, &password(), KdfParams::floor()).unwrap();
    for record in 0..RECORDS {
        vault.apply(vec![put(record, 1)]).await.unwrap();
    }
    vault.close().await.unwrap();
}

fn put(record: u64, count: u64) -> Change {
    let body = content(record, count).into();
    Change::Put { kind: NOTE, id: record_id(record), body, expect: Expect::Any }
}

struct Worker<'a> {
    dir: &'a Path,
    order: &'a Order,
    refusal: Refusal,
    /// By record: the highest count acknowledged, and the highest that was tried.
    acked: BTreeMap<u64, u64>,
    tried: BTreeMap<u64, u64>,
    finding: Finding,
}

impl<'a> Worker<'a> {
    fn new(dir: &'a Path, order: &'a Order, refusal: Refusal) -> Self {
        let known: BTreeMap<u64, u64> = (0..RECORDS).map(|record| (record, 1)).collect();
        let Refusal { first, lasting, error } = refusal;
        let finding = Finding { first, lasting, error, ..Finding::default() };
        Self { dir, order, refusal, acked: known.clone(), tried: known, finding }
    }

    async fn run(&mut self) {
        self.order.place(self.refusal);
        let (mut count, mut killed) = (2, false);
        for round in 0..2 {
            let Some(vault) = self.open().await else { return };
            for save in 0..SAVES {
                self.save_until_it_works(&vault, save % RECORDS, count).await;
                count += 1;
                if !killed && self.order.refused() > 0 {
                    killed = true;
                    self.look_as_if_killed().await;
                }
                if round == 0 && save == SAVES / 2 && self.order.refused() == 0 {
                    self.rest().await;
                }
            }
            self.read(&vault);
            self.close(&vault).await;
        }
        self.finding.reached = self.order.refused() > 0;
        self.order.lift();
        self.look_again(count).await;
    }

    /// Opens the vault, after the refusal was lifted where it refused that.
    async fn open(&mut self) -> Option<Vault> {
        let mut healed: Option<Instant> = None;
        loop {
            let started = Instant::now();
            match Vault::open(self.dir, &password()) {
                Ok((vault, report)) => {
                    self.went_on(healed);
                    self.finding.mended += u64::from(!report.is_quiet());
                    if report.lost.is_some() {
                        self.problem(format!("opening says that something is lost: {report:?}"));
                    }
                    return Some(vault);
                }
                Err(error) => self.told("open", started, error.hindrance(), &error),
            }
            if healed.get_or_insert_with(|| self.heal()).elapsed() > GOES_ON {
                self.problem("the vault does not open afterwards".into());
                self.order.lift();
                return None;
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
    }

    async fn save_until_it_works(&mut self, vault: &Vault, record: u64, count: u64) {
        let (mut healed, mut last) = (None, None);
        loop {
            let started = Instant::now();
            self.tried.insert(record, count);
            match within(vault.apply(vec![put(record, count)])).await {
                Some(Ok(_)) => {
                    self.acked.insert(record, count);
                    return self.went_on(healed);
                }
                Some(Err(error)) => {
                    last = Some(format!("{error:?}"));
                    self.told("save", started, error.hindrance(), &error);
                }
                None => self.problem("a save has no answer".into()),
            }
            if self.refusal.lasting && healed.is_none() {
                // While it lasts: everything that can be read is right, and a second try is told as well.
                self.read(vault);
                let started = Instant::now();
                if let Some(Err(error)) = within(vault.apply(vec![put(record, count)])).await {
                    self.told("save again", started, error.hindrance(), &error);
                }
            }
            if healed.get_or_insert_with(|| self.heal()).elapsed() > GOES_ON {
                return self.problem(format!("the vault does not go on: {last:?}"));
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
    }

    async fn close(&mut self, vault: &Vault) {
        let started = Instant::now();
        match within(vault.close()).await {
            Some(Ok(())) => {}
            Some(Err(error)) => self.told("close", started, error.hindrance(), &error),
            None => self.problem("closing has no answer".into()),
        }
    }

    /// What can be read is what was saved, or reading says what the disk has against it.
    fn read(&mut self, vault: &Vault) {
        for (record, acked) in self.acked.clone() {
            let started = Instant::now();
            match vault.get(NOTE, record_id(record)) {
                Ok(found) => self.judge(record, acked, found.map(|found| found.body.to_vec())),
                Err(error) => self.told("read", started, error.hindrance(), &error),
            }
        }
    }

    fn judge(&mut self, record: u64, acked: u64, body: Option<Vec<u8>>) {
        let count = body.as_ref().and_then(|body| Some(u64::from_be_bytes(body.get(8..16)?.try_into().ok()?)));
        let whole = count.is_some_and(|count| {
            (acked..=self.tried[&record]).contains(&count) && body == Some(content(record, count))
        });
        if !whole {
            self.finding.lost += 1;
            self.problem(format!("record {record}: {acked} was acknowledged, {count:?} is there"));
        }
    }

    /// The writer's own time of rest: until it has written what it writes when nobody asks.
    async fn rest(&self) {
        let (begun, started) = (self.order.seen(), Instant::now());
        while self.order.seen() == begun && started.elapsed() < Duration::from_secs(1) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Right after a refusal and a save that worked: a copy of the files is what a kill at this moment would leave.
    async fn look_as_if_killed(&mut self) {
        self.order.lift();
        let copy = self.dir.with_extension("killed");
        files::remove(&copy).unwrap();
        files::copy_dir(self.dir, &copy).unwrap();
        match Vault::open(&copy, &password()) {
            Ok((vault, report)) => {
                if report.lost.is_some() {
                    self.problem(format!("killed then, something is lost: {report:?}"));
                }
                self.read(&vault);
                self.close(&vault).await;
            }
            Err(error) => self.problem(format!("killed then, it does not open: {error:?}")),
        }
    }

    /// After everything: opened anew, all is there, and the vault works as before.
    async fn look_again(&mut self, count: u64) {
        let Some(vault) = self.open().await else { return };
        self.read(&vault);
        self.save_until_it_works(&vault, 0, count).await;
        self.close(&vault).await;
        match Vault::open(self.dir, &password()) {
            Ok((vault, report)) => {
                self.read(&vault);
                if !report.is_quiet() {
                    self.problem(format!("closed properly, and yet opening mends: {report:?}"));
                }
                self.close(&vault).await;
            }
            Err(error) => self.problem(format!("the last opening: {error:?}")),
        }
    }

    /// The owner puts it right; a refusal of one call has passed already.
    fn heal(&self) -> Instant {
        self.order.lift();
        Instant::now()
    }

    fn told(&mut self, call: &str, started: Instant, why: Option<Hindrance>, error: &dyn std::fmt::Debug) {
        let took = started.elapsed();
        self.finding.told += 1;
        self.finding.slowest_ms = self.finding.slowest_ms.max(took.as_millis() as u64);
        if took > TOLD {
            self.problem(format!("{call}: told after {took:?}"));
        }
        if why.is_none() || why != expected(self.refusal.error) {
            self.problem(format!("{call}: says {why:?}, in full {error:?}"));
        }
    }

    fn went_on(&mut self, healed: Option<Instant>) {
        if let Some(healed) = healed {
            self.finding.resting_ms = self.finding.resting_ms.max(healed.elapsed().as_millis() as u64);
        }
    }

    fn problem(&mut self, what: String) {
        if self.finding.problems.len() < 5 {
            self.finding.problems.push(what);
        }
    }
}

fn expected(error: i32) -> Option<Hindrance> {
    match error {
        28 => Some(Hindrance::DiskFull),
        30 => Some(Hindrance::ReadOnly),
        13 => Some(Hindrance::NoPermission),
        24 => Some(Hindrance::TooManyFiles),
        5 => Some(Hindrance::DiskFault),
        // Half a write is no refusal: nobody should hear of it.
        _ => None,
    }
}

async fn within<T>(answer: impl Future<Output = Result<T, CommitError>>) -> Option<Result<T, CommitError>> {
    tokio::time::timeout(2 * GOES_ON, answer).await.ok()
}
