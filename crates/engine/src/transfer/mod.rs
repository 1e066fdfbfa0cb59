//! Accounts in files that the owner carries elsewhere: sealed exports, and what can be read back in.

mod types;

pub use types::{
    ErasedView, ExportedView, ImportId, ImportItem, ImportReason, ImportSource, ImportView, ImportWhat, ImportedView,
};

use roster_domain::{AccountId, Secret};

use crate::{Engine, Error};
