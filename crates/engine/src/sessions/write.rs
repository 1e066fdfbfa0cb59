//! The one place that writes sessions.

use std::collections::BTreeMap;

use roster_domain::{Account, AccountStatus, Credential, Precedence, Secret};

use crate::{
    Error,
    accounts::{carry_over, kept_name},
    storage::{Batch, RecordId, Upkeep},
    unlocked::Unlocked,
};

/// Secrets that a platform gives once, by the adapter's own names.
pub(crate) type Secrets = BTreeMap<String, Secret<String>>;

/// What a session is to the one that is stored.
#[derive(Debug, Clone)]
pub(crate) enum How {
    /// Another one: the next generation, whose health nobody knows yet.
    Anew,
    /// The same, of which an answer changed something: generation, memory and schedule stay. It was this when the platform
    /// was asked; what has been written since stays.
    Changed(Box<Credential>),
    /// The same, replaced by the platform: what it was then is worth nothing any more, so this change counts before what
    /// has been written since.
    Rotated(Box<Credential>),
}

/// A session about to be written, with secrets that came along with it.
#[derive(Debug, Clone)]
pub(crate) struct Arriving {
    pub(crate) session: Credential,
    pub(crate) how: How,
    pub(crate) secrets: Secrets,
}

impl Arriving {
    /// Another session than before.
    pub(crate) fn anew(session: Credential) -> Self {
        Self { session, how: How::Anew, secrets: Secrets::new() }
    }

    /// The same session, of which an answer changed something.
    pub(crate) fn changed(from: Credential, session: Credential) -> Self {
        Self { session, how: How::Changed(Box::new(from)), secrets: Secrets::new() }
    }
}

impl Unlocked {
    /// What is kept for an account: its session, or what was left beside one that is over.
    pub(crate) fn kept_for(&self, account: &Account, record: RecordId) -> Result<Option<Credential>, Error> {
        match self.unsaved.of(account) {
            Some(unsaved) => Ok(Some(unsaved)),
            None => self.store.credential(record),
        }
    }

    /// Writes a session. Hold the account first.
    ///
    /// Secrets that were given once come from the store, whatever the session brings under their names: it may have set
    /// out before they were there. Only secrets that arrive now take their place.
    pub(crate) fn write_session(
        &self,
        (account, record): (&mut Account, RecordId),
        Arriving { session, how, secrets }: Arriving,
        batch: &mut Batch,
    ) {
        let stored = self.kept_for(account, record).unwrap_or_else(|error| {
            // A session that cannot be read must not keep its person from logging in again.
            tracing::error!(%error, account = %account.id, "what was kept beside a session is lost");
            None
        });
        let present = |from: &Credential| stored.clone().unwrap_or_else(|| from.clone());
        let mut written = match &how {
            How::Anew => session,
            How::Changed(from) => merged(present(from), (from, &session), Precedence::Present),
            How::Rotated(from) => merged(present(from), (from, &session), Precedence::Arriving),
        };
        if let Some(stored) = stored {
            carry_over(stored, &mut written);
        }
        keep_secrets(&mut written, secrets);
        if matches!(how, How::Anew) {
            self.begin_generation(account, &mut written);
        }
        written.generation = account.generation;
        account.expires_at = written.expires_at.or(account.expires_at);
        account.site = written.site.clone().or(account.site.take());
        account.credential_hash = Some(self.store.credential_hash(&written));
        batch.credential(record, &written);
    }

    fn begin_generation(&self, account: &mut Account, session: &mut Credential) {
        let now = self.now();
        account.generation += 1;
        session.obtained_at = session.obtained_at.or(Some(now));
        account.expires_at = None;
        account.first_expired_at = None;
        account.next_check_at = Some(now);
        account.updated_at = now;
        if account.status == AccountStatus::Expired {
            account.status = AccountStatus::Pending;
        }
    }

    /// Writes secrets beside whatever is kept for an account. Hold it first.
    pub(crate) fn write_secrets(
        &self,
        (account, record): (&mut Account, RecordId),
        secrets: Secrets,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        if secrets.is_empty() {
            return Ok(());
        }
        let mut kept = self.kept_for(account, record)?.unwrap_or_default();
        keep_secrets(&mut kept, secrets);
        if account.credential_hash.is_some() {
            account.credential_hash = Some(self.store.credential_hash(&kept));
        }
        match account.credential_hash.is_none() && kept.tokens.is_empty() {
            true => batch.no_credential(record),
            false => batch.credential(record, &kept),
        };
        Ok(())
    }

    /// Writes the end of a session; what was kept beside it stays. The generation moves on: an answer about the old
    /// session changes nothing. Hold the account first.
    pub(crate) fn write_no_session(
        &self,
        (account, upkeep, record): (&mut Account, &mut Upkeep, RecordId),
        secrets: Secrets,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        let mut left = Credential::default();
        if let Some(stored) = self.kept_for(account, record)? {
            carry_over(stored, &mut left);
        }
        keep_secrets(&mut left, secrets);
        let now = self.now();
        account.generation += 1;
        account.credential_hash = None;
        account.expires_at = None;
        account.first_expired_at = None;
        account.next_check_at = None;
        account.updated_at = now;
        if !account.disabled {
            account.status = AccountStatus::Expired;
        }
        let (told_at, quotas) = (std::mem::take(&mut upkeep.told_at), upkeep.quotas.take());
        *upkeep = Upkeep { told_at, quotas, ..Upkeep::default() };
        match left.tokens.is_empty() {
            true => batch.no_credential(record),
            false => batch.credential(record, &left),
        };
        Ok(())
    }
}

/// Lets what arrives take the place of what was kept; an empty one says that the kept one is worth nothing any more.
fn keep_secrets(session: &mut Credential, secrets: Secrets) {
    for (name, value) in secrets {
        let name = kept_name(&name);
        match value.expose().is_empty() {
            true => session.tokens.remove(&name),
            false => session.tokens.insert(name, value),
        };
    }
}

fn merged(mut present: Credential, (from, to): (&Credential, &Credential), precedence: Precedence) -> Credential {
    present.take_changes(from, to, precedence);
    present
}
