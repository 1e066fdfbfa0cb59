//! Which form the records of a vault have, and how those of an older version get the present one: a snapshot first, then
//! all changes in one commit, then the proof that nothing was lost. Without the proof everything goes back.
//!
//! Bodies are JSON and every field has a default, so a new field needs no migration. A migration is for what a default
//! cannot say.

mod proof;
mod run;

pub(crate) use run::up_to_date;

use crate::{
    Error,
    storage::{Batch, Store},
};

/// The form that this version writes.
///
/// 1: version 0.1, which did not number its records. 2: the number is stored.
pub(crate) const SCHEMA: u32 = 2;

/// One step from a form to the next.
pub(crate) struct Migration {
    /// The form it leads to.
    pub(crate) to: u32,
    /// What is to be written. It must neither add nor remove records of accounts, pools or anything else the owner has.
    pub(crate) run: fn(&Store, &mut Batch) -> Result<(), Error>,
}

/// All steps, in order.
///
/// The records of 0.1 are understood as they are: what was added since has defaults. What changed is that they are
/// numbered from now on, so that a later version knows where it starts and an older one can be told to keep its hands
/// off. The number itself is written by the runner.
const MIGRATIONS: &[Migration] = &[Migration { to: 2, run: |_, _| Ok(()) }];

#[cfg(test)]
mod tests;
