//! The runner: when it works, when it holds back, and that it ends.

use std::{sync::atomic::Ordering::SeqCst, time::Duration};

use roster_domain::Secret;

use crate::{
    AccountQuery, Clock, Error, JobState, LockReason, NewPool, PauseReason, Settings, VaultPhase,
    testing::{PASSWORD, Rig, Says, platform_id, within},
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn periodic(rig: &Rig) -> (JobState, Option<PauseReason>) {
    let jobs = rig.engine.jobs();
    assert_eq!(jobs[0].id.as_str(), "periodic_check");
    (jobs[0].state, jobs[0].why)
}

#[tokio::test]
async fn accounts_are_checked_by_themselves_and_their_times_outlive_a_restart() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let due = rig.view(&id).account.next_check_at.unwrap();
    let rig = rig.restarted().await;
    assert_eq!(rig.view(&id).account.next_check_at, Some(due));
    let before = rig.platform.probe_count();
    let took = rig.advance_until(MINUTE, || rig.platform.probe_count() > before).await;
    assert!(took >= 4 * HOUR && took <= 8 * HOUR, "{took:?}");
}

#[tokio::test]
async fn offline_nothing_is_asked_and_it_goes_on_when_the_network_is_back() {
    let rig = Rig::open().await;
    rig.account("a", Says::Alive("7")).await;
    rig.cable.0.send_replace(false);
    rig.eventually(|| periodic(&rig) == (JobState::Paused, Some(PauseReason::Offline))).await;
    let before = rig.platform.probe_count();
    rig.advance(10 * MINUTE, 12 * HOUR).await;
    assert_eq!(rig.platform.probe_count(), before);
    rig.cable.0.send_replace(true);
    rig.advance_until(SECOND, || rig.platform.probe_count() > before).await;
    rig.eventually(|| periodic(&rig) == (JobState::Idle, None)).await;
}

#[tokio::test]
async fn the_owner_can_hold_checks_back_over_restarts() {
    let rig = Rig::open().await;
    rig.account("a", Says::Alive("7")).await;
    rig.engine.pause_checks(true).await.unwrap();
    let rig = rig.restarted().await;
    rig.eventually(|| periodic(&rig) == (JobState::Paused, Some(PauseReason::User))).await;
    let before = rig.platform.probe_count();
    rig.advance(10 * MINUTE, 12 * HOUR).await;
    assert_eq!(rig.platform.probe_count(), before);
    rig.engine.pause_checks(false).await.unwrap();
    rig.advance_until(MINUTE, || rig.platform.probe_count() > before).await;
}

#[tokio::test]
async fn locked_nothing_is_asked_and_the_state_says_why() {
    let rig = Rig::open().await;
    rig.account("a", Says::Alive("7")).await;
    rig.engine.lock().await.unwrap();
    assert_eq!(periodic(&rig), (JobState::Paused, Some(PauseReason::Locked)));
    let before = rig.platform.probe_count();
    rig.advance(10 * MINUTE, 12 * HOUR).await;
    assert_eq!(rig.platform.probe_count(), before);
}

#[tokio::test]
async fn switched_off_in_the_settings_only_open_questions_are_asked() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let off = Settings { health_enabled: false, lock_after_minutes: 0, lock_on_suspend: false, ..Settings::default() };
    rig.engine.update_settings(off).await.unwrap();
    assert_eq!(rig.view(&id).account.next_check_at, None);
    let before = rig.platform.probe_count();
    rig.advance(10 * MINUTE, 24 * HOUR).await;
    assert_eq!(rig.platform.probe_count(), before);
    rig.platform.says("a", Says::NotLoggedIn);
    rig.engine.check_account(&(&id).into()).await.unwrap();
    rig.advance_until(SECOND, || rig.platform.probe_count() == before + 2).await;
}

