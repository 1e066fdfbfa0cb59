//! Pools as they were, when everything goes back.

use std::collections::{BTreeMap, BTreeSet};

use roster_domain::{AccountId, PoolId};

use super::compare::changed_pools;
use crate::{
    Error,
    pools::LivePool,
    storage::{Batch, Ledger, Past, RecordId, StoredMember, StoredPool, shard_of},
    unlocked::Unlocked,
};

/// A pool as it will be.
struct Target {
    record: RecordId,
    stored: StoredPool,
    members: BTreeMap<AccountId, StoredMember>,
}

impl Unlocked {
    /// Makes all pools as they were; those that were not there go to the trash.
    pub(super) async fn pools_back(&self, past: &Past) -> Result<(), Error> {
        let changed = changed_pools(&self.book.read(), past);
        for id in changed.iter().filter(|id| !past.pools.contains_key(*id)) {
            self.trash_pool(id).await?;
        }
        let _pools = self.pool_writes.lock().await;
        let _numbering = self.numbering.lock().await;
        let mut batch = Batch::new();
        let (targets, ledger) = self.write_pools(past, &changed, &mut batch);
        batch.ledger(&ledger);
        self.store.commit(batch).await?;
        let mut book = self.book.write();
        book.ledger = Ledger { last_pool: ledger.last_pool, ..book.ledger };
        for target in targets {
            let id = target.stored.id.clone();
            book.dissolve(&id);
            book.pools.insert(id.clone(), LivePool::new(target.record, target.stored));
            for (account, member) in target.members {
                book.join(&id, &account, member);
            }
            self.trash.came_back([target.record]);
        }
        Ok(())
    }

    fn write_pools(&self, past: &Past, changed: &BTreeSet<PoolId>, batch: &mut Batch) -> (Vec<Target>, Ledger) {
        let book = self.book.read();
        let mut ledger = book.ledger;
        let mut targets = Vec::new();
        for (id, (record, then)) in past.pools.iter().filter(|(id, _)| changed.contains(*id)) {
            let live = book.pools.get(id);
            let record = live.map_or(*record, LivePool::record);
            let mut stored = then.clone();
            let others = book.pools.values().filter(|other| other.stored().id != *id);
            if let Some(live) = live {
                stored.number = live.stored().number;
            } else if others.map(|other| other.stored().number).any(|number| number == stored.number) {
                ledger.last_pool += 1;
                stored.number = ledger.last_pool;
            }
            ledger.last_pool = ledger.last_pool.max(stored.number);
            stored.updated_at = self.now();
            let there = past.members.get(id).into_iter().flatten();
            let there = there
                .filter(|(account, _)| book.get(account).is_some_and(|row| row.account.platform == stored.platform));
            let members: BTreeMap<AccountId, StoredMember> = there.map(|(id, member)| (id.clone(), *member)).collect();
            let mut shards: BTreeMap<u8, BTreeMap<AccountId, StoredMember>> = BTreeMap::new();
            let before = live.into_iter().flat_map(|live| live.slots().iter());
            for shard in before.filter_map(|slot| book.counters.shard(slot)) {
                // An empty one takes the record away.
                shards.entry(shard).or_default();
            }
            for (account, member) in &members {
                shards.entry(shard_of(account)).or_default().insert(account.clone(), *member);
            }
            batch.pool(record, &stored).no_trashed(record);
            for (shard, members) in shards {
                batch.members(record, shard, id, members);
            }
            targets.push(Target { record, stored, members });
        }
        (targets, ledger)
    }
}
