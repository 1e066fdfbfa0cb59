//! Key files: a file of the owner that opens the vault.

use std::{fs::File, io::Read, path::PathBuf};

use roster_domain::Secret;
use roster_vault::NewSlot;

use super::{SlotKind, reauth::on_vault};
use crate::{Clash, Deed, Engine, Error, FileDialogs, FilePurpose, Problem, files::write_atomically};

/// Far longer than any key file.
const LONGEST: u64 = 4096;

/// Asks for a key file and reads it.
pub(super) async fn pick(dialogs: &dyn FileDialogs) -> Result<Secret<Vec<u8>>, Error> {
    let path = dialogs.open_from(FilePurpose::KeyFile).await?.ok_or(Error::Conflict(Clash::Cancelled))?;
    let read = tokio::task::spawn_blocking(move || read(&path)).await;
    read.map_err(|error| Error::storage("read the key file", error))?
}

fn read(path: &std::path::Path) -> Result<Secret<Vec<u8>>, Error> {
    let file = |error| Error::file("read the key file", error);
    let source = File::open(path).map_err(file)?;
    if !source.metadata().map_err(file)?.is_file() {
        return Err(Error::invalid("file", Problem::NoKeyFile));
    }
    // With the room there from the start nothing is left behind by growing.
    let mut content = Vec::with_capacity(LONGEST as usize + 1);
    let read = source.take(LONGEST).read_to_end(&mut content);
    let content = Secret::new(content);
    read.map_err(file)?;
    Ok(content)
}

impl Engine {
    /// Asks where to write a key file, writes it and lets it open the vault.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], [`Error::UnlockTooSoon`]; [`Clash::Cancelled`]; [`Error::FileDialog`];
    /// [`Error::Storage`] when the file could not be written.
    pub async fn add_key_file(&self, password: Secret<String>) -> Result<(), Error> {
        let open = self.owner(password).await?;
        let suggested = format!("roster-{}.key", self.vault_name()?);
        let path = self.core.ports.files.save_to(FilePurpose::KeyFile, &suggested).await?;
        let path = path.ok_or(Error::Conflict(Clash::Cancelled))?;
        let made_at = self.core.now().as_second();
        open.whole(move |open| async move {
            let content = on_vault(&open, |vault| vault.make_key_file()).await?;
            let content = written(path.clone(), content).await?;
            let add = move |vault: &roster_vault::Vault| vault.add_slot(NewSlot::KeyFile(&content), Some(made_at));
            if let Err(error) = on_vault(&open, add).await {
                // A file that opens nothing would only mislead.
                drop(std::fs::remove_file(&path));
                return Err(error);
            }
            open.note(Deed::SlotAdded, None, Some(SlotKind::KeyFile.word().to_owned())).await;
            Ok(())
        })
        .await
    }
}

/// Writes a key file and reads it back before anything relies on it.
async fn written(path: PathBuf, content: Secret<Vec<u8>>) -> Result<Secret<Vec<u8>>, Error> {
    let write = move || {
        write_beside(&path, content.expose()).map_err(|error| Error::file("write the key file", error))?;
        let found = read(&path)?;
        if found.expose() == content.expose() {
            Ok(content)
        } else {
            Err(Error::file("write the key file", std::io::ErrorKind::InvalidData.into()))
        }
    };
    tokio::task::spawn_blocking(write).await.map_err(|error| Error::storage("write the key file", error))?
}

fn write_beside(path: &std::path::Path, content: &[u8]) -> std::io::Result<()> {
    write_atomically(path, content)
}
