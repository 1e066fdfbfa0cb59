//! The header: which vault this is, what guessing a password costs, and the wrapped keys.
//!
//! ```text
//! header = "RosterHd" | format u16 | length u32 of what follows
//!        | vault id 16 | number u64 | pin: m u32, t u32, p u32 | slot count u16 | (length u32 | slot)…
//!        | mac 32 | SHA-256 of all before 32
//! ```
//!
//! Magic, format, length and the SHA-256 at the end are the same in every format, so that damage is not taken
//! for a newer one. The mac is made with a key of the current epoch and covers everything before it.

use sha2::{Digest, Sha256};

use crate::bytes::{Reader, length, put_prefixed};
use crate::crypto;
use crate::error::{OpenError, Part};
use crate::kdf::KdfParams;
use crate::keys::Keys;
use crate::slot::{OpenSlot, Opener, Slot, SlotId, SlotKeys};

/// The format this program writes, and the newest it reads.
pub(crate) const FORMAT: u16 = 1;

const MAGIC: &[u8; 8] = b"RosterHd";
const PREFIX: usize = 8 + 2 + 4;
const DIGEST: usize = 32;
/// No header of any format is longer, in bytes.
const LIMIT: usize = 1 << 20;

/// A header as it was read; nothing of it is trusted before [`Header::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) vault_id: [u8; 16],
    /// Grows by one with every header written.
    pub(crate) number: u64,
    /// The strongest key derivation this vault ever had; weaker slots are refused.
    pub(crate) pin: KdfParams,
    pub(crate) slots: Vec<Slot>,
    mac: [u8; 32],
}

/// What a secret opened.
pub(crate) struct OpenHeader {
    pub(crate) keys: Keys,
    /// Place of the slot it opened.
    pub(crate) slot: usize,
    pub(crate) slot_keys: SlotKeys,
}

impl Header {
    pub(crate) fn new(vault_id: [u8; 16], pin: KdfParams, slots: Vec<Slot>) -> Self {
        Self { vault_id, number: 1, pin, slots, mac: [0; 32] }
    }

    /// Tries a secret on every slot of its kind.
    pub(crate) fn open(&self, with: Opener<'_>) -> Result<OpenHeader, OpenError> {
        let mut refused = OpenError::NoSlot { kind: with.kind() };
        for (at, slot) in self.slots.iter().enumerate().filter(|(_, slot)| slot.kind() == with.kind()) {
            match slot.open(self, with)? {
                None => refused = OpenError::WrongPassword,
                Some(OpenSlot { ring, keys: slot_keys }) => {
                    let keys = Keys::new(self.vault_id, ring);
                    self.verify(&keys)?;
                    return Ok(OpenHeader { keys, slot: at, slot_keys });
                }
            }
        }
        Err(refused)
    }

    /// The same header with the slots' present ring and the next number; fails when a slot cannot follow.
    pub(crate) fn resealed(&self, keys: &Keys) -> Result<Self, OpenError> {
        let foreign = |slot: &Slot| OpenError::ForeignSlot { id: slot.fixed().map(|fixed| fixed.id) };
        let slots = self.slots.iter().map(|slot| slot.resealed(keys).ok_or_else(|| foreign(slot)));
        Ok(Self { slots: slots.collect::<Result<_, _>>()?, ..self.clone() })
    }

    /// Where the slot of this name stands.
    pub(crate) fn position(&self, id: SlotId) -> Result<usize, OpenError> {
        let named = |slot: &Slot| slot.fixed().is_some_and(|fixed| fixed.id == id);
        self.slots.iter().position(named).ok_or(OpenError::SlotNotFound { id })
    }

