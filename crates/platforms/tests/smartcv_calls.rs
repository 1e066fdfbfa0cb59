//! Each call and each sample of SmartCV's user API: what goes out, what comes back, what is kept.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::sync::Arc;

use common::smartcv::{NEW_PASSWORD, PASSWORD, alive, credential, failure, fixture};
use roster_domain::{Quota, QuotaUnit};
use roster_platform::{
    Adapter, Context, ErrorKind, InputProblem, OperateError, OperationInput, Outcome, Risk,
    conformance::{Asked, Host, Play, Reply, context},
};
use roster_platforms::AdapterSettings;
use serde_json::{Value, json};

struct Lab {
    host: Host,
    ctx: Context,
    adapter: Arc<dyn Adapter>,
}

impl Lab {
    async fn open(play: Play) -> Self {
        let host = Host::start(play).await.expect("host");
        let ctx = context(&host).expect("client");
        Self { host, ctx, adapter: common::adapter("smartcv", &AdapterSettings::default()) }
    }

    async fn operate(&self, operation: &str, input: Value) -> Result<Outcome, OperateError> {
        let Value::Object(fields) = input else { panic!("an object") };
        self.adapter.operate(&self.ctx, &credential(), operation, OperationInput::new(fields)).await
    }

    async fn value(&self, operation: &str, input: Value) -> Value {
        self.operate(operation, input).await.expect(operation).value
    }

    /// The last request that changes something.
    fn changed(&self) -> Asked {
        self.host.asked().into_iter().rfind(|asked| asked.method != "GET").expect("something was changed")
    }
}

fn sample(text: &str) -> Value {
    serde_json::from_str(text).expect("fixture")
}

fn passwords() -> Value {
    json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD})
}

/// An input that each operation takes.
fn inputs() -> [(&'static str, Value); 12] {
    let plan = json!({"plan_id": "plan_premium_yearly"});
    [
        ("get_account", json!({})),
        ("update_account", json!({"name": "李四"})),
        ("change_password", passwords()),
        ("set_two_factor", json!({"current_password": PASSWORD, "two_factor_enabled": true})),
        ("get_subscription", json!({})),
        ("upgrade_subscription", plan.clone()),
        ("downgrade_subscription", plan),
        ("cancel_subscription", json!({})),
        ("reactivate_subscription", json!({})),
        ("create_subscription", json!({"plan_id": "p", "payment_method_id": "pm_1"})),
        ("update_payment_method", json!({"payment_method_id": "pm_1"})),
        ("get_plans", json!({})),
    ]
}

#[tokio::test]
async fn the_account_is_shown_as_the_sample_has_it() {
    let lab = Lab::open(Arc::new(alive)).await;
    assert_eq!(
        lab.value("get_account", json!({})).await,
        json!({
            "id": "user_123", "name": "张三", "email": "zhangsan@example.test", "email_verified": true,
            "email_verified_at": "2024-01-15T10:00:00Z",
            "avatar": "https://storage.smartcv.cc/avatars/user_123.jpg",
            "plan": "PREMIUM", "plan_status": "ACTIVE", "plan_ends_at": "2025-01-15T10:00:00Z",
            "resumes": {"used": 8, "limit": 50, "unlimited": false, "left": 42},
            "api_requests": {"used": 150, "limit": 1000, "unlimited": false, "left": 850},
            "storage": {"used": 10_485_760, "limit": 104_857_600, "unlimited": false, "left": 94_371_840},
            "preferences": {
                "language": "zh-cn", "timezone": "Asia/Shanghai", "theme": "light", "email_notifications": true,
                "marketing_emails": false,
            },
            "created_at": "2024-01-15T10:00:00Z", "updated_at": "2024-12-30T10:00:00Z",
            "last_login_at": "2024-12-30T09:00:00Z",
        })
    );
}

#[tokio::test]
async fn a_change_of_the_account_sends_the_whole_object_as_the_sample_has_it() {
    let lab = Lab::open(Arc::new(alive)).await;
    let preferences = json!({
        "language": "en", "timezone": "America/New_York", "theme": "dark", "email_notifications": false,
        "marketing_emails": true,
    });
    let avatar = "https://storage.smartcv.cc/avatars/new_avatar.jpg";
    lab.value("update_account", json!({"name": "李四", "avatar": avatar, "preferences": preferences})).await;
    let asked = lab.changed();
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("PUT", "/api/account"));
    assert_eq!(asked.json(), sample(fixture!("account-update-request.json")));
    assert_eq!(asked.headers["content-type"], "application/json");
    assert_eq!(asked.headers["origin"], "https://www.smartcv.cc");
}

