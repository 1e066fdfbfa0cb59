//! Snapshots: whole sealed copies that stay, to go back to. The five newest are kept, and the newest of each of the
//! last seven days that have one.
//!
//! ```text
//! snapshot = "RosterSn" | format u16 | vault id 16 | number u64 | taken at i64 | reason u8 | oldest epoch u16
//!          | length of the body u64 | stamp 50 | mac 32 | body
//! body     = a checkpoint of that stamp (see `frames`)
//! ```
//!
//! The mac is made with the snapshot key of the stamp's epoch over everything before it, so that neither reason nor
//! time can be changed, and no file can take the place of another. The manifest in the stamp ties the body to it. All
//! epochs from the oldest to the stamp's own are needed to open it.

mod file;
mod head;
mod shelf;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use crate::error::{ReadError, StoreFault};
use crate::files::FileFault;
use crate::keys::Keys;
use crate::record::{Kind, Record, RecordId};
use crate::sealed::{self, RecordKey, SealedRecord};

pub use shelf::SNAPSHOTS_KEPT;
pub(crate) use shelf::{epochs_needed, list, read, take};

/// A snapshot's file, as it is and with the mac of its head made right.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz(keys: &Keys, bytes: &[u8]) {
    use head::SnapshotHead;

    let _ = file::decode(keys, bytes, 1);
    if let Some((head, body)) = bytes.split_at_checked(SnapshotHead::LEN) {
        let mut forged = SnapshotHead::forged(keys, head);
        forged.extend_from_slice(body);
        let _ = file::decode(keys, &forged, 1);
    }
}

/// Why a snapshot was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SnapshotReason {
    /// The vault was locked.
    Lock,
    /// A day had passed.
    Daily,
    /// The owner asked for it.
    Owner,
    /// Before records from a file came in.
    BeforeImport,
    /// Before an older snapshot was brought back.
    BeforeRestore,
    /// Before everything that is not in use was erased.
    BeforeErase,
    /// Before many records were deleted at once.
    BeforeDelete,
    /// Before records or keys were brought into a newer form.
    BeforeMigration,
}

impl SnapshotReason {
    const ALL: [Self; 8] = [
        Self::Lock,
        Self::Daily,
        Self::Owner,
        Self::BeforeImport,
        Self::BeforeRestore,
        Self::BeforeErase,
        Self::BeforeDelete,
        Self::BeforeMigration,
    ];

    fn code(self) -> u8 {
        match self {
            Self::Lock => 1,
            Self::Daily => 2,
            Self::Owner => 3,
            Self::BeforeImport => 4,
            Self::BeforeRestore => 5,
            Self::BeforeErase => 6,
            Self::BeforeDelete => 7,
            Self::BeforeMigration => 8,
        }
    }

    fn read(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// Whether a snapshot of the same state may stand in for a new one.
    fn may_be_an_older_one(self) -> bool {
        matches!(self, Self::Lock | Self::Daily)
    }
}

/// Names one snapshot of a vault. Later ones have larger ids, whatever the clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotId(u64);

impl fmt::Display for SnapshotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for SnapshotId {
    type Err = SnapshotError;
    fn from_str(text: &str) -> Result<Self, SnapshotError> {
        let digits = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = digits.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        number.map(Self).ok_or(SnapshotError::NotFound)
    }
}

/// What is known about a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotInfo {
    /// Its id.
    pub id: SnapshotId,
    /// When it was taken, in seconds since 1970. Of a damaged one, the date of its file.
    pub taken_at: i64,
    /// Why; `None` when its head is damaged.
    pub reason: Option<SnapshotReason>,
    /// How many records of the kind that was asked about it holds; 0 when it is damaged.
    pub records: u64,
    /// Length of its file.
    pub bytes: u64,
    /// It is whole and authentic.
    pub verified: bool,
}

/// Why there is no snapshot.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// No snapshot has this id.
    #[error("there is no such snapshot")]
    NotFound,
    /// It is damaged, or sealed under keys that are gone.
    #[error("the snapshot is damaged")]
    Damaged,
    /// What was written is not what the vault holds; the file was set aside.
    #[error("the snapshot that was written is not what the vault holds")]
    NotVerified,
    /// The vault is closed, or lives in memory.
    #[error("the vault is closed")]
    Closed,
    /// The file system refused something.
    #[error("could not {action} {}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

impl From<FileFault> for SnapshotError {
    fn from(fault: FileFault) -> Self {
        let (action, path, source) = fault.into_parts();
        Self::Io { action, path, source }
    }
}

/// A snapshot, opened for reading. It holds the vault's keys until it is dropped.
pub struct Snapshot {
    info: SnapshotInfo,
    keys: Arc<Keys>,
    records: BTreeMap<RecordKey, SealedRecord>,
}

impl Snapshot {
    /// What is known about it; the records are counted over all kinds.
    pub fn info(&self) -> SnapshotInfo {
        self.info
    }

    /// Opens every record of a kind, by id.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] names the first record that is not what was stored.
    pub fn load(&self, kind: Kind) -> Result<Vec<Record>, ReadError> {
        let tag = self.keys.kind_tag(kind.as_str());
        let first = RecordKey { tag, id: RecordId::from([0; 16]) };
        let last = RecordKey { tag, id: RecordId::from([0xff; 16]) };
        self.records.range(first..=last).map(|(key, sealed)| self.open(kind, key.id, sealed)).collect()
    }

    /// Opens one record; `None` when it has none.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] when it is not what was stored.
    pub fn get(&self, kind: Kind, id: RecordId) -> Result<Option<Record>, ReadError> {
        let sealed = self.records.get(&RecordKey::new(&self.keys, kind.as_str(), id));
        sealed.map(|sealed| self.open(kind, id, sealed)).transpose()
    }

    fn open(&self, kind: Kind, id: RecordId, sealed: &SealedRecord) -> Result<Record, ReadError> {
        let body = sealed::open(&self.keys, kind.as_str(), id, sealed).map_err(|_| ReadError::Damaged { id })?;
        Ok(Record { id, version: sealed.version, body })
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("info", &self.info).finish_non_exhaustive()
    }
}
