//! Opening the vault: with its password, the recovery kit, the keychain or a key file.

use std::{sync::Arc, time::Duration};

use roster_domain::Secret;
use roster_vault::{KdfParams, Opener, Presence, RecoveryWords, Vault, inspect};

use super::{
    SlotKind, UnlockReport, key_files,
    session::{Opened, kinds_of, open_error},
};
use crate::{Clash, Engine, Error, engine::Core};

/// A secret to open the vault with, for a task of its own.
enum Held {
    Password(Arc<Secret<String>>),
    Recovery(Secret<String>),
    Keychain(Secret<Vec<u8>>),
    KeyFile(Secret<Vec<u8>>),
}

impl Held {
    fn opener(&self) -> Opener<'_> {
        match self {
            Self::Password(password) => Opener::Password(password),
            Self::Recovery(words) => Opener::Recovery(words),
            Self::Keychain(key) => Opener::Keychain(key),
            Self::KeyFile(content) => Opener::KeyFile(content),
        }
    }

    fn kind(&self) -> SlotKind {
        match self {
            Self::Password(_) => SlotKind::Password,
            Self::Recovery(_) => SlotKind::Recovery,
            Self::Keychain(_) => SlotKind::Keychain,
            Self::KeyFile(_) => SlotKind::KeyFile,
        }
    }
}

impl Engine {
    /// Opens the vault. After the third wrong password in a row each further one costs a growing wait, over
    /// restarts too; wrong recovery words and key files count as well.
    ///
    /// # Errors
    /// [`Error::VaultAbsent`], [`Error::WrongPassword`], [`Error::UnlockTooSoon`], [`Error::AlreadyOpen`],
    /// [`Error::VaultDamaged`], [`Error::VaultNewer`], [`Error::VaultBusy`] (also when it is open already),
    /// [`Error::Storage`].
    pub async fn unlock(&self, password: Secret<String>) -> Result<UnlockReport, Error> {
        self.unlock_with(Held::Password(Arc::new(password))).await
    }

    /// Opens the vault with the words of its recovery kit. For ten minutes a new password can be set without the old.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] for words that are those of no kit; the others as [`Engine::unlock`];
    /// [`Clash::NoSuchSlot`] when the vault has no kit.
    pub async fn unlock_with_recovery(&self, words: Secret<String>) -> Result<UnlockReport, Error> {
        let words = RecoveryWords::check(words.expose()).map_err(|error| open_error(error.into()))?;
        self.unlock_with(Held::Recovery(words)).await
    }

    /// Opens the vault with the key in the system's keychain. The vault stays free for its password meanwhile, and a
    /// keychain that does not help counts as no try.
    ///
    /// # Errors
    /// [`Error::Keychain`], [`Error::KeychainEmpty`]; [`Clash::NoSuchSlot`]; the others as [`Engine::unlock`].
    pub async fn unlock_with_keychain(&self) -> Result<UnlockReport, Error> {
        self.core.require_slot(SlotKind::Keychain)?;
        let found = self.core.ask_keychain().await?;
        #[cfg(test)]
        super::keychain_tests::make_key_if_mutated(&self.core, found.is_none()).await;
        let key = found.ok_or(Error::KeychainEmpty)?;
        self.unlock_with(Held::Keychain(key)).await
    }

    /// Asks for a key file and opens the vault with it.
    ///
    /// # Errors
    /// [`Clash::Cancelled`] when no file was picked; [`Error::InvalidRequest`] for a file that is none, or another
    /// vault's; [`Error::FileDialog`]; the others as [`Engine::unlock`].
    pub async fn unlock_with_key_file(&self) -> Result<UnlockReport, Error> {
        self.core.require_slot(SlotKind::KeyFile)?;
        let content = key_files::pick(self.core.ports.files.as_ref()).await?;
        self.unlock_with(Held::KeyFile(content)).await
    }

    async fn unlock_with(&self, key: Held) -> Result<UnlockReport, Error> {
        self.core.begin_opening(Error::VaultBusy)?;
        let core = Arc::clone(&self.core);
        let opened = tokio::spawn(async move {
            let done = core.open_vault(key).await;
            if let Err(error) = &done {
                core.closed(Some(error));
            }
            done
        });
        opened.await.map_err(|error| Error::storage("unlock", error))?
    }
}

impl Core {
    /// Refuses early what cannot work: before a keychain or a person is asked for something.
    fn require_slot(&self, kind: SlotKind) -> Result<(), Error> {
        match inspect(&self.vault_dir()).map_err(open_error)? {
            Presence::Absent => Err(Error::VaultAbsent),
            Presence::Present { slots, .. } if kinds_of(&slots).contains(&kind) => Ok(()),
            Presence::Present { .. } => Err(Error::Conflict(Clash::NoSuchSlot)),
        }
    }

    async fn open_vault(self: &Arc<Self>, key: Held) -> Result<UnlockReport, Error> {
        let counts = key.kind() != SlotKind::Keychain;
        let wait = self.slowdown.wait(self.ports.clock.awake());
        if counts && wait > Duration::ZERO {
            return Err(Error::UnlockTooSoon { wait });
        }
        let dir = self.vault_dir();
        if matches!(inspect(&dir), Ok(Presence::Absent)) {
            return Err(Error::VaultAbsent);
        }
        // Counted before the try: ending the program in the middle of it gives no free guess.
        if counts {
            self.slowdown.count_try(self.ports.clock.awake())?;
        }
        let opened = Opened::now(self, key.kind(), false);
        let password = match &key {
            Held::Password(password) => Some(Arc::clone(password)),
            Held::Recovery(_) | Held::Keychain(_) | Held::KeyFile(_) => None,
        };
        let open = move || Vault::open(&dir, key.opener());
        let found = tokio::task::spawn_blocking(open).await.map_err(|error| Error::storage("unlock", error))?;
        match found.map_err(open_error) {
            Ok((vault, report)) => {
                if counts {
                    self.slowdown.forget()?;
                }
                self.raise_costs(&vault, password);
                self.enter(vault, report, opened).await
            }
            Err(Error::WrongPassword { .. }) if !counts => Err(Error::KeychainEmpty),
            Err(Error::WrongPassword { .. }) => {
                Err(Error::WrongPassword { wait: self.slowdown.wait(self.ports.clock.awake()) })
            }
            Err(other) => {
                // The secret was not the reason.
                if counts {
                    self.slowdown.take_back()?;
                }
                Err(other)
            }
        }
    }

    /// Makes guessing the password dearer in the background, when it is cheap on this machine. Only where the costs say
    /// something: in an optimised program that was not told to use less than the usual ones.
    fn raise_costs(&self, vault: &Vault, password: Option<Arc<Secret<String>>>) {
        let Some(password) = password else { return };
        if cfg!(debug_assertions) || self.kdf.m_kib < KdfParams::default().m_kib {
            return;
        }
        let vault = vault.clone();
        drop(tokio::task::spawn_blocking(move || match vault.raise_kdf(&password) {
            Ok(true) => tracing::info!("guessing the password was made dearer"),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "guessing the password costs what it did before"),
        }));
    }
}
