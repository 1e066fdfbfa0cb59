//! What goes wrong while somebody logs in, and what must not come of it.
#![allow(clippy::expect_used, clippy::panic, reason = "also in the functions that the tests share")]

use std::time::Duration;

use roster_domain::{AccountStatus, Reason};
use roster_engine::{LoginPhase, LoginProblemKind};
use roster_sandbox::{FaultKind, NewFault};
use roster_tests::app::TestApp;

const PLATFORMS: [&str; 2] = ["bilibili", "toutiao"];

/// The endpoints of a login: the one that makes a code, and the one that is polled.
fn endpoints(platform: &str) -> (&'static str, &'static str) {
    match platform {
        "bilibili" => ("qrcode/generate", "qrcode/poll"),
        _ => ("get_qrcode", "check_qrconnect"),
    }
}

/// The first question about a session.
fn first_question(platform: &str) -> &'static str {
    if platform == "bilibili" { "nav" } else { "user_login_status_api" }
}

#[tokio::test]
async fn a_scan_and_a_confirmation_make_an_active_account() {
    for platform in PLATFORMS {
        let app = TestApp::start().await;
        let view = app.start_login(platform, None).await;
        assert!(view.qrcode_image.is_some_and(|picture| picture.starts_with("data:image/png;base64,")));
        let text = view.qrcode_text.clone().expect("a code");
        let handle = app.control().scan(&text, "lin").expect("new").handle;
        app.login_until(&view.session_id, "scanned", |view| view.phase == LoginPhase::Scanned).await;
        assert!(app.accounts().is_empty(), "scanned is not confirmed");
        app.control().confirm(&handle).expect("scanned");
        let result = app.login_done(&view.session_id).await;
        assert!(result.created);
        let account = app.account(&result.account_id).account;
        let person = &app.control().people()[0];
        assert_eq!(
            (account.name.as_str(), account.status),
            (person.name.as_str(), AccountStatus::Active),
            "{platform}"
        );
        assert_eq!(account.identity.as_ref(), person.user_ids.get(platform));
    }
}

#[tokio::test]
async fn every_way_in_which_a_session_arrives_leads_to_an_account() {
    for (platform, key, values) in [
        ("bilibili", "delivery", &["poll_set_cookie", "ticket_only", "legacy_query"][..]),
        ("bilibili", "refresh_token", &["empty"]),
        ("toutiao", "confirm", &["redirect", "cookies_on_poll", "poll_302", "cookies_one_poll_later"]),
        ("toutiao", "status_form", &["words"]),
    ] {
        for value in values {
            let app = TestApp::start().await;
            app.control().set_mode(platform, key, value).expect("a mode");
            let id = app.log_in(platform, "zhou").await;
            assert_eq!(app.status(&id), AccountStatus::Active, "{platform} {key}={value}");
            assert_eq!(app.account(&id).account.name, "周末去爬山");
        }
    }
}

#[tokio::test]
async fn an_expired_code_renews_itself() {
    for (platform, mode, life_s) in
        [("bilibili", None, 180), ("toutiao", None, 300), ("toutiao", Some("new_code"), 300)]
    {
        let app = TestApp::start().await;
        if let Some(mode) = mode {
            app.control().set_mode(platform, "status4", mode).expect("a mode");
        }
        let first = app.start_login(platform, None).await;
        app.advance(Duration::from_secs(life_s));
        let renewed = |view: &roster_engine::LoginView| {
            view.phase == LoginPhase::Waiting && view.qrcode_text.is_some() && view.qrcode_text != first.qrcode_text
        };
        let second = app.login_until(&first.session_id, "another code", renewed).await;
        assert!(second.expires_in.is_some_and(|left| left > 100), "{platform}: the new code has its own time");
        assert_ne!(first.qrcode_image, second.qrcode_image);
        let old = first.qrcode_text.expect("a code");
        assert!(app.control().scan(&old, "lin").is_err(), "the old code is dead");
        app.control().scan(second.qrcode_text.as_deref().expect("a code"), "lin").expect("the new code is alive");
        assert!(app.accounts().is_empty());
    }
}

