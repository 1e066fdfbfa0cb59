//! Proofs against faults: processes killed, power cut, bytes changed, files taken away or back. Each has a mutation
//! of the vault with which it fails, so that a proof that proves nothing is noticed.

mod binding;
mod changed;
mod child;
#[cfg(target_os = "linux")]
mod clock;
mod downgrade;
mod erase;
mod kill;
mod missing;
#[cfg(target_os = "linux")]
mod power;
#[cfg(target_os = "linux")]
mod refused;
mod rollback;
mod rotate;
mod scene;
pub(crate) mod soak;
mod space;
#[cfg(target_os = "linux")]
mod strace;
mod two;

use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A defect put into the vault on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// The journal is written and not synced.
    NoSync = 1,
    /// Commits are acknowledged before they are in the journal.
    AckFirst = 2,
    /// What the store holds is believed, whatever its manifest says.
    BelieveStore = 3,
    /// The store is not copied before it is opened.
    NoCopy = 4,
    /// Envelopes are bound to nothing.
    NoBinding = 5,
    /// Old checkpoints and journals are not let go of.
    KeepAll = 6,
    /// The lock file is not locked.
    NoLock = 7,
    /// The copy of the journal stays empty.
    NoJournalCopy = 8,
    /// New keys take the place of the old ones at once, before anything is sealed with them.
    ForgetOldKeys = 20,
    /// Erasing leaves the store as it is.
    KeepStore = 30,
    /// A snapshot counts without being compared.
    BelieveSnapshot = 31,
    /// A write the disk refused counts as done.
    IgnoreRefusal = 40,
}

const MUTATION: &str = "ROSTER_VAULT_CHILD_MUTATION";
/// Whether this process was started with this defect.
pub(crate) fn mutated(mutation: Mutation) -> bool {
    static FROM_PARENT: OnceLock<u8> = OnceLock::new();
    let given = || std::env::var(MUTATION).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    *FROM_PARENT.get_or_init(given) == mutation as u8
}

/// Runs one of the ignored tests of this binary with a defect, which must make it fail.
pub(crate) fn must_fail(test: &str, mutation: Mutation) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(MUTATION, (mutation as u8).to_string()).env("RUST_BACKTRACE", "0");
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("running 1 test"), "{test} is there: {said}");
    assert!(said.contains("test result: FAILED"), "{test} does not notice {mutation:?}: {said}");
}

/// A small generator, so that a campaign is the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}
