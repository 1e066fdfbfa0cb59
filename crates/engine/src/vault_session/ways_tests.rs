//! The ways to open the vault, through the engine: what each asks for, what counts as a try, what needs the password.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use parking_lot::Mutex;
use roster_domain::Secret;
use roster_platform::{HttpConfig, HttpFactory};

use crate::{
    CheckLimits, Clash, Engine, EngineConfig, Error, FileDialogError, FileDialogs, FilePurpose, KdfParams, LockReason,
    Need, Ports, Problem, SlotKind, VaultPhase,
    testing::{ManualClock, PASSWORD},
};

use super::keychain_tests::ScriptedKeychain;

/// A person who picks this file, or closes the dialog.
#[derive(Debug, Default)]
struct Picks(Mutex<Option<PathBuf>>);

#[async_trait]
impl FileDialogs for Picks {
    async fn save_to(&self, purpose: FilePurpose, suggested: &str) -> Result<Option<PathBuf>, FileDialogError> {
        assert_eq!(purpose, FilePurpose::KeyFile);
        assert!(suggested.starts_with("roster-") && suggested.ends_with(".key") && !suggested.contains('/'));
        Ok(self.0.lock().clone())
    }

    async fn open_from(&self, purpose: FilePurpose) -> Result<Option<PathBuf>, FileDialogError> {
        assert_eq!(purpose, FilePurpose::KeyFile);
        Ok(self.0.lock().clone())
    }
}

struct Desk {
    engine: Engine,
    clock: Arc<ManualClock>,
    keychain: Arc<ScriptedKeychain>,
    picks: Arc<Picks>,
    place: tempfile::TempDir,
}

fn password(text: &str) -> Secret<String> {
    Secret::from(text)
}

async fn desk() -> Desk {
    let place = tempfile::tempdir().unwrap();
    let (clock, keychain) = (Arc::new(ManualClock::new()), Arc::new(ScriptedKeychain::default()));
    let picks = Arc::new(Picks::default());
    let ports = Ports { clock: clock.clone(), keychain: keychain.clone(), files: picks.clone(), ..Ports::bare() };
    let engine = Engine::new(EngineConfig {
        data_dir: place.path().join("data"),
        adapters: Vec::new(),
        http: HttpFactory::new(HttpConfig::default()).unwrap(),
        ports,
        kdf: KdfParams::floor(),
        limits: CheckLimits::default(),
    });
    engine.create_vault(password(PASSWORD)).await.unwrap();
    let settings = crate::Settings { lock_after_minutes: 0, ..crate::Settings::default() };
    engine.update_settings(settings).await.unwrap();
    Desk { engine, clock, keychain, picks, place }
}

impl Desk {
    async fn relock(&self) {
        self.engine.lock_because(LockReason::Owner).await.unwrap();
    }

    async fn kinds(&self) -> Vec<SlotKind> {
        self.engine.security().await.unwrap().slots.iter().map(|slot| slot.kind).collect()
    }

    /// Makes a kit and types its two words back; answers all twelve.
    async fn kit(&self, with: Option<&str>) -> String {
        let kit = self.engine.make_recovery_kit(with.map(password)).await.unwrap();
        let typed = kit.ask.map(|at| Secret::from(format!(" {} ", kit.words[at - 1].expose().to_uppercase())));
        self.engine.confirm_recovery_kit(typed.into()).await.unwrap();
        kit.words.iter().map(|word| word.expose().as_str()).collect::<Vec<_>>().join(" ")
    }
}

