//! What is shown of exports and imports.

use std::{fmt, str::FromStr};

use roster_domain::PlatformId;

use crate::{Error, UndoId};

/// A sealed export that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedView {
    /// The name of the file, without its folder.
    pub file_name: String,
    /// How many accounts are in it.
    pub accounts: u64,
    /// Its size.
    pub bytes: u64,
}

/// What sort of file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportSource {
    /// A sealed export of this program (`*.roster`).
    Export,
    /// A file of the old format, in which each text is sealed by itself.
    Legacy,
}

/// What would become of one thing in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportWhat {
    /// It is not here; it would be added.
    New,
    /// It is here and different; it would be changed.
    Update,
    /// It is here as it is.
    Same,
    /// It does not fit what is here; the reason says how.
    Conflict,
    /// It could not be read; the reason says why.
    Unreadable,
}

/// Why something in a file is a conflict or cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportReason {
    /// The session here is newer than the one in the file. That is only taken when it is named.
    NewerHere,
    /// It was changed here after the file was written. It is only taken when it is named.
    ChangedHere,
    /// The account with this id is another person's here. It is never taken.
    OtherPerson,
    /// The same account is in the file more than once; the first is taken.
    Duplicate,
    /// Its platform is not known here, or not named and not to be told from its cookies.
    UnknownPlatform,
    /// It is cut off, or not in the form that sealed texts have.
    Damaged,
    /// The secret does not open it, though it opens others.
    WrongSecret,
    /// It was opened, and nobody here knows its form.
    UnknownFormat,
    /// It holds no cookies of a session.
    NoLogin,
}

/// One thing in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportItem {
    /// Names it within its import.
    pub item_id: u32,
    /// Its name, or what the file calls it.
    pub name: String,
    /// Its platform, where known.
    pub platform: Option<PlatformId>,
    /// What would become of it.
    pub what: ImportWhat,
    /// Why it is a conflict or cannot be read.
    pub reason: Option<ImportReason>,
}

/// Names an import that waits for the owner's word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImportId(pub(crate) String);

impl fmt::Display for ImportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ImportId {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.is_empty() || text.len() > 64 {
            return Err(Error::ImportNotFound { id: text.chars().take(64).collect() });
        }
        Ok(Self(text.to_owned()))
    }
}

/// A file that was read and of which nothing is written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportView {
    /// Its id.
    pub id: ImportId,
    /// What sort of file it is.
    pub source: ImportSource,
    /// What is in it, in the file's order.
    pub items: Vec<ImportItem>,
}

impl ImportView {
    /// How many of them would become this.
    pub fn count(&self, what: ImportWhat) -> u64 {
        self.items.iter().filter(|item| item.what == what).count() as u64
    }
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportedView {
    /// Accounts that were added.
    pub imported: u64,
    /// Accounts that were changed.
    pub updated: u64,
    /// Those left as they are.
    pub skipped: u64,
    /// How to undo all of it.
    pub undo_id: Option<UndoId>,
}

/// What erasing did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ErasedView {
    /// By how many bytes the vault's folder has become smaller.
    pub freed_bytes: u64,
    /// Things in the trash that are gone for good.
    pub purged: u64,
    /// Snapshots that are gone for good.
    pub snapshots_removed: u64,
}
