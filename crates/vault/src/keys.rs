//! Every key of an open vault, and what each is derived from. Drawn in the README of this crate.

use std::fmt;
use std::ops::Deref;

use crate::crypto::{self, Key};
use crate::pages::Locked;

pub(crate) use crate::ring::Ring;

/// The tag under which the records of one kind are filed. It says nothing about the kind without the root key.
pub(crate) type KindTag = [u8; 8];

/// The keys of one epoch that are not of one record, in memory of their own.
pub(crate) struct EpochKeys {
    pub(crate) number: u16,
    secrets: Locked<EpochSecrets>,
}

/// What an epoch's data key is and gives.
pub(crate) struct EpochSecrets {
    data: Key,
    pub(crate) header: Key,
    pub(crate) head: Key,
    pub(crate) journal: Key,
    pub(crate) checkpoint: Key,
    pub(crate) manifest: Key,
    pub(crate) store: Key,
    pub(crate) snapshot: Key,
}

impl Deref for EpochKeys {
    type Target = EpochSecrets;

    fn deref(&self) -> &EpochSecrets {
        &self.secrets
    }
}

impl EpochKeys {
    fn new(vault_id: &[u8; 16], number: u16, data: Key) -> Self {
        let derive = |info: &[u8]| crypto::derive_key(vault_id, &*data, &[info]);
        let secrets = EpochSecrets {
            header: derive(b"roster/1/header"),
            head: derive(b"roster/1/head"),
            journal: derive(b"roster/1/journal"),
            checkpoint: derive(b"roster/1/checkpoint"),
            manifest: derive(b"roster/1/manifest"),
            store: derive(b"roster/1/store"),
            snapshot: derive(b"roster/1/snapshot"),
            data,
        };
        Self { number, secrets: Locked::new(secrets) }
    }

    /// The key of one record of one kind.
    pub(crate) fn record(&self, kind: &str, id: &[u8; 16]) -> Key {
        crypto::derive_key(id, &*self.data, &[b"roster/1/rec/", kind.as_bytes()])
    }
}

/// What the root key is and gives.
struct RootSecrets {
    root: Key,
    kind: Key,
}

/// The keys of an open vault. Wiped when the last user lets go.
pub(crate) struct Keys {
    pub(crate) vault_id: [u8; 16],
    root: Locked<RootSecrets>,
    epochs: Vec<EpochKeys>,
}

impl Keys {
    pub(crate) fn new(vault_id: [u8; 16], ring: Ring) -> Self {
        let kind = crypto::derive_key(&vault_id, &*ring.root, &[b"roster/1/kind"]);
        let root = Locked::new(RootSecrets { root: ring.root, kind });
        let epochs = ring.epochs.into_iter().map(|(number, data)| EpochKeys::new(&vault_id, number, data)).collect();
        Self { vault_id, root, epochs }
    }

    /// What a slot wraps, for the moment in which it is wrapped.
    pub(crate) fn ring(&self) -> Ring {
        let epochs = self.epochs.iter().map(|epoch| (epoch.number, epoch.data.clone())).collect();
        Ring { root: self.root.root.clone(), epochs }
    }

    /// What ties a slot to this vault's root key: known to whoever has the ring, and no help in finding it.
    pub(crate) fn witness(&self) -> Key {
        witness(&self.vault_id, &self.root.root)
    }

    /// Whether every key is in memory that is not swapped out.
    pub(crate) fn in_locked_memory(&self) -> bool {
        self.root.is_locked() && self.epochs.iter().all(|epoch| epoch.secrets.is_locked())
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

    /// The numbers of all epochs whose keys are kept, ascending.
    pub(crate) fn epochs(&self) -> impl Iterator<Item = u16> {
        self.epochs.iter().map(|epoch| epoch.number)
    }

    /// The tag of a kind.
    pub(crate) fn kind_tag(&self, kind: &str) -> KindTag {
        let hash = crypto::hmac(&*self.root.kind, &[kind.as_bytes()]);
        std::array::from_fn(|at| hash[at])
    }

    /// A hash nobody without this vault can make or check.
    pub(crate) fn hash(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let key = crypto::derive_key(&self.vault_id, &*self.root.root, &[b"roster/1/hash/", purpose.as_bytes()]);
        crypto::hmac(&*key, &[data])
    }
}

/// See [`Keys::witness`].
pub(crate) fn witness(vault_id: &[u8; 16], root: &Key) -> Key {
    crypto::derive_key(vault_id, &**root, &[b"roster/1/witness"])
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

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
