//! Which calls are refused how, and what it comes to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::super::{MUTATION, Mutation, soak};
use super::child::{FOUND, Finding, REFUSALS, TEST};
use super::order::{Order, Refusal};

const FULL: i32 = 28;
/// ENOSPC, EIO, EROFS, EACCES, EMFILE, and half a write.
const ERRORS: [i32; 6] = [FULL, 5, 30, 13, 24, 0];
/// Processes that work side by side.
const SIDE_BY_SIDE: usize = 2;

/// A folder in memory where there is one: what is proved is the order of calls, not the disk.
pub(super) fn place() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// Works through some refusals in a process of its own; one that dies of a refusal is started again after it.
fn work(refusals: &[Refusal], mutated: bool) -> Vec<Finding> {
    let mut found = Vec::with_capacity(refusals.len());
    while found.len() < refusals.len() {
        let place = place();
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", TEST, "--ignored", "--nocapture", "--test-threads=1"]);
        let points =
            refusals[found.len()..].iter().map(|one| format!("{}:{}:{} ", one.first, u8::from(one.lasting), one.error));
        child.env(REFUSALS, points.collect::<String>());
        if mutated {
            child.env(MUTATION, (Mutation::IgnoreRefusal as u8).to_string());
        }
        Order::attach(&mut child, place.path(), &place.path().join("vaults"));
        std::fs::create_dir(place.path().join("vaults")).unwrap();
        let mut child = child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            if let Some((_, json)) = line.split_once(FOUND) {
                found.push(serde_json::from_str(json).unwrap());
            }
        }
        let ended = child.wait().unwrap();
        if found.len() < refusals.len() {
            let Refusal { first, lasting, error } = refusals[found.len()];
            let problems = vec![format!("the process ended: {ended}")];
            found.push(Finding { first, lasting, error, reached: true, problems, ..Finding::default() });
        }
    }
    found
}

/// All refusals, by turns over the processes.
fn work_side_by_side(refusals: &[Refusal], mutated: bool) -> Vec<Finding> {
    std::thread::scope(|scope| {
        let shares = (0..SIDE_BY_SIDE).map(|share| {
            let mine: Vec<Refusal> = refusals.iter().skip(share).step_by(SIDE_BY_SIDE).copied().collect();
            scope.spawn(move || work(&mine, mutated))
        });
        let shares: Vec<_> = shares.collect();
        shares.into_iter().flat_map(|share| share.join().unwrap()).collect()
    })
}

fn every(errors: &[i32], calls: impl Iterator<Item = u64> + Clone) -> Vec<Refusal> {
    let both = |first| [false, true].map(|lasting| (first, lasting));
    let points = calls.flat_map(both);
    points
        .flat_map(|(first, lasting)| errors.iter().map(move |error| Refusal { first, lasting, error: *error }))
        .collect()
}

/// What all of them came to: refused, of which in disorder, and a sentence.
fn sum(found: &[Finding]) -> (u64, u64, String) {
    let reached: Vec<&Finding> = found.iter().filter(|one| one.reached).collect();
    let failed: Vec<&&Finding> = reached.iter().filter(|one| !one.problems.is_empty()).collect();
    let mut kinds: BTreeMap<String, (u64, String)> = BTreeMap::new();
    for one in &failed {
        let kind = format!("error {} {}: {}", one.error, if one.lasting { "lasting" } else { "once" }, one.problems[0]);
        kinds.entry(kind).or_insert((0, format!("first at call {}", one.first))).0 += 1;
    }
    for (kind, (count, at)) in kinds {
        println!("  {count} × {kind} ({at})");
    }
    let most = |of: fn(&Finding) -> u64| reached.iter().map(|one| of(one)).max().unwrap_or(0);
    let all = |of: fn(&Finding) -> u64| reached.iter().map(|one| of(one)).sum::<u64>();
    let note = format!(
        "{} answers with a reason, slowest {} ms; goes on after {} ms at most; {} acknowledged lost; {} stores mended",
        all(|one| one.told),
        most(|one| one.slowest_ms),
        most(|one| one.resting_ms),
        all(|one| one.lost),
        all(|one| one.mended),
    );
    (reached.len() as u64, failed.len() as u64, note)
}

#[test]
fn a_sample_of_refused_calls_loses_nothing() {
    // Close together where opening and the first commits are, wide apart in the repetition.
    let calls = [2_u64, 9, 17, 40, 97];
    let (tried, failed, note) = sum(&work_side_by_side(&every(&ERRORS, calls.into_iter()), false));
    soak::line(
        "disk that refuses a call: full, failing, read-only, closed, out of handles, half writes",
        tried,
        failed,
        &note,
    );
    assert_eq!(failed, 0, "{note}");
    assert!(tried >= 55, "too few of the calls were there: {tried}");
}

#[test]
fn a_refusal_that_is_ignored_is_noticed() {
    // Which of the calls is the journal's write depends on what opening does before it.
    let once = |first| Refusal { first, lasting: false, error: FULL };
    let noticed = (12..60_u64).step_by(6).any(|from| {
        let refusals: Vec<Refusal> = (from..from + 6).map(once).collect();
        sum(&work(&refusals, true)).1 > 0
    });
    assert!(noticed, "the vault ignores refused writes, and nobody noticed");
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn long_three_hundred_refused_calls_lose_nothing() {
    let found = work_side_by_side(&every(&ERRORS, 1..=300), false);
    let (tried, failed, note) = sum(&found);
    soak::line(
        "disk that refuses a call: full, failing, read-only, closed, out of handles, half writes",
        tried,
        failed,
        &note,
    );
    assert_eq!(failed, 0, "{note}");
    let last = found.iter().filter(|one| one.reached).map(|one| one.first).max();
    assert_eq!(last, Some(300), "the work has fewer calls than are to be refused");
}
