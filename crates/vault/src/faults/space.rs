//! Space is bounded however often the same accounts are written, nothing becomes a blob file, and nobody else may
//! read anything.

use std::path::Path;

use super::scene::{NOTE, OTHER, Scene, commit, contents};
use super::{Dice, Mutation, must_fail, soak};
use crate::{Change, Expect, Kind, RecordId};

const ACCOUNTS: usize = 500;
const OVERVIEW: usize = 800;
const SECRET: usize = 2_000;

fn put(kind: Kind, account: usize, length: usize, fill: u8) -> Change {
    let mut id = [0xac; 16];
    id[..8].copy_from_slice(&(account as u64).to_be_bytes());
    Change::Put { kind, id: RecordId::from(id), body: vec![fill; length].into(), expect: Expect::Any }
}

fn size(dir: &Path) -> u64 {
    contents(dir).iter().map(|(_, bytes)| bytes.len() as u64).sum()
}

/// Bytes used after so many updates, and the most that were used on the way.
fn updates(count: usize) -> (u64, u64) {
    let scene = Scene::new(512 << 10);
    let vault = scene.open();
    let mut dice = Dice(50_000);
    for account in 0..ACCOUNTS {
        commit(&vault, vec![put(NOTE, account, OVERVIEW, 0), put(OTHER, account, SECRET, 0)]);
    }
    let mut most = 0;
    for round in 0..count {
        let account = dice.next(ACCOUNTS);
        let change = if round % 4 == 0 {
            put(OTHER, account, SECRET, round as u8)
        } else {
            put(NOTE, account, OVERVIEW, round as u8)
        };
        commit(&vault, vec![change]);
        if round % 2_500 == 0 {
            most = most.max(size(&scene.dir));
        }
    }
    super::scene::close(&vault);
    assert_no_blobs_and_private(&scene.dir);
    let after = size(&scene.dir);
    (after, most.max(after))
}

fn assert_no_blobs_and_private(dir: &Path) {
    let blobs: Vec<_> = contents(dir)
        .into_iter()
        .filter(|(path, _)| path.components().any(|part| part.as_os_str() == "blobs"))
        .collect();
    assert!(blobs.is_empty(), "{} blob files", blobs.len());
    #[cfg(unix)]
    for (path, _) in contents(dir).into_iter().filter(|(path, _)| !path.ends_with(".segment")) {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&dir.join(&path)), 0o600, "{}", path.display());
        assert_eq!(mode(dir.join(&path).parent().unwrap()), 0o700, "{}", path.display());
    }
}

fn assert_bounded(count: usize) {
    let live = (ACCOUNTS * (OVERVIEW + SECRET)) as u64;
    let bound = 5 * live + (16 << 20);
    let (after, most) = updates(count);
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let note = format!(
        "{:.1} MiB after, {:.1} MiB at most, {:.1} MiB allowed; bytes live {:.1} MiB",
        mib(after),
        mib(most),
        mib(bound),
        mib(live)
    );
    soak::line("updates over 500 accounts within 5 × live + 16 MiB", count as u64, u64::from(most > bound), &note);
    assert!(most <= bound, "{note}");
}

#[test]
fn space_stays_bounded() {
    assert_bounded(5_000);
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn long_space_stays_bounded() {
    assert_bounded(50_000);
}

#[test]
#[ignore = "run with a mutation, by the test below"]
fn updates_for_a_mutation() {
    assert_bounded(10_000);
}

#[test]
fn copies_that_are_never_let_go_are_noticed() {
    must_fail("faults::space::updates_for_a_mutation", Mutation::KeepAll);
}
