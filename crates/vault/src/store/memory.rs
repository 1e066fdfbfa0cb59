//! The store of vaults that live in memory, and the workbench on which damaged ones are put together.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use super::{Batch, RecordStore, Visit};
use crate::error::StoreFault;
use crate::keys::KindTag;
use crate::manifest::SignedStamp;
use crate::record::RecordId;
use crate::sealed::{RecordKey, SealedRecord};

/// Records in a map.
#[derive(Default)]
pub(crate) struct MemoryStore {
    inner: RwLock<Inner>,
}

#[derive(Default)]
struct Inner {
    stamp: Option<SignedStamp>,
    records: BTreeMap<RecordKey, SealedRecord>,
}

impl MemoryStore {
    /// A store that starts with these records.
    pub(crate) fn with(records: impl IntoIterator<Item = (RecordKey, SealedRecord)>) -> Self {
        Self { inner: RwLock::new(Inner { stamp: None, records: records.into_iter().collect() }) }
    }
}

impl RecordStore for MemoryStore {
    fn load(&self, tag: KindTag) -> Result<Vec<(RecordKey, SealedRecord)>, StoreFault> {
        let first = RecordKey { tag, id: RecordId::from([0; 16]) };
        let last = RecordKey { tag, id: RecordId::from([0xff; 16]) };
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        Ok(inner.records.range(first..=last).map(|(key, record)| (*key, record.clone())).collect())
    }

    fn get(&self, key: RecordKey) -> Result<Option<SealedRecord>, StoreFault> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        Ok(inner.records.get(&key).cloned())
    }

    fn apply(&self, batch: &Batch) -> Result<(), StoreFault> {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        for op in &batch.ops {
            if inner.records.get(&op.key).map(|record| record.version) != op.prior {
                return Err(StoreFault::Diverged);
            }
        }
        for op in &batch.ops {
            match &op.put {
                Some(record) => inner.records.insert(op.key, record.clone()),
                None => inner.records.remove(&op.key),
            };
        }
        inner.stamp = Some(batch.stamp);
        Ok(())
    }

    fn flush(&self) -> Result<(), StoreFault> {
        Ok(())
    }

    fn stamp(&self) -> Result<Option<SignedStamp>, StoreFault> {
        Ok(self.inner.read().unwrap_or_else(PoisonError::into_inner).stamp)
    }

    fn snapshot(&self, visit: &mut Visit<'_>) -> Result<(), StoreFault> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        for (key, record) in &inner.records {
            if !visit(*key, record.clone()) {
                break;
            }
        }
        Ok(())
    }
}
