//! Accounts in files that the owner carries elsewhere: sealed exports, and what can be read back in.

mod apply;
mod erase;
mod export;
mod import;
mod legacy;
mod pending;
mod place;
mod types;

pub(crate) use pending::Imports;
pub use types::{
    ErasedView, ExportedView, ImportId, ImportItem, ImportReason, ImportSource, ImportView, ImportWhat, ImportedView,
};

#[cfg(test)]
mod figures;
#[cfg(test)]
mod legacy_tests;
#[cfg(test)]
mod tests;
