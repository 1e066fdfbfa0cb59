use std::{sync::Arc, time::Duration};

use roster_domain::{AccountId, AccountStatus, LoginId, Reason};
use roster_platform::LoginMethod;

use crate::{
    Error, Event, LoginPhase, LoginProblemKind, LoginView, StartLogin, WindowEnd, WindowError, WindowEvent,
    WindowPurpose,
    storage::Batch,
    testing::{PASSWORD, Pane, Rig, Says, credential, platform_id, settle},
};

const SECOND: Duration = Duration::from_secs(1);

pub(super) async fn log_in(rig: &Rig, account: Option<&AccountId>) -> LoginId {
    let method = LoginMethod::Window;
    let start = StartLogin { platform: platform_id(), method, account: account.cloned(), site: None };
    let id = rig.engine.start_login(start).await.unwrap().session_id;
    rig.eventually(|| view(rig, &id).phase != LoginPhase::Loading).await;
    id
}

pub(super) fn view(rig: &Rig, id: &LoginId) -> LoginView {
    rig.engine.login(id).unwrap()
}

pub(super) async fn reach(rig: &Rig, id: &LoginId, phase: LoginPhase) -> LoginView {
    rig.advance_until(SECOND, || view(rig, id).phase == phase).await;
    view(rig, id)
}

fn page(host: &str) -> WindowEvent {
    WindowEvent::Navigated { host: Some(host.to_owned()), secure: true }
}

/// An account whose session is `one`, open in a window that has been looked at once.
pub(super) async fn opened(rig: &Rig) -> (AccountId, Arc<Pane>) {
    let account = rig.account("one", Says::Alive("7")).await;
    assert!(rig.engine.open_account(&(&account).into()).await.unwrap());
    let pane = rig.panes.last();
    rig.eventually(|| pane.reads() > 0).await;
    (account, pane)
}

pub(super) fn session(rig: &Rig, account: &AccountId) -> String {
    let open = rig.engine.open().unwrap();
    let (account, _, record) = open.snapshot(account).unwrap();
    let stored = open.credential_of(&account, record).unwrap();
    stored.cookies.value("session").unwrap().expose().clone()
}

pub(super) type Events = tokio::sync::broadcast::Receiver<crate::EventBatch>;

/// How the next window that ends has ended: saved, logged out, why.
pub(super) async fn closed(events: &mut Events, rig: &Rig) -> (bool, bool, WindowEnd) {
    let end = |event: &Event| match event {
        Event::WindowClosed { saved, logged_out, reason, .. } => Some((*saved, *logged_out, *reason)),
        _ => None,
    };
    heard(events, rig, end).await
}

/// Waits for an event, while time passes.
async fn heard<T>(events: &mut Events, rig: &Rig, wanted: impl Fn(&Event) -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = events.recv().await.unwrap().events.iter().find_map(&wanted) {
                return found;
            }
        }
    };
    tokio::pin!(found);
    loop {
        tokio::select! {
            found = &mut found => return found,
            () = settle() => rig.clock.advance(SECOND),
        }
    }
}

#[tokio::test]
async fn a_guest_is_no_login_and_the_person_whom_the_platform_names_is() {
    let rig = Rig::open().await;
    rig.platform.says("me", Says::Alive("7"));
    let id = log_in(&rig, None).await;
    let pane = rig.panes.last();
    assert_eq!((pane.order.purpose, pane.order.account.as_deref()), (WindowPurpose::Login, None));
    assert_eq!(pane.order.url, "https://fake.example/login");
    pane.happens(page("fake.example"));
    rig.advance(SECOND, 4 * SECOND).await;
    let window = view(&rig, &id).window.unwrap();
    assert_eq!((window.open, window.host.as_deref(), window.secure), (true, Some("fake.example"), true));
    assert!(!window.candidate && rig.platform.probe_count() == 0, "without the session's cookie nobody is asked");

    pane.has("session=guest");
    rig.advance_until(SECOND, || rig.platform.probe_count() == 1).await;
    rig.advance(SECOND, 5 * SECOND).await;
    let waiting = view(&rig, &id);
    assert_eq!((waiting.phase, waiting.error, waiting.window.unwrap().candidate), (LoginPhase::Waiting, None, true));
    assert_eq!(rig.platform.probe_count(), 1, "the same guest is not asked about again");
    assert!(!pane.is_closed());

    pane.has("session=me");
    let done = reach(&rig, &id, LoginPhase::Done).await;
    assert!(pane.is_closed() && !done.window.unwrap().open);
    let account = done.result.unwrap().account_id;
    assert_eq!(rig.view(&account).account.identity.as_deref(), Some("7"));
    let open = rig.engine.open().unwrap();
    let (account, _, record) = open.snapshot(&account).unwrap();
    let stored = open.credential_of(&account, record).unwrap();
    assert_eq!(stored.user_agent.as_deref(), Some("Own/1.0"), "it goes on under the name it began with");
}

