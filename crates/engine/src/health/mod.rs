//! Health: one account, many accounts, what an answer means, when to ask again.

mod types;

pub use types::{BatchOutcome, CheckOutcome, CheckResult, CheckSelection};
