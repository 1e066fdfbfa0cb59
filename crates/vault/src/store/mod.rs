//! Where sealed records lie: one narrow trait, two stores behind it, one suite both pass.

#[cfg(test)]
mod conformance;
mod disk;
mod memory;

pub(crate) use disk::{DiskStore, at_rest};
pub(crate) use memory::MemoryStore;

use crate::error::StoreFault;
use crate::keys::KindTag;
use crate::manifest::SignedStamp;
use crate::sealed::{RecordKey, SealedRecord};

/// One record's part of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Op {
    pub(crate) key: RecordKey,
    /// The version that must be there before; `None` for no record.
    pub(crate) prior: Option<u64>,
    /// What is there afterwards; `None` for no record.
    pub(crate) put: Option<SealedRecord>,
}

/// A commit as a store sees it: at most one op for each record, and the stamp that is true afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) stamp: SignedStamp,
    pub(crate) ops: Vec<Op>,
}

/// Called with each record a store has; `false` ends the walk.
pub(crate) type Visit<'a> = dyn FnMut(RecordKey, SealedRecord) -> bool + 'a;

/// A store of sealed records. It sees ciphertext and versions, no keys.
pub(crate) trait RecordStore: Send + Sync {
    /// All records of one kind, by id.
    fn load(&self, tag: KindTag) -> Result<Vec<(RecordKey, SealedRecord)>, StoreFault>;

    /// One record.
    fn get(&self, key: RecordKey) -> Result<Option<SealedRecord>, StoreFault>;

    /// Applies all of a batch or, when one of its `prior` versions is not what is there, nothing
    /// ([`StoreFault::Diverged`]). What it wrote is seen by the next read; it need not be on disk yet.
    fn apply(&self, batch: &Batch) -> Result<(), StoreFault>;

    /// Returns when everything applied is on disk.
    fn flush(&self) -> Result<(), StoreFault>;

    /// The stamp of the last batch, as it was given; `None` before the first, or when what lies there is none.
    fn stamp(&self) -> Result<Option<SignedStamp>, StoreFault>;

    /// Walks over every record, by key.
    fn snapshot(&self, visit: &mut Visit<'_>) -> Result<(), StoreFault>;

    /// Walks over every record behind this key.
    fn snapshot_after(&self, key: RecordKey, visit: &mut Visit<'_>) -> Result<(), StoreFault> {
        self.snapshot(&mut |found, record| found <= key || visit(found, record))
    }
}
