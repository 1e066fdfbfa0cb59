//! What a folder holds, and what opening it took.

use crate::error::Part;
use crate::record::RecordId;
use crate::slot::SlotKind;

/// Records an [`OpenReport`] names at most.
const NAMED: usize = 100;

/// What [`inspect`](crate::inspect) finds in a folder, without password and without touching anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// No vault, and nothing of one.
    Absent,
    /// A vault.
    Present {
        /// Its format.
        format: u16,
        /// What opens it.
        slots: Vec<SlotKind>,
    },
}

/// What opening the vault took, for one sentence to the owner. All quiet is the default value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenReport {
    /// Acknowledged commits that were only in the journal, because the program did not end properly. Nothing
    /// to worry the owner with.
    pub replayed: u64,
    /// The working store was damaged, and everything was put together again from the copies.
    pub rebuilt: bool,
    /// Parts that were found damaged, missing or older than they should be. A copy is kept of those that were
    /// there.
    pub damaged: Vec<Part>,
    /// Something could not be recovered. `None` means that every acknowledged record is there.
    pub lost: Option<Loss>,
    /// Records the working store did not have as they should be, as far as they can be told apart: at most 100.
    pub records: Vec<Named>,
    /// How many more there were.
    pub more_records: u64,
}

/// A record that was not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Name of its kind; `None` when it is of no kind this vault knows.
    pub kind: Option<String>,
    /// Its id.
    pub id: RecordId,
    /// What was wrong.
    pub trouble: Trouble,
    /// Whether it is as it should be now.
    pub mended: bool,
}

/// What was wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// It was not there.
    Missing,
    /// It had other content than was stored.
    Changed,
    /// An earlier version was in its place, or it was there although it had been deleted.
    Older,
    /// It was never stored.
    Added,
}

/// What is known about something that could not be recovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// Records there should be.
    pub expected: u64,
    /// Records there are. It may be the same number, or more, when what was lost were newer versions or deletions.
    pub found: u64,
}

impl OpenReport {
    /// Whether there is anything the owner should hear about.
    pub fn is_quiet(&self) -> bool {
        !self.rebuilt && self.damaged.is_empty() && self.lost.is_none() && self.records.is_empty()
    }

    /// Says of a part that it was damaged.
    pub(crate) fn damage(&mut self, part: Part) {
        if !self.damaged.contains(&part) {
            self.damaged.push(part);
        }
    }

    /// Names records, as many as there is room for.
    pub(crate) fn name(&mut self, found: impl IntoIterator<Item = Named>) {
        for record in found {
            if self.records.len() < NAMED {
                self.records.push(record);
            } else {
                self.more_records += 1;
            }
        }
    }

    /// Adds what another look found.
    #[cfg(test)]
    pub(crate) fn add(&mut self, other: Self) {
        self.replayed += other.replayed;
        self.rebuilt |= other.rebuilt;
        self.lost = other.lost.or(self.lost);
        self.more_records += other.more_records;
        other.damaged.into_iter().for_each(|part| self.damage(part));
        self.name(other.records);
    }
}
