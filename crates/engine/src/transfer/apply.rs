//! Taking what was read into the vault: in one step, so that it is there or not.

use std::collections::{BTreeMap, BTreeSet};

use roster_domain::{Account, AccountId, AccountStatus, PoolId};
use roster_vault::SnapshotReason;

use super::{
    ImportWhat, ImportedView,
    pending::{Fate, Pending},
};
use crate::{
    Deed, Error, Event, UndoWhat,
    pools::LivePool,
    sessions::Arriving,
    storage::{
        Batch, Ledger, PortableAccount, PortablePool, RecordId, StoredAccount, StoredMember, StoredPool, Upkeep,
        shard_of,
    },
    undo::Way,
    unlocked::Unlocked,
};

/// What is about to be written.
#[derive(Default)]
struct Plan {
    new: Vec<(RecordId, StoredAccount)>,
    changed: Vec<(Account, Upkeep)>,
    /// From the ids in the file to those here, of everything that is here then.
    ids: BTreeMap<AccountId, AccountId>,
    ledger: Ledger,
}

impl Unlocked {
    pub(super) async fn take_in(&self, pending: &Pending, chosen: Option<&[u32]>) -> Result<ImportedView, Error> {
        let before = self.take_snapshot(SnapshotReason::BeforeImport).await?;
        // What is here may have changed since it was looked at.
        let targets: BTreeSet<AccountId> = self.fates(pending)?.into_iter().filter_map(|fate| fate.target).collect();
        let plan = {
            let _held = self.hold_all(&targets).await;
            let _pools = self.pool_writes.lock().await;
            let _numbering = self.numbering.lock().await;
            let mut batch = Batch::new();
            let plan = self.plan_in(pending, chosen, &mut batch)?;
            batch.ledger(&plan.ledger);
            self.store.commit(batch).await?;
            self.show_in(&plan);
            self.pools_in(&pending.pools, &plan).await?;
            plan
        };
        let (imported, updated) = (plan.new.len() as u64, plan.changed.len() as u64);
        let skipped = (pending.things.len() as u64).saturating_sub(imported + updated);
        let new = plan.new.into_iter().map(|(_, stored)| stored.account.id);
        let touched: Vec<AccountId> = new.chain(plan.changed.into_iter().map(|(account, _)| account.id)).collect();
        let count = imported + updated;
        let way = Way::Snapshot { id: before.id, accounts: touched };
        let undo_id = (count > 0).then(|| self.offer_undo(UndoWhat::Import, count, way));
        self.core.events.emit(Event::PoolsChanged);
        self.jobs.wake();
        self.note(Deed::Imported, Some(count), None).await;
        Ok(ImportedView { imported, updated, skipped, undo_id })
    }

    fn plan_in(&self, pending: &Pending, chosen: Option<&[u32]>, batch: &mut Batch) -> Result<Plan, Error> {
        let fates = self.fates(pending)?;
        let chosen: Option<BTreeSet<u32>> = chosen.map(|chosen| chosen.iter().copied().collect());
        let mut plan = Plan { ledger: self.book.read().ledger, ..Plan::default() };
        for ((thing, fate), item) in pending.things.iter().zip(&fates).zip(0_u32..) {
            let Ok(theirs) = &thing.content else { continue };
            let wanted = match &chosen {
                None => fate.is_welcome(),
                Some(chosen) => chosen.contains(&item) && fate.may_be_taken(),
            };
            let from = &theirs.stored.account.id;
            if !wanted {
                if let Some(target) = fate.target.as_ref().filter(|_| fate.what == ImportWhat::Same && thing.own_id) {
                    plan.ids.insert(from.clone(), target.clone());
                }
                continue;
            }
            let id = self.write_in(theirs, fate, thing.own_id, (&mut plan, batch))?;
            if thing.own_id {
                plan.ids.insert(from.clone(), id);
            }
        }
        Ok(plan)
    }

    fn write_in(
        &self,
        theirs: &PortableAccount,
        fate: &Fate,
        own_id: bool,
        (plan, batch): (&mut Plan, &mut Batch),
    ) -> Result<AccountId, Error> {
        match &fate.target {
            Some(target) => {
                let (mut account, upkeep, record) = self.snapshot(target)?;
                if own_id {
                    self.own_words_back(&mut account, &theirs.stored.account);
                }
                let hash = theirs.credential.as_ref().map(|credential| self.store.credential_hash(credential));
                if let Some(session) = theirs.credential.clone().filter(|_| hash != account.credential_hash) {
                    account.identity = account.identity.or_else(|| theirs.stored.account.identity.clone());
                    self.write_session((&mut account, record), Arriving::anew(session), batch);
                }
                if let Some(proxy) = &theirs.proxy {
                    self.write_proxy(&mut account, record, Some(proxy), batch);
                }
                batch.account(record, &account, &upkeep);
                plan.changed.push((account, upkeep));
                Ok(target.clone())
            }
            None => {
                let (record, stored) = self.born_of(theirs, own_id, (plan, batch));
                let id = stored.account.id.clone();
                plan.new.push((record, stored));
                Ok(id)
            }
        }
    }

