//! What Jimeng's document lists, asked over real sockets: account, validity, permissions, features, credits, memory.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::sync::Arc;

use common::jimeng::{
    CREDIT, Dialect, INFO, SUBSCRIPTION, alive, alive_abroad, credential, credential_abroad, jimeng, out, ret,
    wrong_host,
};
use jiff::{SignedDuration, Timestamp};
use roster_domain::Credential;
use roster_platform::{
    Adapter, Context, ErrorKind, InputProblem, OperateError, OperationInput, Outcome,
    conformance::{Asked, Host, Play, Reply, context},
};
use roster_platforms::AdapterSettings;
use serde_json::{Value, json};

struct Rig {
    host: Host,
    ctx: Context,
    adapter: Arc<dyn Adapter>,
    credential: Credential,
}

impl Rig {
    async fn new(id: &str, credential: Credential, play: Play) -> Self {
        let host = Host::start(play).await.expect("host");
        let ctx = context(&host).expect("client");
        Self { host, ctx, adapter: common::adapter(id, &AdapterSettings::default()), credential }
    }

    async fn china(body: &'static str) -> Self {
        Self::new("jimeng", credential(), answering(body.to_owned())).await
    }

    async fn perform(&self, operation: &str, input: Value) -> Result<Outcome, OperateError> {
        let Value::Object(fields) = input else { panic!("an object") };
        let input = OperationInput::new(fields);
        self.adapter.operate(&self.ctx, &self.credential, operation, input).await
    }

    async fn value(&self, operation: &str, input: Value) -> Value {
        self.perform(operation, input).await.expect("an answer").value
    }

    fn later(&mut self, seconds: i64) {
        self.ctx.now = self.ctx.now.checked_add(SignedDuration::from_secs(seconds)).expect("a time");
    }

    fn play(&self, body: impl Into<String>) {
        self.host.play(answering(body.into()));
    }

    fn asked(&self) -> usize {
        self.host.asked().len()
    }
}

/// The account's answer, with credits beside it.
fn answering(body: String) -> Play {
    Arc::new(move |asked| match asked.path.as_str() {
        INFO => Reply::json(body.clone()),
        _ => alive(Dialect::Service, asked),
    })
}

#[tokio::test]
async fn the_document_s_sample_is_shown_whole() {
    let rig = Rig::china(jimeng!("document-sample.json")).await;
    let shown = rig.value("account_info", json!({})).await;
    let sample: Value = serde_json::from_str(jimeng!("document-sample.json")).expect("JSON");
    let time = "2022-01-01T00:00:00Z";
    let mut expected = sample["data"].clone();
    expected["user_info"]["create_time"] = json!(time);
    expected["user_info"]["last_login_time"] = json!(time);
    expected["user_info"]["description"] = Value::Null;
    expected["device_info"]["last_active_time"] = json!(time);
    expected["account_status"]["vip_expire_time"] = Value::Null;
    expected["account_status"]["ban_expire_time"] = Value::Null;
    assert_eq!(shown, expected, "times are readable, 0 is none, and nothing is lost");
    let in_seconds = jimeng!("document-sample.json").replace("1640995200000", "1640995200");
    rig.play(in_seconds);
    assert_eq!(rig.value("account_info", json!({})).await, expected);
}

#[tokio::test]
async fn the_service_s_own_shape_gives_the_person_and_no_secret() {
    let rig = Rig::china(jimeng!("service.json")).await;
    let shown = rig.value("account_info", json!({})).await;
    assert_eq!(shown["user_id"], "7212345678901234567");
    assert_eq!(shown["user_info"]["nickname"], "示例创作者");
    assert_eq!((&shown["account_status"], &shown["permission_info"]), (&Value::Null, &Value::Null));
    assert!(!shown.to_string().contains(common::jimeng::SESSION), "session_key is a credential");
    rig.play(jimeng!("document-bare.json"));
    let bare = rig.value("user_info", json!({ "force": true })).await;
    assert_eq!((&bare["user_info"]["nickname"], &bare["permission_info"]), (&json!("示例创作者"), &Value::Null));
}

