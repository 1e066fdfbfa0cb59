//! Deleting a pool.

use roster_domain::PoolId;

use super::list::find;
use crate::{Engine, Error, Event, storage::Batch, unlocked::Unlocked};

impl Engine {
    /// Deletes a pool; its accounts stay.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::Storage`]
    pub async fn delete_pool(&self, pool: &PoolId) -> Result<(), Error> {
        let pool = pool.clone();
        self.open()?.whole(move |open| async move { open.delete_pool(&pool).await }).await
    }
}

impl Unlocked {
    async fn delete_pool(&self, id: &PoolId) -> Result<(), Error> {
        let _pools = self.pool_writes.lock().await;
        let mut batch = Batch::new();
        {
            let book = self.book.read();
            let pool = find(&book, id)?;
            let mut shards: Vec<u8> = pool.slots().iter().filter_map(|slot| book.counters.shard(slot)).collect();
            shards.sort_unstable();
            shards.dedup();
            batch.no_pool(pool.record(), shards);
        }
        self.store.commit(batch).await?;
        self.book.write().dissolve(id);
        self.core.events.emit(Event::PoolsChanged);
        Ok(())
    }
}
