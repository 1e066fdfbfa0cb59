//! Every key of an open vault, and what each is derived from. Drawn in the README of this crate.

use std::fmt;

use zeroize::Zeroizing;

use crate::bytes::Reader;
use crate::crypto::{self, Key};

/// The random keys of a vault: what a slot in the header wraps.
///
/// The root key never changes and only names things (tags of kinds, keyed hashes). Records are sealed under the
/// data key of an epoch; a new epoch adds a key, and the old one goes when nothing is sealed under it any more.
pub(crate) struct Ring {
    root: Key,
    epochs: Vec<(u16, Key)>,
}

impl Ring {
    /// A new vault's keys.
    pub(crate) fn make() -> Self {
        Self { root: crypto::random_key(), epochs: vec![(0, crypto::random_key())] }
    }

    /// `root 32 | count u16 | (epoch u16 | data key 32)…`, epochs ascending.
    pub(crate) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(34 + 34 * self.epochs.len()));
        out.extend_from_slice(&*self.root);
        out.extend_from_slice(&u16::try_from(self.epochs.len()).unwrap_or(u16::MAX).to_be_bytes());
        for (epoch, key) in &self.epochs {
            out.extend_from_slice(&epoch.to_be_bytes());
            out.extend_from_slice(&**key);
        }
        out
    }

    /// Reads what [`encode`](Self::encode) wrote; `None` for anything else.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let root = Zeroizing::new(reader.array()?);
        let count = usize::from(reader.u16()?);
        let mut epochs: Vec<(u16, Key)> = Vec::with_capacity(count);
        for _ in 0..count {
            let epoch = reader.u16()?;
            if epochs.last().is_some_and(|(last, _)| *last >= epoch) {
                return None;
            }
            epochs.push((epoch, Zeroizing::new(reader.array()?)));
        }
        (reader.is_empty() && !epochs.is_empty()).then_some(Self { root, epochs })
    }
}

/// The tag under which the records of one kind are filed. It says nothing about the kind without the root key.
pub(crate) type KindTag = [u8; 8];

/// The keys of one epoch that are not of one record.
pub(crate) struct EpochKeys {
    pub(crate) number: u16,
    data: Key,
    pub(crate) header: Key,
    pub(crate) head: Key,
    pub(crate) journal: Key,
    pub(crate) checkpoint: Key,
    pub(crate) manifest: Key,
    pub(crate) store: Key,
    pub(crate) snapshot: Key,
}

impl EpochKeys {
    /// The key of one record of one kind.
    pub(crate) fn record(&self, kind: &str, id: &[u8; 16]) -> Key {
        crypto::derive_key(id, &*self.data, &[b"roster/1/rec/", kind.as_bytes()])
    }
}

/// The keys of an open vault. Wiped when the last user lets go.
pub(crate) struct Keys {
    pub(crate) vault_id: [u8; 16],
    ring: Ring,
    kind: Key,
    epochs: Vec<EpochKeys>,
}

impl Keys {
    pub(crate) fn new(vault_id: [u8; 16], ring: Ring) -> Self {
        let kind = crypto::derive_key(&vault_id, &*ring.root, &[b"roster/1/kind"]);
        let epochs = ring
            .epochs
            .iter()
            .map(|(number, data)| {
                let derive = |info: &[u8]| crypto::derive_key(&vault_id, &**data, &[info]);
                EpochKeys {
                    number: *number,
                    data: data.clone(),
                    header: derive(b"roster/1/header"),
                    head: derive(b"roster/1/head"),
                    journal: derive(b"roster/1/journal"),
                    checkpoint: derive(b"roster/1/checkpoint"),
                    manifest: derive(b"roster/1/manifest"),
                    store: derive(b"roster/1/store"),
                    snapshot: derive(b"roster/1/snapshot"),
                }
            })
            .collect();
        Self { vault_id, ring, kind, epochs }
    }

    /// What a slot wraps.
    pub(crate) fn ring(&self) -> &Ring {
        &self.ring
    }

    /// The epoch new records are sealed in.
    pub(crate) fn current(&self) -> &EpochKeys {
        // A ring has one epoch at least: `Ring::decode` and `Ring::make` see to it.
        &self.epochs[self.epochs.len() - 1]
    }

    /// The keys of an epoch, when they are still kept.
    pub(crate) fn epoch(&self, number: u16) -> Option<&EpochKeys> {
        self.epochs.iter().find(|epoch| epoch.number == number)
    }

    /// The tag of a kind.
    pub(crate) fn kind_tag(&self, kind: &str) -> KindTag {
        let hash = crypto::hmac(&*self.kind, &[kind.as_bytes()]);
        std::array::from_fn(|at| hash[at])
    }

    /// A hash nobody without this vault can make or check.
    pub(crate) fn hash(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let key = crypto::derive_key(&self.vault_id, &*self.ring.root, &[b"roster/1/hash/", purpose.as_bytes()]);
        crypto::hmac(&*key, &[data])
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_survives_its_encoding_and_nothing_else_is_a_ring() {
        let ring =
            Ring { root: crypto::random_key(), epochs: vec![(3, crypto::random_key()), (7, crypto::random_key())] };
        let bytes = ring.encode();
        let again = Ring::decode(&bytes).unwrap();
        assert_eq!(again.root, ring.root);
        assert_eq!(again.epochs, ring.epochs);
        for cut in 0..bytes.len() {
            assert!(Ring::decode(&bytes[..cut]).is_none());
        }
        let without_epochs = [&[0; 32][..], &[0, 0]].concat();
        assert!(Ring::decode(&without_epochs).is_none());
    }

    #[test]
    fn keys_differ_by_vault_epoch_kind_record_and_purpose() {
        let ring = || Ring {
            root: Zeroizing::new([1; 32]),
            epochs: vec![(0, Zeroizing::new([2; 32])), (1, Zeroizing::new([3; 32]))],
        };
        let (keys, other) = (Keys::new([1; 16], ring()), Keys::new([2; 16], ring()));
        let mut seen = std::collections::BTreeSet::new();
        for (epoch, kind, id) in [(0, "a", 1), (1, "a", 1), (0, "b", 1), (0, "a", 2)] {
            assert!(seen.insert(*keys.epoch(epoch).unwrap().record(kind, &[id; 16])));
        }
        for epoch in &keys.epochs {
            for key in [
                &epoch.data,
                &epoch.header,
                &epoch.head,
                &epoch.journal,
                &epoch.checkpoint,
                &epoch.manifest,
                &epoch.store,
                &epoch.snapshot,
            ] {
                assert!(seen.insert(**key));
            }
        }
        assert!(
            seen.insert(keys.hash("p", b"d"))
                && seen.insert(keys.hash("q", b"d"))
                && seen.insert(other.hash("p", b"d"))
        );
        assert_ne!(keys.kind_tag("a"), other.kind_tag("a"));
        assert!(keys.epoch(2).is_none());
    }
}
