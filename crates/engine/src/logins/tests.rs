//! Logins from the code to the account, against a scripted platform and a real vault.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use roster_domain::{AccountId, AccountStatus, Evidence, LoginId, Reason, Secret};
use roster_platform::{Error as PlatformError, ErrorKind, LoginMethod, LoginStep, RefusalReason, Retry, ScannedBy};

use crate::{
    AccountQuery, Callback, Clash, Error, LoginPhase, LoginProblemKind, LoginView, StartLogin,
    testing::{PASSWORD, Rig, Says, credential, platform_id, settle, within},
};

const SECOND: Duration = Duration::from_secs(1);

fn code(rig: &Rig, text: &str, lives_s: i64) -> LoginStep {
    use crate::Clock;
    let expires_at: Timestamp = rig.clock.now().checked_add(SignedDuration::from_secs(lives_s)).unwrap();
    LoginStep::ShowQr { text: text.to_owned(), expires_at, poll_after: SECOND }
}

fn done(session: &str, identity: Option<&str>) -> LoginStep {
    LoginStep::Done { credential: credential(session), identity: identity.map(str::to_owned) }
}

async fn start(rig: &Rig, account: Option<&AccountId>) -> LoginId {
    let start = StartLogin { platform: platform_id(), method: LoginMethod::Qr, account: account.cloned(), site: None };
    let view = rig.engine.start_login(start).await.unwrap();
    assert_eq!(view.phase, LoginPhase::Loading);
    view.session_id
}

fn view(rig: &Rig, id: &LoginId) -> LoginView {
    rig.engine.login(id).unwrap()
}

async fn reach(rig: &Rig, id: &LoginId, phase: LoginPhase) -> LoginView {
    rig.advance_until(SECOND, || view(rig, id).phase == phase).await;
    view(rig, id)
}

fn accounts(rig: &Rig) -> u64 {
    rig.engine.list_accounts(&AccountQuery::default()).unwrap().total
}

#[tokio::test]
async fn a_login_goes_from_the_code_to_an_active_account() {
    let rig = Rig::open().await;
    rig.platform.says("s", Says::Alive("7"));
    rig.platform.next_step(Ok(code(&rig, "https://fake.example/scan?key=1", 180)));
    let id = start(&rig, None).await;
    let shown = reach(&rig, &id, LoginPhase::Waiting).await;
    assert_eq!(shown.qrcode_text.as_deref(), Some("https://fake.example/scan?key=1"));
    assert!(shown.qrcode_image.unwrap().starts_with("data:image/png;base64,"));
    assert!((170..=180).contains(&shown.expires_in.unwrap()));
    let by = ScannedBy { name: Some(String::from("Nick")), avatar_url: None };
    rig.platform.next_step(Ok(LoginStep::Scanned { by: Some(by), poll_after: SECOND }));
    let scanned = reach(&rig, &id, LoginPhase::Scanned).await;
    assert_eq!(scanned.scanned_by.unwrap().name.as_deref(), Some("Nick"));
    rig.platform.next_step(Ok(done("s", Some("7"))));
    let result = reach(&rig, &id, LoginPhase::Done).await.result.unwrap();
    assert!(result.created);
    assert_eq!((result.account_name.as_str(), result.status), ("Nick 7", AccountStatus::Active));
    assert!(view(&rig, &id).qrcode_image.is_none(), "a used code is not shown any more");
    let status = rig.engine.login_status(&platform_id()).unwrap();
    assert_eq!((status.is_logged_in, status.account_id), (true, Some(result.account_id)));
}

#[tokio::test]
async fn the_person_of_an_account_logging_in_again_renews_it() {
    let rig = Rig::open().await;
    let account = rig.account("old", Says::Alive("7")).await;
    rig.platform.says("new", Says::Alive("7"));
    // Once without saying for which account, with the id known from the session; once only from the probe.
    for (session, identity, generation) in [("new", Some("7"), 2), ("new", None, 3)] {
        rig.platform.next_step(Ok(code(&rig, "c", 180)));
        rig.platform.next_step(Ok(done(session, identity)));
        let id = start(&rig, None).await;
        let result = reach(&rig, &id, LoginPhase::Done).await.result.unwrap();
        assert_eq!((&result.account_id, result.created), (&account, false));
        assert_eq!(rig.view(&account).account.generation, generation);
        assert_eq!(rig.view(&account).account.status, AccountStatus::Active);
        assert_eq!(accounts(&rig), 1);
    }
}

