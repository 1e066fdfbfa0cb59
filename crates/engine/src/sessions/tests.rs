//! Sessions and once-only secrets against everything that may come between.

use std::time::Duration;

use roster_domain::{AccountId, AccountStatus, Credential, LoginId, Reason, Secret};
use roster_platform::{Error as PlatformError, ErrorKind, OperateError, OperationInput, Outcome};

use crate::{
    Consent, Error, LoginPhase, Operated, WindowEvent,
    storage::Batch,
    testing::{PASSWORD, Pane, Rig, Says, credential, platform_id, settle, within},
};

const SECOND: Duration = Duration::from_secs(1);
const YES: Consent = Consent::Owner { confirmed: true };

/// The session as the vault has it, and its generation.
fn stored(rig: &Rig, id: &AccountId) -> (String, u64) {
    let open = rig.engine.open().unwrap();
    let (account, _, record) = open.snapshot(id).unwrap();
    let stored = open.store.credential(record).unwrap().unwrap_or_default();
    let value = stored.cookies.value("session").map(|value| value.expose().clone()).unwrap_or_default();
    (value, account.generation)
}

fn is(session: &str, generation: u64) -> (String, u64) {
    (session.to_owned(), generation)
}

async fn operate(rig: &Rig, id: &AccountId, operation: &str) -> Result<Operated, Error> {
    within(rig.engine.operate(&id.into(), operation, OperationInput::default(), YES)).await
}

fn spawned(rig: &Rig, id: &AccountId, operation: &'static str) -> tokio::task::JoinHandle<Result<Operated, Error>> {
    let (engine, id) = (rig.engine.clone(), id.clone());
    tokio::spawn(async move { engine.operate(&id.into(), operation, OperationInput::default(), YES).await })
}

/// A check that has been asked and waits for its answer.
async fn checking(rig: &Rig, id: &AccountId) -> tokio::task::JoinHandle<Result<crate::CheckOutcome, Error>> {
    rig.platform.close_gate();
    let asked = rig.platform.probe_count();
    let (engine, id) = (rig.engine.clone(), id.clone());
    let check = tokio::spawn(async move { engine.check_account(&(&id).into()).await });
    rig.eventually(|| rig.platform.probe_count() > asked).await;
    check
}

async fn codes(rig: &Rig, id: &AccountId, codes: &str) {
    let secrets = [(String::from("codes"), Secret::from(codes))].into();
    rig.platform.outcomes.lock().push_back(Ok(Outcome { secrets, ..Outcome::default() }));
    operate(rig, id, "change").await.unwrap();
}

async fn kept(rig: &Rig, id: &AccountId) -> String {
    rig.engine.reveal_secret(&id.into(), "codes").await.unwrap().expose().clone()
}

/// The window of an account whose session is `one`, looked at once.
async fn opened(rig: &Rig) -> (AccountId, std::sync::Arc<Pane>) {
    let account = rig.account("one", Says::Alive("7")).await;
    assert!(rig.engine.open_account(&(&account).into()).await.unwrap());
    let pane = rig.panes.last();
    rig.eventually(|| pane.reads() > 0).await;
    (account, pane)
}

/// A window whose new session the platform is being asked about.
async fn window_asks(rig: &Rig, pane: &Pane) {
    rig.platform.says("window", Says::Alive("7"));
    rig.platform.close_gate();
    let asked = rig.platform.probe_count();
    pane.has("session=window");
    rig.advance_until(SECOND, || rig.platform.probe_count() > asked).await;
}

#[tokio::test]
async fn a_check_that_renews_cookies_leaves_the_secrets_that_came_meanwhile() {
    let rig = Rig::open().await;
    let id = rig.account("one", Says::Alive("7")).await;
    *rig.platform.refreshes_to.lock() = Some(String::from("renewed"));
    let check = checking(&rig, &id).await;
    codes(&rig, &id, "111").await;
    rig.platform.open_gate();
    within(check).await.unwrap().unwrap();
    assert_eq!((stored(&rig, &id), kept(&rig, &id).await), (is("renewed", 1), "111".into()));
}

#[tokio::test]
async fn a_window_that_set_out_with_older_secrets_brings_none_of_them_back() {
    let rig = Rig::open().await;
    let (id, pane) = opened(&rig).await;
    codes(&rig, &id, "111").await;
    window_asks(&rig, &pane).await;
    codes(&rig, &id, "222").await;
    rig.platform.open_gate();
    rig.advance_until(SECOND, || stored(&rig, &id) == is("window", 2)).await;
    assert_eq!(kept(&rig, &id).await, "222");
}

