//! What goes wrong while the app watches over accounts, and what must not come of it: a fault is never "expired", and
//! an ended session is never "alive" for long.
#![allow(clippy::expect_used, clippy::panic, reason = "also in the functions that the tests share")]

use std::time::Duration;

use roster_domain::{AccountId, AccountStatus, Reason, Verdict};
use roster_engine::{AccountRef, Notice};
use roster_sandbox::{FaultKind, NewFault};
use roster_tests::app::TestApp;

const PLATFORMS: [&str; 2] = ["bilibili", "toutiao"];
const MINUTE: Duration = Duration::from_secs(60);

/// The first question about a session.
fn first_question(platform: &str) -> &'static str {
    if platform == "bilibili" { "nav" } else { "user_login_status_api" }
}

/// "Not logged in", so many times.
fn denied(platform: &str, times: u32) -> NewFault {
    NewFault::new(platform, FaultKind::Expired).at(first_question(platform)).times(times)
}

async fn wait_for(app: &TestApp, id: &AccountId, status: AccountStatus, within: Duration) {
    app.until(status.as_str(), within, async || (app.status(id) == status).then_some(())).await;
}

#[tokio::test]
async fn no_fault_on_the_way_changes_a_status() {
    let faults = [
        FaultKind::Reset,
        FaultKind::ResetAfter,
        FaultKind::ServerError,
        FaultKind::RateLimited,
        FaultKind::TooFast,
        FaultKind::Html,
        FaultKind::Empty,
        FaultKind::Truncated,
        FaultKind::UnknownShape,
    ];
    for platform in PLATFORMS {
        let app = TestApp::start().await;
        let id = app.log_in(platform, "lin").await;
        for kind in faults {
            let fault = app.fault(NewFault::new(platform, kind).at(first_question(platform)));
            // Twice and far apart, as an ended session would have to be proven.
            for _ in 0..2 {
                let outcome = app.check(&id).await;
                assert!(
                    matches!(outcome.verdict, Verdict::Unknown | Verdict::PlatformChanged),
                    "{platform} {kind:?}: {:?}",
                    outcome.verdict
                );
                assert_eq!(outcome.recheck_at, None, "{platform} {kind:?} is no first proof of anything");
                assert_eq!(app.status(&id), AccountStatus::Active, "{platform} {kind:?}");
                app.advance(MINUTE + MINUTE);
            }
            app.control().clear_faults(Some(fault));
        }
        let history = app.engine.health_history(&AccountRef::from(&id)).await.expect("a history");
        assert!(history.iter().all(|record| record.status == AccountStatus::Active), "the history tells the same");
        assert!(app.check(&id).await.healthy, "{platform}: the session has outlived all of it");
        assert!(app.notices.told().is_empty(), "nobody was alarmed");
    }
}

#[tokio::test]
async fn a_platform_that_never_answers_changes_no_status() {
    let app = TestApp::start().await;
    let id = app.log_in("bilibili", "lin").await;
    app.fault(NewFault::new("bilibili", FaultKind::Hang).at("nav"));
    let outcome = app.check(&id).await;
    assert_eq!((outcome.verdict, outcome.reason), (Verdict::Unknown, Reason::Timeout));
    assert_eq!(app.status(&id), AccountStatus::Active);
}

#[tokio::test]
async fn a_network_that_is_gone_changes_no_status() {
    let app = TestApp::start().await;
    let id = app.log_in("bilibili", "lin").await;
    app.sandbox.stop().await.expect("an orderly end");
    for _ in 0..2 {
        let outcome = app.check(&id).await;
        assert_eq!((outcome.verdict, outcome.reason), (Verdict::Unknown, Reason::Connect));
        assert_eq!(app.status(&id), AccountStatus::Active);
        app.advance(MINUTE + MINUTE);
    }
    assert!(app.notices.told().is_empty());
}

