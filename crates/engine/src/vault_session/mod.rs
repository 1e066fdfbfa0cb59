//! The vault's life: absent, locked, unlocked, busy.

mod types;

pub use types::{UnlockReport, VaultPhase, VaultProblem, VaultState};
