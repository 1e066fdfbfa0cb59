//! The system's keychain as a way to open the vault. Unavailable is not missing: whatever the keychain does, nothing is
//! made anew while the vault is locked, and the other ways work as before.

use std::{future::Future, time::Duration};

use roster_domain::Secret;
use roster_vault::{NewSlot, slot_key};

use super::{SlotKind, reauth::on_vault, session::open_error};
use crate::{Deed, Engine, Error, KeychainError, engine::Core};

/// A keychain that has not answered by then is done without.
const PATIENCE: Duration = Duration::from_secs(3);

impl Core {
    /// The keychain's entry for this vault; `None` when it was asked and has none.
    pub(super) async fn ask_keychain(&self) -> Result<Option<Secret<Vec<u8>>>, Error> {
        let id = self.vault_id()?;
        Ok(self.in_time(self.ports.keychain.get(&id)).await?)
    }

    /// The name of the vault, for what lies elsewhere.
    pub(super) fn vault_id(&self) -> Result<String, Error> {
        roster_vault::vault_id(&self.vault_dir()).map_err(open_error)
    }

    pub(super) async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, KeychainError>>,
    ) -> Result<T, KeychainError> {
        tokio::select! {
            biased;
            answer = answer => answer,
            () = self.ports.clock.sleep(PATIENCE) => Err(KeychainError::TooSlow),
        }
    }
}

impl Engine {
    /// Puts a key into the keychain that opens the vault, in place of an earlier one.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], [`Error::UnlockTooSoon`]; [`Error::Keychain`]; [`Error::Storage`]. The keychain and the
    /// vault are then as they were, as far as the keychain lets that be.
    pub async fn add_keychain(&self, password: Secret<String>) -> Result<(), Error> {
        let open = self.owner(password).await?;
        let (core, id) = (&self.core, self.core.vault_id()?);
        let keychain = &core.ports.keychain;
        let before = core.in_time(keychain.get(&id)).await?;
        let key = slot_key();
        core.in_time(keychain.set(&id, &key)).await?;
        let kept = core.in_time(keychain.get(&id)).await;
        let found = kept.as_ref().is_ok_and(|found| found.as_ref().is_some_and(|found| found.expose() == key.expose()));
        let added = match found {
            true => self.replace_slots(open, SlotKind::Keychain, key).await,
            false => {
                let message = String::from("it did not keep what it was given");
                Err(kept.err().unwrap_or(KeychainError::Failed { message }).into())
            }
        };
        if added.is_err() {
            let undone = match &before {
                Some(before) => core.in_time(keychain.set(&id, before)).await,
                None => core.in_time(keychain.remove(&id)).await,
            };
            if let Err(error) = undone {
                tracing::warn!(%error, "the keychain keeps a key that opens nothing");
            }
        }
        added
    }

    /// Adds the slot of a keychain's key and takes the earlier ones away.
    async fn replace_slots(
        &self,
        open: std::sync::Arc<crate::unlocked::Unlocked>,
        kind: SlotKind,
        key: Secret<Vec<u8>>,
    ) -> Result<(), Error> {
        let made_at = self.core.now().as_second();
        open.whole(move |open| async move {
            let replaced = on_vault(&open, move |vault| {
                let earlier: Vec<_> = vault.slots()?.into_iter().filter(|slot| slot.kind == kind.into()).collect();
                vault.add_slot(NewSlot::Keychain(&key), Some(made_at))?;
                for slot in &earlier {
                    vault.remove_slot(slot.id)?;
                }
                Ok(!earlier.is_empty())
            });
            let rotated = replaced.await?;
            open.note(Deed::SlotAdded, None, Some(kind.word().to_owned())).await;
            if rotated {
                open.note(Deed::Rotated, None, None).await;
            }
            Ok(())
        })
        .await
    }
}
