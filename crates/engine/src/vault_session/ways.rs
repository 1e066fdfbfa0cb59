//! What opens the vault: looking at it, a new password, a way that goes, new keys.

use std::sync::Arc;

use jiff::Timestamp;
use roster_domain::Secret;

use super::{
    RotationView, Security, SlotKind, SlotView, create::check_password, reauth::on_vault, session::open_error,
};
use crate::{Clash, Deed, Engine, Error};

impl Engine {
    /// What opens the vault and how its keys stand. Asks the keychain whether it is there.
    ///
    /// # Errors
    /// While the vault is not open.
    pub async fn security(&self) -> Result<Security, Error> {
        let open = self.open()?;
        let keychain = match self.core.ask_keychain().await {
            Ok(_) => None,
            Err(Error::Keychain(error)) => Some(error),
            Err(other) => return Err(other),
        };
        let vault = open.store.vault();
        let slots = vault.slots().map_err(open_error)?;
        let view = |slot: &roster_vault::SlotInfo| {
            Some(SlotView {
                id: slot.id.to_string(),
                kind: SlotKind::known(slot.kind)?,
                made_at: slot.made_at.and_then(|at| Timestamp::from_second(at).ok()),
                opened_with: slot.opened_this,
            })
        };
        Ok(Security {
            slots: slots.iter().filter_map(view).collect(),
            keychain,
            kdf: vault.kdf().map_err(open_error)?,
            epoch: vault.epoch().map_err(open_error)?,
            rotation: vault.rotation().map(|rotation| RotationView { done: rotation.done, total: rotation.total }),
            last_rotated_at: open.last_noted(Deed::Rotated),
        })
    }

    /// Sets a new password: with the old one, or without while [`Need::NewPassword`](crate::Need) says so.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], [`Error::UnlockTooSoon`]; [`Error::InvalidRequest`] for either; [`Error::Storage`].
    pub async fn change_password(&self, old: Option<Secret<String>>, new: Secret<String>) -> Result<(), Error> {
        check_password("new", &new)?;
        let open = match old {
            Some(old) => self.owner(old).await?,
            None => {
                let open = self.open()?;
                let opened = self.core.session.lock().opened();
                if !opened.is_some_and(|opened| opened.may_set_password(&self.core)) {
                    return Err(Error::invalid("old", crate::Problem::Missing));
                }
                open
            }
        };
        let made_at = self.core.now().as_second();
        let core = Arc::clone(&self.core);
        open.whole(move |open| async move {
            on_vault(&open, move |vault| vault.set_password(&new, Some(made_at))).await?;
            core.session.lock().password_was_set();
            open.note(Deed::PasswordChanged, None, None).await;
            Ok(())
        })
        .await
    }

    /// Takes a way to open the vault away and starts new keys.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], [`Error::UnlockTooSoon`]; [`Error::SlotNotFound`]; [`Clash::LastSlot`] for the only
    /// password, which every change of the keys asks for; [`Error::Storage`].
    pub async fn remove_slot(&self, slot: &str, password: Secret<String>) -> Result<(), Error> {
        let open = self.owner(password).await?;
        let slots = open.store.vault().slots().map_err(open_error)?;
        let found = slots.iter().find(|known| known.id.to_string() == slot).copied();
        let found = found.ok_or_else(|| Error::SlotNotFound { id: slot.chars().take(64).collect() })?;
        let kind = SlotKind::known(found.kind).ok_or_else(|| Error::SlotNotFound { id: slot.to_owned() })?;
        if kind == SlotKind::Password && slots.iter().filter(|other| other.kind == found.kind).count() == 1 {
            return Err(Error::Conflict(Clash::LastSlot));
        }
        let removed = open.whole(move |open| async move {
            on_vault(&open, move |vault| vault.remove_slot(found.id)).await?;
            open.note(Deed::SlotRemoved, None, Some(kind.word().to_owned())).await;
            open.note(Deed::Rotated, None, None).await;
            Ok(())
        });
        removed.await?;
        if kind == SlotKind::Keychain {
            // The key opens nothing any more; that it goes as well is only tidy.
            let id = self.core.vault_id()?;
            if let Err(error) = self.core.in_time(self.core.ports.keychain.remove(&id)).await {
                tracing::warn!(%error, "the keychain keeps a key that opens nothing");
            }
        }
        Ok(())
    }

    /// Starts new keys. What is stored is sealed anew in the background.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], [`Error::UnlockTooSoon`]; [`Error::Storage`].
    pub async fn rotate_keys(&self, password: Secret<String>) -> Result<(), Error> {
        let open = self.owner(password).await?;
        open.whole(|open| async move {
            on_vault(&open, |vault| vault.rotate()).await?;
            open.note(Deed::Rotated, None, None).await;
            Ok(())
        })
        .await
    }

    /// Whether the keys are kept out of the swap file: those of the open vault, or, while it is locked, those it would
    /// have.
    pub fn memory_locked(&self) -> bool {
        match self.open() {
            Ok(open) => open.store.vault().memory_locked(),
            Err(_) => roster_vault::memory_can_be_locked(),
        }
    }

    /// A short name of the vault, for paper and file names.
    pub(super) fn vault_name(&self) -> Result<String, Error> {
        Ok(self.core.vault_id()?.chars().take(8).collect())
    }
}

impl SlotKind {
    pub(super) fn known(kind: roster_vault::SlotKind) -> Option<Self> {
        match kind {
            roster_vault::SlotKind::Password => Some(Self::Password),
            roster_vault::SlotKind::Recovery => Some(Self::Recovery),
            roster_vault::SlotKind::Keychain => Some(Self::Keychain),
            roster_vault::SlotKind::KeyFile => Some(Self::KeyFile),
            _ => None,
        }
    }

    /// The word for it in the history.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Recovery => "recovery",
            Self::Keychain => "keychain",
            Self::KeyFile => "key_file",
        }
    }
}

impl From<SlotKind> for roster_vault::SlotKind {
    fn from(kind: SlotKind) -> Self {
        match kind {
            SlotKind::Password => Self::Password,
            SlotKind::Recovery => Self::Recovery,
            SlotKind::Keychain => Self::Keychain,
            SlotKind::KeyFile => Self::KeyFile,
        }
    }
}
