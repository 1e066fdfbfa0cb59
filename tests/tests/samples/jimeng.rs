//! Jimeng's document: the account's answer, its codes, and every result that its examples in code name.

use std::sync::Arc;

use roster_platform::conformance::{Asked, Play, Reply};
use serde_json::{Value, json};

use crate::stage::{Login, Sample, Stage, fixture, json_reply};

const INFO: &str = "/passport/account/info/v2";
const CALL: &str = "POST /passport/account/info/v2";
const TOKEN: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/// The service, which answers the document's question so.
fn playing(answer: Value) -> Play {
    Arc::new(move |asked: &Asked| match asked.path.as_str() {
        INFO => json_reply(&answer),
        // Where the international passport really is; a server that is only the document's has nothing there.
        _ => Reply::html(404, "<html></html>"),
    })
}

fn good() -> Value {
    fixture("jimeng", "document-sample.json")
}

fn results() -> Value {
    fixture("jimeng", "document-results.json")
}

fn no(code: &str, words: &str) -> Value {
    json!({ "ret": code, "errmsg": words, "data": null })
}

/// The sample with one value changed.
fn but(pointer: &str, value: Value) -> Value {
    let mut answer = good();
    *answer["data"].pointer_mut(pointer).expect(pointer) = value;
    answer
}

fn token_login(region: &str) -> Login<'static> {
    let known = results()["regions"][region].clone();
    let prefix = known["token"].as_str().unwrap_or_default();
    Login {
        name: format!("token/{region}"),
        call: CALL,
        method: "token",
        forms: vec![json!({ "token": format!("{prefix}{TOKEN}") })],
        answer: good(),
        play: playing(good()),
        request: None,
    }
}

/// Every parameter of the document's tables with its fixed value, the region's own values, and the session as a cookie.
fn asked_as_documented(stage: &Stage, region: &str) {
    let known = &results()["regions"][region];
    let asked = stage.host.asked().into_iter().rfind(|asked| asked.path == INFO).unwrap();
    assert_eq!(asked.method, "POST");
    let base = known["base"].as_str().unwrap().trim_start_matches("https://");
    assert_eq!((asked.host.as_str(), asked.headers["referer"].as_str()), (base, known["referer"].as_str().unwrap()));
    for (name, fixed) in results()["query"].as_object().unwrap() {
        let value = asked.query.get(name).unwrap_or_else(|| panic!("{name} is asked with"));
        let wanted = match name.as_str() {
            "aid" => known["aid"].as_str(),
            "region" => known["region"].as_str(),
            "webId" => None,
            _ => fixed.as_str(),
        };
        assert!(wanted.is_none_or(|wanted| wanted == value) && !value.is_empty(), "{name}={value}");
    }
    assert!(asked.body.is_empty(), "the document sends no body");
    assert_eq!(asked.cookie("sessionid"), Some(TOKEN), "the region's letters are no part of the session");
}

/// What is asked of the good answer, and which part of it is shown.
fn answered() -> Vec<(&'static str, Value, Value)> {
    let known = results();
    // A feature that nobody knows is asked for by a program, not by a form: the adapter's own test asks for one.
    let mut features = known["features"]["given"].clone();
    features.as_object_mut().unwrap().remove("anything_else");
    vec![
        ("account_info", json!({}), good()),
        ("user_info", json!({ "force": true }), good()),
        ("validate", json!({ "force": true }), json!({ "valid": true, "user_id": "1234567890" })),
        ("summary", json!({}), known["summary"].clone()),
        ("may_generate", json!({ "type": "image" }), known["permission"]["allowed"].clone()),
        ("may_generate", json!({ "type": "video" }), known["permission"]["allowed"].clone()),
        ("advanced_features", json!({}), features),
        ("cache_statistics", json!({}), json!({ "total": 1, "valid": 1, "expired": 0 })),
    ]
}

/// What the platform says, and the reason that the document's example then gives.
fn reasons() -> Vec<(&'static str, Value)> {
    vec![
        ("invalid_token", no("1001", "token无效")),
        ("account_inactive", but("/account_status/status", json!("suspended"))),
        ("account_banned", but("/account_status/is_banned", json!(true))),
        ("no_permission", but("/permission_info/can_generate_image", json!(false))),
        ("daily_limit_exceeded", but("/permission_info/used_today", json!(100))),
        ("error", no("1007", "服务异常")),
    ]
}

