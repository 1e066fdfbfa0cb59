//! Changing an account.

use roster_domain::{Account, AccountId, AccountStatus, Verdict};

use super::rules::{foreign_id_ok, metadata_ok, name_ok, note_ok, priority_ok, tags_ok};
use crate::{AccountPatch, AccountRef, AccountView, Engine, Error, Problem, unlocked::Unlocked};

impl Engine {
    /// Changes an account.
    ///
    /// The status can be set to `inactive`, which keeps the account out of use whatever a check says, and to `active`,
    /// which gives it back: it is active at once if its last check said so and pending otherwise, and a check starts.
    /// An account that the owner never kept out of use keeps its status; only a check changes that.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::InvalidRequest`], [`Error::Storage`]
    pub async fn update_account(&self, account: &AccountRef, patch: AccountPatch) -> Result<AccountView, Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        let check_after = patch.status == Some(AccountStatus::Active);
        open.whole(move |open| async move {
            open.update(&id, patch).await?;
            let view = open.view(&(&id).into())?;
            if check_after && view.account.status != AccountStatus::Active {
                open.check_in_background(id);
            }
            Ok(view)
        })
        .await
    }
}

impl Unlocked {
    async fn update(&self, id: &AccountId, patch: AccountPatch) -> Result<(), Error> {
        let now = self.now();
        let reschedule = patch.status.is_some();
        self.change(id, |account, upkeep, _, _| {
            apply(account, patch)?;
            account.updated_at = now;
            if reschedule {
                account.next_check_at = self.next_regular_check(account, upkeep);
            }
            Ok(())
        })
        .await
    }
}

fn apply(account: &mut Account, patch: AccountPatch) -> Result<(), Error> {
    if let Some(name) = patch.account_name {
        rename(account, &name)?;
    }
    if let Some(tags) = patch.tags {
        tags_ok(&tags)?;
        account.tags = tags;
    }
    if let Some(metadata) = patch.metadata {
        metadata_ok(&metadata)?;
        account.metadata = metadata;
    }
    if let Some(note) = patch.note {
        note_ok(&note)?;
        account.note = note;
    }
    if let Some(user) = patch.user_id {
        account.user_id = foreign_id_ok("user_id", user)?;
    }
    if let Some(project) = patch.project_id {
        account.project_id = foreign_id_ok("project_id", project)?;
    }
    if let Some(priority) = priority_ok(patch.priority)? {
        account.priority = priority;
    }
    account.account_type = patch.account_type.unwrap_or(account.account_type);
    patch.status.map_or(Ok(()), |status| set_status(account, status))
}

fn rename(account: &mut Account, name: &str) -> Result<(), Error> {
    let name = name_ok("account_name", name)?;
    account.name_is_own = !name.is_empty();
    let nickname = account.profile.as_ref().map(|profile| profile.name.clone()).filter(|name| !name.is_empty());
    account.name = match (account.name_is_own, nickname) {
        (true, _) => name,
        (false, Some(nickname)) => nickname,
        (false, None) => format!("{} {}", account.platform, account.number),
    };
    Ok(())
}

pub(super) fn set_status(account: &mut Account, status: AccountStatus) -> Result<(), Error> {
    match status {
        AccountStatus::Inactive => set_in_use(account, false),
        AccountStatus::Active => set_in_use(account, true),
        AccountStatus::Pending | AccountStatus::Expired => return Err(Error::invalid("status", Problem::NotByHand)),
    }
    Ok(())
}

/// Keeps an account out of use, or gives it back when it was kept out of use.
pub(crate) fn set_in_use(account: &mut Account, in_use: bool) {
    if !in_use {
        account.disabled = true;
        account.status = AccountStatus::Inactive;
    } else if account.disabled {
        account.disabled = false;
        account.status = enabled_status(account);
    }
}

/// Where an account stands that was kept out of use and is not any more: where its last check left it.
fn enabled_status(account: &Account) -> AccountStatus {
    if account.generation == 0 {
        return AccountStatus::Expired;
    }
    match account.last_check.as_ref().map(|check| check.verdict) {
        Some(Verdict::Alive) => AccountStatus::Active,
        Some(Verdict::Restricted | Verdict::IdentityMismatch) => AccountStatus::Inactive,
        Some(Verdict::Expired | Verdict::Unknown | Verdict::PlatformChanged) | None => AccountStatus::Pending,
    }
}