#[tokio::test]
async fn an_expired_account_comes_back_by_its_persons_login() {
    let rig = Rig::open().await;
    let account = rig.account("old", Says::Alive("7")).await;
    rig.platform.says("old", Says::NotLoggedIn);
    rig.engine.check_account(&(&account).into()).await.unwrap();
    rig.advance_until(SECOND, || rig.view(&account).account.status == AccountStatus::Expired).await;
    rig.platform.says("new", Says::Alive("7"));
    rig.platform.next_step(Ok(code(&rig, "c", 180)));
    rig.platform.next_step(Ok(done("new", None)));
    let id = start(&rig, Some(&account)).await;
    let result = reach(&rig, &id, LoginPhase::Done).await.result.unwrap();
    assert_eq!((result.account_id, result.status), (account, AccountStatus::Active));
}

#[tokio::test]
async fn a_banned_person_is_told_so_and_not_that_the_network_is_bad() {
    let rig = Rig::open().await;
    rig.platform.says("new", Says::Banned);
    rig.platform.next_step(Ok(code(&rig, "c", 180)));
    rig.platform.next_step(Ok(done("new", Some("7"))));
    let id = start(&rig, None).await;
    let problem = reach(&rig, &id, LoginPhase::Done).await.error.unwrap();
    assert_eq!((problem.kind, problem.reason), (LoginProblemKind::RefusedByPlatform, Reason::Banned));
}

#[tokio::test]
async fn another_person_never_overwrites_an_account() {
    for identity in [Some("8"), None] {
        let rig = Rig::open().await;
        let account = rig.account("mine", Says::Alive("7")).await;
        rig.platform.says("theirs", Says::Alive("8"));
        rig.platform.next_step(Ok(code(&rig, "c", 180)));
        rig.platform.next_step(Ok(done("theirs", identity)));
        let id = start(&rig, Some(&account)).await;
        let wrong = reach(&rig, &id, LoginPhase::WrongPerson).await;
        let other = wrong.other_person.unwrap();
        assert_eq!((other.user_id.as_str(), other.name.as_deref()), ("8", Some("Nick 8")));
        assert_eq!(rig.view(&account).account.generation, 1);
        assert_eq!(accounts(&rig), 1);
        // It outlives a restart, since this session comes only once.
        let rig = rig.restarted().await;
        reach(&rig, &id, LoginPhase::WrongPerson).await;
        let accepted = within(rig.engine.accept_new(&id)).await.unwrap();
        assert_eq!(accepted.phase, LoginPhase::Done);
        let result = accepted.result.unwrap();
        assert!(result.created && result.account_id != account);
        assert_eq!(rig.view(&result.account_id).account.identity.as_deref(), Some("8"));
        assert!(matches!(rig.engine.accept_new(&id).await, Err(Error::Conflict(Clash::LoginPhase))));
        let rig = rig.restarted().await;
        assert!(rig.engine.logins().unwrap().is_empty(), "nothing is left to decide");
        assert_eq!(accounts(&rig), 2);
    }
}

#[tokio::test]
async fn the_other_persons_own_account_takes_the_session_and_cancelling_discards_it() {
    let rig = Rig::open().await;
    let mine = rig.account("mine", Says::Alive("7")).await;
    let theirs = rig.account("theirs", Says::Alive("8")).await;
    let wrong = async || {
        rig.platform.next_step(Ok(code(&rig, "c", 180)));
        rig.platform.next_step(Ok(done("theirs", Some("8"))));
        let id = start(&rig, Some(&mine)).await;
        let view = reach(&rig, &id, LoginPhase::WrongPerson).await;
        assert_eq!(view.other_person.unwrap().account_id.as_ref(), Some(&theirs));
        id
    };
    let first = wrong().await;
    rig.engine.cancel_login(&first).await.unwrap();
    assert!(matches!(rig.engine.login(&first), Err(Error::LoginNotFound { .. })));
    assert_eq!(rig.view(&theirs).account.generation, 1);
    let second = wrong().await;
    let result = within(rig.engine.accept_new(&second)).await.unwrap().result.unwrap();
    assert_eq!((&result.account_id, result.created), (&theirs, false));
    assert_eq!(rig.view(&theirs).account.generation, 2);
    let rig = rig.restarted().await;
    assert!(rig.engine.logins().unwrap().is_empty(), "the discarded one does not come back");
}

