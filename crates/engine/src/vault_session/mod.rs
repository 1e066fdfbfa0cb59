//! The vault's life: absent, locked, unlocked, busy.

mod create;
mod findings;
mod key_files;
mod keychain;
mod kit;
mod lock;
mod prove;
mod reauth;
mod security;
mod session;
mod slowdown;
mod types;
mod unlock;
mod ways;

pub(crate) use create::check_password;
pub use security::{RecoveryKit, RotationView, Security, SlotView};
pub(crate) use session::Session;
pub(crate) use slowdown::Slowdown;
pub use types::{LockReason, Need, SlotKind, UnlockReport, VaultPhase, VaultProblem, VaultState};

#[cfg(test)]
mod keychain_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod ways_tests;
