//! What is shown of snapshots.

use jiff::Timestamp;
use roster_domain::{AccountId, PlatformId};
use roster_vault::{SnapshotId, SnapshotReason};

use crate::UndoId;

/// One snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotView {
    /// Its id.
    pub id: SnapshotId,
    /// When it was taken; of a damaged one, the date of its file.
    pub taken_at: Timestamp,
    /// Why; `None` when it is too damaged to say.
    pub reason: Option<SnapshotReason>,
    /// How many accounts it holds.
    pub accounts: u64,
    /// Its size on disk.
    pub bytes: u64,
    /// It is whole and authentic. One that is not cannot be restored.
    pub verified: bool,
}

/// An account in a preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotItem {
    /// Its public id.
    pub account_id: AccountId,
    /// Its name, as it is after restoring; of one that goes away, its name now.
    pub name: String,
    /// Its platform.
    pub platform: PlatformId,
}

/// What restoring a snapshot would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotPreview {
    /// The snapshot.
    pub snapshot: SnapshotView,
    /// Accounts that are not there now.
    pub comes_back: Vec<SnapshotItem>,
    /// Accounts that were not there then.
    pub goes_away: Vec<SnapshotItem>,
    /// Accounts that were different then: another session, other names, notes, labels.
    pub changes: Vec<SnapshotItem>,
    /// How many are as they were then.
    pub same: u64,
    /// How many pools come, go or change.
    pub pools_changed: u64,
}

/// What restoring did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restored {
    /// Accounts that came back.
    pub restored: u64,
    /// Accounts that were changed.
    pub changed: u64,
    /// Accounts that were removed.
    pub removed: u64,
    /// How to undo all of it.
    pub undo_id: Option<UndoId>,
}
