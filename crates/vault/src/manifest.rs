//! The manifest: how many records there are and one sum over all of them, carried by every commit.
//!
//! Each record adds `HMAC(K_manifest, kind tag | id | version | chunk count | tags of the chunks)` to a 256-bit
//! sum; taking it away subtracts the same number. Whoever deletes, swaps or takes back a single record cannot
//! make the sum fit without the key.

use crate::bytes::{Reader, length};
use crate::crypto;
use crate::keys::Keys;
use crate::sealed::{self, RecordKey, SealedRecord};

/// Count and sum of a set of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Manifest {
    pub(crate) count: u64,
    pub(crate) sum: [u8; 32],
}

/// One record's share of the sum.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element([u8; 32]);

/// State of the vault after a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Stamp {
    /// Number of the commit; grows by one each.
    pub(crate) generation: u64,
    /// Epoch whose keys made the manifest and the codes around the stamp.
    pub(crate) epoch: u16,
    pub(crate) manifest: Manifest,
}

/// The share of a record; `None` when its envelopes are not envelopes or the epoch has no key.
pub(crate) fn element(keys: &Keys, epoch: u16, key: &RecordKey, record: &SealedRecord) -> Option<Element> {
    let mut data = Vec::with_capacity(RecordKey::LEN + 12 + crypto::TAG * record.chunks.len());
    data.extend_from_slice(&key.to_bytes());
    data.extend_from_slice(&record.version.to_be_bytes());
    data.extend_from_slice(&length(record.chunks.len()).to_be_bytes());
    for chunk in &record.chunks {
        data.extend_from_slice(&sealed::tag_of(chunk)?);
    }
    Some(Element(crypto::hmac(&*keys.epoch(epoch)?.manifest, &[&data])))
}

impl Manifest {
    pub(crate) fn add(&mut self, element: Element) {
        self.count = self.count.wrapping_add(1);
        let mut carry = 0;
        for (digit, other) in self.sum.iter_mut().zip(element.0).rev() {
            let total = u16::from(*digit) + u16::from(other) + carry;
            [_, *digit] = total.to_be_bytes();
            carry = total >> 8;
        }
    }

    pub(crate) fn remove(&mut self, element: Element) {
        self.count = self.count.wrapping_sub(1);
        let mut borrow = false;
        for (digit, other) in self.sum.iter_mut().zip(element.0).rev() {
            let (first, under) = digit.overflowing_sub(other);
            let (second, under_again) = first.overflowing_sub(u8::from(borrow));
            *digit = second;
            borrow = under || under_again;
        }
    }
}

impl Stamp {
    pub(crate) const LEN: usize = 8 + 2 + 8 + 32;

    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.generation.to_be_bytes());
        out.extend_from_slice(&self.epoch.to_be_bytes());
        out.extend_from_slice(&self.manifest.count.to_be_bytes());
        out.extend_from_slice(&self.manifest.sum);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            generation: reader.u64()?,
            epoch: reader.u16()?,
            manifest: Manifest { count: reader.u64()?, sum: reader.array()? },
        })
    }
}

/// A stamp with the code that proves it was made with the keys: what a store keeps, without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SignedStamp {
    bytes: [u8; Self::LEN],
}

impl SignedStamp {
    pub(crate) const LEN: usize = Stamp::LEN + 32;

    pub(crate) fn new(keys: &Keys, stamp: &Stamp) -> Self {
        let mut plain = Vec::with_capacity(Stamp::LEN);
        stamp.put(&mut plain);
        let epoch = keys.epoch(stamp.epoch).unwrap_or(keys.current());
        let code = crypto::hmac(&*epoch.store, &[&plain]);
        let mut bytes = [0; Self::LEN];
        bytes[..Stamp::LEN].copy_from_slice(&plain);
        bytes[Stamp::LEN..].copy_from_slice(&code);
        Self { bytes }
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self { bytes: bytes.try_into().ok()? })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The stamp, when the code fits.
    pub(crate) fn verify(&self, keys: &Keys) -> Option<Stamp> {
        let (plain, code) = self.bytes.split_at(Stamp::LEN);
        let stamp = Stamp::read(&mut Reader::new(plain))?;
        let expected = crypto::hmac(&*keys.epoch(stamp.epoch)?.store, &[plain]);
        crypto::same(&expected, code).then_some(stamp)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_added_and_removed_in_any_order_leaves_no_trace(elements: Vec<[u8; 32]>, start: [u8; 32], count in 0..1000_u64) {
            let before = Manifest { count, sum: start };
            let mut manifest = before;
            elements.iter().for_each(|element| manifest.add(Element(*element)));
            elements.iter().rev().for_each(|element| manifest.remove(Element(*element)));
            prop_assert_eq!(manifest, before);
        }

        #[test]
        fn the_order_of_adding_does_not_matter(left: [u8; 32], right: [u8; 32]) {
            let (mut one, mut other) = (Manifest::default(), Manifest::default());
            one.add(Element(left));
            one.add(Element(right));
            other.add(Element(right));
            other.add(Element(left));
            prop_assert_eq!(one, other);
        }
    }

    #[test]
    fn carries_and_borrows_cross_every_digit() {
        let mut manifest = Manifest { count: 0, sum: [0xff; 32] };
        let mut one = [0; 32];
        one[31] = 1;
        manifest.add(Element(one));
        assert_eq!(manifest, Manifest { count: 1, sum: [0; 32] });
        manifest.remove(Element(one));
        assert_eq!(manifest, Manifest { count: 0, sum: [0xff; 32] });
    }
}
