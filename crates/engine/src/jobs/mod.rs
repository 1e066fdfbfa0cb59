//! Background work: a job is a type, one list registers them, one runner owns the loop.

mod types;

pub use types::{JobId, JobKind, JobState, JobView, PauseReason};
