//! Proofs against faults: processes killed, system calls watched. Each has a mutation of the vault with which it
//! fails, so that a proof that proves nothing is noticed.

mod child;
mod kill;
pub(crate) mod soak;
#[cfg(target_os = "linux")]
mod strace;

use std::sync::atomic::{AtomicU8, Ordering};

/// A defect put into the vault on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// The journal is written and not synced.
    NoSync = 1,
    /// Commits are acknowledged before they are in the journal.
    AckFirst = 2,
    /// New keys take the place of the old ones at once, before anything is sealed with them.
    ForgetOldKeys = 20,
}

static ACTIVE: AtomicU8 = AtomicU8::new(0);

/// Puts a defect into this process.
fn mutate(mutation: Mutation) {
    ACTIVE.store(mutation as u8, Ordering::SeqCst);
}

pub(crate) fn mutated(mutation: Mutation) -> bool {
    ACTIVE.load(Ordering::SeqCst) == mutation as u8
}
