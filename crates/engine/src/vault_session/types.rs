//! What is shown of the vault.

use std::time::Duration;

use serde::Serialize;

/// Where the vault stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VaultPhase {
    /// There is none.
    Absent,
    /// Closed.
    Locked,
    /// Open.
    Unlocked,
    /// Being made, opened or closed.
    Busy,
}

/// Why a vault was locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LockReason {
    /// The owner asked for it.
    Owner,
    /// Nobody was there for as long as the settings say.
    Idle,
    /// The machine goes to sleep.
    Suspend,
    /// The screen was locked.
    ScreenLock,
    /// The program ends.
    Quit,
}

/// Why a locked vault may not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultProblem {
    /// Its files are damaged.
    Damaged {
        /// What was found, without secrets.
        what: String,
    },
    /// The header with its keys is gone. Only putting it back helps: no new key is made over sealed records.
    KeyMissing,
    /// A newer version wrote it.
    Newer {
        /// The format found.
        found: u16,
    },
    /// Another process has it open.
    AlreadyOpen,
    /// Its files cannot be read.
    Unreadable {
        /// Why.
        what: String,
    },
}

/// What the last opening did beyond opening, for one sentence to the owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct UnlockReport {
    /// Changes that the journal held and the store did not, because the program had not ended properly. Nothing to
    /// worry the owner with.
    pub replayed: u64,
    /// Whether the store was damaged and had to be put together again from the copies.
    pub rebuilt: bool,
    /// How many parts were found damaged; a copy of each is kept.
    pub damaged_parts: u64,
    /// Whether something could not be recovered.
    pub lost: bool,
    /// Names of accounts and pools of which something was lost, as far as they are known and as many as can be shown.
    pub lost_names: Vec<String>,
    /// Names of accounts and pools of which something was damaged and is whole again.
    pub mended_names: Vec<String>,
    /// Records that could be opened and not understood; they stay in the vault as they are.
    pub unreadable: u64,
    /// Logins of an earlier run that were taken up again.
    pub logins_resumed: u64,
}

impl UnlockReport {
    /// Whether there is anything the owner should hear about.
    pub fn is_quiet(&self) -> bool {
        !self.rebuilt && self.damaged_parts == 0 && !self.lost && self.unreadable == 0
    }
}

/// What kind of secret opens a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// A password.
    Password,
    /// The words of the recovery kit.
    Recovery,
    /// The system's keychain.
    Keychain,
    /// A key file.
    KeyFile,
}

/// What the owner should see to next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// The vault was opened with recovery words a short while ago: a new password can be set without the old one.
    NewPassword,
    /// No recovery kit has been made yet.
    RecoveryKit,
}

/// The vault as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultState {
    /// Where it stands.
    pub phase: VaultPhase,
    /// Why it may not open.
    pub problem: Option<VaultProblem>,
    /// How long to wait before the next password.
    pub wait: Duration,
    /// What can open it while it is locked, each kind once; empty when there is none.
    pub slot_kinds: Vec<SlotKind>,
    /// What opened it, while it is open.
    pub opened_with: Option<SlotKind>,
    /// What the owner should see to, while it is open.
    pub needs: Vec<Need>,
    /// Why it was locked last, while it is locked; `None` when this run has not opened it yet.
    pub locked_because: Option<LockReason>,
    /// What the last opening did.
    pub notice: Option<UnlockReport>,
}