#[tokio::test]
async fn a_code_renews_itself_until_nobody_seems_to_be_there() {
    let rig = Rig::open().await;
    rig.platform.next_step(Ok(code(&rig, "first", 180)));
    for number in 0..20 {
        rig.platform.next_step(Ok(LoginStep::Expired));
        rig.platform.next_step(Ok(code(&rig, &format!("code {number}"), 100_000)));
    }
    rig.platform.next_step(Ok(LoginStep::Expired));
    let id = start(&rig, None).await;
    let stopped = || view(&rig, &id).error.is_some_and(|problem| problem.kind == LoginProblemKind::Stopped);
    rig.advance_until(SECOND, stopped).await;
    let rests = view(&rig, &id);
    assert_eq!((rests.phase, rests.refreshes, rests.qrcode_text), (LoginPhase::Expired, 20, None));
    let asked = rig.platform.inputs.lock().len();
    rig.advance(SECOND, 30 * SECOND).await;
    assert_eq!(rig.platform.inputs.lock().len(), asked, "nothing is asked any more");
    rig.platform.next_step(Ok(code(&rig, "by hand", 180)));
    rig.engine.refresh_login(&id).await.unwrap();
    let again = reach(&rig, &id, LoginPhase::Waiting).await;
    assert_eq!((again.qrcode_text.as_deref(), again.refreshes), (Some("by hand"), 0));
}

#[tokio::test]
async fn a_code_that_the_platform_forgot_about_is_renewed_when_its_time_is_over() {
    let rig = Rig::open().await;
    rig.platform.next_step(Ok(code(&rig, "old", 30)));
    let id = start(&rig, None).await;
    reach(&rig, &id, LoginPhase::Waiting).await;
    // "Waiting" for ever; the next code comes when it is asked for.
    let refreshed = || rig.platform.inputs.lock().contains(&"refresh");
    let took = rig.advance_until(SECOND, refreshed).await;
    assert!(took >= 40 * SECOND && took < 60 * SECOND, "{took:?}");
}

#[tokio::test]
async fn faults_do_not_end_a_login_and_show_a_hint() {
    let rig = Rig::open().await;
    rig.platform.says("s", Says::Alive("7"));
    let fault = |kind| Err(PlatformError::new(kind, "poll"));
    rig.platform.next_step(fault(ErrorKind::Network));
    let id = start(&rig, None).await;
    rig.eventually(|| view(&rig, &id).error.is_some()).await;
    let hint = view(&rig, &id);
    assert_eq!((hint.phase, hint.error.unwrap().kind), (LoginPhase::Loading, LoginProblemKind::Network));
    rig.platform.next_step(Ok(code(&rig, "c", 10_000)));
    reach(&rig, &id, LoginPhase::Waiting).await;
    assert_eq!(view(&rig, &id).error, None);
    let after = Err(PlatformError::new(ErrorKind::RateLimited, "poll").retry(Retry::After(90 * SECOND)));
    rig.platform.next_step(fault(ErrorKind::Network));
    rig.platform.next_step(fault(ErrorKind::Server));
    rig.platform.next_step(after);
    rig.advance_until(SECOND, || rig.platform.steps_left() == 0).await;
    settle().await;
    let limited = view(&rig, &id);
    assert_eq!((limited.phase, limited.error.unwrap().retry_in_s), (LoginPhase::Waiting, Some(90)));
    rig.platform.next_step(Ok(done("s", Some("7"))));
    let took = rig.advance_until(SECOND, || view(&rig, &id).phase == LoginPhase::Done).await;
    assert!(took >= 85 * SECOND, "Retry-After is kept to: {took:?}");
}

