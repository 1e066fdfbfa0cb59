//! Slots of the first form: the ring sealed under a key made of the password. They are read for ever; the next opening
//! with the password makes them anew in the second form.

use zeroize::Zeroizing;

use crate::bytes::Reader;
use crate::crypto;
use crate::error::{OpenError, Part};
use crate::header::Header;

use super::parts::{Fixed, commitment, own_aad};
use super::{DIRECT, SlotId, SlotKeys, SlotKind};

/// A slot taken apart.
pub(super) struct Fields<'a> {
    pub(super) fixed: Fixed,
    /// Everything before the sealed ring.
    outside: &'a [u8],
    ring: &'a [u8],
    /// Everything before the commitment.
    committed: &'a [u8],
    commitment: [u8; 32],
}

impl<'a> Fields<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let (kind, wrap) = (SlotKind::from(reader.u8()?), reader.u8()?);
        let id = SlotId(reader.array()?);
        let (kdf, salt) = Fixed::read_costs(&mut reader)?;
        if (kind, wrap) != (SlotKind::Password, DIRECT) || kdf.is_none() {
            return None;
        }
        let outside = bytes.get(..bytes.len() - reader.remaining())?;
        let ring = reader.prefixed()?;
        let committed = bytes.get(..bytes.len() - reader.remaining())?;
        let commitment = reader.array()?;
        let fixed = Fixed { kind, id, made_at: None, kdf, salt };
        reader.is_empty().then_some(Self { fixed, outside, ring, committed, commitment })
    }
}

/// The encoded ring; `None` when the keys are of another secret.
pub(super) fn open(bytes: &[u8], header: &Header, keys: &SlotKeys) -> Result<Option<Zeroizing<Vec<u8>>>, OpenError> {
    let damaged = || OpenError::Damaged { part: Part::Header };
    let fields = Fields::read(bytes).ok_or_else(damaged)?;
    if !crypto::same(&commitment(keys, &header.vault_id, fields.committed), &fields.commitment) {
        return Ok(None);
    }
    let mut ring = Zeroizing::new(Vec::new());
    crypto::open(&keys.kek, &own_aad(&header.vault_id, fields.outside), fields.ring, &mut ring)
        .map_err(|_| damaged())?;
    Ok(Some(ring))
}

/// A slot of the first form, as earlier versions made it.
#[cfg(test)]
pub(crate) fn make(
    keys: &crate::keys::Keys,
    password: &roster_domain::Secret<String>,
    kdf: crate::kdf::KdfParams,
) -> super::Slot {
    use super::{NewSlot, Opener, slot_keys};

    let fixed = Fixed::new(NewSlot::Password(password, kdf), None);
    let derived = slot_keys(&keys.vault_id, &fixed, Opener::Password(password)).unwrap();
    let mut bytes = vec![fixed.kind.code(), DIRECT];
    bytes.extend_from_slice(&fixed.id.0);
    fixed.put_costs(&mut bytes);
    let mut sealed = Vec::new();
    crypto::seal(&derived.kek, &own_aad(&keys.vault_id, &bytes), &keys.ring().encode(), &mut sealed);
    crate::bytes::put_prefixed(&mut bytes, &sealed);
    let code = commitment(&derived, &keys.vault_id, &bytes);
    bytes.extend_from_slice(&code);
    super::Slot { bytes }
}
