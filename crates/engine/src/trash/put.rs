//! Into the trash.

use std::collections::BTreeSet;

use roster_domain::{AccountId, PoolId};

use crate::{
    Error, Event, UndoWhat,
    pools::find,
    storage::{Batch, RecordId, StoredAccount, Trashed, TrashedThing},
    undo::Way,
    unlocked::Unlocked,
};

use super::TrashId;

impl Unlocked {
    /// Moves accounts to the trash; answers those that were there.
    pub(crate) async fn trash_accounts(&self, ids: &[AccountId]) -> Result<Vec<AccountId>, Error> {
        let _held = self.hold_all(ids).await;
        let _pools = self.pool_writes.lock().await;
        let _numbering = self.numbering.lock().await;
        let trashed = self.trashed_accounts(ids);
        let mut batch = Batch::new();
        let gone = self.write_leaving(&mut batch, ids);
        if gone.is_empty() {
            return Ok(gone);
        }
        for (record, trashed) in &trashed {
            batch.no_overview(*record).trashed(*record, trashed);
        }
        self.store.commit(batch).await?;
        self.show_deletion(&gone);
        self.show_trashed(UndoWhat::DeleteAccounts, &trashed);
        Ok(gone)
    }

    fn trashed_accounts(&self, ids: &[AccountId]) -> Vec<(RecordId, Trashed)> {
        let (book, deleted_at) = (self.book.read(), self.now());
        let unique: BTreeSet<&AccountId> = ids.iter().collect();
        let trashed = |id: &AccountId| {
            let slot = book.find(&id.into()).ok()?;
            let row = book.row(slot)?;
            let mut account = roster_domain::Account::clone(&row.account);
            account.usage = book.usage(slot);
            let member = |pool: &PoolId| Some((pool.clone(), book.pools.get(pool)?.member(slot)?));
            let pools = row.pools.iter().filter_map(member).collect();
            let stored = Box::new(StoredAccount { account, upkeep: row.upkeep.clone() });
            Some((row.record, Trashed { deleted_at, thing: TrashedThing::Account { stored, pools } }))
        };
        unique.into_iter().filter_map(trashed).collect()
    }

    /// Moves a pool to the trash; its accounts stay.
    pub(crate) async fn trash_pool(&self, id: &PoolId) -> Result<(), Error> {
        let _pools = self.pool_writes.lock().await;
        let mut batch = Batch::new();
        let (record, trashed) = {
            let book = self.book.read();
            let pool = find(&book, id)?;
            let mut shards: Vec<u8> = pool.slots().iter().filter_map(|slot| book.counters.shard(slot)).collect();
            shards.sort_unstable();
            shards.dedup();
            let members = shards.iter().flat_map(|shard| book.members_in(pool, *shard)).collect();
            batch.no_pool(pool.record(), shards);
            let thing = TrashedThing::Pool { stored: pool.stored().clone(), members };
            (pool.record(), Trashed { deleted_at: self.now(), thing })
        };
        batch.trashed(record, &trashed);
        self.store.commit(batch).await?;
        self.book.write().dissolve(id);
        self.core.events.emit(Event::PoolsChanged);
        self.show_trashed(UndoWhat::DeletePool, &[(record, trashed)]);
        Ok(())
    }

    fn show_trashed(&self, what: UndoWhat, trashed: &[(RecordId, Trashed)]) {
        for (record, trashed) in trashed {
            self.trash.add(*record, trashed);
        }
        let ids: Vec<TrashId> = trashed.iter().map(|(record, _)| TrashId(*record)).collect();
        self.offer_undo(what, ids.len() as u64, Way::FromTrash(ids));
        self.jobs.wake();
    }
}
