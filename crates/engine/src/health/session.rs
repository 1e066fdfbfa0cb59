//! Sessions that change hands: one that turns out to belong to an account which is here already, and one that ends.

use roster_domain::{Account, AccountId, Credential, Precedence, Verdict};
use roster_platform::ErrorKind;

use super::check::Answer;
use crate::{
    AccountRef, AccountView, CheckOutcome, Engine, Error,
    sessions::{Arriving, Secrets},
    storage::{Batch, RecordId},
    unlocked::Unlocked,
};

impl Unlocked {
    /// An account's session.
    pub(crate) fn credential_of(&self, account: &Account, record: RecordId) -> Result<Credential, Error> {
        let none = || {
            let error = roster_platform::Error::new(roster_platform::ErrorKind::NotLoggedIn, "credential");
            Error::Platform(error.because(roster_domain::Reason::NoCredential))
        };
        let credential = self.kept_for(account, record)?;
        credential.filter(|credential| credential.generation == account.generation).ok_or_else(none)
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
        if let (Some(asked), Some(refreshed)) = (answer.asked.take(), answer.probe.refreshed.take()) {
            credential.take_changes(&asked, &refreshed, Precedence::Present);
        }
        let mut batch = Batch::new();
        self.write_session((&mut account, record), Arriving::anew(credential), &mut batch);
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
        let unsupported = || Error::Unsupported { platform: account.platform.to_string(), what: "logout" };
        if !adapter.descriptor().capabilities.logout {
            return Err(unsupported());
        }
        let credential = self.credential_of(&account, record)?;
        {
            let _lane = self.lanes.enter(&account.platform, credential.site.as_deref()).await;
            let context = self.context_of(id, &credential)?;
            // Some sessions of a platform cannot be ended there; then nothing is forgotten here either.
            self.unless_locked(adapter.logout(&context, &credential)).await.map_err(|error| match error {
                Error::Platform(error) if error.kind == ErrorKind::Unsupported => unsupported(),
                other => other,
            })?;
        }
        self.change(id, |account, upkeep, batch, record| {
            // A login in the meantime brought another session; that one was not logged out.
            if account.generation == credential.generation {
                self.write_no_session((account, upkeep, record), Secrets::new(), batch)?;
            }
            Ok(())
        })
        .await
    }
}
