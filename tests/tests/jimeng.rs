//! Jimeng and Dreamina in the whole app, against the sandbox: in by a pasted session, questions in both dialects, faults,
//! the end.
#![allow(clippy::expect_used, clippy::panic, reason = "also in the functions that the tests share")]

use std::time::Duration;

use roster_domain::{AccountId, AccountStatus, Reason, Secret, Verdict};
use roster_engine::{AccountRef, Consent, LoginMethod, LoginPhase, StartLogin};
use roster_platform::{ClientScope, Filled, HttpConfig, HttpFactory, OperationInput};
use roster_sandbox::{FaultKind, NewFault};
use roster_tests::app::TestApp;
use serde_json::{Value, json};

const MINUTE: Duration = Duration::from_secs(60);
const JIMENG: (&str, &str) = ("jimeng", "https://jimeng.jianying.com");
const DREAMINA: (&str, &str) = ("dreamina", "https://dreamina.capcut.com");

/// The session id of somebody who has logged in on the platform's own page.
async fn session_id(app: &TestApp, (_, home): (&str, &str), person: &str) -> String {
    let config = HttpConfig { sandbox: Some(app.sandbox.addr()), ..HttpConfig::default() };
    let http =
        HttpFactory::new(config).and_then(|clients| clients.for_account(ClientScope::default())).expect("a client");
    let now = app.control().now();
    let code = http.post_form("code", &format!("{home}/__login/code"), &[]).send(now).await.expect("a code");
    let code: Value = code.json().expect("JSON");
    let key = code["key"].as_str().expect("a key");
    let scanned = app.control().scan(&format!("{home}/__login/scan?key={key}"), person).expect("a code");
    app.control().confirm(&scanned.handle).expect("scanned");
    let done = http.get("done", &format!("{home}/__login/done?key={key}")).send(now).await.expect("a session");
    let session = done.set_cookies.iter().find(|cookie| cookie.name == "sessionid").expect("a session");
    session.value.expose().clone()
}

async fn paste(app: &TestApp, platform: &str, token: &str) -> AccountId {
    let platform = app.engine.platform_id(platform).expect("a platform");
    let start = StartLogin { platform, method: LoginMethod::Token, account: None, site: None };
    let login = app.engine.start_login(start).await.expect("a login").session_id;
    app.login_until(&login, "the form", |view| view.phase == LoginPhase::NeedsInput).await;
    let filled: Filled = [("token", Secret::from(token))].into_iter().collect();
    app.engine.fill_login(&login, filled).await.expect("taken");
    app.login_done(&login).await.account_id
}

async fn operate(app: &TestApp, id: &AccountId, operation: &str, input: Value) -> Value {
    let Value::Object(fields) = input else { panic!("an object") };
    let input = OperationInput::new(fields);
    let done = app.engine.operate(&AccountRef::from(id), operation, input, Consent::Program).await;
    done.expect("an answer").value
}

#[tokio::test]
async fn a_pasted_session_becomes_an_account_of_its_region() {
    let app = TestApp::start().await;
    for (platform, person, front, region) in [
        (JIMENG, "lin", "", "cn"),
        (DREAMINA, "lin", "us-", "us"),
        (DREAMINA, "zhou", "sg-", "sg"),
        (DREAMINA, "chen", "jp-", "jp"),
    ] {
        let token = format!("{front}{}", session_id(&app, platform, person).await);
        let id = paste(&app, platform.0, &token).await;
        assert_eq!(app.check(&id).await.verdict, Verdict::Alive, "{platform:?} {person}");
        assert_eq!(app.status(&id), AccountStatus::Active);
        let credits = operate(&app, &id, "credits", json!({})).await;
        assert!(credits["total"].as_i64() > Some(0), "{region}: {credits}");
        let answer = operate(&app, &id, "may_generate", json!({ "type": "video" })).await;
        assert_eq!((&answer["allowed"], &answer["based_on"]), (&json!(true), &json!("credits")));
    }
    assert_eq!(app.accounts().len(), 4);
}

