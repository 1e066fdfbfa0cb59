//! The store on disk: the one file that names sled.
//!
//! One tree. A record's chunk lies under `kind tag 8 | id 16 | chunk u16`; the stamp lies under a key that is
//! shorter than any of them. What sled does badly is kept from it: values are small, its own background sync is
//! slow on purpose because the journal is the promise, and [`flush`](RecordStore::flush) adds the `fdatasync`
//! that sled's own flush leaves out.

use std::fs::{File, TryLockError};
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Batch, Op, RecordStore, Visit};
use crate::error::StoreFault;
use crate::files::{make_private_dir, sync_dir};
use crate::keys::KindTag;
use crate::lock::pause;
use crate::manifest::SignedStamp;
use crate::record::RecordId;
use crate::sealed::{self, RecordKey, SealedRecord};

const STAMP: &[u8] = b"stamp";
const CACHE_BYTES: u64 = 32 << 20;
const FLUSH_EVERY_MS: u64 = 2_000;
/// sled's name for the file with the records.
const DATA: &str = "db";

/// How long sled's threads may take to let go of its files after a handle has been dropped: some milliseconds by
/// rule, more on a busy machine. The vault's own lock is held here, so nobody else can be meant.
const LETTING_GO: Duration = Duration::from_secs(5);

/// Records in a sled tree.
pub(crate) struct DiskStore {
    /// Always there; only dropping takes it.
    db: Option<sled::Db>,
    path: PathBuf,
}

impl DiskStore {
    /// Opens the store in a folder, making both where there is none. sled may panic on damaged files: call this
    /// where panics are caught.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreFault> {
        make_private_dir(path).map_err(|fault| StoreFault::refused(&fault.source))?;
        wait_for_last_handle(&path.join(DATA));
        let config = sled::Config::new().path(path).cache_capacity(CACHE_BYTES).flush_every_ms(Some(FLUSH_EVERY_MS));
        #[cfg(test)]
        let config = small_segments(config, path);
        let db = config.open().map_err(failed)?;
        Ok(Self { db: Some(db), path: path.to_owned() })
    }

    fn db(&self) -> Result<&sled::Db, StoreFault> {
        self.db.as_ref().ok_or(StoreFault::Unavailable { hindrance: None })
    }

    /// The chunks of one record, as they lie there.
    fn chunks(&self, key: RecordKey) -> Result<Option<SealedRecord>, StoreFault> {
        let mut record = None;
        walk(self.db()?.scan_prefix(key.to_bytes()), &mut |_, found| {
            record = Some(found);
            false
        })?;
        Ok(record)
    }

    fn version(&self, key: RecordKey) -> Result<Option<u64>, StoreFault> {
        let first = self.db()?.get(chunk_key(key, 0)).map_err(failed)?;
        first.map(|envelope| sealed::version_of(&envelope).ok_or(StoreFault::Diverged)).transpose()
    }

    fn add_to(&self, batch: &mut sled::Batch, op: &Op) -> Result<(), StoreFault> {
        let kept = op.put.as_ref().map_or(0, |record| record.chunks.len());
        if op.prior.is_some() {
            for entry in self.db()?.scan_prefix(op.key.to_bytes()).keys() {
                let old = entry.map_err(failed)?;
                if chunk_of(&old).is_none_or(|(_, index)| usize::from(index) >= kept) {
                    batch.remove(old);
                }
            }
        }
        for (index, chunk) in op.put.iter().flat_map(|record| &record.chunks).enumerate() {
            // MAX_BODY is far below 65,536 chunks.
            let index = u16::try_from(index).map_err(|_| StoreFault::Diverged)?;
            batch.insert(&chunk_key(op.key, index), chunk.as_slice());
        }
        Ok(())
    }
}

/// sled brings its file to the disk when the last handle goes, and panics when that is refused. What it could not write is
/// in the journal, so the panic ends here.
impl Drop for DiskStore {
    fn drop(&mut self) {
        let db = self.db.take();
        if catch_unwind(AssertUnwindSafe(|| drop(db))).is_err() {
            tracing::warn!("the store could not be brought to the disk when it was let go");
        }
    }
}

impl RecordStore for DiskStore {
    fn load(&self, tag: KindTag) -> Result<Vec<(RecordKey, SealedRecord)>, StoreFault> {
        let mut records = Vec::new();
        walk(self.db()?.scan_prefix(tag), &mut |key, record| {
            records.push((key, record));
            true
        })?;
        Ok(records)
    }

    fn get(&self, key: RecordKey) -> Result<Option<SealedRecord>, StoreFault> {
        self.chunks(key)
    }