#[tokio::test]
async fn a_kit_is_in_force_only_after_two_of_its_words_were_typed_back() {
    let desk = desk().await;
    assert_eq!(desk.engine.vault_state().needs, [Need::RecoveryKit]);
    let none = desk.engine.confirm_recovery_kit(vec![password("a"), password("b")]).await;
    assert!(matches!(none, Err(Error::Conflict(Clash::NoKit))));
    let kit = desk.engine.make_recovery_kit(None).await.unwrap();
    assert!(kit.words.len() == 12 && kit.ask[0] < kit.ask[1] && (1..=12).contains(&kit.ask[1]), "{:?}", kit.ask);
    assert_eq!(desk.kinds().await, [SlotKind::Password], "nothing is stored yet");
    let words = kit.words.iter().map(|word| word.expose().as_str()).collect::<Vec<_>>().join(" ");
    let wrong = desk.engine.confirm_recovery_kit(vec![password("zoo"), password("zoo")]).await;
    assert!(matches!(wrong, Err(Error::InvalidRequest { field: "words", problem: Problem::OtherWords })));
    assert_eq!(desk.kinds().await, [SlotKind::Password]);
    let typed = kit.ask.map(|at| kit.words[at - 1].clone());
    desk.engine.confirm_recovery_kit(typed.to_vec()).await.unwrap();
    assert_eq!(desk.kinds().await, [SlotKind::Password, SlotKind::Recovery]);
    assert!(desk.engine.vault_state().needs.is_empty());
    desk.relock().await;
    assert_eq!(desk.engine.vault_state().slot_kinds, [SlotKind::Password, SlotKind::Recovery]);

    let garbled = desk.engine.unlock_with_recovery(Secret::from("zoo ".repeat(12))).await;
    assert!(matches!(garbled, Err(Error::InvalidRequest { field: "words", problem: Problem::WordChecksum })));
    desk.engine.unlock_with_recovery(Secret::from(words.as_str())).await.unwrap();
    assert_eq!(desk.engine.vault_state().opened_with, Some(SlotKind::Recovery));
    assert_eq!(desk.engine.vault_state().needs, [Need::NewPassword]);
    desk.engine.change_password(None, password("a new password")).await.unwrap();
    assert!(desk.engine.vault_state().needs.is_empty());
    let again = desk.engine.change_password(None, password("another password")).await;
    assert!(matches!(again, Err(Error::InvalidRequest { field: "old", .. })), "once");
    let newer = desk.kit(None).await;
    desk.relock().await;
    assert!(matches!(desk.engine.unlock(password(PASSWORD)).await, Err(Error::WrongPassword { .. })));
    desk.engine.unlock(password("a new password")).await.unwrap();
    desk.relock().await;
    let older = desk.engine.unlock_with_recovery(Secret::from(words)).await;
    assert!(matches!(older, Err(Error::WrongPassword { .. })), "the newer kit took its place: {older:?}");
    desk.engine.unlock_with_recovery(Secret::from(newer)).await.unwrap();
    desk.clock.advance(Duration::from_secs(601));
    assert!(desk.engine.vault_state().needs.is_empty(), "ten minutes are over");
    let late = desk.engine.change_password(None, password("too late a password")).await;
    assert!(matches!(late, Err(Error::InvalidRequest { field: "old", .. })));
    let late = desk.engine.make_recovery_kit(None).await;
    assert!(matches!(late, Err(Error::InvalidRequest { field: "password", .. })));
    desk.engine.shutdown().await.unwrap();
}

