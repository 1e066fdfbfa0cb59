//! One handle at a time: the vault's own lock file.

use std::fs::{File, TryLockError};
use std::time::{Duration, Instant};

use crate::error::OpenError;
use crate::files::{Folder, fault, private_file};

/// How long a lock that is being given back just now is waited for.
const PATIENCE: Duration = Duration::from_millis(500);
const BETWEEN_TRIES: Duration = Duration::from_millis(2);

/// Held while the vault is open; the system takes it back when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, waiting up to half a second for it.
    pub(crate) fn take(folder: &Folder) -> Result<Self, OpenError> {
        let path = folder.lock();
        let file = private_file().truncate(false).open(&path).map_err(fault("open", &path))?;
        #[cfg(test)]
        if crate::faults::mutated(crate::faults::Mutation::NoLock) {
            return Ok(Self { _file: file });
        }
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => pause(),
                Err(TryLockError::WouldBlock) => return Err(OpenError::AlreadyOpen),
                Err(TryLockError::Error(error)) => return Err(fault("lock", &path)(error).into()),
            }
        }
    }
}

/// Waits a little between two tries of a lock.
#[allow(clippy::disallowed_methods, reason = "opening a vault blocks by contract and file locks have no wake-up")]
pub(crate) fn pause() {
    std::thread::sleep(BETWEEN_TRIES);
}
