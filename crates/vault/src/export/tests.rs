//! Exports: what is sealed comes back, and nothing else does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use roster_domain::Secret;
use serde_json::Value;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::head::ExportHead;
use super::seal::sealed;
use super::{CHUNK, Entry, ExportError, open, seal};
use crate::crypto::{NONCE, TAG};
use crate::{KdfParams, RecordId};

fn password() -> Secret<String> {
    Secret::from("a password of its own")
}

fn entry(kind: &str, id: u8, body: &[u8]) -> Entry {
    Entry { kind: kind.to_owned(), id: RecordId::from([id; 16]), body: Zeroizing::new(body.to_vec()) }
}

fn file(entries: &[Entry]) -> Vec<u8> {
    seal(entries, &password(), KdfParams::floor()).unwrap()
}

fn refused(file: &[u8]) -> ExportError {
    open(file, &password()).expect_err("it is not what was written")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn what_is_sealed_comes_back(entries in prop::collection::vec(("[a-z.]{0,32}", any::<[u8; 16]>(), prop::collection::vec(any::<u8>(), 0..9_000)), 0..20)) {
        let entries: Vec<Entry> = entries
            .into_iter()
            .map(|(kind, id, body)| Entry { kind, id: id.into(), body: Zeroizing::new(body) })
            .collect();
        prop_assert_eq!(open(&file(&entries), &password()).unwrap(), entries);
    }
}

#[test]
fn lengths_around_the_border_of_a_chunk_come_back() {
    // An entry of kind "k" has 25 bytes around its body.
    for more in [-1_isize, 0, 1] {
        for chunks in [1, 2] {
            let length = (chunks * CHUNK - 25).checked_add_signed(more).unwrap();
            let entries = [entry("k", 1, &vec![5; length])];
            let file = file(&entries);
            let expected = (25 + length).div_ceil(CHUNK);
            assert_eq!(file.len(), ExportHead::LEN + 25 + length + expected * (NONCE + TAG));
            assert_eq!(open(&file, &password()).unwrap(), entries);
        }
    }
}

#[test]
fn every_flipped_byte_is_refused() {
    let file = file(&[entry("account", 1, b"name"), entry("credential", 1, b"secret")]);
    for at in 0..file.len() {
        let mut edited = file.clone();
        edited[at] ^= 1 << (at % 8);
        let error = refused(&edited);
        let expected = match at {
            0..8 => matches!(error, ExportError::NotAnExport),
            // The length of the head may point past the end.
            10..14 => matches!(error, ExportError::Damaged | ExportError::Incomplete),
            _ => matches!(error, ExportError::Damaged),
        };
        assert!(expected, "byte {at}: {error:?}");
    }
}

#[test]
fn every_cut_and_everything_after_the_end_is_refused() {
    let entries: Vec<Entry> = (0..4).map(|id| entry("account", id, &[id; 40_000])).collect();
    let file = file(&entries);
    let step = NONCE + CHUNK + TAG;
    let borders = [ExportHead::LEN, ExportHead::LEN + step, ExportHead::LEN + 2 * step];
    for cut in (0..file.len()).step_by(64).chain(borders).chain([1, 7, 8, 13, 14]) {
        let error = refused(&file[..cut]);
        let expected = if cut == 0 { ExportError::NotAnExport } else { ExportError::Incomplete };
        assert_eq!(error.to_string(), expected.to_string(), "cut at {cut}");
    }
    assert!(matches!(refused(&[&file[..], b"x"].concat()), ExportError::Damaged));
    assert!(matches!(refused(&[&file[..], &file[ExportHead::LEN..]].concat()), ExportError::Damaged));
}

#[test]
fn chunks_swapped_repeated_or_of_another_file_are_refused() {
    let entries: Vec<Entry> = (0..5).map(|id| entry("account", id, &[id; 40_000])).collect();
    let salt = [7; 16];
    let make = || sealed(&entries, &password(), KdfParams::floor(), salt).unwrap();
    let (one, other) = (make(), make());
    let chunk = |file: &[u8], index: usize| {
        let from = ExportHead::LEN + index * (NONCE + CHUNK + TAG);
        file[from..file.len().min(from + NONCE + CHUNK + TAG)].to_vec()
    };
    let with = |order: [Vec<u8>; 4]| [one[..ExportHead::LEN].to_vec(), order.concat()].concat();
    let own = |index| chunk(&one, index);
    assert!(open(&with([own(0), own(1), own(2), own(3)]), &password()).is_ok());
    assert!(matches!(refused(&with([own(1), own(0), own(2), own(3)])), ExportError::Damaged));
    assert!(matches!(refused(&with([own(0), own(0), own(2), own(3)])), ExportError::Damaged));
    // The same head and place, so the same content: it opens, and it is the same.
    assert_eq!(open(&with([chunk(&other, 0), own(1), own(2), own(3)]), &password()).unwrap(), entries);
    let foreign = seal(&entries, &password(), KdfParams::floor()).unwrap();
    assert!(matches!(refused(&with([chunk(&foreign, 0), own(1), own(2), own(3)])), ExportError::Damaged));
}