#[tokio::test]
async fn a_renewed_code_logs_in() {
    for platform in PLATFORMS {
        let app = TestApp::start().await;
        let first = app.start_login(platform, None).await;
        app.advance(Duration::from_secs(300));
        let fresh = |view: &roster_engine::LoginView| {
            view.phase == LoginPhase::Waiting && view.qrcode_text != first.qrcode_text
        };
        let second = app.login_until(&first.session_id, "another code", fresh).await;
        app.scan_and_confirm(&second, "gu");
        let result = app.login_done(&first.session_id).await;
        assert_eq!(app.status(&result.account_id), AccountStatus::Active);
    }
}

#[tokio::test]
async fn a_refusal_on_the_phone_ends_in_words_and_the_next_code_works() {
    let app = TestApp::start().await;
    for (platform, mode) in [("toutiao", None), ("bilibili", Some(("refusal", "fatal")))] {
        if let Some((key, value)) = mode {
            app.control().set_mode(platform, key, value).expect("a mode");
        }
        let before = app.accounts().len();
        let view = app.start_login(platform, None).await;
        let handle = app.scan(&view, "he");
        app.control().refuse(&handle).expect("scanned");
        let refused = app.login_until(&view.session_id, "refused", |view| view.phase.is_final()).await;
        assert_eq!(refused.phase, LoginPhase::Refused, "{platform}");
        let problem = refused.error.expect("words");
        let wanted = match platform {
            "toutiao" => LoginProblemKind::RefusedByPerson,
            _ => LoginProblemKind::RefusedByPlatform,
        };
        assert_eq!(problem.kind, wanted);
        assert_eq!(refused.qrcode_text, None, "a dead code is not shown");
        assert_eq!(app.accounts().len(), before, "nobody was logged in");

        app.engine.refresh_login(&view.session_id).await.expect("a refusal can be thought over");
        let again = app.login_until(&view.session_id, "another code", |view| view.phase == LoginPhase::Waiting).await;
        app.scan_and_confirm(&again, "he");
        app.login_done(&view.session_id).await;
        assert_eq!(app.accounts().len(), before + 1);
    }
}

#[tokio::test]
async fn a_refusal_that_looks_like_an_expiry_brings_another_code() {
    let app = TestApp::start().await;
    let first = app.start_login("bilibili", None).await;
    let handle = app.scan(&first, "he");
    app.control().refuse(&handle).expect("scanned");
    let fresh =
        |view: &roster_engine::LoginView| view.phase == LoginPhase::Waiting && view.qrcode_text != first.qrcode_text;
    app.login_until(&first.session_id, "another code", fresh).await;
    assert!(app.accounts().is_empty());
}

#[tokio::test]
async fn a_second_person_never_overwrites_an_account() {
    for platform in PLATFORMS {
        let app = TestApp::start().await;
        let lin = app.log_in(platform, "lin").await;
        let before = app.account(&lin).account;
        let view = app.start_login(platform, Some(&lin)).await;
        app.scan_and_confirm(&view, "zhou");
        let ended = app.login_until(&view.session_id, "the wrong person", |view| view.phase.is_final()).await;
        assert_eq!(ended.phase, LoginPhase::WrongPerson, "{platform}");
        let other = ended.other_person.expect("who it is instead");
        assert_eq!(Some(&other.user_id), app.control().people()[1].user_ids.get(platform));
        let after = app.account(&lin).account;
        assert_eq!((after.generation, &after.credential_hash), (before.generation, &before.credential_hash));
        assert_eq!((&after.identity, &after.name), (&before.identity, &before.name));
        assert!(app.check(&lin).await.healthy, "the first person's session is as good as before");
        assert_eq!(app.accounts().len(), 1, "nothing was made without being asked for");

        app.engine.accept_new(&view.session_id).await.expect("the session is kept for that");
        let result = app.login_done(&view.session_id).await;
        assert_ne!(result.account_id, lin);
        assert!(result.created);
        assert_eq!(app.account(&result.account_id).account.name, "周末去爬山");
        assert!(app.check(&result.account_id).await.healthy);
        assert_eq!(app.account(&lin).account.credential_hash, before.credential_hash);
    }
}

