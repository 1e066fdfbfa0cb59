//! The open vault: reading, committing, closing.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock, mpsc};

use roster_domain::Secret;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;

use crate::crypto;
use crate::error::{CommitError, OpenError, ReadError};
use crate::files::Folder;
use crate::kdf::KdfParams;
use crate::keys::{Keys, Ring};
use crate::ledger::Ledger;
use crate::manifest::Stamp;
use crate::opening::{self, Opened};
use crate::record::{Change, Kind, Record, RecordId};
use crate::recover::Depth;
use crate::report::OpenReport;
use crate::sealed::{self, RecordKey};
use crate::shelf::Shelf;
use crate::slot::Opener;
use crate::snapshot::{self, Snapshot, SnapshotError, SnapshotId, SnapshotInfo, SnapshotReason};
use crate::store::MemoryStore;
use crate::ways::{KeyPlace, Ways};
use crate::writer::{Erased, HeaderChange, Request, Shared, Writer};

/// An open vault. Clones are handles to the same one; the last to go closes it as [`close`](Self::close) does,
/// but without telling how that went.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    /// `None` once closed.
    keys: KeyPlace,
    shelf: Arc<Shelf>,
    committer: Committer,
}

pub(crate) enum Committer {
    Memory(Mutex<Ledger>),
    Disk {
        folder: Folder,
        ways: Ways,
        writer: mpsc::Sender<Request>,
        /// What the writer found since the vault was opened.
        told: tokio::sync::Mutex<UnboundedReceiver<OpenReport>>,
    },
}

impl Vault {
    /// Makes a vault in `dir` and opens it. Blocks for the key derivation and a few disk writes.
    ///
    /// # Errors
    /// [`OpenError::AlreadyExists`] when there is a vault or a part of one; limits of the key derivation; disk.
    pub fn create(dir: &Path, password: &Secret<String>, kdf: KdfParams) -> Result<Self, OpenError> {
        Self::make(dir, password, kdf, None)
    }

