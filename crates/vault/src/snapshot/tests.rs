//! Taking, keeping, reading back; and that no damage to a snapshot goes unnoticed.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use roster_domain::Secret;
use zeroize::Zeroizing;

use super::{SnapshotError, SnapshotId, SnapshotReason, take};
use crate::error::StoreFault;
use crate::faults::{Mutation, must_fail};
use crate::files::Folder;
use crate::keys::{Keys, KindTag, Ring};
use crate::ledger::Ledger;
use crate::manifest::{SignedStamp, Stamp};
use crate::sealed::{RecordKey, SealedRecord};
use crate::store::{Batch, MemoryStore, RecordStore, Visit};
use crate::{Change, Expect, KdfParams, Kind, RecordId, SnapshotInfo, Vault};

const NOTE: Kind = Kind::new("note");
const OTHER: Kind = Kind::new("other");
const DAY: i64 = 86_400;

struct Rig {
    place: tempfile::TempDir,
    vault: Vault,
}

impl Rig {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let vault = Vault::create(place.path(), &Secret::from("a password"), KdfParams::floor()).unwrap();
        Self { place, vault }
    }

    async fn put(&self, id: u8, body: &[u8]) {
        let id = RecordId::from([id; 16]);
        let body = Zeroizing::new(body.to_vec());
        self.vault.apply(vec![Change::Put { kind: NOTE, id, body, expect: Expect::Any }]).await.unwrap();
    }

    async fn take(&self, reason: SnapshotReason, at: i64) -> SnapshotInfo {
        self.vault.snapshot(reason, at).await.unwrap()
    }

    fn file(&self, id: SnapshotId) -> PathBuf {
        self.place.path().join("snapshots").join(format!("snapshot-{id}"))
    }

    fn numbers(&self) -> Vec<String> {
        let listed = self.vault.snapshots(NOTE).unwrap();
        listed.into_iter().map(|info| info.id.to_string().trim_start_matches('0').to_owned()).collect()
    }
}

fn leftovers(dir: &Path) -> Vec<String> {
    let names = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.starts_with("snapshot-") || name.ends_with("tmp")).collect()
}

#[tokio::test]
async fn a_snapshot_keeps_what_was_there_and_is_listed_with_its_reason() {
    let rig = Rig::new();
    let long = vec![7; 20_000];
    rig.put(1, b"before").await;
    rig.put(2, &long).await;
    let taken = rig.take(SnapshotReason::Owner, 1_000).await;
    rig.put(1, b"after").await;
    rig.put(3, b"new").await;

    let listed = rig.vault.snapshots(NOTE).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].id, listed[0].taken_at, listed[0].records, listed[0].verified), (taken.id, 1_000, 2, true));
    assert_eq!(listed[0].reason, Some(SnapshotReason::Owner));
    assert_eq!(listed[0].bytes, std::fs::metadata(rig.file(taken.id)).unwrap().len());
    assert_eq!(rig.vault.snapshots(OTHER).unwrap()[0].records, 0);

    let snapshot = rig.vault.read_snapshot(taken.id.to_string().parse().unwrap()).unwrap();
    let bodies: Vec<_> = snapshot.load(NOTE).unwrap().into_iter().map(|record| record.body.to_vec()).collect();
    assert_eq!(bodies, [b"before".to_vec(), long]);
    assert!(snapshot.get(NOTE, RecordId::from([3; 16])).unwrap().is_none());
    assert!(leftovers(&rig.place.path().join("snapshots")).is_empty());
}

#[tokio::test]
async fn it_outlives_the_handle_and_a_vault_without_header_is_not_made_over_it() {
    let rig = Rig::new();
    rig.put(1, b"kept").await;
    let taken = rig.take(SnapshotReason::Lock, 5).await;
    rig.vault.close().await.unwrap();
    assert!(matches!(rig.vault.snapshot(SnapshotReason::Lock, 6).await, Err(SnapshotError::Closed)));
    let (vault, _) = Vault::open(rig.place.path(), &Secret::from("a password")).unwrap();
    assert_eq!(&*vault.read_snapshot(taken.id).unwrap().load(NOTE).unwrap()[0].body, b"kept");
    vault.close().await.unwrap();
    for entry in std::fs::read_dir(rig.place.path()).unwrap().map(Result::unwrap) {
        if entry.file_name() != "snapshots" {
            crate::files::remove(&entry.path()).unwrap();
        }
    }
    let refused = Vault::create(rig.place.path(), &Secret::from("another"), KdfParams::floor());
    assert!(matches!(refused, Err(crate::OpenError::AlreadyExists)), "{refused:?}");
}

