//! kill -9 in the middle of writing: nothing acknowledged is lost or stale, and the vault opens every time.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};

use super::child::{Ack, NOTE, command, content, password, record_id};
use super::{Mutation, soak};
use crate::{KdfParams, OpenReport, Vault, files};

/// More saves than any child gets to make.
const UNTIL_KILLED: u64 = 1_000_000;

/// What all children together were told is safe: for each record the highest count.
#[derive(Default)]
struct Tally {
    newest: BTreeMap<u64, u64>,
    acks: u64,
    writing: Duration,
    /// Acknowledged saves that are gone or replaced by older ones.
    lost: u64,
    replayed: u64,
    /// What opening found to be mended; a killed process damages nothing.
    mended: Vec<OpenReport>,
}

/// A small generator: the moments of the kills are the same in every run, as far as the machine allows.
struct Moments(u64);

impl Moments {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

impl Tally {
    /// Lets a child write until it is killed at some moment after some acknowledgement.
    fn kill_once(&mut self, dir: &Path, moments: &mut Moments, mutation: Option<Mutation>) {
        let first = self.newest.values().max().map_or(1, |count| count + 1);
        let mut child = command(dir, first, UNTIL_KILLED, mutation).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let after = 1 + moments.next(400);
        let mut started = None;
        let mut seen = 0;
        while seen < after {
            let line = lines.next().expect("the child writes until it is killed").unwrap();
            seen += u64::from(self.note(&line));
            started.get_or_insert_with(Instant::now);
        }
        let until = Instant::now() + Duration::from_micros(moments.next(4_000));
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        self.writing += started.map(|start| start.elapsed()).unwrap_or_default();
        // What was acknowledged between the last line read and the kill counts as well.
        lines.map_while(Result::ok).for_each(|line| {
            self.note(&line);
        });
        child.wait().unwrap();
    }

    fn note(&mut self, line: &str) -> bool {
        let Some(ack) = Ack::parse(line) else { return false };
        self.acks += 1;
        let newest = self.newest.entry(ack.record).or_default();
        *newest = (*newest).max(ack.count);
        true
    }

    /// Opens the vault and compares.
    fn verify(&mut self, dir: &Path) {
        let (vault, report) = Vault::open(dir, &password()).expect("the vault opens after every kill");
        self.replayed += report.replayed;
        if !report.is_quiet() {
            self.mended.push(report);
        }
        for (record, newest) in &self.newest {
            let found = vault.get(NOTE, record_id(*record)).unwrap();
            let count = found.as_ref().map_or(0, |found| u64::from_be_bytes(found.body[8..16].try_into().unwrap()));
            if count < *newest {
                self.lost += 1;
            } else {
                assert_eq!(*found.unwrap().body, content(*record, count), "what is there is one whole save");
            }
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(vault.close()).unwrap();
    }
}

fn new_vault(dir: &Path) {
    let vault = Vault::create(dir, &password(), KdfParams::floor()).unwrap();
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(vault.close()).unwrap();
}

/// Kills a writing child so many times and looks for what it was told is safe.
fn kill_and_look(kills: u64) {
    let place = tempfile::tempdir().unwrap();
    let (dir, copy) = (place.path().join("vault"), place.path().join("copy"));
    new_vault(&dir);
    let (mut tally, mut moments) = (Tally::default(), Moments(20_261_120));
    for kill in 0..kills {
        tally.kill_once(&dir, &mut moments, None);
        // By turns the vault itself is checked and closed, and a copy, so that unclean ends follow each other.
        if kill % 4 == 3 {
            tally.verify(&dir);
        } else {
            files::remove(&copy).unwrap();
            files::copy_dir(&dir, &copy).unwrap();
            tally.verify(&copy);
        }
    }
    let rate = tally.acks as f64 / tally.writing.as_secs_f64();
    let (acks, replayed, mended) = (tally.acks, tally.replayed, tally.mended.len());
    let note = format!("{acks} acknowledged saves at {rate:.0}/s, {replayed} commits replayed, {mended} vaults mended");
    soak::line("kill -9 while writing", kills, tally.lost, &note);
    assert_eq!(tally.lost, 0);
    assert!(tally.mended.iter().all(|report| report.lost.is_none()), "{:?}", tally.mended);
    assert!(tally.acks > kills * 20, "too few saves to prove anything: {}", tally.acks);
    assert!(rate >= 300.0, "too slow to prove anything: {rate:.0} saves a second");
}

#[test]
fn two_hundred_kills_lose_nothing() {
    kill_and_look(200);
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn long_a_thousand_kills_lose_nothing() {
    kill_and_look(1_000);
}

#[test]
fn acknowledging_before_the_journal_is_noticed() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("vault");
    new_vault(&dir);
    let (mut tally, mut moments) = (Tally::default(), Moments(7));
    for _ in 0..80 {
        tally.kill_once(&dir, &mut moments, Some(Mutation::AckFirst));
        tally.verify(&dir);
        if tally.lost > 0 {
            return;
        }
    }
    panic!("80 kills of a vault that acknowledges too early lost nothing: the kill test proves nothing");
}
