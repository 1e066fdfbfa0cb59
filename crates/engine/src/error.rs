//! What can go wrong when something is asked of the engine: a closed list with fields and no prose. The API turns
//! it into codes and the UI into words.

use std::{sync::Arc, time::Duration};

use roster_domain::{AccountId, PoolId};
use roster_vault::Hindrance;

use crate::{FileDialogError, KeychainError};

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It must be given.
    Missing,
    /// Shorter than `min` characters.
    TooShort {
        /// The least number of characters.
        min: usize,
    },
    /// Longer than `max` characters (or entries).
    TooLong {
        /// The greatest number of characters (or entries).
        max: usize,
    },
    /// A number outside `min..=max`.
    OutOfRange {
        /// The least value.
        min: u64,
        /// The greatest value.
        max: u64,
    },
    /// A word outside the list.
    NotOneOf {
        /// The words that would do.
        allowed: &'static [&'static str],
    },
    /// Not of the form that the field has; `what` says which form, never quoting a value.
    Malformed {
        /// The form, in plain English.
        what: String,
    },
    /// The cookies hold no session: these names are missing.
    CookiesMissing {
        /// The names that the platform needs.
        names: Vec<String>,
    },
    /// Only a check of the platform can set this status.
    NotByHand,
    /// Not twelve words, one for each of a recovery kit.
    WordCount {
        /// How many there are.
        found: usize,
    },
    /// A word that no recovery kit has.
    UnknownWord {
        /// Which, counted from 1.
        index: usize,
    },
    /// Each word is one of the list, and together they are no kit: one was mistaken for another.
    WordChecksum,
    /// Not the words that were asked for.
    OtherWords,
    /// The file is no key file.
    NoKeyFile,
    /// The key file is of another vault.
    OtherVault,
    /// The account is on another platform than the pool.
    OtherPlatform {
        /// The platform it must be on.
        expected: String,
    },
}

/// Why a pool has nobody to offer; members are counted by what keeps them out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NobodyReady {
    /// Members in all.
    pub members: u64,
    /// Never verified.
    pub pending: u64,
    /// Not logged in any more.
    pub expired: u64,
    /// Restricted by the platform, or somebody else's session.
    pub restricted: u64,
    /// Kept out of use by the owner.
    pub disabled: u64,
}

/// What kept a change from being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// Somebody else changed the same thing in between; ask again.
    Changed,
    /// The login is not in a phase that allows it.
    LoginPhase,
    /// It is dangerous, and the owner has not said yes to it.
    ConfirmationNeeded,
    /// The account is in the pool already.
    AlreadyAMember,
    /// The person closed the dialog without picking a file.
    Cancelled,
    /// Nothing that a person can use would open the vault any more.
    LastSlot,
    /// The vault has no such way to be opened.
    NoSuchSlot,
    /// No recovery kit is being made.
    NoKit,
    /// The snapshot is damaged; nothing was changed.
    SnapshotDamaged,
}

/// Why a file that the owner picked cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileProblem {
    /// The system did not let it be read or written.
    Unreadable,
    /// It is not of the sort that was asked for.
    NotThatSort,
    /// It is, and it is damaged.
    Damaged,
    /// It ends too early.
    Incomplete,
    /// A newer version wrote it.
    Newer,
    /// It is larger than any such file has to be, or asks for more memory than any needs.
    TooLarge,
    /// What was written could not be read back; it was removed.
    NotVerified,
}

