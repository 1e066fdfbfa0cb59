//! A session that its platform replaces with each renewal, through everything that may come between. Whether it was lost
//! shows after half a minute: from then on the one before it is the end of both.
#![allow(clippy::expect_used, clippy::panic, reason = "also in the functions that the tests share")]

use std::time::Duration;

use roster_domain::{AccountId, Reason, Secret, Verdict};
use roster_engine::{AccountRef, Consent, Error, Filled, LoginMethod, LoginPhase, OperationInput, StartLogin};
use roster_sandbox::{FaultKind, NewFault};
use roster_tests::app::{PASSWORD, TestApp};
use serde_json::json;

const PLATFORM: &str = "burncloud";
/// A server of the third generation.
const SITE: &str = "https://newapi.ember.example";
/// By then a token has ended, and the cookie before the newest is no good any more.
const LONG: Duration = Duration::from_secs(20 * 60);

async fn logged_in(app: &TestApp) -> AccountId {
    let platform = app.engine.platform_id(PLATFORM).expect("a platform");
    let start = StartLogin { platform, method: LoginMethod::Password, account: None, site: None };
    let login = app.engine.start_login(start).await.expect("a login").session_id;
    app.login_until(&login, "the form", |view| view.phase == LoginPhase::NeedsInput).await;
    let fields = [("site", SITE), ("action", "login"), ("username", "lin"), ("password", "lin-password")];
    let filled: Filled = fields.into_iter().map(|(name, value)| (name, Secret::from(value))).collect();
    app.engine.fill_login(&login, filled).await.expect("taken");
    app.login_done(&login).await.account_id
}

async fn redeem_wrong_code(app: &TestApp, id: &AccountId) -> Error {
    let fields = json!({ "key": "f".repeat(32) }).as_object().cloned().expect("an object");
    let consent = Consent::Owner { confirmed: true };
    let redeemed = app.engine.operate(&AccountRef::from(id), "redeem_code", OperationInput::new(fields), consent).await;
    redeemed.expect_err("there is no such code")
}

/// Long after the last renewal.
async fn is_alive(app: &TestApp, id: &AccountId) {
    app.advance(LONG);
    let outcome = app.check(id).await;
    assert_eq!((outcome.verdict, outcome.reason), (Verdict::Alive, Reason::Ok), "{:?}", outcome.evidence);
}

fn generation(app: &TestApp, id: &AccountId) -> u64 {
    app.account(id).account.generation
}

#[tokio::test]
async fn a_renewed_session_outlives_refusals_restarts_locks_and_the_end_of_the_program() {
    let mut app = TestApp::start().await;
    let id = logged_in(&app).await;
    let renewals = || app.asked("auth/refresh");
    let (first, before) = (generation(&app, &id), renewals());

    app.advance(LONG);
    let refused = redeem_wrong_code(&app, &id).await;
    assert!(matches!(refused, Error::OperationRefused { .. }), "{refused:?}");
    assert_eq!(renewals(), before + 1, "the token had ended");
    app.restart().await;
    is_alive(&app, &id).await;

    app.advance(LONG);
    app.engine.quotas(&AccountRef::from(&id), true).await.expect("quotas");
    app.engine.lock().await.expect("locks");
    app.engine.unlock(PASSWORD.into()).await.expect("unlocks");
    is_alive(&app, &id).await;

    app.advance(LONG);
    app.engine.quotas(&AccountRef::from(&id), true).await.expect("quotas");
    app.killed().await;
    is_alive(&app, &id).await;
    assert_eq!(generation(&app, &id), first, "it is one session all the time");
}

#[tokio::test]
async fn a_renewal_that_the_lock_meets_on_its_way_is_not_lost() {
    let app = TestApp::start().await;
    let id = logged_in(&app).await;
    app.advance(LONG);
    let renewals = app.asked("auth/refresh");
    let slow = NewFault { ms: Some(200), ..NewFault::new(PLATFORM, FaultKind::Slow).at("auth/refresh").times(1) };
    app.fault(slow);
    let reading = tokio::spawn({
        let (engine, id) = (app.engine.clone(), id.clone());
        async move { engine.quotas(&AccountRef::from(&id), true).await }
    });
    let on_its_way = async || (app.asked("auth/refresh") > renewals).then_some(());
    app.until("the renewal", Duration::ZERO, on_its_way).await;
    app.engine.lock().await.expect("locks");
    assert!(matches!(reading.await.expect("no panic"), Err(Error::VaultLocked)));
    app.engine.unlock(PASSWORD.into()).await.expect("unlocks");
    is_alive(&app, &id).await;
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_renewal_is_asked_for_again() {
    let app = TestApp::start().await;
    let id = logged_in(&app).await;
    app.advance(LONG);
    app.fault(NewFault::new(PLATFORM, FaultKind::ResetAfter).at("auth/refresh").times(2));
    assert_eq!(app.check(&id).await.verdict, Verdict::Alive);
    is_alive(&app, &id).await;
}
