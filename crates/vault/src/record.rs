//! What goes into the vault and comes out of it: kinds, ids, records, changes.

use zeroize::Zeroizing;

use crate::crypto;

/// The longest body of one record, in bytes.
pub const MAX_BODY: usize = 16 << 20;
/// The most plaintext one call of [`Vault::apply`](crate::Vault::apply) takes, in bytes over all of its bodies.
pub const MAX_COMMIT: usize = 512 << 20;

/// What sort of thing a record is: `account`, `account.secret`, `pool`. The vault knows none of them; it only
/// keeps the records of one kind apart from the others, and gives each kind keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kind(&'static str);

impl Kind {
    /// A kind with this name: 1 to 32 ASCII letters, digits, `.`, `-` or `_`.
    ///
    /// Meant for constants, where a bad name is a compile error.
    ///
    /// ```
    /// use roster_vault::Kind;
    /// const OVERVIEW: Kind = Kind::new("account.overview");
    /// assert_eq!(OVERVIEW.as_str(), "account.overview");
    /// ```
    ///
    /// # Panics
    /// When the name is not of that form.
    pub const fn new(name: &'static str) -> Self {
        let bytes = name.as_bytes();
        assert!(!bytes.is_empty() && bytes.len() <= 32, "the name of a kind has 1 to 32 characters");
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            assert!(
                byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-' || byte == b'_',
                "the name of a kind is letters, digits, dots, dashes and underscores"
            );
            at += 1;
        }
        Self(name)
    }

    /// The name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// Names one record within its kind: 16 bytes, random unless the caller has reasons. The same id may be used
/// under several kinds, for the overview and the secret of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId([u8; 16]);

impl RecordId {
    /// A fresh random id.
    pub fn make() -> Self {
        Self(crypto::random())
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<[u8; 16]> for RecordId {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

/// One record, opened. The body is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id within its kind.
    pub id: RecordId,
    /// Which commit wrote it. A later write of the same record always has a larger number, also after a
    /// deletion in between; numbers are shared by the whole vault, so they do not count one record's writes.
    pub version: u64,
    /// What was stored.
    pub body: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record").field("id", &self.id).field("version", &self.version).finish_non_exhaustive()
    }
}

/// What the caller believes is stored, checked in the same step that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// No opinion.
    Any,
    /// Nothing is stored under this kind and id.
    Absent,
    /// This version is stored.
    Version(u64),
}

/// One step of a commit.
#[derive(Clone)]
pub enum Change {
    /// Stores the body, replacing what was there.
    Put {
        /// Kind of the record.
        kind: Kind,
        /// Id within the kind.
        id: RecordId,
        /// At most [`MAX_BODY`] bytes.
        body: Zeroizing<Vec<u8>>,
        /// What must be stored for this to happen.
        expect: Expect,
    },
    /// Removes the record; nothing happens when there is none and none was expected.
    Delete {
        /// Kind of the record.
        kind: Kind,
        /// Id within the kind.
        id: RecordId,
        /// What must be stored for this to happen.
        expect: Expect,
    },
}

impl Change {
    pub(crate) fn target(&self) -> (Kind, RecordId, Expect) {
        match self {
            Self::Put { kind, id, expect, .. } | Self::Delete { kind, id, expect } => (*kind, *id, *expect),
        }
    }

    pub(crate) fn body_len(&self) -> usize {
        match self {
            Self::Put { body, .. } => body.len(),
            Self::Delete { .. } => 0,
        }
    }
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Self::Put { .. } => "Put",
            Self::Delete { .. } => "Delete",
        };
        let (kind, id, expect) = self.target();
        f.debug_struct(name).field("kind", &kind).field("id", &id).field("expect", &expect).finish_non_exhaustive()
    }
}
