//! What a folder holds, and what opening it took.

use crate::slot::SlotKind;

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
    pub damaged: Vec<crate::error::Part>,
    /// Something could not be recovered. `None` means that every acknowledged record is there.
    pub lost: Option<Loss>,
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
        !self.rebuilt && self.damaged.is_empty() && self.lost.is_none()
    }
}
