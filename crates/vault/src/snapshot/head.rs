//! The head of a snapshot's file: which one, when, why, and of which state.

use crate::bytes::Reader;
use crate::crypto;
use crate::header::FORMAT;
use crate::keys::Keys;
use crate::manifest::Stamp;

use super::SnapshotReason;

const MAGIC: &[u8; 8] = b"RosterSn";
const MAC: usize = 32;

/// What the head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SnapshotHead {
    pub(super) number: u64,
    pub(super) taken_at: i64,
    pub(super) reason: SnapshotReason,
    /// The oldest epoch any of its records is sealed under.
    pub(super) oldest_epoch: u16,
    /// Length of the body.
    pub(super) body: u64,
    pub(super) stamp: Stamp,
}

impl SnapshotHead {
    pub(super) const LEN: usize = 8 + 2 + 16 + 8 + 8 + 1 + 2 + 8 + Stamp::LEN + MAC;

    pub(super) fn encode(&self, keys: &Keys) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::LEN);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT.to_be_bytes());
        out.extend_from_slice(&keys.vault_id);
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&self.taken_at.to_be_bytes());
        out.push(self.reason.code());
        out.extend_from_slice(&self.oldest_epoch.to_be_bytes());
        out.extend_from_slice(&self.body.to_be_bytes());
        self.stamp.put(&mut out);
        let epoch = keys.epoch(self.stamp.epoch).unwrap_or(keys.current());
        let mac = crypto::hmac(&*epoch.snapshot, &[&out]);
        out.extend_from_slice(&mac);
        out
    }

    /// The same head with a mac that fits.
    #[cfg(any(test, fuzzing))]
    pub(super) fn forged(keys: &Keys, head: &[u8]) -> Vec<u8> {
        let mut out = head[..head.len().saturating_sub(MAC)].to_vec();
        let mac = crypto::hmac(&*keys.current().snapshot, &[&out]);
        out.extend_from_slice(&mac);
        out
    }

    /// Reads the head at the start of a file; `None` when it is not authentic.
    pub(super) fn decode(keys: &Keys, bytes: &[u8]) -> Option<Self> {
        let (covered, mac) = bytes.get(..Self::LEN)?.split_last_chunk::<MAC>()?;
        let mut reader = Reader::new(covered);
        let named = reader.take(8)? == MAGIC && reader.u16()? == FORMAT && reader.array::<16>()? == keys.vault_id;
        let number = reader.u64()?;
        let taken_at = i64::from_be_bytes(reader.array()?);
        let reason = reader.u8()?;
        let oldest_epoch = reader.u16()?;
        let body = reader.u64()?;
        let stamp = Stamp::read(&mut reader)?;
        let authentic = crypto::same(&crypto::hmac(&*keys.epoch(stamp.epoch)?.snapshot, &[covered]), mac);
        let reason = SnapshotReason::read(reason)?;
        (named && authentic).then_some(Self { number, taken_at, reason, oldest_epoch, body, stamp })
    }
}
