//! Background work: a job is a type without a loop of its own, one list registers them, one runner owns the loop.

mod auto_lock;
mod board;
mod check_accounts;
mod daily_snapshot;
mod empty_trash;
mod flush_counters;
mod launch;
mod runner;
mod tell_deaths;
mod types;

pub(crate) use board::Jobs;
pub use types::{JobId, JobKind, JobState, JobView, PauseReason};

#[cfg(test)]
mod tests;