#[tokio::test]
async fn locking_twice_without_a_change_takes_one_and_the_owner_gets_what_he_asks_for() {
    let rig = Rig::new();
    rig.put(1, b"a").await;
    let first = rig.take(SnapshotReason::Lock, 10).await;
    assert_eq!(rig.take(SnapshotReason::Lock, 20).await, first);
    assert_eq!(rig.take(SnapshotReason::Daily, 30).await, first);
    let asked_for = rig.take(SnapshotReason::Owner, 40).await;
    assert!(asked_for.id > first.id);
    rig.put(1, b"b").await;
    assert!(rig.take(SnapshotReason::Lock, 50).await.id > asked_for.id);
}

#[tokio::test]
async fn the_five_newest_and_the_newest_of_seven_days_are_kept() {
    let rig = Rig::new();
    // Two a day for ten days, then eight on the last; the clock may jump, the numbers do not.
    let mut times: Vec<i64> = (0..10).flat_map(|day| [day * DAY, day * DAY + 100]).collect();
    times.extend((1..=8).map(|more| 9 * DAY + 100 + more));
    for at in times {
        rig.take(SnapshotReason::Owner, at).await;
    }
    // 20 from ten days (the last of day d has number 2d + 2), then 21 to 28.
    assert_eq!(rig.numbers(), ["1c", "1b", "1a", "19", "18", "12", "10", "e", "c", "a", "8"]);
    for at in [-5_000_000_000, 4_300_000_000, 0] {
        rig.take(SnapshotReason::Owner, at).await;
    }
    assert_eq!(rig.numbers()[..5], ["1f", "1e", "1d", "1c", "1b"], "a clock that jumps takes none of the newest away");
}

#[tokio::test]
async fn every_flipped_byte_and_every_cut_is_noticed_and_hides_no_other() {
    let rig = Rig::new();
    rig.put(1, b"some text").await;
    let sound = rig.take(SnapshotReason::Owner, 1).await;
    rig.put(2, &[9; 300]).await;
    let hit = rig.take(SnapshotReason::BeforeDelete, 2).await;
    let whole = std::fs::read(rig.file(hit.id)).unwrap();
    let noticed = |what: &str| {
        assert!(matches!(rig.vault.read_snapshot(hit.id), Err(SnapshotError::Damaged)), "{what}");
    };
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(rig.file(hit.id), &bytes).unwrap();
        noticed(&format!("byte {at}"));
        if at.is_multiple_of(397) {
            let listed = rig.vault.snapshots(NOTE).unwrap();
            assert_eq!(listed.iter().map(|info| info.verified).collect::<Vec<_>>(), [false, true], "byte {at}");
        }
    }
    for cut in (0..whole.len()).step_by(64) {
        std::fs::write(rig.file(hit.id), &whole[..cut]).unwrap();
        noticed(&format!("cut at {cut}"));
    }
    std::fs::write(rig.file(hit.id), [&whole[..], b"more"].concat()).unwrap();
    noticed("something after the end");
    // Another snapshot of the same vault in its place.
    std::fs::copy(rig.file(sound.id), rig.file(hit.id)).unwrap();
    noticed("another one in its place");
    // The head of one, the body of another.
    let other = std::fs::read(rig.file(sound.id)).unwrap();
    let head = super::head::SnapshotHead::LEN;
    std::fs::write(rig.file(hit.id), [&whole[..head], &other[head..]].concat()).unwrap();
    noticed("another body");
    std::fs::write(rig.file(hit.id), &whole).unwrap();
    assert_eq!(rig.vault.read_snapshot(hit.id).unwrap().info().records, 3, "two notes and the list of kinds");
}

type Spoil = fn(&mut Vec<(RecordKey, SealedRecord)>);

/// A store that gives something else while the snapshot is written than while it is compared.
struct Fickle {
    inner: MemoryStore,
    spoil: Mutex<Option<Spoil>>,
}