#[tokio::test]
async fn one_changed_preference_wipes_nothing_not_even_what_nobody_here_knows() {
    let more = fixture!("account.json").replace("\"language\":", "\"density\": {\"list\": 3}, \"language\":");
    let lab = Lab::open(Arc::new(move |asked| match asked.method.as_str() {
        "GET" => Reply::json(more.clone()),
        _ => alive(asked),
    }))
    .await;
    lab.value("update_account", json!({"preferences": {"theme": "auto"}})).await;
    assert_eq!(
        lab.changed().json(),
        json!({
            "name": "张三", "avatar": "https://storage.smartcv.cc/avatars/user_123.jpg",
            "preferences": {
                "density": {"list": 3}, "language": "zh-cn", "timezone": "Asia/Shanghai", "theme": "auto",
                "emailNotifications": true, "marketingEmails": false,
            },
        })
    );
}

#[tokio::test]
async fn an_update_that_does_not_repeat_the_account_is_read_again() {
    let lab = Lab::open(Arc::new(|asked: &Asked| match asked.method.as_str() {
        "PUT" => Reply::json("{\"success\":true,\"data\":{}}"),
        _ => alive(asked),
    }))
    .await;
    assert_eq!(lab.value("update_account", json!({"name": "李四"})).await["id"], "user_123");
    let methods: Vec<String> = lab.host.asked().into_iter().map(|asked| asked.method).collect();
    assert_eq!(methods, ["GET", "PUT", "GET"]);
}

#[tokio::test]
async fn a_new_password_goes_out_as_the_sample_has_it_and_the_codes_go_into_the_vault_only() {
    let lab = Lab::open(Arc::new(alive)).await;
    let mut input = passwords();
    input["two_factor_enabled"] = json!(true);
    let outcome = lab.operate("change_password", input).await.expect("changed");
    assert_eq!(lab.changed().json(), sample(fixture!("security-request.json")));
    assert_eq!(outcome.value, json!({"password_updated": true, "two_factor_enabled": true, "backup_codes_kept": 3}));
    assert_eq!(outcome.secrets["backup_codes"].expose(), "12345678\n87654321\n11223344");
    let printed = format!("{outcome:?}");
    for canary in ["12345678", "87654321", PASSWORD, NEW_PASSWORD] {
        assert!(!printed.contains(canary), "{canary}");
    }
}

#[tokio::test]
async fn the_second_factor_alone_needs_the_password_only() {
    let lab = Lab::open(Arc::new(alive)).await;
    let input = json!({"current_password": PASSWORD, "two_factor_enabled": true});
    let outcome = lab.operate("set_two_factor", input).await.expect("changed");
    assert_eq!(lab.changed().json(), json!({"currentPassword": PASSWORD, "twoFactorEnabled": true}));
    assert_eq!(outcome.secrets.len(), 1);
    let off = "{\"success\":true,\"data\":{\"passwordUpdated\":false,\"twoFactorEnabled\":false}}";
    lab.host.play(Arc::new(move |_| Reply::json(off)));
    let input = json!({"current_password": PASSWORD, "two_factor_enabled": false});
    let outcome = lab.operate("set_two_factor", input).await.expect("changed");
    assert_eq!(outcome.secrets["backup_codes"].expose(), "", "the codes of before are worth nothing any more");
}

