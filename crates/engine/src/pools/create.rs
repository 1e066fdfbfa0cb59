//! Making a pool.

use roster_domain::PoolId;

use super::{LivePool, description_ok, max_size_ok, name_ok};
use crate::{
    Engine, Error, Event, NewPool, PoolView,
    storage::{Batch, Ledger, RecordId, StoredPool},
    unlocked::Unlocked,
};

impl Engine {
    /// Makes a pool.
    ///
    /// # Errors
    /// [`Error::UnknownPlatform`], [`Error::InvalidRequest`], [`Error::Storage`]
    pub async fn create_pool(&self, new: NewPool) -> Result<PoolView, Error> {
        let open = self.open()?;
        self.core.adapter(&new.platform)?;
        let new = NewPool { name: name_ok(&new.name)?, ..new };
        description_ok(&new.description)?;
        max_size_ok(new.max_size, 0)?;
        open.whole(move |open| async move { open.create_pool(new).await }).await
    }
}

impl Unlocked {
    async fn create_pool(&self, new: NewPool) -> Result<PoolView, Error> {
        let now = self.now();
        let _pools = self.pool_writes.lock().await;
        let _numbering = self.numbering.lock().await;
        let mut ledger = self.book.read().ledger;
        ledger.last_pool += 1;
        let stored = StoredPool {
            id: PoolId::from_entropy(rand::random()),
            number: ledger.last_pool,
            name: new.name,
            platform: new.platform,
            description: new.description,
            strategy: new.strategy,
            max_size: new.max_size,
            created_at: now,
            updated_at: now,
        };
        let (id, record) = (stored.id.clone(), RecordId::make());
        let mut batch = Batch::new();
        batch.pool(record, &stored).ledger(&ledger);
        self.store.commit(batch).await?;
        {
            let mut book = self.book.write();
            book.ledger = Ledger { last_pool: ledger.last_pool, ..book.ledger };
            book.pools.insert(id.clone(), LivePool::new(record, stored));
        }
        self.core.events.emit(Event::PoolsChanged);
        self.pool_view(&id)
    }
}
