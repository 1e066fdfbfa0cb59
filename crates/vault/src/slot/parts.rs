//! The fields of a slot that stand in the clear, and what both forms of a slot share.

use crate::bytes::{Reader, put_prefixed};
use crate::crypto;
use crate::header::FORMAT;
use crate::kdf::KdfParams;

use super::{NewSlot, SlotId, SlotKeys, SlotKind};

const NO_KDF: u8 = 0;
const ARGON2ID: u8 = 1;

/// What stands in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fixed {
    pub(crate) kind: SlotKind,
    pub(crate) id: SlotId,
    pub(crate) made_at: Option<i64>,
    /// The costs of a password; `None` for secrets that are random.
    pub(crate) kdf: Option<KdfParams>,
    pub(crate) salt: [u8; 16],
}

impl Fixed {
    /// A slot to be made, with a fresh name and salt.
    pub(crate) fn new(new: NewSlot<'_>, made_at: Option<i64>) -> Self {
        let kdf = match new {
            NewSlot::Password(_, params) => Some(params),
            NewSlot::Recovery(_) | NewSlot::Keychain(_) | NewSlot::KeyFile(_) => None,
        };
        let kind = new.opener().kind();
        Self { kind, id: SlotId(crypto::random()), made_at, kdf, salt: crypto::random() }
    }

    /// `kdf u8 | m u32, t u32, p u32 | salt 16`
    pub(super) fn put_costs(&self, out: &mut Vec<u8>) {
        let params = self.kdf.unwrap_or(KdfParams { m_kib: 0, t: 0, p: 0 });
        out.push(if self.kdf.is_some() { ARGON2ID } else { NO_KDF });
        for cost in [params.m_kib, params.t, params.p] {
            out.extend_from_slice(&cost.to_be_bytes());
        }
        out.extend_from_slice(&self.salt);
    }

    /// Reads what [`put_costs`](Self::put_costs) wrote.
    pub(super) fn read_costs(reader: &mut Reader<'_>) -> Option<(Option<KdfParams>, [u8; 16])> {
        let code = reader.u8()?;
        let params = KdfParams { m_kib: reader.u32()?, t: reader.u32()?, p: reader.u32()? };
        let kdf = match code {
            ARGON2ID => Some(params),
            NO_KDF if params == (KdfParams { m_kib: 0, t: 0, p: 0 }) => None,
            _ => return None,
        };
        Some((kdf, reader.array()?))
    }
}

/// Associated data of what is sealed under the slot's own key.
pub(super) fn own_aad(vault_id: &[u8; 16], outside: &[u8]) -> Vec<u8> {
    let mut aad = Vec::new();
    put_prefixed(&mut aad, b"roster/1/slot");
    put_prefixed(&mut aad, vault_id);
    put_prefixed(&mut aad, &FORMAT.to_be_bytes());
    put_prefixed(&mut aad, outside);
    aad
}

/// The code that tells a wrong secret from a damaged slot.
pub(super) fn commitment(keys: &SlotKeys, vault_id: &[u8; 16], committed: &[u8]) -> [u8; 32] {
    crypto::hmac(&*keys.hdr, &[vault_id, &FORMAT.to_be_bytes(), committed])
}
