//! Checking many accounts.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{StreamExt, stream};
use roster_domain::{AccountId, Reason, Verdict};
use tokio_util::sync::CancellationToken;

use super::lanes::Destination;
use crate::{
    AccountRef, BatchOutcome, CheckOutcome, CheckResult, CheckSelection, Engine, Error, JobView, unlocked::Unlocked,
};

/// Takes results in as they come.
pub(crate) trait Tally: Send + Sync {
    /// One account is done.
    fn done(&self, result: CheckResult);
}

impl Engine {
    /// Checks many and waits for all (contract, 2.8).
    ///
    /// # Errors
    /// [`Error::AccountNotFound`] when an account was named that is not there; [`Error::Storage`]
    pub async fn check_accounts(&self, selection: CheckSelection) -> Result<BatchOutcome, Error> {
        let job = self.start_check(selection).await?;
        let open = self.open()?;
        let results = open.jobs.finished(&job.id).await?;
        let success_count = results.iter().filter(|result| result.verdict == Verdict::Alive).count() as u64;
        let total = results.len() as u64;
        Ok(BatchOutcome { success_count, fail_count: total - success_count, total, results })
    }

    /// Checks many in the background; `job_changed` events tell how far it is.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`] when an account was named that is not there.
    pub async fn start_check(&self, selection: CheckSelection) -> Result<JobView, Error> {
        let open = self.open()?;
        let accounts = open.selected(selection)?;
        Ok(open.launch_check(accounts))
    }
}

impl Unlocked {
    fn selected(&self, selection: CheckSelection) -> Result<Vec<AccountId>, Error> {
        let book = self.book.read();
        match selection {
            CheckSelection::Accounts(ids) => {
                let mut unique: Vec<AccountId> = Vec::with_capacity(ids.len());
                let mut seen = std::collections::HashSet::new();
                for id in ids {
                    book.find(&AccountRef::Id(id.clone()))?;
                    if seen.insert(id.clone()) {
                        unique.push(id);
                    }
                }
                Ok(unique)
            }
            CheckSelection::Matching(query) => {
                let found = book.matching(&query)?;
                Ok(found.iter().filter_map(|slot| book.row(slot)).map(|row| row.account.id.clone()).collect())
            }
        }
    }

    /// Checks these accounts, so many at once as the lanes allow, until all are done or `cancel` says stop. With
    /// `upkeep`, living sessions are looked after as well.
    pub(crate) async fn check_many(
        self: &Arc<Self>,
        accounts: Vec<AccountId>,
        tally: &dyn Tally,
        upkeep: bool,
        cancel: &CancellationToken,
    ) -> Result<(), Error> {
        let lanes = self.by_place(accounts);
        let per_platform = self.lanes.per_platform();
        // Lanes for each platform, or site: a slow one does not keep the others waiting.
        let lanes = lanes.into_values().map(|ids| {
            let checks = stream::iter(ids).map(move |id| async move {
                let checked = self.check_one(&id, upkeep, cancel).await;
                (id, checked)
            });
            checks.buffer_unordered(per_platform)
        });
        let mut all = stream::select_all(lanes.map(Box::pin));
        while let Some(done) = all.next().await {
            match done {
                (id, Ok(Some(outcome))) => tally.done(self.result_of(&id, Some(outcome))),
                // Told to stop: the rest is left as it is.
                (_, Ok(None)) => {}
                // Deleted in the meantime.
                (id, Err(Error::AccountNotFound { .. })) => tally.done(self.result_of(&id, None)),
                (_, Err(error)) => return Err(error),
            }
        }
        Ok(())
    }

    async fn check_one(
        self: &Arc<Self>,
        id: &AccountId,
        upkeep: bool,
        cancel: &CancellationToken,
    ) -> Result<Option<CheckOutcome>, Error> {
        if cancel.is_cancelled() {
            return Ok(None);
        }
        let outcome = self.check(id, cancel).await?;
        match outcome.as_ref().filter(|outcome| outcome.healthy) {
            Some(outcome) if upkeep => self.look_after(&outcome.account_id).await?,
            Some(outcome) => self.read_first_quotas(&outcome.account_id),
            None => {}
        }
        Ok(outcome)
    }

    /// The accounts by where questions about them go.
    pub(crate) fn by_place(&self, accounts: Vec<AccountId>) -> BTreeMap<Destination, Vec<AccountId>> {
        let book = self.book.read();
        let mut places: BTreeMap<Destination, Vec<AccountId>> = BTreeMap::new();
        for id in accounts {
            let row = book.get(&id);
            let platform = row.map(|row| row.account.platform.clone()).unwrap_or_default();
            let site = row.and_then(|row| row.account.site.as_deref());
            places.entry(self.lanes.place(&platform, site)).or_default().push(id);
        }
        places
    }

    fn result_of(&self, id: &AccountId, outcome: Option<CheckOutcome>) -> CheckResult {
        let book = self.book.read();
        let account = book.get(id).map(|row| Arc::clone(&row.account));
        let (verdict, reason) =
            outcome.map_or((Verdict::Unknown, Reason::Other), |outcome| (outcome.verdict, outcome.reason));
        CheckResult {
            account_id: id.clone(),
            account_name: account.as_ref().map(|account| account.name.clone()).unwrap_or_default(),
            verdict,
            reason,
            status: account.map(|account| account.status).unwrap_or_default(),
        }
    }
}