#[tokio::test]
async fn the_subscription_is_shown_as_the_sample_has_it() {
    let lab = Lab::open(Arc::new(alive)).await;
    let shown = lab.value("get_subscription", json!({})).await;
    let mut wanted = json!({
        "id": "sub_123", "type": "PREMIUM", "status": "ACTIVE", "period_start": "2024-12-01T00:00:00Z",
        "period_end": "2025-01-01T00:00:00Z", "cancel_at_period_end": false, "trial_end": null,
        "plan": {"id": "plan_premium_monthly", "name": "Premium 月度套餐", "price": 29.99, "currency": "USD",
            "interval": "month"},
        "resumes": {"used": 8, "limit": null, "unlimited": true, "left": null},
        "api_requests": {"used": 150, "limit": 1000, "unlimited": false, "left": 850},
        "storage": {"used": 10_485_760, "limit": 104_857_600, "unlimited": false, "left": 94_371_840},
        "resets_at": "2025-01-01T00:00:00Z",
        "payment_method": {"type": "card", "brand": "visa", "last4": "4242", "expiry_month": 12, "expiry_year": 2025},
        "next_billing": {"date": "2025-01-01T00:00:00Z", "amount": 29.99, "currency": "USD"},
    });
    wanted["plan"]["features"] = sample(fixture!("subscription.json"))["data"]["plan"]["features"].clone();
    assert_eq!(shown, wanted);
    assert_eq!(shown["plan"]["features"].as_array().map(Vec::len), Some(5));
}

#[tokio::test]
async fn the_plans_are_compared_as_the_sample_has_them() {
    let lab = Lab::open(Arc::new(alive)).await;
    let shown = lab.value("get_plans", json!({})).await;
    let sample = sample(fixture!("plan-limits.json"));
    for row in shown["items"].as_array().expect("rows") {
        let said = &sample[row["plan"].as_str().expect("a plan")];
        let or_none = |name: &str| said[name].as_i64().filter(|limit| *limit >= 0);
        for (name, limit) in
            [("resumes", "resumesLimit"), ("api_requests", "apiRequestsLimit"), ("storage", "storageLimit")]
        {
            assert_eq!(row[name].as_i64(), or_none(limit), "{row}");
        }
        assert_eq!((&row["templates"], &row["ai_features"]), (&said["templatesAccess"], &said["aiFeatures"]));
        assert_eq!(row["yours"], row["plan"] == "PREMIUM");
    }
    assert_eq!(shown["items"].as_array().map(Vec::len), sample.as_object().map(serde_json::Map::len));
}

#[tokio::test]
async fn a_new_subscription_goes_out_and_comes_back_as_the_samples_have_it() {
    let lab = Lab::open(Arc::new(alive)).await;
    let input =
        json!({"plan_id": "plan_premium_monthly", "payment_method_id": "pm_1234567890", "coupon_code": "WELCOME20"});
    let outcome = lab.operate("create_subscription", input).await.expect("created");
    assert_eq!(lab.changed().json(), sample(fixture!("subscription-create-request.json")));
    assert_eq!(
        outcome.value,
        json!({"subscription_id": "sub_123", "status": "ACTIVE", "requires_action": false, "next_action": null})
    );
    assert!(outcome.open_url.is_none() && outcome.secrets.is_empty(), "a payment that is done needs no key");
}

#[tokio::test]
async fn a_payment_to_be_confirmed_opens_a_page_and_keeps_its_key() {
    for (action, page) in [
        (
            json!({"type": "redirect_to_url", "redirect_to_url": {"url": "https://pay.example/3ds"}}),
            "https://pay.example/3ds",
        ),
        (json!({"type": "redirect", "url": "https://pay.example/x"}), "https://pay.example/x"),
        (json!({"type": "use_sdk", "url": "javascript:alert(1)"}), "https://www.smartcv.cc/"),
        (json!({"type": "use_sdk", "url": "http://pay.example/"}), "https://www.smartcv.cc/"),
        (Value::Null, "https://www.smartcv.cc/"),
    ] {
        let mut body = sample(fixture!("subscription-created.json"));
        body["data"]["requiresAction"] = json!(true);
        body["data"]["nextAction"] = action;
        let text = body.to_string();
        let lab = Lab::open(Arc::new(move |_| Reply::json(text.clone()))).await;
        let input = json!({"plan_id": "plan_premium_monthly", "payment_method_id": "pm_1"});
        let outcome = lab.operate("create_subscription", input).await.expect("created");
        assert_eq!(outcome.open_url.as_deref(), Some(page));
        assert_eq!(outcome.secrets["payment_client_secret"].expose(), "pi_1234567890_secret_xyz");
        assert!(!format!("{outcome:?}").contains("_secret_xyz"));
        assert_eq!(outcome.value["requires_action"], true);
    }
}

