//! One operation of an account at a time: two at once could each bring a session, and one of them would be lost.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use roster_domain::AccountId;
use tokio::sync::OwnedMutexGuard;

/// Whose turn it is.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashMap<AccountId, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// Waits for this account's turn.
    pub(super) async fn take(&self, account: &AccountId) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock();
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(account.clone()).or_default())
        };
        turn.lock_owned().await
    }
}
