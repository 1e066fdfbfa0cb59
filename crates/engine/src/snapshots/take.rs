//! Taking snapshots and listing them.

use jiff::Timestamp;
use roster_vault::{SnapshotError, SnapshotId, SnapshotInfo, SnapshotReason};

use super::SnapshotView;
use crate::{Deed, Engine, Error, unlocked::Unlocked};

/// Deleting so many accounts at once is worth a snapshot.
const MANY: usize = 10;

impl Engine {
    /// All snapshots, newest first. Each is read and checked; one that is damaged says so and hides no other.
    ///
    /// # Errors
    /// [`Error::Storage`]
    pub async fn snapshots(&self) -> Result<Vec<SnapshotView>, Error> {
        let store = self.open()?.store.clone();
        let list = move || store.snapshots();
        let found = tokio::task::spawn_blocking(list).await.map_err(|error| Error::storage("list snapshots", error))?;
        Ok(found.map_err(snapshot_error)?.into_iter().map(SnapshotView::from).collect())
    }

    /// Takes a snapshot because the owner wants one.
    ///
    /// # Errors
    /// [`Error::Storage`]
    pub async fn take_snapshot(&self) -> Result<SnapshotView, Error> {
        let taken = self.open()?.whole(|open| async move { open.take_snapshot(SnapshotReason::Owner).await }).await?;
        let found = self.snapshots().await?.into_iter().find(|snapshot| snapshot.id == taken.id);
        found.ok_or_else(|| Error::SnapshotNotFound { id: taken.id.to_string() })
    }
}

impl Unlocked {
    /// Takes a snapshot of the present. What waits in memory is written first.
    pub(crate) async fn take_snapshot(&self, reason: SnapshotReason) -> Result<SnapshotInfo, Error> {
        self.flush_counters().await?;
        self.store.take_snapshot(reason, self.now()).await.map_err(snapshot_error)
    }
}

impl Unlocked {
    /// Takes a snapshot for safety's sake. When it cannot be written, what is about to happen happens all the same, and
    /// the owner can read that there is none.
    pub(crate) async fn take_snapshot_or_tell(&self, reason: SnapshotReason) {
        if let Err(error) = self.take_snapshot(reason).await {
            tracing::warn!(%error, ?reason, "no snapshot was taken");
            self.note(Deed::SnapshotFailed, None, None).await;
        }
    }

    /// A snapshot before a deletion of many.
    pub(crate) async fn snapshot_before_deleting(&self, many: usize) {
        if many >= MANY {
            self.take_snapshot_or_tell(SnapshotReason::BeforeDelete).await;
        }
    }
}

/// What a [`SnapshotError`] means to whoever asked.
pub(super) fn snapshot_error(error: SnapshotError) -> Error {
    match error {
        SnapshotError::Closed => Error::VaultLocked,
        other => Error::storage("snapshot", other),
    }
}

/// As [`snapshot_error`], about one that was named.
pub(super) fn about(id: SnapshotId) -> impl Fn(SnapshotError) -> Error {
    move |error| match error {
        SnapshotError::NotFound => Error::SnapshotNotFound { id: id.to_string() },
        SnapshotError::Damaged => Error::Conflict(crate::Clash::SnapshotDamaged),
        other => snapshot_error(other),
    }
}

impl From<SnapshotInfo> for SnapshotView {
    fn from(info: SnapshotInfo) -> Self {
        Self {
            id: info.id,
            taken_at: Timestamp::from_second(info.taken_at).unwrap_or_default(),
            reason: info.reason,
            accounts: info.records,
            bytes: info.bytes,
            verified: info.verified,
        }
    }
}