#[tokio::test]
async fn each_of_the_five_actions_goes_out_in_its_own_words() {
    let lab = Lab::open(Arc::new(alive)).await;
    let upgrade = json!({"plan_id": "plan_premium_yearly", "proration": "create_prorations"});
    for (operation, input, body) in [
        ("upgrade_subscription", upgrade, sample(fixture!("subscription-update-request.json"))),
        (
            "upgrade_subscription",
            json!({"plan_id": "plan_premium_yearly"}),
            json!({"action": "upgrade", "planId": "plan_premium_yearly"}),
        ),
        (
            "downgrade_subscription",
            json!({"plan_id": "plan_premium_monthly", "proration": "none"}),
            json!({"action": "downgrade", "planId": "plan_premium_monthly", "prorationBehavior": "none"}),
        ),
        ("cancel_subscription", json!({}), json!({"action": "cancel"})),
        ("reactivate_subscription", json!({}), json!({"action": "reactivate"})),
        (
            "update_payment_method",
            json!({"payment_method_id": " pm_99 "}),
            json!({"action": "update_payment_method", "paymentMethodId": "pm_99"}),
        ),
    ] {
        let value = lab.value(operation, input).await;
        let asked = lab.changed();
        assert_eq!((asked.method.as_str(), asked.path.as_str()), ("PUT", "/api/account/subscription"), "{operation}");
        assert_eq!(asked.json(), body, "{operation}");
        assert_eq!(
            value,
            json!({"subscription_id": "sub_123", "status": "ACTIVE", "proration_amount": 15.5,
                "effective_date": "2024-12-30T10:00:00Z"})
        );
    }
}