/// The head with its checksum mended, as whoever edits the file would.
fn mended(file: &[u8], edit: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut edited = file.to_vec();
    let covered = ExportHead::LEN - 32;
    edit(&mut edited[..covered]);
    let digest = Sha256::digest(&edited[..covered]);
    edited[covered..ExportHead::LEN].copy_from_slice(&digest);
    edited
}

#[test]
fn wrong_password_damage_newer_format_and_absurd_costs_are_different_answers() {
    let file = file(&[entry("account", 1, b"name")]);
    assert!(matches!(open(&file, &Secret::from("another password")), Err(ExportError::WrongPassword)));
    let newer = mended(&file, |head| head[9] = 2);
    assert!(matches!(refused(&newer), ExportError::NewerFormat { found: 2, known: 1 }));
    assert!(matches!(refused(&mended(&file, |head| head[9] = 0)), ExportError::Damaged));
    let started = std::time::Instant::now();
    let costly = mended(&file, |head| head[15..19].copy_from_slice(&u32::MAX.to_be_bytes()));
    assert!(matches!(refused(&costly), ExportError::CostlyKdf { .. }));
    let passes = mended(&file, |head| head[19..23].copy_from_slice(&u32::MAX.to_be_bytes()));
    assert!(matches!(refused(&passes), ExportError::CostlyKdf { .. }));
    let weak = mended(&file, |head| head[15..19].copy_from_slice(&8_u32.to_be_bytes()));
    assert!(matches!(refused(&weak), ExportError::WeakKdf { .. }));
    assert!(started.elapsed().as_secs() < 2, "refused before any memory is taken");
    // A head edited on purpose: another salt, other counts. The commitment notices.
    for at in [27, 30, 45, 50] {
        assert!(matches!(refused(&mended(&file, |head| head[at] ^= 1)), ExportError::WrongPassword), "byte {at}");
    }
    assert!(matches!(refused(&mended(&file, |head| head[51] ^= 1)), ExportError::TooLarge));
    assert!(matches!(refused(&mended(&file, |head| head[57] ^= 1)), ExportError::Incomplete));
    for text in [&b""[..], b"PK\x03\x04", b"{\"accounts\": []}", b"RosterHd"] {
        assert!(matches!(refused(text), ExportError::NotAnExport));
    }
}

struct Vectors(Value);

impl Vectors {
    fn read() -> Self {
        Self(serde_json::from_str(include_str!("../../tests/vectors/export-v1.json")).unwrap())
    }

    fn hex(&self, name: &str) -> Vec<u8> {
        let text = self.0[name].as_str().unwrap();
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    fn open(&self, file: &[u8]) -> Vec<Entry> {
        open(file, &Secret::from(self.0["password"].as_str().unwrap())).unwrap()
    }
}

#[test]
fn the_permanent_vectors_open_to_what_they_always_held() {
    let vectors = Vectors::read();
    let bytes: Vec<u8> = (0..=255).collect();
    let small =
        [entry("account", 1, "{\"name\":\"号簿\"}".as_bytes()), entry("credential", 1, b""), entry("pool", 2, &bytes)];
    assert_eq!(vectors.open(&vectors.hex("small")), small);
    assert_eq!(vectors.open(&vectors.hex("empty")), []);
    let big = STANDARD.decode(vectors.0["big"].as_str().unwrap()).unwrap();
    let body = |id: usize| (0..40_000).map(|at| ((id * 7 + at) % 256) as u8).collect::<Vec<u8>>();
    let expected: Vec<Entry> = (1..3).map(|id| entry("account", id as u8, &body(id))).collect();
    assert_eq!(vectors.open(&big), expected);
    // The same characters, typed on another system.
    let typed = open(&vectors.hex("small"), &Secret::from("Export 1 cafe\u{301}")).unwrap();
    assert_eq!(typed, small);
}
