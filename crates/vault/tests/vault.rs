//! What callers rely on, on both kinds of vault: in memory and on disk.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what went wrong by panicking")]

use std::path::Path;

use roster_domain::Secret;
use roster_vault::{Change, CommitError, Expect, KdfParams, Kind, MAX_BODY, OpenReport, ReadError, RecordId, Vault};
use zeroize::Zeroizing;

const OVERVIEW: Kind = Kind::new("overview");
const SECRET: Kind = Kind::new("secret");

fn password() -> Secret<String> {
    Secret::from("correct horse battery staple")
}

fn create(dir: &Path) -> Vault {
    Vault::create(dir, &password(), KdfParams::floor()).unwrap()
}

fn put(kind: Kind, id: RecordId, body: &[u8], expect: Expect) -> Change {
    Change::Put { kind, id, body: Zeroizing::new(body.to_vec()), expect }
}

fn body(vault: &Vault, kind: Kind, id: RecordId) -> Option<Vec<u8>> {
    vault.get(kind, id).unwrap().map(|record| record.body.to_vec())
}

/// Runs a promise of the interface on every kind of vault.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($vault:ident: &Vault) $content:block)*) => {
        $(
            mod $name {
                use super::*;

                $(#[$doc])*
                async fn promise($vault: &Vault) $content

                #[tokio::test]
                async fn in_memory() {
                    promise(&Vault::in_memory()).await;
                }

                #[tokio::test]
                async fn on_disk() {
                    let dir = tempfile::tempdir().unwrap();
                    let vault = create(dir.path());
                    promise(&vault).await;
                    vault.close().await.unwrap();
                }
            }
        )*
    };
}

on_both! {
    async fn what_is_stored_is_read_back_kind_by_kind(vault: &Vault) {
        let id = RecordId::make();
        let changes = vec![put(OVERVIEW, id, b"name", Expect::Absent), put(SECRET, id, b"token", Expect::Absent)];
        let versions = vault.apply(changes).await.unwrap();
        assert_eq!(versions.len(), 2);
        let overviews = vault.load(OVERVIEW).unwrap();
        assert_eq!(overviews.len(), 1);
        assert_eq!((overviews[0].id, overviews[0].version, overviews[0].body.as_slice()), (id, versions[0], &b"name"[..]));
        assert_eq!(body(vault, SECRET, id), Some(b"token".to_vec()));
        assert_eq!(body(vault, SECRET, RecordId::make()), None);
        assert!(vault.load(Kind::new("nothing")).unwrap().is_empty());
    }

    async fn versions_only_grow_also_over_a_deletion(vault: &Vault) {
        let id = RecordId::make();
        let mut last = 0;
        for round in 0..4 {
            let version = vault.apply(vec![put(OVERVIEW, id, &[round], Expect::Any)]).await.unwrap()[0];
            assert!(version > last);
            last = version;
            vault.apply(vec![Change::Delete { kind: OVERVIEW, id, expect: Expect::Version(version) }]).await.unwrap();
            assert_eq!(body(vault, OVERVIEW, id), None);
        }
    }

    async fn an_expectation_that_fails_stops_the_whole_commit(vault: &Vault) {
        let (one, two) = (RecordId::make(), RecordId::make());
        let version = vault.apply(vec![put(OVERVIEW, one, b"first", Expect::Absent)]).await.unwrap()[0];
        for (expect, found) in [(Expect::Absent, Some(version)), (Expect::Version(version + 1), Some(version))] {
            let changes = vec![put(OVERVIEW, two, b"new", Expect::Any), put(OVERVIEW, one, b"second", expect)];
            match vault.apply(changes).await {
                Err(CommitError::Conflict { index: 1, found: is }) => assert_eq!(is, found),
                other => panic!("{other:?}"),
            }
        }
        let missing = Change::Delete { kind: OVERVIEW, id: two, expect: Expect::Version(1) };
        assert!(matches!(vault.apply(vec![missing]).await, Err(CommitError::Conflict { index: 0, found: None })));
        assert_eq!(body(vault, OVERVIEW, one), Some(b"first".to_vec()));
        assert_eq!(body(vault, OVERVIEW, two), None);
        vault.apply(vec![put(OVERVIEW, one, b"third", Expect::Version(version))]).await.unwrap();
        assert_eq!(body(vault, OVERVIEW, one), Some(b"third".to_vec()));
    }

    async fn later_changes_of_a_commit_see_earlier_ones(vault: &Vault) {
        let id = RecordId::make();
        let delete = || Change::Delete { kind: OVERVIEW, id, expect: Expect::Any };
        vault.apply(vec![
            put(OVERVIEW, id, b"one", Expect::Absent),
            delete(),
            put(OVERVIEW, id, b"two", Expect::Absent),
        ]).await.unwrap();
        assert_eq!(body(vault, OVERVIEW, id), Some(b"two".to_vec()));
        vault.apply(vec![delete(), delete()]).await.unwrap();
        assert_eq!(body(vault, OVERVIEW, id), None);
        vault.apply(vec![put(OVERVIEW, id, b"three", Expect::Absent), delete()]).await.unwrap();
        assert_eq!(body(vault, OVERVIEW, id), None);
        assert_eq!(vault.apply(vec![]).await.unwrap(), Vec::<u64>::new());
    }

    async fn bodies_of_every_length_come_back(vault: &Vault) {
        let id = RecordId::make();
        for length in [0, 1, 5119, 5120, 5121, 10_240, 10_241, 200_000, 3, 0, 12_000] {
            let long: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            vault.apply(vec![put(SECRET, id, &long, Expect::Any)]).await.unwrap();
            assert_eq!(body(vault, SECRET, id), Some(long.clone()));
            assert_eq!(vault.load(SECRET).unwrap().len(), 1);
        }
    }

    async fn a_body_that_is_too_long_is_refused(vault: &Vault) {
        let changes = vec![put(OVERVIEW, RecordId::make(), b"", Expect::Any), put(SECRET, RecordId::make(), &vec![0; MAX_BODY + 1], Expect::Any)];
        assert!(matches!(vault.apply(changes).await, Err(CommitError::TooLarge { index: 1, size }) if size == MAX_BODY + 1));
        assert!(vault.load(OVERVIEW).unwrap().is_empty());
    }

    async fn of_two_commits_with_one_expectation_one_wins(vault: &Vault) {
        let id = RecordId::make();
        let version = vault.apply(vec![put(OVERVIEW, id, b"start", Expect::Absent)]).await.unwrap()[0];
        let mut tries = tokio::task::JoinSet::new();
        for number in 0..16_u8 {
            let vault = vault.clone();
            tries.spawn(async move { vault.apply(vec![put(OVERVIEW, id, &[number], Expect::Version(version))]).await.map(|_| number) });
        }
        let results = tries.join_all().await;
        let winners: Vec<u8> = results.iter().filter_map(|result| result.as_ref().ok().copied()).collect();
        assert_eq!(winners.len(), 1);
        assert_eq!(body(vault, OVERVIEW, id), Some(winners));
        assert!(results.iter().all(|result| matches!(result, Ok(_) | Err(CommitError::Conflict { .. }))));
    }

    async fn keyed_hashes_tell_values_and_purposes_apart(vault: &Vault) {
        assert_eq!(vault.keyed_hash("p", b"value"), vault.keyed_hash("p", b"value"));
        assert_ne!(vault.keyed_hash("p", b"value"), vault.keyed_hash("q", b"value"));
        assert_ne!(vault.keyed_hash("p", b"value"), vault.keyed_hash("p", b"other"));
        assert_ne!(vault.keyed_hash("p", b"value"), Vault::in_memory().keyed_hash("p", b"value"));
    }

    async fn after_closing_every_call_says_closed(vault: &Vault) {
        let other = vault.clone();
        vault.apply(vec![put(OVERVIEW, RecordId::make(), b"x", Expect::Any)]).await.unwrap();
        vault.close().await.unwrap();
        vault.close().await.unwrap();
        assert!(matches!(other.load(OVERVIEW), Err(ReadError::Closed)));
        assert!(matches!(other.get(OVERVIEW, RecordId::make()), Err(ReadError::Closed)));
        assert!(matches!(other.apply(vec![]).await, Err(CommitError::Closed)));
        assert_eq!(other.keyed_hash("p", b"value"), [0; 32]);
    }
}

