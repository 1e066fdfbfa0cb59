//! Reading a file: nothing is written here.

use roster_domain::{PlatformId, Secret};
use roster_vault::export;

use super::{
    ImportId, ImportReason, ImportSource, ImportView, ImportedView,
    export::file_error,
    legacy,
    pending::{Pending, Thing},
    place,
};
use crate::{
    Engine, Error, FileProblem, FilePurpose,
    storage::{Portable, PortableAccount},
};

/// No file of the old format is longer, in bytes.
const LONGEST_LEGACY: u64 = 64 << 20;

impl Engine {
    /// Asks for a file, opens it, and shows what is in it and what would become of each thing. Nothing is written
    /// before [`apply_import`](Self::apply_import). `None` when nothing was picked.
    ///
    /// A file is read as what the owner says it is and as nothing else.
    ///
    /// # Errors
    /// [`Error::WrongPassword`] when the file's password or secret is another, [`Error::FileDialog`],
    /// [`Error::File`], [`Error::Storage`]
    pub async fn import(&self, source: ImportSource, secret: Secret<String>) -> Result<Option<ImportView>, Error> {
        let open = self.open()?;
        let (purpose, most) = match source {
            ImportSource::Export => (FilePurpose::Export, export::MAX_FILE),
            ImportSource::Legacy => (FilePurpose::Legacy, LONGEST_LEGACY),
        };
        let Some(path) = self.core.ports.files.open_from(purpose).await? else { return Ok(None) };
        let read = move || {
            let file = place::read(&path, most).map_err(|error| {
                tracing::warn!(%error, "a file could not be read");
                Error::File(FileProblem::Unreadable)
            })?;
            let file = file.ok_or(Error::File(FileProblem::TooLarge))?;
            let pending = match source {
                ImportSource::Export => exported(&file, &secret)?,
                ImportSource::Legacy => {
                    let platforms: Vec<_> = open.core.adapters.values().map(|adapter| adapter.descriptor()).collect();
                    Pending { source, things: legacy::read(&file, &secret, &platforms)?, pools: Vec::new() }
                }
            };
            open.await_word(pending).map(Some)
        };
        tokio::task::spawn_blocking(read).await.map_err(|error| Error::storage("import", error))?
    }

    /// Takes what was read into the vault: the named items, or all that are new or newer than what is here. A snapshot of
    /// the present is taken first.
    ///
    /// # Errors
    /// [`Error::ImportNotFound`], [`Error::Storage`]; after the latter it can be tried again.
    pub async fn apply_import(&self, id: &ImportId, items: Option<Vec<u32>>) -> Result<ImportedView, Error> {
        let open = self.open()?;
        let pending = open.imports.take(id)?;
        let id = id.clone();
        open.whole(move |open| async move {
            let done = open.take_in(&pending, items.as_deref()).await;
            if done.is_err() {
                open.imports.put_back(id, pending);
            }
            done
        })
        .await
    }

    /// Lets go of what was read.
    ///
    /// # Errors
    /// [`Error::ImportNotFound`]
    pub fn discard_import(&self, id: &ImportId) -> Result<(), Error> {
        self.open()?.imports.take(id).map(drop)
    }
}

fn exported(file: &[u8], password: &Secret<String>) -> Result<Pending, Error> {
    let entries = export::open(file, password).map_err(|error| file_error(&error))?;
    let Portable { accounts, pools } = Portable::read(&entries);
    let thing = |account: Option<PortableAccount>| {
        let said = account.as_ref().map(|account| &account.stored.account);
        let name = said.map(|account| account.name.clone()).unwrap_or_default();
        let platform: Option<PlatformId> = said.map(|account| account.platform.clone());
        Thing { name, platform, own_id: true, content: account.ok_or(ImportReason::UnknownFormat) }
    };
    Ok(Pending { source: ImportSource::Export, things: accounts.into_iter().map(thing).collect(), pools })
}
