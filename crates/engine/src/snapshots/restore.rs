//! Bringing accounts and pools back as they were, by ordinary changes.

use std::collections::{BTreeMap, BTreeSet};

use roster_domain::{Account, AccountId, AccountStatus, PlatformId};
use roster_vault::{SnapshotId, SnapshotReason};

use super::{
    Restored,
    compare::{Difference, difference},
    preview::read_past,
};
use crate::{
    AccountRef, Deed, Engine, Error, Event, UndoWhat,
    sessions::Arriving,
    storage::{Batch, Ledger, Past, RecordId, StoredAccount, Upkeep, shard_of},
    undo::Way,
    unlocked::Unlocked,
};

/// What is about to be written.
#[derive(Default)]
struct Plan {
    back: Vec<(RecordId, StoredAccount)>,
    changed: Vec<(Account, Upkeep)>,
    ledger: Ledger,
}

impl Engine {
    /// Brings accounts back as a snapshot holds them, or everything: then accounts that were not there go to the trash,
    /// and pools are as they were. A snapshot of the present is taken first. Passwords and other ways to open the vault
    /// are no part of a snapshot.
    ///
    /// An account that would be a second one of a person who is here stays away.
    ///
    /// # Errors
    /// [`Error::SnapshotNotFound`], [`Error::Conflict`] for a damaged one, [`Error::Storage`]
    pub async fn restore_snapshot(&self, id: SnapshotId, accounts: Option<Vec<AccountId>>) -> Result<Restored, Error> {
        let open = self.open()?;
        let past = read_past(open.store.clone(), id).await?;
        open.whole(move |open| async move {
            let before = open.take_snapshot(SnapshotReason::BeforeRestore).await?;
            let done = open.bring_back(&past, accounts.as_deref()).await?;
            let touched = done.touched;
            let mut restored = done.counts;
            let count = restored.restored + restored.changed + restored.removed;
            if count > 0 {
                let way = Way::Snapshot { id: before.id, accounts: touched };
                restored.undo_id = Some(open.offer_undo(UndoWhat::Restore, count, way));
            }
            open.note(Deed::Restored, Some(count), None).await;
            Ok(restored)
        })
        .await
    }
}

impl Unlocked {
    /// Undoes an action on these accounts before which a snapshot was taken; answers how many are as they were.
    pub(crate) async fn accounts_back(&self, id: SnapshotId, accounts: &[AccountId]) -> Result<u64, Error> {
        let past = read_past(self.store.clone(), id).await?;
        let counts = self.bring_back(&past, Some(accounts)).await?.counts;
        Ok(counts.restored + counts.changed + counts.removed)
    }
}

/// What bringing back came to.
pub(crate) struct BroughtBack {
    pub(crate) counts: Restored,
    /// The accounts that are not as they were before.
    pub(crate) touched: Vec<AccountId>,
}

impl Unlocked {
    /// Makes the chosen accounts, or everything, as they were.
    pub(crate) async fn bring_back(&self, past: &Past, chosen: Option<&[AccountId]>) -> Result<BroughtBack, Error> {
        let present: Vec<AccountId> = self.book.read().slots().map(|(_, row)| row.account.id.clone()).collect();
        let named: Option<BTreeSet<&AccountId>> = chosen.map(|chosen| chosen.iter().collect());
        let wanted = |id: &AccountId| named.as_ref().is_none_or(|named| named.contains(id));
        // First those that go: a person who would be here twice otherwise may come back then.
        let going: Vec<AccountId> =
            present.into_iter().filter(|id| !past.accounts.contains_key(id) && wanted(id)).collect();
        let gone = if going.is_empty() { Vec::new() } else { self.trash_accounts(&going).await? };
        let ids: Vec<AccountId> = past.accounts.keys().filter(|id| wanted(id)).cloned().collect();
        let plan = {
            let _held = self.hold_all(&ids).await;
            let _pools = self.pool_writes.lock().await;
            let _numbering = self.numbering.lock().await;
            let mut batch = Batch::new();
            let plan = self.plan_back(past, &ids, &mut batch)?;
            batch.ledger(&plan.ledger);
            self.store.commit(batch).await?;
            self.show_back(&plan);
            plan
        };
        match chosen {
            None => self.pools_back(past).await?,
            Some(_) => self.places_back(past, &plan).await?,
        }
        let counts = Restored {
            restored: plan.back.len() as u64,
            changed: plan.changed.len() as u64,
            removed: gone.len() as u64,
            undo_id: None,
        };
        let back = plan.back.into_iter().map(|(_, stored)| stored.account.id);
        let touched = back.chain(plan.changed.into_iter().map(|(account, _)| account.id)).chain(gone).collect();
        self.core.events.emit(Event::PoolsChanged);
        self.jobs.wake();
        Ok(BroughtBack { counts, touched })
    }

