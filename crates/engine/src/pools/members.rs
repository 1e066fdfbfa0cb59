//! Who is in a pool.

use roster_domain::{AccountId, Member, PoolId, Priority};

use super::list::find;
use crate::{
    AccountRef, Engine, Error, Event, MemberPage, MemberView, Problem,
    accounts::priority_ok,
    storage::{Batch, StoredMember, shard_of},
    unlocked::Unlocked,
};

/// The longest page.
const LONGEST_PAGE: u32 = 500;

impl Engine {
    /// Adds an account to a pool, or changes its priority there.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::AccountNotFound`], [`Error::PoolFull`], [`Error::InvalidRequest`] for an
    /// account of another platform or a priority outside 1 to 10, [`Error::Storage`]
    pub async fn add_member(
        &self,
        pool: &PoolId,
        account: &AccountRef,
        priority: Option<u8>,
    ) -> Result<MemberView, Error> {
        let open = self.open()?;
        let priority = priority_ok(priority)?;
        find(&open.book.read(), pool)?;
        let (pool, account) = (pool.clone(), open.id_of(account)?);
        open.whole(move |open| async move {
            open.join(&pool, &account, priority).await?;
            open.member(&pool, &account)
        })
        .await
    }

    /// Takes an account out of a pool.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::AccountNotFound`], [`Error::NotAMember`], [`Error::Storage`]
    pub async fn remove_member(&self, pool: &PoolId, account: &AccountRef) -> Result<(), Error> {
        let open = self.open()?;
        find(&open.book.read(), pool)?;
        let (pool, account) = (pool.clone(), open.id_of(account)?);
        open.whole(move |open| async move { open.leave(&pool, &account).await }).await
    }

    /// Some of a pool's members, in the order they came.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::InvalidRequest`] for a limit outside 1 to 500
    pub fn members(&self, pool: &PoolId, limit: u32, offset: u32) -> Result<MemberPage, Error> {
        if limit == 0 || limit > LONGEST_PAGE {
            return Err(Error::invalid("limit", Problem::OutOfRange { min: 1, max: u64::from(LONGEST_PAGE) }));
        }
        let open = self.open()?;
        let now = open.now();
        let book = open.book.read();
        let pool = find(&book, pool)?;
        let page = pool.in_order().into_iter().skip(offset as usize).take(limit as usize);
        let members = page.filter_map(|(slot, stored)| {
            let account = book.view(slot, now)?;
            Some(MemberView { member: member_of(&account.account.id, stored), account })
        });
        Ok(MemberPage { members: members.collect(), total: pool.len() as u64 })
    }
}

fn member_of(account: &AccountId, stored: StoredMember) -> Member {
    Member { account_id: account.clone(), priority: stored.priority, added_at: stored.added_at }
}

impl Unlocked {
    fn member(&self, pool: &PoolId, account: &AccountId) -> Result<MemberView, Error> {
        let book = self.book.read();
        let slot = book.find(&account.into())?;
        let stored = find(&book, pool)?.member(slot);
        let (stored, account) = stored.zip(book.view(slot, self.now())).ok_or_else(|| not_a_member(pool, account))?;
        Ok(MemberView { member: member_of(&account.account.id, stored), account })
    }

    async fn join(&self, id: &PoolId, account: &AccountId, priority: Option<Priority>) -> Result<(), Error> {
        let _held = self.hold(account).await;
        let _pools = self.pool_writes.lock().await;
        let (batch, member) = {
            let book = self.book.read();
            let pool = find(&book, id)?;
            let slot = book.find(&account.into())?;
            let platform = &pool.stored().platform;
            if book.row(slot).is_none_or(|row| row.account.platform != *platform) {
                return Err(Error::invalid("account_id", Problem::OtherPlatform { expected: platform.to_string() }));
            }
            let before = pool.member(slot);
            if let Some(max_size) = pool.stored().max_size.filter(|max| before.is_none() && pool.len() >= *max as usize)
            {
                return Err(Error::PoolFull { max_size });
            }
            let fresh = StoredMember { priority, added_at: self.now(), order: pool.next_order() };
            let member = before.map_or(fresh, |before| StoredMember { priority, ..before });
            let shard = shard_of(account);
            let mut members = book.members_in(pool, shard);
            members.insert(account.clone(), member);
            let mut batch = Batch::new();
            batch.members(pool.record(), shard, id, members);
            (batch, member)
        };
        self.store.commit(batch).await?;
        self.book.write().join(id, account, member);
        self.membership_changed(account);
        Ok(())
    }

    async fn leave(&self, id: &PoolId, account: &AccountId) -> Result<(), Error> {
        let _held = self.hold(account).await;
        let _pools = self.pool_writes.lock().await;
        let batch = {
            let book = self.book.read();
            let pool = find(&book, id)?;
            let slot = book.find(&account.into())?;
            if pool.member(slot).is_none() {
                return Err(not_a_member(id, account));
            }
            let shard = shard_of(account);
            let mut members = book.members_in(pool, shard);
            members.remove(account);
            let mut batch = Batch::new();
            batch.members(pool.record(), shard, id, members);
            batch
        };
        self.store.commit(batch).await?;
        self.book.write().leave(id, account);
        self.membership_changed(account);
        Ok(())
    }

    fn membership_changed(&self, account: &AccountId) {
        self.core.events.emit(Event::PoolsChanged);
        self.core.events.accounts([account.clone()]);
    }
}

fn not_a_member(pool: &PoolId, account: &AccountId) -> Error {
    Error::NotAMember { pool: pool.clone(), account: account.clone() }
}
