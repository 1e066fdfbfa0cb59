//! What can go wrong, per operation.

use std::io;
use std::path::PathBuf;

use crate::hindrance::Hindrance;
use crate::kdf::KdfParams;
use crate::record::RecordId;
use crate::slot::{SlotId, SlotKind};
use crate::words::WordsError;

/// Which part of the vault on disk an error speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The file with the wrapped keys.
    Header,
    /// The small file that remembers how far the vault had come.
    Head,
    /// The journal of acknowledged commits.
    Journal,
    /// The sealed copies.
    Checkpoint,
    /// The working store.
    Store,
    /// All of what holds records at once.
    Everything,
}

/// Why a vault could not be made, inspected or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no vault in the folder.
    #[error("there is no vault here")]
    Absent,
    /// There is a vault in the folder, or a part of one; nothing new is ever made over it.
    #[error("there is a vault here already")]
    AlreadyExists,
    /// Another program, or another handle of this one, has it open.
    #[error("the vault is open elsewhere")]
    AlreadyOpen,
    /// The password is not the one the vault was locked with; or the words, the key or the key file are not.
    #[error("wrong password")]
    WrongPassword,
    /// Sealed records are there, and the header with their keys is gone. Unavailable is not absent: only
    /// putting the header back helps.
    #[error("the vault's header is missing")]
    KeyMissing,
    /// The vault can be opened, but not with a secret of this kind: the header has no such slot.
    #[error("the vault has no slot of the kind {kind:?}")]
    NoSlot {
        /// The kind that was tried.
        kind: SlotKind,
    },
    /// The header has no slot of this name.
    #[error("the vault has no slot {id}")]
    SlotNotFound {
        /// The name.
        id: SlotId,
    },
    /// Without this slot nothing that a person can use would open the vault.
    #[error("nothing else would open the vault")]
    LastSlot,
    /// New keys cannot reach this slot without its secret: another version of the program made it.
    #[error("a slot of another version cannot follow to new keys")]
    ForeignSlot {
        /// Which.
        id: Option<SlotId>,
    },
    /// The vault has had as many new keys as its format can number.
    #[error("the vault has no number left for new keys")]
    NoEpochLeft,
    /// The text is not the words of a recovery kit.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The file is no key file, or a damaged one.
    #[error("this is no key file")]
    NoKeyFile,
    /// The key file was made for another vault.
    #[error("the key file is of another vault")]
    OtherVault,
    /// A part is damaged beyond what the others can mend. Header, head, journals and checkpoints are as they were.
    #[error("the vault is damaged: {part:?}")]
    Damaged {
        /// The part that cannot be used.
        part: Part,
    },
    /// The vault on disk is an older one than the one this machine had last, header included.
    #[error("the vault's header is older than the one last used")]
    RolledBack {
        /// Number of the header found.
        found: u64,
        /// Number of the header last used.
        expected: u64,
    },
    /// A later version of the program wrote it.
    #[error("the vault has format {found}, and this program knows formats up to {known}")]
    NewerFormat {
        /// Format found.
        found: u16,
        /// Newest format this program reads.
        known: u16,
    },
    /// The key derivation asked for is cheaper than allowed or than it used to be.
    #[error("the key derivation is too weak")]
    WeakKdf {
        /// Parameters found.
        found: KdfParams,
        /// The least that is accepted.
        needed: KdfParams,
    },
    /// The key derivation asked for is more than any vault needs.
    #[error("the key derivation is too costly")]
    CostlyKdf {
        /// Parameters found.
        found: KdfParams,
        /// The most that is accepted.
        limit: KdfParams,
    },
    /// The vault was closed, or its writer is gone.
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
        source: io::Error,
    },
    /// The store refused something.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

/// Why records could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The vault is closed.
    #[error("the vault is closed")]
    Closed,
    /// The stored bytes are not what was sealed for this record.
    #[error("a record is damaged")]
    Damaged {
        /// Which one.
        id: RecordId,
    },
    /// The store refused. It is opened again before the next commit.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

/// Why a commit was not made. Unless it says otherwise, nothing of it is stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// An expectation did not hold.
    #[error("change {index} expected another version")]
    Conflict {
        /// Place of the change in the list, from 0.
        index: usize,
        /// The version that is stored; `None` when there is no such record.
        found: Option<u64>,
    },
    /// The vault is closed.
    #[error("the vault is closed")]
    Closed,
    /// A body is longer than [`MAX_BODY`](crate::MAX_BODY), or all together than [`MAX_COMMIT`](crate::MAX_COMMIT).
    #[error("change {index} is too large: {size} bytes")]
    TooLarge {
        /// Place of the change in the list, from 0.
        index: usize,
        /// Bytes up to and with this change, or of this change alone when that is too much by itself.
        size: usize,
    },
    /// The journal could not be written, so the commit was taken back. A full disk ends here, and the vault
    /// goes on when there is room again.
    #[error("could not {action} the journal")]
    Journal {
        /// What was tried, as a verb.
        action: &'static str,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// An earlier fault left the files in a state that only opening the vault again can sort out. Whether the
    /// commit during which it happened is kept shows then.
    #[error("the vault has to be opened again")]
    Broken,
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

/// A fault of the working store. The journal holds everything the store may have lost.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreFault {
    /// It answered with an error.
    #[error("the store failed: {message}")]
    Failed {
        /// In the store's own words; no record content.
        message: String,
        /// What the system had against it, when it was the system.
        hindrance: Option<Hindrance>,
    },
    /// It panicked, and the panic was caught.
    #[error("the store panicked")]
    Panicked,
    /// It did not answer in time.
    #[error("the store does not answer")]
    Hung,
    /// It holds other versions than the journal says.
    #[error("the store and the journal disagree")]
    Diverged,
    /// It could not be opened again after a fault.
    #[error("the store is unavailable")]
    Unavailable {
        /// What the system had against it, when it was the system.
        hindrance: Option<Hindrance>,
    },
}

impl StoreFault {
    pub(crate) fn refused(error: &io::Error) -> Self {
        Self::Failed { message: error.to_string(), hindrance: Some(error.into()) }
    }

    /// What the system had against it, when it was the system.
    pub fn hindrance(&self) -> Option<Hindrance> {
        match self {
            Self::Failed { hindrance, .. } | Self::Unavailable { hindrance } => *hindrance,
            Self::Panicked | Self::Hung | Self::Diverged => None,
        }
    }
}

impl OpenError {
    /// What the system had against it, when it was the system: such an error says nothing about the vault, and the same
    /// call may do better when the owner has seen to it.
    pub fn hindrance(&self) -> Option<Hindrance> {
        match self {
            Self::Io { source, .. } => Some(source.into()),
            Self::Store(fault) => fault.hindrance(),
            _ => None,
        }
    }
}

impl ReadError {
    /// What the system had against it, when it was the system.
    pub fn hindrance(&self) -> Option<Hindrance> {
        match self {
            Self::Store(fault) => fault.hindrance(),
            Self::Closed | Self::Damaged { .. } => None,
        }
    }
}

impl CommitError {
    /// What the system had against it, when it was the system. The vault goes on by itself when the owner has seen to it.
    pub fn hindrance(&self) -> Option<Hindrance> {
        match self {
            Self::Journal { source, .. } => Some(source.into()),
            Self::Store(fault) => fault.hindrance(),
            Self::Conflict { .. } | Self::Closed | Self::TooLarge { .. } | Self::Broken => None,
        }
    }
}
