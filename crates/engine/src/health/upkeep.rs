//! What is done for a living session now and then, beyond asking whether it lives: renewal, the creator's numbers, quotas.

use std::sync::Arc;

use jiff::Timestamp;
use roster_domain::{AccountId, AccountStatus, Credential, PlatformId};
use roster_platform::{Adapter, Renewal};

use crate::{AccountRef, Engine, Error, sessions::Arriving, unlocked::Unlocked};

/// How often the platform is asked whether a session should be renewed, in seconds: once a day.
const RENEWAL_EVERY_S: i64 = 24 * 3600;
/// A session that ends within this time is renewed more often.
const NEAR_END_S: i64 = 3 * 24 * 3600;
/// How often then.
const NEAR_END_EVERY_S: i64 = 6 * 3600;
/// How often numbers are read by themselves: once a day.
const NUMBERS_EVERY_S: i64 = 24 * 3600;
/// How often quotas are read by themselves: they run out within a day.
const QUOTAS_EVERY_S: i64 = 6 * 3600;

fn older(at: Option<Timestamp>, seconds: i64, now: Timestamp) -> bool {
    at.is_none_or(|at| now.as_second() - at.as_second() >= seconds || at > now)
}

impl Engine {
    /// Renews an account's session now; answers whether the platform saw a need.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Unsupported`], [`Error::Platform`], [`Error::Storage`]
    pub async fn renew_account(&self, account: &AccountRef) -> Result<bool, Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        open.whole(move |open| async move { open.renew(&id).await }).await
    }
}

impl Unlocked {
    /// Does for an account that has just been found alive what its time has come for.
    pub(crate) async fn look_after(&self, id: &AccountId) -> Result<(), Error> {
        let (account, upkeep, _) = self.snapshot(id)?;
        let Ok(adapter) = self.core.adapter(&account.platform) else { return Ok(()) };
        let can = adapter.descriptor().capabilities;
        let now = self.now();
        let near_end = account.expires_at.is_some_and(|end| end.as_second() - now.as_second() < NEAR_END_S);
        let every = if near_end { NEAR_END_EVERY_S } else { RENEWAL_EVERY_S };
        if can.renew && (upkeep.renewal_unconfirmed || older(upkeep.renewal_at, every, now)) {
            not_fatal(self.renew(id).await.map(|_| ()))?;
        }
        if can.numbers && older(upkeep.numbers_at, NUMBERS_EVERY_S, now) {
            not_fatal(self.read_numbers(id).await.map(|_| ()))?;
        }
        let quotas_at = upkeep.quotas.as_ref().map(|quotas| quotas.read_at);
        if can.quotas && older(quotas_at, QUOTAS_EVERY_S, now) {
            not_fatal(self.read_quotas(id, &self.cancel).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// Reads the quotas of an account that has just come, unless its first check brought them along. Many come together:
    /// they are asked about one after the other at each platform, in the background.
    pub(crate) fn read_first_quotas(self: &Arc<Self>, id: &AccountId) {
        if self.lacks_quotas(id).is_none() {
            return;
        }
        let (open, id) = (Arc::clone(self), id.clone());
        self.tasks.spawn(async move {
            let Some(platform) = open.lacks_quotas(&id) else { return };
            let Some(_turn) = open.cancel.run_until_cancelled(open.lanes.step_aside(&platform)).await else { return };
            // Somebody may have looked at the account in the meantime.
            if open.lacks_quotas(&id).is_none() {
                return;
            }
            match not_fatal(open.read_quotas(&id, &open.cancel).await.map(|_| ())) {
                Ok(()) | Err(Error::VaultLocked | Error::AccountNotFound { .. }) => {}
                Err(error) => tracing::error!(%error, account = %id, "first quotas were not kept"),
            }
        });
    }

    /// The platform of a living account whose quotas could be asked for and never were.
    fn lacks_quotas(&self, id: &AccountId) -> Option<PlatformId> {
        let book = self.book.read();
        let row =
            book.get(id).filter(|row| row.upkeep.quotas.is_none() && row.account.status == AccountStatus::Active)?;
        let adapter = self.core.adapters.get(&row.account.platform)?;
        adapter.descriptor().capabilities.quotas.then(|| row.account.platform.clone())
    }

    /// Asks the platform for a renewal. The new session is stored before the old one is given up.
    async fn renew(&self, id: &AccountId) -> Result<bool, Error> {
        let (account, upkeep, record) = self.snapshot(id)?;
        let adapter = self.core.adapter(&account.platform)?;
        if !adapter.descriptor().capabilities.renew {
            return Err(Error::Unsupported { platform: account.platform.to_string(), what: "renew" });
        }
        let credential = self.credential_of(&account, record)?;
        if upkeep.renewal_unconfirmed {
            self.confirm(id, adapter.as_ref(), credential).await?;
            return Ok(true);
        }
        let renewal = {
            let _lane = self.lanes.enter(&account.platform, credential.site.as_deref()).await;
            let context = self.context_of(id, &credential)?;
            self.unless_locked(adapter.renew(&context, &credential)).await?
        };
        let now = self.now();
        match renewal {
            Renewal::NotNeeded => {
                self.change(id, |_, upkeep, _, _| {
                    upkeep.renewal_at = Some(now);
                    Ok(())
                })
                .await?;
                Ok(false)
            }
            Renewal::Renewed(mut renewed) => {
                let asked = credential.generation;
                let is_stored = self
                    .change(id, |account, upkeep, batch, record| {
                        // A login in the meantime brought a newer session than this one.
                        if account.generation != asked {
                            return Ok(false);
                        }
                        renewed.obtained_at = Some(now);
                        self.write_session((account, record), Arriving::anew(renewed), batch);
                        account.next_check_at = self.next_regular_check(account, upkeep);
                        upkeep.renewal_at = Some(now);
                        upkeep.renewal_unconfirmed = true;
                        Ok(true)
                    })
                    .await?;
                if is_stored {
                    let (account, _, record) = self.snapshot(id)?;
                    self.confirm(id, adapter.as_ref(), self.credential_of(&account, record)?).await?;
                }
                Ok(true)
            }
        }
    }

    /// Tells the platform that the new session is stored. Should this fail it is made up for at the next check.
    async fn confirm(&self, id: &AccountId, adapter: &dyn Adapter, credential: Credential) -> Result<(), Error> {
        let confirmed = {
            let platform = &adapter.descriptor().id;
            let _lane = self.lanes.enter(platform, credential.site.as_deref()).await;
            let context = self.context_of(id, &credential)?;
            self.unless_locked(adapter.confirm_renewal(&context, &credential)).await?
        };
        self.change(id, |account, upkeep, batch, record| {
            if account.generation == credential.generation {
                upkeep.renewal_unconfirmed = false;
                self.write_session((account, record), Arriving::changed(credential, confirmed), batch);
            }
            Ok(())
        })
        .await
    }
}

/// A platform that does not answer is no reason to give up on what comes next; a vault that does not write is.
fn not_fatal(done: Result<(), Error>) -> Result<(), Error> {
    match done {
        Err(Error::Platform(error)) => {
            tracing::info!(%error, "looking after a session came to nothing for now");
            Ok(())
        }
        other => other,
    }
}
