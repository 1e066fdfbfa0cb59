//! How windows end: by the person, by locking, by another proxy, and when they answer nothing any more.

use std::time::Duration;

use roster_domain::{LoginId, Reason, Secret};
use roster_platform::LoginMethod;

use crate::{
    BulkPatch, Error, LoginPhase, LoginProblemKind, StartLogin, WindowEnd, WindowEvent,
    testing::{PASSWORD, Rig, Says, platform_id},
    windows::tests::{closed, log_in, opened, reach, session, view},
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn proxy(text: &str) -> Option<Secret<String>> {
    Some(Secret::from(text))
}

/// Locks while the clock goes on.
async fn lock(rig: &Rig) {
    let engine = rig.engine.clone();
    let locking = tokio::spawn(async move { engine.lock().await });
    rig.advance_until(SECOND / 2, || locking.is_finished()).await;
    locking.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_window_that_answers_nothing_does_not_hold_up_locking_and_what_it_held_is_sealed() {
    let rig = Rig::open().await;
    let (account, hung) = opened(&rig).await;
    let id = log_in(&rig, None).await;
    let login = rig.panes.last();
    // Seen, and not asked about: the platform cannot be asked just now.
    rig.platform.says("renewed", Says::Fault(Reason::Dns));
    hung.has("session=renewed");
    let probes = rig.platform.probe_count();
    rig.advance_until(SECOND, || rig.platform.probe_count() > probes).await;
    hung.hangs();
    login.hangs();
    let before = [&hung, &login].map(|pane| pane.asked());
    let engine = rig.engine.clone();
    let locking = tokio::spawn(async move { engine.lock().await });
    rig.eventually(|| hung.asked() > before[0] && login.asked() > before[1]).await;
    rig.clock.advance(3 * SECOND);
    rig.eventually(|| hung.is_closing() && login.is_closing()).await;
    rig.clock.advance(6 * SECOND);
    rig.eventually(|| locking.is_finished()).await;
    locking.await.unwrap().unwrap();
    rig.platform.says("renewed", Says::Alive("7"));
    assert_eq!(rig.engine.unlock(PASSWORD.into()).await.unwrap().logins_resumed, 1);
    rig.advance_until(SECOND, || rig.view(&account).account.generation == 2).await;
    assert_eq!(session(&rig, &account), "renewed");
    assert!(matches!(rig.engine.login(&id), Err(Error::LoginNotFound { .. })), "there was nobody in it");
}

#[tokio::test]
async fn a_session_is_stored_although_its_window_does_not_close() {
    let rig = Rig::open().await;
    rig.platform.says("me", Says::Alive("7"));
    let id = log_in(&rig, None).await;
    let pane = rig.panes.last();
    rig.platform.close_gate();
    pane.has("session=me");
    rig.advance_until(SECOND, || rig.platform.probe_count() == 1).await;
    pane.hangs();
    rig.platform.open_gate();
    // The clock stands still: nobody waits for the window.
    rig.eventually(|| view(&rig, &id).phase == LoginPhase::Done).await;
}

#[tokio::test]
async fn what_somebody_changed_is_kept_when_the_vault_locks_while_the_platform_is_asked() {
    let rig = Rig::open().await;
    let (account, pane) = opened(&rig).await;
    rig.platform.says("last", Says::Alive("7"));
    rig.platform.close_gate();
    let probes = rig.platform.probe_count();
    pane.has("session=last");
    pane.happens(WindowEvent::Closing);
    rig.eventually(|| rig.platform.probe_count() > probes).await;
    lock(&rig).await;
    rig.platform.open_gate();
    rig.engine.unlock(PASSWORD.into()).await.unwrap();
    rig.advance_until(SECOND, || rig.view(&account).account.generation == 2).await;
    assert_eq!(session(&rig, &account), "last");
}

#[tokio::test]
async fn a_login_that_locking_overtakes_goes_on_after_the_next_unlock() {
    let rig = Rig::open().await;
    // A guest, as the platform says.
    let guest = log_in(&rig, None).await;
    rig.panes.last().has("session=guest");
    rig.advance_until(SECOND, || rig.platform.probe_count() == 1).await;
    // A person of whom the platform could not be asked yet.
    let id = log_in(&rig, None).await;
    rig.platform.says("me", Says::Fault(Reason::Dns));
    rig.panes.last().has("session=me");
    rig.advance_until(SECOND, || view(&rig, &id).error.is_some()).await;
    lock(&rig).await;
    rig.platform.says("me", Says::Alive("7"));
    assert_eq!(rig.engine.unlock(PASSWORD.into()).await.unwrap().logins_resumed, 1);
    assert!(matches!(rig.engine.login(&guest), Err(Error::LoginNotFound { .. })));
    let done = reach(&rig, &id, LoginPhase::Done).await;
    let account = done.result.unwrap().account_id;
    assert_eq!(rig.view(&account).account.identity.as_deref(), Some("7"));
}

#[tokio::test]
async fn a_sealed_session_that_the_platform_calls_expired_twice_is_given_up() {
    let rig = Rig::open().await;
    let id = log_in(&rig, None).await;
    rig.platform.says("me", Says::Fault(Reason::Dns));
    rig.panes.last().has("session=me");
    rig.advance_until(SECOND, || view(&rig, &id).error.is_some()).await;
    lock(&rig).await;
    rig.platform.says("me", Says::NotLoggedIn);
    let asked = rig.platform.probe_count();
    rig.engine.unlock(PASSWORD.into()).await.unwrap();
    rig.advance_until(SECOND, || rig.platform.probe_count() == asked + 1).await;
    rig.advance(SECOND, 50 * SECOND).await;
    let waits = view(&rig, &id);
    assert_eq!((waits.phase, waits.error.unwrap().kind), (LoginPhase::Verifying, LoginProblemKind::NoSession));
    let failed = reach(&rig, &id, LoginPhase::Failed).await;
    assert_eq!(failed.error.unwrap().kind, LoginProblemKind::NoSession);
    assert_eq!(rig.platform.probe_count(), asked + 2, "a minute apart");
    rig.engine.lock().await.unwrap();
    assert_eq!(rig.engine.unlock(PASSWORD.into()).await.unwrap().logins_resumed, 0, "and nothing of it is left");
}

#[tokio::test]
async fn who_works_in_a_window_is_there() {
    let rig = Rig::open().await;
    let settings = crate::Settings { lock_after_minutes: 5, ..rig.engine.settings().unwrap() };
    rig.engine.update_settings(settings).await.unwrap();
    let (_, pane) = opened(&rig).await;
    let work = async |pane: &crate::testing::Pane| {
        for _ in 0..3 {
            rig.advance(10 * SECOND, 4 * MINUTE).await;
            pane.happens(WindowEvent::Active);
        }
        assert!(rig.engine.open().is_ok(), "somebody works there");
    };
    work(&pane).await;
    let _login = log_in(&rig, None).await;
    work(&rig.panes.last()).await;
    rig.advance_until(10 * SECOND, || rig.engine.open().is_err()).await;
}

#[tokio::test]
async fn another_proxy_closes_the_window_after_its_session_was_saved() {
    let rig = Rig::open().await;
    let mut events = rig.engine.events();
    let (account, pane) = opened(&rig).await;
    let (other, untouched) = {
        let other = rig.account("two", Says::Alive("8")).await;
        rig.engine.open_account(&(&other).into()).await.unwrap();
        (other, rig.panes.last())
    };
    rig.platform.says("renewed", Says::Alive("7"));
    pane.has("session=renewed");
    rig.engine.set_proxy(&(&account).into(), proxy("http://one.example:1")).await.unwrap();
    assert_eq!(closed(&mut events, &rig).await, (true, false, WindowEnd::OtherProxy));
    assert!(pane.is_closed() && !untouched.is_closed());
    assert_eq!(session(&rig, &account), "renewed");

    rig.engine.open_account(&(&account).into()).await.unwrap();
    let through = rig.panes.last();
    assert_eq!(through.order.proxy.as_ref().unwrap().expose(), "http://one.example:1");
    // Neither the same proxy again nor anything else about the account touches it.
    rig.engine.set_proxy(&(&account).into(), proxy("http://one.example:1")).await.unwrap();
    rig.advance(SECOND, 4 * SECOND).await;
    assert!(!through.is_closed());
    let patch = BulkPatch { proxy: Some(proxy("http://two.example:2")), ..BulkPatch::default() };
    rig.engine.update_accounts(&[account.clone(), other], patch).await.unwrap();
    rig.advance_until(SECOND, || through.is_closed() && untouched.is_closed()).await;
    rig.advance_until(SECOND, || !rig.view(&account).window_open).await;
    rig.engine.open_account(&(&account).into()).await.unwrap();
    let second = rig.panes.last();
    rig.engine.undo(rig.engine.undoable().unwrap()[0].id).await.unwrap();
    rig.advance_until(SECOND, || second.is_closed()).await;
}

#[tokio::test]
async fn a_login_into_an_account_goes_on_in_a_window_of_its_new_way() {
    let rig = Rig::open().await;
    let account = rig.account("one", Says::Alive("7")).await;
    let start =
        StartLogin { platform: platform_id(), method: LoginMethod::Window, account: Some(account.clone()), site: None };
    let id: LoginId = rig.engine.start_login(start).await.unwrap().session_id;
    rig.eventually(|| view(&rig, &id).phase == LoginPhase::Waiting).await;
    let before = rig.panes.last();
    rig.engine.set_proxy(&(&account).into(), proxy("socks5://one.example:1")).await.unwrap();
    rig.advance_until(SECOND, || rig.panes.count() == 2 && view(&rig, &id).phase == LoginPhase::Waiting).await;
    assert!(before.is_closed() && before.order.proxy.is_none());
    let now = rig.panes.last();
    assert_eq!(now.order.proxy.as_ref().unwrap().expose(), "socks5://one.example:1");
    rig.platform.says("again", Says::Alive("7"));
    now.has("session=again");
    reach(&rig, &id, LoginPhase::Done).await;
    assert_eq!(session(&rig, &account), "again");
}
