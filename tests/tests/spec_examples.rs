//! The contract's example requests, sent as they are written, give the contract's answers: the same keys with the
//! same JSON types, the same statuses, and the very same values where the request decides them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use std::sync::Arc;

use serde_json::{Value, json};
use support::{App, Scripted, same_shape};

const CREATE: &str = r#"{
  "platform": "douyin",
  "account_name": "抖音主账号",
  "account_type": "personal",
  "cookie_data": "sessionid=xxx; ttwid=yyy; ...",
  "priority": 8,
  "user_id": "user_001",
  "project_id": "proj_001",
  "tags": {
    "type": "main",
    "region": "beijing"
  },
  "metadata": {
    "follower_count": 10000,
    "verified": true
  }
}"#;

const CALLBACK: &str = r#"{
  "platform": "xiaohongshu",
  "session_id": "sess_abc123",
  "cookie_data": "a1=xxx; a2=yyy; ...",
  "account_name": "我的小红书账号",
  "user_id": "user_001"
}"#;

const POOL: &str = r#"{
  "name": "小红书发布池",
  "platform": "xiaohongshu",
  "description": "用于自动发布的小红书账号池",
  "strategy": "round_robin",
  "max_size": 10
}"#;

fn enveloped(answer: &support::Answer, example: &Value) {
    same_shape(&answer.body, &json!({ "success": true, "data": example }));
}

#[tokio::test]
async fn login_status() {
    let app = App::open().await;
    app.post("/api/v1/login/callback", CALLBACK).await.data(201);
    let account = app.get("/api/v1/accounts").await.data(200)["accounts"][0]["account_id"].clone();
    app.post(&format!("/api/v1/accounts/{}/health-check", account.as_str().unwrap()), "").await.data(200);

    let answer = app.get("/api/v1/login/status?platform=xiaohongshu").await;
    enveloped(
        &answer,
        &json!({
            "is_logged_in": true,
            "platform": "xiaohongshu",
            "account_id": "acc_123456",
            "account_name": "我的小红书账号",
            "last_check": "2026-02-21T16:00:00Z",
            "status": "healthy",
            "message": "Account is healthy and logged in"
        }),
    );
    let data = answer.data(200);
    assert_eq!(data["is_logged_in"], true);
    assert_eq!(data["status"], "healthy");
    assert_eq!(data["account_name"], "我的小红书账号");
    assert_eq!(data["message"], "Account is healthy and logged in");
    assert_eq!(data["account_id"], account);

    let missing = app.get("/api/v1/login/status").await;
    assert_eq!(missing.error(400, "INVALID_REQUEST")["details"]["field"], "platform");
    let nobody = app.get("/api/v1/login/status?platform=douyin").await;
    assert_eq!(nobody.data(200)["is_logged_in"], false);
}

#[tokio::test]
async fn login_qrcode() {
    let app = App::open().await;
    let answer = app.get("/api/v1/login/qrcode?platform=xiaohongshu").await;
    enveloped(
        &answer,
        &json!({
            "platform": "xiaohongshu",
            "qrcode_url": "https://www.xiaohongshu.com/explore",
            "qrcode_image": "data:image/png;base64,iVBORw0KG...",
            "expires_in": 300,
            "session_id": "sess_abc123",
            "message": "Please scan the QR code with your mobile app to login"
        }),
    );
    let data = answer.data(200);
    assert_eq!(data["qrcode_url"], "https://www.xiaohongshu.com/explore");
    assert!((295..=300).contains(&data["expires_in"].as_u64().unwrap()), "{data}");

    let session = data["session_id"].as_str().unwrap();
    let polled = app.get(&format!("/api/v1/login/sessions/{session}")).await;
    assert_eq!(polled.data(200)["state"], "waiting");
    app.call("DELETE", &format!("/api/v1/login/sessions/{session}"), "").await.data(200);
    app.get(&format!("/api/v1/login/sessions/{session}")).await.error(404, "LOGIN_NOT_FOUND");

    app.get("/api/v1/login/qrcode").await.error(400, "INVALID_REQUEST");
    app.get("/api/v1/login/qrcode?platform=unheard-of").await.error(422, "UNSUPPORTED");
}