#[tokio::test]
async fn after_a_suspend_overdue_checks_are_spread_out() {
    let rig = Rig::open().await;
    let users: [&'static str; 40] = std::array::from_fn(|user| &*Box::leak(user.to_string().into_boxed_str()));
    for user in users {
        rig.account(&format!("s{user}"), Says::Alive(user)).await;
    }
    let before = rig.platform.probe_count();
    // Nobody is asked while the times are looked at.
    rig.platform.close_gate();
    rig.clock.suspend(20 * HOUR);
    let now = rig.clock.now();
    let later = |rig: &Rig| {
        let page = rig.engine.list_accounts(&AccountQuery { limit: 100, ..AccountQuery::default() }).unwrap();
        let waits = page.accounts.iter().filter_map(|view| view.account.next_check_at);
        waits.map(|at| at.as_second() - now.as_second()).filter(|wait| *wait > 0).collect::<Vec<_>>()
    };
    // It is noticed when the runner next looks at its clocks, within a minute.
    let noticed = rig.advance_until(10 * SECOND, || later(&rig).len() > 20).await;
    let waits = later(&rig);
    let latest = i64::try_from(noticed.as_secs()).unwrap() + 106;
    assert!(waits.iter().all(|wait| *wait <= latest), "forty wait for less than two minutes: {waits:?}");
    assert!(waits.iter().collect::<std::collections::HashSet<_>>().len() > 10, "{waits:?}");
    rig.platform.open_gate();
    rig.advance_until(SECOND, || rig.platform.probe_count() - before == 40).await;
}

#[tokio::test]
async fn it_locks_when_the_owner_is_away_and_not_while_they_are_there() {
    let rig = Rig::open().await;
    let settings = Settings::default();
    assert_eq!(settings.lock_after_minutes, 5, "unless the owner says otherwise");
    rig.engine.update_settings(settings).await.unwrap();
    for _ in 0..4 {
        rig.advance(10 * SECOND, 4 * MINUTE).await;
        assert_eq!(rig.engine.vault_state().phase, VaultPhase::Unlocked);
        rig.engine.touch();
    }
    let locks = || rig.engine.vault_state().phase != VaultPhase::Unlocked;
    let took = rig.advance_until(10 * SECOND, locks).await;
    assert!(took >= 5 * MINUTE && took <= 6 * MINUTE, "{took:?}");
    rig.eventually(|| rig.engine.vault_state().phase == VaultPhase::Locked).await;
    rig.engine.unlock(Secret::from(PASSWORD)).await.unwrap();
    rig.clock.suspend(10 * MINUTE);
    rig.advance_until(10 * SECOND, || rig.engine.vault_state().phase == VaultPhase::Locked).await;
}

#[tokio::test]
async fn it_locks_after_a_suspend_that_nobody_told_of() {
    let rig = Rig::open().await;
    let settings = Settings { lock_after_minutes: 0, ..Settings::default() };
    assert!(settings.lock_on_suspend, "unless the owner says otherwise");
    rig.engine.update_settings(settings.clone()).await.unwrap();
    rig.clock.suspend(10 * MINUTE);
    // Closing itself takes time of the machine, not of the clock.
    let took = rig.advance_until(10 * SECOND, || rig.engine.vault_state().phase != VaultPhase::Unlocked).await;
    assert!(took <= MINUTE + 10 * SECOND, "{took:?} of waking time");
    rig.eventually(|| rig.engine.vault_state().phase == VaultPhase::Locked).await;
    assert_eq!(rig.engine.vault_state().locked_because, Some(LockReason::Suspend));

    rig.engine.unlock(Secret::from(PASSWORD)).await.unwrap();
    rig.engine.update_settings(Settings { lock_on_suspend: false, ..settings }).await.unwrap();
    rig.clock.suspend(10 * MINUTE);
    rig.advance(10 * SECOND, 2 * MINUTE).await;
    assert_eq!(rig.engine.vault_state().phase, VaultPhase::Unlocked);
}

#[tokio::test]
async fn locking_breaks_questions_off_and_does_not_wait_for_the_platform() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    rig.platform.close_gate();
    let check = tokio::spawn({
        let (engine, id) = (rig.engine.clone(), id.clone());
        async move { engine.check_account(&id.into()).await }
    });
    rig.eventually(|| rig.platform.asking.load(SeqCst) == 1).await;
    within(rig.engine.lock()).await.unwrap();
    assert!(matches!(within(check).await.unwrap(), Err(Error::VaultLocked)));
    assert_eq!(rig.platform.asking.load(SeqCst), 0);
}

#[tokio::test]
async fn counters_are_on_disk_within_two_seconds() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let new = NewPool { name: String::from("p"), platform: platform_id(), ..NewPool::default() };
    let pool = rig.engine.create_pool(new).await.unwrap().pool_id;
    rig.engine.add_member(&pool, &(&id).into(), None).await.unwrap();
    for _ in 0..5 {
        rig.engine.select(&pool, false).unwrap();
    }
    let open = rig.engine.open().unwrap();
    assert!(open.book.read().counters.any_changed());
    let took = rig.advance_until(SECOND / 2, || !open.book.read().counters.any_changed()).await;
    assert!(took <= 2 * SECOND, "{took:?}");
    rig.eventually(|| {
        let stored = open.store.load().unwrap().counters;
        stored.into_iter().flat_map(crate::storage::StoredCounters::into_iter).any(|(_, usage)| usage.use_count == 5)
    })
    .await;
}