#[tokio::test]
async fn another_persons_session_takes_no_secrets_along() {
    let rig = Rig::open().await;
    let (id, pane) = opened(&rig).await;
    codes(&rig, &id, "111").await;
    rig.platform.says("theirs", Says::Alive("8"));
    pane.has("session=theirs");
    rig.advance_until(SECOND, || {
        rig.engine.logins().unwrap().first().is_some_and(|login| login.phase == LoginPhase::WrongPerson)
    })
    .await;
    let login = rig.engine.logins().unwrap()[0].session_id.clone();
    let theirs = rig.engine.accept_new(&login).await.unwrap().result.unwrap().account_id;
    assert!(rig.engine.kept_secrets(&(&theirs).into()).await.unwrap().is_empty());
    assert_eq!(kept(&rig, &id).await, "111");
}

#[tokio::test]
async fn a_window_whose_question_is_out_does_not_overwrite_a_newer_login() {
    let rig = Rig::open().await;
    let (id, pane) = opened(&rig).await;
    window_asks(&rig, &pane).await;
    let open = rig.engine.open().unwrap();
    open.store_into(&id, credential("newer"), Some("7".into()), Batch::new()).await.unwrap();
    rig.platform.says("newer", Says::Alive("7"));
    rig.platform.open_gate();
    rig.advance(SECOND, 10 * SECOND).await;
    assert_eq!(stored(&rig, &id), is("newer", 2));
}

#[tokio::test]
async fn a_logout_is_not_undone_by_the_window_that_asked_before() {
    let rig = Rig::open().await;
    let (id, pane) = opened(&rig).await;
    window_asks(&rig, &pane).await;
    rig.engine.logout_account(&(&id).into()).await.unwrap();
    rig.platform.open_gate();
    rig.advance(SECOND, 10 * SECOND).await;
    assert_eq!(stored(&rig, &id), is("", 2));
    assert_eq!(rig.view(&id).account.status, AccountStatus::Expired);
}

/// An account whose window's session was sealed when the vault was locked, and cannot be asked about yet.
async fn sealed(rig: &Rig) -> (AccountId, LoginId) {
    let (id, pane) = opened(rig).await;
    rig.platform.says("window", Says::Fault(Reason::Timeout));
    pane.has("session=window");
    rig.engine.lock().await.unwrap();
    assert_eq!(rig.engine.unlock(PASSWORD.into()).await.unwrap().logins_resumed, 1);
    (id, rig.engine.logins().unwrap()[0].session_id.clone())
}

#[tokio::test]
async fn a_sealed_session_is_older_than_a_login_after_it() {
    let rig = Rig::open().await;
    let (id, login) = sealed(&rig).await;
    let open = rig.engine.open().unwrap();
    rig.platform.says("newer", Says::Alive("7"));
    open.store_into(&id, credential("newer"), Some("7".into()), Batch::new()).await.unwrap();
    rig.platform.says("window", Says::Alive("7"));
    rig.advance_until(SECOND, || rig.engine.login(&login).unwrap().phase == LoginPhase::Done).await;
    assert_eq!(stored(&rig, &id), is("newer", 2));
    drop(open);
    rig.engine.lock().await.unwrap();
    assert_eq!(rig.engine.unlock(PASSWORD.into()).await.unwrap().logins_resumed, 0, "it is decided");
}

#[tokio::test]
async fn a_sealed_session_does_not_come_back_after_a_logout() {
    let rig = Rig::open().await;
    let (id, login) = sealed(&rig).await;
    rig.engine.logout_account(&(&id).into()).await.unwrap();
    rig.platform.says("window", Says::Alive("7"));
    rig.advance_until(SECOND, || rig.engine.login(&login).unwrap().phase.is_final()).await;
    assert_eq!(stored(&rig, &id), is("", 2));
}

#[tokio::test]
async fn a_sealed_session_that_is_replaced_while_it_is_asked_about_is_sealed_anew() {
    let rig = Rig::open().await;
    let (id, login) = sealed(&rig).await;
    // The answer names nobody yet, and the one before is worth nothing from now on.
    *rig.platform.rotates_to.lock() = Some(String::from("next"));
    rig.advance_until(SECOND, || rig.platform.rotates_to.lock().is_none()).await;
    settle().await;
    rig.engine.lock().await.unwrap();
    rig.platform.says("window", Says::NotLoggedIn);
    rig.platform.says("next", Says::Alive("7"));
    assert_eq!(rig.engine.unlock(PASSWORD.into()).await.unwrap().logins_resumed, 1);
    rig.advance_until(SECOND, || rig.engine.login(&login).unwrap().phase == LoginPhase::Done).await;
    assert_eq!(stored(&rig, &id), is("next", 2));
}

