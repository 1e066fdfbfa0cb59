//! The wait after wrong passwords: a small file beside the vault, so that a restart does not end it. It slows down
//! a person at the keyboard; against a copy of the files the key derivation stands.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::{Error, files::write_atomically};

/// Wrong passwords that cost nothing.
const FREE_TRIES: u32 = 3;
/// The longest wait, in seconds.
const LONGEST_S: u64 = 60;

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Tries {
    failures: u32,
    last_at: Timestamp,
}

/// Counts tries and says how long to wait.
#[derive(Debug)]
pub(crate) struct Slowdown {
    file: PathBuf,
    tries: Mutex<Tries>,
}

fn wait_after(failures: u32) -> Duration {
    if failures <= FREE_TRIES {
        return Duration::ZERO;
    }
    let doubled = 1_u64.checked_shl(failures - FREE_TRIES - 1).unwrap_or(LONGEST_S);
    Duration::from_secs(doubled.min(LONGEST_S))
}

impl Slowdown {
    /// Goes on where the file beside the vault stands.
    pub(crate) fn beside_vault(data_dir: &Path) -> Self {
        let file = data_dir.join("unlock-tries.json");
        let tries = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { file, tries: Mutex::new(tries) }
    }

    /// How long until the next try. A clock that was set back does not make it longer than the wait itself.
    pub(crate) fn wait(&self, now: Timestamp) -> Duration {
        let tries = *self.tries.lock();
        let wait = wait_after(tries.failures);
        let passed = now.duration_since(tries.last_at);
        let passed = Duration::try_from(passed).unwrap_or(Duration::ZERO);
        wait.saturating_sub(passed)
    }

    fn save(&self, tries: Tries) -> Result<(), Error> {
        *self.tries.lock() = tries;
        let bytes = serde_json::to_vec(&tries).map_err(|error| Error::storage("count tries", error))?;
        write_atomically(&self.file, &bytes).map_err(|error| Error::file("count tries", error))
    }

    /// Counts a try as wrong until it turns out to be right.
    pub(super) fn count_try(&self, now: Timestamp) -> Result<(), Error> {
        let failures = self.tries.lock().failures.saturating_add(1);
        self.save(Tries { failures, last_at: now })
    }

    /// The try said nothing about the password.
    pub(super) fn take_back(&self) -> Result<(), Error> {
        let tries = *self.tries.lock();
        self.save(Tries { failures: tries.failures.saturating_sub(1), ..tries })
    }

    /// The password was right.
    pub(super) fn forget(&self) -> Result<(), Error> {
        *self.tries.lock() = Tries::default();
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::file("count tries", error)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_stops_growing() {
        let waits: Vec<u64> = (0..12).map(|failures| wait_after(failures).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(wait_after(u32::MAX).as_secs(), LONGEST_S);
    }

    #[test]
    fn a_restart_does_not_end_the_wait_and_the_right_password_does() {
        let dir = tempfile::tempdir().unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let first = Slowdown::beside_vault(dir.path());
        for _ in 0..6 {
            first.count_try(at(1_000)).unwrap();
        }
        let again = Slowdown::beside_vault(dir.path());
        assert_eq!(again.wait(at(1_001)), Duration::from_secs(3));
        assert_eq!(again.wait(at(1_004)), Duration::ZERO);
        assert_eq!(again.wait(at(10)), Duration::from_secs(4), "a clock set back");
        again.take_back().unwrap();
        assert_eq!(again.wait(at(1_001)), Duration::from_secs(1));
        again.forget().unwrap();
        assert_eq!(Slowdown::beside_vault(dir.path()).wait(at(1_001)), Duration::ZERO);
    }

    #[test]
    fn a_damaged_file_counts_as_none() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("unlock-tries.json"), "{").unwrap();
        assert_eq!(Slowdown::beside_vault(dir.path()).wait(Timestamp::UNIX_EPOCH), Duration::ZERO);
    }
}
