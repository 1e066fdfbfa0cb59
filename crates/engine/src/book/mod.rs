//! What is in memory while the vault is open: every account's overview, indexed so that a page out of 100,000 takes
//! milliseconds, and every pool, ready to choose from.
//!
//! Each account has a slot, a small number that is reused after a deletion. Sets of accounts are bitmaps of slots.

mod counters;
mod facets;
mod query;
mod sets;
mod text;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use indexmap::IndexMap;
use jiff::Timestamp;
use roaring::RoaringBitmap;
use roster_domain::{Account, AccountId, AccountStatus, PlatformId, PoolId, UsageCounters, Verdict};

pub(crate) use counters::CounterCells;
use sets::Sets;
use text::TextIndex;

use crate::{
    AccountRef, AccountView, Card, Error, Forecast, NeedsMe, PoolLabel,
    pools::{LivePool, Standing},
    storage::{Contents, Ledger, RecordId, StoredAccount, StoredMember, Upkeep},
};

/// A session that ends within this time ends soon.
const SOON_S: i64 = 3 * 24 * 3600;

/// One account in memory.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) account: Arc<Account>,
    pub(crate) record: RecordId,
    pub(crate) upkeep: Upkeep,
    pub(crate) pools: Vec<PoolId>,
    name_key: Arc<str>,
}

/// All accounts and pools.
#[derive(Debug, Default)]
pub(crate) struct Book {
    rows: Vec<Option<Row>>,
    free: Vec<u32>,
    by_id: HashMap<AccountId, u32>,
    by_number: HashMap<u64, u32>,
    /// The accounts of one person at one platform, oldest number first.
    by_identity: HashMap<(PlatformId, String), BTreeSet<(u64, u32)>>,
    by_name: BTreeSet<(Arc<str>, u32)>,
    due: BTreeSet<(Timestamp, u32)>,
    sets: Sets,
    text: TextIndex,
    pub(crate) counters: CounterCells,
    pub(crate) pools: IndexMap<PoolId, LivePool>,
    pub(crate) ledger: Ledger,
}

/// What an account wants of its owner.
pub(crate) fn needs_me(account: &Account) -> Option<NeedsMe> {
    match account.status {
        AccountStatus::Expired => Some(NeedsMe::LogIn),
        AccountStatus::Inactive if !account.disabled => match account.last_check.as_ref().map(|check| check.verdict) {
            Some(Verdict::IdentityMismatch) => Some(NeedsMe::OtherPerson),
            _ => Some(NeedsMe::Restricted),
        },
        AccountStatus::Pending if account.generation == 0 => Some(NeedsMe::LogIn),
        AccountStatus::Inactive | AccountStatus::Pending | AccountStatus::Active => None,
    }
}

fn card_of(account: &Account) -> Card {
    Card {
        account_id: account.id.clone(),
        platform: account.platform.clone(),
        account_name: account.name.clone(),
        status: account.status,
    }
}

fn search_text(account: &Account) -> String {
    let nickname = account.profile.as_ref().map_or("", |profile| profile.name.as_str());
    let identity = account.identity.as_deref().unwrap_or("");
    let parts = [account.name.as_str(), nickname, account.id.as_str(), identity, account.note.as_str()];
    parts.join("\n").to_lowercase()
}

impl Book {
    /// The book of an opened vault.
    pub(crate) fn build(contents: &mut Contents) -> Self {
        let mut book = Self { ledger: contents.ledger, ..Self::default() };
        contents.accounts.sort_by_key(|(_, stored)| stored.account.number);
        for (record, stored) in contents.accounts.drain(..) {
            book.insert(record, stored);
        }
        for (id, usage) in contents.counters.drain(..).flat_map(super::storage::StoredCounters::into_iter) {
            if let Some(slot) = book.by_id.get(&id) {
                book.counters.raise(*slot, usage);
            }
        }
        contents.pools.sort_by_key(|(_, pool)| pool.number);
        for (record, pool) in contents.pools.drain(..) {
            book.ledger.last_pool = book.ledger.last_pool.max(pool.number);
            book.pools.insert(pool.id.clone(), LivePool::new(record, pool));
        }
        for (pool, members) in contents.members.drain(..) {
            for (account, member) in members {
                book.join(&pool, &account, member);
            }
        }
        book
    }

