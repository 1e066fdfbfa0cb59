//! Pools: sets of accounts to choose from, and the choosing.

mod live;
mod ready;
mod types;

pub use types::{Card, Explanation, MemberPage, MemberView, NewPool, PoolPatch, PoolView, Selected};
pub(crate) use live::{LivePool, Standing};