    fn apply(&self, batch: &Batch) -> Result<(), StoreFault> {
        let mut changes = sled::Batch::default();
        for op in &batch.ops {
            if self.version(op.key)? != op.prior {
                return Err(StoreFault::Diverged);
            }
            self.add_to(&mut changes, op)?;
        }
        changes.insert(STAMP, batch.stamp.as_bytes());
        self.db()?.apply_batch(changes).map_err(failed)
    }

    fn flush(&self) -> Result<(), StoreFault> {
        self.db()?.flush().map_err(failed)?;
        let data = File::options().write(true).open(self.path.join(DATA)).and_then(|file| file.sync_data());
        // sled syncs no folder: without that its files would have no names after a power cut.
        let names = || sync_dir(&self.path);
        data.and_then(|()| names()).map_err(|error| StoreFault::refused(&error))
    }

    fn stamp(&self) -> Result<Option<SignedStamp>, StoreFault> {
        Ok(self.db()?.get(STAMP).map_err(failed)?.and_then(|bytes| SignedStamp::from_bytes(&bytes)))
    }

    fn snapshot(&self, visit: &mut Visit<'_>) -> Result<(), StoreFault> {
        walk(self.db()?.iter(), visit)
    }

    fn snapshot_after(&self, key: RecordKey, visit: &mut Visit<'_>) -> Result<(), StoreFault> {
        let last = chunk_key(key, u16::MAX);
        walk(self.db()?.range::<&[u8], _>((Bound::Excluded(&last[..]), Bound::Unbounded)), visit)
    }
}

/// Lets a campaign that changes every byte have a small file of many segments: a file beside the store says how small.
#[cfg(test)]
fn small_segments(config: sled::Config, path: &Path) -> sled::Config {
    let wanted = path.parent().and_then(|vault| std::fs::read_to_string(vault.join(".segment")).ok());
    match wanted.and_then(|text| text.parse().ok()) {
        Some(bytes) => config.segment_size(bytes),
        None => config,
    }
}

/// Whether the store in a folder is open nowhere, after some waiting: sled's threads write until the last of them lets
/// go.
pub(crate) fn at_rest(path: &Path) -> bool {
    wait_for_last_handle(&path.join(DATA))
}

/// sled answers at once when its file is still locked, and the last handle may be in the middle of letting go: a vault
/// that is locked and unlocked again at once would not open. Whatever else is wrong with the file, sled says.
fn wait_for_last_handle(data: &Path) -> bool {
    let Ok(file) = File::options().write(true).open(data) else { return false };
    let started = Instant::now();
    while matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        if started.elapsed() >= LETTING_GO {
            return false;
        }
        pause();
    }
    true
}

/// Puts chunks together to records. A chunk out of place, or one whose version cannot be read, is a record of its
/// own that nobody can open: it is seen, and the manifest does not fit.
fn walk(chunks: sled::Iter, visit: &mut Visit<'_>) -> Result<(), StoreFault> {
    let mut current: Option<(RecordKey, SealedRecord)> = None;
    for entry in chunks {
        let (name, envelope) = entry.map_err(failed)?;
        if name.as_ref() == STAMP {
            continue;
        }
        let Some((key, index)) = chunk_of(&name) else { return Err(StoreFault::Diverged) };
        match &mut current {
            Some((last, record)) if *last == key && record.chunks.len() == usize::from(index) => {
                record.chunks.push(envelope.to_vec());
            }
            _ => {
                if let Some((key, record)) = current.take()
                    && !visit(key, record)
                {
                    return Ok(());
                }
                let version = sealed::version_of(&envelope).unwrap_or_default();
                current = Some((key, SealedRecord { version, chunks: vec![envelope.to_vec()] }));
            }
        }
    }
    if let Some((key, record)) = current {
        visit(key, record);
    }
    Ok(())
}

fn chunk_key(key: RecordKey, index: u16) -> [u8; RecordKey::LEN + 2] {
    let mut name = [0; RecordKey::LEN + 2];
    name[..RecordKey::LEN].copy_from_slice(&key.to_bytes());
    name[RecordKey::LEN..].copy_from_slice(&index.to_be_bytes());
    name
}

fn chunk_of(name: &[u8]) -> Option<(RecordKey, u16)> {
    let (key, index) = name.split_last_chunk::<2>()?;
    let key: &[u8; RecordKey::LEN] = key.try_into().ok()?;
    let (tag, id) = key.split_first_chunk::<8>()?;
    let id: [u8; 16] = id.try_into().ok()?;
    Some((RecordKey { tag: *tag, id: RecordId::from(id) }, u16::from_be_bytes(*index)))
}

fn failed(error: sled::Error) -> StoreFault {
    match &error {
        sled::Error::Io(source) => StoreFault::refused(source),
        _ => StoreFault::Failed { message: error.to_string(), hindrance: None },
    }
}
