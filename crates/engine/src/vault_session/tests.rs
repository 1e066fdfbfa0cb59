//! The vault's phases, the wait after wrong passwords, and what lies beside the vault.

use std::{fs, time::Duration};

use roster_domain::Secret;

use crate::{
    Error, Event, Language, LockReason, Preferences, Problem, Settings, Theme, VaultPhase, VaultProblem,
    testing::{FakePlatform, PASSWORD, Rig, Says, settle, within},
};

fn password(text: &str) -> Secret<String> {
    Secret::from(text)
}

#[tokio::test]
async fn from_absent_to_unlocked_to_locked_and_back() {
    let rig = Rig::closed(FakePlatform::new());
    assert_eq!(rig.engine.vault_state().phase, VaultPhase::Absent);
    assert!(matches!(rig.engine.settings(), Err(Error::VaultAbsent)));
    assert!(matches!(rig.engine.unlock(password(PASSWORD)).await, Err(Error::VaultAbsent)));
    let short = rig.engine.create_vault(password("7 chars")).await;
    assert!(matches!(short, Err(Error::InvalidRequest { problem: Problem::TooShort { min: 8 }, .. })));
    rig.engine.create_vault(password(PASSWORD)).await.unwrap();
    assert_eq!(rig.engine.vault_state().phase, VaultPhase::Unlocked);
    assert!(matches!(rig.engine.create_vault(password(PASSWORD)).await, Err(Error::VaultExists)));
    assert_eq!(rig.engine.vault_state().locked_because, None);
    rig.engine.lock().await.unwrap();
    rig.engine.lock_because(LockReason::Suspend).await.unwrap();
    assert_eq!(rig.engine.vault_state().phase, VaultPhase::Locked);
    assert_eq!(rig.engine.vault_state().locked_because, Some(LockReason::Owner), "the first one locked it");
    assert!(matches!(rig.engine.settings(), Err(Error::VaultLocked)));
    assert!(matches!(rig.engine.create_vault(password(PASSWORD)).await, Err(Error::VaultExists)));
    let report = rig.engine.unlock(password(PASSWORD)).await.unwrap();
    assert!(report.is_quiet(), "{report:?}");
    assert!(matches!(rig.engine.unlock(password(PASSWORD)).await, Err(Error::VaultBusy)));
    rig.engine.lock_because(LockReason::ScreenLock).await.unwrap();
    assert_eq!(rig.engine.vault_state().locked_because, Some(LockReason::ScreenLock));
    within(rig.engine.shutdown()).await.unwrap();
}

#[tokio::test]
async fn wrong_passwords_wait_longer_and_longer_over_restarts_too() {
    let rig = Rig::open().await;
    rig.engine.lock().await.unwrap();
    for expected in [0, 0, 0, 1] {
        let wrong = rig.engine.unlock(password("wrong password")).await;
        let waits = matches!(wrong, Err(Error::WrongPassword { wait }) if wait == Duration::from_secs(expected));
        assert!(waits, "{wrong:?}");
    }
    let soon = rig.engine.unlock(password(PASSWORD)).await;
    assert!(matches!(soon, Err(Error::UnlockTooSoon { wait }) if wait == Duration::from_secs(1)), "{soon:?}");
    assert_eq!(rig.engine.vault_state().wait, Duration::from_secs(1));
    assert!(rig.dir().join("unlock-tries.json").exists());
    rig.clock.advance(Duration::from_secs(1));
    rig.engine.unlock(password(PASSWORD)).await.unwrap();
    assert_eq!(rig.engine.vault_state().wait, Duration::ZERO);
    assert!(!rig.dir().join("unlock-tries.json").exists());
}

#[tokio::test]
async fn whoever_asks_and_goes_away_leaves_no_busy_vault_behind() {
    let rig = Rig::open().await;
    rig.engine.lock().await.unwrap();
    {
        let asking = rig.engine.unlock(password(PASSWORD));
        tokio::pin!(asking);
        assert!(futures_util::poll!(asking.as_mut()).is_pending());
        assert!(matches!(rig.engine.lock().await, Err(Error::VaultBusy)));
    }
    rig.eventually(|| rig.engine.vault_state().phase == VaultPhase::Unlocked).await;
}