async fn play(stage: &mut Stage, name: String, asked: (&'static str, Value), plays: Value, answer: Value) -> Value {
    // What was remembered would answer for the platform.
    stage.call("POST", "/desktop/v1/accounts/{id}/operations/clear_cache", r#"{"input":{}}"#).await.data(200);
    let (operation, input) = asked;
    if operation == "cache_statistics" {
        let body = r#"{"input":{}}"#;
        stage.call("POST", "/desktop/v1/accounts/{id}/operations/summary", body).await.data(200);
    }
    let call = String::from(CALL);
    stage.play(Sample { name, call, operation, input, answer, play: playing(plays), request: None }).await
}

#[tokio::test]
async fn every_sample_of_jimeng_s_document_is_asked_read_and_kept() {
    let mut stage = Stage::open("jimeng", playing(good())).await;
    stage.log_in(token_login("cn")).await;
    asked_as_documented(&stage, "cn");
    stage.keep_page(CALL, &good()).await;
    for (operation, input, answer) in answered() {
        let kind = input["type"].as_str().map(|kind| format!("/{kind}")).unwrap_or_default();
        let name = format!("{operation}{kind}/ok");
        let shown = play(&mut stage, name, (operation, input), good(), answer).await;
        assert_eq!(shown["success"], true, "{operation}: {shown}");
    }
    for (reason, plays) in reasons() {
        let asked = ("may_generate", json!({ "type": "image" }));
        let answer = json!({ "allowed": false, "reason": reason });
        let shown = play(&mut stage, format!("may_generate/{reason}"), asked, plays, answer).await;
        assert_eq!(shown["data"]["value"]["reason"], reason, "{shown}");
    }
    let known: Vec<Value> = reasons().iter().map(|(reason, _)| json!(reason)).collect();
    assert_eq!(results()["permission"]["refused"], json!(known), "every reason of the document");
    refusals(&mut stage).await;
    stage.holds("jimeng.json");
}

/// The codes, and the words by which the document's example knows an error.
async fn refusals(stage: &mut Stage) {
    let known = results();
    for said in known["codes"].as_array().unwrap().iter().filter(|said| said["code"] != "0") {
        let (code, words) = (said["code"].as_str().unwrap(), said["means"].as_str().unwrap());
        let answer = no(code, words);
        let mut kept = answer.clone();
        kept["remedy"] = said["remedy"].clone();
        let shown = play(stage, format!("account_info/{code}"), ("account_info", json!({})), answer, kept).await;
        assert_eq!(shown["error"]["details"]["code"], code, "{shown}");
    }
    for (class, words) in known["words"].as_object().unwrap() {
        for word in words.as_array().unwrap() {
            let answer = no("9999", word.as_str().unwrap());
            let name = format!("account_info/{}", word.as_str().unwrap());
            let shown = play(stage, name, ("account_info", json!({})), answer.clone(), answer).await;
            let reason = shown["error"]["details"]["reason"].as_str().unwrap();
            let wanted = match class.as_str() {
                "token" => "not_logged_in",
                "network" => "server_error",
                _ => "muted",
            };
            assert_eq!(reason, wanted, "{word}: {shown}");
        }
    }
    let expired = no("1001", "token无效");
    let invalid = json!({ "valid": false });
    play(stage, String::from("validate/invalid"), ("validate", json!({ "force": true })), expired.clone(), invalid)
        .await;
    let refused = known["features"]["refused"].clone();
    play(stage, String::from("advanced_features/invalid"), ("advanced_features", json!({})), expired, refused).await;
}

#[tokio::test]
async fn the_international_sample_is_asked_read_and_kept() {
    let mut stage = Stage::open("dreamina", playing(good())).await;
    stage.log_in(token_login("us")).await;
    asked_as_documented(&stage, "us");
    stage.keep_page(CALL, &good()).await;
    play(&mut stage, String::from("account_info/ok"), ("account_info", json!({})), good(), good()).await;
    stage.holds("dreamina.json");
}