    /// A new account out of a file: its own number, its first session here, its histories.
    fn born_of(
        &self,
        theirs: &PortableAccount,
        own_id: bool,
        (plan, batch): (&mut Plan, &mut Batch),
    ) -> (RecordId, StoredAccount) {
        let now = self.now();
        let record = RecordId::make();
        let mut account = Account { generation: 0, ..theirs.stored.account.clone() };
        if !own_id || self.book.read().get(&account.id).is_some() {
            account.id = AccountId::from_entropy(rand::random());
        }
        plan.ledger.last_account += 1;
        account.number = plan.ledger.last_account;
        if !own_id {
            account.created_at = now;
        }
        account.updated_at = now;
        (account.credential_hash, account.expires_at, account.next_check_at) = (None, None, None);
        match theirs.credential.clone() {
            Some(session) => {
                self.write_session((&mut account, record), Arriving::anew(session), batch);
                if account.status == AccountStatus::Active {
                    // It lived where it comes from; whether it does here, a check has to say.
                    account.status = AccountStatus::Pending;
                }
            }
            None if !account.disabled => account.status = AccountStatus::Expired,
            None => {}
        }
        // Without the proxy that it had there, it goes nowhere until the owner says how.
        if let Some(proxy) = &theirs.proxy {
            self.write_proxy(&mut account, record, Some(proxy), batch);
        }
        if account.name.is_empty() {
            account.name = format!("{} {}", account.platform, account.number);
        }
        let stored = StoredAccount { account, upkeep: Upkeep::default() };
        batch.account(record, &stored.account, &stored.upkeep);
        let (mut health, mut usage) = (theirs.health.clone(), theirs.usage.clone());
        if !health.is_empty() {
            batch.health(record, &mut health);
        }
        if !usage.is_empty() {
            batch.usage(record, &mut usage);
        }
        if let Some(numbers) = &theirs.numbers {
            batch.numbers(record, numbers);
        }
        (record, stored)
    }

    fn show_in(&self, plan: &Plan) {
        let mut ids: Vec<AccountId> = Vec::with_capacity(plan.new.len());
        {
            let mut book = self.book.write();
            book.ledger = Ledger { last_account: plan.ledger.last_account, ..book.ledger };
            for (record, stored) in &plan.new {
                ids.push(stored.account.id.clone());
                let slot = book.insert(*record, stored.clone());
                book.counters.mark(slot);
            }
            for (account, upkeep) in &plan.changed {
                ids.push(account.id.clone());
                book.replace(account.clone(), upkeep.clone());
            }
        }
        self.close_old_ways();
        self.core.events.accounts(ids);
    }

    /// Pools of the file whose members are here now: those that are here get them, the others are made. Hold the pools
    /// and the numbering first.
    async fn pools_in(&self, pools: &[PortablePool], plan: &Plan) -> Result<(), Error> {
        let mut batch = Batch::new();
        let mut made: Vec<(RecordId, StoredPool)> = Vec::new();
        let mut joining: Vec<(PoolId, AccountId, StoredMember)> = Vec::new();
        let mut ledger = self.book.read().ledger;
        for theirs in pools {
            let book = self.book.read();
            let on_platform =
                |id: &AccountId| book.get(id).is_some_and(|row| row.account.platform == theirs.pool.platform);
            let members = theirs.members.iter().filter_map(|(id, member)| Some((plan.ids.get(id)?.clone(), *member)));
            let members: Vec<_> = members.filter(|(id, _)| on_platform(id)).collect();
            let whole = members.is_empty() && theirs.members.is_empty();
            let here = book.pools.values().find(|live| {
                let stored = live.stored();
                stored.id == theirs.pool.id
                    || stored.name == theirs.pool.name && stored.platform == theirs.pool.platform
            });
            if members.is_empty() && !(whole && here.is_none()) {
                continue;
            }
            let (record, id, room) = match here {
                Some(live) => {
                    let most = live.stored().max_size.map_or(usize::MAX, |max| max as usize);
                    (live.record(), live.stored().id.clone(), most.saturating_sub(live.len()))
                }
                None => {
                    let pool = self.pool_of(&theirs.pool, &mut ledger);
                    let record = RecordId::make();
                    batch.pool(record, &pool);
                    let id = pool.id.clone();
                    made.push((record, pool));
                    (record, id, usize::MAX)
                }
            };
            let fresh = members.into_iter().filter(|(account, _)| {
                !here.is_some_and(|live| book.find(&account.into()).is_ok_and(|slot| live.member(slot).is_some()))
            });
            let places = here.map_or(0, LivePool::next_order)..;
            let mut shards: BTreeMap<u8, BTreeMap<AccountId, StoredMember>> = BTreeMap::new();
            for (order, (account, member)) in places.zip(fresh.take(room)) {
                let member = StoredMember { order, ..member };
                let shard = shard_of(&account);
                let there = shards
                    .entry(shard)
                    .or_insert_with(|| here.map_or_else(BTreeMap::new, |live| book.members_in(live, shard)));
                there.insert(account.clone(), member);
                joining.push((id.clone(), account, member));
            }
            for (shard, members) in shards {
                batch.members(record, shard, &id, members);
            }
        }
        batch.ledger(&ledger);
        self.store.commit(batch).await?;
        let mut book = self.book.write();
        book.ledger = Ledger { last_pool: ledger.last_pool, ..book.ledger };
        for (record, pool) in made {
            book.pools.insert(pool.id.clone(), LivePool::new(record, pool));
        }
        for (pool, account, member) in joining {
            book.join(&pool, &account, member);
        }
        Ok(())
    }

    fn pool_of(&self, theirs: &StoredPool, ledger: &mut Ledger) -> StoredPool {
        ledger.last_pool += 1;
        StoredPool { number: ledger.last_pool, updated_at: self.now(), ..theirs.clone() }
    }
}