    fn plan_back(&self, past: &Past, ids: &[AccountId], batch: &mut Batch) -> Result<Plan, Error> {
        let book = self.book.read();
        let mut plan = Plan { ledger: book.ledger, ..Plan::default() };
        let mut people: BTreeSet<(PlatformId, String)> = BTreeSet::new();
        for (record, then) in ids.iter().filter_map(|id| past.accounts.get(id)) {
            match difference(&book, then) {
                Difference::Same => {}
                Difference::Changes { session } => {
                    let Some(row) = book.get(&then.account.id) else { continue };
                    let (mut account, upkeep) = (Account::clone(&row.account), row.upkeep.clone());
                    self.own_words_back(&mut account, &then.account);
                    if let Some(credential) = past.credential(*record)?.filter(|_| session) {
                        self.write_session((&mut account, row.record), Arriving::anew(credential), batch);
                    }
                    if account.proxy_hash != then.account.proxy_hash {
                        self.way_back(past, (*record, &then.account), (&mut account, row.record), batch)?;
                    }
                    account.next_check_at = self.next_regular_check(&account, &upkeep).or(account.next_check_at);
                    batch.account(row.record, &account, &upkeep);
                    plan.changed.push((account, upkeep));
                }
                Difference::ComesBack => {
                    let person = then.account.identity.clone().map(|who| (then.account.platform.clone(), who));
                    let here = |(platform, who): &(PlatformId, String)| book.of_person(platform, who).is_some();
                    if person.as_ref().is_some_and(|person| here(person) || people.contains(person)) {
                        continue;
                    }
                    people.extend(person);
                    let taken = book.find(&AccountRef::Number(then.account.number)).is_ok();
                    let stored = self.returning(past, (*record, then), taken, (&mut plan.ledger, batch))?;
                    plan.back.push((*record, stored));
                }
            }
        }
        Ok(plan)
    }

    /// The proxy that the account had then. One that the snapshot has lost leaves the account without any way.
    fn way_back(
        &self,
        past: &Past,
        (from, then): (RecordId, &Account),
        (account, to): (&mut Account, RecordId),
        batch: &mut Batch,
    ) -> Result<(), Error> {
        let proxy = past.proxy(from)?;
        self.write_proxy(account, to, proxy.as_ref(), batch);
        account.proxy_hash = account.proxy_hash.take().or_else(|| then.proxy_hash.clone());
        Ok(())
    }

    /// What the owner said then. What the platform said since stays.
    pub(crate) fn own_words_back(&self, account: &mut Account, then: &Account) {
        if then.name_is_own || account.name_is_own {
            account.name.clone_from(&then.name);
            account.name_is_own = then.name_is_own;
        }
        account.account_type = then.account_type;
        account.priority = then.priority;
        account.tags.clone_from(&then.tags);
        account.metadata.clone_from(&then.metadata);
        account.user_id.clone_from(&then.user_id);
        account.project_id.clone_from(&then.project_id);
        account.note.clone_from(&then.note);
        if account.disabled != then.disabled {
            crate::accounts::set_in_use(account, !then.disabled);
        }
        account.updated_at = self.now();
    }

    /// An account that is not there any more, ready to be written.
    fn returning(
        &self,
        past: &Past,
        (record, then): (RecordId, &StoredAccount),
        number_taken: bool,
        (ledger, batch): (&mut Ledger, &mut Batch),
    ) -> Result<StoredAccount, Error> {
        let mut stored = then.clone();
        let account = &mut stored.account;
        if number_taken {
            ledger.last_account += 1;
            account.number = ledger.last_account;
        }
        ledger.last_account = ledger.last_account.max(account.number);
        if let Some(usage) = past.usage_of(&account.id) {
            account.usage = usage;
        }
        match past.credential(record)? {
            Some(credential) => self.write_session((account, record), Arriving::anew(credential), batch),
            None => account.next_check_at = None,
        }
        if account.status == AccountStatus::Active {
            // It lived then; whether it does now, a check has to say.
            account.status = AccountStatus::Pending;
        }
        account.updated_at = self.now();
        past.write_histories(record, record, batch)?;
        self.way_back(past, (record, &then.account), (account, record), batch)?;
        batch.account(record, account, &stored.upkeep).no_trashed(record);
        Ok(stored)
    }

    fn show_back(&self, plan: &Plan) {
        let mut ids: Vec<AccountId> = Vec::new();
        {
            let mut book = self.book.write();
            book.ledger = Ledger { last_account: plan.ledger.last_account, ..book.ledger };
            for (record, stored) in &plan.back {
                ids.push(stored.account.id.clone());
                let slot = book.insert(*record, stored.clone());
                book.counters.mark(slot);
            }
            for (account, upkeep) in &plan.changed {
                ids.push(account.id.clone());
                book.replace(account.clone(), upkeep.clone());
            }
        }
        self.trash.came_back(plan.back.iter().map(|(record, _)| *record));
        self.close_old_ways();
        self.core.events.accounts(ids);
    }

    /// The places of returning accounts in the pools that are there.
    async fn places_back(&self, past: &Past, plan: &Plan) -> Result<(), Error> {
        let _pools = self.pool_writes.lock().await;
        let mut batch = Batch::new();
        let mut joining = Vec::new();
        {
            let book = self.book.read();
            let mut shards = BTreeMap::new();
            for (pool, members) in &past.members {
                let Some(live) = book.pools.get(pool) else { continue };
                let room = live.stored().max_size.map_or(usize::MAX, |max| max as usize).saturating_sub(live.len());
                let back = plan.back.iter().filter_map(|(_, stored)| {
                    let member = members.get(&stored.account.id)?;
                    Some((stored.account.id.clone(), *member))
                });
                for (account, member) in back.take(room) {
                    let shard = shard_of(&account);
                    let there = shards
                        .entry((pool.clone(), shard))
                        .or_insert_with(|| (live.record(), book.members_in(live, shard)));
                    there.1.insert(account.clone(), member);
                    joining.push((pool.clone(), account, member));
                }
            }
            for ((pool, shard), (record, members)) in shards {
                batch.members(record, shard, &pool, members);
            }
        }
        self.store.commit(batch).await?;
        let mut book = self.book.write();
        for (pool, account, member) in joining {
            book.join(&pool, &account, member);
        }
        Ok(())
    }
}
