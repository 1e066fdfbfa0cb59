//! Sessions of the third generation, which each renewal replaces.

use std::{sync::Arc, time::Duration};

use roster_domain::{Credential, Reason, Verdict};
use roster_platform::{ErrorKind, LoginMethod, OperationInput, ProbeDepth};
use roster_sandbox::{FaultKind, NewFault};
use serde_json::json;

use super::{Account, ID, Lab, THIRD, filled};

fn renewal_cookie(credential: &Credential) -> String {
    credential.cookies.value("new_api_refresh").expect("a renewal cookie").expose().clone()
}

#[tokio::test]
async fn a_short_token_is_renewed_once_and_handed_over_before_it_is_used() {
    let lab = Lab::open().await;
    let mut lin = lab.log_in(THIRD, "lin").await;
    lab.advance(20 * 60);
    let ctx = lab.ctx(&lin);
    let both = tokio::join!(lab.adapter.quotas(&ctx, &lin.credential), lab.adapter.quotas(&ctx, &lin.credential));
    assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    assert_eq!(lab.asked(THIRD, "auth/refresh"), 1, "two who need it renew once");
    assert_ne!(renewal_cookie(&lin.newest()), renewal_cookie(&lin.credential));
    lin = Account::of(lin.newest());
    lab.advance(20 * 60);
    assert_eq!(lab.verdict(&lin).await.0, Verdict::Alive, "the handed-over session renews further");
    assert_eq!(lab.asked(THIRD, "auth/refresh"), 2);
}

#[tokio::test]
async fn whatever_fails_after_a_renewal_loses_no_session() {
    let lab = Lab::open().await;
    let lin = lab.log_in(THIRD, "lin").await;
    lab.advance(20 * 60);
    let wrong = OperationInput::new(json!({ "key": "f".repeat(32) }).as_object().cloned().expect("an object"));
    assert!(lab.adapter.operate(&lab.ctx(&lin), &lin.credential, "redeem_code", wrong).await.is_err());
    lab.advance(60);
    let lin = Account::of(lin.newest());
    lab.advance(20 * 60);
    lab.sandbox.control().fault(NewFault::new(ID, FaultKind::ServerError).at("self")).expect("fault");
    assert!(lab.adapter.quotas(&lab.ctx(&lin), &lin.credential).await.is_err());
    lab.sandbox.control().clear_faults(None);
    lab.advance(60);
    let lin = Account::of(lin.newest());
    let probe = lab.adapter.probe(&lab.ctx(&lin), &lin.credential, ProbeDepth::Light).await;
    assert_eq!(probe.verdict, Verdict::Alive, "{:?}", probe.evidence);
    assert_eq!(lab.asked(THIRD, "auth/refresh"), 2);
}

#[tokio::test]
async fn a_renewal_whose_answer_is_lost_is_asked_for_again() {
    let lab = Lab::open().await;
    let lin = lab.log_in(THIRD, "lin").await;
    lab.advance(20 * 60);
    let lost = NewFault::new(ID, FaultKind::ResetAfter).at("auth/refresh").times(2);
    lab.sandbox.control().fault(lost).expect("fault");
    let probe = lab.adapter.probe(&lab.ctx(&lin), &lin.credential, ProbeDepth::Light).await;
    assert_eq!(probe.verdict, Verdict::Alive, "{:?}", probe.evidence);
    assert_eq!(lab.asked(THIRD, "auth/refresh"), 3);
    lab.advance(20 * 60);
    let lin = Account::of(lin.newest());
    assert_eq!(lab.verdict(&lin).await.0, Verdict::Alive, "what the server repeated is the session");
    // Each try counts there: three and one so far, and the login.
    for turn in 0..15 {
        let (mut flow, ctx) = lab.begin(LoginMethod::Password).await;
        let wrong = [("site", THIRD), ("action", "login"), ("username", "lin"), ("password", "not-this-one")];
        assert!(flow.next(&ctx, filled(&wrong)).await.is_ok(), "{turn}");
    }
    assert!(lab.asked(THIRD, "login") >= 15);
}

#[tokio::test]
async fn a_renewal_goes_on_when_nobody_waits_any_more() {
    let lab = Lab::open().await;
    let lin = lab.log_in(THIRD, "lin").await;
    lab.advance(20 * 60);
    let slow = NewFault { ms: Some(300), ..NewFault::new(ID, FaultKind::Slow).at("auth/refresh").times(1) };
    lab.sandbox.control().fault(slow).expect("fault");
    let ctx = lab.ctx(&lin);
    let mut asked = Box::pin(lab.adapter.quotas(&ctx, &lin.credential));
    while lab.asked(THIRD, "auth/refresh") == 0 {
        let look = tokio::time::timeout(Duration::from_millis(5), &mut asked).await;
        assert!(look.is_err(), "it waits for the renewal");
    }
    drop(asked);
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while lin.kept.handed_over().is_none() {
        assert!(std::time::Instant::now() < deadline, "the renewal was broken off");
        tokio::task::yield_now().await;
    }
    lab.advance(60);
    let lin = Account::of(lin.newest());
    lab.advance(20 * 60);
    assert_eq!(lab.verdict(&lin).await.0, Verdict::Alive);
}

#[tokio::test]
async fn a_renewal_of_earlier_is_no_answer_to_a_question_of_now() {
    let lab = Lab::open().await;
    let lin = lab.log_in(THIRD, "lin").await;
    lab.advance(20 * 60);
    let before = lab.asked(THIRD, "self");
    let light = async |account: &Account| {
        let probe = lab.adapter.probe(&lab.ctx(account), &account.credential, ProbeDepth::Light).await;
        (probe.verdict, probe.reason)
    };
    assert_eq!(light(&lin).await, (Verdict::Alive, Reason::Ok));
    assert_eq!(lab.asked(THIRD, "self"), before, "a renewal of this very moment is one");
    lab.sandbox.control().fault(NewFault::new(ID, FaultKind::Banned).at("self")).expect("fault");
    // As the engine asks now, and as one asks that set out with the session of before.
    let renewed = Account { kept: Arc::clone(&lin.kept), ..Account::of(lin.newest()) };
    assert_eq!(light(&renewed).await, (Verdict::Restricted, Reason::Banned));
    assert_eq!(light(&lin).await, (Verdict::Restricted, Reason::Banned));
    assert_eq!((lab.asked(THIRD, "auth/refresh"), lab.asked(THIRD, "self")), (1, before + 2));
}

#[tokio::test]
async fn reading_quotas_leaves_the_calls_that_are_kept_for_people() {
    let lab = Lab::open().await;
    let lin = lab.log_in(THIRD, "lin").await;
    lab.advance(20 * 60);
    for _ in 0..15 {
        let (mut flow, ctx) = lab.begin(LoginMethod::Password).await;
        let wrong = [("site", THIRD), ("action", "login"), ("username", "gu"), ("password", "not-this-one")];
        assert!(flow.next(&ctx, filled(&wrong)).await.is_ok());
    }
    let held = lab.adapter.quotas(&lab.ctx(&lin), &lin.credential).await.expect_err("held back");
    assert_eq!((held.kind, lab.asked(THIRD, "auth/refresh")), (ErrorKind::RateLimited, 0));
    let mut lin = lin;
    lab.done(&mut lin, "get_self", json!({})).await;
    assert_eq!(lab.asked(THIRD, "auth/refresh"), 1, "a person may");
}
