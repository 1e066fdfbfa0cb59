//! What an operation leaves behind: a session, secrets, a line among the account's uses.

use std::time::Duration;

use roster_domain::{AccountId, Credential, Precedence, UsageEntry};
use roster_platform::Operation;

use super::run::word;
use crate::{
    Error,
    sessions::{Arriving, Secrets},
    storage::{Batch, USAGE_ERROR},
    unlocked::Unlocked,
};

/// What an operation leaves behind.
pub(super) struct Brought {
    /// Another session.
    pub(super) another: Option<Credential>,
    /// The same session with renewed cookies.
    pub(super) refreshed: Option<Credential>,
    /// Secrets that came with it.
    pub(super) secrets: Secrets,
    /// The session is over.
    pub(super) session_ended: bool,
}

impl Brought {
    /// Whether there is anything to write.
    pub(super) fn is_something(&self) -> bool {
        self.another.is_some() || self.refreshed.is_some() || self.session_ended || !self.secrets.is_empty()
    }
}

impl Unlocked {
    /// Writes down in one step what an operation brought that was asked with this session. A login in the meantime brought a
    /// newer one, which stays; the secrets are kept all the same.
    pub(super) async fn keep_outcome(&self, id: &AccountId, asked: Credential, brought: Brought) -> Result<(), Error> {
        let Brought { another, refreshed, secrets, session_ended } = brought;
        let _held = self.hold(id).await;
        let (mut account, mut upkeep, record) = self.snapshot(id)?;
        let mut batch = Batch::new();
        let is_present = account.generation == asked.generation;
        if is_present && session_ended {
            self.write_no_session((&mut account, &mut upkeep, record), secrets, &mut batch)?;
            return self.put(account, upkeep, batch).await;
        }
        let arriving = match another {
            Some(another) => {
                // Also this one was made of what the operation began with.
                let mut session = self.kept_for(&account, record)?.unwrap_or_else(|| asked.clone());
                session.take_changes(&asked, &another, Precedence::Arriving);
                session.obtained_at = Some(self.now());
                Some(Arriving::anew(session))
            }
            None => refreshed.map(|refreshed| Arriving::changed(asked, refreshed)),
        };
        match arriving.filter(|_| is_present) {
            Some(arriving) => {
                self.write_session((&mut account, record), Arriving { secrets, ..arriving }, &mut batch);
            }
            None => self.write_secrets((&mut account, record), secrets, &mut batch)?,
        }
        self.put(account, upkeep, batch).await
    }

    /// A line among the account's uses, where its owner looks for what was done. It counts as no use.
    pub(super) async fn note_operation(
        &self,
        id: &AccountId,
        operation: &Operation,
        error: Option<&Error>,
        took: Duration,
    ) {
        let said = error.map(word);
        // What was not even asked is nothing to tell of.
        if matches!(said, Some(None)) {
            return;
        }
        if let Err(error) = self.write_line(id, operation.id, said.flatten(), took).await {
            tracing::warn!(%error, account = %id, "an operation's line was not written");
        }
    }

    async fn write_line(
        &self,
        id: &AccountId,
        operation: &str,
        error: Option<String>,
        took: Duration,
    ) -> Result<(), Error> {
        let _held = self.hold(id).await;
        let (_, _, record) = self.snapshot(id)?;
        let mut entries = self.store.usage(record)?;
        entries.push_back(UsageEntry {
            action: format!("operation:{operation}"),
            success: error.is_none(),
            duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            error: error.map(|error| error.chars().take(USAGE_ERROR).collect()),
            created_at: self.now(),
        });
        let mut batch = Batch::new();
        batch.usage(record, &mut entries);
        self.store.commit(batch).await?;
        self.core.events.accounts([id.clone()]);
        Ok(())
    }
}
