//! Changing a pool.

use roster_domain::PoolId;

use super::{description_ok, list::find, max_size_ok, name_ok};
use crate::{Engine, Error, Event, PoolPatch, PoolView, storage::Batch, unlocked::Unlocked};

impl Engine {
    /// Changes a pool. Its platform stays.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::InvalidRequest`], [`Error::Storage`]
    pub async fn update_pool(&self, pool: &PoolId, patch: PoolPatch) -> Result<PoolView, Error> {
        let pool = pool.clone();
        self.open()?.whole(move |open| async move { open.update_pool(&pool, patch).await }).await
    }
}

impl Unlocked {
    async fn update_pool(&self, id: &PoolId, patch: PoolPatch) -> Result<PoolView, Error> {
        let _pools = self.pool_writes.lock().await;
        let (record, mut stored, members) = {
            let book = self.book.read();
            let pool = find(&book, id)?;
            (pool.record(), pool.stored().clone(), pool.len())
        };
        if let Some(name) = patch.name {
            stored.name = name_ok(&name)?;
        }
        if let Some(description) = patch.description {
            description_ok(&description)?;
            stored.description = description;
        }
        if let Some(max_size) = patch.max_size {
            max_size_ok(max_size, members)?;
            stored.max_size = max_size;
        }
        stored.strategy = patch.strategy.unwrap_or(stored.strategy);
        stored.updated_at = self.now();
        let mut batch = Batch::new();
        batch.pool(record, &stored);
        self.store.commit(batch).await?;
        self.book.write().change_pool(id, stored);
        self.core.events.emit(Event::PoolsChanged);
        self.pool_view(id)
    }
}
