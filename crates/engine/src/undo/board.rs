//! What can be undone.

use std::{collections::VecDeque, fmt, str::FromStr};

use jiff::Timestamp;
use parking_lot::Mutex;
use roster_domain::{Account, AccountId, Secret};
use roster_vault::SnapshotId;
use serde::{Serialize, Serializer};

use crate::{Engine, Error, Event, TrashId, unlocked::Unlocked};

/// How many actions are remembered.
const KEPT: usize = 20;

/// Names an action that can be undone: `undo_` and a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UndoId(pub(super) u64);

const PREFIX: &str = "undo_";

impl fmt::Display for UndoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0)
    }
}

impl Serialize for UndoId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for UndoId {
    type Err = Error;

    /// Text that cannot be one names nothing that can be undone.
    fn from_str(text: &str) -> Result<Self, Error> {
        let number = text.strip_prefix(PREFIX).and_then(|digits| digits.parse().ok());
        number.map(Self).ok_or_else(|| Error::UndoNotFound { id: text.chars().take(64).collect() })
    }
}

/// What sort of action it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UndoWhat {
    /// Accounts were deleted.
    DeleteAccounts,
    /// A pool was deleted.
    DeletePool,
    /// Several accounts were changed.
    UpdateAccounts,
    /// Accounts were brought back from a snapshot.
    Restore,
    /// Accounts were brought in from a file.
    Import,
}

/// An action that can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoItem {
    /// Its name.
    pub id: UndoId,
    /// What it was.
    pub what: UndoWhat,
    /// How many things it concerned.
    pub count: u64,
    /// When it was.
    pub at: Timestamp,
}

/// An account's own fields before and after an action.
#[derive(Debug, Clone)]
pub(crate) struct FieldsBefore {
    pub(crate) before: Account,
    pub(crate) after: Account,
    /// The proxy before, when the action gave it another.
    pub(crate) proxy: Option<Option<Secret<String>>>,
}

/// The way back.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    /// Out of the trash.
    FromTrash(Vec<TrashId>),
    /// The fields as they were.
    Fields(Vec<FieldsBefore>),
    /// These accounts as they were in the snapshot that was taken before the action.
    Snapshot {
        /// Which snapshot.
        id: SnapshotId,
        /// The accounts that the action touched.
        accounts: Vec<AccountId>,
    },
}

#[derive(Debug, Default)]
struct Remembered {
    last: u64,
    items: VecDeque<(UndoItem, Way)>,
}

/// The actions of an open vault that can be undone.
#[derive(Debug, Default)]
pub(crate) struct Undos(Mutex<Remembered>);

impl Undos {
    /// Forgets all of it.
    pub(crate) fn clear(&self) {
        self.0.lock().items.clear();
    }

    /// Takes an action off the list.
    pub(super) fn take(&self, id: UndoId) -> Option<(UndoItem, Way)> {
        let mut remembered = self.0.lock();
        let place = remembered.items.iter().position(|(item, _)| item.id == id)?;
        remembered.items.remove(place)
    }

    /// Puts it back in its place, after it could not be undone.
    pub(super) fn put_back(&self, item: UndoItem, way: Way) {
        let mut remembered = self.0.lock();
        let place = remembered.items.partition_point(|(other, _)| other.id < item.id);
        remembered.items.insert(place, (item, way));
    }
}

impl Unlocked {
    /// Remembers the way back from an action that has been carried out, and says that there is one.
    pub(crate) fn offer_undo(&self, what: UndoWhat, count: u64, way: Way) -> UndoId {
        let id = {
            let mut remembered = self.undos.0.lock();
            remembered.last += 1;
            let id = UndoId(remembered.last);
            remembered.items.push_back((UndoItem { id, what, count, at: self.now() }, way));
            if remembered.items.len() > KEPT {
                remembered.items.pop_front();
            }
            id
        };
        self.core.events.emit(Event::UndoOffered { undo_id: id, what, count });
        id
    }
}

impl Engine {
    /// What can be undone, newest first.
    ///
    /// # Errors
    /// Those of a vault that is not open.
    pub fn undoable(&self) -> Result<Vec<UndoItem>, Error> {
        let open = self.open()?;
        let remembered = open.undos.0.lock();
        Ok(remembered.items.iter().rev().map(|(item, _)| item.clone()).collect())
    }
}
