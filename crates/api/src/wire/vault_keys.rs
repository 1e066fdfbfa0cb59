//! What opens the vault, for its owner.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::vault::SlotKind;
use crate::SecretText;

/// One thing that opens the vault.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotView {
    /// Its name.
    pub slot_id: String,
    /// What kind of secret it is.
    pub kind: SlotKind,
    /// When it was made; null when that was not noted.
    #[schema(required = true)]
    pub made_at: Option<Timestamp>,
    /// Whether it opened the vault this time.
    pub opened_with: bool,
}

/// Why the system's keychain cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeychainReason {
    /// There is none, or none is running.
    Unavailable,
    /// It is locked.
    Locked,
    /// It did not answer within three seconds.
    TooSlow,
    /// It answered something else.
    Failed,
}

/// Whether the system's keychain can be used.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeychainView {
    /// Whether it can.
    pub available: bool,
    /// Why it cannot.
    #[schema(required = true)]
    pub reason: Option<KeychainReason>,
}

/// What one guess of the password costs (Argon2id).
#[derive(Debug, Serialize, ToSchema)]
pub struct KdfView {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// How far a change of keys has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct RotationView {
    /// Records under the new key.
    pub done: u64,
    /// Records in all.
    pub total: u64,
}

/// What opens the vault and how its keys stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecurityView {
    /// Everything that opens it.
    pub slots: Vec<SlotView>,
    /// The system's keychain.
    pub keychain: KeychainView,
    /// What one guess of the password costs.
    pub kdf: KdfView,
    /// Number of the present data key.
    pub epoch: u16,
    /// The change of keys under way.
    #[schema(required = true)]
    pub rotation: Option<RotationView>,
    /// When the keys were changed last.
    #[schema(required = true)]
    pub last_rotated_at: Option<Timestamp>,
}

/// The words of a recovery kit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordsRequest {
    /// The twelve words, in order, with spaces between.
    #[schema(value_type = String, min_length = 1, max_length = 1024, format = Password)]
    pub words: SecretText,
}

/// A new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPasswordRequest {
    /// The present password; null only while `needs` has `new_password`.
    #[schema(required = true, value_type = Option<String>, min_length = 1, max_length = 1024, format = Password)]
    pub old: Option<SecretText>,
    /// The new one.
    #[schema(value_type = String, min_length = 8, max_length = 1024, format = Password)]
    pub new: SecretText,
}

/// A request for a recovery kit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecoveryKitRequest {
    /// The password; null only within ten minutes after the vault was made or opened with recovery words.
    #[schema(required = true, value_type = Option<String>, min_length = 1, max_length = 1024, format = Password)]
    pub password: Option<SecretText>,
}

/// Two words typed back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypedWordsRequest {
    /// The words at the two places that were asked for, in that order.
    #[schema(value_type = Vec<String>, min_items = 2, max_items = 2)]
    pub words: Vec<SecretText>,
}

/// A recovery kit to print. It opens nothing before two of its words were typed back.
#[derive(Serialize, ToSchema)]
pub struct RecoveryKitView {
    /// The twelve words, in order.
    pub words: Vec<String>,
    /// Which two are to be typed back, counted from 1.
    pub ask: [usize; 2],
    /// When it was made.
    pub made_at: Timestamp,
    /// A short name of the vault, for the printed page.
    pub vault_name: String,
}

impl std::fmt::Debug for RecoveryKitView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecoveryKitView").field("ask", &self.ask).finish_non_exhaustive()
    }
}

impl Drop for RecoveryKitView {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.words);
    }
}
