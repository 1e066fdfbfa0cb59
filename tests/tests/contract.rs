//! What holds for every route at once: scopes, the vault, the envelope, secrets, freshness of the types, speed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use std::{collections::BTreeSet, path::Path, process::Command, time::Instant};

use axum::{body::Body, http::Request};
use roster_api::{Caller, Scope};
use serde_json::Value;
use support::{App, PASSWORD};

struct Route {
    method: String,
    path: String,
    scope: String,
    needs_open_vault: bool,
}

/// All routes, with something in the place of each parameter.
fn routes() -> Vec<Route> {
    let api = serde_json::to_value(roster_api::openapi()).unwrap();
    let paths = api["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(|(method, operation)| Route {
                method: method.to_uppercase(),
                path: filled(path, "1"),
                scope: operation["x-scope"].as_str().unwrap().to_owned(),
                needs_open_vault: operation["x-vault"] == "open",
            })
        })
        .collect()
}

fn filled(path: &str, value: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { value } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn each_route_asks_for_the_scope_it_documents_and_for_no_other() {
    let app = App::new();
    for route in routes() {
        let call = |caller| app.call_as(caller, &route.method, &route.path, "");
        call(None).await.error(401, "UNAUTHORIZED");
        let all_others = Scope::ALL.iter().copied().filter(|scope| scope.as_str() != route.scope).collect();
        let refused = call(Some(Caller::Key(all_others))).await;
        let error = refused.error(403, "FORBIDDEN");
        assert_eq!(error["details"]["scope"], route.scope, "{} {}", route.method, route.path);
        let this_one: BTreeSet<Scope> =
            Scope::ALL.iter().copied().filter(|scope| scope.as_str() == route.scope).collect();
        let allowed = call(Some(Caller::Key(this_one))).await;
        // No key can stand for the owner.
        let expected = if route.scope == "owner" { Some("FORBIDDEN") } else { None };
        let code = allowed.body["error"]["code"].as_str().filter(|code| *code == "FORBIDDEN");
        assert_eq!(code, expected, "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn a_vault_that_is_not_open_answers_what_it_documents() {
    let app = App::open().await;
    app.engine.lock().await.unwrap();
    let mut closed = 0;
    for route in routes() {
        let answer = app.call(&route.method, &route.path, "").await;
        let locked = answer.body["error"]["code"] == "VAULT_LOCKED";
        assert_eq!(locked, route.needs_open_vault, "{} {}: {}", route.method, route.path, answer.body);
        if locked {
            assert_eq!(answer.error(423, "VAULT_LOCKED")["details"]["phase"], "locked");
            closed += 1;
        }
    }
    assert!(closed > 40, "{closed}");
}

#[tokio::test]
async fn whatever_is_sent_the_answer_has_the_envelope() {
    let app = App::open().await;
    app.get("/").await.error(404, "NOT_FOUND");
    app.get("/api/v1/nothing").await.error(404, "NOT_FOUND");
    app.get("/desktop/v1/nothing").await.error(404, "NOT_FOUND");
    app.get("/api/v2/accounts").await.error(404, "NOT_FOUND");
    app.call("PATCH", "/api/v1/accounts", "").await.error(405, "METHOD_NOT_ALLOWED");
    app.call("DELETE", "/desktop/v1/vault", "").await.error(405, "METHOD_NOT_ALLOWED");
    app.get("/api/v1/accounts/%FF").await.error(400, "INVALID_REQUEST");
    app.get("/api/v1/accounts/..%2F..%2Fetc").await.error(404, "ACCOUNT_NOT_FOUND");
    app.get("/api/v1/accounts?limit=%FF").await.error(400, "INVALID_REQUEST");
    app.get("/api/v1/accounts?limit=1&limit=2").await.error(400, "INVALID_REQUEST");
    for body in ["[]", "null", "1", "\"x\"", "{", "{} {}", r#"{"a":"#, r#"["x","y"]"#, "\u{feff}{}"] {
        app.post("/api/v1/pools", body).await.error(400, "INVALID_REQUEST");
    }
    let untyped = Request::post("/api/v1/pools").extension(Caller::Owner).body(Body::from("{}")).unwrap();
    let error = app.send(untyped).await;
    assert_eq!(error.error(400, "INVALID_REQUEST")["details"]["field"], "content-type");

    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(1 << 20));
    app.post("/api/v1/pools", &large).await.error(413, "PAYLOAD_TOO_LARGE");
    let announced = Request::post("/api/v1/pools").extension(Caller::Owner).header("content-length", "2000000");
    app.send(announced.body(Body::empty()).unwrap()).await.error(413, "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn a_platform_fault_says_why_and_how_long() {
    let app = App::open().await;
    let id = app.account("one").await;
    let answer = app.get(&format!("/api/v1/accounts/{id}/numbers")).await;
    let error = answer.error(502, "PLATFORM_ERROR");
    assert_eq!((&error["details"]["reason"], &error["details"]["wait_seconds"]), (&"rate_limited".into(), &90.into()));
    assert_eq!(answer.headers["retry-after"], "90");
    app.post(&format!("/api/v1/accounts/{id}/renew"), "").await.error(422, "UNSUPPORTED");
}

#[tokio::test]
async fn the_life_of_a_vault() {
    let app = App::new();
    assert_eq!(app.get("/desktop/v1/vault").await.data(200)["phase"], "absent");
    assert_eq!(app.get("/api/v1/accounts").await.error(423, "VAULT_LOCKED")["details"]["phase"], "absent");
    let body = |password: &str| serde_json::json!({ "password": password }).to_string();
    app.post("/desktop/v1/vault/unlock", &body(PASSWORD)).await.error(409, "VAULT_ABSENT");
    let short = app.post("/desktop/v1/vault", &body("short")).await;
    let details = &short.error(400, "INVALID_REQUEST")["details"];
    assert_eq!(
        (&details["field"], &details["problem"], &details["min"]),
        (&"password".into(), &"too_short".into(), &8.into())
    );
    assert_eq!(app.post("/desktop/v1/vault", &body(PASSWORD)).await.data(201)["phase"], "unlocked");
    app.post("/desktop/v1/vault", &body(PASSWORD)).await.error(409, "VAULT_EXISTS");
    assert_eq!(app.post("/desktop/v1/vault/lock", "").await.data(200)["phase"], "locked");
    app.post("/desktop/v1/vault/unlock", &body("not the password")).await.error(401, "WRONG_PASSWORD");
}

#[tokio::test]
async fn no_answer_and_no_error_carries_a_cookie() {
    let app = App::open().await;
    let secret = "canary-0123456789abcdef";
    let body = serde_json::json!({ "platform": "douyin", "cookie_data": format!("sessionid={secret}") }).to_string();
    let id = app.post("/api/v1/accounts", &body).await.data(201)["account_id"].as_str().unwrap().to_owned();
    app.post(&format!("/api/v1/accounts/{id}/health-check?view=full"), "").await.data(200);
    // In the wrong field, of the wrong type, twice: an error must not quote it either.
    let mut bodies =
        vec![app.post("/api/v1/accounts", &format!(r#"{{"platform":"{secret}","cookie_data":"a"}}"#)).await.body];
    bodies.push(app.post("/api/v1/accounts", &format!(r#"{{"platform":"douyin","priority":"{secret}"}}"#)).await.body);
    bodies
        .push(app.post("/api/v1/accounts", &format!(r#"{{"platform":"douyin","cookie_data":"{secret}"}}"#)).await.body);
    bodies.push(app.post("/desktop/v1/vault/unlock", &format!(r#"{{"password":["{secret}"]}}"#)).await.body);
    for route in routes().into_iter().filter(|route| route.method == "GET") {
        bodies.push(app.get(&route.path.replace("/1", &format!("/{id}"))).await.body);
        bodies.push(app.get(&format!("{}?view=full", route.path)).await.body);
    }
    let cookies = app.get(&format!("/desktop/v1/accounts/{id}/cookies")).await;
    assert_eq!(cookies.data(200)["cookies"][0]["name"], "sessionid");
    bodies.push(cookies.body);
    for body in bodies {
        assert!(!body.to_string().contains(secret), "{body}");
    }
}

#[tokio::test]
async fn a_cookie_is_shown_when_it_is_asked_for_by_name() {
    let app = App::open().await;
    let id = app.account("canary-value").await;
    let at = |what: &str| format!("/desktop/v1/accounts/{id}/cookies/a1/{what}");
    let domain = app.get(&format!("/desktop/v1/accounts/{id}/cookies")).await.data(200)["cookies"][0]["domain"].clone();
    let body = serde_json::json!({ "domain": domain }).to_string();
    assert_eq!(app.post(&at("reveal"), &body).await.data(200)["value"], "canary-value");
    let refused = app.post(&at("copy"), &body).await;
    assert_eq!(refused.error(422, "UNSUPPORTED")["details"]["reason"], "unavailable", "this host has no clipboard");
    assert!(!refused.body.to_string().contains("canary"));
    let elsewhere = app.post(&at("reveal"), r#"{"domain":"elsewhere"}"#).await;
    assert_eq!(elsewhere.error(404, "NOT_FOUND")["details"]["reason"], "cookie");
    let mut answers = Vec::new();
    for _ in 0..12 {
        answers.push(app.post(&at("reveal"), &body).await);
    }
    assert!(
        answers[12 - 1].error(429, "RATE_LIMITED")["details"]["wait_seconds"].as_u64().is_some_and(|wait| wait > 0)
    );
    app.engine.lock().await.unwrap();
    app.post(&at("reveal"), &body).await.error(423, "VAULT_LOCKED");
}

#[test]
fn the_types_of_the_ui_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let generator = root.join("ui/node_modules/openapi-typescript/bin/cli.js");
    assert!(generator.exists(), "run `npm ci` in ui/ first: the generator of the types is there");
    let committed = root.join("ui/src/lib/api/schema.d.ts");
    let fresh = tempfile::NamedTempFile::new().unwrap();
    let output = Command::new("node")
        .arg(generator)
        .arg(root.join("crates/api/openapi.json"))
        .arg("-o")
        .arg(fresh.path())
        .current_dir(root.join("ui"))
        .output()
        .expect("node is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let same = std::fs::read_to_string(fresh.path()).unwrap() == std::fs::read_to_string(committed).unwrap();
    assert!(same, "schema.d.ts is stale: run `npm run types` in ui/");
}

#[tokio::test]
async fn a_call_costs_microseconds() {
    const CALLS: u32 = 500;
    let app = App::open().await;
    for number in 0..50 {
        app.account(&format!("person-{number}")).await;
    }
    for path in
        ["/api/v1/status", "/api/v1/accounts/1", "/api/v1/accounts?limit=50", "/api/v1/accounts?limit=50&view=full"]
    {
        let started = Instant::now();
        for _ in 0..CALLS {
            app.get(path).await.data(200);
        }
        let each = started.elapsed() / CALLS;
        println!("{:>8.1} µs  GET {path}", each.as_secs_f64() * 1e6);
        assert!(each.as_millis() < 50, "{path}: {each:?} a call");
    }
}

#[test]
fn events_on_the_wire_are_the_engines_own() {
    use roster_engine::{Event, EventBatch, JobKind, JobState, JobView, VaultPhase};
    let job = JobView {
        id: "job_1".parse().unwrap(),
        kind: JobKind::Check,
        state: JobState::Running,
        why: None,
        done: 1,
        total: 2,
        alive: 1,
        expired: 0,
        restricted: 0,
        unknown: 0,
        next_at: None,
        results: Vec::new(),
    };
    let batch = EventBatch {
        version: roster_engine::EVENTS_VERSION,
        events: vec![
            Event::VaultChanged { phase: VaultPhase::Unlocked },
            Event::AccountsChanged { ids: Some(vec!["acc_1".parse().unwrap()]) },
            Event::AccountsChanged { ids: None },
            Event::LoginChanged { session_id: "sess_1".parse().unwrap() },
            Event::JobChanged { job: Box::new(job) },
            Event::PoolsChanged,
            Event::SettingsChanged,
            Event::PreferencesChanged,
            Event::AccountDied {
                account_id: "acc_1".parse().unwrap(),
                name: String::from("n"),
                platform: "bilibili".parse().unwrap(),
                reason: roster_domain::Reason::NotLoggedIn,
            },
        ],
    };
    let engines: Value = serde_json::to_value(&batch).unwrap();
    let wires: Value = serde_json::to_value(roster_api::wire::event::EventBatch::from(batch)).unwrap();
    assert_eq!(wires, engines);
}
