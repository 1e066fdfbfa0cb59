//! BurnCloud's description of its user module: every sample in it is read, whether a server ever answers like that or not.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::sync::Arc;

use common::burncloud::{TOKEN, alive, by_cookie, by_token, done, fixture, no};
use roster_domain::{Credential, Secret};
use roster_platform::conformance::{Host, Play, Reply, context};
use roster_platform::{
    ErrorKind, Filled, LoginInput, LoginMethod, LoginStep, OperateError, OperationInput, Outcome, RefusalReason,
};
use roster_platforms::AdapterSettings;
use serde_json::{Value, json};

fn sample(call: &str, which: &str) -> Reply {
    let all: Value = serde_json::from_str(fixture!("described.json")).expect("JSON");
    let body = all[call][which].clone();
    assert!(body.is_object(), "{call} has a sample {which}");
    Reply::json(body.to_string())
}

/// A server that answers one call with this, and everything else well.
fn playing(method: &'static str, path: &'static str, reply: Reply) -> Play {
    Arc::new(move |asked| match asked.method == method && asked.path == path {
        true => reply.clone(),
        false if asked.path == "/api/user/123" && method != "DELETE" => Reply::json(fixture!("user.json")),
        false if asked.path == "/api/user/123" => no(200, "record not found"),
        false if asked.path == "/api/user/search" => {
            Reply::json(fixture!("user.json").replace("{\"data\":{", "{\"data\":{\"items\":null,"))
        }
        // An order of many units asks for the price first.
        false if asked.path == "/api/user/amount" => sample("amount", "ok"),
        false if asked.method != "GET" => done(),
        false => alive(asked),
    })
}

async fn operate(host: &Host, credential: &Credential, id: &str, input: Value) -> Result<Outcome, OperateError> {
    let adapter = common::adapter("burncloud", &AdapterSettings::default());
    assert!(adapter.operations().iter().any(|operation| operation.id == id), "{id} is offered");
    let Value::Object(fields) = input else { panic!("an object") };
    let ctx = context(host).expect("client");
    adapter.operate(&ctx, credential, id, OperationInput::new(fields)).await
}

/// Every call but registering and logging in, with the body of the description.
fn calls() -> Vec<(&'static str, &'static str, &'static str, &'static str, Value)> {
    let own = "/api/user/self";
    vec![
        ("groups", "GET", "/api/user/groups", "list_public_groups", json!({})),
        ("self_groups", "GET", "/api/user/self/groups", "list_my_groups", json!({})),
        ("self", "GET", own, "get_self", json!({})),
        ("models", "GET", "/api/user/models", "list_models", json!({})),
        (
            "update_self",
            "PUT",
            own,
            "update_self",
            json!({ "display_name": "New Display Name", "email": "newemail@example.com" }),
        ),
        (
            "update_self",
            "PUT",
            own,
            "update_sidebar",
            json!({ "chat": { "enabled": true, "playground": true }, "console": { "enabled": true, "token": true } }),
        ),
        (
            "update_self",
            "PUT",
            own,
            "change_password",
            json!({ "current_password": "password123", "new_password": "password456", "confirm_password": "password456" }),
        ),
        ("delete_self", "DELETE", own, "delete_self", json!({ "username": "lin" })),
        ("token", "GET", "/api/user/token", "create_access_token", json!({})),
        ("aff", "GET", "/api/user/aff", "get_affiliate_code", json!({})),
        ("topup", "POST", "/api/user/topup", "redeem_code", json!({ "key": "REDEEM123456" })),
        (
            "pay",
            "POST",
            "/api/user/pay",
            "create_payment",
            json!({ "amount": 10000, "payment_method": "alipay", "top_up_code": "" }),
        ),
        ("amount", "POST", "/api/user/amount", "quote_payment", json!({ "amount": 10000, "top_up_code": "" })),
        ("aff_transfer", "POST", "/api/user/aff_transfer", "transfer_affiliate_quota", json!({ "quota": 50000 })),
        (
            "setting",
            "PUT",
            "/api/user/setting",
            "update_settings",
            json!({ "theme": "dark", "language": "zh-CN", "notifications": { "email": true, "browser": false } }),
        ),
        ("list", "GET", "/api/user/", "list_users", json!({ "page": 1, "page_size": 20 })),
        ("search", "GET", "/api/user/search", "search_users", json!({ "keyword": "test", "group": "default" })),
        ("get", "GET", "/api/user/123", "get_user", json!({ "id": 123 })),
        (
            "create",
            "POST",
            "/api/user/",
            "create_user",
            json!({ "username": "newuser", "password": "password123", "display_name": "New User", "role": "user" }),
        ),
        ("manage", "POST", "/api/user/manage", "manage_user", json!({ "id": 123, "action": "disable" })),
        (
            "update",
            "PUT",
            "/api/user/",
            "update_user",
            json!({ "id": 123, "username": "updateduser", "email": "updated@example.com", "quota": 2000000, "role": "user", "status": "enabled" }),
        ),
        ("delete", "DELETE", "/api/user/123", "delete_user", json!({ "id": 123 })),
    ]
}

