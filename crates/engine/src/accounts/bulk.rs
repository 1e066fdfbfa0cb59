//! Changing several accounts in one step.

use std::collections::BTreeMap;

use roster_domain::{Account, AccountId, AccountStatus, Secret};

use super::{rules::tags_ok, update::set_status};
use crate::{
    Engine, Error, Problem, UndoWhat,
    proxies::proxy_ok,
    storage::{Batch, Upkeep},
    undo::{FieldsBefore, Way},
    unlocked::Unlocked,
};

/// What to change. What is empty stays.
#[derive(Debug, Clone, Default)]
pub struct BulkPatch {
    /// `inactive` keeps accounts out of use, `active` gives them back, as in [`Engine::update_account`].
    pub status: Option<AccountStatus>,
    /// Labels that are set; others stay.
    pub add_tags: BTreeMap<String, String>,
    /// Labels that are taken away.
    pub remove_tags: Vec<String>,
    /// The proxy of each from now on; `Some(None)` takes it away.
    pub proxy: Option<Option<Secret<String>>>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct BulkChanged {
    /// These are as the patch says.
    pub done: Vec<AccountId>,
    /// These were left, and why.
    pub skipped: Vec<(AccountId, Error)>,
}

impl Engine {
    /// Changes several accounts in one step that can be undone. An account that cannot take the change is left as it
    /// is and named; the others are changed.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] for the patch itself, [`Error::Storage`]
    pub async fn update_accounts(&self, accounts: &[AccountId], patch: BulkPatch) -> Result<BulkChanged, Error> {
        let says_nothing = patch.status.is_none() && patch.proxy.is_none();
        if says_nothing && patch.add_tags.is_empty() && patch.remove_tags.is_empty() {
            return Err(Error::invalid("status", Problem::Missing));
        }
        if matches!(patch.status, Some(AccountStatus::Pending | AccountStatus::Expired)) {
            return Err(Error::invalid("status", Problem::NotByHand));
        }
        tags_ok(&patch.add_tags)?;
        if let Some(Some(proxy)) = &patch.proxy {
            proxy_ok(proxy)?;
        }
        let ids = accounts.to_vec();
        self.open()?.whole(move |open| async move { open.update_many(ids, patch).await }).await
    }
}

impl Unlocked {
    async fn update_many(
        self: &std::sync::Arc<Self>,
        ids: Vec<AccountId>,
        patch: BulkPatch,
    ) -> Result<BulkChanged, Error> {
        let mut answer = BulkChanged::default();
        let mut fields = Vec::new();
        {
            let _held = self.hold_all(&ids).await;
            let now = self.now();
            let mut batch = Batch::new();
            let mut changed: Vec<(Account, Upkeep)> = Vec::new();
            for id in ids {
                match self.patched(&id, &patch) {
                    Ok(None) => answer.done.push(id),
                    Ok(Some((before, mut account, upkeep, record))) => {
                        account.updated_at = now;
                        if patch.status.is_some() {
                            account.next_check_at = self.next_regular_check(&account, &upkeep);
                        }
                        let way = self.other_way(&mut account, record, &patch, &mut batch);
                        batch.account(record, &account, &upkeep);
                        fields.push(FieldsBefore { before, after: account.clone(), proxy: way });
                        changed.push((account, upkeep));
                        answer.done.push(id);
                    }
                    Err(error) => answer.skipped.push((id, error)),
                }
            }
            self.store.commit(batch).await?;
            self.show_changed(changed);
        }
        if patch.status == Some(AccountStatus::Active) {
            let waiting = fields.iter().filter(|fields| fields.after.status != AccountStatus::Active);
            waiting.for_each(|fields| self.check_in_background(fields.after.id.clone()));
        }
        if !fields.is_empty() {
            self.offer_undo(UndoWhat::UpdateAccounts, fields.len() as u64, Way::Fields(fields));
        }
        Ok(answer)
    }

    /// Gives an account the patch's proxy; answers the one it had, where that is another.
    fn other_way(
        &self,
        account: &mut Account,
        record: crate::storage::RecordId,
        patch: &BulkPatch,
        batch: &mut Batch,
    ) -> Option<Option<Secret<String>>> {
        let wanted = patch.proxy.as_ref()?;
        let hash = wanted.as_ref().map(|proxy| self.store.proxy_hash(proxy));
        if hash == account.proxy_hash {
            return None;
        }
        let before = self.store.proxy(record).ok().flatten();
        self.write_proxy(account, record, wanted.as_ref(), batch);
        Some(before)
    }

    /// The account before and after the patch; `None` when the patch changes nothing.
    #[allow(clippy::type_complexity, reason = "the parts of a snapshot, twice the account")]
    fn patched(
        &self,
        id: &AccountId,
        patch: &BulkPatch,
    ) -> Result<Option<(Account, Account, Upkeep, crate::storage::RecordId)>, Error> {
        let (before, upkeep, record) = self.snapshot(id)?;
        let mut account = before.clone();
        for name in &patch.remove_tags {
            account.tags.remove(name);
        }
        account.tags.extend(patch.add_tags.clone());
        tags_ok(&account.tags)?;
        if let Some(status) = patch.status {
            set_status(&mut account, status)?;
        }
        let hash = patch.proxy.as_ref().map(|proxy| proxy.as_ref().map(|proxy| self.store.proxy_hash(proxy)));
        let same_way = hash.is_none_or(|hash| hash == before.proxy_hash);
        let same = account.tags == before.tags && account.disabled == before.disabled && same_way;
        Ok((!same).then_some((before, account, upkeep, record)))
    }

    /// Shows accounts that have been written.
    pub(crate) fn show_changed(&self, changed: Vec<(Account, Upkeep)>) {
        let ids: Vec<AccountId> = changed.iter().map(|(account, _)| account.id.clone()).collect();
        {
            let mut book = self.book.write();
            for (account, upkeep) in changed {
                book.replace(account, upkeep);
            }
        }
        self.close_old_ways();
        self.core.events.accounts(ids);
        self.jobs.wake();
    }
}
