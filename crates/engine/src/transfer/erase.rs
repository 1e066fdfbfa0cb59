//! Erasing for good: what was thrown away, and every trace of it.

use roster_domain::Secret;
use roster_vault::SnapshotReason;

use super::ErasedView;
use crate::{Deed, Engine, Error, unlocked::Unlocked};

impl Engine {
    /// Erases for good: the trash, all snapshots, damaged parts that were set aside, and whatever deleted records left
    /// in the vault's files; the vault gets new keys. What was copied elsewhere before, an export or a backup of the
    /// folder, is out of reach. The password is asked for again.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], [`Error::UnlockTooSoon`], [`Error::Storage`]; after the latter nothing live is lost,
    /// and it can be asked for again.
    pub async fn erase(&self, password: Secret<String>) -> Result<ErasedView, Error> {
        let open = self.open()?;
        self.core.prove_password(&open, password).await?;
        open.whole(|open| async move { open.erase().await }).await
    }
}

impl Unlocked {
    async fn erase(&self) -> Result<ErasedView, Error> {
        self.take_snapshot_or_tell(SnapshotReason::BeforeErase).await;
        let thrown_away = self.trash.ids();
        let purged = self.purge_trashed(&thrown_away).await?;
        // What could be undone lay in the trash and in snapshots.
        self.undos.clear();
        let erased = self.store.erase().await?;
        self.note(Deed::Erased, Some(purged), None).await;
        self.jobs.wake();
        Ok(ErasedView { freed_bytes: erased.freed_bytes, purged, snapshots_removed: erased.snapshots })
    }
}
