//! What was deleted, and what can be undone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::words;

words! {
    /// What sort of thing was deleted.
    TrashKind mirrors roster_engine::TrashKind {
        /// An account.
        Account,
        /// A pool.
        Pool,
    }
}

words! {
    /// Why something did not come back.
    StaysInTrash mirrors roster_engine::StaysInTrash {
        /// It is not in the trash any more.
        NotThere,
        /// It came back in another way already.
        Exists,
    }
}

words! {
    /// What sort of action can be undone.
    UndoWhat mirrors roster_engine::UndoWhat {
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
}

/// What lies in the trash, last deleted first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrashView {
    /// The things.
    pub items: Vec<TrashItemView>,
}

/// Something in the trash.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrashItemView {
    /// Its name in the trash.
    pub trash_id: String,
    /// What it is.
    pub kind: TrashKind,
    /// The account's or pool's name.
    pub name: String,
    /// Its platform.
    pub platform: String,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// When it goes for good.
    pub gone_at: Timestamp,
}

/// Things to bring back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrashRestoreRequest {
    /// Which, at most 10,000.
    #[schema(min_items = 1, max_items = 10_000)]
    pub trash_ids: Vec<String>,
}

/// What came back.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrashRestoredView {
    /// How many came back.
    pub restored: u64,
    /// Which did not.
    pub failed: Vec<TrashFailedView>,
}

/// Something that did not come back.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrashFailedView {
    /// Its name in the trash.
    pub trash_id: String,
    /// Why.
    pub reason: StaysInTrash,
}

/// Things to take out of the trash for good.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrashPurgeRequest {
    /// Which, at most 10,000; `null` for everything. It must be said: nothing goes because a field was forgotten.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true, max_items = 10_000)]
    pub trash_ids: Option<Vec<String>>,
}

/// What went for good.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrashPurgedView {
    /// How many.
    pub purged: u64,
}

/// What can be undone, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndoListView {
    /// The actions.
    pub items: Vec<UndoItemView>,
}

/// An action that can be undone.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndoItemView {
    /// Its name.
    pub undo_id: String,
    /// What it was.
    pub what: UndoWhat,
    /// How many things it concerned.
    pub count: u64,
    /// When it was.
    pub at: Timestamp,
}

/// What undoing came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndoneView {
    /// What was undone.
    pub what: UndoWhat,
    /// So many things are as they were.
    pub undone: u64,
    /// So many were left, because they have changed since or are gone.
    pub skipped: u64,
}
