//! SmartCV: what the document describes, as its owner goes through it.

use roster_sandbox::{FaultKind, NewFault};
use serde_json::{Value, json};

use crate::door::{Doors, MINUTE};

const PASSWORD: &str = "sandbox-lin";

async fn lin(doors: &Doors) -> String {
    doors.logged_in("smartcv", "password", json!({ "email": "lin@example.test", "password": PASSWORD })).await
}

#[tokio::test]
async fn a_wrong_password_says_what_to_do_and_the_right_one_shows_what_is_left() {
    let doors = Doors::open().await;
    let form = doors.begin("smartcv", "password", None).await;
    let wrong = json!({ "email": "lin@example.test", "password": "another-password" });
    let again = doors.fill(&form, wrong).await;
    assert_eq!((again.form(), again.problem()), ("password", Some("password")));
    assert!(doors.app.accounts().is_empty(), "nothing came of it");
    let id = doors.fill(&again, json!({ "email": "lin@example.test", "password": PASSWORD })).await.account();
    let resumes = doors.quota(&id, "resumes").await;
    assert_eq!(
        (&resumes["unlimited"], &resumes["limit"], &resumes["left"]),
        (&json!(true), &json!(null), &json!(null))
    );
    let calls = doors.quota(&id, "api_requests").await;
    assert_eq!((&calls["unlimited"], calls["limit"].as_f64()), (&json!(false), Some(1000.0)));
    assert!(calls["resets_at"].is_string());
    assert_eq!(doors.quota(&id, "storage").await["unit"], "bytes");
    doors.kept_silent_about(&id, &[PASSWORD, "another-password"]).await;
}

#[tokio::test]
async fn backup_codes_are_kept_over_logins_and_restarts_and_leave_by_the_owner_s_hand_alone() {
    let mut doors = Doors::open().await;
    let id = lin(&doors).await;
    let turned = |on: bool, password: &str| json!({ "current_password": password, "two_factor_enabled": on });
    doors.is_the_owner_s(&id, "set_two_factor", turned(true, PASSWORD)).await;
    let refused = doors.confirmed(&id, "set_two_factor", turned(true, "another-password")).await;
    let details = &refused.error(502, "PLATFORM_ERROR")["details"];
    assert_eq!(details["code"], "INVALID_PASSWORD");
    assert!(details["remedy"]["zh"].is_string() && details["remedy"]["en"].is_string());
    let done = doors.confirmed(&id, "set_two_factor", turned(true, PASSWORD)).await;
    let done = done.data(200);
    assert_eq!((&done["value"]["backup_codes_kept"], &done["secrets"]), (&json!(3), &json!(["backup_codes"])));
    let codes = doors.reveal(&id, "backup_codes").await;
    let each: Vec<&str> = codes.lines().collect();
    assert_eq!(each.len(), 3);
    assert_eq!(doors.account(&id).await["more"]["secrets"], json!([{ "name": "backup_codes" }]));

    doors.restart().await;
    assert_eq!(doors.reveal(&id, "backup_codes").await, codes, "after a restart");
    assert!(doors.is_healthy(&id).await);
    let off = doors.confirmed(&id, "set_two_factor", turned(false, PASSWORD)).await;
    assert_eq!(off.data(200)["secrets"], json!([]));
    assert_eq!(doors.account(&id).await["more"]["secrets"], json!([]), "codes of a factor that is off open nothing");
    let form = doors.begin("smartcv", "password", Some(&id)).await;
    let again = doors.fill(&form, json!({ "email": "lin@example.test", "password": PASSWORD })).await;
    assert_eq!(again.account(), id);
    doors.confirmed(&id, "set_two_factor", turned(true, PASSWORD)).await.data(200);
    let codes = doors.reveal(&id, "backup_codes").await;
    let each: Vec<&str> = each.into_iter().chain(codes.lines()).collect();
    doors.script("POST", &format!("/api/v1/accounts/{id}/logout"), Value::Null).await.data(200);
    doors.restart().await;
    assert_eq!(doors.reveal(&id, "backup_codes").await, codes, "when nobody is logged in any more");

    // A program can do everything but that.
    let path = format!("/desktop/v1/accounts/{id}/secrets/backup_codes/reveal");
    doors.script("POST", &path, Value::Null).await.error(403, "FORBIDDEN");
    let path = format!("/desktop/v1/accounts/{id}/secrets/nothing/reveal");
    doors.owner("POST", &path, Value::Null).await.error(404, "NOT_FOUND");
    doors.kept_silent_about(&id, &[&each[..], &[PASSWORD, "another-password"]].concat()).await;
}