#[tokio::test]
async fn validity_is_remembered_for_five_minutes_and_the_person_for_ten() {
    let mut rig = Rig::china(jimeng!("document.json")).await;
    let first = rig.value("validate", json!({})).await;
    assert_eq!((&first["valid"], &first["user_id"]), (&json!(true), &json!("7212345678901234567")));
    rig.play(jimeng!("document.json").replace("示例创作者", "新名字"));
    let name = |value: &Value| value["user_info"]["nickname"].as_str().expect("a name").to_owned();
    rig.later(299);
    assert_eq!(rig.value("validate", json!({})).await["checked_at"], first["checked_at"]);
    assert_eq!(rig.asked(), 1);
    rig.later(300);
    assert_eq!(name(&rig.value("user_info", json!({})).await), "示例创作者", "599 s");
    assert_eq!(rig.asked(), 1);
    assert_ne!(rig.value("validate", json!({})).await["checked_at"], first["checked_at"], "599 s");
    assert_eq!(name(&rig.value("user_info", json!({})).await), "新名字", "what one asked the other knows");
    assert_eq!(rig.asked(), 2);
    rig.later(600);
    rig.value("user_info", json!({})).await;
    assert_eq!(rig.asked(), 3);
    rig.value("user_info", json!({ "force": true })).await;
    rig.value("validate", json!({ "force": true })).await;
    rig.value("account_info", json!({})).await;
    assert_eq!(rig.asked(), 6, "these always ask");
}

#[tokio::test]
async fn the_platform_s_no_is_remembered_and_a_fault_is_not() {
    let mut rig = Rig::china(jimeng!("document-expired.json")).await;
    let no = rig.value("validate", json!({})).await;
    assert_eq!((&no["valid"], &no["code"]), (&json!(false), &json!("1002")));
    rig.value("validate", json!({})).await;
    assert_eq!(rig.asked(), 1);
    rig.later(301);
    rig.host.play(Arc::new(|_| Reply::html(502, "<html></html>")));
    let fault = rig.perform("validate", json!({})).await.expect_err("nobody knows");
    assert!(matches!(fault, OperateError::Platform(error) if error.kind == ErrorKind::Server));
    rig.play(jimeng!("document.json"));
    assert_eq!(rig.value("validate", json!({})).await["valid"], true);
}

#[tokio::test]
async fn every_form_of_no_makes_it_invalid() {
    for (name, reply) in out() {
        let rig = Rig::new("jimeng", credential(), Arc::new(move |_| reply.clone())).await;
        assert_eq!(rig.value("validate", json!({})).await["valid"], false, "{name}");
        let may = rig.value("may_generate", json!({ "type": "video" })).await;
        assert_eq!((&may["allowed"], &may["reason"]), (&json!(false), &json!("invalid_token")), "{name}");
        let features = rig.value("advanced_features", json!({})).await;
        assert_eq!(features["reason"], "invalid_user", "{name}");
        assert!(features["items"].as_array().expect("items").iter().all(|item| item["allowed"] == false));
    }
}

#[tokio::test]
async fn many_who_ask_at_once_are_one_question() {
    let rig = Rig::china(jimeng!("document.json")).await;
    let ask = || rig.value("validate", json!({}));
    let (a, b, c) = tokio::join!(ask(), ask(), rig.value("user_info", json!({})));
    assert!(a["valid"] == true && b["valid"] == true && c["user_id"] == "7212345678901234567");
    assert_eq!(rig.asked(), 1);
    let figures = rig.value("cache_statistics", json!({})).await;
    assert_eq!(figures, json!({ "total": 1, "valid": 1, "expired": 0, "hits": 2, "asked": 1 }));
}

#[tokio::test]
async fn figures_tell_old_answers_from_young_ones_and_clearing_asks_anew() {
    let mut rig = Rig::china(jimeng!("document.json")).await;
    rig.value("validate", json!({})).await;
    rig.later(600);
    let figures = rig.value("cache_statistics", json!({})).await;
    assert_eq!((&figures["valid"], &figures["expired"]), (&json!(0), &json!(1)));
    rig.value("validate", json!({})).await;
    assert_eq!(rig.value("clear_cache", json!({})).await, json!({ "forgotten": 1 }));
    rig.value("validate", json!({})).await;
    assert_eq!(rig.asked(), 3);
}

#[tokio::test]
async fn the_summary_says_what_the_document_says() {
    let rig = Rig::china(jimeng!("document-sample.json")).await;
    let expected = json!({
        "user_id": "1234567890", "nickname": "用户昵称", "is_vip": false, "status": "active",
        "can_generate_image": true, "can_generate_video": true, "remaining_quota": 90,
    });
    assert_eq!(rig.value("summary", json!({})).await, expected);
}

#[tokio::test]
async fn a_vip_whose_time_is_over_is_none() {
    let rig = Rig::china(jimeng!("document.json")).await;
    let now = rig.ctx.now.as_second();
    let vip = |end: i64| {
        let end = format!("\"vip_expire_time\":{end}");
        jimeng!("document.json").replace("\"is_vip\":false", "\"is_vip\":true").replace("\"vip_expire_time\":0", &end)
    };
    for (end, expected) in
        [(0, true), (now + 1, true), ((now + 1) * 1000, true), (now, false), ((now - 1) * 1000, false)]
    {
        rig.play(vip(end));
        rig.value("account_info", json!({})).await;
        assert_eq!(rig.value("summary", json!({})).await["is_vip"], expected, "{end}");
    }
}

