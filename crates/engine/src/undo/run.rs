//! Going back.

use roster_domain::Account;

use super::{FieldsBefore, UndoId, UndoItem, UndoWhat, Way};
use crate::{Engine, Error, storage::Batch, unlocked::Unlocked};

/// What undoing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undone {
    /// What was undone.
    pub what: UndoWhat,
    /// So many things are as they were.
    pub undone: u64,
    /// So many were left, because they have changed since or are gone.
    pub skipped: u64,
}

impl Engine {
    /// Takes an action back. What has changed since the action is left as it is now.
    ///
    /// # Errors
    /// [`Error::UndoNotFound`], [`Error::Storage`]; after the latter it can be tried again.
    pub async fn undo(&self, id: UndoId) -> Result<Undone, Error> {
        self.open()?.whole(move |open| async move { open.undo(id).await }).await
    }
}

impl Unlocked {
    async fn undo(&self, id: UndoId) -> Result<Undone, Error> {
        let taken = self.undos.take(id);
        let (item, way) = taken.ok_or_else(|| Error::UndoNotFound { id: id.to_string() })?;
        let done = self.go_back(&item, &way).await;
        if done.is_err() {
            self.undos.put_back(item, way);
        }
        done
    }

    async fn go_back(&self, item: &UndoItem, way: &Way) -> Result<Undone, Error> {
        let undone = match way {
            Way::FromTrash(ids) => self.restore_trashed(ids).await?.restored.len() as u64,
            Way::Fields(fields) => self.fields_back(fields).await?,
            Way::Snapshot { id, accounts } => self.accounts_back(*id, accounts).await?,
        };
        Ok(Undone { what: item.what, undone, skipped: item.count.saturating_sub(undone) })
    }

    /// Puts the owner's fields of accounts back; answers of how many.
    async fn fields_back(&self, fields: &[FieldsBefore]) -> Result<u64, Error> {
        let _held = self.hold_all(fields.iter().map(|fields| &fields.before.id)).await;
        let now = self.now();
        let mut batch = Batch::new();
        let mut changed = Vec::new();
        for FieldsBefore { before, after, proxy } in fields {
            let Ok((mut account, upkeep, record)) = self.snapshot(&before.id) else { continue };
            if !own_fields_back(&mut account, before, after) {
                continue;
            }
            if let Some(proxy) = proxy {
                self.write_proxy(&mut account, record, proxy.as_ref(), &mut batch);
                // One that was lost before does not come back, and neither does a way without it.
                account.proxy_hash.clone_from(&before.proxy_hash);
            }
            account.updated_at = now;
            account.next_check_at = self.next_regular_check(&account, &upkeep);
            batch.account(record, &account, &upkeep);
            changed.push((account, upkeep));
        }
        self.store.commit(batch).await?;
        let count = changed.len() as u64;
        self.show_changed(changed);
        Ok(count)
    }
}

/// Sets back what the action set and nobody has set since; answers whether that was everything it set.
fn own_fields_back(account: &mut Account, before: &Account, after: &Account) -> bool {
    let mut whole = true;
    if before.tags != after.tags {
        whole &= account.tags == after.tags;
    }
    if before.disabled != after.disabled {
        whole &= account.disabled == after.disabled;
    }
    if before.proxy_hash != after.proxy_hash {
        whole &= account.proxy_hash == after.proxy_hash;
    }
    if !whole {
        return false;
    }
    if before.tags != after.tags {
        account.tags.clone_from(&before.tags);
    }
    if before.disabled != after.disabled {
        crate::accounts::set_in_use(account, !before.disabled);
    }
    true
}
