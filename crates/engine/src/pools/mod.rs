//! Pools: sets of accounts to choose from, and the choosing.

mod create;
mod delete;
mod list;
mod live;
mod members;
mod ready;
mod select;
mod types;
mod update;

pub(crate) use list::find;
pub(crate) use live::{LivePool, Standing};
pub use types::{Card, Explanation, MemberPage, MemberView, NewPool, PoolPatch, PoolView, Selected};

use crate::{Error, Problem, accounts};

/// A pool's name.
fn name_ok(name: &str) -> Result<String, Error> {
    let name = accounts::name_ok("name", name)?;
    if name.is_empty() { Err(Error::invalid("name", Problem::Missing)) } else { Ok(name) }
}

/// What a pool is for.
fn description_ok(description: &str) -> Result<(), Error> {
    accounts::text_ok("description", description, 1_000)
}

/// How many members a pool may have; it must leave room for those it has.
fn max_size_ok(max_size: Option<u32>, members: usize) -> Result<(), Error> {
    let least = u64::try_from(members.max(1)).unwrap_or(u64::MAX);
    match max_size {
        Some(size) if u64::from(size) < least => {
            Err(Error::invalid("max_size", Problem::OutOfRange { min: least, max: u64::from(u32::MAX) }))
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
