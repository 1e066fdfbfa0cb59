//! Out of the trash, for good.

use jiff::Timestamp;

use super::TrashId;
use crate::{Engine, Error, storage::Batch, unlocked::Unlocked};

impl Engine {
    /// Takes these out of the trash for good, or everything when `ids` is `None`; answers how many went. Their
    /// sealed bytes stay in copies of the vault until these are written anew; erasing the vault's deleted records
    /// ends that too.
    ///
    /// # Errors
    /// [`Error::Storage`]
    pub async fn empty_trash(&self, ids: Option<&[TrashId]>) -> Result<u64, Error> {
        let open = self.open()?;
        let ids = ids.map_or_else(|| open.trash.ids(), <[TrashId]>::to_vec);
        open.whole(move |open| async move { open.purge_trashed(&ids).await }).await
    }
}

impl Unlocked {
    /// Takes out of the trash what has been in it for 30 days.
    pub(crate) async fn purge_overdue(&self, now: Timestamp) -> Result<u64, Error> {
        self.purge_trashed(&self.trash.gone_by(now)).await
    }

    pub(crate) async fn purge_trashed(&self, ids: &[TrashId]) -> Result<u64, Error> {
        let _held = self.hold_all(&self.trash.accounts(ids)).await;
        let _pools = self.pool_writes.lock().await;
        let mut batch = Batch::new();
        let mut gone = Vec::new();
        for id in ids {
            let Some(trashed) = self.store.trashed(id.0)? else { continue };
            batch.no_trashed(id.0);
            // An account that came back in another way keeps what lies under its record.
            let in_use = match &trashed.thing {
                crate::storage::TrashedThing::Account { stored, .. } => {
                    self.book.read().get(&stored.account.id).is_some_and(|row| row.record == id.0)
                }
                crate::storage::TrashedThing::Pool { .. } => true,
            };
            if !in_use {
                batch.no_account(id.0);
            }
            gone.push(*id);
        }
        self.store.commit(batch).await?;
        self.trash.drop(ids);
        Ok(gone.len() as u64)
    }
}
