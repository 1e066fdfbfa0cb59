//! The random keys of a vault as a slot of the header wraps them.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use crate::bytes::Reader;
use crate::crypto::{self, Key};

/// The random keys of a vault: what a slot in the header wraps.
///
/// The root key never changes and only names things (tags of kinds, keyed hashes). Records are sealed under the
/// data key of an epoch; a new epoch adds a key, and the old one goes when nothing is sealed under it any more.
pub(crate) struct Ring {
    pub(crate) root: Key,
    pub(crate) epochs: Vec<(u16, Key)>,
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

    /// The same keys and one for a new epoch; `None` after the last number there is.
    pub(crate) fn with_next(mut self) -> Option<Self> {
        let next = self.epochs.last()?.0.checked_add(1)?;
        self.epochs.push((next, crypto::random_key()));
        Some(self)
    }

    /// Without the keys of epochs that nothing is sealed under; the newest stays in any case.
    pub(crate) fn keeping(mut self, in_use: &BTreeSet<u16>) -> Self {
        let newest = self.epochs.last().map(|(epoch, _)| *epoch);
        self.epochs.retain(|(epoch, _)| Some(*epoch) == newest || in_use.contains(epoch));
        self
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
    fn a_new_epoch_is_a_new_key_and_old_ones_go_only_when_asked() {
        let first = Ring::make();
        let (root, old) = (first.root.clone(), first.epochs[0].1.clone());
        let ring = first.with_next().unwrap().with_next().unwrap();
        assert_eq!((&ring.root, &ring.epochs[0].1), (&root, &old));
        assert_eq!(ring.epochs.iter().map(|(epoch, _)| *epoch).collect::<Vec<_>>(), [0, 1, 2]);
        assert!(ring.epochs[1].1 != old && ring.epochs[1].1 != ring.epochs[2].1);
        let ring = ring.keeping(&BTreeSet::from([0]));
        assert_eq!(ring.epochs.iter().map(|(epoch, _)| *epoch).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(ring.keeping(&BTreeSet::new()).epochs.len(), 1);
        let last = Ring { root, epochs: vec![(u16::MAX, old)] };
        assert!(last.with_next().is_none());
    }
}
