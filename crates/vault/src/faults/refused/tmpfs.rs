//! A disk that is really full: a small file system in memory, where this process may mount one for itself.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::super::child::{NOTE, content, password, record_id};
use super::super::{MUTATION, Mutation, soak};
use super::campaign::place;
use crate::{Change, Expect, Hindrance, KdfParams, Vault, files};

const SMALL: &str = "ROSTER_SMALL_DISK";
const FILLS: &str = "ROSTER_SMALL_DISK_FILLS";
const TEST: &str = "faults::refused::tmpfs::fills_a_small_disk";
const SAYS: &str = "FULL ";
const RECORDS: u64 = 7;
/// What a page of a file system in memory takes, in bytes.
const PAGE: usize = 4096;

/// Runs the child on a small file system of its own; `None` where the system does not let us mount one.
fn fill(fills: u64, mutated: bool) -> Option<Vec<String>> {
    let place = place();
    let may = Command::new("unshare").args(["-Urm", "mount", "-t", "tmpfs", "none"]).arg(place.path()).status();
    if !may.is_ok_and(|status| status.success()) {
        return None;
    }
    let mut child = Command::new("unshare");
    child.args(["-Urm", "sh", "-c", "mount -t tmpfs -o size=12m none \"$0\" && exec \"$@\""]).arg(place.path());
    child.arg(std::env::current_exe().unwrap());
    child.args(["--exact", TEST, "--ignored", "--nocapture", "--test-threads=1"]);
    if mutated {
        child.env(MUTATION, (Mutation::IgnoreRefusal as u8).to_string());
    }
    let output = child.env(SMALL, place.path()).env(FILLS, fills.to_string()).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    Some(said.lines().filter_map(|line| Some(line.split_once(SAYS)?.1.to_owned())).collect())
}

#[test]
#[ignore = "it is the child process of the tests of a full disk"]
fn fills_a_small_disk() {
    let disk = std::env::var_os(SMALL).expect("started by a fault test");
    let fills: usize = std::env::var(FILLS).unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (dir, filler) = (Path::new(&disk).join("vault"), Path::new(&disk).join("filler"));
        let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
        let mut count = 1;
        save(&vault, &mut count).await.unwrap();
        vault.close().await.unwrap();
        for fill in 0..fills {
            // The room that is left differs by a page each time, so that another step of a commit or of opening meets the end.
            fill_up(&filler, fill);
            println!("{SAYS}{}", meet_the_end(&dir, &filler, &mut count).await);
            let _ = std::fs::remove_file(&filler);
        }
    });
}

/// Leaves `pages` of the disk free.
fn fill_up(filler: &Path, pages: usize) {
    let mut content = vec![0x66; 64 << 20];
    // The system takes what fits and then refuses.
    let _ = std::fs::write(filler, &content);
    let fits = std::fs::metadata(filler).unwrap().len() as usize;
    content.truncate(fits.saturating_sub(pages * PAGE));
    std::fs::write(filler, &content).unwrap();
}

async fn save(vault: &Vault, count: &mut u64) -> Result<Vec<u64>, crate::CommitError> {
    *count += 1;
    let changes = (0..RECORDS).map(|record| {
        let body = content(record, *count).into();
        Change::Put { kind: NOTE, id: record_id(record), body, expect: Expect::Any }
    });
    vault.apply(changes.collect()).await
}

/// Works until the disk is full, makes room, goes on, and looks for everything. Answers what was wrong, or nothing.
async fn meet_the_end(dir: &Path, filler: &Path, count: &mut u64) -> String {
    let started = Instant::now();
    let mut refused = false;
    let vault = match Vault::open(dir, &password()) {
        Ok((vault, _)) => vault,
        Err(error) if error.hindrance() == Some(Hindrance::DiskFull) && started.elapsed() < Duration::from_secs(2) => {
            refused = true;
            std::fs::remove_file(filler).unwrap();
            let Ok((vault, _)) = Vault::open(dir, &password()) else { return "does not open with room again".into() };
            vault
        }
        Err(error) => return format!("opening said {error:?} after {:?}", started.elapsed()),
    };
    let mut acked = *count;
    for _ in 0..2_000 {
        let started = Instant::now();
        match save(&vault, count).await {
            Ok(_) => acked = *count,
            Err(error)
                if error.hindrance() != Some(Hindrance::DiskFull) || started.elapsed() > Duration::from_secs(2) =>
            {
                return format!("a save said {error:?} after {:?}", started.elapsed());
            }
            Err(_) => {
                refused = true;
                break;
            }
        }
        if refused {
            break;
        }
    }
    if !refused {
        return "the disk was never full".into();
    }
    // What a kill at this moment would leave, with room enough to open it.
    let elsewhere = place();
    files::copy_dir(dir, &elsewhere.path().join("vault")).unwrap();
    match Vault::open(&elsewhere.path().join("vault"), &password()) {
        Ok((vault, report)) if report.lost.is_some() => {
            return format!("killed then: {report:?} {:?}", vault.close().await);
        }
        Ok((vault, _)) => {
            let _ = vault.close().await;
        }
        Err(error) => return format!("killed then: {error:?}"),
    }
    let _ = std::fs::remove_file(filler);
    let started = Instant::now();
    while save(&vault, count).await.is_err() {
        if started.elapsed() > Duration::from_secs(5) {
            return "does not go on with room again".into();
        }
    }
    acked = acked.max(*count);
    let closed = vault.close().await;
    let Ok((vault, report)) = Vault::open(dir, &password()) else { return "does not open in the end".into() };
    let records = vault.load(NOTE).unwrap();
    let all = records.len() as u64 == RECORDS
        && (0..RECORDS).all(|record| {
            records.iter().any(|found| found.id == record_id(record) && *found.body == content(record, acked))
        });
    let _ = vault.close().await;
    match (all, closed, report.lost) {
        (true, Ok(()), None) => String::new(),
        outcome => format!("in the end: {outcome:?}"),
    }
}

fn report(found: Option<Vec<String>>, fills: u64) {
    let Some(found) = found else {
        // Honest about it: the refusals on order are tried everywhere, the mounted disk only where it can be.
        println!("this system mounts nothing for its users: no small disk was filled");
        return soak::line("small disk filled up for real", 0, 0, "not tried: mounting is not allowed here");
    };
    let wrong: Vec<&String> = found.iter().filter(|one| !one.is_empty()).collect();
    soak::line(
        "small disk filled up for real",
        found.len() as u64,
        wrong.len() as u64,
        "tmpfs of 12 MiB, room left in steps of a page",
    );
    assert_eq!(wrong, Vec::<&String>::new());
    assert_eq!(found.len() as u64, fills);
}

#[test]
fn a_disk_filled_up_loses_nothing() {
    report(fill(6, false), 6);
}

#[test]
fn a_full_disk_that_is_ignored_is_noticed() {
    // Where nothing can be mounted, the test above says so.
    assert!(fill(2, true).is_none_or(|found| found.iter().any(|one| !one.is_empty())));
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn long_a_disk_filled_up_loses_nothing() {
    report(fill(100, false), 100);
}
