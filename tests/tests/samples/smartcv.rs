//! SmartCV's user API: six calls, seven codes, the table of plans.

use std::sync::Arc;

use roster_platform::conformance::{Play, Reply};
use serde_json::{Value, json};

use crate::stage::{Sample, Stage, fixture, json_reply};

const COOKIE: &str = "__Secure-next-auth.session-token=eyJsample.session.0001";
const ACCOUNT: &str = "/api/account";
const SUBSCRIPTION: &str = "/api/account/subscription";
const SECURITY: &str = "/api/account/security";

/// The service, with another answer to one call.
fn playing(method: &'static str, path: &'static str, answer: Value, status: u16) -> Play {
    Arc::new(move |asked| {
        if asked.method == method && asked.path == path {
            return json_reply(&answer).status(status);
        }
        match asked.path.as_str() {
            ACCOUNT => json_reply(&fixture("smartcv", "account.json")),
            SUBSCRIPTION => json_reply(&fixture("smartcv", "subscription.json")),
            "/api/auth/session" => json_reply(&fixture("smartcv", "session.json")),
            _ => Reply::html(404, "<html></html>"),
        }
    })
}

fn passwords() -> Value {
    let asks = fixture("smartcv", "security-request.json");
    json!({
        "current_password": asks["currentPassword"], "new_password": asks["newPassword"],
        "confirm_password": asks["confirmPassword"],
    })
}

/// The account after the change that the sample asks for: the description says that it is answered, not how it looks.
fn changed_account() -> Value {
    let (mut account, change) = (fixture("smartcv", "account.json"), fixture("smartcv", "account-update-request.json"));
    for (name, value) in change.as_object().unwrap() {
        account["data"][name] = value.clone();
    }
    account
}

