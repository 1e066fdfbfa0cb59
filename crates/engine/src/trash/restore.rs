//! Out of the trash, back into use.

use std::collections::BTreeMap;

use roster_domain::{AccountId, PoolId};

use super::{StaysInTrash, TrashId, TrashRestored};
use crate::{
    AccountRef, Engine, Error, Event,
    book::Book,
    pools::LivePool,
    storage::{Batch, Ledger, RecordId, StoredAccount, StoredMember, StoredPool, Trashed, TrashedThing, shard_of},
    unlocked::Unlocked,
};

/// An account about to come back.
struct Returning {
    record: RecordId,
    stored: StoredAccount,
    pools: Vec<(PoolId, StoredMember)>,
}

/// A pool about to come back.
struct ReturningPool {
    record: RecordId,
    stored: StoredPool,
    members: BTreeMap<AccountId, StoredMember>,
}

/// Members of pools by shard, as they will be.
type Places = BTreeMap<(PoolId, u8), BTreeMap<AccountId, StoredMember>>;

#[derive(Default)]
struct Plan {
    accounts: Vec<Returning>,
    pools: Vec<ReturningPool>,
    answer: TrashRestored,
}

impl Engine {
    /// Brings things back out of the trash: accounts with their sessions, histories and places in the pools that
    /// are still there, pools with those of their members that are.
    ///
    /// # Errors
    /// [`Error::Storage`]. What cannot come back is named in the answer.
    pub async fn restore_from_trash(&self, ids: &[TrashId]) -> Result<TrashRestored, Error> {
        let ids = ids.to_vec();
        self.open()?.whole(move |open| async move { open.restore_trashed(&ids).await }).await
    }
}

impl Unlocked {
    /// See [`Engine::restore_from_trash`].
    pub(crate) async fn restore_trashed(&self, ids: &[TrashId]) -> Result<TrashRestored, Error> {
        let accounts = self.trash.accounts(ids);
        let _held = self.hold_all(&accounts).await;
        let _pools = self.pool_writes.lock().await;
        let _numbering = self.numbering.lock().await;
        let mut plan = self.plan_return(ids)?;
        let mut batch = Batch::new();
        let (ledger, places) = {
            let book = self.book.read();
            let ledger = renumber(&book, &mut plan);
            (ledger, places(&book, &plan))
        };
        let records: BTreeMap<&PoolId, RecordId> =
            plan.pools.iter().map(|pool| (&pool.stored.id, pool.record)).collect();
        for pool in &plan.pools {
            batch.pool(pool.record, &pool.stored).no_trashed(pool.record);
        }
        for ((pool, shard), members) in &places {
            let there = self.book.read().pools.get(pool).map(LivePool::record);
            if let Some(record) = there.or_else(|| records.get(pool).copied()) {
                batch.members(record, *shard, pool, members.clone());
            }
        }
        for account in &plan.accounts {
            batch.account(account.record, &account.stored.account, &account.stored.upkeep).no_trashed(account.record);
        }
        batch.ledger(&ledger);
        if !plan.answer.restored.is_empty() {
            self.store.commit(batch).await?;
            let changed = plan.answer.restored.clone();
            let answer = self.show_return(plan, ledger, places);
            self.trash.drop(&changed);
            return Ok(answer);
        }
        Ok(plan.answer)
    }

    fn plan_return(&self, ids: &[TrashId]) -> Result<Plan, Error> {
        let mut plan = Plan::default();
        let now = self.now();
        for id in ids {
            if plan.answer.restored.contains(id) {
                continue;
            }
            let Some(Trashed { thing, .. }) = self.store.trashed(id.0)? else {
                plan.answer.failed.push((*id, StaysInTrash::NotThere));
                continue;
            };
            let book = self.book.read();
            let exists = match &thing {
                TrashedThing::Account { stored, .. } => book.get(&stored.account.id).is_some(),
                TrashedThing::Pool { stored, .. } => book.pools.contains_key(&stored.id),
            };
            if exists {
                plan.answer.failed.push((*id, StaysInTrash::Exists));
                continue;
            }
            plan.answer.restored.push(*id);
            match thing {
                TrashedThing::Account { mut stored, pools } => {
                    // Its session may have ended meanwhile.
                    stored.account.next_check_at = Some(now);
                    stored.account.updated_at = now;
                    plan.accounts.push(Returning { record: id.0, stored: *stored, pools });
                }
                TrashedThing::Pool { stored, members } => {
                    plan.pools.push(ReturningPool { record: id.0, stored, members });
                }
            }
        }
        Ok(plan)
    }

    fn show_return(&self, plan: Plan, ledger: Ledger, places: Places) -> TrashRestored {
        let accounts: Vec<AccountId> = plan.accounts.iter().map(|back| back.stored.account.id.clone()).collect();
        {
            let mut book = self.book.write();
            book.ledger = ledger;
            for pool in plan.pools {
                book.pools.insert(pool.stored.id.clone(), LivePool::new(pool.record, pool.stored));
            }
            for back in plan.accounts {
                let slot = book.insert(back.record, back.stored);
                book.counters.mark(slot);
            }
            for ((pool, _), members) in places {
                for (account, member) in members {
                    book.join(&pool, &account, member);
                }
            }
        }
        self.core.events.accounts(accounts);
        self.core.events.emit(Event::PoolsChanged);
        self.jobs.wake();
        plan.answer
    }
}

/// Gives a new number to whatever would come back with one that is taken, which only a restored snapshot can cause.
fn renumber(book: &Book, plan: &mut Plan) -> Ledger {
    let mut ledger = book.ledger;
    for back in &mut plan.accounts {
        let account = &mut back.stored.account;
        if book.find(&AccountRef::Number(account.number)).is_ok() {
            ledger.last_account += 1;
            account.number = ledger.last_account;
        }
        ledger.last_account = ledger.last_account.max(account.number);
    }
    for pool in &mut plan.pools {
        if book.pools.values().any(|other| other.stored().number == pool.stored.number) {
            ledger.last_pool += 1;
            pool.stored.number = ledger.last_pool;
        }
        ledger.last_pool = ledger.last_pool.max(pool.stored.number);
    }
    ledger
}

/// Who is where afterwards, in the shards that change.
fn places(book: &Book, plan: &Plan) -> Places {
    let returning: BTreeMap<&AccountId, &Returning> =
        plan.accounts.iter().map(|back| (&back.stored.account.id, back)).collect();
    let mut places = Places::new();
    for pool in &plan.pools {
        for (account, member) in &pool.members {
            if book.get(account).is_some() || returning.contains_key(account) {
                let key = (pool.stored.id.clone(), shard_of(account));
                places.entry(key).or_default().insert(account.clone(), *member);
            }
        }
    }
    for back in &plan.accounts {
        let account = &back.stored.account;
        for (pool, member) in &back.pools {
            let shard = shard_of(&account.id);
            let comes_back = plan.pools.iter().any(|other| other.stored.id == *pool);
            let live = book.pools.get(pool);
            if !comes_back && live.is_none() {
                continue;
            }
            let there = || live.map(|live| book.members_in(live, shard)).unwrap_or_default();
            let members = places.entry((pool.clone(), shard)).or_insert_with(there);
            members.insert(account.id.clone(), *member);
        }
    }
    places
}