#[tokio::test]
async fn risk_control_is_restricted_and_never_expired() {
    for (platform, kinds) in
        [("bilibili", &[FaultKind::Risk, FaultKind::Captcha][..]), ("toutiao", &[FaultKind::Risk, FaultKind::Captcha])]
    {
        let app = TestApp::start().await;
        let id = app.log_in(platform, "lin").await;
        for kind in kinds {
            let fault = app.fault(NewFault::new(platform, *kind).at(first_question(platform)));
            for _ in 0..2 {
                let outcome = app.check(&id).await;
                assert_ne!(outcome.verdict, Verdict::Expired, "{platform} {kind:?}");
                assert_ne!(outcome.verdict, Verdict::Alive, "{platform} {kind:?}");
                assert_ne!(app.status(&id), AccountStatus::Expired, "{platform} {kind:?}");
                app.advance(MINUTE + MINUTE);
            }
            app.control().clear_faults(Some(fault));
            assert!(app.check(&id).await.healthy);
            assert_eq!(app.status(&id), AccountStatus::Active, "{platform} {kind:?}: it is over by itself");
        }
    }
}

/// A studio's accounts share an address: when it is blocked, none of them is restricted for it.
#[tokio::test]
async fn a_blocked_address_takes_no_account_out_of_use() {
    let app = TestApp::start().await;
    let id = app.log_in("bilibili", "lin").await;
    for kind in [FaultKind::Blocked, FaultKind::BlockedHtml] {
        let fault = app.fault(NewFault::new("bilibili", kind).at(first_question("bilibili")));
        for _ in 0..2 {
            let outcome = app.check(&id).await;
            assert_eq!((outcome.verdict, outcome.status), (Verdict::Unknown, AccountStatus::Active), "{kind:?}");
            assert_eq!(outcome.reason, Reason::RiskControl, "{kind:?}: the owner is told why");
            app.advance(MINUTE + MINUTE);
        }
        app.control().clear_faults(Some(fault));
    }
    assert!(app.notices.told().is_empty());
}

#[tokio::test]
async fn a_page_of_html_says_nothing_even_where_html_may_mean_a_login_page() {
    let app = TestApp::start().await;
    let id = app.log_in("toutiao", "lin").await;
    for kind in [FaultKind::Html, FaultKind::BlockedHtml, FaultKind::Blocked] {
        let fault = app.fault(NewFault::new("toutiao", kind));
        for _ in 0..2 {
            let outcome = app.check(&id).await;
            assert_eq!((outcome.verdict, outcome.status), (Verdict::Unknown, AccountStatus::Active), "{kind:?}");
            app.advance(MINUTE + MINUTE);
        }
        app.control().clear_faults(Some(fault));
    }
    // The login page itself is one of the platform's ways to say it.
    app.control().set_mode("toutiao", "logged_out", "html_login_page").expect("a mode");
    app.control().expire_sessions("toutiao", "lin").expect("a session");
    assert_eq!(app.check(&id).await.verdict, Verdict::Expired);
}

#[tokio::test]
async fn what_the_platform_asks_for_is_never_undercut() {
    for (retry_after_s, least) in [(Some(7_200), 7_200), (None, 30)] {
        let app = TestApp::start().await;
        app.settings(|settings| settings.health_enabled = true).await;
        let id = app.log_in("bilibili", "lin").await;
        app.until("the look at new accounts over", MINUTE, async || (app.asked("nav") >= 1).then_some(())).await;
        app.fault(NewFault { retry_after_s, ..NewFault::new("bilibili", FaultKind::RateLimited).at("nav") });
        let now = app.control().now();
        let outcome = app.check(&id).await;
        assert_eq!((outcome.verdict, outcome.reason), (Verdict::Unknown, Reason::RateLimited));
        let next = app.account(&id).account.next_check_at.expect("asked again some day");
        let wait = next.as_second() - now.as_second();
        assert!(wait >= least, "{retry_after_s:?}: asked again after {wait} s");
        let asked = app.asked("nav");
        app.advance(Duration::from_secs(least.unsigned_abs() - 5));
        // Time for anybody to ask who should not.
        app.until("another account", MINUTE / 12, async || Some(())).await;
        assert_eq!(app.asked("nav"), asked, "{retry_after_s:?}: nobody asks before that");
    }
}

