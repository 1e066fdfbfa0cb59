//! Erasing for good: nothing of what was deleted is left in any file, the keys it was sealed with open nothing any more, and
//! kill -9 in the middle costs no live record.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use roster_domain::Secret;
use zeroize::Zeroizing;

use super::{Mutation, must_fail, soak};
use crate::files::{self, Folder};
use crate::frames::{Scan, Volume};
use crate::keys::Keys;
use crate::sealed::RecordKey;
use crate::snapshot::SnapshotReason;
use crate::{Change, Expect, KdfParams, Kind, RecordId, Vault};

const NOTE: Kind = Kind::new("note");
const GONE: Kind = Kind::new("trash");
const DIR: &str = "ROSTER_VAULT_ERASE_DIR";

fn password() -> Secret<String> {
    Secret::from("out of sight")
}

fn put(kind: Kind, id: u8, body: Vec<u8>) -> Change {
    Change::Put { kind, id: RecordId::from([id; 16]), body: Zeroizing::new(body), expect: Expect::Any }
}

fn body(id: u8) -> Vec<u8> {
    vec![id; 40 + usize::from(id) * 60]
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

/// A vault with live records, deleted ones, snapshots, and a damaged part that was set aside.
fn filled(dir: &Path) -> Vault {
    let vault = Vault::create(dir, &password(), KdfParams::floor()).unwrap();
    run(async {
        for id in 0..60 {
            vault.apply(vec![put(NOTE, id, body(id)), put(GONE, id, b"thrown away".repeat(9))]).await.unwrap();
        }
        vault.snapshot(SnapshotReason::Owner, 1).await.unwrap();
        let gone = (0..60).map(|id| Change::Delete { kind: GONE, id: RecordId::from([id; 16]), expect: Expect::Any });
        vault.apply(gone.collect()).await.unwrap();
        vault.apply(vec![put(NOTE, 3, body(4)), put(NOTE, 3, body(3))]).await.unwrap();
        vault.snapshot(SnapshotReason::Lock, 2).await.unwrap();
    });
    let aside = Folder::new(dir).next_damaged().unwrap();
    std::fs::copy(dir.join("header"), aside.join("store")).unwrap();
    vault
}

fn live(vault: &Vault) -> BTreeMap<RecordId, Vec<u8>> {
    vault.load(NOTE).unwrap().into_iter().map(|record| (record.id, record.body.to_vec())).collect()
}

fn expected() -> BTreeMap<RecordId, Vec<u8>> {
    (0..60).map(|id| (RecordId::from([id; 16]), body(id))).collect()
}

fn files_in(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

/// Which of these byte strings are in a file of the folder.
fn found(dir: &Path, needles: &[Vec<u8>]) -> usize {
    let content: Vec<Vec<u8>> = files_in(dir).iter().map(|path| std::fs::read(path).unwrap()).collect();
    let in_any = |needle: &[u8]| content.iter().any(|bytes| bytes.windows(needle.len()).any(|window| window == needle));
    needles.iter().filter(|needle| in_any(needle)).count()
}

#[test]
fn nothing_of_what_was_deleted_is_left_and_the_old_keys_open_nothing() {
    nothing_left();
}

#[test]
#[ignore = "run with a defect"]
fn sample_of_what_is_left() {
    nothing_left();
}

#[test]
fn a_store_that_is_left_as_it_is_is_noticed() {
    must_fail("faults::erase::sample_of_what_is_left", Mutation::KeepStore);
}

#[test]
#[ignore = "run with a defect"]
fn sample_of_kills() {
    kill_while_erasing(6);
}

#[test]
fn keys_that_are_forgotten_too_early_are_noticed() {
    must_fail("faults::erase::sample_of_kills", Mutation::ForgetOldKeys);
}

fn nothing_left() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("vault");
    let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
    run(vault.apply((0..20).map(|id| put(GONE, id, b"thrown away".repeat(40))).collect())).unwrap();
    // 48 characters from the middle of each envelope: they are in the file while the record is.
    let keys = crate::opening::keys_of(&dir, &password()).unwrap();
    let mut needles = Vec::new();
    vault
        .shelf()
        .read(|store| {
            for id in 0..20 {
                let key = RecordKey::new(&keys, GONE.as_str(), RecordId::from([id; 16]));
                let record = store.get(key)?.unwrap();
                needles.extend(record.chunks.iter().map(|chunk| chunk[100..148].to_vec()));
            }
            Ok::<_, crate::StoreFault>(())
        })
        .unwrap();
    run(async {
        vault.apply(vec![put(NOTE, 1, body(1))]).await.unwrap();
        vault.snapshot(SnapshotReason::Owner, 1).await.unwrap();
        let gone = (0..20).map(|id| Change::Delete { kind: GONE, id: RecordId::from([id; 16]), expect: Expect::Any });
        vault.apply(gone.collect()).await.unwrap();
    });
    assert_eq!(found(&dir, &needles), needles.len(), "deleting alone leaves all of it");

    let erased = run(vault.erase()).unwrap();
    assert_eq!(erased.snapshots, 1);
    assert_eq!(found(&dir, &needles), 0);
    assert_eq!(vault.get(NOTE, RecordId::from([1; 16])).unwrap().unwrap().body.to_vec(), body(1));
    run(vault.apply(vec![put(NOTE, 2, body(2))])).unwrap();
    run(vault.close()).unwrap();
    assert_eq!(found(&dir, &needles), 0, "nor after closing");

    let opened_by_old = |keys: &Keys| {
        files_in(&dir)
            .iter()
            .map(|path| {
                let bytes = std::fs::read(path).unwrap();
                let frames = |volume| Scan::read(volume, keys, &bytes).frames.len();
                frames(Volume::Journal) + frames(Volume::Checkpoint)
            })
            .sum::<usize>()
    };
    assert_eq!(opened_by_old(&keys), 0, "no journal and no checkpoint");
    let new = crate::opening::keys_of(&dir, &password()).unwrap();
    assert!(opened_by_old(&new) > 0, "the new keys open them");
    let (vault, report) = Vault::open(&dir, &password()).unwrap();
    assert!(report.is_quiet(), "{report:?}");
    let key = RecordKey::new(&keys, NOTE.as_str(), RecordId::from([1; 16]));
    let sealed = vault.shelf().read::<_, crate::StoreFault>(|store| store.get(key)).unwrap().unwrap();
    assert!(crate::sealed::open(&keys, NOTE.as_str(), RecordId::from([1; 16]), &sealed).is_err(), "no record");
    assert_eq!(live(&vault).len(), 2);
    assert!(!dir.join("snapshots").exists() && !dir.join("damaged").exists());
    run(vault.close()).unwrap();
}

#[test]
fn kills_while_erasing_cost_nothing() {
    kill_while_erasing(20);
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn long_kills_while_erasing_cost_nothing() {
    kill_while_erasing(200);
}

fn kill_while_erasing(kills: u64) {
    let place = tempfile::tempdir().unwrap();
    let (dir, copy) = (place.path().join("vault"), place.path().join("copy"));
    run(filled(&dir).close()).unwrap();
    let began = Instant::now();
    let mut whole = Duration::ZERO;
    let (mut ended, mut failed) = (0, 0);
    for kill in 0..=kills {
        files::remove(&copy).unwrap();
        files::copy_dir(&dir, &copy).unwrap();
        let mut child = command(&copy).spawn().unwrap();
        let started = Instant::now();
        if kill == 0 {
            // How long all of it takes, to spread the kills over it.
            assert!(child.wait().unwrap().success());
            whole = started.elapsed();
        } else {
            let until = whole.mul_f64(kill as f64 / kills as f64);
            while started.elapsed() < until {
                std::hint::spin_loop();
            }
            child.kill().unwrap();
            ended += u64::from(child.wait().unwrap().success());
        }
        let Ok((vault, report)) = Vault::open(&copy, &password()) else {
            failed += 1;
            continue;
        };
        failed += u64::from(live(&vault) != expected() || report.lost.is_some());
        // It can be asked for again, and then it is done.
        if kill % 10 == 0 {
            run(vault.erase()).unwrap();
            failed += u64::from(live(&vault) != expected());
        }
        run(vault.close()).unwrap();
    }
    let note = format!("{ended} had ended, all of it takes {whole:?}, {:?} in all", began.elapsed());
    soak::line("kill -9 while erasing for good", kills, failed, &note);
    assert_eq!(failed, 0);
    assert!(ended < kills / 2 + 1, "most kills must hit: {ended} of {kills} came too late");
}

fn command(dir: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "faults::erase::erases_until_it_is_killed", "--ignored", "--test-threads=1"]);
    command.env(DIR, dir).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
#[ignore = "it is the child process of the test above"]
fn erases_until_it_is_killed() {
    let dir = std::env::var_os(DIR).expect("started by a fault test");
    let (vault, _) = Vault::open(Path::new(&dir), &password()).unwrap();
    run(vault.erase()).unwrap();
    std::process::exit(0);
}
