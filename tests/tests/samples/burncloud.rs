//! The 24 calls of BurnCloud's user module, with the answers that its description gives.

use std::sync::{Arc, Mutex, PoisonError};

use roster_platform::conformance::{Asked, Play, Reply};
use serde_json::{Value, json};

use crate::stage::{Login, Sample, Stage, fixture, json_reply};

const SELF: &str = "/api/user/self";
const USER: &str = "/api/user/123";

/// A server that answers one call with its sample and remembers what it was told to change.
struct Server {
    all: Value,
    call: String,
    which: &'static str,
    own: Mutex<Value>,
    user: Mutex<Option<Value>>,
}

impl Server {
    fn playing(call: &str, which: &'static str) -> Play {
        let all = fixture("burncloud", "described.json");
        assert!(all[call][which].is_object(), "{call} has a sample {which}");
        let (own, user) = (all["self"]["ok"]["data"].clone(), all["get"]["ok"]["data"].clone());
        let server = Self { all, call: call.to_owned(), which, own: Mutex::new(own), user: Mutex::new(Some(user)) };
        Arc::new(move |asked| server.answers(asked))
    }

    fn answers(&self, asked: &Asked) -> Reply {
        let request = &self.all[&self.call]["request"];
        let route = (asked.method.as_str(), asked.path.as_str());
        let notified = self.call == "notify" && asked.path == "/api/user/topup/self";
        let is_it = notified || (request["method"] == asked.method && request["path"] == asked.path);
        if is_it && self.which == "ok" {
            self.change(asked);
        }
        match route {
            // What was changed is read back; the samples themselves are read by calls of their own.
            ("GET", SELF) if self.call != "self" => yes(&locked(&self.own)),
            ("GET", USER) if self.call != "get" => match locked(&self.user).as_ref() {
                Some(user) => yes(user),
                None => Reply::json(r#"{"success":false,"message":"record not found"}"#),
            },
            _ if is_it => json_reply(&self.all[&self.call][self.which]),
            ("GET", "/api/status") => json_reply(&fixture("burncloud", "status.json")),
            ("GET", SELF) => yes(&locked(&self.own)),
            // A large order is preceded by the question what it costs.
            ("POST", "/api/user/amount") => json_reply(&self.all["amount"]["ok"]),
            ("GET", "/api/user/search") => {
                let new =
                    json!({ "id": 124, "username": "newuser", "display_name": "New User", "role": 1, "status": 1 });
                yes(&json!({ "items": [new], "total": 1, "page": 1, "page_size": 100 }))
            }
            ("PUT" | "POST", _) => {
                self.change(asked);
                Reply::json(r#"{"success":true,"message":""}"#)
            }
            _ => Reply::html(404, "<html></html>"),
        }
    }

    /// Does what a server does with a good request.
    fn change(&self, asked: &Asked) {
        let body = asked.json();
        match (asked.method.as_str(), asked.path.as_str()) {
            ("PUT", SELF) => merge(&mut locked(&self.own), &body),
            ("PUT", "/api/user/setting") => locked(&self.own)["setting"] = Value::from(body.to_string()),
            ("PUT", "/api/user/") => {
                if let Some(user) = locked(&self.user).as_mut() {
                    merge(user, &body);
                }
            }
            ("POST", "/api/user/manage") if body["action"] == "disable" => {
                if let Some(user) = locked(&self.user).as_mut() {
                    user["status"] = json!(2);
                }
            }
            ("DELETE", USER) => *locked(&self.user) = None,
            _ => {}
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn merge(into: &mut Value, fields: &Value) {
    for (name, value) in fields.as_object().into_iter().flatten().filter(|(name, _)| *name != "original_password") {
        into[name] = value.clone();
    }
}

fn yes(data: &Value) -> Reply {
    json_reply(&json!({ "success": true, "message": "", "data": data }))
}

/// Each call but logins and logout: the operation, what is filled in, the request's name in the fixture, and which fields
/// our request has besides: a server empties what is left out.
type Covered = (&'static str, &'static str, Value, &'static str, &'static [&'static str]);

fn covered() -> Vec<Covered> {
    let whole: &[&str] = &["aff_code", "aff_count", "group", "request_count", "used_quota"];
    vec![
        ("groups", "list_public_groups", json!({}), "request", &[]),
        ("self_groups", "list_my_groups", json!({}), "request", &[]),
        ("self", "get_self", json!({}), "request", &[]),
        ("models", "list_models", json!({}), "request", &[]),
        (
            "update_self",
            "update_self",
            json!({ "display_name": "New Display Name", "email": "newemail@example.com" }),
            "request",
            &["original_password", "username"],
        ),
        (
            "update_self",
            "update_sidebar",
            json!({ "chat": { "enabled": true, "playground": true }, "console": { "enabled": true, "token": true } }),
            "request_sidebar",
            &[],
        ),
        ("delete_self", "delete_self", json!({ "username": "testuser" }), "request", &[]),
        ("token", "create_access_token", json!({}), "request", &[]),
        ("aff", "get_affiliate_code", json!({}), "request", &[]),
        ("topup", "redeem_code", json!({ "key": "REDEEM123456" }), "request", &[]),
        ("pay", "create_payment", json!({ "amount": 10000, "payment_method": "alipay" }), "request", &[]),
        ("amount", "quote_payment", json!({ "amount": 10000 }), "request", &[]),
        ("aff_transfer", "transfer_affiliate_quota", json!({ "quota": 50000 }), "request", &[]),
        (
            "setting",
            "update_settings",
            json!({ "theme": "dark", "language": "zh-CN", "notifications": { "email": true, "browser": false } }),
            "request",
            &["notify_type", "quota_warning_threshold"],
        ),
        ("list", "list_users", json!({ "page": 1, "page_size": 20 }), "request", &[]),
        (
            "search",
            "search_users",
            json!({ "keyword": "test", "group": "default", "page": 1, "page_size": 20 }),
            "request",
            &[],
        ),
        ("get", "get_user", json!({ "id": 123 }), "request", &[]),
        (
            "create",
            "create_user",
            json!({ "username": "newuser", "password": "password123", "display_name": "New User", "role": "user" }),
            "request",
            &[],
        ),
        ("manage", "manage_user", json!({ "id": 123, "action": "disable" }), "request", &[]),
        (
            "update",
            "update_user",
            json!({
                "id": 123, "username": "updateduser", "display_name": "Updated User",
                "email": "updated@example.com", "quota": 2_000_000, "role": "user", "status": "enabled",
            }),
            "request",
            whole,
        ),
        ("delete", "delete_user", json!({ "id": 123 }), "request", &[]),
    ]
}

/// Registering and logging in, each in the ways that the description names.
fn logins(all: &Value) -> Vec<Login<'static>> {
    let site = "https://ai.burncloud.com";
    let enter = json!({ "site": site, "action": "login", "username": "testuser", "password": "password123" });
    let new = json!({ "site": site, "action": "register", "username": "newuser", "password": "password123" });
    let more = json!({ "email": "user@example.com", "verification_code": "123456", "aff_code": "INVITE123" });
    let login = |call: &'static str, which: &'static str, forms: Vec<Value>| Login {
        name: format!("{call}/{which}"),
        call: if call == "login" { "POST /api/user/login" } else { "POST /api/user/register" },
        method: "password",
        forms,
        answer: all[call][which].clone(),
        play: match call {
            // After the registration comes the login.
            "register" => {
                let (registered, entered) = (Server::playing(call, which), Server::playing("login", "ok"));
                Arc::new(move |asked| if asked.path.ends_with("/login") { entered(asked) } else { registered(asked) })
            }
            _ => Server::playing(call, which),
        },
        request: Some((all[call]["request"].clone(), &[])),
    };
    vec![
        login("register", "failed", vec![new.clone(), more.clone()]),
        login("login", "failed", vec![enter.clone()]),
        login("login", "second_factor", vec![enter.clone()]),
        login("register", "ok", vec![new, more]),
        login("login", "ok", vec![enter]),
    ]
}

#[tokio::test]
async fn every_sample_of_burncloud_s_user_module_is_asked_read_and_kept() {
    let all = fixture("burncloud", "described.json");
    let mut stage = Stage::open("burncloud", Server::playing("self", "ok")).await;
    for login in logins(&all) {
        stage.log_in(login).await;
    }
    stage.host.play(Server::playing("self", "ok"));
    stage.keep_page("GET /api/user/self", &all["self"]["ok"]).await;

    let mut played = 0;
    for which in ["failed", "ok"] {
        for (call, operation, input, request, adds) in covered() {
            // A deleted account has no session left.
            if operation == "delete_self" && which == "ok" {
                continue;
            }
            let asks = all[call][request].clone();
            let sample = Sample {
                name: format!("{operation}/{which}"),
                call: format!("{} {}", asks["method"].as_str().unwrap(), asks["path"].as_str().unwrap()),
                operation,
                input,
                answer: all[call][which].clone(),
                play: Server::playing(call, which),
                request: Some((asks, adds)),
            };
            let shown = stage.play(sample).await;
            assert_eq!(shown["success"], which == "ok", "{operation}, {which}: {shown}");
            played += 1;
        }
        let shown = stage.play(notified(&all, which)).await;
        assert_eq!(shown["success"], which == "ok", "{shown}");
    }
    let token = stage.call("POST", "/desktop/v1/accounts/{id}/secrets/access_token/reveal", "").await;
    stage.keep("revealed", json!({ "access_token": token.data(200)["value"] }));

    let (_, operation, input, ..) = covered().into_iter().find(|(call, ..)| *call == "delete_self").unwrap();
    let sample = Sample {
        name: String::from("delete_self/ok"),
        call: String::from("DELETE /api/user/self"),
        operation,
        input,
        answer: all["delete_self"]["ok"].clone(),
        play: Server::playing("delete_self", "ok"),
        request: Some((all["delete_self"]["request"].clone(), &[])),
    };
    assert_eq!(stage.play(sample).await["data"]["session_ended"], true);
    assert_eq!(played + 1, 2 * covered().len());
    stage.holds("burncloud.json");
}

/// The payment service's call is a server's: a person's app can only ask whether the payment arrived.
fn notified(all: &Value, which: &'static str) -> Sample {
    Sample {
        name: format!("check_payment/{which}"),
        call: String::from("GET /api/user/epay/notify"),
        operation: "check_payment",
        input: json!({ "trade_no": all["notify"]["request"]["query"]["trade_no"] }),
        answer: all["notify"][which].clone(),
        play: Server::playing("notify", which),
        request: None,
    }
}
