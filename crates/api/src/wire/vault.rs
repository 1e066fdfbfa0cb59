//! The vault, for its owner.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::words;
use crate::SecretText;

words! {
    /// Whether the vault can be used.
    VaultPhase mirrors roster_engine::VaultPhase {
        /// There is none yet.
        Absent,
        /// It wants its password.
        Locked,
        /// Open.
        Unlocked,
        /// Being made, opened or closed.
        Busy,
    }
}

words! {
    /// Why the vault was locked.
    LockReason mirrors roster_engine::LockReason {
        /// The owner asked for it.
        Owner,
        /// Nobody was there for as long as the settings say.
        Idle,
        /// The machine went to sleep.
        Suspend,
        /// The screen was locked.
        ScreenLock,
        /// The program ended.
        Quit,
    }
}

words! {
    /// What kind of secret opens the vault.
    SlotKind mirrors roster_engine::SlotKind {
        /// A password.
        Password,
        /// The words of the recovery kit.
        Recovery,
        /// The system's keychain.
        Keychain,
        /// A key file.
        KeyFile,
    }
}

words! {
    /// What the owner should see to next.
    Need mirrors roster_engine::Need {
        /// The vault was opened with recovery words within the last ten minutes: `PUT /vault/password` takes a new
        /// password without the old one.
        NewPassword,
        /// No recovery kit has been made yet.
        RecoveryKit,
    }
}

/// The state of the vault.
#[derive(Debug, Serialize, ToSchema)]
pub struct VaultView {
    /// Whether it can be used.
    pub phase: VaultPhase,
    /// Why it cannot be opened at all.
    #[schema(required = true)]
    pub problem: Option<VaultProblemView>,
    /// Seconds until the next password may be tried.
    pub wait_seconds: u64,
    /// What can open it, each kind once; empty when there is none.
    pub slot_kinds: Vec<SlotKind>,
    /// What opened it, while it is open.
    #[schema(required = true)]
    pub opened_with: Option<SlotKind>,
    /// What the owner should see to, while it is open.
    pub needs: Vec<Need>,
    /// Why it was locked last, while it is locked; null when it was not open since the start.
    #[schema(required = true)]
    pub locked_because: Option<LockReason>,
    /// What the last opening had to do, when it was anything.
    #[schema(required = true)]
    pub notice: Option<VaultNoticeView>,
}

/// Why the vault cannot be opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct VaultProblemView {
    /// The kind.
    pub code: crate::ErrorCode,
    /// One sentence.
    pub message: String,
    /// Whether the header with the keys is what is missing: only putting it back helps.
    pub key_missing: bool,
}

/// What the last opening had to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct VaultNoticeView {
    /// Changes that the journal held and the store did not.
    pub replayed: u64,
    /// Whether the store had to be rebuilt.
    pub rebuilt: bool,
    /// Parts and records that could not be read; a copy of each is kept.
    pub set_aside: u64,
    /// Whether something could not be recovered.
    pub lost: bool,
    /// Names of accounts and pools of which something was lost, as far as they are known; empty while the vault is locked.
    pub lost_names: Vec<String>,
    /// Logins of an earlier run that were taken up again.
    pub logins_resumed: u64,
}

/// A password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordRequest {
    /// The password.
    #[schema(value_type = String, min_length = 1, max_length = 1024, format = Password)]
    pub password: SecretText,
}

/// About the program.
#[derive(Debug, Serialize, ToSchema)]
pub struct AboutView {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence.
    pub licence: String,
    /// Where it keeps its data.
    pub data_dir: String,
    /// Where it writes its log.
    #[schema(required = true)]
    pub log_dir: Option<String>,
    /// Whether this system can keep the window out of screenshots and recordings.
    pub screen_protection: YesNo,
    /// Whether a crash could write memory to the disk.
    pub core_dumps: OnOff,
    /// Whether keys are kept out of the swap.
    pub memory_locked: bool,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnOff {
    /// On.
    On,
    /// Off.
    Off,
}
