//! What may still be used of what runs out: read from the platform, kept with the account, shown with its age.

use roster_domain::{AccountId, Quota, Quotas};
use roster_platform::ErrorKind;
use tokio_util::sync::CancellationToken;

use crate::{AccountRef, Engine, Error, unlocked::Unlocked};

/// Quotas younger than this are not asked for again, in seconds.
const FRESH_S: i64 = 10 * 60;

impl Engine {
    /// An account's quotas: those kept if they are younger than 10 minutes and `refresh` does not say otherwise, else
    /// asked for. Where the adapter cannot be asked, those that came with the last check. Where nobody is logged in,
    /// those kept; `None` when there never were any.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Unsupported`], [`Error::Platform`], [`Error::Storage`]
    pub async fn quotas(&self, account: &AccountRef, refresh: bool) -> Result<Option<Quotas>, Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        let (account, upkeep, _) = open.snapshot(&id)?;
        let can_ask = self.core.adapter(&account.platform)?.descriptor().capabilities.quotas;
        let kept = upkeep.quotas;
        let age = kept.as_ref().map(|quotas| open.now().as_second() - quotas.read_at.as_second());
        let fresh = age.is_some_and(|age| (0..FRESH_S).contains(&age));
        if !can_ask && kept.is_none() {
            return Err(Error::Unsupported { platform: account.platform.to_string(), what: "quotas" });
        }
        if !can_ask || account.credential_hash.is_none() || (fresh && !refresh) {
            return Ok(kept);
        }
        match open.whole(move |open| async move { open.read_quotas(&id, &open.cancel).await }).await {
            Ok(Some(quotas)) => Ok(Some(quotas)),
            Ok(None) => Err(Error::VaultLocked),
            // What is known is better than an error, unless somebody wants it anew.
            Err(Error::Platform(error)) if !refresh && kept.is_some() => {
                tracing::info!(%error, "quotas could not be read");
                Ok(kept)
            }
            Err(error) => Err(error),
        }
    }
}

impl Unlocked {
    /// Asks for an account's quotas and keeps them, unless it has another session by then; `None` when told to stop
    /// before the answer was there. What came is kept whatever happens.
    pub(crate) async fn read_quotas(
        &self,
        id: &AccountId,
        cancel: &CancellationToken,
    ) -> Result<Option<Quotas>, Error> {
        let (account, _, record) = self.snapshot(id)?;
        let adapter = self.core.adapter(&account.platform)?;
        if !adapter.descriptor().capabilities.quotas {
            return Err(Error::Unsupported { platform: account.platform.to_string(), what: "quotas" });
        }
        let credential = self.credential_of(&account, record)?;
        if cancel.is_cancelled() {
            return Ok(None);
        }
        let question = async {
            let _lane = self.lanes.enter(&account.platform, credential.site.as_deref()).await;
            let context = self.context_of(id, &credential)?;
            adapter.quotas(&context, &credential).await
        };
        let Some(asked) = cancel.run_until_cancelled(question).await else { return Ok(None) };
        let quotas = asked.map(sound).inspect_err(|error| {
            if error.kind == ErrorKind::NotLoggedIn {
                // The check finds out whether that is so, twice.
                self.check_soon(id);
            }
        })?;
        let kept = quotas.clone();
        self.change(id, |account, upkeep, _, _| {
            if account.generation == credential.generation {
                upkeep.quotas = Some(kept);
            }
            Ok(())
        })
        .await?;
        Ok(Some(quotas))
    }

    /// Makes an account's check due.
    fn check_soon(&self, id: &AccountId) {
        let now = self.now();
        let mut book = self.book.write();
        if let Ok(slot) = book.find(&id.into()) {
            book.set_due(slot, Some(now));
        }
        drop(book);
        self.jobs.wake();
    }
}

/// Quotas without what is no number.
pub(crate) fn sound(mut quotas: Quotas) -> Quotas {
    let number = |value: Option<f64>| value.filter(|value| value.is_finite());
    for quota in &mut quotas.items {
        let Quota { used, limit, left, .. } = quota;
        (*used, *limit, *left) = (number(*used), number(*limit), number(*left));
    }
    quotas
}