#[tokio::test]
async fn every_described_success_is_read() {
    let host = Host::start(Arc::new(alive)).await.expect("host");
    for (call, method, path, operation, input) in calls() {
        host.play(playing(method, path, sample(call, "ok")));
        let outcome = operate(&host, &by_token("g1"), operation, input).await;
        let outcome = outcome.unwrap_or_else(|error| panic!("{operation}: {error:?}"));
        assert!(outcome.value.is_object(), "{operation}: {:?}", outcome.value);
        let sent = host.asked().into_iter().filter(|asked| asked.method == method && asked.path == path).count();
        assert!(sent >= 1, "{operation} asks {method} {path}");
    }
}

#[tokio::test]
async fn every_described_failure_is_a_refusal_and_nothing_else() {
    let host = Host::start(Arc::new(alive)).await.expect("host");
    for (call, method, path, operation, input) in calls() {
        host.play(playing(method, path, sample(call, "failed")));
        match operate(&host, &by_token("g1"), operation, input).await {
            Err(OperateError::Refused { remedy, error, .. }) => {
                assert!(!remedy.zh.is_empty() && error.kind == ErrorKind::Refused, "{operation}: {error:?}");
            }
            Err(OperateError::Platform(error)) => assert_eq!(error.kind, ErrorKind::Refused, "{operation}: {error:?}"),
            other => panic!("{operation}: {other:?}"),
        }
    }
    // The payment service's route: the person's own orders tell what it would.
    host.play(playing("GET", "/api/user/topup/self", sample("notify", "failed")));
    let refused = operate(&host, &by_token("g1"), "check_payment", json!({ "trade_no": "USR1NO123456" })).await;
    assert!(matches!(&refused, Err(OperateError::Platform(error)) if error.kind == ErrorKind::Refused), "{refused:?}");
}

#[tokio::test]
async fn the_described_logouts_and_notices_of_payment_are_read() {
    let host = Host::start(playing("GET", "/api/user/logout", sample("logout", "ok"))).await.expect("host");
    let adapter = common::adapter("burncloud", &AdapterSettings::default());
    let ctx = context(&host).expect("client");
    adapter.logout(&ctx, &by_cookie()).await.expect("logged out");
    host.play(playing("GET", "/api/user/logout", sample("logout", "failed")));
    let refused = adapter.logout(&ctx, &by_cookie()).await.expect_err("still logged in");
    let said = (refused.kind, refused.evidence.message.as_deref());
    assert_eq!(said, (ErrorKind::Refused, Some("会话清除失败")));
    // A site that answers like its own notice says in words that the order is paid.
    host.play(playing("GET", "/api/user/topup/self", sample("notify", "ok")));
    let asked = json!({ "trade_no": "USR1NO123456" });
    let paid = operate(&host, &by_token("g1"), "check_payment", asked.clone()).await.expect("paid").value;
    assert_eq!((&paid["found"], &paid["paid"], &paid["status"]), (&json!(true), &json!(true), &json!("success")));
    // "Yes" without a word of payment is no payment.
    host.play(playing("GET", "/api/user/topup/self", done()));
    let unknown = operate(&host, &by_token("g1"), "check_payment", asked).await;
    assert!(matches!(&unknown, Err(OperateError::Platform(error)) if error.kind == ErrorKind::Protocol), "{unknown:?}");
}