#[tokio::test]
async fn a_second_process_is_told_that_the_vault_is_open() {
    let rig = Rig::open().await;
    let other = rig.beside();
    let refused = other.engine.unlock(password(PASSWORD)).await;
    assert!(matches!(refused, Err(Error::AlreadyOpen)), "{refused:?}");
    assert_eq!(other.engine.vault_state().wait, Duration::ZERO);
    assert_eq!(other.engine.vault_state().problem, Some(VaultProblem::AlreadyOpen));
}

#[tokio::test]
async fn locking_drops_everything_that_was_in_memory() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let open = rig.engine.open().unwrap();
    rig.engine.lock().await.unwrap();
    assert!(open.book.read().get(&id).is_none());
    let late = open.store.health(crate::storage::RecordId::make());
    assert!(matches!(late, Err(Error::VaultLocked)), "{late:?}");
    assert!(matches!(rig.engine.account(&id.into()), Err(Error::VaultLocked)));
}

#[tokio::test]
async fn settings_are_sealed_and_checked_and_preferences_are_plain() {
    let rig = Rig::open().await;
    let bad = Settings { health_interval_minutes: 14, ..Settings::default() };
    let refused = rig.engine.update_settings(bad).await;
    assert!(matches!(refused, Err(Error::InvalidRequest { field: "health_interval_minutes", .. })));
    let columns = vec![String::from("column-canary")];
    let settings = Settings { list_columns: columns, lock_after_minutes: 0, ..Settings::default() };
    rig.engine.update_settings(settings.clone()).await.unwrap();
    rig.engine.lock().await.unwrap();
    let preferences = Preferences { language: Language::Chinese, theme: Theme::Dark, ..Preferences::default() };
    rig.engine.update_preferences(preferences.clone()).await.unwrap();
    let rig = rig.restarted().await;
    assert_eq!(rig.engine.settings().unwrap(), settings);
    assert_eq!(rig.engine.preferences(), preferences);
    let path = rig.dir().join("preferences.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("\"zh-CN\"") && !text.contains("canary"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    fs::write(&path, "{\"language\": ").unwrap();
    let rig = rig.restarted().await;
    assert_eq!(rig.engine.preferences(), Preferences::default());
    assert!(rig.dir().join("preferences.json.damaged").exists());
}

#[tokio::test]
async fn events_come_in_at_most_four_batches_a_second_and_say_each_thing_once() {
    let rig = Rig::open().await;
    let mut events = rig.engine.events();
    rig.advance(Duration::from_millis(250), Duration::from_secs(1)).await;
    while events.try_recv().is_ok() {}
    let mut batches = Vec::new();
    for step in 0..40 {
        rig.core_events().emit(Event::PoolsChanged);
        rig.core_events().accounts([format!("acc_{}", step % 3).parse().unwrap()]);
        rig.clock.advance(Duration::from_millis(25));
        settle().await;
        while let Ok(batch) = events.try_recv() {
            batches.push(batch);
        }
    }
    assert!((3..=5).contains(&batches.len()), "{} in a second", batches.len());
    for batch in &batches {
        assert_eq!(batch.version, 1);
        assert!(batch.events.len() <= 2, "{batch:?}");
    }
}

#[tokio::test]
async fn nothing_keeps_hold_of_what_was_open_after_locking() {
    let rig = Rig::open().await;
    rig.account("a", Says::Alive("7")).await;
    rig.engine.check_account(&crate::AccountRef::Number(1)).await.unwrap();
    let open = std::sync::Arc::downgrade(&rig.engine.open().unwrap());
    assert!(open.strong_count() > 0);
    rig.engine.lock().await.unwrap();
    rig.eventually(|| open.strong_count() == 0).await;
}
