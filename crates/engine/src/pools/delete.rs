//! Deleting a pool.

use roster_domain::PoolId;

use crate::{Engine, Error};

impl Engine {
    /// Deletes a pool; its accounts stay. It waits in the trash for 30 days.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::Storage`]
    pub async fn delete_pool(&self, pool: &PoolId) -> Result<(), Error> {
        let pool = pool.clone();
        self.open()?.whole(move |open| async move { open.trash_pool(&pool).await }).await
    }
}
