//! Bad input: a clear error that names the field, nobody asked, nothing lost.

use serde_json::{Value, json};

use crate::door::Doors;

fn password() -> Value {
    json!({ "site": "https://ai.burncloud.com", "action": "login", "username": "lin", "password": "lin-password" })
}

/// The fields with one of them changed, or taken away.
fn with(name: &str, value: Option<Value>) -> Value {
    let mut fields = password();
    let map = fields.as_object_mut().unwrap();
    match value {
        Some(value) => map.insert(name.to_owned(), value),
        None => map.remove(name),
    };
    json!({ "fields": fields })
}

#[tokio::test]
async fn a_login_that_is_filled_in_wrongly_says_where_and_goes_on() {
    let doors = Doors::open().await;
    for (body, field) in [
        (json!({ "method": "password" }), "platform"),
        (json!({ "platform": "Burn Cloud!", "method": "password" }), "platform"),
        (json!({ "platform": "burncloud", "method": "telepathy" }), "method"),
        (json!({ "platform": "burncloud", "methd": "password" }), "methd"),
        (json!({ "platform": 7 }), "platform"),
    ] {
        let refused = doors.owner("POST", "/desktop/v1/logins", body).await;
        assert_eq!(refused.error(400, "INVALID_REQUEST")["details"]["field"], field);
    }
    let unknown = json!({ "platform": "myspace", "method": "password" });
    doors.owner("POST", "/desktop/v1/logins", unknown).await.error(422, "UNSUPPORTED");
    let no_such_way = json!({ "platform": "burncloud", "method": "qr" });
    doors.owner("POST", "/desktop/v1/logins", no_such_way).await.error(422, "UNSUPPORTED");
    let nobody = json!({ "platform": "burncloud", "method": "password", "account_id": "acc_gone" });
    doors.owner("POST", "/desktop/v1/logins", nobody).await.error(404, "ACCOUNT_NOT_FOUND");

    let form = doors.begin("burncloud", "password", None).await;
    let path = format!("/desktop/v1/logins/{}/fields", form.login);
    let long = json!("x".repeat(512 * 1024 + 1));
    for (body, field, reason) in [
        (with("password", None), "fields.password", "missing"),
        (with("password", Some(json!("   "))), "fields.password", "missing"),
        (with("captcha", Some(json!("x"))), "fields.captcha", "unknown"),
        (with("username", Some(long)), "fields.username", "out_of_range"),
        (with("action", Some(json!("steal"))), "fields.action", "malformed"),
        (with("username", Some(json!(7))), "fields.username", "malformed"),
        (json!({}), "fields", "missing"),
        (json!({ "fields": ["lin"] }), "fields", "malformed"),
        (json!({ "fields": {}, "more": 1 }), "more", "unknown"),
    ] {
        let refused = doors.owner("POST", &path, body).await;
        let details = &refused.error(400, "INVALID_REQUEST")["details"];
        assert_eq!((&details["field"], &details["problem"]), (&json!(field), &json!(reason)), "{details}");
    }
    doors.script("POST", &path, json!({ "fields": password() })).await.error(403, "FORBIDDEN");
    let lost = "/desktop/v1/logins/sess_0000/fields";
    doors.owner("POST", lost, json!({ "fields": {} })).await.error(404, "LOGIN_NOT_FOUND");
    assert_eq!(doors.app.asked("status") + doors.app.asked("login"), 0, "nobody was asked");
    let id = doors.fill(&form, password()).await.account();
    let late = doors.owner("POST", &path, json!({ "fields": password() })).await;
    assert_eq!(late.error(409, "CONFLICT")["details"]["reason"], "login_phase", "it is over");
    doors.kept_silent_about(&id, &["lin-password"]).await;
}

#[tokio::test]
async fn an_operation_with_bad_input_says_where_at_both_doors_and_nobody_is_asked() {
    let doors = Doors::open().await;
    let id = doors.begin("burncloud", "password", None).await;
    let id = doors.fill(&id, password()).await.account();
    let before: u64 = doors.app.control().counters().values().flat_map(|host| host.values()).sum();
    let at = |door: &str, operation: &str| format!("/{door}/v1/accounts/{id}/operations/{operation}");
    let ask = async |door: &str, operation: &str, body: Value| match door {
        "api" => doors.script("POST", &at(door, operation), body).await,
        _ => doors.owner("POST", &at(door, operation), body).await,
    };
    for door in ["api", "desktop"] {
        for (operation, input, field, reason) in [
            ("get_self", json!({ "nobody": "canary" }), "input.nobody", "unknown"),
            ("get_user", json!({}), "input.id", "missing"),
            ("get_user", json!({ "id": "lin" }), "input.id", "malformed"),
            ("get_user", json!({ "id": -1 }), "input.id", "malformed"),
            ("get_user", json!({ "id": 0 }), "input.id", "out_of_range"),
            ("list_users", json!({ "page": 0 }), "input.page", "out_of_range"),
            ("update_settings", json!({ "notify_type": "pigeon" }), "input.notify_type", "malformed"),
        ] {
            let refused = ask(door, operation, json!({ "input": input })).await;
            let details = &refused.error(400, "INVALID_REQUEST")["details"];
            assert_eq!(
                (&details["field"], &details["reason"]),
                (&json!(field), &json!(reason)),
                "{door}, {operation}: {details}"
            );
            assert!(!refused.body.to_string().contains("canary"));
        }
        for (body, field) in [
            (json!({}), "input"),
            (json!({ "input": "text" }), "input"),
            (json!({ "input": [] }), "input"),
            (json!({ "input": {}, "extra": 1 }), "extra"),
        ] {
            let refused = ask(door, "get_self", body).await;
            assert_eq!(refused.error(400, "INVALID_REQUEST")["details"]["field"], field, "{door}");
        }
        let confirmed = json!({ "input": {}, "confirmed": "yes" });
        let refused = ask(door, "get_self", confirmed).await;
        assert_eq!(refused.error(400, "INVALID_REQUEST")["details"]["field"], "confirmed", "{door}");
        ask(door, "make_coffee", json!({ "input": {} })).await.error(404, "OPERATION_NOT_FOUND");
        let whole = ask(door, "get_self", Value::Null).await;
        assert_eq!(whole.error(400, "INVALID_REQUEST")["details"]["field"], "body");
        let path = format!("/{door}/v1/accounts/acc_gone/operations/get_self");
        let body = json!({ "input": {} });
        let gone = if door == "api" {
            doors.script("POST", &path, body).await
        } else {
            doors.owner("POST", &path, body).await
        };
        gone.error(404, "ACCOUNT_NOT_FOUND");
    }
    let after: u64 = doors.app.control().counters().values().flat_map(|host| host.values()).sum();
    assert_eq!(after, before, "nobody was asked");
    let stats = doors.script("GET", &format!("/api/v1/accounts/{id}/stats"), Value::Null).await;
    assert_eq!(stats.data(200)["recent_logs"], json!([]), "what was not even asked is nothing to tell of");
    doors.operate(&id, "get_self", json!({})).await.data(200);
    assert!(doors.is_healthy(&id).await);
}
