//! Sealing: from a body to the envelopes of its chunks and back.
//!
//! ```text
//! envelope = base64( 0x01 | epoch u16 | version u64 | nonce 12 | ciphertext | tag 16 )
//! AAD      = vault id, format u16, kind, record id, chunk index u32, chunk count u32, version u64,
//!            each behind its length as u32
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::bytes::{Reader, length, put_prefixed};
use crate::crypto::{self, NONCE, TAG};
use crate::header::FORMAT;
use crate::keys::{Keys, KindTag};
use crate::record::RecordId;

/// Plaintext bytes per chunk. Sealed and in base64 that is 6,880 bytes, under the 7 KiB the store takes well.
pub(crate) const CHUNK: usize = 5 << 10;
/// First byte of every envelope.
const ENVELOPE: u8 = 1;
/// `0x01 | epoch | version`, in the clear before the nonce.
const CLEAR: usize = 1 + 2 + 8;

/// Where a record is filed: the tag of its kind and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RecordKey {
    pub(crate) tag: KindTag,
    pub(crate) id: RecordId,
}

impl RecordKey {
    pub(crate) const LEN: usize = 24;

    pub(crate) fn new(keys: &Keys, kind: &str, id: RecordId) -> Self {
        Self { tag: keys.kind_tag(kind), id }
    }

    pub(crate) fn to_bytes(self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..8].copy_from_slice(&self.tag);
        bytes[8..].copy_from_slice(self.id.as_bytes());
        bytes
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { tag: reader.array()?, id: RecordId::from(reader.array::<16>()?) })
    }
}

/// One record as it lies in store, journal and checkpoint: the envelopes of its chunks, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealedRecord {
    pub(crate) version: u64,
    pub(crate) chunks: Vec<Vec<u8>>,
}

/// The bytes are not what was sealed under this kind, id and version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unopened;

/// Seals a body under the current epoch.
pub(crate) fn seal(keys: &Keys, kind: &str, id: RecordId, version: u64, body: &[u8]) -> SealedRecord {
    let epoch = keys.current();
    let key = epoch.record(kind, id.as_bytes());
    let count = body.len().div_ceil(CHUNK).max(1);
    let mut raw = Vec::with_capacity(CLEAR + NONCE + CHUNK.min(body.len()) + TAG);
    let mut chunks = Vec::with_capacity(count);
    for index in 0..count {
        let plain = &body[index * CHUNK..body.len().min((index + 1) * CHUNK)];
        raw.clear();
        raw.push(ENVELOPE);
        raw.extend_from_slice(&epoch.number.to_be_bytes());
        raw.extend_from_slice(&version.to_be_bytes());
        let aad = associated_data(keys, kind, id, (index, count), version);
        crypto::seal(&key, &aad, plain, &mut raw);
        chunks.push(STANDARD.encode(&raw).into_bytes());
    }
    SealedRecord { version, chunks }
}

/// Opens a record; fails when any chunk is missing, too many, swapped or changed.
pub(crate) fn open(
    keys: &Keys,
    kind: &str,
    id: RecordId,
    sealed: &SealedRecord,
) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let count = sealed.chunks.len();
    let mut body = Zeroizing::new(Vec::with_capacity(sealed.chunks.iter().map(|chunk| chunk.len() / 4 * 3).sum()));
    for (index, chunk) in sealed.chunks.iter().enumerate() {
        let raw = STANDARD.decode(chunk).map_err(|_| Unopened)?;
        let mut reader = Reader::new(&raw);
        let (kindred, epoch, version) = clear_part(&mut reader).ok_or(Unopened)?;
        if kindred != ENVELOPE || version != sealed.version {
            return Err(Unopened);
        }
        let key = keys.epoch(epoch).ok_or(Unopened)?.record(kind, id.as_bytes());
        let aad = associated_data(keys, kind, id, (index, count), version);
        crypto::open(&key, &aad, &raw[CLEAR..], &mut body).map_err(|_| Unopened)?;
    }
    if count == 0 { Err(Unopened) } else { Ok(body) }
}

/// The version an envelope says it is of; it is authenticated when the envelope is opened.
pub(crate) fn version_of(envelope: &[u8]) -> Option<u64> {
    let mut clear = [0; 12];
    let written = STANDARD.decode_slice(envelope.get(..16)?, &mut clear).ok()?;
    let (_, _, version) = clear_part(&mut Reader::new(&clear[..written]))?;
    Some(version)
}

/// The epoch an envelope says it is sealed under; it is authenticated when the envelope is opened.
pub(crate) fn epoch_of(envelope: &[u8]) -> Option<u16> {
    let mut clear = [0; 12];
    let written = STANDARD.decode_slice(envelope.get(..16)?, &mut clear).ok()?;
    let (_, epoch, _) = clear_part(&mut Reader::new(&clear[..written]))?;
    Some(epoch)
}

impl SealedRecord {
    /// The epochs of its chunks; `None` for a chunk that is no envelope.
    pub(crate) fn epochs(&self) -> impl Iterator<Item = Option<u16>> {
        self.chunks.iter().map(|chunk| epoch_of(chunk))
    }
}

/// The tag at the end of an envelope, which stands for its whole content.
pub(crate) fn tag_of(envelope: &[u8]) -> Option<[u8; TAG]> {
    // 24 characters of base64 are 18 bytes, less up to two of padding.
    let tail = envelope.get(envelope.len().checked_sub(24)?..)?;
    let mut bytes = [0; 18];
    let written = STANDARD.decode_slice(tail, &mut bytes).ok()?;
    bytes[..written].last_chunk::<TAG>().copied()
}