#[tokio::test]
async fn login_callback() {
    // Pending until the platform has said who it is; this one cannot be reached yet.
    let app = App::over(vec![Arc::new(Scripted::unreachable("xiaohongshu"))]);
    app.engine.create_vault(support::PASSWORD.into()).await.unwrap();
    let answer = app.post("/api/v1/login/callback", CALLBACK).await;
    enveloped(
        &answer,
        &json!({
            "account_id": "acc_789xyz",
            "platform": "xiaohongshu",
            "account_name": "我的小红书账号",
            "status": "pending",
            "message": "Account created and logged in successfully"
        }),
    );
    let data = answer.data(201);
    assert_eq!(data["status"], "pending");
    assert_eq!(data["message"], "Account created and logged in successfully");

    let reachable = App::open().await;
    assert_eq!(reachable.post("/api/v1/login/callback", CALLBACK).await.data(201)["status"], "active");
}

#[tokio::test]
async fn create_account() {
    let app = App::open().await;
    let answer = app.post("/api/v1/accounts", CREATE).await;
    enveloped(
        &answer,
        &json!({
            "id": 1,
            "account_id": "acc_abc123",
            "platform": "douyin",
            "account_name": "抖音主账号",
            "status": "pending",
            "priority": 8,
            "created_at": "2026-02-21T16:00:00Z"
        }),
    );
    let data = answer.data(201);
    assert_eq!((&data["id"], &data["priority"], &data["status"]), (&json!(1), &json!(8), &json!("pending")));

    let kept = app.get("/api/v1/accounts/1?view=full").await;
    let more = &kept.data(200)["more"];
    assert_eq!(more["tags"], json!({"type": "main", "region": "beijing"}));
    assert_eq!(more["metadata"], json!({"follower_count": 10000, "verified": true}));
    assert_eq!((&more["user_id"], &more["project_id"]), (&json!("user_001"), &json!("proj_001")));
}

#[tokio::test]
async fn list_accounts() {
    let app = App::open().await;
    app.account("one").await;
    app.post("/api/v1/accounts", CREATE).await.data(201);

    let answer = app.get("/api/v1/accounts?platform=xiaohongshu&status=active&limit=50&offset=0").await;
    enveloped(
        &answer,
        &json!({
            "accounts": [{
                "account_id": "acc_001",
                "platform": "xiaohongshu",
                "account_name": "小红书主号",
                "status": "active",
                "priority": 8,
                "use_count": 150,
                "success_count": 145,
                "fail_count": 5,
                "last_used_at": "2026-02-21T15:30:00Z"
            }],
            "total": 25,
            "limit": 50,
            "offset": 0
        }),
    );
    let data = answer.data(200);
    assert_eq!((&data["total"], &data["limit"], &data["offset"]), (&json!(1), &json!(50), &json!(0)));
    assert_eq!(app.get("/api/v1/accounts?user_id=user_001&project_id=proj_001").await.data(200)["total"], 1);
    assert_eq!(app.get("/api/v1/accounts").await.data(200)["limit"], 50);
    for bad in ["limit=0", "limit=501", "limit=x", "offset=-1", "status=alive", "platform=A!", "sort=up", "nonsense=1"]
    {
        app.get(&format!("/api/v1/accounts?{bad}")).await.error(400, "INVALID_REQUEST");
    }
}

#[tokio::test]
async fn account_detail_by_either_id() {
    let app = App::open().await;
    let id = app.account("one").await;
    let example = json!({
        "id": 1,
        "account_id": "acc_001",
        "platform": "xiaohongshu",
        "account_name": "小红书主号",
        "account_type": "personal",
        "status": "active",
        "priority": 8,
        "use_count": 150,
        "success_count": 145,
        "fail_count": 5,
        "last_used_at": "2026-02-21T15:30:00Z",
        "last_check_at": "2026-02-21T16:00:00Z",
        "created_at": "2026-02-01T10:00:00Z",
        "updated_at": "2026-02-21T16:00:00Z"
    });
    for path in ["/api/v1/accounts/1".to_owned(), format!("/api/v1/accounts/{id}")] {
        let answer = app.get(&path).await;
        enveloped(&answer, &example);
        assert_eq!((&answer.data(200)["account_id"], &answer.data(200)["status"]), (&json!(id), &json!("active")));
    }
    let full = app.get("/api/v1/accounts/1?view=full").await;
    let mut with_more = full.data(200).clone();
    with_more.as_object_mut().unwrap().remove("more").expect("more");
    same_shape(&with_more, &example);
}

