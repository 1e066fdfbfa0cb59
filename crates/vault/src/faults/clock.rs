//! A whole process whose clock lies (libfaketime): in 1970, in 2106, and jumping by days while the vault is open. The vault takes
//! times as parameters, so nothing of it may depend on the clock: not opening, not saving, not what the files are named.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use super::child::{NOTE, content, password, record_id};
use super::soak;
use crate::{Change, Expect, KdfParams, SnapshotReason, Vault};

const TEST: &str = "faults::clock::lives_with_a_clock_that_lies";
const DIR: &str = "ROSTER_LYING_CLOCK_DIR";
const FILE: &str = "FAKETIME_TIMESTAMP_FILE";
const SAYS: &str = "LIVED ";
const DAY: u64 = 86_400;
const RECORDS: u64 = 5;
/// What the clock is set to, in the words of libfaketime, and the seconds since 1970 that this is.
const LIES: [(&str, u64); 6] = [
    ("@1970-01-01 00:00:30", 30),
    ("@2106-02-07 06:28:30", 4_294_967_310),
    ("@2026-11-20 12:00:00", 1_795_176_000),
    ("@2026-11-21 12:00:00", 1_795_176_000 + DAY),
    ("@2026-11-19 12:00:00", 1_795_176_000 - DAY),
    ("@1970-01-02 00:00:30", 30 + DAY),
];

/// How many of the lies were not lived through well. Without the library nobody lies.
fn not_well(lying: bool) -> (usize, String) {
    let place = tempfile::tempdir().unwrap();
    let lie = place.path().join("lie");
    fs::write(&lie, LIES[0].0).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", TEST, "--ignored", "--nocapture", "--test-threads=1"]);
    if lying {
        let library = Command::new("faketime").args(["-f", "+0", "printenv", "LD_PRELOAD"]).output();
        let library = library.expect("this test needs faketime (apt-get install faketime)").stdout;
        child.env("LD_PRELOAD", String::from_utf8(library).unwrap().trim());
    }
    child.env(FILE, &lie).env(DIR, place.path().join("vault")).env("TZ", "UTC");
    // Only the time of day lies, as when a person or a dead battery sets it.
    child.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1");
    let output = child.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let well = said.lines().filter(|line| line.ends_with(&format!("{SAYS}well"))).count();
    (LIES.len() - well, said + &String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_process_with_a_lying_clock_keeps_everything() {
    let (wrong, said) = not_well(true);
    let tried = LIES.len() as u64;
    soak::line("clock: a whole process in 1970, 2106 and days apart", tried, wrong as u64, "opens, saves, snapshots");
    assert_eq!(wrong, 0, "{said}");
}

#[test]
fn a_clock_that_does_not_lie_proves_nothing() {
    assert_eq!(not_well(false).0, LIES.len());
}

#[test]
#[ignore = "it is the child process of the test of a lying clock"]
fn lives_with_a_clock_that_lies() {
    let (dir, lie) = (std::env::var_os(DIR).expect("started by a fault test"), std::env::var_os(FILE).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        Vault::create(Path::new(&dir), &password(), KdfParams::floor()).unwrap().close().await.unwrap();
        for (count, (at, (words, _))) in (1..).zip(LIES.iter().enumerate()) {
            fs::write(&lie, words).unwrap();
            let (vault, report) = Vault::open(Path::new(&dir), &password()).unwrap();
            let mut well = report.is_quiet() && shows(LIES[at].1);
            save(&vault, 2 * count).await;
            let taken = vault.snapshot(SnapshotReason::Owner, LIES[at].1 as i64).await;
            // The next lie comes while everything is open.
            let (words, second) = LIES[(at + 1) % LIES.len()];
            fs::write(&lie, words).unwrap();
            well &= shows(second) && taken.is_ok_and(|info| info.verified);
            save(&vault, 2 * count + 1).await;
            vault.close().await.unwrap();
            let (vault, report) = Vault::open(Path::new(&dir), &password()).unwrap();
            let records = vault.load(NOTE).unwrap();
            well &= report.is_quiet() && records.len() as u64 == RECORDS;
            well &= (0..RECORDS).all(|record| {
                records.iter().any(|one| one.id == record_id(record) && *one.body == content(record, 2 * count + 1))
            });
            vault.close().await.unwrap();
            println!("{SAYS}{}", if well { "well" } else { words });
        }
    });
}

async fn save(vault: &Vault, count: u64) {
    let changes = (0..RECORDS).map(|record| {
        let body = content(record, count).into();
        Change::Put { kind: NOTE, id: record_id(record), body, expect: Expect::Any }
    });
    vault.apply(changes.collect()).await.unwrap();
}

/// Whether this process believes the lie: otherwise nothing is proved.
#[allow(clippy::disallowed_methods, reason = "the lie is told to the system's clock")]
fn shows(second: u64) -> bool {
    SystemTime::now().duration_since(UNIX_EPOCH).is_ok_and(|now| now.as_secs().abs_diff(second) < 60)
}
