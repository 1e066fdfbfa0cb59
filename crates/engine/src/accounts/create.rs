//! Making an account.

use roster_domain::{Account, AccountId, Credential};

use super::rules::{foreign_id_ok, metadata_ok, name_ok, note_ok, parse_cookies, priority_ok, tags_ok};
use crate::{
    AccountView, Engine, Error, NewAccount,
    logins::site_ok,
    sessions::Arriving,
    storage::{Batch, Ledger, RecordId, StoredAccount, Upkeep},
    unlocked::Unlocked,
};

/// An account about to be, with its session.
#[derive(Debug)]
pub(crate) struct Birth {
    /// What is known about it; id, number, times and what follows from the session are filled in.
    pub(crate) account: Account,
    /// The session.
    pub(crate) credential: Credential,
    /// See [`Upkeep::provisional`].
    pub(crate) provisional: bool,
    /// What else is written in the same step.
    pub(crate) with: Batch,
}

impl Engine {
    /// Makes an account out of pasted cookies. It is pending; a check starts at once.
    ///
    /// # Errors
    /// [`Error::UnknownPlatform`], [`Error::InvalidRequest`], [`Error::Storage`]
    pub async fn create_account(&self, new: NewAccount) -> Result<AccountView, Error> {
        let open = self.open()?;
        let adapter = self.core.adapter(&new.platform)?;
        let (cookies, site) = parse_cookies(&new.cookie_data, adapter.descriptor())?;
        let name = name_ok("account_name", new.account_name.as_deref().unwrap_or_default())?;
        note_ok(&new.note)?;
        tags_ok(&new.tags)?;
        metadata_ok(&new.metadata)?;
        let account = Account {
            platform: new.platform,
            name_is_own: !name.is_empty(),
            name,
            account_type: new.account_type,
            priority: priority_ok(new.priority)?.unwrap_or_default(),
            user_id: foreign_id_ok("user_id", new.user_id)?,
            project_id: foreign_id_ok("project_id", new.project_id)?,
            tags: new.tags,
            metadata: new.metadata,
            note: new.note,
            ..Account::default()
        };
        let site = site_ok(adapter.descriptor(), site, None)?;
        let credential = adapter.credential_from(cookies, site.as_deref());
        let birth = Birth { account, credential, provisional: false, with: Batch::new() };
        open.whole(move |open| async move {
            let id = open.give_birth(birth).await?;
            let view = open.view(&(&id).into())?;
            open.check_in_background(id);
            Ok(view)
        })
        .await
    }
}

impl Unlocked {
    /// Writes a new account with its session, in one step.
    pub(crate) async fn give_birth(&self, birth: Birth) -> Result<AccountId, Error> {
        let Birth { mut account, credential, provisional, mut with } = birth;
        let now = self.now();
        let _numbering = self.numbering.lock().await;
        let mut ledger = self.book.read().ledger;
        ledger.last_account += 1;
        account.id = AccountId::from_entropy(rand::random());
        account.number = ledger.last_account;
        account.generation = 0;
        account.created_at = now;
        if account.name.is_empty() {
            account.name = format!("{} {}", account.platform, account.number);
        }
        let (record, upkeep) = (RecordId::make(), Upkeep { provisional, ..Upkeep::default() });
        // Due at once: should the check that follows not happen, the next run of the periodic one makes up for it.
        self.write_session((&mut account, record), Arriving::anew(credential), &mut with);
        with.account(record, &account, &upkeep).ledger(&ledger);
        self.store.commit(with).await?;
        let id = account.id.clone();
        {
            let mut book = self.book.write();
            book.ledger = Ledger { last_account: ledger.last_account, ..book.ledger };
            book.insert(record, StoredAccount { account, upkeep });
        }
        self.core.events.accounts([id.clone()]);
        Ok(id)
    }
}