#[tokio::test]
async fn update_and_delete_account() {
    let app = App::open().await;
    let id = app.account("one").await;
    let body = r#"{
  "account_name": "新账号名称",
  "priority": 9,
  "status": "active",
  "tags": {
    "type": "backup"
  }
}"#;
    let answer = app.call("PUT", &format!("/api/v1/accounts/{id}"), body).await;
    let data = answer.data(200);
    assert_eq!((&data["account_name"], &data["priority"]), (&json!("新账号名称"), &json!(9)));
    assert_eq!(data["more"]["tags"], json!({"type": "backup"}));

    let gone = app.call("DELETE", &format!("/api/v1/accounts/{id}"), "").await;
    assert_eq!(gone.data(200), &json!({"account_id": id, "message": "Account deleted"}));
    app.get(&format!("/api/v1/accounts/{id}")).await.error(404, "ACCOUNT_NOT_FOUND");
    app.get("/api/v1/accounts/1").await.error(404, "ACCOUNT_NOT_FOUND");
}

#[tokio::test]
async fn account_stats() {
    let app = App::open().await;
    let id = app.account("one").await;
    let path = format!("/api/v1/accounts/{id}/usage");
    app.post(&path, r#"{"action":"publish","success":false,"duration_ms":10,"error":"refused"}"#).await.data(201);
    app.post(&path, r#"{"action":"publish","success":true,"duration_ms":10}"#).await.data(201);
    app.post(&path, r#"{"action":"publish","success":true,"duration_ms":2340}"#).await.data(201);

    let answer = app.get(&format!("/api/v1/accounts/{id}/stats")).await;
    let mut without_errors = answer.body.clone();
    for entry in without_errors["data"]["recent_logs"].as_array_mut().unwrap() {
        entry.as_object_mut().unwrap().remove("error");
    }
    same_shape(
        &without_errors["data"],
        &json!({
            "account_id": "acc_001",
            "platform": "xiaohongshu",
            "status": "active",
            "use_count": 150,
            "success_count": 145,
            "fail_count": 5,
            "success_rate": 96.67,
            "recent_logs": [{
                "action": "publish",
                "success": true,
                "duration_ms": 2340,
                "created_at": "2026-02-21T15:30:00Z"
            }]
        }),
    );
    let data = answer.data(200);
    assert_eq!((&data["success_count"], &data["fail_count"]), (&json!(2), &json!(1)));
    assert_eq!(data["success_rate"], 66.67);
    // Newest first, with the contract's four keys alone where nothing went wrong.
    assert_eq!(data["recent_logs"][0]["duration_ms"], 2340);
    assert_eq!(data["recent_logs"][0].as_object().unwrap().len(), 4);
}

#[tokio::test]
async fn health_checks() {
    let app = App::open().await;
    let id = app.account("one").await;
    let answer = app.post(&format!("/api/v1/accounts/{id}/health-check"), "").await;
    enveloped(&answer, &json!({ "account_id": "acc_001", "healthy": true, "message": "Account is healthy" }));
    assert_eq!(answer.data(200), &json!({ "account_id": id, "healthy": true, "message": "Account is healthy" }));

    app.account("dead").await;
    app.account("away").await;
    app.post("/api/v1/accounts", CREATE).await.data(201);
    let batch = app.post("/api/v1/accounts/batch-health-check?platform=xiaohongshu", "").await;
    enveloped(&batch, &json!({ "success_count": 8, "fail_count": 2, "total": 10 }));
    assert_eq!(batch.data(200), &json!({ "success_count": 1, "fail_count": 2, "total": 3 }));
    let all = app.post("/api/v1/accounts/batch-health-check", "").await;
    assert_eq!(all.data(200), &json!({ "success_count": 2, "fail_count": 2, "total": 4 }));
}

#[tokio::test]
async fn pools() {
    let app = App::open().await;
    let account = app.account("one").await;
    let created = app.post("/api/v1/pools", POOL).await;
    let pool = created.data(201)["pool_id"].as_str().unwrap().to_owned();
    let asked: Value = serde_json::from_str(POOL).unwrap();
    for key in ["name", "platform", "description", "strategy", "max_size"] {
        assert_eq!(created.data(201)[key], asked[key], "{key}");
    }
    let shorter = r#"{
    "name": "小红书发布池",
    "platform": "xiaohongshu",
    "strategy": "round_robin"
  }"#;
    app.post("/api/v1/pools", shorter).await.data(201);
    let listed = app.get("/api/v1/pools?platform=xiaohongshu").await;
    assert_eq!(listed.data(200)["total"], 2);
    assert_eq!(app.get("/api/v1/pools?platform=douyin").await.data(200)["total"], 0);

    let member = json!({ "account_id": account, "priority": 8 }).to_string();
    let added = app.post(&format!("/api/v1/pools/{pool}/members"), &member).await;
    assert_eq!((&added.data(201)["account_id"], &added.data(201)["priority"]), (&json!(account), &json!(8)));

    let selected = app.post(&format!("/api/v1/pools/{pool}/select"), "").await;
    enveloped(
        &selected,
        &json!({ "account_id": "acc_001", "platform": "xiaohongshu", "account_name": "小红书主号", "status": "active" }),
    );
    assert_eq!(
        selected.data(200),
        &json!({ "account_id": account, "platform": "xiaohongshu", "account_name": "小红书主号", "status": "active" })
    );
    let explained = app.post(&format!("/api/v1/pools/{pool}/select"), r#"{"explain":true}"#).await;
    assert_eq!(explained.data(200)["explanation"]["strategy"], "round_robin");

    let removed = app.call("DELETE", &format!("/api/v1/pools/{pool}/members/{account}"), "").await;
    assert_eq!(removed.data(200)["account_id"], json!(account));
    app.call("DELETE", &format!("/api/v1/pools/{pool}/members/{account}"), "").await.error(404, "MEMBER_NOT_FOUND");
    app.call("DELETE", &format!("/api/v1/pools/{pool}"), "").await.data(200);
    app.get(&format!("/api/v1/pools/{pool}")).await.error(404, "POOL_NOT_FOUND");
}

#[tokio::test]
async fn strategies() {
    let app = App::open().await;
    for strategy in ["round_robin", "random", "priority", "least_used"] {
        let body = json!({ "name": strategy, "platform": "xiaohongshu", "strategy": strategy }).to_string();
        assert_eq!(app.post("/api/v1/pools", &body).await.data(201)["strategy"], strategy);
    }
    let body = json!({ "name": "x", "platform": "xiaohongshu", "strategy": "loudest" }).to_string();
    assert_eq!(app.post("/api/v1/pools", &body).await.error(400, "INVALID_REQUEST")["details"]["field"], "strategy");
}

#[tokio::test]
async fn every_error_of_the_contract() {
    let app = App::open().await;
    let unknown = app.get("/api/v1/accounts/acc_999").await;
    assert_eq!(
        unknown.body,
        json!({
            "success": false,
            "error": { "code": "ACCOUNT_NOT_FOUND", "message": "Account not found: acc_999", "details": null }
        })
    );
    unknown.error(404, "ACCOUNT_NOT_FOUND");
    app.get("/api/v1/pools/pool_999").await.error(404, "POOL_NOT_FOUND");
    app.post("/api/v1/pools/pool_999/select", "").await.error(404, "POOL_NOT_FOUND");

    let pool = app.post("/api/v1/pools", POOL).await.data(201)["pool_id"].as_str().unwrap().to_owned();
    let nobody = app.post(&format!("/api/v1/pools/{pool}/select"), "").await;
    assert_eq!(nobody.error(409, "NO_AVAILABLE_ACCOUNT")["details"]["why"]["members"], 0);

    for (body, field) in [
        (r#"{"cookie_data":"a=1"}"#, "platform"),
        (r#"{"platform":"douyin"}"#, "cookie_data"),
        (r#"{"platform":"douyin","cookie_data":"a=1","priority":11}"#, "priority"),
        (r#"{"platform":"douyin","cookie_data":"a=1","priority":300}"#, "priority"),
        (r#"{"platform":"douyin","cookie_data":"a=1","account_type":"robot"}"#, "account_type"),
        (r#"{"platform":"Not An Id","cookie_data":"a=1"}"#, "platform"),
        (r#"{"platform":"douyin","cookie_data":"no cookie"}"#, "cookie_data"),
        (r#"{"platform":"douyin","cookie_data":"a=1","unheard_of":1}"#, "unheard_of"),
        (r#"{"platform":"#, "body"),
    ] {
        let answer = app.post("/api/v1/accounts", body).await;
        assert_eq!(answer.error(400, "INVALID_REQUEST")["details"]["field"], field, "{body}");
    }
    let bad_member = app.post(&format!("/api/v1/pools/{pool}/members"), r#"{"account_id":"acc_999"}"#).await;
    bad_member.error(404, "ACCOUNT_NOT_FOUND");
}

#[tokio::test]
async fn cookies_without_a_session_make_no_account() {
    let app = App::over(vec![Arc::new(Scripted::requiring("douyin", &["sessionid", "uid_tt"]))]);
    app.engine.create_vault(support::PASSWORD.into()).await.unwrap();
    let failed = app.post("/api/v1/accounts", CREATE).await;
    let error = failed.error(422, "CREATE_ACCOUNT_FAILED");
    assert_eq!(error["details"], json!({"field": "cookie_data", "reason": "cookies_missing", "names": ["uid_tt"]}));
    assert_eq!(app.get("/api/v1/accounts").await.data(200)["total"], 0);
}
