//! The one place the open store stands: readers share it, the writer replaces it after a fault.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{PoisonError, RwLock};

use crate::error::StoreFault;
use crate::store::RecordStore;

/// Holds the store, or nothing while it is unavailable.
pub(crate) struct Shelf {
    store: RwLock<Option<Box<dyn RecordStore>>>,
}

impl Shelf {
    pub(crate) fn new(store: Box<dyn RecordStore>) -> Self {
        Self { store: RwLock::new(Some(store)) }
    }

    /// Reads while nothing is applied. A panic inside the store comes back as a fault.
    pub(crate) fn read<T, E: From<StoreFault>>(
        &self,
        question: impl FnOnce(&dyn RecordStore) -> Result<T, E>,
    ) -> Result<T, E> {
        let store = self.store.read().unwrap_or_else(PoisonError::into_inner);
        let store = store.as_deref().ok_or(StoreFault::Unavailable)?;
        catch_unwind(AssertUnwindSafe(|| question(store))).unwrap_or_else(|_| Err(StoreFault::Panicked.into()))
    }

    /// Writes while nobody reads. A panic inside the store comes back as a fault.
    pub(crate) fn write<T, E: From<StoreFault>>(
        &self,
        step: impl FnOnce(&dyn RecordStore) -> Result<T, E>,
    ) -> Result<T, E> {
        let store = self.store.write().unwrap_or_else(PoisonError::into_inner);
        let store = store.as_deref().ok_or(StoreFault::Unavailable)?;
        catch_unwind(AssertUnwindSafe(|| step(store))).unwrap_or_else(|_| Err(StoreFault::Panicked.into()))
    }

    /// Takes the store away; it is closed when the answer is dropped.
    pub(crate) fn take(&self) -> Option<Box<dyn RecordStore>> {
        self.store.write().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Puts a store in the empty place.
    pub(crate) fn put(&self, store: Box<dyn RecordStore>) {
        *self.store.write().unwrap_or_else(PoisonError::into_inner) = Some(store);
    }
}