type Good = (&'static str, &'static str, &'static str, Value, Value, Option<Value>);

/// Operation, method, path, input, the sample's answer, the sample's body.
fn good() -> Vec<Good> {
    let file = |name: &str| fixture("smartcv", name);
    let body = |name: &str| Some(file(name));
    let moved = || file("subscription-updated.json");
    let mut secure = passwords();
    secure["two_factor_enabled"] = json!(true);
    let plan = json!({ "plan_id": "plan_premium_yearly", "proration": "create_prorations" });
    let three = |mut asks: Value| {
        asks.as_object_mut().unwrap().remove("twoFactorEnabled");
        Some(asks)
    };
    vec![
        ("get_account", "GET", ACCOUNT, json!({}), file("account.json"), None),
        (
            "update_account",
            "PUT",
            ACCOUNT,
            json!({
                "name": "李四", "avatar": "https://storage.smartcv.cc/avatars/new_avatar.jpg",
                "preferences": {
                    "language": "en", "timezone": "America/New_York", "theme": "dark",
                    "email_notifications": false, "marketing_emails": true,
                },
            }),
            changed_account(),
            body("account-update-request.json"),
        ),
        ("change_password", "PUT", SECURITY, secure, file("security.json"), body("security-request.json")),
        // The description's example in code changes the password alone.
        ("change_password", "PUT", SECURITY, passwords(), file("security.json"), three(file("security-request.json"))),
        (
            "set_two_factor",
            "PUT",
            SECURITY,
            json!({ "current_password": "currentPassword123", "two_factor_enabled": true }),
            file("security.json"),
            Some(json!({ "currentPassword": "currentPassword123", "twoFactorEnabled": true })),
        ),
        ("get_subscription", "GET", SUBSCRIPTION, json!({}), file("subscription.json"), None),
        (
            "create_subscription",
            "POST",
            SUBSCRIPTION,
            json!({ "plan_id": "plan_premium_monthly", "payment_method_id": "pm_1234567890", "coupon_code": "WELCOME20" }),
            file("subscription-created.json"),
            body("subscription-create-request.json"),
        ),
        ("upgrade_subscription", "PUT", SUBSCRIPTION, plan, moved(), body("subscription-update-request.json")),
        (
            "upgrade_subscription",
            "PUT",
            SUBSCRIPTION,
            json!({ "plan_id": "plan_premium_yearly" }),
            moved(),
            Some(json!({ "action": "upgrade", "planId": "plan_premium_yearly" })),
        ),
        (
            "downgrade_subscription",
            "PUT",
            SUBSCRIPTION,
            json!({ "plan_id": "plan_premium_monthly" }),
            moved(),
            Some(json!({ "action": "downgrade", "planId": "plan_premium_monthly" })),
        ),
        ("cancel_subscription", "PUT", SUBSCRIPTION, json!({}), moved(), Some(json!({ "action": "cancel" }))),
        ("reactivate_subscription", "PUT", SUBSCRIPTION, json!({}), moved(), Some(json!({ "action": "reactivate" }))),
        (
            "update_payment_method",
            "PUT",
            SUBSCRIPTION,
            json!({ "payment_method_id": "pm_1234567890" }),
            moved(),
            Some(json!({ "action": "update_payment_method", "paymentMethodId": "pm_1234567890" })),
        ),
        ("get_plans", "GET", "", json!({}), file("plan-limits.json"), None),
    ]
}

/// Which call says which of the codes.
fn refused() -> Vec<(&'static str, &'static str, &'static str, Value, &'static str)> {
    let plan = json!({ "plan_id": "plan_premium_yearly" });
    let new = json!({ "plan_id": "plan_premium_monthly", "payment_method_id": "pm_1234567890" });
    vec![
        ("get_account", "GET", ACCOUNT, json!({}), "USER_NOT_FOUND"),
        ("change_password", "PUT", SECURITY, passwords(), "INVALID_PASSWORD"),
        ("change_password", "PUT", SECURITY, passwords(), "WEAK_PASSWORD"),
        ("get_subscription", "GET", SUBSCRIPTION, json!({}), "SUBSCRIPTION_NOT_FOUND"),
        ("create_subscription", "POST", SUBSCRIPTION, new, "PAYMENT_FAILED"),
        ("upgrade_subscription", "PUT", SUBSCRIPTION, plan.clone(), "PLAN_NOT_FOUND"),
        ("upgrade_subscription", "PUT", SUBSCRIPTION, plan, "SUBSCRIPTION_LIMIT_EXCEEDED"),
    ]
}

#[tokio::test]
async fn every_sample_of_smartcv_s_user_api_is_asked_read_and_kept() {
    let mut stage = Stage::open("smartcv", playing("", "", Value::Null, 200)).await;
    stage.bring(COOKIE).await;
    let page = json!({
        "account": fixture("smartcv", "account.json"), "subscription": fixture("smartcv", "subscription.json"),
    });
    stage.keep_page("GET /api/account, GET /api/account/subscription", &page).await;
    for (operation, method, path, input, answer, body) in good() {
        let (again, request) = match body {
            // The same operation with fewer fields.
            Some(body) => {
                let fewer =
                    body.as_object().is_some_and(|fields| fields.len() == 2) && operation == "upgrade_subscription";
                let fewer = fewer || (operation == "change_password" && body["twoFactorEnabled"].is_null());
                (fewer, json!({ "method": method, "path": path, "body": body }))
            }
            None => (false, json!({ "method": method, "path": if path.is_empty() { ACCOUNT } else { path } })),
        };
        let shown = stage
            .play(Sample {
                name: format!("{operation}/{}", if again { "plain" } else { "ok" }),
                call: format!("{method} {path}"),
                operation,
                input,
                answer: answer.clone(),
                play: playing(method, path, answer, 200),
                request: Some((request, &[])),
            })
            .await;
        assert_eq!(shown["success"], true, "{operation}: {shown}");
    }
    let codes = fixture("smartcv", "codes.json");
    let example = fixture("smartcv", "invalid-password.json");
    for (operation, method, path, input, code) in refused() {
        let said = codes.as_array().unwrap().iter().find(|said| said["code"] == code).unwrap();
        let mut answers = vec![(code, json!({ "error": said["description"], "code": code }))];
        if code == example["code"] {
            answers.push(("example", example.clone()));
        }
        for (name, answer) in answers {
            let status = u16::try_from(said["status"].as_u64().unwrap()).unwrap();
            let shown = stage
                .play(Sample {
                    name: format!("{operation}/{name}"),
                    call: format!("{method} {path}"),
                    operation,
                    input: input.clone(),
                    answer: answer.clone(),
                    play: playing(method, path, answer, status),
                    request: None,
                })
                .await;
            assert_eq!(shown["error"]["details"]["code"], code, "{shown}");
        }
    }
    assert_eq!(refused().len(), codes.as_array().unwrap().len(), "every code is played");
    let codes = stage.call("POST", "/desktop/v1/accounts/{id}/secrets/backup_codes/reveal", "").await;
    stage.keep("revealed", json!({ "backup_codes": codes.data(200)["value"] }));
    stage.holds("smartcv.json");
}
