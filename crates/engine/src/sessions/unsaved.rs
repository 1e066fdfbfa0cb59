//! Renewed sessions that the disk would not take: at hand until it does.

use std::collections::HashMap;

use parking_lot::Mutex;
use roster_domain::{Account, AccountId, Credential};

use crate::unlocked::Unlocked;

/// One for each such account.
#[derive(Debug, Default)]
pub(crate) struct Unsaved(Mutex<HashMap<AccountId, Credential>>);

impl Unsaved {
    /// The account's present session, where the vault does not have it yet.
    pub(crate) fn of(&self, account: &Account) -> Option<Credential> {
        self.0.lock().get(&account.id).filter(|kept| kept.generation == account.generation).cloned()
    }

    pub(super) fn keep(&self, account: &AccountId, session: Credential) {
        self.0.lock().insert(account.clone(), session);
    }

    /// The vault has one that was made with it.
    pub(crate) fn is_saved(&self, account: &AccountId) {
        self.0.lock().remove(account);
    }

    fn accounts(&self) -> Vec<AccountId> {
        self.0.lock().keys().cloned().collect()
    }
}

impl Unlocked {
    /// Tries to write what the disk would not take: it goes along with any change of its account.
    pub(crate) async fn save_unsaved(&self) {
        for id in self.unsaved.accounts() {
            if let Err(error) = self.change(&id, |_, _, _, _| Ok(())).await {
                tracing::error!(%error, account = %id, "a renewed session could not be written");
            }
        }
    }
}