#[tokio::test]
async fn every_documented_code_is_refused_with_a_remedy_whatever_is_asked() {
    for (status, code) in [
        (404, "USER_NOT_FOUND"),
        (400, "INVALID_PASSWORD"),
        (422, "WEAK_PASSWORD"),
        (404, "SUBSCRIPTION_NOT_FOUND"),
        (402, "PAYMENT_FAILED"),
        (404, "PLAN_NOT_FOUND"),
        (429, "SUBSCRIPTION_LIMIT_EXCEEDED"),
    ] {
        let lab = Lab::open(Arc::new(move |_| failure(status, code).with("retry-after", "3600"))).await;
        for (operation, input) in inputs() {
            let refused = lab.operate(operation, input).await;
            let Err(OperateError::Refused { code: said, remedy, error }) = refused else {
                panic!("{code}: {refused:?}")
            };
            assert_eq!(said, code, "{operation}");
            assert!(!remedy.zh.is_empty() && !remedy.en.is_empty());
            assert_eq!(error.evidence.http_status, Some(status));
            assert_ne!(error.kind, ErrorKind::RateLimited, "{operation}");
        }
        assert_eq!(lab.host.asked().len(), inputs().len(), "{code}: each asked once, and no pause between them");
    }
    let text = fixture!("invalid-password.json");
    let lab = Lab::open(Arc::new(move |_| Reply::json(text).status(400))).await;
    let refused = lab.operate("change_password", passwords()).await;
    let Err(OperateError::Refused { code, error, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!((code.as_str(), error.evidence.message.as_deref()), ("INVALID_PASSWORD", Some("当前密码不正确")));
}

#[tokio::test]
async fn other_refusals_keep_their_own_words_and_faults_are_faults() {
    for (name, reply, kind) in [
        ("unknown code", failure(400, "TEAPOT"), ErrorKind::Refused),
        ("signed out", Reply::json(fixture!("unauthorized.json")).status(401), ErrorKind::NotLoggedIn),
        ("pace", failure(429, "RATE_LIMITED"), ErrorKind::RateLimited),
        ("server", Reply::html(500, "x"), ErrorKind::Server),
        ("portal", Reply::html(200, "<html>login</html>"), ErrorKind::Protocol),
        ("hollow", Reply::json("{}"), ErrorKind::Protocol),
    ] {
        for (operation, input) in inputs() {
            let lab = Lab::open(Arc::new({
                let reply = reply.clone();
                move |_| reply.clone()
            }))
            .await;
            let refused = lab.operate(operation, input).await;
            let Err(OperateError::Platform(error)) = refused else { panic!("{name}, {operation}: {refused:?}") };
            assert_eq!(error.kind, kind, "{name}, {operation}");
        }
    }
    let payment = Reply::json("{\"error\":\"card declined\"}").status(402);
    let lab = Lab::open(Arc::new(move |_| payment.clone())).await;
    let refused = lab.operate("reactivate_subscription", json!({})).await;
    assert!(matches!(refused, Err(OperateError::Refused { code, .. }) if code == "PAYMENT_FAILED"));
}

#[tokio::test]
async fn a_wrong_input_is_named_before_anything_is_asked() {
    use InputProblem::{Malformed, Missing, OutOfRange, Unknown};
    let lab = Lab::open(Arc::new(alive)).await;
    let long = "x".repeat(201);
    for (operation, input, field, problem) in [
        ("get_account", json!({"x": 1}), "x", Unknown),
        ("update_account", json!({}), "", Missing),
        ("update_account", json!({"preferences": {}}), "", Missing),
        ("update_account", json!({"name": " "}), "name", Missing),
        ("update_account", json!({"name": long}), "name", OutOfRange),
        ("update_account", json!({"avatar": "http://x.example/a.png"}), "avatar", Malformed),
        ("update_account", json!({"avatar": "a.png"}), "avatar", Malformed),
        ("update_account", json!({"preferences": {"theme": "pink"}}), "preferences.theme", Malformed),
        ("update_account", json!({"preferences": {"timezone": "Asia Shanghai"}}), "preferences.timezone", Malformed),
        ("update_account", json!({"preferences": {"colour": "red"}}), "preferences.colour", Unknown),
        ("change_password", json!({"current_password": "a"}), "new_password", Missing),
        (
            "change_password",
            json!({"current_password": "a", "new_password": "b", "confirm_password": "c"}),
            "confirm_password",
            Malformed,
        ),
        (
            "change_password",
            json!({"current_password": "", "new_password": "b", "confirm_password": "b"}),
            "current_password",
            Missing,
        ),
        ("set_two_factor", json!({"current_password": "a"}), "two_factor_enabled", Missing),
        ("create_subscription", json!({"plan_id": "p"}), "payment_method_id", Missing),
        ("upgrade_subscription", json!({}), "plan_id", Missing),
        ("upgrade_subscription", json!({"plan_id": "a\nb"}), "plan_id", Malformed),
        ("cancel_subscription", json!({"plan_id": "a"}), "plan_id", Unknown),
        ("update_payment_method", json!({"payment_method_id": ""}), "payment_method_id", Missing),
    ] {
        let refused = lab.operate(operation, input.clone()).await;
        let Err(OperateError::Input { field: named, problem: said }) = refused else {
            panic!("{operation} {input}: {refused:?}")
        };
        assert_eq!((named.as_str(), said), (field, problem), "{operation} {input}");
    }
    assert!(matches!(lab.operate("nothing", json!({})).await, Err(OperateError::Unknown)));
    assert!(lab.host.asked().is_empty());
}

#[tokio::test]
async fn every_operation_has_both_names_a_schema_and_a_warning_where_it_is_dangerous() {
    fn named(schema: &Value, path: &str) {
        if let Some(properties) = schema["properties"].as_object() {
            for (name, property) in properties {
                let path = format!("{path}.{name}");
                assert!(property["title"].is_string() && property["x-zh"].is_string(), "{path}: {property}");
                named(property, &path);
            }
        }
        assert!(schema.get("$ref").is_none(), "{path} is written out");
    }
    let lab = Lab::open(Arc::new(alive)).await;
    let operations = lab.adapter.operations();
    let ids: Vec<&str> = operations.iter().map(|operation| operation.id).collect();
    assert_eq!(ids, inputs().map(|(id, _)| id));
    for operation in operations {
        named(&operation.input, operation.id);
        named(&operation.output, operation.id);
        assert_eq!(operation.warning.is_some(), operation.risk == Risk::Dangerous, "{}", operation.id);
        assert_eq!(operation.risk == Risk::Read, operation.id.starts_with("get_"), "{}", operation.id);
    }
    let secret = &operations[2].input["properties"]["new_password"]["x-secret"];
    assert_eq!(secret, true);
}

#[tokio::test]
async fn cookies_that_come_with_an_answer_are_kept() {
    let line = "__Secure-next-auth.session-token=eyJfixture.newsession.000111; Path=/; Secure";
    let lab = Lab::open(Arc::new(move |asked| alive(asked).with("set-cookie", line))).await;
    for (operation, input) in inputs() {
        let outcome = lab.operate(operation, input).await.expect(operation);
        let kept = outcome.refreshed.expect("renewed");
        let value = kept.cookies.value("__Secure-next-auth.session-token").expect("session");
        assert_eq!(value.expose(), "eyJfixture.newsession.000111", "{operation}");
    }
}

async fn quotas(play: Play) -> Vec<Quota> {
    let lab = Lab::open(play).await;
    lab.adapter.quotas(&lab.ctx, &credential()).await.expect("quotas").items
}

fn of<'a>(items: &'a [Quota], key: &str) -> &'a Quota {
    items.iter().find(|item| item.key == key).expect(key)
}