#[tokio::test]
async fn a_fault_while_asking_for_a_new_code_asks_for_a_new_code_again() {
    let rig = Rig::open().await;
    rig.platform.next_step(Ok(code(&rig, "c", 180)));
    rig.platform.next_step(Ok(LoginStep::Expired));
    rig.platform.next_step(Err(PlatformError::new(ErrorKind::Network, "refresh")));
    let id = start(&rig, None).await;
    rig.advance_until(SECOND, || rig.platform.steps_left() == 0).await;
    rig.platform.next_step(Ok(code(&rig, "second", 180)));
    let shown = reach(&rig, &id, LoginPhase::Waiting).await;
    assert_eq!(shown.qrcode_text.as_deref(), Some("second"));
    let refreshes = rig.platform.inputs.lock().iter().filter(|input| **input == "refresh").count();
    assert_eq!(refreshes, 2);
}

#[tokio::test]
async fn a_refusal_is_shown_and_a_refresh_by_hand_tries_again() {
    let rig = Rig::open().await;
    rig.platform.next_step(Ok(code(&rig, "c", 180)));
    let why = RefusalReason::Person;
    rig.platform.next_step(Ok(LoginStep::Refused { why, reason: Reason::Other, evidence: Evidence::default() }));
    let id = start(&rig, None).await;
    let refused = reach(&rig, &id, LoginPhase::Refused).await;
    assert_eq!(refused.error.unwrap().kind, LoginProblemKind::RefusedByPerson);
    rig.platform.next_step(Ok(code(&rig, "again", 180)));
    rig.engine.refresh_login(&id).await.unwrap();
    assert_eq!(reach(&rig, &id, LoginPhase::Waiting).await.qrcode_text.as_deref(), Some("again"));
}

#[tokio::test]
async fn the_session_is_stored_before_anybody_asks_who_it_is() {
    let rig = Rig::open().await;
    rig.platform.says("s", Says::Alive("7"));
    rig.platform.close_gate();
    rig.platform.next_step(Ok(code(&rig, "c", 180)));
    rig.platform.next_step(Ok(done("s", Some("7"))));
    let id = start(&rig, None).await;
    reach(&rig, &id, LoginPhase::Verifying).await;
    rig.eventually(|| accounts(&rig) == 1).await;
    // The program ends between the confirmation and the profile.
    let rig = rig.restarted().await;
    let page = rig.engine.list_accounts(&AccountQuery::default()).unwrap();
    assert_eq!(page.total, 1);
    let account = page.accounts[0].account.id.clone();
    rig.platform.open_gate();
    rig.advance_until(SECOND, || rig.view(&account).account.status == AccountStatus::Active).await;
    assert_eq!(rig.view(&account).account.name, "Nick 7");
}

#[tokio::test]
async fn a_session_whose_person_nobody_knows_yet_outlives_a_restart() {
    let rig = Rig::open().await;
    let account = rig.account("mine", Says::Alive("7")).await;
    rig.platform.says("new", Says::Fault(Reason::Dns));
    rig.platform.next_step(Ok(code(&rig, "c", 180)));
    rig.platform.next_step(Ok(done("new", None)));
    let id = start(&rig, Some(&account)).await;
    rig.advance_until(SECOND, || view(&rig, &id).error.is_some()).await;
    assert_eq!(view(&rig, &id).phase, LoginPhase::Verifying);
    assert_eq!(rig.view(&account).account.generation, 1, "not before it is known whose it is");
    rig.engine.lock().await.unwrap();
    let report = rig.engine.unlock(Secret::from(PASSWORD)).await.unwrap();
    assert_eq!(report.logins_resumed, 1);
    rig.platform.says("new", Says::Alive("7"));
    let result = reach(&rig, &id, LoginPhase::Done).await.result.unwrap();
    assert_eq!(result.account_id, account);
    assert_eq!(rig.view(&account).account.generation, 2);
}

