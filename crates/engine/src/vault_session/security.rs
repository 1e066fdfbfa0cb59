//! What opens the vault and what guessing costs, as its owner sees it.

use std::time::Duration;

use jiff::Timestamp;
use roster_domain::Secret;
use roster_vault::KdfParams;

use super::SlotKind;
use crate::KeychainError;

/// How long a new vault, and one that was opened with recovery words, can be changed without its password being
/// asked for once more.
pub(super) const GRACE: Duration = Duration::from_secs(10 * 60);

/// One thing that opens the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotView {
    /// Its name.
    pub id: String,
    /// What kind of secret it is.
    pub kind: SlotKind,
    /// When it was made; `None` when that was not noted.
    pub made_at: Option<Timestamp>,
    /// Whether it opened the vault this time.
    pub opened_with: bool,
}

/// How far a change of keys has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotationView {
    /// Records under the new key.
    pub done: u64,
    /// Records in all.
    pub total: u64,
}

/// What opens the vault and how its keys stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Security {
    /// Everything that opens it.
    pub slots: Vec<SlotView>,
    /// Why the system's keychain cannot be used; `None` when it can.
    pub keychain: Option<KeychainError>,
    /// What one guess of the password costs.
    pub kdf: KdfParams,
    /// Number of the present data key.
    pub epoch: u16,
    /// The change of keys under way.
    pub rotation: Option<RotationView>,
    /// When the keys were changed last.
    pub last_rotated_at: Option<Timestamp>,
}

/// A recovery kit that is shown and not in force yet.
#[derive(Debug)]
pub struct RecoveryKit {
    /// Its twelve words, in order.
    pub words: Vec<Secret<String>>,
    /// Which two words the owner is to type back, counted from 1.
    pub ask: [usize; 2],
    /// When it was made.
    pub made_at: Timestamp,
    /// A short name of the vault, for the printed page.
    pub vault_name: String,
}