#[tokio::test]
async fn changes_of_the_keys_ask_for_the_password_and_wrong_ones_count() {
    let desk = desk().await;
    desk.clock.advance(Duration::from_secs(601));
    let wrong = || password("not the password");
    assert!(matches!(desk.engine.make_recovery_kit(None).await, Err(Error::InvalidRequest { .. })));
    assert!(matches!(desk.engine.rotate_keys(wrong()).await, Err(Error::WrongPassword { .. })));
    assert!(matches!(desk.engine.add_keychain(wrong()).await, Err(Error::WrongPassword { .. })));
    assert!(matches!(desk.engine.add_key_file(wrong()).await, Err(Error::WrongPassword { .. })));
    let fourth = desk.engine.change_password(Some(wrong()), password("a new password")).await;
    assert!(matches!(fourth, Err(Error::WrongPassword { wait }) if wait == Duration::from_secs(1)), "{fourth:?}");
    let soon = desk.engine.rotate_keys(password(PASSWORD)).await;
    assert!(matches!(soon, Err(Error::UnlockTooSoon { .. })), "{soon:?}");
    desk.clock.advance(Duration::from_secs(1));
    desk.engine.rotate_keys(password(PASSWORD)).await.unwrap();
    let security = desk.engine.security().await.unwrap();
    assert_eq!((security.epoch, security.kdf), (1, KdfParams::floor()));
    assert!(security.last_rotated_at.is_some() && security.keychain.is_none());
    let short = desk.engine.change_password(Some(password(PASSWORD)), password("7 chars")).await;
    assert!(matches!(short, Err(Error::InvalidRequest { field: "new", .. })));
    let only = security.slots[0].id.clone();
    let last = desk.engine.remove_slot(&only, password(PASSWORD)).await;
    assert!(matches!(last, Err(Error::Conflict(Clash::LastSlot))), "{last:?}");
    let none = desk.engine.remove_slot("0011223344556677", password(PASSWORD)).await;
    assert!(matches!(none, Err(Error::SlotNotFound { .. })));
    desk.engine.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_key_file_is_written_read_back_and_opens_the_vault() {
    let desk = desk().await;
    let cancelled = desk.engine.add_key_file(password(PASSWORD)).await;
    assert!(matches!(cancelled, Err(Error::Conflict(Clash::Cancelled))));
    let path = desk.place.path().join("my.key");
    *desk.picks.0.lock() = Some(path.clone());
    desk.engine.add_key_file(password(PASSWORD)).await.unwrap();
    assert_eq!(desk.kinds().await, [SlotKind::Password, SlotKind::KeyFile]);
    desk.relock().await;
    desk.engine.unlock_with_key_file().await.unwrap();
    assert_eq!(desk.engine.vault_state().opened_with, Some(SlotKind::KeyFile));
    let slot = desk.engine.security().await.unwrap().slots[1].clone();
    assert!(slot.opened_with && slot.made_at.is_some());
    desk.relock().await;
    let good = fs::read(&path).unwrap();
    fs::write(&path, b"a photograph").unwrap();
    let wrong = desk.engine.unlock_with_key_file().await;
    assert!(matches!(wrong, Err(Error::InvalidRequest { field: "file", problem: Problem::NoKeyFile })), "{wrong:?}");
    *desk.picks.0.lock() = None;
    let closed = desk.engine.unlock_with_key_file().await;
    assert!(matches!(closed, Err(Error::Conflict(Clash::Cancelled))));
    assert_eq!(desk.engine.vault_state().phase, VaultPhase::Locked);
    fs::write(&path, good).unwrap();
    *desk.picks.0.lock() = Some(path.clone());
    desk.engine.unlock(password(PASSWORD)).await.unwrap();
    desk.engine.remove_slot(&slot.id, password(PASSWORD)).await.unwrap();
    desk.relock().await;
    assert!(matches!(desk.engine.unlock_with_key_file().await, Err(Error::Conflict(Clash::NoSuchSlot))));
    desk.engine.unlock(password(PASSWORD)).await.unwrap();
    desk.engine.shutdown().await.unwrap();
}

#[tokio::test]
async fn the_keychain_opens_the_vault_and_loses_its_key_with_its_slot() {
    let desk = desk().await;
    desk.engine.add_keychain(password(PASSWORD)).await.unwrap();
    assert!(desk.keychain.entry().is_some());
    desk.relock().await;
    desk.engine.unlock_with_keychain().await.unwrap();
    assert_eq!(desk.engine.vault_state().opened_with, Some(SlotKind::Keychain));
    // A second one takes the place of the first.
    let first = desk.keychain.entry();
    desk.engine.add_keychain(password(PASSWORD)).await.unwrap();
    assert!(desk.keychain.entry().is_some() && desk.keychain.entry() != first);
    assert_eq!(desk.kinds().await, [SlotKind::Password, SlotKind::Keychain]);
    let slot = desk.engine.security().await.unwrap().slots[1].id.clone();
    desk.engine.remove_slot(&slot, password(PASSWORD)).await.unwrap();
    assert_eq!(desk.keychain.entry(), None);
    desk.engine.shutdown().await.unwrap();
}