#[tokio::test]
async fn a_second_person_who_is_not_wanted_leaves_nothing_behind() {
    for platform in PLATFORMS {
        let mut app = TestApp::start().await;
        let lin = app.log_in(platform, "lin").await;
        let view = app.start_login(platform, Some(&lin)).await;
        app.scan_and_confirm(&view, "zhou");
        app.login_until(&view.session_id, "the wrong person", |view| view.phase == LoginPhase::WrongPerson).await;
        app.engine.cancel_login(&view.session_id).await.expect("cancelled");
        app.restart().await;
        assert_eq!(app.accounts().len(), 1, "{platform}");
        assert!(app.engine.logins().expect("unlocked").is_empty(), "not even after a restart");
    }
}

#[tokio::test]
async fn the_same_person_renews_the_account_and_makes_no_second_one() {
    for platform in PLATFORMS {
        let app = TestApp::start().await;
        let lin = app.log_in(platform, "lin").await;
        let before = app.account(&lin).account;
        for target in [Some(&lin), None] {
            let view = app.start_login(platform, target).await;
            app.scan_and_confirm(&view, "lin");
            let result = app.login_done(&view.session_id).await;
            assert_eq!((&result.account_id, result.created), (&lin, false), "{platform} {target:?}");
        }
        let after = app.account(&lin).account;
        assert_eq!(app.accounts().len(), 1);
        assert!(after.generation >= before.generation + 2, "each login is a generation of its own");
        assert_ne!(after.credential_hash, before.credential_hash);
        assert_eq!(after.status, AccountStatus::Active);
    }
}

