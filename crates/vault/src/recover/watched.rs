//! The store while nobody knows yet what its files do to sled: opened and read on a thread of its own, so that a
//! panic comes back as a fault and so does a call that does not return.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::time::Duration;

use crate::error::StoreFault;
use crate::sealed::{RecordKey, SealedRecord};
use crate::store::{DiskStore, RecordStore};

/// How long sled may say nothing. Opening a store of a gigabyte from a slow disk takes some ten seconds.
const SILENCE: Duration = Duration::from_secs(60);
/// Records handed over at once.
const SLICE: usize = 256;
/// Slices that may wait: enough to keep reading and checking going side by side.
const WAITING: usize = 4;

/// Opens a store.
pub(crate) fn open(path: &Path) -> Result<DiskStore, StoreFault> {
    let (sender, answer) = channel();
    let path = path.to_owned();
    start(move || {
        let opened = caught(|| DiskStore::open(&path));
        // Nobody listens any more when it took too long; then the store is closed again.
        let _ = sender.send(opened);
    })?;
    heard(&answer, SILENCE)?
}

enum Told {
    Records(Vec<(RecordKey, SealedRecord)>),
    End(Box<Walked>),
}

/// A store that was walked over, and how that ended.
pub(crate) type Walked = (DiskStore, Result<(), StoreFault>);

/// Gives every record to `visit`, and the store back unless sled panicked or hangs. What came before a fault was
/// visited.
pub(crate) fn walk(store: DiskStore, visit: &mut dyn FnMut(RecordKey, SealedRecord)) -> Result<Walked, StoreFault> {
    let (sender, told) = sync_channel(WAITING);
    start(move || {
        let walked = caught(|| tell_all(&store, &sender));
        if matches!(walked, Err(StoreFault::Panicked)) {
            // Let go of here, where nobody waits for it.
            return;
        }
        let _ = sender.send(Told::End(Box::new((store, walked))));
    })?;
    loop {
        match heard(&told, SILENCE)? {
            Told::Records(slice) => slice.into_iter().for_each(|(key, record)| visit(key, record)),
            Told::End(end) => return Ok(*end),
        }
    }
}

fn tell_all(store: &DiskStore, sender: &SyncSender<Told>) -> Result<(), StoreFault> {
    let mut slice = Vec::with_capacity(SLICE);
    let walked = store.snapshot(&mut |key, record| {
        slice.push((key, record));
        slice.len() < SLICE || sender.send(Told::Records(std::mem::take(&mut slice))).is_ok()
    });
    let _ = sender.send(Told::Records(slice));
    walked
}

/// Answers, or fails, or panics, which is a fault.
pub(crate) fn caught<T>(question: impl FnOnce() -> Result<T, StoreFault>) -> Result<T, StoreFault> {
    catch_unwind(AssertUnwindSafe(question)).unwrap_or(Err(StoreFault::Panicked))
}

fn start(work: impl FnOnce() + Send + 'static) -> Result<(), StoreFault> {
    let spawned = std::thread::Builder::new().name("vault-store".into()).spawn(work);
    spawned.map(|_| ()).map_err(|error| StoreFault::refused(&error))
}

fn heard<T>(from: &Receiver<T>, within: Duration) -> Result<T, StoreFault> {
    from.recv_timeout(within).map_err(|error| match error {
        RecvTimeoutError::Timeout => StoreFault::Hung,
        RecvTimeoutError::Disconnected => StoreFault::Panicked,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_answer_is_not_waited_for() {
        let (_still_there, silent) = channel::<()>();
        assert!(matches!(heard(&silent, Duration::from_millis(20)), Err(StoreFault::Hung)));
        let (gone, silent) = channel::<()>();
        drop(gone);
        assert!(matches!(heard(&silent, SILENCE), Err(StoreFault::Panicked)));
    }

    #[test]
    fn a_panic_is_a_fault() {
        assert!(matches!(caught::<()>(|| panic!("as sled does")), Err(StoreFault::Panicked)));
    }
}
