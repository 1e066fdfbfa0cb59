//! Finding pools.

use roster_domain::{PlatformId, PoolId};

use super::LivePool;
use crate::{Engine, Error, PoolView, book::Book, unlocked::Unlocked};

fn view(pool: &LivePool) -> PoolView {
    let stored = pool.stored().clone();
    PoolView {
        pool_id: stored.id,
        number: stored.number,
        name: stored.name,
        platform: stored.platform,
        description: stored.description,
        strategy: stored.strategy,
        max_size: stored.max_size,
        member_count: pool.len() as u64,
        ready_count: pool.ready_len() as u64,
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    }
}

/// A pool, or the error that it is not there.
pub(crate) fn find<'a>(book: &'a Book, pool: &PoolId) -> Result<&'a LivePool, Error> {
    book.pools.get(pool).ok_or_else(|| Error::PoolNotFound { id: pool.to_string() })
}

impl Unlocked {
    pub(super) fn pool_view(&self, pool: &PoolId) -> Result<PoolView, Error> {
        find(&self.book.read(), pool).map(view)
    }
}

impl Engine {
    /// All pools, or those of one platform; in the order they came.
    ///
    /// # Errors
    /// Only those of a vault that is not open.
    pub fn pools(&self, platform: Option<&PlatformId>) -> Result<Vec<PoolView>, Error> {
        let open = self.open()?;
        let book = open.book.read();
        let wanted = |pool: &&LivePool| platform.is_none_or(|platform| pool.stored().platform == *platform);
        Ok(book.pools.values().filter(wanted).map(view).collect())
    }

    /// A pool's id out of what stands in a path: its public id or its number.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`]
    pub fn pool_id(&self, text: &str) -> Result<PoolId, Error> {
        let open = self.open()?;
        let book = open.book.read();
        let number = text.parse::<u64>().ok();
        let wanted = |pool: &&LivePool| pool.stored().id.as_str() == text || Some(pool.stored().number) == number;
        let found = book.pools.values().find(wanted).map(|pool| pool.stored().id.clone());
        found.ok_or_else(|| Error::PoolNotFound { id: text.chars().take(64).collect() })
    }

    /// One pool.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`]
    pub fn pool(&self, pool: &PoolId) -> Result<PoolView, Error> {
        self.open()?.pool_view(pool)
    }
}
