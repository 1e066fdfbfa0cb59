//! What the trash is shown as.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use roster_domain::{InvalidId, PlatformId};

use crate::storage::RecordId;

/// The name of something in the trash: `trash_` and 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrashId(pub(crate) RecordId);

const PREFIX: &str = "trash_";

impl fmt::Display for TrashId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", hex::encode(self.0.as_bytes()))
    }
}

impl FromStr for TrashId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let mut bytes = [0; 16];
        let digits = text.strip_prefix(PREFIX).ok_or(InvalidId)?;
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| InvalidId)?;
        Ok(Self(RecordId::from(bytes)))
    }
}

/// What sort of thing was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrashKind {
    /// An account.
    Account,
    /// A pool.
    Pool,
}

/// Something in the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrashItem {
    /// Its name in the trash.
    pub id: TrashId,
    /// What it is.
    pub kind: TrashKind,
    /// The account's or pool's name.
    pub name: String,
    /// Its platform.
    pub platform: PlatformId,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// When it goes for good.
    pub gone_at: Timestamp,
}

/// Why something did not come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StaysInTrash {
    /// It is not in the trash: it has come back already, or gone for good.
    NotThere,
    /// An account or pool with its id is there: it came back in another way, with a snapshot or an import.
    Exists,
}

/// What came back, and what did not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrashRestored {
    /// These came back.
    pub restored: Vec<TrashId>,
    /// These did not.
    pub failed: Vec<(TrashId, StaysInTrash)>,
}
