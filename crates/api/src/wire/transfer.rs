//! Accounts in files, and erasing for good.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::words;
use crate::SecretText;

/// What to export, and the file's own password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest {
    /// The password of the file; the rules of the vault's password hold.
    #[schema(value_type = String, min_length = 8, max_length = 1024, format = Password)]
    pub password: SecretText,
    /// Public ids, at most 10,000; `null` for all accounts and pools.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 10_000)]
    pub account_ids: Option<Vec<String>>,
}

/// What came of an export.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedView {
    /// The dialog was closed without a choice; nothing was written.
    pub cancelled: bool,
    /// The name of the file, without its folder.
    #[schema(required = true)]
    pub file_name: Option<String>,
    /// How many accounts are in it.
    pub accounts: u64,
    /// Its size.
    pub bytes: u64,
}

words! {
    /// What sort of file is read.
    ImportSource mirrors roster_engine::ImportSource {
        /// A sealed export of this program.
        Export,
        /// A file of the old format, in which each text is sealed by itself.
        Legacy,
    }
}

words! {
    /// What would become of one thing in a file.
    ImportWhat mirrors roster_engine::ImportWhat {
        /// It is not here; it would be added.
        New,
        /// It is here and different; it would be changed.
        Update,
        /// It is here as it is.
        Same,
        /// It does not fit what is here; `reason` says how.
        Conflict,
        /// It could not be read; `reason` says why.
        Unreadable,
    }
}

words! {
    /// Why something in a file is a conflict or cannot be read.
    ImportReason mirrors roster_engine::ImportReason {
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
}

/// Which file to read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// What sort of file it is.
    pub source: ImportSource,
    /// The password of the export, or the secret of the old format.
    #[schema(value_type = String, min_length = 1, max_length = 1024, format = Password)]
    pub secret: SecretText,
}

/// A file that was read, or none.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportOpenedView {
    /// The dialog was closed without a choice.
    pub cancelled: bool,
    /// What is in the file; nothing of it is written yet.
    #[schema(required = true)]
    pub import: Option<ImportView>,
}

/// What is in a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportView {
    /// Its id.
    pub import_id: String,
    /// What sort of file it is.
    pub source: ImportSource,
    /// What is in it, in the file's order.
    pub items: Vec<ImportItemView>,
    /// How many would be added.
    pub new: u64,
    /// How many would be changed.
    pub update: u64,
    /// How many are here as they are.
    pub same: u64,
    /// How many do not fit what is here.
    pub conflict: u64,
    /// How many could not be read.
    pub unreadable: u64,
}

/// One thing in a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportItemView {
    /// Names it within its import.
    pub item_id: String,
    /// Its name, or what the file calls it.
    pub name: String,
    /// Its platform, where known.
    #[schema(required = true)]
    pub platform: Option<String>,
    /// What would become of it.
    pub what: ImportWhat,
    /// Why it is a conflict or cannot be read.
    #[schema(required = true)]
    pub reason: Option<ImportReason>,
}

/// What of a file to take.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyImportRequest {
    /// Ids of items; `null` for all that are `new` or `update`.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 100_000)]
    pub item_ids: Option<Vec<String>>,
}

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedView {
    /// Accounts that were added.
    pub imported: u64,
    /// Accounts that were changed.
    pub updated: u64,
    /// Those left as they are.
    pub skipped: u64,
    /// How to undo all of it.
    #[schema(required = true)]
    pub undo_id: Option<String>,
}

/// An import that was let go.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportGoneView {
    /// Its id.
    pub import_id: String,
}

/// Erasing for good wants the password once more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EraseRequest {
    /// The password of the vault.
    #[schema(value_type = String, min_length = 1, max_length = 1024, format = Password)]
    pub password: SecretText,
}

/// What erasing did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasedView {
    /// By how many bytes the vault's folder has become smaller.
    pub freed_bytes: u64,
    /// Things in the trash that are gone for good.
    pub purged: u64,
    /// Snapshots that are gone for good.
    pub snapshots_removed: u64,
}