fn clear_part(reader: &mut Reader<'_>) -> Option<(u8, u16, u64)> {
    Some((reader.u8()?, reader.u16()?, reader.u64()?))
}

fn associated_data(keys: &Keys, kind: &str, id: RecordId, place: (usize, usize), version: u64) -> Vec<u8> {
    #[cfg(test)]
    if crate::faults::mutated(crate::faults::Mutation::NoBinding) {
        return Vec::new();
    }
    let mut aad = Vec::with_capacity(7 * 4 + 16 + 2 + kind.len() + 16 + 4 + 4 + 8);
    put_prefixed(&mut aad, &keys.vault_id);
    put_prefixed(&mut aad, &FORMAT.to_be_bytes());
    put_prefixed(&mut aad, kind.as_bytes());
    put_prefixed(&mut aad, id.as_bytes());
    put_prefixed(&mut aad, &length(place.0).to_be_bytes());
    put_prefixed(&mut aad, &length(place.1).to_be_bytes());
    put_prefixed(&mut aad, &version.to_be_bytes());
    aad
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keys::Ring;

    fn keys() -> Keys {
        Keys::new([3; 16], Ring::make())
    }

    const ID: [u8; 16] = [9; 16];

    proptest! {
        #[test]
        fn every_body_comes_back_from_envelopes_the_store_takes(
            body in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..200),
                (0..4_usize, 0..3_usize).prop_map(|(chunks, more)| vec![7; (chunks * CHUNK + more).saturating_sub(1)]),
            ],
            id: [u8; 16],
            version: u64,
        ) {
            let keys = keys();
            let sealed = seal(&keys, "kind", id.into(), version, &body);
            prop_assert_eq!(&*open(&keys, "kind", id.into(), &sealed).unwrap(), &body);
            prop_assert_eq!(sealed.chunks.len(), body.len().div_ceil(CHUNK).max(1));
            for chunk in &sealed.chunks {
                prop_assert!(chunk.len() <= 7 << 10);
                prop_assert_eq!(version_of(chunk), Some(version));
                let raw = STANDARD.decode(chunk).unwrap();
                prop_assert_eq!(tag_of(chunk), raw.last_chunk::<TAG>().copied());
            }
        }

        #[test]
        fn bytes_of_any_origin_are_refused(chunks: Vec<Vec<u8>>, version: u64) {
            for chunk in &chunks {
                let _ = (version_of(chunk), tag_of(chunk));
            }
            prop_assert_eq!(open(&keys(), "kind", ID.into(), &SealedRecord { version, chunks }), Err(Unopened));
        }
    }

    #[test]
    fn an_envelope_opens_in_its_own_place_only() {
        let keys = keys();
        let (body, id) = (vec![1; 2 * CHUNK + 5], RecordId::from(ID));
        let sealed = seal(&keys, "kind", id, 5, &body);
        assert!(open(&keys, "kind", id, &sealed).is_ok());

        assert_eq!(open(&keys, "kind", RecordId::from([8; 16]), &sealed), Err(Unopened), "another record");
        assert_eq!(open(&keys, "kine", id, &sealed), Err(Unopened), "another kind");
        assert_eq!(open(&self::keys(), "kind", id, &sealed), Err(Unopened), "other keys");
        let other_vault = Keys::new([4; 16], Ring::decode(&keys.ring().encode()).unwrap());
        assert_eq!(open(&other_vault, "kind", id, &sealed), Err(Unopened), "another vault with the same keys");

        let with = |chunks: &[usize]| SealedRecord {
            version: 5,
            chunks: chunks.iter().map(|at| sealed.chunks[*at].clone()).collect(),
        };
        for chunks in [&[0, 2, 1][..], &[0, 1], &[0, 1, 2, 2], &[1, 2], &[0, 0, 2], &[]] {
            assert_eq!(open(&keys, "kind", id, &with(chunks)), Err(Unopened), "chunks {chunks:?}");
        }
        let mut mixed = seal(&keys, "kind", id, 5, &body);
        mixed.chunks[1] = seal(&keys, "kind", id, 4, &body).chunks[1].clone();
        assert_eq!(open(&keys, "kind", id, &mixed), Err(Unopened), "a chunk of an older version");
    }

    #[test]
    fn a_version_or_epoch_written_over_is_noticed() {
        let keys = keys();
        let sealed = seal(&keys, "kind", ID.into(), 5, b"body");
        let raw = STANDARD.decode(&sealed.chunks[0]).unwrap();
        for bit in 0..raw.len() * 8 {
            let mut edited = raw.clone();
            edited[bit / 8] ^= 1 << (bit % 8);
            let chunk = STANDARD.encode(&edited).into_bytes();
            // With the record's version edited to fit, as whoever edits the file would.
            let version = version_of(&chunk).unwrap();
            let edited = SealedRecord { version, chunks: vec![chunk] };
            assert_eq!(open(&keys, "kind", ID.into(), &edited), Err(Unopened), "bit {bit}");
        }
    }

    #[test]
    fn nonces_do_not_repeat() {
        let keys = keys();
        let nonces: std::collections::BTreeSet<Vec<u8>> = (0..2_000)
            .map(|_| {
                let sealed = seal(&keys, "kind", ID.into(), 5, b"same");
                STANDARD.decode(&sealed.chunks[0]).unwrap()[CLEAR..CLEAR + NONCE].to_vec()
            })
            .collect();
        assert_eq!(nonces.len(), 2_000);
    }
}
