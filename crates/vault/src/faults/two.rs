//! Two processes at one vault: one has it, the other is told so, and nothing of either is lost.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::child::{NOTE, password, record_id};
use super::{MUTATION, Mutation, must_fail, soak};
use crate::{Change, Expect, KdfParams, OpenError, Vault};

const DIR: &str = "ROSTER_VAULT_TWO_DIR";
const RECORD: &str = "ROSTER_VAULT_TWO_RECORD";
const HOLD: &str = "ROSTER_VAULT_TWO_HOLD";

/// Opens the vault and writes one record; answers with its exit code.
const WROTE: i32 = 40;
const ALREADY_OPEN: i32 = 41;
const OTHERWISE: i32 = 42;

/// Made by a process that has the vault open.
fn inside(hold: &Path, record: u64) -> PathBuf {
    hold.with_extension(record.to_string())
}

fn start(dir: &Path, record: u64, hold: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "faults::two::opens_and_writes_once", "--ignored", "--test-threads=1"]);
    command.env(DIR, dir).env(RECORD, record.to_string()).env(HOLD, hold);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

#[test]
#[ignore = "it is the process of the test below"]
fn opens_and_writes_once() {
    let dir = std::env::var_os(DIR).expect("started by a fault test");
    let (hold, record) = (std::env::var_os(HOLD).unwrap(), std::env::var(RECORD).unwrap().parse::<u64>().unwrap());
    let code = match Vault::open(Path::new(&dir), &password()) {
        Ok((vault, _)) => {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let body = record.to_be_bytes().to_vec().into();
            let change = Change::Put { kind: NOTE, id: record_id(record), body, expect: Expect::Any };
            runtime.block_on(vault.apply(vec![change])).unwrap();
            std::fs::write(inside(Path::new(&hold), record), []).unwrap();
            // Until the other one has had its answer.
            let given_up = std::time::Instant::now() + std::time::Duration::from_secs(30);
            while Path::new(&hold).exists() && std::time::Instant::now() < given_up {
                crate::lock::pause();
            }
            runtime.block_on(vault.close()).unwrap();
            WROTE
        }
        Err(OpenError::AlreadyOpen) => ALREADY_OPEN,
        Err(_) => OTHERWISE,
    };
    std::process::exit(code);
}

/// Two processes at once, so many times; how often it went otherwise than it should. Most of it is waiting for a lock:
/// several vaults are fought over at the same time.
fn duels(count: u64) -> Vec<String> {
    let places = count.div_ceil(10);
    std::thread::scope(|threads| {
        let side_by_side: Vec<_> = (0..places).map(|_| threads.spawn(|| duels_at_one_vault(count / places))).collect();
        side_by_side.into_iter().flat_map(|duels| duels.join().unwrap()).collect()
    })
}

fn duels_at_one_vault(count: u64) -> Vec<String> {
    let place = super::scene::workshop();
    let (dir, hold) = (place.path().join("vault"), place.path().join("hold"));
    let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
    super::scene::close(&vault);
    let (mut written, mut wrong) = (Vec::new(), Vec::new());
    for duel in 0..count {
        std::fs::write(&hold, []).unwrap();
        let mut duellists = [0, 1].map(|side| (duel * 2 + side, start(&dir, duel * 2 + side, &hold)));
        // The one that ends first is the one that did not get it; then the other may let go.
        let mut codes = [None; 2];
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while codes.iter().any(Option::is_none) && std::time::Instant::now() < deadline {
            for (code, (_, child)) in codes.iter_mut().zip(&mut duellists) {
                *code = code.or_else(|| child.try_wait().unwrap().map(|status| status.code().unwrap_or(-1)));
            }
            let both_inside = duellists.iter().all(|(record, _)| inside(&hold, *record).exists());
            if (both_inside || codes.iter().any(Option::is_some)) && hold.exists() {
                std::fs::remove_file(&hold).unwrap();
            }
            crate::lock::pause();
        }
        duellists.iter_mut().for_each(|(_, child)| drop(child.kill()));
        duellists.iter_mut().for_each(|(_, child)| drop(child.wait()));
        for (code, (record, _)) in codes.iter().zip(&duellists) {
            if *code == Some(WROTE) {
                written.push(*record);
            }
        }
        let mut ends = codes.map(|code| code.unwrap_or(-1));
        ends.sort_unstable();
        if ends != [WROTE, ALREADY_OPEN] {
            wrong.push(format!("duel {duel} ended with {ends:?}"));
        }
    }
    let (vault, report) = Vault::open(&dir, &password()).unwrap();
    if !report.is_quiet() {
        wrong.push(format!("{report:?}"));
    }
    for record in written {
        let found = vault.get(NOTE, record_id(record)).unwrap();
        if found.is_none_or(|found| **found.body != record.to_be_bytes()) {
            wrong.push(format!("record {record} is lost"));
        }
    }
    super::scene::close(&vault);
    wrong
}

fn assert_one_has_it(count: u64) {
    let wrong = duels(count);
    soak::line("two processes open one vault", count, wrong.len() as u64, "one has it, the other is told so");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn of_two_processes_one_has_the_vault() {
    assert!(std::env::var_os(MUTATION).is_none());
    assert_one_has_it(100);
}

#[test]
#[ignore = "run with a mutation, by the test below"]
fn a_few_duels_for_a_mutation() {
    assert_one_has_it(1);
}

#[test]
fn a_lock_that_does_not_lock_is_noticed() {
    must_fail("faults::two::a_few_duels_for_a_mutation", Mutation::NoLock);
}