#[tokio::test]
async fn a_person_who_has_an_account_gets_no_second_one_by_a_window() {
    let rig = Rig::open().await;
    let theirs = rig.account("theirs", Says::Alive("8")).await;
    // Nobody knows yet whose this one is.
    rig.platform.says("unknown", Says::Fault(Reason::Timeout));
    let id = rig.add("unknown").await.account.id.clone();
    rig.eventually(|| !rig.view(&id).checking && rig.view(&id).account.last_check.is_some()).await;
    assert!(rig.engine.open_account(&(&id).into()).await.unwrap());
    let pane = rig.panes.last();
    rig.eventually(|| pane.reads() > 0).await;
    rig.platform.says("window", Says::Alive("8"));
    pane.has("session=window");
    rig.advance_until(SECOND, || {
        rig.engine.logins().unwrap().first().is_some_and(|login| login.phase == LoginPhase::WrongPerson)
    })
    .await;
    assert_eq!(rig.view(&id).account.identity, None);
    assert_eq!((stored(&rig, &id), stored(&rig, &theirs)), (is("unknown", 1), is("theirs", 1)));
}

#[tokio::test]
async fn a_replaced_session_is_safe_before_the_question_goes_on() {
    let rig = Rig::open().await;
    let id = rig.account("one", Says::Alive("7")).await;
    *rig.platform.rotates_to.lock() = Some(String::from("two"));
    let refused = OperateError::Platform(PlatformError::new(ErrorKind::Refused, "redeem"));
    rig.platform.outcomes.lock().push_back(Err(refused));
    assert!(operate(&rig, &id, "change").await.is_err());
    assert_eq!(stored(&rig, &id), is("two", 1), "it is the same session");
    *rig.platform.rotates_to.lock() = Some(String::from("three"));
    rig.engine.quotas(&(&id).into(), true).await.unwrap();
    assert_eq!(stored(&rig, &id), is("three", 1));
}

#[tokio::test]
async fn a_replacement_that_is_under_way_outlives_the_lock() {
    let rig = Rig::open().await;
    let id = rig.account("one", Says::Alive("7")).await;
    *rig.platform.rotates_to.lock() = Some(String::from("two"));
    rig.platform.replacing.forget_permits(usize::MAX >> 3);
    let look = spawned(&rig, &id, "peek");
    rig.eventually(|| rig.platform.rotates_to.lock().is_none()).await;
    let lock = tokio::spawn({
        let engine = rig.engine.clone();
        async move { engine.lock().await }
    });
    assert!(matches!(within(look).await.unwrap(), Err(Error::VaultLocked)), "who waits is told at once");
    settle().await;
    assert!(!lock.is_finished(), "the platform has yet to answer");
    rig.platform.replacing.add_permits(1);
    within(lock).await.unwrap().unwrap();
    rig.engine.unlock(PASSWORD.into()).await.unwrap();
    assert_eq!(stored(&rig, &id), is("two", 1));
}

#[tokio::test]
async fn a_late_answer_does_not_bring_a_replaced_session_back() {
    let rig = Rig::open().await;
    let id = rig.account("one", Says::Alive("7")).await;
    *rig.platform.refreshes_to.lock() = Some(String::from("late"));
    let check = checking(&rig, &id).await;
    *rig.platform.rotates_to.lock() = Some(String::from("two"));
    operate(&rig, &id, "peek").await.unwrap();
    rig.platform.open_gate();
    within(check).await.unwrap().unwrap();
    assert_eq!(stored(&rig, &id), is("two", 1));
}

#[tokio::test]
async fn cookies_that_an_operation_renewed_are_the_same_session() {
    let rig = Rig::open().await;
    let id = rig.account("one", Says::Alive("7")).await;
    operate(&rig, &id, "peek").await.unwrap();
    let before = rig.view(&id).account;
    let refreshed = Some(Credential { generation: 1, ..credential("renewed") });
    rig.platform.outcomes.lock().push_back(Ok(Outcome { refreshed, ..Outcome::default() }));
    assert!(!operate(&rig, &id, "peek").await.unwrap().session_changed);
    let after = rig.view(&id).account;
    assert_eq!((stored(&rig, &id), after.next_check_at), (is("renewed", 1), before.next_check_at));
    assert_ne!(after.credential_hash, before.credential_hash);
    let remembered = operate(&rig, &id, "peek").await.unwrap();
    assert_eq!(remembered.value["asked"], 1, "what was remembered still is");
}

#[tokio::test]
async fn trifles_of_a_window_are_the_same_session_and_make_no_check_due() {
    let rig = Rig::open().await;
    let (id, pane) = opened(&rig).await;
    let due = rig.view(&id).account.next_check_at;
    pane.has("session=one; trace=2");
    pane.happens(WindowEvent::Closing);
    rig.advance_until(SECOND, || pane.is_closed()).await;
    let open = rig.engine.open().unwrap();
    let (account, _, record) = open.snapshot(&id).unwrap();
    let now = open.store.credential(record).unwrap().unwrap();
    assert_eq!(now.cookies.value("trace").unwrap().expose(), "2");
    assert_eq!((account.generation, account.next_check_at), (1, due));
    assert_eq!(platform_id(), account.platform);
}
