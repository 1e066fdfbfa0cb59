//! Power cut at any moment: the system calls of a writing process are replayed into a model of a disk on which only
//! what was synced is left, and the vault found there has everything that was acknowledged by then.

mod disk;
mod log;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use roster_domain::Secret;
use zeroize::Zeroizing;

use super::child::{Ack, NOTE, content, record_id};
use super::{Dice, MUTATION, Mutation, scene, soak};
use crate::{Change, Expect, KdfParams, OpenError, Vault, files};
use disk::Disk;
use log::{Event, events};

const DIR: &str = "ROSTER_VAULT_POWER_DIR";
const WRITERS: u64 = 8;
const RECORDS: u64 = 64;

fn old_password() -> Secret<String> {
    Secret::from("before the storm")
}

fn new_password() -> Secret<String> {
    Secret::from("after the storm")
}

fn say(line: &str) {
    use std::io::Write;

    // One write for each line: the log shows when it was said.
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

#[test]
#[ignore = "it is the process whose system calls are replayed"]
fn lives_through_everything() {
    let dir = std::env::var_os(DIR).expect("started by a fault test");
    let dir = Path::new(&dir);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let vault = Vault::create(dir, &old_password(), KdfParams::floor()).unwrap();
    say("made");
    runtime.block_on(saves(&vault, 1..20));
    runtime.block_on(vault.close()).unwrap();
    let (vault, _) = Vault::open(dir, &old_password()).unwrap();
    // Enough for checkpoints and new journals on the way.
    runtime.block_on(saves(&vault, 20..120));
    vault.change_password(&old_password(), &new_password()).unwrap();
    say("password");
    runtime.block_on(saves(&vault, 120..150));
    runtime.block_on(vault.close()).unwrap();
    let (vault, _) = Vault::open(dir, &new_password()).unwrap();
    runtime.block_on(saves(&vault, 150..160));
    // Not closed.
    std::process::exit(0);
}

async fn saves(vault: &Vault, counts: std::ops::Range<u64>) {
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (vault, counts) = (vault.clone(), counts.clone());
        writers.spawn(async move {
            for count in counts {
                let record = writer + WRITERS * (count % (RECORDS / WRITERS));
                let body = Zeroizing::new(content(record, count));
                let change = Change::Put { kind: NOTE, id: record_id(record), body, expect: Expect::Any };
                let version = vault.apply(vec![change]).await.unwrap()[0];
                say(&format!("ack {record} {count} {version}"));
            }
        });
    }
    writers.join_all().await;
}

/// What the process had said before the power went.
#[derive(Debug, Default, Clone)]
struct Promised {
    made: bool,
    new_password: bool,
    newest: BTreeMap<u64, u64>,
    acks: u64,
}

impl Promised {
    fn hear(&mut self, text: &str) {
        for line in text.lines() {
            self.made |= line.contains("made");
            self.new_password |= line.contains("password");
            if let Some(ack) = Ack::parse(line) {
                self.acks += 1;
                let newest = self.newest.entry(ack.record).or_default();
                *newest = (*newest).max(ack.count);
            }
        }
    }

    /// Looks whether the vault found after the cut keeps it; what it takes to open it counts as well.
    fn broken(&self, dir: &Path) -> Option<String> {
        let opened = match Vault::open(dir, &new_password()) {
            Err(OpenError::WrongPassword) if !self.new_password => Vault::open(dir, &old_password()),
            opened => opened,
        };
        let (vault, report) = match opened {
            Ok(opened) => opened,
            Err(_) if !self.made => return None,
            Err(error) => return Some(format!("it does not open: {error}")),
        };
        let count_of = |record: u64| {
            let found = vault.get(NOTE, record_id(record)).unwrap();
            found.map_or(0, |found| {
                let count = u64::from_be_bytes(found.body[8..16].try_into().unwrap());
                assert_eq!(*found.body, content(record, count), "what is there is one whole save");
                count
            })
        };
        let lost = self.newest.iter().filter(|(record, newest)| count_of(**record) < **newest).count();
        scene::close(&vault);
        (lost > 0 || report.lost.is_some()).then(|| format!("{lost} acknowledged records lost, {report:?}"))
    }
}

/// Runs the child under strace; the log and the folder it worked in.
fn trace(place: &Path, mutation: Option<Mutation>) -> String {
    let log = place.join("strace.log");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-xx", "-s", "2000000", "-e", &format!("trace={}", log::CALLS), "-o"]).arg(&log).arg("--");
    strace.arg(std::env::current_exe().unwrap());
    strace.args(["--exact", "faults::power::lives_through_everything", "--ignored", "--nocapture", "--test-threads=1"]);
    strace.env(DIR, place.join("data").join("vault"));
    if let Some(mutation) = mutation {
        strace.env(MUTATION, (mutation as u8).to_string());
    }
    match strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Ok(status) => assert!(status.success(), "strace or its child failed: {status}"),
        Err(error) => panic!("this test needs strace (apt-get install strace): {error}"),
    }
    std::fs::read_to_string(&log).unwrap()
}

/// Cuts the power so many times, at moments spread over the whole run; at each, once with nothing but what was
/// synced, and once with some of the rest.
fn cuts(count: usize, mutation: Option<Mutation>) -> (u64, Vec<String>, u64) {
    let place = scene::workshop();
    std::fs::create_dir(place.path().join("data")).unwrap();
    let events = events(&trace(place.path(), mutation));
    // Where something happens to a file or is said; most other calls change nothing.
    let moments: Vec<usize> = (0..events.len()).filter(|at| events[*at].matters()).collect();
    let step = moments.len() as f64 / count as f64;
    let mut chosen: Vec<usize> = (0..count).map(|cut| moments[((cut as f64 + 0.5) * step) as usize]).collect();
    let mut disk = Disk::new(&place.path().join("data"));
    let (mut promised, mut dice) = (Promised::default(), Dice(count as u64));
    let (mut tried, mut failed) = (0, Vec::new());
    let after = place.path().join("after");
    for (at, event) in events.iter().enumerate() {
        match event {
            Event::Said(text) => promised.hear(text),
            event => disk.happens(event),
        }
        if chosen.first() == Some(&at) {
            chosen.remove(0);
            for rest in [None, Some(&mut dice)] {
                let kind = if rest.is_some() { "with some unsynced sectors" } else { "with synced bytes only" };
                files::remove(&after).unwrap();
                disk.after_power_cut(&after, rest);
                tried += 1;
                let broken = promised.broken(&after.join("vault"));
                failed.extend(broken.map(|broken| format!("cut after call {at}, {kind}: {broken}")));
            }
        }
    }
    assert!(chosen.is_empty() && promised.acks == WRITERS * 159 && promised.new_password, "{promised:?}");
    // The model is worth something only when it ends where the real disk ended.
    assert_eq!(disk.live(), scene::contents(&place.path().join("data")), "the log tells everything");
    (tried, failed, promised.acks)
}

fn assert_nothing_lost(count: usize) {
    let (tried, failed, acks) = cuts(count, None);
    let note = format!("{count} moments, each with synced bytes only and with some unsynced sectors; {acks} saves");
    soak::line("power cut", tried, failed.len() as u64, &note);
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn thirty_power_cuts_lose_nothing() {
    assert_nothing_lost(30);
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn long_power_cuts_lose_nothing() {
    assert_nothing_lost(300);
}

#[test]
fn a_missing_sync_loses_something() {
    let (_, failed, _) = cuts(10, Some(Mutation::NoSync));
    assert!(!failed.is_empty(), "without syncs nothing was lost: the proof proves nothing");
}
