//! Undoing: every deletion and every action on several accounts can be taken back, until the vault is locked.
//! What was deleted can also come back from the trash later.

mod board;
mod run;

pub(crate) use board::{FieldsBefore, Undos, Way};
pub use board::{UndoId, UndoItem, UndoWhat};
pub use run::Undone;

#[cfg(test)]
mod tests;
