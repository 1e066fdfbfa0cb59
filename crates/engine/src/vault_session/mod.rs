//! The vault's life: absent, locked, unlocked, busy.

mod create;
mod lock;
mod session;
mod slowdown;
mod types;
mod unlock;

pub(crate) use session::Session;
pub(crate) use slowdown::Slowdown;
pub use types::{LockReason, UnlockReport, VaultPhase, VaultProblem, VaultState};

#[cfg(test)]
mod tests;
