//! Deleting accounts.

use std::{collections::BTreeSet, sync::Arc};

use roster_domain::AccountId;

use crate::{
    AccountRef, Engine, Error, Event,
    storage::{Batch, shard_of},
    unlocked::Unlocked,
};

impl Engine {
    /// Deletes an account: out of all pools and into the trash, where it stays for 30 days. Its number is never given
    /// again.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]
    pub async fn delete_account(&self, account: &AccountRef) -> Result<(), Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        let ids = vec![id.clone()];
        let deleted = open.whole(move |open| async move { open.trash_accounts(&ids).await }).await?;
        if deleted.is_empty() { Err(Error::AccountNotFound { id: id.to_string() }) } else { Ok(()) }
    }

    /// Deletes many in one step; answers those that were there. Before ten or more a snapshot is taken.
    ///
    /// # Errors
    /// [`Error::Storage`]
    pub async fn delete_accounts(&self, accounts: &[AccountId]) -> Result<Vec<AccountId>, Error> {
        let ids = accounts.to_vec();
        let delete = |open: Arc<Unlocked>| async move {
            open.snapshot_before_deleting(ids.len()).await;
            open.trash_accounts(&ids).await
        };
        self.open()?.whole(delete).await
    }
}

impl Unlocked {
    /// Puts the end of an account into a batch that leaves nothing for the trash; answers it if it is there. Hold it,
    /// the pools and the numbering first.
    pub(crate) fn write_end(&self, batch: &mut Batch, id: &AccountId) -> Vec<AccountId> {
        if let Some(row) = self.book.read().get(id) {
            batch.no_account(row.record);
        }
        self.write_leaving(batch, std::slice::from_ref(id))
    }

    /// Takes these accounts out of their pools in a batch; answers those that are there. Hold them, the pools and the
    /// numbering first.
    pub(crate) fn write_leaving(&self, batch: &mut Batch, ids: &[AccountId]) -> Vec<AccountId> {
        let book = self.book.read();
        let unique: BTreeSet<&AccountId> = ids.iter().filter(|id| book.get(id).is_some()).collect();
        let mut shards = BTreeSet::new();
        for row in unique.iter().filter_map(|id| book.get(id)) {
            shards.extend(row.pools.iter().map(|pool| (pool.clone(), shard_of(&row.account.id))));
        }
        for (pool, shard) in shards {
            if let Some(live) = book.pools.get(&pool) {
                let mut members = book.members_in(live, shard);
                members.retain(|id, _| !unique.contains(id));
                batch.members(live.record(), shard, &pool, members);
            }
        }
        // Should the account with the highest number go, the ledger still knows that it was given.
        batch.ledger(&book.ledger);
        unique.into_iter().cloned().collect()
    }

    /// Shows a deletion that has been written.
    pub(crate) fn show_deletion(&self, gone: &[AccountId]) {
        {
            let mut book = self.book.write();
            for id in gone {
                book.remove(id);
            }
        }
        self.core.events.accounts(gone.iter().cloned());
        self.core.events.emit(Event::PoolsChanged);
    }
}