/// The five actions of the document's update, in an order in which each means something.
fn actions() -> [(&'static str, Value); 5] {
    [
        ("upgrade_subscription", json!({ "plan_id": "plan_premium_yearly", "proration": "always_invoice" })),
        ("cancel_subscription", json!({})),
        ("reactivate_subscription", json!({})),
        ("update_payment_method", json!({ "payment_method_id": "pm_5555555555554444" })),
        ("downgrade_subscription", json!({ "plan_id": "plan_premium_monthly" })),
    ]
}

#[tokio::test]
async fn the_plan_s_limit_is_no_rate_limit() {
    let doors = Doors::open().await;
    let id = lin(&doors).await;
    doors.mode("smartcv", "plan_limit", "reached");
    for (action, input) in actions() {
        let limited = doors.confirmed(&id, action, input).await;
        let details = &limited.error(502, "PLATFORM_ERROR")["details"];
        assert_eq!(details["code"], "SUBSCRIPTION_LIMIT_EXCEEDED", "{action}");
        assert!(details["remedy"]["zh"].is_string(), "{action}");
        assert_eq!((&details["wait_seconds"], limited.headers.get("retry-after")), (&json!(null), None), "{action}");
        let asked = doors.app.asked("account");
        assert!(doors.is_healthy(&id).await, "{action}: nothing is held back");
        assert_eq!(doors.app.asked("account"), asked + 1, "{action}");
    }
    let shown = doors.account(&id).await;
    assert_eq!((&shown["status"], &shown["more"]["last_error"]), (&json!("active"), &json!(null)));
    let pace = doors.app.fault(NewFault::new("smartcv", FaultKind::RateLimited));
    assert_eq!(doors.check(&id).await, (false, "unknown".into(), "rate_limited".into()), "that is a rate limit");
    doors.app.control().clear_faults(Some(pace));
}

#[tokio::test]
async fn all_five_actions_on_a_subscription_do_what_they_say() {
    let doors = Doors::open().await;
    let id = lin(&doors).await;
    let now = async || {
        let shown = doors.operate(&id, "get_subscription", json!({})).await;
        shown.data(200)["value"].to_string()
    };
    let wanted = ["plan_premium_yearly", "true", "false", "4444", "plan_premium_monthly"];
    for ((action, input), wanted) in actions().into_iter().zip(wanted) {
        doors.is_the_owner_s(&id, action, input.clone()).await;
        let done = doors.confirmed(&id, action, input).await;
        assert_eq!(done.data(200)["value"]["status"], "ACTIVE", "{action}");
        let shown = now().await;
        assert!(shown.contains(wanted), "{action}: {shown}");
    }
    for (input, code) in [
        (json!({ "plan_id": "plan_unheard_of" }), "PLAN_NOT_FOUND"),
        (json!({ "plan_id": "plan_premium_yearly", "proration": "sometimes" }), ""),
    ] {
        let refused = doors.confirmed(&id, "upgrade_subscription", input).await;
        if code.is_empty() {
            let details = &refused.error(400, "INVALID_REQUEST")["details"];
            assert_eq!(details["field"], "input.proration", "{details}");
        } else {
            assert_eq!(refused.error(502, "PLATFORM_ERROR")["details"]["code"], code);
        }
    }
    let free = json!({ "email": "zhou@example.test", "password": "sandbox-zhou" });
    let free = doors.logged_in("smartcv", "password", free).await;
    let none = doors.confirmed(&free, "cancel_subscription", json!({})).await;
    assert_eq!(none.error(502, "PLATFORM_ERROR")["details"]["code"], "SUBSCRIPTION_NOT_FOUND");
    let new = json!({ "plan_id": "plan_premium_monthly", "payment_method_id": "pm_4242424242424242" });
    let made = doors.confirmed(&free, "create_subscription", new).await;
    assert_eq!(made.data(200)["value"]["status"], "ACTIVE");
}

#[tokio::test]
async fn a_session_is_over_when_the_platform_has_said_so_twice() {
    let mut doors = Doors::open().await;
    let id = lin(&doors).await;
    doors.app.control().expire_sessions("smartcv", "lin").unwrap();
    assert_eq!(doors.check(&id).await, (false, "expired".into(), "not_logged_in".into()));
    assert_eq!(doors.account(&id).await["status"], "active", "once is no proof");
    doors.restart().await;
    doors.app.advance(MINUTE + MINUTE);
    doors.check(&id).await;
    assert_eq!(doors.account(&id).await["status"], "expired", "the second time, after a restart");
    let refused = doors.operate(&id, "get_account", json!({})).await;
    assert_eq!(refused.error(502, "PLATFORM_ERROR")["details"]["reason"], "not_logged_in");
    let form = doors.begin("smartcv", "password", Some(&id)).await;
    let again = doors.fill(&form, json!({ "email": "lin@example.test", "password": PASSWORD })).await;
    assert_eq!((again.account(), again.view["result"]["status"].as_str()), (id.clone(), Some("active")));
    assert!(doors.is_healthy(&id).await);
}