fn subscribed(text: String) -> Play {
    Arc::new(move |asked| match asked.path.as_str() {
        "/api/account/subscription" => Reply::json(text.clone()),
        _ => alive(asked),
    })
}

#[tokio::test]
async fn quotas_believe_the_subscription_and_minus_one_is_no_limit() {
    let items = quotas(Arc::new(alive)).await;
    let keys: Vec<&str> = items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["api_requests", "resumes", "storage"]);
    let (calls, resumes, storage) = (of(&items, "api_requests"), of(&items, "resumes"), of(&items, "storage"));
    assert_eq!((calls.used, calls.limit, calls.left), (Some(150.0), Some(1000.0), Some(850.0)));
    assert_eq!(calls.resets_at.map(|at| at.to_string()).as_deref(), Some("2025-01-01T00:00:00Z"));
    assert_eq!((resumes.used, resumes.limit, resumes.unlimited, resumes.resets_at), (Some(8.0), None, true, None));
    assert_eq!((storage.unit, storage.left), (QuotaUnit::Bytes, Some(94_371_840.0)));
    assert!(items.iter().all(|item| item.expires_at.is_none()), "it is renewed");
    let ending = quotas(subscribed(
        fixture!("subscription.json").replace("\"cancelAtPeriodEnd\": false", "\"cancelAtPeriodEnd\": true"),
    ))
    .await;
    let end = |item: &Quota| item.expires_at.map(|at| at.to_string());
    assert!(ending.iter().all(|item| end(item).as_deref() == Some("2025-01-01T00:00:00Z")));
}

#[tokio::test]
async fn without_a_subscription_the_account_and_the_plan_have_the_figures() {
    let none: Play = Arc::new(|asked: &Asked| match asked.path.as_str() {
        "/api/account/subscription" => failure(404, "SUBSCRIPTION_NOT_FOUND"),
        _ => alive(asked),
    });
    assert_eq!(of(&quotas(none).await, "resumes").limit, Some(50.0));
    let bare = r#"{"success":true,"data":{"id":"u","subscriptionType":"FREE","resumesCreated":2,"storageUsed":7}}"#;
    let free: Play = Arc::new(move |asked| match asked.path.as_str() {
        "/api/account/subscription" => failure(404, "SUBSCRIPTION_NOT_FOUND"),
        _ => Reply::json(bare),
    });
    let items = quotas(free).await;
    assert_eq!(items.len(), 2, "what is not counted is not shown");
    assert_eq!((of(&items, "resumes").left, of(&items, "storage").limit), (Some(3.0), Some(10_485_760.0)));
    let unknown = fixture!("subscription.json").replace("\"usage\"", "\"used\"").replace("PREMIUM", "ENTERPRISE");
    let items = quotas(subscribed(unknown)).await;
    assert_eq!(of(&items, "resumes").limit, Some(50.0), "the account names one");
    let lab = Lab::open(Arc::new(|asked: &Asked| match asked.path.as_str() {
        "/api/account/subscription" => Reply::html(503, "x"),
        _ => alive(asked),
    }))
    .await;
    let error = lab.adapter.quotas(&lab.ctx, &credential()).await.expect_err("a fault is no figure");
    assert_eq!(error.kind, ErrorKind::Server);
}
