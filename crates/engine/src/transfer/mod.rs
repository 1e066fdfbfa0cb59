//! Accounts in files that the owner carries elsewhere: sealed exports, and what can be read back in.

mod types;

pub use types::{
    ErasedView, ExportedView, ImportId, ImportItem, ImportReason, ImportSource, ImportView, ImportWhat, ImportedView,
};

use roster_domain::{AccountId, Secret};

use crate::{Engine, Error};

impl Engine {
    /// Writes accounts into a sealed file that the owner picks.
    ///
    /// # Errors
    /// [`Error::File`]
    pub async fn export(
        &self,
        _password: Secret<String>,
        _accounts: Option<Vec<AccountId>>,
    ) -> Result<Option<ExportedView>, Error> {
        Err(Error::FileDialog(crate::FileDialogError::Unavailable))
    }

    /// Reads a file that the owner picks.
    ///
    /// # Errors
    /// [`Error::File`]
    pub async fn import(&self, _source: ImportSource, _secret: Secret<String>) -> Result<Option<ImportView>, Error> {
        Err(Error::FileDialog(crate::FileDialogError::Unavailable))
    }

    /// Takes what was read into the vault.
    ///
    /// # Errors
    /// [`Error::ImportNotFound`]
    pub async fn apply_import(&self, id: &ImportId, _items: Option<Vec<u32>>) -> Result<ImportedView, Error> {
        Err(Error::ImportNotFound { id: id.to_string() })
    }

    /// Lets go of what was read.
    ///
    /// # Errors
    /// [`Error::ImportNotFound`]
    pub fn discard_import(&self, id: &ImportId) -> Result<(), Error> {
        Err(Error::ImportNotFound { id: id.to_string() })
    }

    /// Erases for good.
    ///
    /// # Errors
    /// [`Error::WrongPassword`]
    pub async fn erase(&self, _password: Secret<String>) -> Result<ErasedView, Error> {
        Err(Error::WrongPassword { wait: std::time::Duration::ZERO })
    }
}
