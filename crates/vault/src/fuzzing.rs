//! What a stranger's bytes meet first, for the fuzzer (`crates/fuzz`) and for the corpus test below. Built for those two
//! alone: with `cfg(fuzzing)` and in tests, never in the app.
//!
//! Most of what the vault reads is behind a digest or a mac, where no fuzzer gets by chance. So each target tries the
//! bytes as they are, and once more with digest or mac made right over them: as somebody would who has the keys.

use roster_domain::Secret;
use sha2::{Digest, Sha256};

use crate::checkpoint;
use crate::frames::{Scan, Volume, forge};
use crate::head;
use crate::header::Header;
use crate::keys::{Keys, Ring};
use crate::ledger::{KINDS, KINDS_ID, read_kinds};
use crate::manifest::Stamp;
use crate::record::RecordId;
use crate::sealed::{self, RecordKey, SealedRecord};
use crate::slot::{Opener, Slot};
use crate::store::MemoryStore;

/// A decoder of the vault under a name.
pub type Target = (&'static str, fn(&[u8]));

/// Every target; each has a folder of this name in `crates/fuzz/corpus`.
pub const TARGETS: &[Target] = &[
    ("header", header),
    ("slot", slot),
    ("key-file", key_file),
    ("words", words),
    ("head", head),
    ("envelope", envelope),
    ("journal", journal),
    ("checkpoint", checkpoint),
    ("ring", ring),
    ("kinds", kinds),
    ("snapshot", snapshot),
    ("export", crate::export::fuzz),
    ("legacy", legacy),
];

/// The keys of the permanent vectors, so that these are a corpus.
fn keys() -> Keys {
    let epochs = [(0_u16, 0xb0_u8), (3, 0xb3)];
    let mut ring = vec![0xa0; 32];
    ring.extend_from_slice(&2_u16.to_be_bytes());
    for (number, byte) in epochs {
        ring.extend_from_slice(&number.to_be_bytes());
        ring.extend_from_slice(&[byte; 32]);
    }
    let ring = Ring::decode(&ring).unwrap_or_else(Ring::make);
    Keys::new(std::array::from_fn(|at| at as u8), ring)
}

fn header(bytes: &[u8]) {
    let _ = Header::decode(bytes).map(|header| read_header(&header));
    // The same as the fields of a header whose length and digest are right.
    let mut whole = b"RosterHd".to_vec();
    whole.extend_from_slice(&crate::header::FORMAT.to_be_bytes());
    whole.extend_from_slice(&crate::bytes::length(bytes.len() + 32).to_be_bytes());
    whole.extend_from_slice(bytes);
    let digest = Sha256::digest(&whole);
    whole.extend_from_slice(&digest);
    if let Ok(header) = Header::decode(&whole) {
        read_header(&header);
        assert_eq!(header.slots.len(), header.clone().slots.len());
    }
}

fn read_header(header: &Header) {
    let _ = header.verify(&keys());
    header.slots.iter().for_each(read_slot);
    // Writing it again gives something that reads back as the same.
    let mut again = header.clone();
    let written = again.encode(&keys());
    assert_eq!(Header::decode(&written).map(|header| header.slots).ok().as_ref(), Some(&header.slots));
}

fn read_slot(slot: &Slot) {
    let _ = slot.kind();
    if let Some(params) = slot.params() {
        let _ = params.within_limits();
    }
}

fn slot(bytes: &[u8]) {
    if let Some(slot) = Slot::decode(bytes) {
        read_slot(&slot);
        let header = Header::new([7; 16], crate::KdfParams::floor(), vec![slot.clone()]);
        // Costs beyond the limits are refused before they are paid; the least allowed ones are too slow to try here.
        if slot.params().is_none_or(|params| params.within_limits().is_err()) {
            let _ = slot.open(&header, Opener::Password(&Secret::from("guess")));
        }
        let (words, key) = (Secret::from(["abandon"; 12].join(" ")), Secret::new(vec![7; 32]));
        for with in [Opener::Recovery(&words), Opener::Keychain(&key), Opener::KeyFile(&key)] {
            let _ = slot.open(&header, with);
        }
        let _ = slot.resealed(&keys());
    }
}

fn key_file(bytes: &[u8]) {
    let _ = crate::key_file::key_of(&[1; 16], bytes);
    // The same with the digest made right.
    let mut whole = bytes.to_vec();
    let digest = Sha256::digest(bytes);
    whole.extend_from_slice(&digest);
    let _ = crate::key_file::key_of(&[1; 16], &whole);
}

fn words(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(plain) = crate::RecoveryWords::check(text) {
        assert!(crate::RecoveryWords::check(plain.expose()).is_ok());
    }
}

fn head(bytes: &[u8]) {
    let _ = head::decode(&keys(), bytes);
}

fn envelope(bytes: &[u8]) {
    let keys = keys();
    // Lines are chunks.
    let chunks: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let version = chunks.first().and_then(|chunk| sealed::version_of(chunk)).unwrap_or(0);
    let _ = sealed::open(&keys, "note", RecordId::from([1; 16]), &SealedRecord { version, chunks });
}

fn volume(volume: Volume, bytes: &[u8]) -> Vec<u8> {
    let keys = keys();
    let scan = Scan::read(volume, &keys, bytes);
    assert!(scan.whole <= bytes.len() as u64);
    let forged = forge(volume, &keys, &Stamp { epoch: 3, ..Stamp::default() }, bytes);
    let scan = Scan::read(volume, &keys, &forged);
    assert!(scan.start.is_some() && scan.whole <= forged.len() as u64);
    forged
}

fn journal(bytes: &[u8]) {
    volume(Volume::Journal, bytes);
}

fn checkpoint(bytes: &[u8]) {
    let _ = checkpoint::decode(&keys(), bytes);
    let forged = volume(Volume::Checkpoint, bytes);
    let _ = checkpoint::decode(&keys(), &forged);
}

fn ring(bytes: &[u8]) {
    if let Some(ring) = Ring::decode(bytes) {
        assert_eq!(*ring.encode(), bytes);
    }
}

fn kinds(bytes: &[u8]) {
    let (keys, id) = (keys(), RecordId::from(KINDS_ID));
    let record = sealed::seal(&keys, KINDS, id, 1, bytes);
    let _ = read_kinds(&keys, &MemoryStore::with([(RecordKey::new(&keys, KINDS, id), record)]));
}

fn legacy(bytes: &[u8]) {
    let key = crate::LegacyKey::derive(&Secret::from("old"));
    let _ = std::str::from_utf8(bytes).map(|text| key.open(text));
    // The same sealed as that format seals: what is inside may be no text.
    let mut sealed = Vec::new();
    let digest = zeroize::Zeroizing::new(Sha256::digest(b"old").into());
    crate::crypto::seal(&digest, &[], bytes, &mut sealed);
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &sealed);
    assert_eq!(key.open(&text).is_ok(), std::str::from_utf8(bytes).is_ok());
}

fn snapshot(bytes: &[u8]) {
    crate::snapshot::fuzz(&keys(), bytes);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::faults::soak;

    #[test]
    fn the_corpus_neither_panics_nor_hangs() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
        let folders: BTreeSet<String> = std::fs::read_dir(&corpus)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(folders, TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect(), "one folder for each target");
        let (mut tried, mut slow) = (0, 0);
        for (name, target) in TARGETS {
            for entry in std::fs::read_dir(corpus.join(name)).unwrap() {
                let bytes = std::fs::read(entry.unwrap().path()).unwrap();
                let started = Instant::now();
                target(&bytes);
                // And what is left of it when it is cut or a bit of it is flipped.
                for at in (0..bytes.len()).step_by(bytes.len() / 16 + 1) {
                    target(&bytes[..at]);
                    let mut flipped = bytes.clone();
                    flipped[at] ^= 0x80;
                    target(&flipped);
                }
                slow += u64::from(started.elapsed() > Duration::from_secs(5));
                tried += 1;
            }
        }
        soak::line("fuzz corpus: no panic, no hang", tried, slow, "each file, cut and flipped in 16 places");
        assert_eq!(slow, 0);
        assert!(tried >= 30, "{tried}");
    }
}