#[tokio::test]
async fn several_logins_go_on_at_once_and_a_cancelled_one_is_gone() {
    let rig = Rig::open().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        rig.platform.next_step(Ok(code(&rig, "c", 10_000)));
        let id = start(&rig, None).await;
        reach(&rig, &id, LoginPhase::Waiting).await;
        ids.push(id);
    }
    assert_eq!(rig.engine.logins().unwrap().len(), 3);
    rig.engine.cancel_login(&ids[1]).await.unwrap();
    settle().await;
    let left: Vec<LoginId> = rig.engine.logins().unwrap().into_iter().map(|view| view.session_id).collect();
    assert_eq!(left, [ids[0].clone(), ids[2].clone()]);
    within(rig.engine.lock()).await.unwrap();
    assert!(matches!(rig.engine.logins(), Err(Error::VaultLocked)));
}

#[tokio::test]
async fn the_code_of_the_contract_is_waited_for() {
    let rig = Rig::open().await;
    rig.platform.next_step(Ok(code(&rig, "c", 300)));
    let shown = within(rig.engine.login_qrcode(&platform_id())).await.unwrap();
    assert_eq!((shown.phase, shown.expires_in), (LoginPhase::Waiting, Some(300)));
    let failed = Err(PlatformError::new(ErrorKind::Unsupported, "begin"));
    rig.platform.next_step(failed);
    assert!(matches!(within(rig.engine.login_qrcode(&platform_id())).await, Err(Error::Platform(_))));
    assert_eq!(rig.engine.logins().unwrap().len(), 1);
}

fn callback(session_id: Option<&LoginId>, session: &str) -> Callback {
    Callback {
        platform: platform_id(),
        session_id: session_id.map(ToString::to_string).or(Some(String::from("sess_abc123"))),
        cookie_data: Secret::from(format!("session={session}; other=1")),
        account_name: Some(String::from("Mine")),
        user_id: Some(String::from("user_001")),
    }
}

#[tokio::test]
async fn cookies_from_outside_go_to_their_person() {
    let rig = Rig::open().await;
    rig.platform.says("s", Says::Alive("7"));
    let made = rig.engine.login_callback(callback(None, "s")).await.unwrap();
    assert_eq!((made.created, made.status, made.account_name.as_str()), (true, AccountStatus::Active, "Mine"));
    rig.platform.says("t", Says::Alive("7"));
    let again = rig.engine.login_callback(callback(None, "t")).await.unwrap();
    assert_eq!((again.created, &again.account_id), (false, &made.account_id));
    assert_eq!(accounts(&rig), 1);
    let dead = rig.engine.login_callback(callback(None, "dead")).await.unwrap();
    assert_eq!((dead.created, dead.status), (true, AccountStatus::Pending));
}

#[tokio::test]
async fn cookies_for_a_login_into_an_account_must_be_its_persons() {
    let rig = Rig::open().await;
    let account = rig.account("mine", Says::Alive("7")).await;
    rig.platform.next_step(Ok(code(&rig, "c", 10_000)));
    let id = start(&rig, Some(&account)).await;
    reach(&rig, &id, LoginPhase::Waiting).await;
    rig.platform.says("theirs", Says::Alive("8"));
    let mismatch = rig.engine.login_callback(callback(Some(&id), "theirs")).await;
    assert!(matches!(mismatch, Err(Error::IdentityMismatch { .. })), "{mismatch:?}");
    let silent = {
        rig.platform.says("x", Says::Fault(Reason::Dns));
        rig.engine.login_callback(callback(Some(&id), "x")).await
    };
    assert!(matches!(silent, Err(Error::Platform(_))), "{silent:?}");
    assert_eq!(rig.view(&account).account.generation, 1);
    rig.platform.says("new", Says::Alive("7"));
    let renewed = rig.engine.login_callback(callback(Some(&id), "new")).await.unwrap();
    assert_eq!((renewed.account_id, renewed.created), (account.clone(), false));
    assert_eq!(rig.view(&account).account.generation, 2);
    assert_eq!(view(&rig, &id).phase, LoginPhase::Done);
}