#[tokio::test]
async fn the_platform_is_asked_seldom_and_seldomer_while_it_fails() {
    let rig = Rig::open().await;
    rig.platform.says("x", Says::Fault(Reason::Dns));
    let id = log_in(&rig, None).await;
    rig.panes.last().has("session=x");
    rig.advance(SECOND, 60 * SECOND).await;
    let asked = rig.platform.probe_count();
    assert!((3..=5).contains(&asked), "asked {asked} times in a minute of faults");
    let hint = view(&rig, &id);
    assert_eq!((hint.phase, hint.error.unwrap().kind), (LoginPhase::Waiting, LoginProblemKind::Network));
    rig.platform.says("x", Says::Alive("7"));
    reach(&rig, &id, LoginPhase::Done).await;
}

#[tokio::test]
async fn every_new_value_is_asked_about_but_never_within_three_seconds() {
    let rig = Rig::open().await;
    let _id = log_in(&rig, None).await;
    let pane = rig.panes.last();
    for second in 0..60 {
        pane.has(&format!("session=guest{second}"));
        rig.advance(SECOND, SECOND).await;
    }
    let asked = rig.platform.probe_count();
    assert!((10..=20).contains(&asked), "asked {asked} times in a minute");
}

#[tokio::test]
async fn a_window_that_is_closed_ends_the_login_until_it_is_opened_again() {
    let rig = Rig::open().await;
    let id = log_in(&rig, None).await;
    rig.panes.last().happens(WindowEvent::Closing);
    let failed = reach(&rig, &id, LoginPhase::Failed).await;
    assert_eq!(failed.error.unwrap().kind, LoginProblemKind::WindowClosed);
    assert!(rig.panes.last().is_closed());
    rig.platform.says("me", Says::Alive("7"));
    rig.engine.refresh_login(&id).await.unwrap();
    rig.eventually(|| rig.panes.count() == 2).await;
    // Closed right after logging in: that counts.
    rig.panes.last().has("session=me");
    rig.panes.last().happens(WindowEvent::Closing);
    reach(&rig, &id, LoginPhase::Done).await;
    assert!(matches!(rig.engine.refresh_login(&id).await, Err(Error::Conflict(_))));
}

#[tokio::test]
async fn without_windows_the_login_says_so() {
    let rig = Rig::open().await;
    *rig.panes.refuses.lock() = Some(WindowError::Proxy);
    let id = log_in(&rig, None).await;
    let failed = view(&rig, &id);
    let problem = failed.error.unwrap();
    assert_eq!((failed.phase, problem.kind), (LoginPhase::Failed, LoginProblemKind::NoWindow));
    assert_eq!(problem.reason, Reason::Proxy, "the owner learns what to change");
    *rig.panes.refuses.lock() = None;
    rig.engine.refresh_login(&id).await.unwrap();
    rig.eventually(|| view(&rig, &id).phase == LoginPhase::Waiting).await;
    assert_eq!(view(&rig, &id).error, None);
    rig.engine.focus_login_window(&id).await.unwrap();
    assert_eq!(rig.panes.last().focused(), 1);
    rig.engine.cancel_login(&id).await.unwrap();
    rig.eventually(|| rig.panes.last().is_closed()).await;
}

#[tokio::test]
async fn another_person_in_a_login_window_is_offered_and_nothing_is_overwritten() {
    let rig = Rig::open().await;
    let account = rig.account("one", Says::Alive("7")).await;
    let id = log_in(&rig, Some(&account)).await;
    let pane = rig.panes.last();
    assert_eq!(pane.order.account.as_deref(), Some("Nick 7"));
    rig.platform.says("theirs", Says::Alive("8"));
    pane.has("session=theirs");
    let other = reach(&rig, &id, LoginPhase::WrongPerson).await;
    assert_eq!(other.other_person.unwrap().user_id, "8");
    assert!(pane.is_closed());
    assert_eq!(session(&rig, &account), "one");
    let kept = rig.engine.accept_new(&id).await.unwrap();
    assert_ne!(kept.result.unwrap().account_id, account);
}