#[tokio::test]
async fn the_document_s_answers_decide_what_may_be_made() {
    let app = TestApp::start().await;
    let mode = |key: &str, value: &str| app.control().set_mode("jimeng", key, value).expect("a mode");
    mode("dialect", "document");
    let id = paste(&app, "jimeng", &session_id(&app, JIMENG, "lin").await).await;
    let ask = async |kind: &str| {
        operate(&app, &id, "clear_cache", json!({})).await;
        operate(&app, &id, "may_generate", json!({ "type": kind })).await
    };
    let good = ask("video").await;
    assert_eq!((&good["allowed"], &good["remaining"]), (&json!(true), &json!(97)));
    for (key, value, usual, kind, reason) in [
        ("status", "inactive", "active", "image", "account_inactive"),
        ("status", "banned", "active", "image", "account_banned"),
        ("permissions", "none", "both", "image", "no_permission"),
        ("permissions", "image_only", "both", "video", "no_permission"),
        ("daily", "used_up", "some_left", "image", "daily_limit_exceeded"),
    ] {
        mode(key, value);
        let answer = ask(kind).await;
        assert_eq!((&answer["allowed"], &answer["reason"]), (&json!(false), &json!(reason)), "{key}={value}");
        mode(key, usual);
    }
    mode("times", "seconds");
    mode("vip", "over");
    operate(&app, &id, "account_info", json!({})).await;
    assert_eq!(operate(&app, &id, "summary", json!({})).await["is_vip"], false);
    app.check(&id).await;
    assert_eq!(app.account(&id).account.profile.as_ref().expect("a profile").membership, None);
}

#[tokio::test]
async fn dreamina_is_found_where_the_document_says_too() {
    let app = TestApp::start().await;
    for (key, value) in [("dialect", "document"), ("passport", "commerce")] {
        app.control().set_mode("dreamina", key, value).expect("a mode");
    }
    let id = paste(&app, "dreamina", &format!("sg-{}", session_id(&app, DREAMINA, "zhou").await)).await;
    assert_eq!(app.check(&id).await.verdict, Verdict::Alive);
    let shown = operate(&app, &id, "user_info", json!({ "force": true })).await;
    assert_eq!(shown["user_info"]["region"], "sg");
}

#[tokio::test]
async fn faults_never_expire_a_session_and_its_end_takes_two_answers() {
    let app = TestApp::start().await;
    for dialect in ["service", "document"] {
        app.control().set_mode("jimeng", "dialect", dialect).expect("a mode");
        let id = paste(&app, "jimeng", &session_id(&app, JIMENG, "gu").await).await;
        for kind in [
            FaultKind::ServerError,
            FaultKind::Html,
            FaultKind::BlockedHtml,
            FaultKind::Blocked,
            FaultKind::Empty,
            FaultKind::UnknownShape,
            FaultKind::Truncated,
            FaultKind::Reset,
        ] {
            let fault = app.fault(NewFault::new("jimeng", kind));
            for _ in 0..2 {
                let outcome = app.check(&id).await;
                let harmless = matches!(outcome.verdict, Verdict::Unknown | Verdict::PlatformChanged);
                assert!(harmless && outcome.status == AccountStatus::Active, "{dialect}, {kind:?}: {outcome:?}");
                app.advance(MINUTE + MINUTE);
            }
            app.control().clear_faults(Some(fault));
        }
        let old = app.fault(NewFault::new("jimeng", FaultKind::OldProtocol));
        assert_eq!(app.check(&id).await.verdict, Verdict::Alive, "the other dialect is read, too");
        app.control().clear_faults(Some(old));
        for (kind, reason) in [(FaultKind::Banned, Reason::Banned), (FaultKind::Muted, Reason::Muted)] {
            let fault = app.fault(NewFault::new("jimeng", kind));
            let outcome = app.check(&id).await;
            assert_eq!((outcome.verdict, outcome.reason), (Verdict::Restricted, reason), "{dialect}, {kind:?}");
            app.control().clear_faults(Some(fault));
        }
        assert_eq!(app.check(&id).await.status, AccountStatus::Active);
        app.control().expire_sessions("jimeng", "gu").expect("a session");
        assert_eq!(app.check(&id).await.status, AccountStatus::Active, "one answer is not enough");
        app.advance(MINUTE + MINUTE);
        assert_eq!(app.check(&id).await.status, AccountStatus::Expired, "{dialect}");
    }
}
