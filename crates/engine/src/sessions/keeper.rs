//! What adapters reach of the vault: the session that they ask about, and nothing else.

use std::sync::{Arc, Weak};

use async_trait::async_trait;
use roster_domain::{AccountId, Credential, Precedence};
use roster_platform::{Sessions, Work};

use super::arrival::{Arrival, Taken};
use crate::{Error, unlocked::Unlocked};

/// Keeps one account's session of one generation.
pub(crate) struct Keeper {
    open: Weak<Unlocked>,
    account: AccountId,
    generation: u64,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").field("account", &self.account).finish_non_exhaustive()
    }
}

impl Keeper {
    pub(crate) fn of(open: &Unlocked, account: &AccountId, generation: u64) -> Arc<dyn Sessions> {
        Arc::new(Self { open: open.me.clone(), account: account.clone(), generation })
    }
}

#[async_trait]
impl Sessions for Keeper {
    async fn newest(&self) -> Option<Credential> {
        let open = self.open.upgrade()?;
        let (account, _, record) = open.snapshot(&self.account).ok()?;
        open.credential_of(&account, record).ok().filter(|kept| kept.generation == self.generation)
    }

    async fn hand_over(&self, from: &Credential, to: &Credential) {
        let Some(open) = self.open.upgrade() else { return };
        let from = Credential { generation: self.generation, ..from.clone() };
        let session = Credential { generation: self.generation, ..to.clone() };
        match open.take_session(&self.account, Arrival::rotated(from.clone(), session.clone())).await {
            Ok(Taken::Stored(_)) => {}
            Ok(Taken::Outdated | Taken::NotTheirs { .. }) | Err(Error::AccountNotFound { .. }) => {
                tracing::info!(account = %self.account, "a session was renewed that is not the account's any more");
            }
            Err(error) => {
                tracing::error!(%error, account = %self.account, "a renewed session could not be written; it is tried again");
                let mut kept = self.newest().await.unwrap_or_else(|| from.clone());
                kept.take_changes(&from, &session, Precedence::Arriving);
                open.unsaved.keep(&self.account, kept);
            }
        }
    }

    fn carry_out(&self, work: Work) {
        carry_out(&self.open, work);
    }

    fn is_closing(&self) -> bool {
        is_closing(&self.open)
    }
}

/// Locking waits for it; after a lock that did not, it ends all the same.
pub(super) fn carry_out(open: &Weak<Unlocked>, work: Work) {
    match open.upgrade() {
        Some(open) => drop(open.tasks.spawn(work)),
        None => drop(tokio::spawn(work)),
    }
}

/// Whether nothing new is to be begun.
pub(super) fn is_closing(open: &Weak<Unlocked>) -> bool {
    open.upgrade().is_none_or(|open| open.cancel.is_cancelled())
}