#[tokio::test]
async fn groups_and_models_are_listed_with_and_without_a_session() {
    let host = Host::start(playing("GET", "/api/user/groups", sample("groups", "ok"))).await.expect("host");
    let groups = operate(&host, &by_token("g1"), "list_public_groups", json!({})).await.expect("groups").value;
    let named = |place: usize| (groups["items"][place]["name"].clone(), groups["items"][place]["ratio"].clone());
    assert_eq!(named(1), (json!("default"), json!(1.0)));
    assert_eq!(named(2), (json!("vip"), json!(0.8)));
    let asked = host.asked().into_iter().find(|asked| asked.path == "/api/user/groups").expect("asked");
    assert!(!asked.headers.contains_key("authorization"), "everybody may ask, so nobody's session goes along");
    host.play(playing("GET", "/api/user/models", sample("models", "ok")));
    let models = operate(&host, &by_cookie(), "list_models", json!({})).await.expect("models").value;
    let names: Vec<_> = models["items"].as_array().expect("items").iter().map(|item| item["name"].clone()).collect();
    assert_eq!(
        json!(names),
        serde_json::from_str::<Value>(fixture!("described.json")).expect("JSON")["models"]["ok"]["data"]
    );
    host.play(playing("GET", "/api/user/models", Reply::json(r#"{"success":true,"data":null}"#)));
    let none = operate(&host, &by_cookie(), "list_models", json!({})).await.expect("none").value;
    assert_eq!(none["total"], 0);
}

#[tokio::test]
async fn what_the_samples_say_arrives() {
    let host = Host::start(Arc::new(alive)).await.expect("host");
    let (cookie, token) = (by_cookie(), by_token("g1"));
    host.play(playing("GET", "/api/user/self", sample("self", "ok")));
    let read = operate(&host, &cookie, "get_self", json!({})).await.expect("self").value;
    assert_eq!((&read["id"], &read["balance"], &read["currency"]), (&json!(1), &json!(2.0), &json!("USD")));
    assert_eq!((&read["aff_code"], &read["role"]), (&json!("ABC123"), &json!("user")));
    host.play(playing("GET", "/api/user/self/groups", sample("self_groups", "ok")));
    let groups = operate(&host, &token, "list_my_groups", json!({})).await.expect("groups").value;
    assert_eq!(groups["total"], 3);
    assert_eq!(
        groups["items"][0],
        json!({ "name": "auto", "ratio": null, "automatic": true, "description": "自动选择最优分组" })
    );
    host.play(playing("POST", "/api/user/pay", sample("pay", "ok")));
    let order = operate(&host, &token, "create_payment", json!({ "amount": 1, "payment_method": "alipay" }))
        .await
        .expect("pay");
    assert_eq!((&order.value["trade_no"], &order.value["price"]), (&json!("USR1NO123456"), &json!(10.0)));
    assert_eq!(order.value["name"], "TUC10000");
    let page = order.open_url.expect("a page to pay at");
    assert!(
        page.starts_with("https://pay.example.com/submit?") && page.contains("out_trade_no=USR1NO123456"),
        "{page}"
    );
    host.play(playing("GET", "/api/user/token", sample("token", "ok")));
    let made = operate(&host, &cookie, "create_access_token", json!({})).await.expect("token");
    assert_eq!(made.secrets["access_token"].expose(), "<YOUR_API_KEY>");
    assert!(!made.value.to_string().contains("YOUR_API_KEY"), "a secret is no part of the answer");
    let kept = made.credential.expect("another session");
    assert_eq!(kept.tokens["access_token"].expose(), "<YOUR_API_KEY>");
    host.play(playing("GET", "/api/user/", sample("list", "ok")));
    let users = operate(&host, &token, "list_users", json!({})).await.expect("users").value;
    assert_eq!((&users["total"], &users["items"][0]["username"]), (&json!(50), &json!("testuser")));
}

fn filled(pairs: &[(&str, &str)]) -> LoginInput {
    let fields: Filled = pairs.iter().map(|(name, value)| (*name, Secret::from(*value))).collect();
    LoginInput::Fields(fields)
}

const FORM: [(&str, &str); 4] =
    [("site", "https://ai.burncloud.com"), ("action", "login"), ("username", "testuser"), ("password", "password123")];

async fn login(host: &Host) -> LoginStep {
    let adapter = common::adapter("burncloud", &AdapterSettings::default());
    let ctx = context(host).expect("client");
    let (mut flow, _) = adapter.begin_login(&ctx, LoginMethod::Password).await.expect("begins");
    flow.next(&ctx, filled(&FORM)).await.expect("a step")
}

#[tokio::test]
async fn the_described_logins_are_read() {
    let host = Host::start(playing("POST", "/api/user/login", sample("login", "ok"))).await.expect("host");
    let LoginStep::Done { credential, identity } = login(&host).await else { panic!("not logged in") };
    assert_eq!(identity.as_deref(), Some("1@ai.burncloud.com"));
    assert_eq!(credential.tokens["access_token"].expose(), "user_access_token");
    host.play(playing("POST", "/api/user/login", sample("login", "second_factor")));
    assert!(matches!(login(&host).await, LoginStep::AskFields { form, problem: None } if form.id == "second_factor"));
    host.play(playing("POST", "/api/user/login", sample("login", "failed")));
    let LoginStep::AskFields { problem: Some(problem), .. } = login(&host).await else { panic!("not refused") };
    assert!(problem.text.is_some_and(|text| text.zh.contains("访问令牌")), "{problem:?}");
    // "Yes" without a session is no login.
    host.play(playing("POST", "/api/user/login", Reply::json(fixture!("login-second.json"))));
    assert!(matches!(login(&host).await, LoginStep::Refused { why: RefusalReason::NoSession, .. }));
}

#[tokio::test]
async fn the_described_registration_goes_on_to_a_login() {
    let play = |which: &'static str| -> Play {
        let (register, login) = (sample("register", which), sample("login", "ok"));
        Arc::new(move |asked| match asked.path.as_str() {
            "/api/user/register" => register.clone(),
            "/api/user/login" => login.clone(),
            _ => alive(asked),
        })
    };
    let host = Host::start(play("ok")).await.expect("host");
    let adapter = common::adapter("burncloud", &AdapterSettings::default());
    let ctx = context(&host).expect("client");
    let new = [
        ("site", "https://ai.burncloud.com"),
        ("action", "register"),
        ("username", "newuser"),
        ("password", "password123"),
    ];
    let more = [("email", "user@example.com"), ("verification_code", "123456"), ("aff_code", "INVITE123")];
    let (mut flow, _) = adapter.begin_login(&ctx, LoginMethod::Password).await.expect("begins");
    let step = flow.next(&ctx, filled(&new)).await.expect("a step");
    assert!(matches!(&step, LoginStep::AskFields { form, .. } if form.id == "register"), "{step:?}");
    let step = flow.next(&ctx, filled(&more)).await.expect("a step");
    assert!(matches!(step, LoginStep::Done { .. }), "{step:?}");
    let sent = host.asked().into_iter().find(|asked| asked.path == "/api/user/register").expect("registered").json();
    let wanted = json!({ "username": "newuser", "password": "password123", "email": "user@example.com", "verification_code": "123456", "aff_code": "INVITE123" });
    assert_eq!(sent, wanted);
    host.play(play("failed"));
    let (mut flow, _) = adapter.begin_login(&ctx, LoginMethod::Password).await.expect("begins");
    flow.next(&ctx, filled(&new)).await.expect("a step");
    let step = flow.next(&ctx, filled(&more)).await.expect("a step");
    assert!(matches!(&step, LoginStep::AskFields { problem: Some(problem), .. } if problem.text.is_some()), "{step:?}");
}

#[tokio::test]
async fn a_question_carries_one_proof_and_a_bare_number() {
    let host = Host::start(Arc::new(alive)).await.expect("host");
    let mut both = by_token("g1");
    both.cookies = by_cookie().cookies;
    operate(&host, &both, "get_self", json!({})).await.expect("self");
    operate(&host, &by_cookie(), "get_self", json!({})).await.expect("self");
    let asked: Vec<_> = host.asked().into_iter().filter(|asked| asked.path == "/api/user/self").collect();
    let header = |place: usize, name: &str| asked[place].headers.get(name).map(String::as_str);
    assert_eq!(header(0, "authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(header(0, "cookie"), None, "a cookie would beat the token at the server");
    assert_eq!(header(1, "authorization"), None);
    assert!(header(1, "cookie").is_some_and(|cookie| cookie.starts_with("session=")));
    assert!((0..2).all(|place| header(place, "new-api-user") == Some("42")));
}

#[tokio::test]
async fn what_settings_keep_secret_is_not_shown() {
    let host = Host::start(Arc::new(alive)).await.expect("host");
    let shown = operate(&host, &by_cookie(), "get_self", json!({})).await.expect("self").value;
    assert_eq!(shown["settings"]["webhook_url"], "https://hook.example.test/…");
    assert!(!shown.to_string().contains("canary"), "{shown}");
    host.play(playing("GET", "/api/user/123", Reply::json(fixture!("user.json"))));
    let user = operate(&host, &by_cookie(), "get_user", json!({ "id": 123 })).await.expect("user").value;
    assert_eq!(user["remark"], "keeps the books");
    assert!(!user.to_string().contains("canary"), "other people's tokens are not read: {user}");
}

#[tokio::test]
async fn a_wrong_input_asks_nothing() {
    let host = Host::start(Arc::new(alive)).await.expect("host");
    for (operation, input, field) in [
        ("get_user", json!({ "id": 0 }), "id"),
        ("delete_user", json!({ "id": 0 }), "id"),
        ("manage_user", json!({ "id": 0, "action": "disable" }), "id"),
        ("manage_user", json!({ "id": 5, "action": "add_quota", "value": 5 }), "mode"),
        ("update_user", json!({ "id": 5, "role": "root" }), "role"),
        ("list_users", json!({ "page_size": 101 }), "page_size"),
        ("transfer_affiliate_quota", json!({ "quota": 0 }), "quota"),
        ("redeem_code", json!({ "key": "  " }), "key"),
        ("update_settings", json!({ "gotify_priority": 11 }), "gotify_priority"),
        ("update_settings", json!({ "colour": "red" }), "colour"),
    ] {
        match operate(&host, &by_cookie(), operation, input).await {
            Err(OperateError::Input { field: named, .. }) => assert_eq!(named, field, "{operation}"),
            other => panic!("{operation}: {other:?}"),
        }
    }
    assert!(host.asked().is_empty(), "{:?}", host.asked());
    let unknown = operate_unknown(&host).await;
    assert!(matches!(unknown, Err(OperateError::Unknown)), "{unknown:?}");
}

async fn operate_unknown(host: &Host) -> Result<Outcome, OperateError> {
    let adapter = common::adapter("burncloud", &AdapterSettings::default());
    let ctx = context(host).expect("client");
    adapter.operate(&ctx, &by_cookie(), "no_such_thing", OperationInput::default()).await
}