    /// Adds an account.
    pub(crate) fn insert(&mut self, record: RecordId, stored: StoredAccount) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.rows.push(None);
            u32::try_from(self.rows.len() - 1).unwrap_or(u32::MAX)
        });
        let account = Arc::new(stored.account);
        self.ledger.last_account = self.ledger.last_account.max(account.number);
        self.counters.reset(slot, card_of(&account), account.usage);
        self.by_id.insert(account.id.clone(), slot);
        self.by_number.insert(account.number, slot);
        let row = Row {
            name_key: Arc::from(account.name.to_lowercase()),
            account,
            record,
            upkeep: stored.upkeep,
            pools: Vec::new(),
        };
        self.index(slot, &row);
        self.text.set(slot, &search_text(&row.account));
        if let Some(place) = self.rows.get_mut(slot as usize) {
            *place = Some(row);
        }
        slot
    }

    fn index(&mut self, slot: u32, row: &Row) {
        let account = &row.account;
        self.by_name.insert((Arc::clone(&row.name_key), slot));
        if let Some(identity) = &account.identity {
            let key = (account.platform.clone(), identity.clone());
            self.by_identity.entry(key).or_default().insert((account.number, slot));
        }
        if let Some(at) = account.next_check_at {
            self.due.insert((at, slot));
        }
        self.sets.insert(slot, account);
    }

    fn unindex(&mut self, slot: u32, row: &Row) {
        let account = &row.account;
        self.by_name.remove(&(Arc::clone(&row.name_key), slot));
        if let Some(identity) = &account.identity {
            let key = (account.platform.clone(), identity.clone());
            if let Some(same) = self.by_identity.get_mut(&key) {
                same.remove(&(account.number, slot));
                if same.is_empty() {
                    self.by_identity.remove(&key);
                }
            }
        }
        if let Some(at) = account.next_check_at {
            self.due.remove(&(at, slot));
        }
        self.sets.remove(slot, account);
    }

    /// Puts a changed account in the place of what was there; nothing happens when it is gone.
    pub(crate) fn replace(&mut self, account: Account, upkeep: Upkeep) {
        let Some(slot) = self.by_id.get(&account.id).copied() else { return };
        let Some(mut row) = self.rows.get_mut(slot as usize).and_then(Option::take) else { return };
        let text_changed = search_text(&row.account) != search_text(&account);
        self.unindex(slot, &row);
        self.counters.set_card(slot, card_of(&account));
        if row.account.name != account.name {
            row.name_key = Arc::from(account.name.to_lowercase());
        }
        row.account = Arc::new(account);
        row.upkeep = upkeep;
        self.index(slot, &row);
        if text_changed {
            self.text.set(slot, &search_text(&row.account));
        }
        for pool in &row.pools {
            if let Some(pool) = self.pools.get_mut(pool) {
                pool.account_changed(slot, Standing::of(&row.account), row.account.priority, &self.counters);
            }
        }
        if let Some(place) = self.rows.get_mut(slot as usize) {
            *place = Some(row);
        }
    }

    /// Takes an account out, and out of all pools.
    pub(crate) fn remove(&mut self, id: &AccountId) {
        let Some(slot) = self.by_id.remove(id) else { return };
        let Some(row) = self.rows.get_mut(slot as usize).and_then(Option::take) else { return };
        self.unindex(slot, &row);
        self.by_number.remove(&row.account.number);
        self.text.clear(slot);
        for pool in &row.pools {
            if let Some(pool) = self.pools.get_mut(pool) {
                pool.leave(slot);
            }
        }
        self.counters.mark(slot);
        self.free.push(slot);
    }

    /// The slot of an account.
    pub(crate) fn find(&self, account: &AccountRef) -> Result<u32, Error> {
        let slot = match account {
            AccountRef::Number(number) => self.by_number.get(number),
            AccountRef::Id(id) => self.by_id.get(id),
        };
        slot.copied().ok_or_else(|| Error::AccountNotFound { id: account.to_string() })
    }

    /// The row of a slot.
    pub(crate) fn row(&self, slot: u32) -> Option<&Row> {
        self.rows.get(slot as usize).and_then(Option::as_ref)
    }

    /// The row of an account.
    pub(crate) fn get(&self, id: &AccountId) -> Option<&Row> {
        self.by_id.get(id).and_then(|slot| self.row(*slot))
    }

    /// The oldest account of a person.
    pub(crate) fn of_person(&self, platform: &PlatformId, identity: &str) -> Option<&Row> {
        let same = self.by_identity.get(&(platform.clone(), identity.to_owned()))?;
        same.first().and_then(|(_, slot)| self.row(*slot))
    }

    /// All slots with their rows.
    pub(crate) fn slots(&self) -> impl Iterator<Item = (u32, &Row)> {
        self.sets.all.iter().filter_map(|slot| Some((slot, self.row(slot)?)))
    }

    /// Moves an account in the schedule, in memory only.
    pub(crate) fn set_due(&mut self, slot: u32, at: Option<Timestamp>) {
        let Some(row) = self.rows.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        if let Some(before) = row.account.next_check_at {
            self.due.remove(&(before, slot));
        }
        Arc::make_mut(&mut row.account).next_check_at = at;
        if let Some(at) = at {
            self.due.insert((at, slot));
        }
    }

    /// The slots of the accounts whose check is due.
    pub(crate) fn slots_due_by(&self, now: Timestamp) -> Vec<u32> {
        self.due.range(..=(now, u32::MAX)).map(|(_, slot)| *slot).collect()
    }

    /// A pool's members in one shard, as they are stored.
    pub(crate) fn members_in(&self, pool: &LivePool, shard: u8) -> BTreeMap<AccountId, StoredMember> {
        let members = pool.slots().iter().filter(|slot| self.counters.shard(*slot) == Some(shard));
        members.filter_map(|slot| Some((self.row(slot)?.account.id.clone(), pool.member(slot)?))).collect()
    }

    /// When the first check is due.
    pub(crate) fn first_due(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    /// The accounts whose check is due, longest overdue first.
    pub(crate) fn due_by(&self, now: Timestamp) -> Vec<AccountId> {
        let due = self.due.range(..=(now, u32::MAX));
        due.filter_map(|(_, slot)| self.row(*slot)).map(|row| row.account.id.clone()).collect()
    }

    /// The counters of an account at this moment.
    pub(crate) fn usage(&self, slot: u32) -> UsageCounters {
        self.counters.get(slot)
    }

    /// The slots of a platform's accounts in some status.
    pub(crate) fn on_platform(&self, platform: &PlatformId) -> impl Iterator<Item = &Row> {
        let slots = self.sets.platform(platform).map(RoaringBitmap::iter);
        slots.into_iter().flatten().filter_map(|slot| self.row(slot))
    }

    /// An account with what else a list shows.
    pub(crate) fn view(&self, slot: u32, now: Timestamp) -> Option<AccountView> {
        let row = self.row(slot)?;
        let account = &row.account;
        let label =
            |id: &PoolId| Some(PoolLabel { pool_id: id.clone(), name: self.pools.get(id)?.stored().name.clone() });
        let first = account.identity.as_deref().and_then(|identity| self.of_person(&account.platform, identity));
        let forecast = |ends_at: Timestamp| Forecast { ends_at, soon: ends_at.as_second() - now.as_second() <= SOON_S };
        // A session that has ended lasts until no time.
        let lasts = account.expires_at.filter(|_| account.status != AccountStatus::Expired);
        Some(AccountView {
            account: Arc::clone(account),
            usage: self.usage(slot),
            pools: row.pools.iter().filter_map(label).collect(),
            forecast: lasts.map(forecast),
            needs_me: needs_me(account),
            duplicate_of: first.filter(|first| first.account.id != account.id).map(|first| first.account.id.clone()),
            checking: false,
            quota: row.upkeep.quotas.as_ref().and_then(|quotas| quotas.most_telling().cloned()),
            can_open: false,
            window_open: false,
        })
    }

    /// Puts an account into a pool, or changes its place there.
    pub(crate) fn join(&mut self, pool: &PoolId, account: &AccountId, member: StoredMember) {
        let Some(slot) = self.by_id.get(account).copied() else { return };
        let Some(row) = self.rows.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        let Some(live) = self.pools.get_mut(pool) else { return };
        live.join(slot, member, Standing::of(&row.account), row.account.priority, &self.counters);
        if !row.pools.contains(pool) {
            row.pools.push(pool.clone());
        }
    }

    /// Takes an account out of a pool.
    pub(crate) fn leave(&mut self, pool: &PoolId, account: &AccountId) {
        let Some(slot) = self.by_id.get(account).copied() else { return };
        if let Some(row) = self.rows.get_mut(slot as usize).and_then(Option::as_mut) {
            row.pools.retain(|other| other != pool);
        }
        if let Some(live) = self.pools.get_mut(pool) {
            live.leave(slot);
        }
    }

    /// Changes what is said about a pool.
    pub(crate) fn change_pool(&mut self, pool: &PoolId, stored: crate::storage::StoredPool) {
        if let Some(live) = self.pools.get_mut(pool) {
            live.change(stored, &self.counters);
        }
    }

    /// Takes a pool away; its accounts stay.
    pub(crate) fn dissolve(&mut self, pool: &PoolId) {
        self.pools.shift_remove(pool);
        for row in self.rows.iter_mut().flatten() {
            row.pools.retain(|other| other != pool);
        }
    }
}

#[cfg(test)]
mod tests;
