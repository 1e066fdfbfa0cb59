//! What is sealed opens in one place only: swapped records, kinds, chunks, vaults and versions are refused, and so is
//! every changed bit of headers and envelopes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roster_domain::Secret;
use sha2::{Digest, Sha256};

use super::{Dice, Mutation, must_fail, soak};
use crate::header::Header;
use crate::kdf::KdfParams;
use crate::keys::{Keys, Ring};
use crate::record::RecordId;
use crate::sealed::{CHUNK, SealedRecord, open, seal, version_of};
use crate::slot::{NewSlot, Slot};

/// A sealed record and all it is bound to.
struct Sealed<'a> {
    keys: &'a Keys,
    kind: &'static str,
    id: RecordId,
    body: Vec<u8>,
    record: SealedRecord,
}

/// Two vaults, three kinds, several records, sizes and versions.
fn samples<'a>(vaults: &'a [Keys; 2]) -> Vec<Sealed<'a>> {
    let mut samples = Vec::new();
    for keys in vaults {
        for kind in ["account", "account.secret", "pool"] {
            for number in 0..4_u8 {
                for version in [1, 2, 300] {
                    let id = RecordId::from([number; 16]);
                    let length = [30, CHUNK, CHUNK + 1, 3 * CHUNK][usize::from(number)];
                    let body: Vec<u8> = (0..length).map(|at| (at as u8) ^ number ^ (version as u8)).collect();
                    let record = seal(keys, kind, id, version, &body);
                    samples.push(Sealed { keys, kind, id, body, record });
                }
            }
        }
    }
    samples
}

/// Tries to open `record` in the place of another one; what its place has as version is edited to fit, as whoever
/// swaps files would.
fn accepted(place: &Sealed<'_>, chunks: Vec<Vec<u8>>) -> bool {
    let Some(version) = chunks.first().and_then(|chunk| version_of(chunk)) else { return false };
    [version, place.record.version].into_iter().any(|version| {
        let record = SealedRecord { version, chunks: chunks.clone() };
        open(place.keys, place.kind, place.id, &record).is_ok()
    })
}

/// Swaps tried, and how many were accepted.
fn swaps() -> (u64, u64) {
    let vaults = [[1; 16], [2; 16]].map(|id| Keys::new(id, Ring::make()));
    let samples = samples(&vaults);
    let (mut tried, mut wrong) = (0, 0);
    let mut check = |accepted: bool| {
        tried += 1;
        wrong += u64::from(accepted);
    };
    for (at, place) in samples.iter().enumerate() {
        assert_eq!(*open(place.keys, place.kind, place.id, &place.record).unwrap(), place.body);
        for (from, other) in samples.iter().enumerate() {
            let same_place = (place.keys.vault_id, place.kind, place.id) == (other.keys.vault_id, other.kind, other.id);
            // The whole of another record, kind or vault. The same record's older version, as it was, is an old
            // record and not a forged one: the manifest notices that.
            if at != from && !same_place {
                check(accepted(place, other.record.chunks.clone()));
            }
            // One chunk of another record or version, or of another place of the same one.
            for (index, chunk) in other.record.chunks.iter().enumerate() {
                let mut mixed = place.record.chunks.clone();
                let target = (index + usize::from(at == from)) % mixed.len();
                mixed[target].clone_from(chunk);
                if mixed != place.record.chunks && !(same_place && mixed == other.record.chunks) {
                    check(accepted(place, mixed));
                }
            }
        }
        for cut in 1..place.record.chunks.len() {
            check(accepted(place, place.record.chunks[..cut].to_vec()));
            check(accepted(place, place.record.chunks[cut..].to_vec()));
        }
    }
    (tried, wrong)
}

fn assert_no_swap_is_accepted() {
    let (tried, wrong) = swaps();
    soak::line("records, kinds, chunks, vaults, versions swapped", tried, wrong, "envelopes in each other's place");
    assert!(tried >= 5_000, "{tried}");
    assert_eq!(wrong, 0);
}

#[test]
fn thousands_of_swaps_are_all_refused() {
    assert_no_swap_is_accepted();
}

#[test]
#[ignore = "run with a mutation, by the test below"]
fn swaps_for_a_mutation() {
    assert_no_swap_is_accepted();
}

#[test]
fn envelopes_bound_to_nothing_are_noticed() {
    must_fail("faults::binding::swaps_for_a_mutation", Mutation::NoBinding);
}

#[test]
fn every_bit_of_two_hundred_envelopes_counts() {
    let keys = Keys::new([7; 16], Ring::make());
    let mut dice = Dice(200);
    let (mut tried, mut wrong) = (0, 0);
    for number in 0..200_u8 {
        let (id, version) = (RecordId::from([number; 16]), u64::from(number) + 1);
        let body: Vec<u8> = (0..dice.next(60)).map(|_| dice.next(256) as u8).collect();
        let raw = STANDARD.decode(&seal(&keys, "kind", id, version, &body).chunks[0]).unwrap();
        for bit in 0..raw.len() * 8 {
            let mut edited = raw.clone();
            edited[bit / 8] ^= 1 << (bit % 8);
            let chunk = STANDARD.encode(&edited).into_bytes();
            let versions = [Some(version), version_of(&chunk)];
            let accepted = versions
                .into_iter()
                .flatten()
                .any(|version| open(&keys, "kind", id, &SealedRecord { version, chunks: vec![chunk.clone()] }).is_ok());
            tried += 1;
            wrong += u64::from(accepted);
        }
    }
    soak::line("every bit of 200 envelopes", tried, wrong, "with the record's version edited to fit");
    assert_eq!(wrong, 0);
}

#[test]
fn every_bit_of_headers_counts() {
    let (mut tried, mut wrong) = (0, 0);
    for number in 0..5_u8 {
        let keys = Keys::new([number; 16], Ring::make());
        let password = Secret::from(format!("password {number}"));
        let slot = Slot::make(&keys, NewSlot::Password(&password, KdfParams::floor()), None).unwrap();
        let mut header = Header::new([number; 16], KdfParams::floor(), vec![slot]);
        let bytes = header.encode(&keys);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            wrong += u64::from(Header::decode(&flipped).is_ok());
            // The digest at the end mended, by whoever edited the file on purpose: the mac has to notice.
            let covered = flipped.len() - 32;
            let digest = Sha256::digest(&flipped[..covered]);
            flipped[covered..].copy_from_slice(&digest);
            let believed = flipped != bytes && Header::decode(&flipped).is_ok_and(|found| found.verify(&keys).is_ok());
            wrong += u64::from(believed);
            tried += 2;
        }
    }
    soak::line("every bit of headers", tried, wrong, "by accident, and on purpose with the digest mended");
    assert_eq!(wrong, 0);
}
