//! What every store promises, checked on each.

use super::{Batch, DiskStore, MemoryStore, Op, RecordStore};
use crate::error::StoreFault;
use crate::keys::{Keys, KindTag, Ring};
use crate::manifest::{SignedStamp, Stamp};
use crate::record::RecordId;
use crate::sealed::{self, CHUNK, RecordKey, SealedRecord};

/// A fresh store of each sort; the folder lives as long as the guard.
fn on_each(promise: impl Fn(&dyn RecordStore)) {
    promise(&MemoryStore::default());
    let dir = tempfile::tempdir().unwrap();
    promise(&DiskStore::open(&dir.path().join("store")).unwrap());
}

fn key(tag: u8, id: u8) -> RecordKey {
    RecordKey { tag: [tag; 8], id: RecordId::from([id; 16]) }
}

fn record(keys: &Keys, key: RecordKey, version: u64, length: usize) -> SealedRecord {
    sealed::seal(keys, "kind", key.id, version, &vec![1; length])
}

fn signed(keys: &Keys, generation: u64) -> SignedStamp {
    SignedStamp::new(keys, &Stamp { generation, ..Stamp::default() })
}

fn all(store: &dyn RecordStore) -> Vec<(RecordKey, SealedRecord)> {
    let mut found = Vec::new();
    store
        .snapshot(&mut |key, record| {
            found.push((key, record));
            true
        })
        .unwrap();
    found
}

fn keys() -> Keys {
    Keys::new([1; 16], Ring::make())
}

#[test]
fn a_new_store_is_empty() {
    on_each(|store| {
        assert_eq!(store.stamp().unwrap(), None);
        assert_eq!(store.get(key(1, 1)).unwrap(), None);
        assert!(store.load([1; 8]).unwrap().is_empty() && all(store).is_empty());
    });
}

#[test]
fn a_batch_is_applied_as_a_whole_and_seen_at_once() {
    on_each(|store| {
        let keys = keys();
        let places = [key(0, 0), key(1, 1), key(1, 2), key(1, 0xff), key(2, 1), key(0xff, 0xff)];
        let ops =
            places.iter().map(|key| Op { key: *key, prior: None, put: Some(record(&keys, *key, 4, 30)) }).collect();
        let batch = Batch { stamp: signed(&keys, 4), ops };
        store.apply(&batch).unwrap();
        assert_eq!(store.stamp().unwrap(), Some(signed(&keys, 4)));
        let expected: Vec<_> = batch.ops.iter().map(|op| (op.key, op.put.clone().unwrap())).collect();
        assert_eq!(all(store), expected, "every record, by key");
        let of_kind = |tag: KindTag| expected.iter().filter(|(key, _)| key.tag == tag).cloned().collect::<Vec<_>>();
        for tag in [[0; 8], [1; 8], [2; 8], [3; 8], [0xff; 8]] {
            assert_eq!(store.load(tag).unwrap(), of_kind(tag));
        }
        assert_eq!(store.get(key(1, 2)).unwrap(), Some(expected[2].1.clone()));
        assert_eq!(store.get(key(1, 3)).unwrap(), None);
    });
}

#[test]
fn a_batch_with_one_wrong_version_changes_nothing() {
    on_each(|store| {
        let keys = keys();
        let put = |key, prior, version| Op { key, prior, put: Some(record(&keys, key, version, 9)) };
        store.apply(&Batch { stamp: signed(&keys, 1), ops: vec![put(key(1, 1), None, 1)] }).unwrap();
        let before = all(store);
        let gone = Op { key: key(1, 2), prior: Some(1), put: None };
        for wrong in [put(key(1, 1), None, 2), put(key(1, 1), Some(2), 2), gone, put(key(1, 3), Some(7), 2)] {
            let batch = Batch { stamp: signed(&keys, 2), ops: vec![put(key(9, 9), None, 2), wrong] };
            assert!(matches!(store.apply(&batch), Err(StoreFault::Diverged)));
            assert_eq!(all(store), before);
            assert_eq!(store.stamp().unwrap(), Some(signed(&keys, 1)));
        }
    });
}

