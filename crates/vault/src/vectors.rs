//! The permanent vectors of format 1: made once by the independent implementation in `tests/vault_reader`, with fixed
//! keys and nonces. What they decode to is written down here. They are never made anew to please a test; a change of
//! the format gets a number and vectors of its own.

use roster_domain::Secret;
use serde_json::Value;

use crate::checkpoint;
use crate::frames::{Frame, Scan, Sort, Volume};
use crate::head::{self, Head};
use crate::header::Header;
use crate::kdf::KdfParams;
use crate::keys::{Keys, Ring};
use crate::ledger::{KINDS, KINDS_ID, read_kinds};
use crate::manifest::{Manifest, Stamp};
use crate::record::RecordId;
use crate::sealed::{self, RecordKey, SealedRecord};
use crate::slot::{Opener, SlotKind, Unlocked};
use crate::store::MemoryStore;

struct Vectors(Value);

impl Vectors {
    fn read() -> Self {
        Self(serde_json::from_str(include_str!("../tests/vectors/v1.json")).unwrap())
    }

    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap()
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        let text = self.text(name);
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    fn record(&self, name: &str) -> SealedRecord {
        let found = &self.0[name];
        let chunks = found["chunks"].as_array().unwrap().iter().map(|chunk| chunk.as_str().unwrap().into()).collect();
        SealedRecord { version: found["version"].as_u64().unwrap(), chunks }
    }

    fn keys(&self) -> Keys {
        Keys::new(std::array::from_fn(|at| at as u8), Ring::decode(&self.bytes("ring")).unwrap())
    }
}

fn note(keys: &Keys, id: u8) -> RecordKey {
    RecordKey::new(keys, "note", RecordId::from([id; 16]))
}

fn kinds(keys: &Keys) -> RecordKey {
    RecordKey::new(keys, KINDS, RecordId::from(KINDS_ID))
}

fn long_body() -> Vec<u8> {
    (0..5 * 1024 + 3).map(|at| (at % 256) as u8).collect()
}

fn stamp(vectors: &Vectors, generation: u64, count: u64) -> Stamp {
    let sum = vectors.bytes(&format!("sum_at_{generation}")).try_into().unwrap();
    Stamp { generation, epoch: 3, manifest: Manifest { count, sum } }
}

#[test]
fn the_header_opens_with_its_password() {
    let vectors = Vectors::read();
    let header = Header::decode(&vectors.bytes("header")).unwrap();
    assert_eq!((header.vault_id.to_vec(), header.number), (vectors.bytes("vault_id"), 4));
    assert_eq!(header.pin, KdfParams { m_kib: 19_456, t: 2, p: 1 });
    let slots: Vec<SlotKind> = header.slots.iter().map(|slot| slot.kind()).collect();
    assert_eq!(slots, [SlotKind::Password, SlotKind::Unknown(9)]);
    assert_eq!(header.slots[1].as_bytes(), b"\x09later");
    for password in [vectors.text("password"), "Pass five e\u{301}"] {
        let Unlocked::Open(ring) = header.slots[0].unlock(&header, &Secret::from(password)).unwrap() else {
            panic!("the password opens the slot")
        };
        assert_eq!(*ring.encode(), vectors.bytes("ring"));
        header.verify(&Keys::new(header.vault_id, ring)).unwrap();
    }
    let wrong = header.slots[0].unlock(&header, &Secret::from("Pass five e")).unwrap();
    assert!(matches!(wrong, Unlocked::WrongPassword));
    let mut again = header.clone();
    assert_eq!(again.encode(&vectors.keys()), vectors.bytes("header"));
}

#[test]
fn names_come_out_the_same() {
    let vectors = Vectors::read();
    let keys = vectors.keys();
    assert_eq!(keys.kind_tag("note").to_vec(), vectors.bytes("kind_tag_of_note"));
    assert_eq!(keys.hash("purpose", b"data").to_vec(), vectors.bytes("hash_of_purpose_data"));
}

#[test]
fn envelopes_open_to_their_bodies() {
    let vectors = Vectors::read();
    let keys = vectors.keys();
    let (short, long) = (vectors.record("envelope"), vectors.record("long_envelope"));
    let body = sealed::open(&keys, "note", RecordId::from([1; 16]), &short).unwrap();
    assert_eq!(*body, "号簿 note".as_bytes());
    assert_eq!(*sealed::open(&keys, "note", RecordId::from([2; 16]), &long).unwrap(), long_body());
    assert_eq!(long.chunks.iter().map(Vec::len).collect::<Vec<_>>(), [6880, 56]);
    assert_eq!(sealed::version_of(&short.chunks[0]), Some(7));
}

#[test]
fn the_checkpoint_gives_its_records() {
    let vectors = Vectors::read();
    let keys = vectors.keys();
    let found = checkpoint::decode(&keys, &vectors.bytes("checkpoint")).unwrap();
    assert!(found.complete);
    assert_eq!(found.stamp, stamp(&vectors, 7, 2));
    let places: Vec<RecordKey> = found.records.iter().map(|(key, _)| *key).collect();
    assert_eq!(places, [kinds(&keys), note(&keys, 1)]);
    assert_eq!(found.records[1].1, Some(vectors.record("envelope")));
    let store = MemoryStore::with(found.records.into_iter().map(|(key, put)| (key, put.unwrap())));
    assert_eq!(read_kinds(&keys, &store).unwrap().into_iter().collect::<Vec<_>>(), ["note"]);
}

