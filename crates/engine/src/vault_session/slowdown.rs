//! The wait after wrong passwords: a small file beside the vault, so that a restart does not end it. It slows down
//! a person at the keyboard; against a copy of the files the key derivation stands.
//!
//! The wait runs in waking time, which nobody can set. The time of day would end it for whoever sets the clock forward, and
//! make it last for years for whoever once had the wrong year. A restart begins the wait anew; it is a minute at most.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

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
}

/// What the file says, and since when the wait runs in this process.
#[derive(Debug, Clone, Copy)]
struct Count {
    tries: Tries,
    since: Duration,
}

/// Counts tries and says how long to wait.
#[derive(Debug)]
pub(crate) struct Slowdown {
    file: PathBuf,
    count: Mutex<Count>,
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
    pub(crate) fn beside_vault(data_dir: &Path, awake: Duration) -> Self {
        let file = data_dir.join("unlock-tries.json");
        let tries = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { file, count: Mutex::new(Count { tries, since: awake }) }
    }

    /// How long until the next try, in waking time.
    pub(crate) fn wait(&self, awake: Duration) -> Duration {
        let Count { tries, since } = *self.count.lock();
        wait_after(tries.failures).saturating_sub(awake.saturating_sub(since))
    }

    fn save(&self, count: Count) -> Result<(), Error> {
        *self.count.lock() = count;
        let bytes = serde_json::to_vec(&count.tries).map_err(|error| Error::storage("count tries", error))?;
        write_atomically(&self.file, &bytes).map_err(|error| Error::file("count tries", error))
    }

    /// Counts a try as wrong until it turns out to be right.
    pub(super) fn count_try(&self, awake: Duration) -> Result<(), Error> {
        let failures = self.count.lock().tries.failures.saturating_add(1);
        self.save(Count { tries: Tries { failures }, since: awake })
    }

    /// The try said nothing about the password.
    pub(super) fn take_back(&self) -> Result<(), Error> {
        let Count { tries, since } = *self.count.lock();
        self.save(Count { tries: Tries { failures: tries.failures.saturating_sub(1) }, since })
    }

    /// The password was right.
    pub(super) fn forget(&self) -> Result<(), Error> {
        self.count.lock().tries = Tries::default();
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
        let at = Duration::from_secs;
        let first = Slowdown::beside_vault(dir.path(), at(0));
        for _ in 0..6 {
            first.count_try(at(1_000)).unwrap();
        }
        assert_eq!(first.wait(at(1_003)), at(1));
        // Another start, with a count of waking time of its own.
        let again = Slowdown::beside_vault(dir.path(), at(10));
        assert_eq!(again.wait(at(11)), at(3));
        assert_eq!(again.wait(at(14)), Duration::ZERO);
        assert_eq!(again.wait(at(5)), at(4), "never longer than the wait itself");
        again.take_back().unwrap();
        assert_eq!(again.wait(at(11)), at(1));
        again.forget().unwrap();
        assert_eq!(Slowdown::beside_vault(dir.path(), at(0)).wait(at(0)), Duration::ZERO);
    }

    #[test]
    fn a_damaged_file_counts_as_none() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("unlock-tries.json"), "{").unwrap();
        assert_eq!(Slowdown::beside_vault(dir.path(), Duration::ZERO).wait(Duration::ZERO), Duration::ZERO);
    }
}