#[tokio::test]
async fn a_network_that_is_gone_during_polls_does_not_end_a_login() {
    for platform in PLATFORMS {
        let app = TestApp::start().await;
        let view = app.start_login(platform, None).await;
        let handle = app.scan(&view, "song");
        app.login_until(&view.session_id, "scanned", |view| view.phase == LoginPhase::Scanned).await;
        let gone = app.fault(NewFault::new(platform, FaultKind::Reset));
        let hinted = app.login_until(&view.session_id, "a hint", |view| view.error.is_some()).await;
        assert_eq!(hinted.phase, LoginPhase::Scanned, "{platform}: the login stands where it stood");
        assert_eq!(hinted.error.map(|error| error.kind), Some(LoginProblemKind::Network));
        app.control().confirm(&handle).expect("the phone has its own network");
        app.control().clear_faults(Some(gone));
        let result = app.login_done(&view.session_id).await;
        assert_eq!(app.status(&result.account_id), AccountStatus::Active);
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_brings_another_code_and_no_account() {
    for platform in PLATFORMS {
        let app = TestApp::start().await;
        let first = app.start_login(platform, None).await;
        let (_, poll) = endpoints(platform);
        app.fault(NewFault::new(platform, FaultKind::ResetAfter).at(poll).times(1));
        app.scan_and_confirm(&first, "song");
        let fresh = |view: &roster_engine::LoginView| {
            view.phase == LoginPhase::Waiting && view.qrcode_text != first.qrcode_text
        };
        // The platform may take the session for handed out, or hand it out again: either way the login goes on.
        let settled = |view: &roster_engine::LoginView| fresh(view) || view.phase == LoginPhase::Done;
        let view = app.login_until(&first.session_id, "a way on", settled).await;
        if view.phase == LoginPhase::Waiting {
            assert!(app.accounts().is_empty());
            app.scan_and_confirm(&view, "song");
        }
        let result = app.login_done(&first.session_id).await;
        assert_eq!(app.status(&result.account_id), AccountStatus::Active);
        assert_eq!(app.accounts().len(), 1);
    }
}

/// The faults of a network and of a busy server; they pass by themselves.
const PASSING: [FaultKind; 6] = [
    FaultKind::ServerError,
    FaultKind::Html,
    FaultKind::Empty,
    FaultKind::Truncated,
    FaultKind::Reset,
    FaultKind::RateLimited,
];

#[tokio::test]
async fn no_passing_fault_ends_a_login() {
    for platform in PLATFORMS {
        let app = TestApp::start().await;
        let (create, poll) = endpoints(platform);
        for kind in PASSING {
            for endpoint in [create, poll] {
                let fault = app.fault(NewFault::new(platform, kind).at(endpoint));
                let login = app.begin_login(platform, None).await;
                let hinted = app.login_until(&login, "a hint", |view| view.error.is_some()).await;
                let stands = if endpoint == create { LoginPhase::Loading } else { LoginPhase::Waiting };
                assert_eq!(hinted.phase, stands, "{platform} {kind:?} at {endpoint}: {:?}", hinted.error);
                app.control().clear_faults(Some(fault));
                let clear = |view: &roster_engine::LoginView| view.phase == LoginPhase::Waiting && view.error.is_none();
                app.login_until(&login, "the hint gone", clear).await;
                app.engine.cancel_login(&login).await.expect("cancelled");
            }
        }
    }
}

#[tokio::test]
async fn risk_control_is_said_and_a_new_code_can_be_asked_for() {
    for (platform, kinds) in [
        ("bilibili", &[FaultKind::Risk, FaultKind::Blocked, FaultKind::BlockedHtml, FaultKind::Captcha][..]),
        ("toutiao", &[FaultKind::Risk, FaultKind::Captcha]),
    ] {
        let app = TestApp::start().await;
        let (_, poll) = endpoints(platform);
        for kind in kinds {
            let view = app.start_login(platform, None).await;
            let fault = app.fault(NewFault::new(platform, *kind).at(poll));
            let hinted = app.login_until(&view.session_id, "a hint", |view| view.error.is_some()).await;
            let problem = hinted.error.expect("just seen");
            assert_eq!(problem.kind, LoginProblemKind::RiskControl, "{platform} {kind:?}");
            assert!(matches!(problem.reason, Reason::RiskControl | Reason::Captcha), "{:?}", problem.reason);
            assert_ne!(hinted.phase, LoginPhase::Expired);
            app.control().clear_faults(Some(fault));
            app.engine.refresh_login(&view.session_id).await.expect("not over");
            let fresh = |now: &roster_engine::LoginView| {
                now.phase == LoginPhase::Waiting && now.qrcode_text != view.qrcode_text
            };
            app.login_until(&view.session_id, "another code", fresh).await;
            app.engine.cancel_login(&view.session_id).await.expect("cancelled");
        }
        assert!(app.accounts().is_empty());
    }
}

#[tokio::test]
async fn a_session_is_kept_although_nobody_can_be_asked_whose_it_is() {
    for platform in PLATFORMS {
        for kind in [FaultKind::Risk, FaultKind::Reset, FaultKind::Html, FaultKind::ServerError] {
            let app = TestApp::start().await;
            let fault = app.fault(NewFault::new(platform, kind).at(first_question(platform)));
            let id = app.log_in(platform, "chen").await;
            let status = app.status(&id);
            assert_ne!(status, AccountStatus::Active, "{platform} {kind:?}: nobody has verified it");
            assert_ne!(status, AccountStatus::Expired, "{platform} {kind:?}: nobody has said so");
            app.control().clear_faults(Some(fault));
            assert!(app.check(&id).await.healthy, "{platform} {kind:?}: the session was stored");
            let account = app.account(&id).account;
            assert_eq!((account.status, account.name.as_str()), (AccountStatus::Active, "陈工拆机"));
        }
    }
}

#[tokio::test]
async fn a_cancelled_login_asks_nothing_more() {
    let app = TestApp::start().await;
    let view = app.start_login("bilibili", None).await;
    let handle = app.scan(&view, "lin");
    app.engine.cancel_login(&view.session_id).await.expect("cancelled");
    app.control().confirm(&handle).expect("scanned");
    let asked = app.asked("qrcode/poll");
    app.advance(Duration::from_secs(20));
    let other = app.log_in("bilibili", "zhou").await;
    assert!(app.asked("qrcode/poll") > asked, "the other login did poll");
    assert_eq!(app.accounts().len(), 1);
    assert_eq!(app.account(&other).account.name, "周末去爬山");
    let handle_state =
        app.control().state().codes.into_iter().find(|code| code.handle == handle).map(|code| code.state);
    assert_eq!(handle_state, Some("confirmed"), "nobody fetched the session of a cancelled login");
}
