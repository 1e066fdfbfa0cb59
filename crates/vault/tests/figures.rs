//! Measurements, for release builds: `cargo test --release -p roster-vault --test figures -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what went wrong by panicking")]

use std::time::{Duration, Instant};

use roster_domain::Secret;
use roster_vault::{Change, Expect, KdfParams, Kind, RecordId, Vault};

const OVERVIEW: Kind = Kind::new("account");
const SECRET: Kind = Kind::new("account.secret");
const ACCOUNTS: usize = 10_000;

fn put(kind: Kind, id: RecordId, length: usize) -> Change {
    Change::Put { kind, id, body: vec![0x61; length].into(), expect: Expect::Any }
}

/// The middle of several runs: the machine does other things as well.
fn median(mut runs: Vec<Duration>) -> Duration {
    runs.sort_unstable();
    runs[runs.len() / 2]
}

#[tokio::test]
#[ignore = "a measurement, meaningful in a release build on a quiet machine"]
async fn ten_thousand_accounts() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("vault");
    let password = Secret::from("figures");
    let vault = Vault::create(&dir, &password, KdfParams::default()).unwrap();

    let ids: Vec<RecordId> = (0..ACCOUNTS).map(|_| RecordId::make()).collect();
    let changes = ids.iter().flat_map(|id| [put(OVERVIEW, *id, 800), put(SECRET, *id, 2_000)]).collect();
    let started = Instant::now();
    vault.apply(changes).await.unwrap();
    println!("import of {ACCOUNTS} accounts in one commit: {:?}", started.elapsed());

    let mut singles = Vec::new();
    for _ in 0..600 {
        let id = RecordId::make();
        let changes = vec![put(OVERVIEW, id, 800), put(SECRET, id, 2_000)];
        let started = Instant::now();
        vault.apply(changes).await.unwrap();
        singles.push(started.elapsed());
    }
    singles.sort_unstable();
    let (p50, p95, worst) = (singles[300], singles[570], singles[599]);
    println!("add one account: p50 {p50:?}, p95 {p95:?}, worst {worst:?}");

    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let vault = vault.clone();
        tasks.spawn(async move {
            for _ in 0..50 {
                vault.apply(vec![put(OVERVIEW, RecordId::make(), 800)]).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    println!("64 writers: {:.0} durable commits a second", 3_200.0 / started.elapsed().as_secs_f64());

    let mut loads = Vec::new();
    for _ in 0..7 {
        let started = Instant::now();
        let count = vault.load(OVERVIEW).unwrap().len();
        loads.push(started.elapsed() * ACCOUNTS as u32 / count as u32);
    }
    let load = median(loads);
    println!("load of {ACCOUNTS} overviews: {load:?}");
    let started = Instant::now();
    vault.close().await.unwrap();
    println!("close with a checkpoint: {:?}", started.elapsed());

    let derived = Instant::now();
    assert!(Vault::open(&dir, &Secret::from("wrong")).is_err());
    let derivation = derived.elapsed();
    let mut opens = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        let (vault, report) = Vault::open(&dir, &password).unwrap();
        let opened = started.elapsed();
        vault.load(OVERVIEW).unwrap();
        opens.push(started.elapsed().saturating_sub(derivation));
        println!("open {opened:?}, with overviews {:?}, {report:?}", started.elapsed());
        vault.close().await.unwrap();
    }
    println!("key derivation {derivation:?}; open and load on top of it: {:?}", median(opens));
    if !cfg!(debug_assertions) {
        assert!(load <= Duration::from_millis(150), "{load:?}");
        assert!(p95 <= Duration::from_millis(10), "{p95:?}");
    }
}
