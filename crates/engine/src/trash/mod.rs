//! The trash: what was deleted waits here for 30 days and can come back whole.

mod board;
mod empty;
mod put;
mod restore;
mod types;

pub(crate) use board::Trash;
pub use types::{StaysInTrash, TrashId, TrashItem, TrashKind, TrashRestored};

/// How long something stays in the trash, in hours.
pub(crate) const STAYS_HOURS: i64 = 30 * 24;

#[cfg(test)]
mod tests;
