//! Sessions that change hands: a new session for an account, one that turns out to belong to an account which is
//! here already, and one that ends.

use jiff::Timestamp;
use roster_domain::{Account, AccountId, AccountStatus, Credential, Verdict};

use super::check::Answer;
use crate::{
    AccountRef, AccountView, CheckOutcome, Engine, Error,
    accounts::carry_over,
    storage::{Batch, RecordId, Upkeep},
    unlocked::Unlocked,
};

impl Unlocked {
    /// An account's session.
    pub(crate) fn credential_of(&self, account: &Account, record: RecordId) -> Result<Credential, Error> {
        let none = || {
            let error = roster_platform::Error::new(roster_platform::ErrorKind::NotLoggedIn, "credential");
            Error::Platform(error.because(roster_domain::Reason::NoCredential))
        };
        let credential = self.store.credential(record)?;
        credential.filter(|credential| credential.generation == account.generation).ok_or_else(none)
    }

    /// Gives an account a new session: the next generation, whose health nobody knows yet. Hold the account first.
    pub(crate) fn renew_session(
        &self,
        account: &mut Account,
        credential: &mut Credential,
        batch: &mut Batch,
        record: RecordId,
    ) {
        let now = self.now();
        match self.store.credential(record) {
            Ok(Some(before)) => carry_over(before, credential),
            Ok(None) => {}
            // A session that cannot be read must not keep its person from logging in again.
            Err(error) => tracing::error!(%error, account = %account.id, "what was kept beside a session is lost"),
        }
        account.generation += 1;
        credential.generation = account.generation;
        credential.obtained_at = credential.obtained_at.or(Some(now));
        account.expires_at = credential.expires_at;
        account.site = credential.site.clone().or(account.site.take());
        account.credential_hash = Some(self.store.credential_hash(credential));
        account.first_expired_at = None;
        account.next_check_at = Some(now);
        account.updated_at = now;
        if account.status == AccountStatus::Expired {
            account.status = AccountStatus::Pending;
        }
        batch.credential(record, credential);
    }

    /// The account that this answer's person has here already, when the account was made by a login that did not say
    /// whose session it is.
    pub(super) fn person_elsewhere(&self, id: &AccountId, answer: &Answer) -> Result<Option<AccountId>, Error> {
        let Some(found) = answer.probe.identity.as_ref().filter(|_| answer.probe.verdict == Verdict::Alive) else {
            return Ok(None);
        };
        let book = self.book.read();
        let row = book.get(id).ok_or_else(|| Error::AccountNotFound { id: id.to_string() })?;
        let fresh =
            row.upkeep.provisional && row.account.identity.is_none() && row.account.generation == answer.generation;
        let other = book.of_person(&row.account.platform, &found.user_id).filter(|_| fresh);
        Ok(other.map(|other| other.account.id.clone()).filter(|other| other != id))
    }

    /// Moves a session to the account of its person and takes the one that a login made for it away, in one step.
    pub(super) async fn move_session(
        &self,
        from: &AccountId,
        to: &AccountId,
        mut answer: Answer,
    ) -> Result<CheckOutcome, Error> {
        let _held = self.hold_all([from, to]).await;
        let _pools = self.pool_writes.lock().await;
        let _numbering = self.numbering.lock().await;
        let (source, _, source_record) = self.snapshot(from)?;
        let (mut account, upkeep, record) = self.snapshot(to)?;
        let mut credential = self.credential_of(&source, source_record)?;
        if let Some(refreshed) = answer.probe.refreshed.take() {
            credential = refreshed;
        }
        let mut batch = Batch::new();
        self.renew_session(&mut account, &mut credential, &mut batch, record);
        answer.generation = account.generation;
        let gone = self.write_end(&mut batch, from);
        let outcome = self.write_answer(account, upkeep, record, answer, batch).await?;
        self.show_deletion(&gone);
        Ok(outcome)
    }
}

impl Engine {
    /// Ends an account's session at the platform and erases it here. The account stays, expired.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Unsupported`], [`Error::Platform`], [`Error::Storage`]
    pub async fn logout_account(&self, account: &AccountRef) -> Result<AccountView, Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        open.whole(move |open| async move {
            open.log_out(&id).await?;
            open.view(&id.into())
        })
        .await
    }
}

impl Unlocked {
    async fn log_out(&self, id: &AccountId) -> Result<(), Error> {
        let (account, _, record) = self.snapshot(id)?;
        let adapter = self.core.adapter(&account.platform)?;
        if !adapter.descriptor().capabilities.logout {
            return Err(Error::Unsupported { platform: account.platform.to_string(), what: "logout" });
        }
        let credential = self.credential_of(&account, record)?;
        {
            let _lane = self.lanes.enter(&account.platform).await;
            let context = self.context_of(id, &credential)?;
            self.unless_locked(adapter.logout(&context, &credential)).await?;
        }
        let now = self.now();
        self.change(id, |account, upkeep, batch, record| {
            // A login in the meantime brought another session; that one was not logged out.
            if account.generation == credential.generation {
                end_session(account, upkeep, now);
                batch.leave_kept(record, &credential);
            }
            Ok(())
        })
        .await
    }
}

/// An account without session. The generation moves on: an answer about the old session changes nothing.
pub(crate) fn end_session(account: &mut Account, upkeep: &mut Upkeep, now: Timestamp) {
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
}
