//! What an operation leaves behind: a session, secrets, a line among the account's uses.

use std::{collections::BTreeMap, time::Duration};

use roster_domain::{AccountId, Credential, Secret, UsageEntry};
use roster_platform::Operation;

use super::run::word;
use crate::{
    Error,
    accounts::kept_name,
    health::end_session,
    storage::{Batch, USAGE_ERROR},
    unlocked::Unlocked,
};

/// The session after it, the secrets that came with it, and whether the session is over.
type Left = (Option<Credential>, BTreeMap<String, Secret<String>>, bool);

impl Unlocked {
    /// Writes it down in one step. A login in the meantime brought a newer session, which stays; the secrets are kept
    /// all the same.
    pub(super) async fn keep_outcome(&self, id: &AccountId, asked: u64, left: Left) -> Result<(), Error> {
        let (renewed, secrets, session_ended) = left;
        let now = self.now();
        let _held = self.hold(id).await;
        let (mut account, mut upkeep, record) = self.snapshot(id)?;
        let mut batch = Batch::new();
        let stored = self.store.credential(record)?.unwrap_or_default();
        let is_present = account.generation == asked;
        let kept = secrets.into_iter().map(|(name, value)| (kept_name(&name), value));
        let (mut session, is_new) = match renewed {
            Some(mut renewed) if is_present => {
                renewed.obtained_at = Some(now);
                (renewed, !session_ended)
            }
            Some(_) | None => (stored, false),
        };
        session.tokens.extend(kept);
        if is_present && session_ended {
            end_session(&mut account, &mut upkeep, now);
            batch.leave_kept(record, &session);
        } else if is_new {
            self.renew_session(&mut account, &mut session, &mut batch, record);
        } else {
            if account.credential_hash.is_some() {
                account.credential_hash = Some(self.store.credential_hash(&session));
            }
            batch.credential(record, &session);
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
