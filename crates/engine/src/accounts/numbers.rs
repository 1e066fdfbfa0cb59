//! The creator's numbers.

use roster_domain::{AccountId, Numbers};

use crate::{AccountRef, Engine, Error, storage::Batch, unlocked::Unlocked};

/// Numbers younger than this are not asked for again, in seconds.
const FRESH_S: i64 = 10 * 60;

impl Engine {
    /// The creator's numbers: those kept if they are younger than 10 minutes, else asked for. Where the adapter cannot be
    /// asked, those that came with the last check.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Unsupported`], [`Error::Platform`], [`Error::Storage`]
    pub async fn numbers(&self, account: &AccountRef) -> Result<Numbers, Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        let (account, _, record) = open.snapshot(&id)?;
        let now = open.now();
        let can_ask = self.core.adapter(&account.platform)?.descriptor().capabilities.numbers;
        match open.store.numbers(record)? {
            Some(numbers) if !can_ask || now.as_second() - numbers.read_at.as_second() < FRESH_S => Ok(numbers),
            _ => open.whole(move |open| async move { open.read_numbers(&id).await }).await,
        }
    }
}

impl Unlocked {
    /// Asks for an account's numbers and keeps them.
    pub(crate) async fn read_numbers(&self, id: &AccountId) -> Result<Numbers, Error> {
        let (account, _, record) = self.snapshot(id)?;
        let adapter = self.core.adapter(&account.platform)?;
        if !adapter.descriptor().capabilities.numbers {
            return Err(Error::Unsupported { platform: account.platform.to_string(), what: "numbers" });
        }
        let credential = self.credential_of(&account, record)?;
        let _lane = self.lanes.enter(&account.platform, credential.site.as_deref()).await;
        let context = self.context_of(id, &credential)?;
        let numbers = self.unless_locked(adapter.numbers(&context, &credential)).await?;
        self.change(id, |_, upkeep, batch: &mut Batch, record| {
            upkeep.numbers_at = Some(numbers.read_at);
            batch.numbers(record, &numbers);
            Ok(())
        })
        .await?;
        Ok(numbers)
    }
}