#[tokio::test]
async fn one_denial_is_not_expired_and_the_account_is_asked_again_by_itself() {
    for platform in PLATFORMS {
        let app = TestApp::start().await;
        let id = app.log_in(platform, "lin").await;
        app.fault(denied(platform, 1));
        let outcome = app.check(&id).await;
        assert_eq!((outcome.verdict, outcome.status), (Verdict::Expired, AccountStatus::Active), "{platform}");
        let recheck = outcome.recheck_at.expect("a second proof is sought");
        assert!(recheck.as_second() - outcome.checked_at.as_second() >= 60);
        let asked = app.asked(first_question(platform));
        let taken_back = async || app.account(&id).account.first_expired_at.is_none().then_some(());
        app.until("the suspicion taken back", 2 * MINUTE, taken_back).await;
        assert!(app.asked(first_question(platform)) > asked, "{platform}: by asking");
        assert_eq!(app.status(&id), AccountStatus::Active);
        assert!(app.notices.told().is_empty());
    }
}

#[tokio::test]
async fn two_denials_a_minute_apart_are_expired_and_sooner_they_are_not() {
    for platform in PLATFORMS {
        let app = TestApp::start().await;
        let id = app.log_in(platform, "lin").await;
        app.fault(denied(platform, 3));
        assert_eq!(app.check(&id).await.status, AccountStatus::Active, "{platform}: once");
        app.advance(Duration::from_secs(59));
        assert_eq!(app.check(&id).await.status, AccountStatus::Active, "{platform}: twice within a minute");
        app.advance(Duration::from_secs(1));
        assert_eq!(app.check(&id).await.status, AccountStatus::Expired, "{platform}: twice a minute apart");
    }
}

#[tokio::test]
async fn an_answer_in_between_takes_the_first_denial_back_and_a_fault_does_not() {
    for (between, wanted) in [(None, AccountStatus::Active), (Some(FaultKind::Html), AccountStatus::Expired)] {
        let app = TestApp::start().await;
        let id = app.log_in("bilibili", "lin").await;
        app.fault(denied("bilibili", 1));
        app.check(&id).await;
        if let Some(kind) = between {
            app.fault(NewFault::new("bilibili", kind).at("nav").times(1));
        }
        app.advance(Duration::from_secs(30));
        app.check(&id).await;
        app.fault(denied("bilibili", 1));
        app.advance(Duration::from_secs(30));
        assert_eq!(app.check(&id).await.status, wanted, "in between: {between:?}");
    }
}

#[tokio::test]
async fn a_session_that_ended_is_found_out_and_told_once() {
    for platform in PLATFORMS {
        let app = TestApp::start().await;
        app.settings(|settings| settings.health_enabled = true).await;
        let id = app.log_in(platform, "lin").await;
        let kept = app.log_in(platform, "zhou").await;
        assert_eq!(app.control().expire_sessions(platform, "lin").expect("a session"), 1);
        app.advance(Duration::from_secs(8 * 3600));
        wait_for(&app, &id, AccountStatus::Expired, 3 * MINUTE).await;
        assert_eq!(app.status(&kept), AccountStatus::Active, "{platform}: the other one lives");
        let told = app.until("a notice", MINUTE, async || app.notices.told().first().cloned()).await;
        let Notice::AccountsDied(died) = told;
        assert_eq!(died.iter().map(|died| &died.account_id).collect::<Vec<_>>(), [&id]);
        assert_eq!(died[0].reason, Reason::NotLoggedIn);
        app.check(&id).await;
        app.until("more notices, if any", MINUTE, async || Some(())).await;
        assert_eq!(app.notices.told().len(), 1);

        let view = app.start_login(platform, Some(&id)).await;
        app.scan_and_confirm(&view, "lin");
        app.login_done(&view.session_id).await;
        assert_eq!(app.status(&id), AccountStatus::Active, "{platform}: a new login brings it back");
    }
}

