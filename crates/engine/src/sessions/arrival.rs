//! Taking a session in: whose it is, and whether it is still wanted, is looked at while the account is held.

use roster_domain::{AccountId, Credential};

use super::write::{Arriving, How};
use crate::{Error, storage::Batch, unlocked::Unlocked};

/// A session on its way to an account, and on which conditions it goes there.
#[derive(Debug)]
pub(crate) struct Arrival {
    arriving: Arriving,
    identity: Option<String>,
    only_after: Option<u64>,
    with: Batch,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is the account's session now, of this generation.
    Stored(u64),
    /// Nothing was written: the account has got another session since, or has been logged out.
    Outdated,
    /// Nothing was written: it is another person's than the account's, or that person has another account here.
    NotTheirs {
        /// Whose account it is, where known.
        expected: Option<String>,
        /// Whose session it is.
        found: String,
    },
}

impl Taken {
    /// Another person's session as the error that it is where nobody can be asked what to do with it.
    pub(crate) fn or_not_theirs(self) -> Result<Self, Error> {
        match self {
            Self::NotTheirs { expected, found } => {
                Err(Error::IdentityMismatch { expected: expected.unwrap_or_default(), found })
            }
            taken => Ok(taken),
        }
    }
}

impl Arrival {
    /// Another session than before.
    pub(crate) fn anew(session: Credential) -> Self {
        Self::of(Arriving::anew(session), None)
    }

    /// The same session as `from`, of which something changed.
    pub(crate) fn changed(from: Credential, session: Credential) -> Self {
        let generation = from.generation;
        Self::of(Arriving::changed(from, session), Some(generation))
    }

    /// What the platform put in the place of `from`.
    pub(crate) fn rotated(from: Credential, session: Credential) -> Self {
        let generation = from.generation;
        let arriving = Arriving { how: How::Rotated(Box::new(from)), ..Arriving::anew(session) };
        Self::of(arriving, Some(generation))
    }

    fn of(arriving: Arriving, only_after: Option<u64>) -> Self {
        Self { arriving, identity: None, only_after, with: Batch::new() }
    }

    /// Whose session it is, by the platform's own word.
    pub(crate) fn whose(mut self, identity: Option<String>) -> Self {
        self.identity = identity;
        self
    }

    /// It comes after the session of this generation: a newer one stays, and so does the end of it.
    pub(crate) fn only_after(mut self, generation: Option<u64>) -> Self {
        self.only_after = generation;
        self
    }

    /// What is written in the same step.
    pub(crate) fn with(mut self, with: Batch) -> Self {
        self.with = with;
        self
    }
}

impl Unlocked {
    /// Gives a session to an account, if it may.
    pub(crate) async fn take_session(&self, id: &AccountId, arrival: Arrival) -> Result<Taken, Error> {
        let Arrival { arriving, identity, only_after, mut with } = arrival;
        let _held = self.hold(id).await;
        let (mut account, upkeep, record) = self.snapshot(id)?;
        if only_after.is_some_and(|generation| generation != account.generation) {
            return Ok(Taken::Outdated);
        }
        if let Some(found) = identity {
            let elsewhere = {
                let book = self.book.read();
                book.of_person(&account.platform, &found).is_some_and(|row| row.account.id != *id)
            };
            if elsewhere || account.identity.as_ref().is_some_and(|expected| *expected != found) {
                return Ok(Taken::NotTheirs { expected: account.identity, found });
            }
            account.identity = Some(found);
        }
        self.write_session((&mut account, record), arriving, &mut with);
        let generation = account.generation;
        self.put(account, upkeep, with).await?;
        Ok(Taken::Stored(generation))
    }
}