/// Everything the engine answers instead of what was asked for.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// There is no vault yet.
    #[error("there is no vault yet")]
    VaultAbsent,
    /// There is a vault already.
    #[error("there is a vault already")]
    VaultExists,
    /// The vault is locked.
    #[error("the vault is locked")]
    VaultLocked,
    /// The vault is being made, opened or closed.
    #[error("the vault is being made, opened or closed")]
    VaultBusy,
    /// Another process has the vault open.
    #[error("another process has the vault open")]
    AlreadyOpen,
    /// The password does not open the vault.
    #[error("wrong password")]
    WrongPassword {
        /// How long to wait before the next try.
        wait: Duration,
    },
    /// A try before the wait after wrong passwords was over; the password was not looked at.
    #[error("too soon after a wrong password")]
    UnlockTooSoon {
        /// How long is left.
        wait: Duration,
    },
    /// The vault's files are damaged beyond what opening repairs.
    #[error("the vault is damaged: {what}")]
    VaultDamaged {
        /// What was found, without secrets.
        what: String,
    },
    /// Sealed records are there, and the header with their keys is gone.
    #[error("the vault's header is missing")]
    VaultKeyMissing,
    /// The vault was written by a newer version.
    #[error("the vault has format {found}, which is newer than this version")]
    VaultNewer {
        /// The format found.
        found: u16,
    },
    /// A request that cannot be carried out as it is.
    #[error("{field}: {problem:?}")]
    InvalidRequest {
        /// Which field, by its name on the wire.
        field: &'static str,
        /// What is wrong with it.
        problem: Problem,
    },
    /// A field of a form, or of an operation's input, that does not do. Nothing was asked.
    #[error("{field}: {problem:?}")]
    Input {
        /// Its path on the wire, such as `fields.password` or `input.preferences.theme`.
        field: String,
        /// What is wrong with it.
        problem: roster_platform::InputProblem,
    },
    /// No such account.
    #[error("account not found: {id}")]
    AccountNotFound {
        /// As asked for.
        id: String,
    },
    /// The account's platform has no such operation.
    #[error("operation not found: {id}")]
    OperationNotFound {
        /// As asked for.
        id: String,
    },
    /// Only the owner may have this done.
    #[error("{operation} needs the owner")]
    NeedsOwner {
        /// Which operation.
        operation: String,
    },
    /// The platform refused an operation, and there is something that the owner can do about it.
    #[error("refused: {code}")]
    OperationRefused {
        /// The platform's own code, or the adapter's name for it.
        code: String,
        /// What happened and what to do.
        remedy: roster_platform::Text,
        /// What the platform said.
        error: Box<roster_platform::Error>,
    },
    /// No secret of this name is kept for the account.
    #[error("there is no such secret")]
    SecretNotFound,
    /// The account's session has no such cookie.
    #[error("there is no such cookie")]
    CookieNotFound,
    /// Secrets were asked for faster than a person would.
    #[error("too many secrets at once")]
    TooManySecrets {
        /// How long until the next one may be had.
        wait: Duration,
    },
    /// The clipboard did not take it.
    #[error(transparent)]
    Clipboard(crate::ClipboardError),
    /// No such pool.
    #[error("pool not found: {id}")]
    PoolNotFound {
        /// As asked for.
        id: String,
    },
    /// No such login.
    #[error("login not found: {id}")]
    LoginNotFound {
        /// As asked for.
        id: String,
    },
    /// No such job.
    #[error("job not found: {id}")]
    JobNotFound {
        /// As asked for.
        id: String,
    },
    /// Nothing of this name opens the vault.
    #[error("slot not found: {id}")]
    SlotNotFound {
        /// As asked for.
        id: String,
    },
    /// The system's keychain did not help; the vault opens with any other of its secrets.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The keychain was asked and has no key that opens this vault.
    #[error("the keychain has no key that opens this vault")]
    KeychainEmpty,
    /// No file could be picked.
    #[error(transparent)]
    FileDialog(#[from] FileDialogError),
    /// No such snapshot.
    #[error("snapshot not found: {id}")]
    SnapshotNotFound {
        /// As asked for.
        id: String,
    },
    /// No import waits under this id.
    #[error("import not found: {id}")]
    ImportNotFound {
        /// As asked for.
        id: String,
    },
    /// A file that the owner picked cannot be used.
    #[error("the file cannot be used: {0:?}")]
    File(FileProblem),
    /// No action that can be undone has this name: it was undone already, or the vault was locked since.
    #[error("cannot be undone: {id}")]
    UndoNotFound {
        /// As asked for.
        id: String,
    },
    /// The account is not in the pool.
    #[error("{account} is not a member of {pool}")]
    NotAMember {
        /// The pool.
        pool: PoolId,
        /// The account.
        account: AccountId,
    },
    /// The pool has as many members as it may.
    #[error("the pool is full ({max_size} members)")]
    PoolFull {
        /// Its limit.
        max_size: u32,
    },
    /// No member of the pool is ready.
    #[error("no available account in {pool}")]
    NoAvailableAccount {
        /// The pool.
        pool: PoolId,
        /// What keeps its members out.
        why: NobodyReady,
    },
    /// No adapter has this id.
    #[error("unknown platform: {platform}")]
    UnknownPlatform {
        /// As asked for.
        platform: String,
    },
    /// The platform's adapter cannot do this.
    #[error("{platform} does not support {what}")]
    Unsupported {
        /// The platform.
        platform: String,
        /// What was asked of it: `login`, `renew`, `numbers`, `logout`, `window`.
        what: &'static str,
    },
    /// A window could not be opened or asked.
    #[error("window: {source}")]
    Window {
        /// Why.
        source: crate::WindowError,
    },
    /// The session belongs to another person than the account.
    #[error("the session belongs to another person than the account")]
    IdentityMismatch {
        /// The platform's user id of the account.
        expected: String,
        /// The platform's user id of the session.
        found: String,
    },
    /// Something else stands in the way.
    #[error("conflict: {0:?}")]
    Conflict(Clash),
    /// The platform did not do it.
    #[error(transparent)]
    Platform(#[from] roster_platform::Error),
    /// The vault or a file beside it did not do it.
    #[error("{operation}: {source}")]
    Storage {
        /// What was being done.
        operation: &'static str,
        /// Why it failed.
        source: Arc<dyn std::error::Error + Send + Sync>,
        /// What the system had against it, when the owner can do something about it. Nothing is lost, and the same call
        /// does better afterwards.
        hindrance: Option<Hindrance>,
    },
}

impl Error {
    /// An [`Error::InvalidRequest`].
    pub(crate) fn invalid(field: &'static str, problem: Problem) -> Self {
        Self::InvalidRequest { field, problem }
    }

    /// An [`Error::Storage`] with its cause.
    pub(crate) fn storage(operation: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Storage { operation, source: Arc::new(source), hindrance: None }
    }

    /// An [`Error::Storage`] about a small file beside the vault.
    pub(crate) fn file(operation: &'static str, source: std::io::Error) -> Self {
        Self::refused(operation, Some(Hindrance::from(&source)), source)
    }

    /// An [`Error::Storage`] the system may be the cause of.
    pub(crate) fn refused(
        operation: &'static str,
        hindrance: Option<Hindrance>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Storage { operation, source: Arc::new(source), hindrance }
    }
}
