//! The one place the open store stands: readers share it, the writer replaces it after a fault.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use crate::error::StoreFault;
use crate::hindrance::Hindrance;
use crate::store::RecordStore;

/// Holds the store, or nothing while it is unavailable.
pub(crate) struct Shelf {
    store: RwLock<Option<Box<dyn RecordStore>>>,
    /// The store panicked or failed since it was put here.
    failed: AtomicBool,
    /// What the system had against opening it again, while it is unavailable.
    why: Mutex<Option<Hindrance>>,
}

impl Shelf {
    pub(crate) fn new(store: Box<dyn RecordStore>) -> Self {
        Self { store: RwLock::new(Some(store)), failed: AtomicBool::new(false), why: Mutex::default() }
    }

    /// Reads while nothing is applied. A panic inside the store comes back as a fault.
    pub(crate) fn read<T, E: From<StoreFault>>(
        &self,
        question: impl FnOnce(&dyn RecordStore) -> Result<T, E>,
    ) -> Result<T, E> {
        self.guarded(self.store.read().unwrap_or_else(PoisonError::into_inner).as_deref(), question)
    }

    /// Writes while nobody reads. A panic inside the store comes back as a fault.
    pub(crate) fn write<T, E: From<StoreFault>>(
        &self,
        step: impl FnOnce(&dyn RecordStore) -> Result<T, E>,
    ) -> Result<T, E> {
        self.guarded(self.store.write().unwrap_or_else(PoisonError::into_inner).as_deref(), step)
    }

    fn guarded<T, E: From<StoreFault>>(
        &self,
        store: Option<&dyn RecordStore>,
        step: impl FnOnce(&dyn RecordStore) -> Result<T, E>,
    ) -> Result<T, E> {
        let store = store.ok_or_else(|| StoreFault::Unavailable {
            hindrance: *self.why.lock().unwrap_or_else(PoisonError::into_inner),
        })?;
        catch_unwind(AssertUnwindSafe(|| step(store))).unwrap_or_else(|_| {
            self.report_failure();
            Err(StoreFault::Panicked.into())
        })
    }

    /// The store answered something it must not answer: it has to be opened again.
    pub(crate) fn report_failure(&self) {
        self.failed.store(true, Ordering::SeqCst);
    }

    /// Whether the store has to be opened again before anything is written.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst) || self.store.read().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Takes the store away; it is closed when the answer is dropped.
    pub(crate) fn take(&self) -> Option<Box<dyn RecordStore>> {
        self.store.write().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Closes the store and puts in its place what `step` makes meanwhile; readers wait. The place stays empty when that
    /// fails.
    pub(crate) fn exchange<E: From<StoreFault>>(
        &self,
        step: impl FnOnce() -> Result<Box<dyn RecordStore>, E>,
    ) -> Result<(), E> {
        let mut place = self.store.write().unwrap_or_else(PoisonError::into_inner);
        drop(place.take());
        let fresh = catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|_| Err(StoreFault::Panicked.into()))?;
        *place = Some(fresh);
        self.failed.store(false, Ordering::SeqCst);
        Ok(())
    }

    /// Says why the place is empty.
    pub(crate) fn explain(&self, why: Option<Hindrance>) {
        *self.why.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }

    /// Puts a store in the empty place.
    pub(crate) fn put(&self, store: Box<dyn RecordStore>) {
        let mut place = self.store.write().unwrap_or_else(PoisonError::into_inner);
        *place = Some(store);
        self.failed.store(false, Ordering::SeqCst);
    }
}