#[tokio::test]
async fn everything_is_there_again_after_closing_and_opening() {
    let dir = tempfile::tempdir().unwrap();
    let mut expected = Vec::new();
    let mut hash = None;
    for round in 0..4_u8 {
        let vault = if round == 0 {
            create(dir.path())
        } else {
            let (vault, report) = Vault::open(dir.path(), &password()).unwrap();
            assert_eq!(report, OpenReport::default());
            vault
        };
        assert_eq!(*hash.get_or_insert(vault.keyed_hash("p", b"v")), vault.keyed_hash("p", b"v"));
        for number in 0..60_u8 {
            let id = RecordId::from([number; 16]);
            vault.apply(vec![put(OVERVIEW, id, &[round, number], Expect::Any)]).await.unwrap();
        }
        expected = (0..60).map(|number| vec![round, number]).collect();
        vault.close().await.unwrap();
    }
    let (vault, _) = Vault::open(dir.path(), &password()).unwrap();
    let found: Vec<Vec<u8>> = vault.load(OVERVIEW).unwrap().into_iter().map(|record| record.body.to_vec()).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn the_last_handle_closes_the_vault() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path());
    vault.apply(vec![put(OVERVIEW, RecordId::make(), b"kept", Expect::Any)]).await.unwrap();
    drop(vault);
    let (vault, report) = Vault::open(dir.path(), &password()).unwrap();
    assert_eq!(report, OpenReport::default(), "nothing had to be replayed");
    assert_eq!(vault.load(OVERVIEW).unwrap().len(), 1);
}

#[test]
fn nothing_secret_is_printed() {
    let vault = Vault::in_memory();
    let change = put(SECRET, RecordId::make(), b"canary-body", Expect::Any);
    let record =
        roster_vault::Record { id: RecordId::make(), version: 3, body: Zeroizing::new(b"canary-body".to_vec()) };
    let printed = format!("{vault:?} {change:?} {record:?}");
    assert!(!printed.contains("canary") && !printed.contains("99, 97, 110"), "{printed}");
}
