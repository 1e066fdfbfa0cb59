//! kill -9 while the vault gets new keys: it opens every time with every record, and the next opening goes on.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use roster_domain::Secret;
use zeroize::Zeroizing;

use super::{MUTATION, Mutation, soak};
use crate::{Change, Expect, KdfParams, Kind, RecordId, Vault};

const NOTE: Kind = Kind::new("note");
const DIR: &str = "ROSTER_VAULT_ROTATING_DIR";
/// Records that are there from the start and nobody writes again: only new keys touch them.
const OLD: u64 = 300;
/// How long one child is let run at most after it has said that it began, in microseconds: several changes of keys.
const LONGEST_US: u64 = 120_000;

fn password() -> Secret<String> {
    Secret::from("under a hail of signals")
}

fn id(at: u64) -> RecordId {
    let mut bytes = [0x33; 16];
    bytes[..8].copy_from_slice(&at.to_be_bytes());
    RecordId::from(bytes)
}

fn body(at: u64) -> Vec<u8> {
    at.to_be_bytes().repeat(if at.is_multiple_of(10) { 900 } else { 20 })
}

fn put(at: u64) -> Change {
    Change::Put { kind: NOTE, id: id(at), body: Zeroizing::new(body(at)), expect: Expect::Absent }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

/// Says it in one write, so that a kill leaves whole lines or nothing.
fn say(line: &str) {
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}

#[test]
#[ignore = "it is the child process of the tests of new keys"]
fn changes_keys_until_it_is_killed() {
    let dir = std::env::var_os(DIR).expect("started by a fault test");
    let (vault, _) = Vault::open(Path::new(&dir), &password()).unwrap();
    say("\nbegun\n");
    let rotating = vault.clone();
    std::thread::spawn(move || {
        loop {
            rotating.rotate().unwrap();
            while rotating.rotation().is_some() {
                std::thread::yield_now();
            }
        }
    });
    runtime().block_on(async {
        for at in OLD + vault.load(NOTE).map_or(0, |found| found.len() as u64).. {
            vault.apply(vec![put(at)]).await.unwrap();
            say(&format!("\nsaved {at}\n"));
        }
    });
}

/// What a campaign found.
#[derive(Debug, Default)]
struct Found {
    kills: u64,
    failed: u64,
    /// Openings that found a change of keys to be finished.
    resumed: u64,
    epochs: u16,
    last: String,
}

impl Found {
    fn kill_once(&mut self, dir: &Path, saved: &mut BTreeSet<u64>, moment: Duration, forgets: bool) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let test = "faults::rotate::changes_keys_until_it_is_killed";
        command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]).env(DIR, dir);
        if forgets {
            command.env(MUTATION, (Mutation::ForgetOldKeys as u8).to_string());
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let begun = lines.any(|line| line.is_ok_and(|line| line == "begun"));
        let until = Instant::now() + moment;
        while begun && Instant::now() < until {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        let numbers = lines.map_while(Result::ok);
        saved.extend(numbers.filter_map(|line| line.strip_prefix("saved ")?.parse::<u64>().ok()));
        child.wait().unwrap();
        self.kills += 1;
        if !begun {
            self.fail("the vault did not open in the child".to_owned());
        }
    }

    fn fail(&mut self, why: String) {
        self.failed += 1;
        self.last = why;
    }

    /// Opens the vault, looks at every record before and after the change of keys is finished, and closes it.
    fn verify(&mut self, dir: &Path, saved: &BTreeSet<u64>) {
        let (vault, report) = match Vault::open(dir, &password()) {
            Ok(opened) => opened,
            Err(error) => return self.fail(format!("does not open: {error:?}")),
        };
        if !report.is_quiet() {
            self.fail(format!("{report:?}"));
        }
        self.resumed += u64::from(vault.keys().unwrap().epochs().count() > 1);
        let whole = |vault: &Vault| match vault.load(NOTE) {
            Err(error) => Some(format!("unreadable: {error:?}")),
            Ok(found) => {
                let there = |at: &u64| found.iter().any(|record| record.id == id(*at) && *record.body == body(*at));
                (0..OLD).chain(saved.iter().copied()).find(|at| !there(at)).map(|at| format!("record {at} is lost"))
            }
        };
        if let Some(why) = whole(&vault) {
            return self.fail(why);
        }
        let began = Instant::now();
        while vault.rotation().is_some() {
            assert!(began.elapsed() < Duration::from_secs(60), "the change of keys never ended");
            std::thread::yield_now();
        }
        if let Some(why) = whole(&vault) {
            self.fail(why);
        }
        if vault.keys().unwrap().epochs().count() != 1 {
            self.fail("old keys are kept for nothing".to_owned());
        }
        self.epochs = vault.epoch().unwrap();
        runtime().block_on(vault.close()).unwrap();
    }
}

fn campaign(kills: u64, forgets: bool) -> Found {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("vault");
    let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
    runtime().block_on(async {
        vault.apply((0..OLD).map(put).collect()).await.unwrap();
        vault.close().await.unwrap();
    });
    let (mut found, mut saved) = (Found::default(), BTreeSet::new());
    for kill in 0..kills {
        // Moments all over the first changes of keys, the same in every run as far as the machine allows.
        let moment = Duration::from_micros(kill.wrapping_mul(7_919_557) % LONGEST_US);
        found.kill_once(&dir, &mut saved, moment, forgets);
        // By turns an unclean end follows another one, or an opening that finishes what was begun.
        if kill % 3 != 1 {
            found.verify(&dir, &saved);
        }
        if forgets && found.failed > 0 {
            break;
        }
    }
    found.verify(&dir, &saved);
    found
}

fn kill_and_look(kills: u64) {
    let found = campaign(kills, false);
    let note = format!("{} resumed at the next opening, {} new keys", found.resumed, found.epochs);
    soak::line("kill -9 while the keys change", found.kills, found.failed, &note);
    assert_eq!(found.failed, 0, "{}", found.last);
    assert!(found.resumed > 0 && found.epochs > 2, "nothing was interrupted: {found:?}");
}

#[test]
fn killed_while_the_keys_change_the_vault_opens_and_goes_on() {
    kill_and_look(20);
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn long_two_hundred_kills_while_the_keys_change() {
    kill_and_look(200);
}

#[test]
fn forgetting_the_old_keys_too_early_is_noticed() {
    let found = campaign(10, true);
    assert!(found.failed > 0, "the proof proves nothing: {found:?}");
}
