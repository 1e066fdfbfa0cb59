//! All accounts' quotas side by side: what runs out where.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use roster_domain::{AccountId, AccountStatus, PlatformId, Quota, Reason, Verdict};
use roster_platform::{ErrorKind, Probe};
use tokio_util::sync::CancellationToken;

use crate::{CheckResult, Engine, Error, JobKind, JobView, health::Tally, unlocked::Unlocked};

/// One quota of one account.
#[derive(Debug, Clone, PartialEq)]
pub struct WalletRow {
    /// Whose.
    pub account_id: AccountId,
    /// The account's name.
    pub account_name: String,
    /// The account's platform.
    pub platform: PlatformId,
    /// Which of the platform's sites it is on.
    pub site: Option<String>,
    /// Where the account stands.
    pub status: AccountStatus,
    /// The quota.
    pub quota: Quota,
    /// When it was read.
    pub read_at: Timestamp,
    /// The account's paid membership, in the platform's own words.
    pub membership: Option<String>,
    /// When that ends.
    pub membership_ends_at: Option<Timestamp>,
}

/// All quotas that are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Wallet {
    /// One row a quota, by the accounts' numbers.
    pub rows: Vec<WalletRow>,
    /// Whether they are being read just now.
    pub reading: bool,
}

impl Engine {
    /// All quotas that are known. Asks nobody.
    ///
    /// # Errors
    /// Those of a vault that is not open.
    pub fn wallet(&self) -> Result<Wallet, Error> {
        let open = self.open()?;
        let reading = open.jobs.running(JobKind::Quotas).is_some();
        let book = open.book.read();
        let mut rows: Vec<(u64, WalletRow)> = Vec::new();
        for (_, row) in book.slots() {
            let Some(quotas) = &row.upkeep.quotas else { continue };
            let account = &row.account;
            let profile = account.profile.as_ref();
            rows.extend(quotas.items.iter().map(|quota| {
                let row = WalletRow {
                    account_id: account.id.clone(),
                    account_name: account.name.clone(),
                    platform: account.platform.clone(),
                    site: account.site.clone(),
                    status: account.status,
                    quota: quota.clone(),
                    read_at: quotas.read_at,
                    membership: profile.and_then(|profile| profile.membership.clone()),
                    membership_ends_at: profile.and_then(|profile| profile.membership_ends_at),
                };
                (account.number, row)
            }));
        }
        rows.sort_by_key(|(number, _)| *number);
        Ok(Wallet { rows: rows.into_iter().map(|(_, row)| row).collect(), reading })
    }

    /// Reads the quotas of all accounts that are logged in where they can be asked for, in the background. While that is
    /// under way there is no second one.
    ///
    /// # Errors
    /// Those of a vault that is not open.
    pub fn read_wallet(&self) -> Result<JobView, Error> {
        let open = self.open()?;
        if let Some(running) = open.jobs.running(JobKind::Quotas) {
            return Ok(running);
        }
        let accounts = {
            let book = open.book.read();
            let asks = |platform: &PlatformId| {
                self.core.adapters.get(platform).is_some_and(|adapter| adapter.descriptor().capabilities.quotas)
            };
            let wanted = |account: &roster_domain::Account| {
                account.credential_hash.is_some()
                    && !account.disabled
                    && account.status != AccountStatus::Expired
                    && asks(&account.platform)
            };
            let accounts = book.slots().filter(|(_, row)| wanted(&row.account));
            accounts.map(|(_, row)| row.account.id.clone()).collect()
        };
        Ok(open.launch_quotas(accounts))
    }
}

/// What went wrong here, not at the platform.
fn own_fault() -> roster_platform::Error {
    roster_platform::Error::new(ErrorKind::Network, "quotas").because(Reason::Other)
}

impl Unlocked {
    /// Reads the quotas of these accounts, so many at once as the lanes allow.
    pub(crate) async fn read_many_quotas(
        self: &Arc<Self>,
        accounts: Vec<AccountId>,
        tally: &dyn Tally,
        cancel: &CancellationToken,
    ) -> Result<(), Error> {
        let lanes = self.by_place(accounts);
        let per_platform = self.lanes.per_platform();
        let lanes = lanes.into_values().map(|ids| {
            let reads = stream::iter(ids).map(move |id| async move {
                // What came is written to its end, whoever says stop.
                let read = self.read_quotas(&id, cancel).await;
                (id, read)
            });
            reads.buffer_unordered(per_platform)
        });
        let mut all = stream::select_all(lanes.map(Box::pin));
        while let Some((id, read)) = all.next().await {
            match read {
                // Told to stop.
                Ok(None) | Err(Error::VaultLocked) => {}
                Ok(Some(_)) => tally.done(self.quota_result(&id, None)),
                Err(Error::Platform(error)) => tally.done(self.quota_result(&id, Some(error))),
                // Deleted in the meantime.
                Err(Error::AccountNotFound { .. }) => {}
                // One account that cannot be read or written keeps nobody from the others.
                Err(error) => {
                    tracing::error!(%error, account = %id, "an account's quotas could not be kept");
                    tally.done(self.quota_result(&id, Some(own_fault())));
                }
            }
        }
        Ok(())
    }

    /// What reading came to, in a check's words: the session itself is judged by checks only.
    fn quota_result(&self, id: &AccountId, error: Option<roster_platform::Error>) -> CheckResult {
        let (verdict, reason) =
            error.map(Probe::from).map_or((Verdict::Alive, Reason::Ok), |probe| (probe.verdict, probe.reason));
        let book = self.book.read();
        let account = book.get(id).map(|row| Arc::clone(&row.account));
        CheckResult {
            account_id: id.clone(),
            account_name: account.as_ref().map(|account| account.name.clone()).unwrap_or_default(),
            verdict,
            reason,
            status: account.map(|account| account.status).unwrap_or_default(),
        }
    }
}

impl Unlocked {
    fn launch_quotas(self: &Arc<Self>, accounts: Vec<AccountId>) -> JobView {
        self.launch(JobKind::Quotas, accounts.len() as u64, move |open, progress, cancel| async move {
            open.read_many_quotas(accounts, &*progress, &cancel).await
        })
    }
}
