//! What happened to the vault.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::words::words;

words! {
    /// What happened.
    Deed mirrors roster_engine::Deed {
        /// Changes that only the journal held were put in place.
        Recovered,
        /// The store was put together again from its copies.
        Rebuilt,
        /// Damaged parts were put aside.
        SetAside,
        /// Records could not be recovered.
        Lost,
        /// Records were brought to a newer form.
        Migrated,
        /// The vault got new keys.
        Rotated,
        /// A snapshot could not be written.
        SnapshotFailed,
        /// Accounts were brought back from a snapshot.
        Restored,
        /// Accounts were brought in from a file.
        Imported,
        /// What had been deleted was erased for good.
        Erased,
        /// The password was changed.
        PasswordChanged,
        /// A way to open the vault was added.
        SlotAdded,
        /// A way to open the vault was taken away.
        SlotRemoved,
    }
}

/// What happened to the vault, and what lies aside of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryView {
    /// The lines, newest first, at most 500.
    pub entries: Vec<HistoryEntryView>,
    /// The damaged parts that are kept, newest first.
    pub set_aside: Vec<SetAsideView>,
}

/// One line.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryEntryView {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Deed,
    /// How many it concerned, where that says something.
    #[schema(required = true)]
    pub count: Option<u64>,
    /// Which, where that says something.
    #[schema(required = true)]
    pub detail: Option<String>,
}

/// The damaged parts that one opening put aside.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetAsideView {
    /// Name of the folder within the vault's folder `damaged`.
    pub name: String,
    /// When it was put there.
    #[schema(required = true)]
    pub at: Option<Timestamp>,
    /// The files and folders in it.
    pub parts: Vec<String>,
    /// Size of all files in it.
    pub bytes: u64,
}