#[tokio::test]
async fn an_account_opens_with_its_cookies_once_and_comes_to_the_front_after_that() {
    let rig = Rig::open().await;
    let (account, pane) = opened(&rig).await;
    assert_eq!((pane.order.purpose, pane.order.url.as_str()), (WindowPurpose::Account, "https://fake.example/home"));
    assert_eq!(pane.order.cookies.value("session").unwrap().expose(), "one");
    assert!(pane.order.user_agent.is_some(), "it goes on under the name that its requests have");
    assert!(rig.view(&account).can_open && rig.view(&account).window_open);
    assert!(!rig.engine.open_account(&(&account).into()).await.unwrap());
    assert_eq!((rig.panes.count(), pane.focused()), (1, 1));
    let other = rig.account("two", Says::Alive("8")).await;
    assert!(rig.engine.open_account(&(&other).into()).await.unwrap());
    assert_eq!(rig.panes.last().order.cookies.value("session").unwrap().expose(), "two");
    assert!(!pane.is_closed(), "two of one platform side by side");
    *rig.panes.refuses.lock() = Some(WindowError::Unavailable);
    let third = rig.account("three", Says::Alive("9")).await;
    let refused = rig.engine.open_account(&(&third).into()).await;
    assert!(matches!(refused, Err(Error::Unsupported { what: "window", .. })), "{refused:?}");
}

#[tokio::test]
async fn a_session_that_changes_in_the_window_is_kept_when_it_is_the_same_persons() {
    let rig = Rig::open().await;
    let mut events = rig.engine.events();
    let (account, pane) = opened(&rig).await;
    let before = rig.view(&account).account.generation;
    rig.advance(SECOND, 40 * SECOND).await;
    assert_eq!(rig.view(&account).account.generation, before, "nothing changed, nothing is written");
    rig.platform.says("renewed", Says::Alive("7"));
    pane.has("session=renewed; other=1");
    pane.happens(page("fake.example"));
    rig.advance_until(SECOND, || rig.view(&account).account.generation == before + 1).await;
    assert_eq!(session(&rig, &account), "renewed");
    // And at the end.
    rig.platform.says("last", Says::Alive("7"));
    pane.has("session=last");
    pane.happens(WindowEvent::Closing);
    assert_eq!(closed(&mut events, &rig).await, (true, false, WindowEnd::Closed));
    assert!(pane.is_closed());
    assert_eq!(session(&rig, &account), "last");
}

#[tokio::test]
async fn cookies_that_make_no_session_are_asked_about_seldom_and_at_the_end() {
    let rig = Rig::open().await;
    let mut events = rig.engine.events();
    let (account, pane) = opened(&rig).await;
    let asked = rig.platform.probe_count();
    for second in 0..120 {
        pane.has(&format!("session=one; trace={second}"));
        pane.happens(page("fake.example"));
        rig.advance(SECOND, SECOND).await;
    }
    assert_eq!(rig.platform.probe_count(), asked, "a page that counts requests is asked about with each of them");
    rig.advance(10 * SECOND, 600 * SECOND).await;
    let asked = rig.platform.probe_count() - asked;
    assert!((1..=2).contains(&asked), "asked {asked} times in twelve minutes");
    pane.has("session=one; trace=last");
    pane.happens(WindowEvent::Closing);
    assert_eq!(closed(&mut events, &rig).await, (true, false, WindowEnd::Closed));
    let open = rig.engine.open().unwrap();
    let (stored, _, record) = open.snapshot(&account).unwrap();
    let stored = open.credential_of(&stored, record).unwrap();
    assert_eq!(stored.cookies.value("trace").unwrap().expose(), "last");
}

#[tokio::test]
async fn a_session_that_only_ends_later_is_kept() {
    let rig = Rig::open().await;
    let mut events = rig.engine.events();
    let (account, pane) = opened(&rig).await;
    let end = rig.clock_now() + jiff::SignedDuration::from_hours(24 * 30);
    pane.has_until("session=one", end);
    pane.happens(WindowEvent::Closing);
    assert_eq!(closed(&mut events, &rig).await, (true, false, WindowEnd::Closed));
    let open = rig.engine.open().unwrap();
    let (stored, _, record) = open.snapshot(&account).unwrap();
    let stored = open.credential_of(&stored, record).unwrap();
    assert_eq!(stored.cookies.iter().next().unwrap().expires_at, Some(end));
}

#[tokio::test]
async fn what_changed_before_the_first_look_is_a_change_all_the_same() {
    for fails in [true, false] {
        let rig = Rig::open().await;
        let mut events = rig.engine.events();
        let account = rig.account("one", Says::Alive("7")).await;
        rig.platform.says("quick", Says::Alive("7"));
        *rig.panes.begins.lock() = Some((String::from("session=quick"), fails));
        rig.engine.open_account(&(&account).into()).await.unwrap();
        let pane = rig.panes.last();
        rig.eventually(|| pane.reads() > 0).await;
        pane.fails(false);
        pane.happens(WindowEvent::Closing);
        assert_eq!(closed(&mut events, &rig).await, (true, false, WindowEnd::Closed), "{fails}");
        assert_eq!(session(&rig, &account), "quick");
    }
}

