//! Changes of money whose answer, or whose second look, is lost.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicUsize, Ordering::SeqCst},
};

use common::burncloud::{alive, by_token, done, fixture, no, yes};
use roster_platform::conformance::{Host, Play, Reply, context};
use roster_platform::{OperateError, OperationInput, Outcome};
use roster_platforms::AdapterSettings;
use serde_json::{Value, json};

/// What the server does about the one change, and how it answers.
#[derive(Clone)]
struct Change {
    path: &'static str,
    /// By how much the balance grows.
    adds: i64,
    /// What the user spends meanwhile.
    spends: i64,
    reply: Reply,
    /// Nothing can be read any more after it.
    then_down: bool,
    /// The change is seen only by the look after so many.
    seen_by_look: usize,
}

fn user(quota: i64, used: i64, aff: i64) -> Value {
    let mut user: Value = serde_json::from_str::<Value>(fixture!("user.json")).expect("JSON")["data"].clone();
    user["id"] = json!(42);
    user["quota"] = json!(quota);
    user["used_quota"] = json!(used);
    user["aff_quota"] = json!(aff);
    user
}

fn server(change: Change) -> Play {
    let (added, changes, looks) = (AtomicI64::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    Arc::new(move |asked| {
        if asked.path == change.path {
            assert_eq!(changes.fetch_add(1, SeqCst), 0, "money is never moved twice");
            added.store(change.adds, SeqCst);
            return change.reply.clone();
        }
        let after = changes.load(SeqCst) > 0;
        match asked.path.as_str() {
            "/api/user/self" | "/api/user/42" if after && change.then_down => Reply::html(502, "<html></html>"),
            "/api/user/self" | "/api/user/42" => {
                let late = after && looks.fetch_add(1, SeqCst) + 1 < change.seen_by_look;
                let (more, spent) = if after && !late { (added.load(SeqCst), change.spends) } else { (0, 0) };
                yes(&user(2_500_000 + more - spent, 500_000 + spent, 900_000 - more))
            }
            _ => alive(asked),
        }
    })
}

async fn outcome(change: Change, operation: &str, input: Value) -> Result<Outcome, OperateError> {
    let host = Host::start(server(change)).await.expect("host");
    let Value::Object(fields) = input else { panic!("an object") };
    let adapter = common::adapter("burncloud", &AdapterSettings::default());
    let ctx = context(&host).expect("client");
    adapter.operate(&ctx, &by_token("g1"), operation, OperationInput::new(fields)).await
}

fn is_unknown(outcome: &Result<Outcome, OperateError>) -> bool {
    matches!(outcome, Err(OperateError::Refused { code, remedy, .. }) if code == "OUTCOME_UNKNOWN" && !remedy.zh.is_empty())
}

fn manage(mode: &str, value: i64) -> Value {
    json!({ "id": 42, "action": "add_quota", "mode": mode, "value": value })
}

const MANAGE: &str = "/api/user/manage";
const TOPUP: &str = "/api/user/topup";
const TRANSFER: &str = "/api/user/aff_transfer";

fn change(path: &'static str, adds: i64, reply: Reply) -> Change {
    Change { path, adds, spends: 0, reply, then_down: false, seen_by_look: 0 }
}

#[tokio::test]
async fn a_change_that_was_taken_and_not_seen_again_is_no_failure() {
    let down = |path, adds| Change { then_down: true, ..change(path, adds, done()) };
    let managed = outcome(down(MANAGE, 700), "manage_user", manage("add", 700)).await.expect("taken").value;
    assert_eq!((&managed["applied"], &managed["user"]), (&Value::Null, &Value::Null));
    let moved = outcome(down(TRANSFER, 700), "transfer_affiliate_quota", json!({ "quota": 700 })).await;
    let moved = moved.expect("taken").value;
    assert_eq!((&moved["checked"], &moved["quota"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn only_the_change_that_was_asked_for_counts_as_done() {
    for (mode, value, adds, spends, applied) in [
        ("add", 10_000, 10_000, 0, true),
        ("add", 10_000, 10_000, 4_000, true),
        // The first generation says yes and does nothing, and the user goes on spending.
        ("add", 10_000, 0, 4_000, false),
        ("subtract", 10_000, -10_000, 4_000, true),
        ("subtract", 10_000, 0, 4_000, false),
        ("override", 2_000_000, -500_000, 0, true),
        ("override", 2_000_000, -500_000, 300, true),
        ("override", 2_000_000, 0, 300, false),
    ] {
        let play = Change { spends, ..change(MANAGE, adds, done()) };
        let managed = outcome(play, "manage_user", manage(mode, value)).await.expect("done").value;
        assert_eq!(managed["applied"], json!(applied), "{mode} {adds} {spends}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_never_called_a_failure() {
    let lost =
        [Reply::Reset, Reply::html(504, "<html></html>"), Reply::Silent, Reply::Cut(b"{\"success\":true}".to_vec())];
    for reply in lost {
        let play = change(TOPUP, 500_000, reply.clone());
        let redeemed = outcome(play, "redeem_code", json!({ "key": "K" })).await.expect("found").value;
        assert_eq!((&redeemed["added"], &redeemed["seen_in_balance"]), (&json!(500_000), &json!(true)), "{reply:?}");
        let play = change(MANAGE, 500_000, reply.clone());
        let managed = outcome(play, "manage_user", manage("add", 500_000)).await.expect("found").value;
        assert_eq!(managed["applied"], true, "{reply:?}");
        let play = change(TRANSFER, 500_000, reply.clone());
        let moved = outcome(play, "transfer_affiliate_quota", json!({ "quota": 500_000 })).await.expect("found").value;
        assert_eq!((&moved["quota"], &moved["checked"]), (&json!(3_000_000), &json!(true)), "{reply:?}");
    }
    // What the server itself refused has not happened.
    let refused =
        outcome(change(TOPUP, 0, no(200, "兑换失败，无效的兑换码")), "redeem_code", json!({ "key": "K" })).await;
    assert!(matches!(&refused, Err(OperateError::Refused { code, .. }) if code == "CODE_REFUSED"), "{refused:?}");
}

/// The server itself waits up to three seconds, so one look is not enough; and when nothing shows, nobody is told to go on.
#[tokio::test]
async fn a_server_that_is_still_at_it_is_looked_at_again() {
    let late = Change { seen_by_look: 2, ..change(TOPUP, 500_000, Reply::html(504, "<html></html>")) };
    let never = change(TOPUP, 0, Reply::html(502, "<html></html>"));
    let same = change(MANAGE, 0, Reply::Reset);
    let (late, never, same) = futures_util::join!(
        outcome(late, "redeem_code", json!({ "key": "K" })),
        outcome(never, "redeem_code", json!({ "key": "K" })),
        outcome(same, "manage_user", manage("add", 5)),
    );
    assert_eq!(late.expect("found").value["added"], 500_000);
    assert!(is_unknown(&never), "{never:?}");
    assert!(is_unknown(&same), "{same:?}");
}