#[tokio::test]
async fn every_reason_of_the_document_is_given() {
    let changed = |from: &str, to: &str| {
        let body = jimeng!("document.json").replace(from, to);
        assert_ne!(body, jimeng!("document.json"), "{from}");
        body
    };
    let banned_and_inactive = changed("\"is_banned\":false", "\"is_banned\":true").replace("active\"", "inactive\"");
    let rig = Rig::china(jimeng!("document.json")).await;
    for (body, kind, reason) in [
        (changed("\"active\"", "\"inactive\""), "image", "account_inactive"),
        (changed("\"active\"", "\"suspended\""), "image", "account_inactive"),
        (banned_and_inactive, "image", "account_inactive"),
        (changed("\"is_banned\":false", "\"is_banned\":true"), "video", "account_banned"),
        (changed("\"can_generate_video\":true", "\"can_generate_video\":false"), "video", "no_permission"),
        (changed("\"can_generate_image\":true", "\"can_generate_image\":false"), "image", "no_permission"),
        (changed("\"used_today\":10", "\"used_today\":100"), "image", "daily_limit_exceeded"),
        (changed("\"used_today\":10", "\"used_today\":101"), "video", "daily_limit_exceeded"),
        (changed("\"daily_limit\":100", "\"daily_limit\":0"), "image", "daily_limit_exceeded"),
        (String::from(r#"{"ret":"1001","errmsg":"token无效"}"#), "image", "invalid_token"),
        (String::from(r#"{"ret":"1004","errmsg":"账户被封禁"}"#), "image", "account_banned"),
        (String::from(r#"{"ret":"1005","errmsg":"权限不足"}"#), "image", "no_permission"),
        (String::from(r#"{"ret":"1007","errmsg":"服务异常"}"#), "image", "error"),
        (String::from("<html>portal</html>"), "image", "error"),
    ] {
        rig.ctx.memory.forget();
        rig.play(body.clone());
        let answer = rig.value("may_generate", json!({ "type": kind })).await;
        assert_eq!((&answer["allowed"], &answer["reason"]), (&json!(false), &json!(reason)), "{body}");
        assert_eq!(answer["error"].is_string(), reason == "error", "{body}");
        assert_eq!((&answer["remaining"], &answer["permissions"]), (&Value::Null, &Value::Null));
    }
}

#[tokio::test]
async fn what_is_allowed_says_how_much_is_left() {
    let rig = Rig::china(jimeng!("document.json")).await;
    for input in [json!({}), json!({ "type": "image" }), json!({ "type": "video" })] {
        let answer = rig.value("may_generate", input).await;
        assert_eq!((&answer["allowed"], &answer["remaining"]), (&json!(true), &json!(90)));
        assert_eq!(answer["permissions"]["level_permissions"]["max_resolution"], "4k");
        assert_eq!((&answer["reason"], &answer["based_on"]), (&Value::Null, &json!("permissions")));
    }
    rig.ctx.memory.forget();
    rig.play(jimeng!("document.json").replace("\"used_today\":10,", "\"used_today\":99,"));
    assert_eq!(rig.value("may_generate", json!({})).await["remaining"], 1);
    let wrong = rig.perform("may_generate", json!({ "type": "music" })).await.expect_err("no such kind");
    assert!(matches!(wrong, OperateError::Input { field, problem: InputProblem::Malformed } if field == "type"));
}

#[tokio::test]
async fn where_the_service_names_no_permissions_its_credits_decide() {
    let rig = Rig::china(jimeng!("service.json")).await;
    let answer = rig.value("may_generate", json!({ "type": "video" })).await;
    assert_eq!(
        (&answer["allowed"], &answer["credits"], &answer["based_on"]),
        (&json!(true), &json!(4266), &json!("credits"))
    );
    rig.host.play(Arc::new(|asked| match asked.path.as_str() {
        CREDIT => Reply::json(jimeng!("no-credits.json")),
        _ => alive(Dialect::Service, asked),
    }));
    let answer = rig.value("may_generate", json!({ "type": "video" })).await;
    assert_eq!(
        (&answer["allowed"], &answer["reason"], &answer["credits"]),
        (&json!(false), &json!("no_credits"), &json!(0))
    );
    rig.host.play(Arc::new(|asked| match asked.path.as_str() {
        CREDIT => Reply::json(jimeng!("system-busy.json")),
        _ => alive(Dialect::Service, asked),
    }));
    assert_eq!(rig.value("may_generate", json!({})).await["reason"], "error");
}

#[tokio::test]
async fn features_follow_the_level_and_unknown_ones_are_refused() {
    let rig = Rig::china(jimeng!("document.json")).await;
    let items = |value: Value| value["items"].clone();
    let all = items(rig.value("advanced_features", json!({})).await);
    let item = |feature: &str, allowed: bool| json!({ "feature": feature, "allowed": allowed });
    assert_eq!(all, json!([item("4k_resolution", true), item("long_video", false), item("commercial_use", false)]));
    let some = rig.value("advanced_features", json!({ "features": ["commercial_use", "time_travel"] })).await;
    assert_eq!(items(some), json!([item("commercial_use", false), item("time_travel", false)]));
    assert_eq!(items(rig.value("advanced_features", json!({ "features": [] })).await), json!([]));
    rig.ctx.memory.forget();
    let better = jimeng!("document.json")
        .replace("duration\":60", "duration\":120")
        .replace("\"commercial_use\":false", "\"commercial_use\":true")
        .replace("\"4k\"", "\"2k\"");
    rig.play(better);
    let all = items(rig.value("advanced_features", json!({})).await);
    assert_eq!(all, json!([item("4k_resolution", false), item("long_video", true), item("commercial_use", true)]));
    // The service itself names no permissions.
    rig.ctx.memory.forget();
    rig.play(jimeng!("service.json").to_owned());
    let unknown = items(rig.value("advanced_features", json!({ "features": ["commercial_use"] })).await);
    assert_eq!(unknown, json!([{ "feature": "commercial_use", "allowed": null }]));
}

#[tokio::test]
async fn each_code_of_the_document_comes_with_its_remedy() {
    let rig = Rig::china(jimeng!("document.json")).await;
    for (code, kind, zh) in [
        ("1001", ErrorKind::NotLoggedIn, "重新获取"),
        ("1002", ErrorKind::NotLoggedIn, "刷新"),
        ("1003", ErrorKind::Restricted, "检查用户状态"),
        ("1004", ErrorKind::Restricted, "联系客服"),
        ("1005", ErrorKind::Restricted, "升级"),
        ("1006", ErrorKind::Protocol, "参数"),
        ("1007", ErrorKind::Server, "稍后重试"),
    ] {
        let reply = ret(&format!("\"{code}\""), "说明");
        rig.host.play(Arc::new(move |_| reply.clone()));
        let refused = rig.perform("account_info", json!({})).await.expect_err("refused");
        let OperateError::Refused { code: said, remedy, error } = refused else { panic!("{code}: {refused:?}") };
        assert_eq!((said.as_str(), error.kind), (code, kind));
        assert!(remedy.zh.contains(zh) && !remedy.en.is_empty(), "{code}: {}", remedy.zh);
    }
}

#[tokio::test]
async fn credits_are_listed_with_their_ends() {
    let rig = Rig::china(jimeng!("service.json")).await;
    let credits = rig.value("credits", json!({})).await;
    assert_eq!(
        (&credits["total"], &credits["gift"], &credits["purchase"], &credits["vip"]),
        (&json!(4266), &json!(66), &json!(300), &json!(3900))
    );
    let kinds: Vec<_> = credits["items"].as_array().expect("items").iter().map(|item| item["kind"].clone()).collect();
    assert_eq!(kinds, [json!("gift"), json!("purchase"), json!("vip")]);
    assert_eq!(credits["items"][2]["vip_level"], "standard");
    assert_eq!(credits["expiring"][0]["expires_at"], "2026-11-20T15:59:59Z");
    let asked = rig.host.asked().pop().expect("asked");
    assert_eq!((asked.host.as_str(), asked.path.as_str()), ("jimeng.jianying.com", CREDIT));
    let header = |name: &str| asked.headers[name].clone();
    assert_eq!((header("appid"), header("lan"), header("loc")), ("513695".into(), "zh-Hans".into(), "cn".into()));
    assert_eq!(header("device-time"), rig.ctx.now.as_second().to_string());
    assert_eq!(header("sign").len(), 32);
    let membership = rig.value("membership", json!({})).await;
    assert_eq!((&membership["level"], &membership["ends_at"]), (&json!("standard"), &json!("2026-12-21T15:59:59Z")));
}

#[tokio::test]
async fn the_wrong_cluster_s_login_error_is_not_believed() {
    // The note says Singapore; the account is in the United States.
    let rig = Rig::new("dreamina", credential_abroad("sg"), Arc::new(alive_abroad)).await;
    let found = rig.perform("credits", json!({})).await.expect("credits");
    assert_eq!(found.value["total"], 136);
    let moved = found.refreshed.expect("the note is put right");
    assert_eq!(moved.tokens["region"].expose(), "us");
    let hosts: Vec<String> = rig.host.asked().into_iter().map(|asked| asked.host).collect();
    assert_eq!(hosts, ["commerce-api-sg.capcut.com", "dreamina.capcut.com", "commerce.us.capcut.com"]);
    // Neither cluster knows it, and the passport does: that is no expired session.
    rig.host.play(Arc::new(|asked: &Asked| match asked.path.as_str() {
        CREDIT | SUBSCRIPTION => Reply::json(jimeng!("login-error.json")),
        _ => alive_abroad(asked),
    }));
    let error = rig.perform("credits", json!({})).await.expect_err("nowhere");
    assert!(matches!(error, OperateError::Platform(error) if error.kind == ErrorKind::Refused));
    // The passport says so, too: now it is.
    rig.ctx.memory.forget();
    rig.host.play(Arc::new(|asked: &Asked| match asked.path.as_str() {
        CREDIT => Reply::json(jimeng!("login-error.json")),
        _ => Reply::json(jimeng!("service-expired.json")),
    }));
    let error = rig.perform("credits", json!({})).await.expect_err("out");
    assert!(matches!(error, OperateError::Platform(error) if error.kind == ErrorKind::NotLoggedIn));
}

#[tokio::test]
async fn quotas_are_the_day_s_number_and_the_credits() {
    let mut rig = Rig::china(jimeng!("document.json")).await;
    let quotas = rig.adapter.quotas(&rig.ctx, &rig.credential).await.expect("quotas");
    let day = &quotas.items[0];
    assert_eq!(
        (day.key.as_str(), day.used, day.limit, day.left),
        ("daily_generations", Some(10.0), Some(100.0), Some(90.0))
    );
    assert_eq!(day.resets_at, "2026-11-20T16:00:00Z".parse().ok(), "midnight in China");
    let keys: Vec<_> = quotas.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["daily_generations", "credits", "gift_credits", "purchase_credits", "vip_credits"]);
    assert_eq!(quotas.items[1].expires_at.map(Timestamp::as_second), Some(1_795_190_399));
    assert_eq!(quotas.items[4].left, Some(3900.0));
    // A fault of the commerce service does not hide the day's number.
    rig.host.play(Arc::new(|asked| match asked.path.as_str() {
        INFO => Reply::json(jimeng!("document.json")),
        _ => wrong_host(),
    }));
    let quotas = rig.adapter.quotas(&rig.ctx, &rig.credential).await.expect("quotas");
    assert_eq!(quotas.items.len(), 1);
    rig.later(301);
    rig.host.play(Arc::new(|_| wrong_host()));
    assert!(rig.adapter.quotas(&rig.ctx, &rig.credential).await.is_err());
}

/// Every property of a schema, wherever it stands.
fn properties<'v>(value: &'v Value, found: &mut Vec<(&'v String, &'v Value)>) {
    let Value::Object(fields) = value else {
        value.as_array().into_iter().flatten().for_each(|item| properties(item, found));
        return;
    };
    for (name, inner) in fields {
        if let (true, Value::Object(own)) = (name == "properties", inner) {
            found.extend(own.iter());
        }
        properties(inner, found);
    }
}

#[tokio::test]
async fn every_operation_is_named_in_both_languages_down_to_its_fields() {
    for id in ["jimeng", "dreamina"] {
        let adapter = common::adapter(id, &AdapterSettings::default());
        assert_eq!(adapter.operations().len(), 10);
        for operation in adapter.operations() {
            assert!(!operation.title.zh.is_empty() && !operation.about.en.is_empty());
            let mut found = Vec::new();
            properties(&operation.input, &mut found);
            properties(&operation.output, &mut found);
            for (name, schema) in found {
                let named = schema["title"].is_string() && schema["x-zh"].is_string();
                assert!(named, "{id}/{}: {name} has no name", operation.id);
            }
        }
    }
    let rig = Rig::china(jimeng!("document.json")).await;
    assert!(matches!(rig.perform("fly", json!({})).await, Err(OperateError::Unknown)));
    let extra = rig.perform("summary", json!({ "x": 1 })).await.expect_err("unknown");
    assert!(matches!(extra, OperateError::Input { problem: InputProblem::Unknown, .. }));
    assert_eq!(rig.asked(), 0);
}