#[tokio::test]
async fn another_persons_session_never_takes_the_place_of_the_accounts() {
    let rig = Rig::open().await;
    let mut events = rig.engine.events();
    let (account, pane) = opened(&rig).await;
    rig.platform.says("theirs", Says::Alive("8"));
    pane.has("session=theirs");
    rig.advance_until(SECOND, || !rig.engine.logins().unwrap().is_empty()).await;
    let id = rig.engine.logins().unwrap()[0].session_id.clone();
    let offered = reach(&rig, &id, LoginPhase::WrongPerson).await;
    assert_eq!(offered.account_id.as_ref(), Some(&account));
    let told = Event::OtherPersonFound { account_id: account.clone(), session_id: id.clone() };
    heard(&mut events, &rig, |event| (*event == told).then_some(())).await;
    pane.has("session=theirs; more=1");
    rig.advance(SECOND, 30 * SECOND).await;
    assert_eq!(rig.engine.logins().unwrap().len(), 1, "offered once");
    assert_eq!((session(&rig, &account).as_str(), rig.view(&account).account.generation), ("one", 1));
    // Who has not decided is asked again after the vault was closed.
    rig.engine.lock().await.unwrap();
    rig.engine.unlock(PASSWORD.into()).await.unwrap();
    heard(&mut events, &rig, |event| (*event == told).then_some(())).await;
    let theirs = rig.engine.accept_new(&id).await.unwrap().result.unwrap();
    assert!(theirs.created && theirs.account_id != account);
    assert_eq!(session(&rig, &theirs.account_id), "theirs");
}

#[tokio::test]
async fn who_logs_out_in_the_window_is_told_and_the_account_is_checked() {
    let rig = Rig::open().await;
    let mut events = rig.engine.events();
    let (account, pane) = opened(&rig).await;
    let checks = rig.engine.health_history(&(&account).into()).await.unwrap().len();
    rig.platform.says("one", Says::NotLoggedIn);
    pane.has("trace=1");
    rig.advance(SECOND, 4 * SECOND).await;
    assert_eq!(rig.engine.health_history(&(&account).into()).await.unwrap().len(), checks + 1);
    assert!(rig.engine.close_account_window(&(&account).into()).unwrap());
    assert_eq!(closed(&mut events, &rig).await, (false, true, WindowEnd::Closed));
    assert!(!rig.engine.close_account_window(&(&account).into()).unwrap(), "there is none now");
    // Cookies that went by themselves while the session lives are no logout.
    rig.platform.says("one", Says::Alive("7"));
    rig.engine.open_account(&(&account).into()).await.unwrap();
    rig.eventually(|| rig.panes.last().reads() > 0).await;
    rig.panes.last().has("trace=1");
    rig.panes.last().happens(WindowEvent::Closing);
    assert_eq!(closed(&mut events, &rig).await, (false, false, WindowEnd::Closed));
    assert_ne!(rig.view(&account).account.status, AccountStatus::Expired);
}

#[tokio::test]
async fn the_window_of_an_account_that_is_deleted_goes() {
    let rig = Rig::open().await;
    let (account, pane) = opened(&rig).await;
    rig.engine.delete_account(&(&account).into()).await.unwrap();
    rig.advance_until(SECOND, || pane.is_closed()).await;
}

#[tokio::test]
async fn a_newer_login_is_not_overwritten_by_an_older_window() {
    let rig = Rig::open().await;
    let (account, pane) = opened(&rig).await;
    let open = rig.engine.open().unwrap();
    rig.platform.says("newer", Says::Alive("7"));
    rig.platform.says("window", Says::Alive("7"));
    open.store_into(&account, credential("newer"), Some("7".into()), Batch::new()).await.unwrap();
    pane.has("session=window");
    rig.advance(SECOND, 10 * SECOND).await;
    assert_eq!(session(&rig, &account), "newer");
}

#[tokio::test]
async fn locking_closes_every_window_and_seals_what_nobody_has_asked_about() {
    let rig = Rig::open().await;
    let (account, pane) = opened(&rig).await;
    let id = log_in(&rig, None).await;
    let login = rig.panes.last();
    rig.platform.says("renewed", Says::Alive("7"));
    pane.has("session=renewed");
    rig.engine.lock().await.unwrap();
    assert!(pane.is_closed() && login.is_closed(), "closed when locking has ended");
    let asked = rig.platform.probe_count();
    let report = rig.engine.unlock(PASSWORD.into()).await.unwrap();
    assert_eq!(report.logins_resumed, 1);
    assert!(matches!(rig.engine.login(&id), Err(Error::LoginNotFound { .. })));
    rig.advance_until(SECOND, || rig.view(&account).account.generation == 2).await;
    assert_eq!(session(&rig, &account), "renewed");
    assert!(rig.platform.probe_count() > asked, "not before the platform has named the person");
}
