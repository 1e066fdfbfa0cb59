//! Pools: sets of accounts to choose from, and the choosing.

mod types;

pub use types::{Card, Explanation, MemberPage, MemberView, NewPool, PoolPatch, PoolView, Selected};
