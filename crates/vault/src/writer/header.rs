//! Changes of the header: slots that come, go or get another secret, and new keys. The writer owns the header, so that
//! two changes never start from the same one.

use std::sync::{Arc, PoisonError};

use crate::error::OpenError;
use crate::header::Header;
use crate::kdf::KdfParams;
use crate::keys::Keys;
use crate::opening::replace_header;
use crate::slot::{OwnPart, SlotId, SlotKeys, SlotKind};

use super::Writer;

/// What is to become of the header.
pub(crate) enum HeaderChange {
    /// A slot is put in, or takes the place of another one.
    Put {
        own: OwnPart,
        /// Opens the slot, to prove that it can be opened before the one it replaces is gone.
        proof: SlotKeys,
        /// What guessing its password costs; `None` when it has none or none that is new.
        kdf: Option<KdfParams>,
        replaces: Option<SlotId>,
    },
    /// The slot goes, and new keys come in the same step.
    Remove(SlotId),
    /// New keys.
    Rotate,
}

impl Writer {
    /// Makes a change. Afterwards either the new header is in force, on disk and in memory, or the one before.
    pub(super) fn change_header(&mut self, change: HeaderChange) -> Result<(), OpenError> {
        match change {
            HeaderChange::Put { own, proof, kdf, replaces } => self.put_slot(&own, &proof, kdf, replaces),
            HeaderChange::Remove(id) => {
                let mut header = self.header.clone();
                header.slots.remove(header.position(id)?);
                if !header.slots.iter().any(|slot| usable(slot.kind())) {
                    return Err(OpenError::LastSlot);
                }
                self.start_epoch(&header)
            }
            HeaderChange::Rotate => self.start_epoch(&self.header.clone()),
        }
    }

    fn put_slot(
        &mut self,
        own: &OwnPart,
        proof: &SlotKeys,
        kdf: Option<KdfParams>,
        replaces: Option<SlotId>,
    ) -> Result<(), OpenError> {
        let slot = own.with_ring(&self.keys);
        let mut header = self.header.clone();
        let at = match replaces {
            Some(id) => {
                let at = header.position(id)?;
                header.slots[at] = slot;
                at
            }
            None => {
                header.slots.push(slot);
                header.slots.len() - 1
            }
        };
        if kdf.is_some() {
            header.pin = header.pin.at_least(weakest(&header));
        }
        let keys = Arc::clone(&self.keys);
        self.put_header(header, &keys, |header| {
            let opened = header.slots.get(at).map(|slot| slot.open_with(header, proof)).transpose()?.flatten();
            let same = opened.is_some_and(|ring| *ring.encode() == *keys.ring().encode());
            if same { Ok(()) } else { Err(OpenError::Damaged { part: crate::error::Part::Header }) }
        })
    }

    /// New keys beside the old ones: what is written from here on is sealed with them.
    pub(super) fn start_epoch(&mut self, header: &Header) -> Result<(), OpenError> {
        #[cfg(test)]
        let forgets = crate::faults::mutated(crate::faults::Mutation::ForgetOldKeys);
        #[cfg(not(test))]
        let forgets = false;
        let ring = self.keys.ring().with_next().ok_or(OpenError::NoEpochLeft)?;
        let ring = if forgets { ring.keeping(&std::collections::BTreeSet::new()) } else { ring };
        self.use_keys(header, Keys::new(self.keys.vault_id, ring))?;
        self.begin_resealing();
        Ok(())
    }

    /// Seals the ring of these keys to every slot and uses them from then on.
    pub(super) fn use_keys(&mut self, header: &Header, keys: Keys) -> Result<(), OpenError> {
        let keys = Arc::new(keys);
        let header = header.resealed(&keys)?;
        self.put_header(header, &keys, |_| Ok(()))?;
        // Before anything is sealed with them: readers open what they find with the keys that are here then.
        let mut place = self.key_place.write().unwrap_or_else(PoisonError::into_inner);
        if place.is_some() {
            *place = Some(Arc::clone(&keys));
        }
        drop(place);
        self.keys = keys;
        Ok(())
    }

    /// Writes a header under the next number and notes that number in the head.
    fn put_header(
        &mut self,
        mut header: Header,
        keys: &Keys,
        proof: impl FnOnce(&Header) -> Result<(), OpenError>,
    ) -> Result<(), OpenError> {
        header.number = self.header.number + 1;
        let bytes = header.encode(keys);
        replace_header(&self.folder, &bytes, |found| {
            found.verify(keys)?;
            proof(found)
        })?;
        *self.header_place.write().unwrap_or_else(PoisonError::into_inner) = header.clone();
        self.header = header;
        self.note_in_head(false);
        if let Err(fault) = self.head.sync(&self.folder) {
            // The header is in force. The head may be behind; it only must not be ahead.
            tracing::warn!(error = %fault.source, "the head was not synced");
        }
        Ok(())
    }
}

/// Whether a person can open a vault with it by their own means.
fn usable(kind: SlotKind) -> bool {
    matches!(kind, SlotKind::Password | SlotKind::Recovery | SlotKind::KeyFile)
}

/// The least that a guess at any of the header's passwords costs: pinning more would lock that password out.
fn weakest(header: &Header) -> KdfParams {
    let costs = header.slots.iter().filter_map(|slot| slot.params());
    costs.reduce(KdfParams::at_most).unwrap_or(header.pin)
}
