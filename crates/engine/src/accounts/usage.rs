//! How accounts are used: reports, counters, statistics.

use roster_domain::{AccountId, UsageCounters, UsageEntry};

use super::rules::text_ok;
use crate::{
    AccountRef, AccountStats, Engine, Error, Problem, UsageReport,
    storage::{Batch, StoredCounters, USAGE_ERROR},
    unlocked::Unlocked,
};

/// The longest name of an action, in characters.
const ACTION: usize = 64;

impl Engine {
    /// How an account was used.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]
    pub async fn account_stats(&self, account: &AccountRef) -> Result<AccountStats, Error> {
        self.open()?.stats(account)
    }

    /// Takes note of one use. It counts as a success or a failure, and as a use unless a choice from a pool has
    /// counted it already: there are never more outcomes than uses.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::InvalidRequest`], [`Error::Storage`]
    pub async fn report_usage(&self, account: &AccountRef, report: UsageReport) -> Result<AccountStats, Error> {
        let open = self.open()?;
        let action = report.action.trim().to_owned();
        if action.is_empty() {
            return Err(Error::invalid("action", Problem::Missing));
        }
        text_ok("action", &action, ACTION)?;
        let id = open.id_of(account)?;
        let report = UsageReport { action, ..report };
        open.whole(move |open| async move {
            open.note_use(&id, report).await?;
            open.stats(&id.into())
        })
        .await
    }
}

impl Unlocked {
    async fn note_use(&self, id: &AccountId, report: UsageReport) -> Result<(), Error> {
        let _held = self.hold(id).await;
        let now = self.now();
        let (_, _, record) = self.snapshot(id)?;
        let mut entries = self.store.usage(record)?;
        entries.push_back(UsageEntry {
            action: report.action,
            success: report.success,
            duration_ms: report.duration_ms,
            error: report.error.map(|error| error.chars().take(USAGE_ERROR).collect()),
            created_at: now,
        });
        let mut batch = Batch::new();
        batch.usage(record, &mut entries);
        self.store.commit(batch).await?;
        {
            let book = self.book.read();
            book.counters.count_outcome(book.find(&id.into())?, report.success, now.as_millisecond());
        }
        self.jobs.wake();
        self.core.events.accounts([id.clone()]);
        Ok(())
    }

    fn stats(&self, account: &AccountRef) -> Result<AccountStats, Error> {
        let (account, record, usage) = {
            let book = self.book.read();
            let slot = book.find(account)?;
            let row = book.row(slot).ok_or_else(|| Error::AccountNotFound { id: account.to_string() })?;
            (row.account.clone(), row.record, book.usage(slot))
        };
        let mut recent_logs: Vec<UsageEntry> = self.store.usage(record)?.into();
        recent_logs.reverse();
        Ok(AccountStats {
            account_id: account.id.clone(),
            platform: account.platform.clone(),
            status: account.status,
            success_rate: usage.success_rate(),
            usage,
            recent_logs,
        })
    }

    /// Writes all counters that changed, in one batch.
    pub(crate) async fn flush_counters(&self) -> Result<(), Error> {
        let (batch, shards, ids) = {
            let book = self.book.read();
            let shards = book.counters.take_changed();
            if shards.is_empty() {
                return Ok(());
            }
            let mut records = vec![StoredCounters::default(); shards.len()];
            let mut ids = Vec::new();
            for (slot, row) in book.slots() {
                let place = book.counters.shard(slot).and_then(|shard| shards.binary_search(&shard).ok());
                let Some(record) = place.and_then(|place| records.get_mut(place)) else { continue };
                let usage = book.usage(slot);
                if usage != UsageCounters::default() {
                    record.insert(row.account.id.clone(), usage);
                    ids.push(row.account.id.clone());
                }
            }
            let mut batch = Batch::new();
            for (shard, record) in shards.iter().zip(&records) {
                batch.counters(*shard, record);
            }
            (batch, shards, ids)
        };
        let written = self.store.commit(batch).await;
        if written.is_err() {
            let book = self.book.read();
            for shard in shards {
                book.counters.mark_shard(shard);
            }
        } else {
            self.core.events.accounts(ids);
        }
        written
    }
}