impl RecordStore for Fickle {
    fn load(&self, tag: KindTag) -> Result<Vec<(RecordKey, SealedRecord)>, StoreFault> {
        self.inner.load(tag)
    }

    fn get(&self, key: RecordKey) -> Result<Option<SealedRecord>, StoreFault> {
        self.inner.get(key)
    }

    fn apply(&self, batch: &Batch) -> Result<(), StoreFault> {
        self.inner.apply(batch)
    }

    fn flush(&self) -> Result<(), StoreFault> {
        self.inner.flush()
    }

    fn stamp(&self) -> Result<Option<SignedStamp>, StoreFault> {
        self.inner.stamp()
    }

    fn snapshot(&self, visit: &mut Visit<'_>) -> Result<(), StoreFault> {
        let mut all = Vec::new();
        self.inner.snapshot(&mut |key, record| {
            all.push((key, record));
            true
        })?;
        if let Some(spoil) = self.spoil.lock().unwrap().take() {
            spoil(&mut all);
        }
        for (key, record) in all {
            if !visit(key, record) {
                break;
            }
        }
        Ok(())
    }
}

#[test]
fn one_that_is_not_what_the_vault_holds_is_set_aside_and_told() {
    set_aside_and_told();
}

#[test]
#[ignore = "run with a defect"]
fn sample_of_those_set_aside() {
    set_aside_and_told();
}

#[test]
fn a_snapshot_that_is_believed_is_noticed() {
    must_fail("snapshot::tests::sample_of_those_set_aside", Mutation::BelieveSnapshot);
}

fn set_aside_and_told() {
    let place = tempfile::tempdir().unwrap();
    let (folder, keys) = (Folder::new(place.path()), Keys::new([1; 16], Ring::make()));
    let store = Fickle { inner: MemoryStore::default(), spoil: Mutex::new(None) };
    let mut ledger = Ledger::empty(Stamp::default());
    let note = |id: u8| Change::Put {
        kind: NOTE,
        id: RecordId::from([id; 16]),
        body: Zeroizing::new(vec![id; 9_000]),
        expect: Expect::Any,
    };
    let planned = ledger.plan(&keys, &store, &[note(1), note(2), note(3)]).unwrap();
    store.apply(&planned.batch).unwrap();
    let state = (&keys, &planned.stamp);
    let why = (SnapshotReason::Owner, 1);
    let spoils: [(&str, Spoil); 5] = [
        ("one left out", |all| drop(all.remove(1))),
        ("one twice", |all| all.push(all[1].clone())),
        ("a flipped bit", |all| all[1].1.chunks[0][100] ^= 1),
        ("a chunk left out", |all| drop(all[1].1.chunks.pop())),
        ("nothing at all", Vec::clear),
    ];
    for (what, spoil) in spoils {
        *store.spoil.lock().unwrap() = Some(spoil);
        let refused = take(&folder, state, &store, why);
        assert!(matches!(refused, Err(SnapshotError::NotVerified)), "{what}: {refused:?}");
        assert!(super::list(&folder, &keys, NOTE).unwrap().is_empty(), "{what}");
    }
    let aside = std::fs::read_dir(folder.damaged()).unwrap().count();
    assert_eq!(aside, spoils.len(), "each is kept as evidence");
    assert_eq!(take(&folder, state, &store, why).unwrap().records, 4);
    assert!(super::list(&folder, &keys, NOTE).unwrap()[0].verified);
    assert_eq!(super::epochs_needed(&folder, &keys).unwrap().into_iter().collect::<Vec<_>>(), [0]);
}

#[tokio::test]
async fn a_damaged_one_costs_none_of_the_kept() {
    let rig = Rig::new();
    for at in 0..5 {
        rig.take(SnapshotReason::Owner, at).await;
    }
    let listed = rig.vault.snapshots(NOTE).unwrap();
    for info in &listed[1..3] {
        std::fs::write(rig.file(info.id), b"garbage").unwrap();
    }
    rig.take(SnapshotReason::Owner, 6).await;
    rig.take(SnapshotReason::Owner, 7).await;
    let sound = rig.vault.snapshots(NOTE).unwrap().iter().filter(|info| info.verified).count();
    assert_eq!(sound, 5);
}
