//! Choosing an account.

use jiff::Timestamp;
use roster_domain::PoolId;

use super::list::find;
use crate::{Engine, Error, Explanation, Selected, unlocked::Unlocked};

impl Engine {
    /// Chooses an account by the pool's strategy and counts the use. Only active accounts are chosen.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::NoAvailableAccount`]
    pub fn select(&self, pool: &PoolId, explain: bool) -> Result<Selected, Error> {
        self.open()?.select(pool, explain)
    }
}

impl Unlocked {
    /// Chooses an account.
    pub(crate) fn select(&self, id: &PoolId, explain: bool) -> Result<Selected, Error> {
        let now_ms = self.now().as_millisecond();
        let book = self.book.read();
        let pool = find(&book, id)?;
        let none = || Error::NoAvailableAccount { pool: id.clone(), why: pool.kept_out() };
        let choice = pool.choose(&book.counters, now_ms).ok_or_else(none)?;
        if choice.first_change {
            self.jobs.wake();
        }
        let explanation = explain.then(|| {
            Box::new(Explanation {
                strategy: pool.stored().strategy,
                priority: pool.priority(&choice).get(),
                use_count: choice.wear.0,
                last_used_at: Some(choice.wear.1)
                    .filter(|ms| *ms != i64::MIN)
                    .and_then(|ms| Timestamp::from_millisecond(ms).ok()),
                ready: pool.ready_len() as u64,
                others: pool.kept_out(),
            })
        });
        Ok(Selected { card: choice.card, explanation })
    }
}