#[test]
fn the_journal_gives_its_commits() {
    let vectors = Vectors::read();
    let keys = vectors.keys();
    let scan = Scan::read(Volume::Journal, &keys, &vectors.bytes("journal"));
    assert!(!scan.damaged && !scan.tail);
    assert_eq!(scan.start, Some(stamp(&vectors, 7, 2)));
    let [first, second] = &scan.frames[..] else { panic!("two commits") };
    assert_eq!((first.sort, first.stamp.generation, first.stamp.manifest.count), (Sort::Commit, 8, 3));
    assert_eq!(first.ops, [(note(&keys, 2), Some(vectors.record("long_envelope")))]);
    let expected = Frame { sort: Sort::Commit, stamp: stamp(&vectors, 9, 2), ops: vec![(note(&keys, 1), None)] };
    assert_eq!(*second, expected);
}

#[test]
fn the_head_says_how_far_the_vault_had_come() {
    let vectors = Vectors::read();
    let expected = Head { stamp: stamp(&vectors, 9, 2), header_number: 4, checkpoint: 7, clean: false };
    assert_eq!(head::decode(&vectors.keys(), &vectors.bytes("head")), Some((expected, 12)));
    assert_eq!(head::encode(&vectors.keys(), &expected, 12), vectors.bytes("head"));
}

#[test]
fn slots_of_every_kind_open_to_the_ring() {
    let vectors = Vectors(serde_json::from_str(include_str!("../tests/vectors/v1-sealed.json")).unwrap());
    let header = Header::decode(&vectors.bytes("header")).unwrap();
    let (password, words) = (Secret::from(vectors.text("password")), Secret::from(vectors.text("words")));
    let (keychain, file) = (Secret::new(vectors.bytes("keychain")), Secret::new(vectors.bytes("key_file")));
    let ways =
        [Opener::Password(&password), Opener::Recovery(&words), Opener::Keychain(&keychain), Opener::KeyFile(&file)];
    for (at, with) in ways.into_iter().enumerate() {
        let open = header.open(with).unwrap();
        assert_eq!((open.slot, &**open.keys.ring().encode()), (at, &vectors.bytes("ring")[..]));
    }
}

#[test]
fn the_snapshot_gives_its_record() {
    let vectors = Vectors(serde_json::from_str(include_str!("../tests/vectors/v1-sealed.json")).unwrap());
    let place = tempfile::tempdir().unwrap();
    std::fs::create_dir(place.path().join("snapshots")).unwrap();
    let path = place.path().join("snapshots/snapshot-0000000000000001");
    std::fs::write(path, vectors.bytes("snapshot")).unwrap();
    let keys = std::sync::Arc::new(vectors.keys());
    let id = "0000000000000001".parse().unwrap();
    let snapshot = crate::snapshot::read(&crate::files::Folder::new(place.path()), keys, id).unwrap();
    assert_eq!(snapshot.info().taken_at, 1_795_000_000);
    let note = snapshot.get(crate::Kind::new("note"), RecordId::from([1; 16])).unwrap().unwrap();
    assert_eq!((note.version, &note.body[..]), (7, vectors.text("snapshot_body").as_bytes()));
}

/// Slots of the second form, one of each kind, in one header: made once and decoded for ever.
#[test]
fn slots_of_every_kind_open_with_their_secrets() {
    let vectors = Vectors(serde_json::from_str(include_str!("../tests/vectors/v1-slots.json")).unwrap());
    let header = Header::decode(&vectors.bytes("header")).unwrap();
    let kinds: Vec<SlotKind> = header.slots.iter().map(|slot| slot.kind()).collect();
    assert_eq!(kinds, [SlotKind::Password, SlotKind::Recovery, SlotKind::Keychain, SlotKind::KeyFile]);
    let made_at = header.slots.iter().map(|slot| slot.fixed().unwrap().made_at);
    assert!(made_at.eq([Some(1_795_000_000); 4]));
    let (password, words) = (Secret::from(vectors.text("password")), Secret::from(vectors.text("words")));
    let (keychain, file) = (Secret::new(vectors.bytes("keychain")), Secret::new(vectors.bytes("key_file")));
    let openers =
        [Opener::Password(&password), Opener::Recovery(&words), Opener::Keychain(&keychain), Opener::KeyFile(&file)];
    for (slot, with) in header.slots.iter().zip(openers) {
        let Unlocked::Open(ring) = slot.unlock(&header, with).unwrap() else { panic!("{with:?} opens its slot") };
        assert_eq!(*ring.encode(), vectors.bytes("ring"));
        header.verify(&Keys::new(header.vault_id, ring)).unwrap();
    }
    let mut again = header.clone();
    let keys = Keys::new(header.vault_id, Ring::decode(&vectors.bytes("ring")).unwrap());
    assert_eq!(again.encode(&keys), vectors.bytes("header"));
}