    /// Reads a header of any origin.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, OpenError> {
        let damaged = || OpenError::Damaged { part: Part::Header };
        let mut reader = Reader::new(bytes);
        let magic = reader.take(MAGIC.len()).ok_or_else(damaged)?;
        let format = reader.u16().ok_or_else(damaged)?;
        let announced = reader.u32().ok_or_else(damaged)?;
        let whole = magic == MAGIC && bytes.len() <= LIMIT && length(reader.remaining()) == announced;
        let (covered, digest) = bytes.split_last_chunk::<DIGEST>().ok_or_else(damaged)?;
        if !whole || *digest != *Sha256::digest(covered) {
            return Err(damaged());
        }
        if format > FORMAT {
            return Err(OpenError::NewerFormat { found: format, known: FORMAT });
        }
        let fields = covered.get(PREFIX..).ok_or_else(damaged)?;
        if format == FORMAT { Self::fields(fields).ok_or_else(damaged) } else { Err(damaged()) }
    }

    fn fields(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let vault_id = reader.array()?;
        let number = reader.u64()?;
        let pin = KdfParams { m_kib: reader.u32()?, t: reader.u32()?, p: reader.u32()? };
        let slots = (0..reader.u16()?).map(|_| Slot::decode(reader.prefixed()?)).collect::<Option<_>>()?;
        let mac = reader.array()?;
        reader.is_empty().then_some(Self { vault_id, number, pin, slots, mac })
    }

    /// Checks that whoever wrote the header had the keys.
    pub(crate) fn verify(&self, keys: &Keys) -> Result<(), OpenError> {
        let mac = crypto::hmac(&*keys.current().header, &[&self.covered_by_mac()]);
        if crypto::same(&mac, &self.mac) { Ok(()) } else { Err(OpenError::Damaged { part: Part::Header }) }
    }

    /// The header's bytes, with mac and digest made anew.
    pub(crate) fn encode(&mut self, keys: &Keys) -> Vec<u8> {
        let mut out = self.covered_by_mac();
        self.mac = crypto::hmac(&*keys.current().header, &[&out]);
        out.extend_from_slice(&self.mac);
        let digest = Sha256::digest(&out);
        out.extend_from_slice(&digest);
        out
    }

    /// The header as somebody without the keys would edit it: the mac it had, a digest that fits.
    #[cfg(test)]
    pub(crate) fn edited(&self) -> Vec<u8> {
        let mut out = self.covered_by_mac();
        out.extend_from_slice(&self.mac);
        let digest = Sha256::digest(&out);
        out.extend_from_slice(&digest);
        out
    }

    fn covered_by_mac(&self) -> Vec<u8> {
        let mut fields = Vec::new();
        fields.extend_from_slice(&self.vault_id);
        fields.extend_from_slice(&self.number.to_be_bytes());
        for cost in [self.pin.m_kib, self.pin.t, self.pin.p] {
            fields.extend_from_slice(&cost.to_be_bytes());
        }
        fields.extend_from_slice(&u16::try_from(self.slots.len()).unwrap_or(u16::MAX).to_be_bytes());
        self.slots.iter().for_each(|slot| put_prefixed(&mut fields, slot.as_bytes()));
        let mut out = Vec::with_capacity(PREFIX + fields.len() + 2 * DIGEST);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT.to_be_bytes());
        out.extend_from_slice(&length(fields.len() + 2 * DIGEST).to_be_bytes());
        out.extend_from_slice(&fields);
        out
    }
}

#[cfg(test)]
mod tests {
    use roster_domain::Secret;

    use super::*;
    use crate::keys::Ring;
    use crate::slot::{NewSlot, Unlocked};

    fn sample() -> (Keys, Header, Vec<u8>) {
        let keys = Keys::new([7; 16], Ring::make());
        let slot =
            Slot::make(&keys, NewSlot::Password(&Secret::from("correct horse"), KdfParams::floor()), None).unwrap();
        let mut header = Header::new([7; 16], KdfParams::floor(), vec![slot]);
        let bytes = header.encode(&keys);
        (keys, header, bytes)
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_damage() {
        let (_, header, bytes) = sample();
        assert_eq!(Header::decode(&bytes).unwrap(), header);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(matches!(Header::decode(&flipped), Err(OpenError::Damaged { part: Part::Header })), "bit {bit}");
        }
        for cut in 0..bytes.len() {
            assert!(matches!(Header::decode(&bytes[..cut]), Err(OpenError::Damaged { .. })), "cut at {cut}");
        }
    }

    /// The digest mended by whoever edited the file: keys and macs have to notice.
    #[test]
    fn every_bit_flipped_on_purpose_is_noticed_by_the_keys() {
        let (keys, header, bytes) = sample();
        let password = Secret::from("correct horse");
        let unlocked = header.slots[0].unlock(&header, &password).unwrap();
        assert!(matches!(unlocked, Unlocked::Open(_)));
        let body = bytes.len() - DIGEST;
        let salt_and_costs = 0..body * 8;
        for bit in salt_and_costs {
            let mut edited = bytes[..body].to_vec();
            edited[bit / 8] ^= 1 << (bit % 8);
            let digest = Sha256::digest(&edited);
            edited.extend_from_slice(&digest);
            let Ok(found) = Header::decode(&edited) else { continue };
            assert!(found.verify(&keys).is_err(), "bit {bit} is covered by no mac");
        }
    }

    #[test]
    fn a_newer_format_says_its_number() {
        let (_, _, bytes) = sample();
        let mut newer = bytes[..bytes.len() - DIGEST].to_vec();
        newer[9] = 2;
        let digest = Sha256::digest(&newer);
        newer.extend_from_slice(&digest);
        assert!(matches!(Header::decode(&newer), Err(OpenError::NewerFormat { found: 2, known: 1 })));
    }

    #[test]
    fn slots_of_kinds_to_come_are_kept_as_they_are() {
        let (keys, mut header, _) = sample();
        let foreign = Slot::decode(&[9, 1, 2, 3]).unwrap();
        header.slots.push(foreign.clone());
        let bytes = header.encode(&keys);
        let again = Header::decode(&bytes).unwrap();
        again.verify(&keys).unwrap();
        assert_eq!(again.slots[1], foreign);
        assert_eq!(again.slots[1].as_bytes(), [9, 1, 2, 3]);
    }
}