#[tokio::test]
async fn bans_and_mutes_are_restrictions_that_can_end() {
    for (platform, kinds) in [
        ("bilibili", [(FaultKind::Banned, Reason::Banned), (FaultKind::Muted, Reason::Muted)]),
        ("toutiao", [(FaultKind::Banned, Reason::Banned), (FaultKind::Muted, Reason::Muted)]),
    ] {
        let app = TestApp::start().await;
        let id = app.log_in(platform, "lin").await;
        for (kind, reason) in kinds {
            let fault = app.fault(NewFault::new(platform, kind).of("lin"));
            // The daily question, which is the one that knows about mutes.
            app.advance(Duration::from_secs(25 * 3600));
            let outcome = app.check(&id).await;
            assert_eq!((outcome.verdict, outcome.reason), (Verdict::Restricted, reason), "{platform} {kind:?}");
            assert_eq!(app.status(&id), AccountStatus::Inactive);
            app.control().clear_faults(Some(fault));
            app.advance(Duration::from_secs(25 * 3600));
            assert_eq!(app.check(&id).await.status, AccountStatus::Active, "{platform} {kind:?}");
        }
    }
}

#[tokio::test]
async fn a_late_answer_about_an_old_session_changes_nothing() {
    let app = TestApp::start().await;
    let id = app.log_in("bilibili", "lin").await;
    let view = app.start_login("bilibili", Some(&id)).await;
    app.control().expire_sessions("bilibili", "lin").expect("a session");
    assert_eq!(app.check(&id).await.status, AccountStatus::Active, "the first denial");
    app.advance(MINUTE);
    app.fault(NewFault { ms: Some(600), ..NewFault::new("bilibili", FaultKind::Slow).at("nav").times(1) });
    let asked = app.asked("nav");
    let slow = {
        let (engine, id) = (app.engine.clone(), id.clone());
        tokio::spawn(async move { engine.check_account(&AccountRef::from(&id)).await })
    };
    app.until("the slow question", Duration::ZERO, async || (app.asked("nav") > asked).then_some(())).await;
    app.scan_and_confirm(&view, "lin");
    let generation = app.account(&id).account.generation;
    let stored = async || (app.account(&id).account.generation > generation).then_some(());
    app.until("the new session", MINUTE / 4, stored).await;
    let late = slow.await.expect("no panic").expect("an outcome");
    assert_eq!(late.verdict, Verdict::Expired, "it was the second denial");
    assert_ne!(app.status(&id), AccountStatus::Expired, "of a session that is not the account's any more");
    assert_eq!(app.account(&id).account.first_expired_at, None, "nor is it a first denial of the new one");
    let ended = app.login_until(&view.session_id, "the login's end", |view| view.phase.is_final()).await;
    assert_eq!(ended.error, None, "the login asked about its own session");
    assert_eq!(app.status(&id), AccountStatus::Active);
}

#[tokio::test]
async fn offline_nothing_is_asked_and_online_again_it_is_made_up_for() {
    let app = TestApp::start().await;
    app.settings(|settings| settings.health_enabled = true).await;
    let id = app.log_in("bilibili", "lin").await;
    app.network.turn(false);
    app.until("the news", MINUTE / 30, async || Some(())).await;
    let asked = app.asked("nav");
    app.advance(Duration::from_secs(24 * 3600));
    app.until("anybody to ask", MINUTE, async || (app.control().now().as_second() % 60 == 59).then_some(())).await;
    assert_eq!(app.asked("nav"), asked, "nothing is asked without a network");
    app.network.turn(true);
    app.until("the check", 16 * MINUTE, async || (app.asked("nav") > asked).then_some(())).await;
    wait_for(&app, &id, AccountStatus::Active, MINUTE).await;
}
