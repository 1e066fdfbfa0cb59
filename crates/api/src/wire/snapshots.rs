//! Snapshots: whole sealed copies of the vault, to go back to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::words;

words! {
    /// Why a snapshot was taken.
    SnapshotReason mirrors roster_engine::SnapshotReason {
        /// The vault was locked.
        Lock,
        /// A day had passed.
        Daily,
        /// The owner asked for it.
        Owner,
        /// Before accounts from a file came in.
        BeforeImport,
        /// Before an older snapshot was brought back.
        BeforeRestore,
        /// Before everything that is not in use was erased.
        BeforeErase,
        /// Before many accounts were deleted at once.
        BeforeDelete,
        /// Before the vault was brought into a newer form.
        BeforeMigration,
    }
}

/// One snapshot.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotView {
    /// Its id.
    pub snapshot_id: String,
    /// When it was taken; of a damaged one, the date of its file.
    pub taken_at: Timestamp,
    /// Why; `null` when it is too damaged to say.
    #[schema(required = true)]
    pub reason: Option<SnapshotReason>,
    /// How many accounts it holds; 0 when it is damaged.
    pub accounts: u64,
    /// Its size on disk.
    pub bytes: u64,
    /// It is whole and authentic. One that is not cannot be restored.
    pub verified: bool,
}

/// All snapshots.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotListView {
    /// Newest first.
    pub snapshots: Vec<SnapshotView>,
    /// So many of the newest are kept …
    pub keep_newest: u32,
    /// … and the newest of so many days.
    pub keep_daily: u32,
}

/// An account in a preview.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotItemView {
    /// The public id.
    pub account_id: String,
    /// Its name.
    pub name: String,
    /// Its platform.
    pub platform: String,
}

/// What restoring a snapshot would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotPreviewView {
    /// The snapshot.
    pub snapshot: SnapshotView,
    /// Accounts that are not there now.
    pub comes_back: Vec<SnapshotItemView>,
    /// Accounts that were not there then.
    pub goes_away: Vec<SnapshotItemView>,
    /// Accounts that were different then.
    pub changes: Vec<SnapshotItemView>,
    /// How many are as they were then.
    pub same: u64,
    /// How many pools come, go or change.
    pub pools_changed: u64,
}

/// What to restore.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreRequest {
    /// Public ids, at most 10,000; `null` for everything, pools included.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 10_000)]
    pub account_ids: Option<Vec<String>>,
}

/// What restoring did.
#[derive(Debug, Serialize, ToSchema)]
pub struct RestoredView {
    /// Accounts that came back.
    pub restored: u64,
    /// Accounts that were changed.
    pub changed: u64,
    /// Accounts that were removed.
    pub removed: u64,
    /// How to undo all of it.
    #[schema(required = true)]
    pub undo_id: Option<String>,
}
