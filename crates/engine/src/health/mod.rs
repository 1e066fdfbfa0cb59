//! Health: one account, many accounts, what an answer means, when to ask again.

mod batch;
mod check;
mod deaths;
mod flights;
mod lanes;
mod outcome;
mod schedule;
mod session;
mod types;
mod upkeep;
mod verdict;

pub(crate) use batch::Tally;
pub(crate) use deaths::Deaths;
pub(crate) use flights::Flights;
pub(crate) use lanes::Lanes;
pub use types::{BatchOutcome, CheckOutcome, CheckResult, CheckSelection};

#[cfg(test)]
mod tests;