    /// Opens the vault in `dir`. Blocks for the key derivation, up to half a second for the lock, and whatever
    /// recovery is needed.
    ///
    /// # Errors
    /// Each reason has its own [`OpenError`].
    pub fn open<'a>(dir: &Path, with: impl Into<Opener<'a>>) -> Result<(Self, OpenReport), OpenError> {
        Self::start(opening::open(dir, with.into())?)
    }

    pub(crate) fn make(
        dir: &Path,
        password: &Secret<String>,
        kdf: KdfParams,
        made_at: Option<i64>,
    ) -> Result<Self, OpenError> {
        Ok(Self::start(opening::create(dir, password, kdf, made_at)?)?.0)
    }

    fn start(mut opened: Opened) -> Result<(Self, OpenReport), OpenError> {
        let report = std::mem::take(&mut opened.recovered.report);
        let folder = opened.folder.clone();
        let opened_by = (opened.way.slot, opened.way.kind, opened.way.took);
        let upgrade = opened.way.upgrade.take();
        let (found, told) = unbounded_channel();
        let (writer, shared) = Writer::new(opened, found)?;
        let Shared { keys, shelf, header, rotation } = shared;
        let (sender, requests) = mpsc::channel();
        std::thread::Builder::new().name("vault-writer".into()).spawn(move || writer.run(&requests)).map_err(
            |source| OpenError::Io { action: "start the writer of", path: folder.path().to_owned(), source },
        )?;
        if let Some((own, proof)) = upgrade {
            // In the background and before anything else that is asked for. Nobody waits for the answer: when it fails,
            // the slot stays as it is until the next opening.
            let (answer, _) = mpsc::sync_channel(1);
            let kdf = None;
            let change = HeaderChange::Put { own, proof, kdf, replaces: Some(opened_by.0) };
            let _ = sender.send(Request::Header { change, answer });
        }
        let ways = Ways { header, rotation, opened_by };
        let committer = Committer::Disk { folder, ways, writer: sender, told: tokio::sync::Mutex::new(told) };
        Ok((Self { inner: Arc::new(Inner { keys, shelf, committer }) }, report))
    }

    /// A vault with random keys that lives and ends in memory: everything but the disk is the same.
    pub fn in_memory() -> Self {
        let keys = Keys::new(crypto::random(), Ring::make());
        let stamp = Stamp { epoch: keys.current().number, ..Stamp::default() };
        let shelf = Arc::new(Shelf::new(Box::new(MemoryStore::default())));
        let committer = Committer::Memory(Mutex::new(Ledger::empty(stamp)));
        let keys = Arc::new(RwLock::new(Some(Arc::new(keys))));
        Self { inner: Arc::new(Inner { keys, shelf, committer }) }
    }

    /// Opens every record of a kind, by id. Blocks; 10,000 records of 800 bytes take some 50 ms.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] names the first record that is not what was stored.
    pub fn load(&self, kind: Kind) -> Result<Vec<Record>, ReadError> {
        let tag = self.keys()?.kind_tag(kind.as_str());
        self.reading(|| {
            let found = self.inner.shelf.read(|store| Ok::<_, ReadError>((self.keys()?, store.load(tag)?)));
            let (keys, sealed) = found?;
            sealed.into_iter().map(|(key, sealed)| open(&keys, kind, key.id, &sealed)).collect()
        })
    }

    /// Opens one record; `None` when there is none.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] when it is not what was stored.
    pub fn get(&self, kind: Kind, id: RecordId) -> Result<Option<Record>, ReadError> {
        let key = RecordKey::new(&*self.keys()?, kind.as_str(), id);
        self.reading(|| {
            let found = self.inner.shelf.read(|store| Ok::<_, ReadError>((self.keys()?, store.get(key)?)));
            let (keys, sealed) = found?;
            sealed.map(|sealed| open(&keys, kind, id, &sealed)).transpose()
        })
    }

    /// Resolves when something was found damaged, and mended as far as it could be, since the vault was opened: a
    /// look over every record and every copy in the background, or a record that was read. `None` once the vault is
    /// closed, and for a vault in memory. For one listener.
    pub async fn mended(&self) -> Option<OpenReport> {
        match &self.inner.committer {
            Committer::Memory(_) => None,
            Committer::Disk { told, .. } => told.lock().await.recv().await,
        }
    }

    /// Makes all changes, in order, or none. Resolves when they would survive a power cut, and then with the
    /// version each change left. Dropping the future does not take the changes back.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] when an expectation does not hold; see the others there.
    pub async fn apply(&self, changes: Vec<Change>) -> Result<Vec<u64>, CommitError> {
        let keys = self.keys().map_err(|_| CommitError::Closed)?;
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        match &self.inner.committer {
            Committer::Memory(ledger) => self.inner.shelf.write(|store| {
                let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
                let planned = ledger.plan(&keys, store, &changes)?;
                store.apply(&planned.batch)?;
                ledger.caught_up();
                Ok(planned.versions)
            }),
            Committer::Disk { writer, .. } => {
                drop(keys);
                let (answer, answered) = oneshot::channel();
                writer.send(Request::Commit((changes, answer))).map_err(|_| CommitError::Closed)?;
                // A writer that ends without an answer was closed after the request, or died over it.
                answered.await.unwrap_or(Err(CommitError::Broken))
            }
        }
    }

    /// Takes a snapshot: a whole sealed copy that stays, compared with the vault as soon as it is written. `taken_at` is
    /// the time in seconds since 1970. For [`SnapshotReason::Lock`] and [`SnapshotReason::Daily`] the newest one is the
    /// answer when nothing has changed since. Commits wait meanwhile.
    ///
    /// # Errors
    /// [`SnapshotError::NotVerified`] when the file is not what the vault holds; disk; a closed vault, or one in memory.
    pub async fn snapshot(&self, reason: SnapshotReason, taken_at: i64) -> Result<SnapshotInfo, SnapshotError> {
        drop(self.keys().map_err(|_| SnapshotError::Closed)?);
        let Committer::Disk { writer, .. } = &self.inner.committer else { return Err(SnapshotError::Closed) };
        let (answer, answered) = oneshot::channel();
        let request = Request::Snapshot { reason, taken_at, answer };
        writer.send(request).map_err(|_| SnapshotError::Closed)?;
        answered.await.unwrap_or(Err(SnapshotError::Closed))
    }

    /// Erases for good: every record is sealed anew under new keys, into a fresh store; older journals, checkpoints, all
    /// snapshots and damaged parts go, and with them the old keys. Deleted records are then nowhere any more. Everything
    /// else waits meanwhile. When it is interrupted, nothing live is lost, and it can be asked for again.
    ///
    /// # Errors
    /// [`OpenError::ForeignSlot`] when a slot cannot follow to the new keys; disk; a closed vault, or one in memory.
    pub async fn erase(&self) -> Result<Erased, OpenError> {
        drop(self.keys().map_err(|_| OpenError::Closed)?);
        let Committer::Disk { writer, .. } = &self.inner.committer else { return Err(OpenError::Absent) };
        let (answer, answered) = oneshot::channel();
        writer.send(Request::Erase(answer)).map_err(|_| OpenError::Closed)?;
        answered.await.unwrap_or(Err(OpenError::Closed))
    }

    /// All snapshots, newest first, with how many records of a kind each holds. Blocks: each is read and checked.
    ///
    /// # Errors
    /// When their folder cannot be read. A damaged snapshot is no error; it is listed as not verified.
    pub fn snapshots(&self, counted: Kind) -> Result<Vec<SnapshotInfo>, SnapshotError> {
        let keys = self.keys().map_err(|_| SnapshotError::Closed)?;
        let Committer::Disk { folder, .. } = &self.inner.committer else { return Ok(Vec::new()) };
        snapshot::list(folder, &keys, counted)
    }

    /// Opens a snapshot for reading. Blocks.
    ///
    /// # Errors
    /// [`SnapshotError::NotFound`], [`SnapshotError::Damaged`]; disk.
    pub fn read_snapshot(&self, id: SnapshotId) -> Result<Snapshot, SnapshotError> {
        let keys = self.keys().map_err(|_| SnapshotError::Closed)?;
        let Committer::Disk { folder, .. } = &self.inner.committer else { return Err(SnapshotError::NotFound) };
        snapshot::read(folder, keys, id)
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
            Committer::Memory(_) => {
                drop(self.inner.shelf.take());
                Ok(())
            }
            Committer::Disk { writer, .. } => {
                let (answer, answered) = oneshot::channel();
                match writer.send(Request::Close(answer)) {
                    Ok(()) => answered.await.unwrap_or(Ok(())),
                    Err(_) => Ok(()),
                }
            }
        }
    }

    /// Answers a question; when the store is at fault, or has a record that does not open, everything is mended from
    /// the copies first and the question is asked once more.
    ///
    /// Who reads to open takes the keys while the store is read: then nothing is applied to it, so the keys in force
    /// then are those of all that is in it, also while everything is sealed anew.
    fn reading<T>(&self, question: impl Fn() -> Result<T, ReadError>) -> Result<T, ReadError> {
        let depth = match question() {
            Err(ReadError::Store(_)) => {
                self.inner.shelf.report_failure();
                Depth::Tags
            }
            Err(ReadError::Damaged { .. }) => Depth::Bodies,
            answer => return answer,
        };
        if let Committer::Disk { writer, .. } = &self.inner.committer {
            let (answer, answered) = mpsc::sync_channel(1);
            let _ = writer.send(Request::Mend { depth, answer });
            // A writer that is gone answers as well: with an error.
            let _ = answered.recv();
        }
        question()
    }

    /// Looks over everything now, and says what was found since the vault was opened.
    #[cfg(test)]
    pub(crate) fn look_over(&self) -> OpenReport {
        let Committer::Disk { writer, told, .. } = &self.inner.committer else { return OpenReport::default() };
        let (answer, answered) = mpsc::sync_channel(1);
        writer.send(Request::Scrub(answer)).unwrap();
        answered.recv().unwrap();
        let (mut all, mut told) = (OpenReport::default(), told.try_lock().unwrap());
        while let Ok(report) = told.try_recv() {
            all.add(report);
        }
        all
    }

    /// The store, for tests that need it in a certain state.
    #[cfg(test)]
    pub(crate) fn shelf(&self) -> &Shelf {
        &self.inner.shelf
    }

    pub(crate) fn committer(&self) -> &Committer {
        &self.inner.committer
    }

    /// What concerns the header of a vault on disk.
    pub(crate) fn disk(&self) -> Result<&Ways, OpenError> {
        match &self.inner.committer {
            Committer::Disk { ways, .. } => Ok(ways),
            Committer::Memory(_) => Err(OpenError::Absent),
        }
    }

    pub(crate) fn keys(&self) -> Result<Arc<Keys>, ReadError> {
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
