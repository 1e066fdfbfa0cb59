//! Writing a sealed export.

use std::{collections::BTreeSet, path::Path};

use roster_domain::{Account, AccountId, Secret};
use roster_vault::export::{self, Entry, ExportError};

use super::{ExportedView, place};
use crate::{
    Engine, Error, FileProblem, FilePurpose,
    storage::{PortablePool, StoredAccount, portable},
    unlocked::Unlocked,
    vault_session::check_password,
};

impl Engine {
    /// Writes accounts, or all of them with all pools, into a sealed file that the owner picks: its own password, no
    /// key of this vault in it. It is read back and opened before this returns. `None` when nothing was picked.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] for the password, [`Error::AccountNotFound`], [`Error::FileDialog`],
    /// [`Error::File`], [`Error::Storage`]
    pub async fn export(
        &self,
        password: Secret<String>,
        accounts: Option<Vec<AccountId>>,
    ) -> Result<Option<ExportedView>, Error> {
        let open = self.open()?;
        check_password("password", &password)?;
        let suggested = format!("roster-{}.roster", open.now().strftime("%Y-%m-%d"));
        let picked = self.core.ports.files.save_to(FilePurpose::Export, &suggested).await?;
        let Some(path) = picked else { return Ok(None) };
        let kdf = self.core.kdf;
        let write = move || {
            let (entries, count) = open.portable(accounts.as_deref())?;
            let sealed = export::seal(&entries, &password, kdf).map_err(|error| file_error(&error))?;
            written(&path, &sealed, &password, &entries)?;
            let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            Ok(Some(ExportedView { file_name, accounts: count, bytes: sealed.len() as u64 }))
        };
        tokio::task::spawn_blocking(write).await.map_err(|error| Error::storage("export", error))?
    }
}

/// Writes the file, reads it back and opens it.
fn written(path: &Path, sealed: &[u8], password: &Secret<String>, entries: &[Entry]) -> Result<(), Error> {
    let unreadable = |error: std::io::Error| {
        tracing::warn!(%error, "an export could not be written");
        Error::File(FileProblem::Unreadable)
    };
    place::write(path, sealed).map_err(unreadable)?;
    let back = place::read(path, sealed.len() as u64).map_err(unreadable)?;
    let same = back.is_some_and(|back| export::open(&back, password).is_ok_and(|found| found == entries));
    if same { Ok(()) } else { Err(Error::File(FileProblem::NotVerified)) }
}

/// What an [`ExportError`] means to whoever asked.
pub(super) fn file_error(error: &ExportError) -> Error {
    match error {
        ExportError::NotAnExport => Error::File(FileProblem::NotThatSort),
        ExportError::Incomplete => Error::File(FileProblem::Incomplete),
        ExportError::WrongPassword => Error::WrongPassword { wait: std::time::Duration::ZERO },
        ExportError::NewerFormat { .. } => Error::File(FileProblem::Newer),
        ExportError::CostlyKdf { .. } | ExportError::TooLarge => Error::File(FileProblem::TooLarge),
        ExportError::Damaged | ExportError::WeakKdf { .. } => Error::File(FileProblem::Damaged),
        _ => Error::File(FileProblem::Damaged),
    }
}

impl Unlocked {
    /// The chosen accounts with the pools they are in, or all accounts and pools, as entries; and how many accounts.
    fn portable(&self, chosen: Option<&[AccountId]>) -> Result<(Vec<Entry>, u64), Error> {
        let (accounts, pools) = self.chosen(chosen)?;
        let mut entries = vec![portable::about(self.now())?];
        for (record, stored) in &accounts {
            self.store.portable(*record, stored, &mut entries)?;
        }
        for (record, pool) in &pools {
            entries.push(portable::pool(*record, pool)?);
        }
        Ok((entries, accounts.len() as u64))
    }

    #[allow(clippy::type_complexity, reason = "two lists of records with their ids")]
    fn chosen(
        &self,
        chosen: Option<&[AccountId]>,
    ) -> Result<(Vec<(crate::storage::RecordId, StoredAccount)>, Vec<(crate::storage::RecordId, PortablePool)>), Error>
    {
        let book = self.book.read();
        if let Some(missing) = chosen.into_iter().flatten().find(|id| book.get(id).is_none()) {
            return Err(Error::AccountNotFound { id: missing.to_string() });
        }
        let chosen: Option<BTreeSet<&AccountId>> = chosen.map(|ids| ids.iter().collect());
        let wanted = |id: &AccountId| chosen.as_ref().is_none_or(|chosen| chosen.contains(id));
        let mut accounts = Vec::new();
        for (slot, row) in book.slots().filter(|(_, row)| wanted(&row.account.id)) {
            let account = Account { usage: book.usage(slot), ..Account::clone(&row.account) };
            accounts.push((row.record, StoredAccount { account, upkeep: row.upkeep.clone() }));
        }
        accounts.sort_by_key(|(_, stored)| stored.account.number);
        let mut pools = Vec::new();
        for live in book.pools.values() {
            let members = live.in_order().into_iter();
            let members = members.filter_map(|(slot, member)| Some((book.row(slot)?.account.id.clone(), member)));
            let members: std::collections::BTreeMap<_, _> = members.filter(|(id, _)| wanted(id)).collect();
            if chosen.is_none() || !members.is_empty() {
                pools.push((live.record(), PortablePool { pool: live.stored().clone(), members }));
            }
        }
        Ok((accounts, pools))
    }
}
