//! How a session gets into the vault, whoever brings it: a login, a window, an answer that renewed cookies, an operation,
//! a renewal, a file. One function writes them all, so that its rules hold for all of them.

mod arrival;
mod keeper;
mod pending;
#[cfg(test)]
mod tests;
mod unsaved;
mod write;

pub(crate) use arrival::{Arrival, Taken};
pub(crate) use keeper::Keeper;
pub(crate) use unsaved::Unsaved;
pub(crate) use write::{Arriving, Secrets};