#[test]
fn records_grow_shrink_and_go_with_all_their_chunks() {
    on_each(|store| {
        let keys = keys();
        let (one, other) = (key(1, 1), key(1, 2));
        let neighbour = record(&keys, other, 1, 2 * CHUNK);
        let op = Op { key: other, prior: None, put: Some(neighbour.clone()) };
        store.apply(&Batch { stamp: signed(&keys, 1), ops: vec![op] }).unwrap();
        let mut prior = None;
        for (length, version) in [10, 9 * CHUNK, 3 * CHUNK + 1, 0, 5 * CHUNK].into_iter().zip(2..) {
            let put = record(&keys, one, version, length);
            let op = Op { key: one, prior, put: Some(put.clone()) };
            store.apply(&Batch { stamp: signed(&keys, version), ops: vec![op] }).unwrap();
            assert_eq!(store.get(one).unwrap(), Some(put.clone()));
            assert_eq!(store.load([1; 8]).unwrap(), [(one, put), (other, neighbour.clone())]);
            prior = Some(version);
        }
        let op = Op { key: one, prior, put: None };
        store.apply(&Batch { stamp: signed(&keys, 9), ops: vec![op] }).unwrap();
        assert_eq!(all(store), [(other, neighbour)]);
    });
}

#[test]
fn a_walk_ends_when_it_is_told_to() {
    on_each(|store| {
        let keys = keys();
        let ops = (0..10).map(|id| Op { key: key(1, id), prior: None, put: Some(record(&keys, key(1, id), 1, 1)) });
        store.apply(&Batch { stamp: signed(&keys, 1), ops: ops.collect() }).unwrap();
        let mut seen = 0;
        store
            .snapshot(&mut |_, _| {
                seen += 1;
                seen < 3
            })
            .unwrap();
        assert_eq!(seen, 3);
    });
}

#[test]
fn a_walk_goes_on_behind_any_record() {
    on_each(|store| {
        let keys = keys();
        let places: Vec<RecordKey> =
            [(1, 1), (1, 2), (2, 0), (0x74, 0x61), (0xff, 0xff)].map(|(tag, id)| key(tag, id)).into();
        let ops = places.iter().map(|key| Op { key: *key, prior: None, put: Some(record(&keys, *key, 1, 2 * CHUNK)) });
        store.apply(&Batch { stamp: signed(&keys, 1), ops: ops.collect() }).unwrap();
        for (at, place) in places.iter().enumerate() {
            let mut seen = Vec::new();
            store
                .snapshot_after(*place, &mut |key, record| {
                    assert_eq!(record.chunks.len(), 2);
                    seen.push(key);
                    true
                })
                .unwrap();
            assert_eq!(seen, places[at + 1..]);
        }
    });
}

#[test]
fn what_was_flushed_is_there_after_opening_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let keys = keys();
    let put = record(&keys, key(1, 1), 3, CHUNK + 1);
    let store = DiskStore::open(&path).unwrap();
    let op = Op { key: key(1, 1), prior: None, put: Some(put.clone()) };
    store.apply(&Batch { stamp: signed(&keys, 3), ops: vec![op] }).unwrap();
    store.flush().unwrap();
    drop(store);
    let store = DiskStore::open(&path).unwrap();
    assert_eq!(all(&store), [(key(1, 1), put)]);
    assert_eq!(store.stamp().unwrap(), Some(signed(&keys, 3)));
}

#[test]
fn a_store_whose_last_handle_is_still_letting_go_is_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    drop(DiskStore::open(&path).unwrap());
    let lingering = std::fs::File::options().write(true).open(path.join("db")).unwrap();
    lingering.lock().unwrap();
    let opener = std::thread::spawn(move || DiskStore::open(&path).map(|_| ()));
    for _ in 0..10 {
        crate::lock::pause();
    }
    assert!(!opener.is_finished(), "it waits");
    drop(lingering);
    opener.join().unwrap().unwrap();
}
