//! What opens the vault.

use roster_engine::{RecoveryKit, Security};

use crate::{
    bridge::keychain_word,
    wire::vault_keys::{KdfView, KeychainView, RecoveryKitView, RotationView, SecurityView, SlotView},
};

impl From<Security> for SecurityView {
    fn from(security: Security) -> Self {
        let slot = |slot: roster_engine::SlotView| SlotView {
            slot_id: slot.id,
            kind: slot.kind.into(),
            made_at: slot.made_at,
            opened_with: slot.opened_with,
        };
        let reason = security.keychain.as_ref().map(keychain_word);
        let kdf = security.kdf;
        Self {
            slots: security.slots.into_iter().map(slot).collect(),
            keychain: KeychainView { available: reason.is_none(), reason },
            kdf: KdfView { memory_kib: kdf.m_kib, passes: kdf.t, lanes: kdf.p },
            epoch: security.epoch,
            rotation: security.rotation.map(|rotation| RotationView { done: rotation.done, total: rotation.total }),
            last_rotated_at: security.last_rotated_at,
        }
    }
}

impl From<RecoveryKit> for RecoveryKitView {
    fn from(kit: RecoveryKit) -> Self {
        Self {
            words: kit.words.iter().map(|word| word.expose().clone()).collect(),
            ask: kit.ask,
            made_at: kit.made_at,
            vault_name: kit.vault_name,
        }
    }
}
