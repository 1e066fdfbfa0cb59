//! SmartCV, field by field.
#![allow(clippy::unwrap_used, clippy::panic, reason = "also in the functions that the tests share")]

mod support;

use serde_json::{Value, json};
use support::{AGENT, Got, Lab, read, same_shape};

const ACCOUNT: &str = "https://www.smartcv.cc/api/account";
const SECURITY: &str = "https://www.smartcv.cc/api/account/security";
const SUBSCRIPTION: &str = "https://www.smartcv.cc/api/account/subscription";
const CALLBACK: &str = "https://www.smartcv.cc/api/auth/callback/credentials";
const SESSION: &str = "https://www.smartcv.cc/api/auth/session";

async fn token(lab: &Lab) -> (String, String) {
    let got = lab.get("https://www.smartcv.cc/api/auth/csrf", "").await;
    (got.json()["csrfToken"].as_str().unwrap().to_owned(), got.jar())
}

async fn enter(lab: &Lab, email: &str, password: &str) -> Got {
    let (token, jar) = token(lab).await;
    let form = [("csrfToken", token.as_str()), ("email", email), ("password", password), ("json", "true")];
    lab.post(CALLBACK, &jar, &form).await
}

/// The cookies of a new session.
async fn session(lab: &Lab, person: &str) -> String {
    let got = enter(lab, &format!("{person}@example.test"), &format!("sandbox-{person}")).await;
    assert_eq!(got.status, 200, "{}", got.text);
    got.jar()
}

async fn change(lab: &Lab, method: reqwest::Method, url: &str, (jar, body): (&str, Value)) -> Got {
    let request = lab.client.request(method, lab.local(url)).header("user-agent", AGENT);
    read(request.header("cookie", jar).json(&body).send().await.unwrap()).await.unwrap()
}

async fn put(lab: &Lab, url: &str, jar: &str, body: Value) -> Got {
    change(lab, reqwest::Method::PUT, url, (jar, body)).await
}

async fn post(lab: &Lab, url: &str, jar: &str, body: Value) -> Got {
    change(lab, reqwest::Method::POST, url, (jar, body)).await
}

fn mode(lab: &Lab, key: &str, value: &str) {
    lab.control().set_mode("smartcv", key, value).unwrap();
}

fn said(got: &Got) -> (u16, String) {
    (got.status.as_u16(), got.json()["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_login_needs_the_token_and_the_right_password() {
    let lab = Lab::open().await;
    let (token, jar) = token(&lab).await;
    assert_eq!(token.len(), 64);
    assert!(jar.starts_with("__Host-next-auth.csrf-token=") && jar.contains("%7C"));
    let right = [("csrfToken", token.as_str()), ("email", "lin@example.test"), ("password", "sandbox-lin")];
    let forged = lab.post(CALLBACK, "", &right).await;
    assert!(forged.location.unwrap().ends_with("/api/auth/signin?csrf=true") && forged.set_cookies.is_empty());
    let done = lab.post(CALLBACK, &jar, &right).await;
    assert!(done.location.unwrap().contains("www.smartcv.cc.localhost"), "without json it is a redirect");
    let line = done.set_cookies.iter().find(|line| line.starts_with("__Secure-next-auth.session-token=")).unwrap();
    assert!(line.contains("; Path=/; Expires=") && line.ends_with("; HttpOnly; SameSite=Lax"), "{line}");
    for (email, password) in [("lin@example.test", "wrong"), ("nobody@example.test", "x"), ("lin", "sandbox-lin")] {
        let refused = enter(&lab, email, password).await;
        assert_eq!(refused.status, 401);
        let to = "https://www.smartcv.cc/api/auth/error?error=CredentialsSignin&provider=credentials";
        assert_eq!(refused.json(), json!({ "url": to }));
        assert!(refused.set_cookies.is_empty());
    }
}

#[tokio::test]
async fn the_other_version_has_other_names_and_parts_are_put_together() {
    let lab = Lab::open().await;
    mode(&lab, "cookies", "authjs");
    mode(&lab, "session_cookie", "parts");
    let jar = session(&lab, "lin").await;
    assert!(jar.contains("__Secure-authjs.session-token.0=") && jar.contains("__Secure-authjs.session-token.1="));
    assert_eq!(lab.get(ACCOUNT, &jar).await.status, 200);
    let half = jar.split("; ").next().unwrap();
    assert_eq!(lab.get(ACCOUNT, half).await.status, 401, "half a session is none");
    assert_eq!(lab.get(SESSION, "").await.json(), Value::Null);
    let refused = enter(&lab, "lin@example.test", "wrong").await;
    let to = "https://www.smartcv.cc/login?error=CredentialsSignin&code=credentials";
    assert_eq!((refused.status.as_u16(), refused.json()), (200, json!({ "url": to })));
}

#[tokio::test]
async fn answers_have_the_shape_of_the_documents() {
    let lab = Lab::open().await;
    let jar = session(&lab, "lin").await;
    let account = lab.get(ACCOUNT, &jar).await.json();
    same_shape(
        &account,
        &json!({"success":true,"data":{"id":"user_123","email":"","name":"张三","avatar":"","emailVerified":true,"emailVerifiedAt":"","subscriptionType":"PREMIUM","subscriptionStatus":"ACTIVE","subscriptionExpiresAt":"","resumesCreated":8,"resumesLimit":50,"apiRequestsUsed":150,"apiRequestsLimit":1000,"storageUsed":1,"storageLimit":1,"preferences":{"language":"zh-cn","timezone":"","theme":"light","emailNotifications":true,"marketingEmails":false},"createdAt":"","updatedAt":"","lastLoginAt":""}}),
    );
    let subscription = lab.get(SUBSCRIPTION, &jar).await.json();
    same_shape(
        &subscription,
        &json!({"success":true,"data":{"id":"","type":"","status":"","currentPeriodStart":"","currentPeriodEnd":"","cancelAtPeriodEnd":false,"trialEnd":null,"plan":{"id":"","name":"","price":29.99,"currency":"USD","interval":"month","features":[]},"usage":{"resumesCreated":8,"resumesLimit":-1,"apiRequestsUsed":150,"apiRequestsLimit":1000,"storageUsed":1,"storageLimit":1,"resetDate":""},"paymentMethod":{"type":"card","last4":"4242","brand":"visa","expiryMonth":12,"expiryYear":2025},"nextBilling":{"date":"","amount":29.99,"currency":"USD"}}}),
    );
    assert_eq!(
        (&account["data"]["resumesLimit"], &subscription["data"]["usage"]["resumesLimit"]),
        (&json!(50), &json!(-1))
    );
    let session = lab.get(SESSION, &jar).await;
    same_shape(
        &session.json(),
        &json!({"user":{"id":"","email":"","name":"","image":"","subscriptionType":""},"expires":""}),
    );
    assert!(session.cookie("__Secure-next-auth.session-token").is_some(), "it rolls");
    assert_eq!(
        said(&lab.get(SUBSCRIPTION, &self::session(&lab, "zhou").await).await),
        (404, "SUBSCRIPTION_NOT_FOUND".into())
    );
}

#[tokio::test]
async fn an_account_is_merged_or_replaced() {
    let lab = Lab::open().await;
    let jar = session(&lab, "lin").await;
    let merged = put(&lab, ACCOUNT, &jar, json!({"preferences": {"theme": "dark"}})).await.json()["data"].clone();
    assert_eq!(
        (&merged["preferences"]["theme"], &merged["preferences"]["language"]),
        (&json!("dark"), &json!("zh-cn"))
    );
    assert_eq!(merged["name"], json!("林小夏的厨房"));
    mode(&lab, "update", "replaces");
    let replaced = put(&lab, ACCOUNT, &jar, json!({"preferences": {"theme": "auto"}})).await.json()["data"].clone();
    assert_eq!((&replaced["preferences"], &replaced["name"]), (&json!({"theme": "auto"}), &Value::Null));
    assert_eq!(said(&put(&lab, ACCOUNT, &jar, json!({"email": "x"})).await), (422, "VALIDATION_ERROR".into()));
}

#[tokio::test]
async fn a_password_is_changed_and_the_second_factor_then_wants_its_codes() {
    let lab = Lab::open().await;
    let jar = session(&lab, "gu").await;
    let body =
        |current: &str, new: &str| json!({"currentPassword": current, "newPassword": new, "confirmPassword": new});
    assert_eq!(said(&put(&lab, SECURITY, &jar, body("wrong", "long enough")).await), (400, "INVALID_PASSWORD".into()));
    assert_eq!(said(&put(&lab, SECURITY, &jar, body("sandbox-gu", "short")).await), (422, "WEAK_PASSWORD".into()));
    let mut good = body("sandbox-gu", "long enough");
    good["twoFactorEnabled"] = json!(true);
    let done = put(&lab, SECURITY, &jar, good).await.json();
    same_shape(
        &done,
        &json!({"success":true,"message":"","data":{"passwordUpdated":true,"twoFactorEnabled":true,"backupCodes":[]}}),
    );
    let codes = done["data"]["backupCodes"].as_array().unwrap().clone();
    assert!(codes.len() == 3 && codes.iter().all(|code| code.as_str().unwrap().len() == 8));
    assert_eq!(enter(&lab, "gu@example.test", "sandbox-gu").await.status, 401, "the old one is gone");
    let refused = enter(&lab, "gu@example.test", "long enough").await;
    assert!(refused.json()["url"].as_str().unwrap().contains("error=TwoFactorRequired"));
    for wanted in [200, 401] {
        let (token, jar) = token(&lab).await;
        let code = codes[0].as_str().unwrap();
        let form = [
            ("csrfToken", token.as_str()),
            ("email", "gu@example.test"),
            ("password", "long enough"),
            ("code", code),
            ("json", "true"),
        ];
        assert_eq!(lab.post(CALLBACK, &jar, &form).await.status, wanted, "a code works once");
    }
}

#[tokio::test]
async fn subscriptions_are_made_moved_cancelled_and_refused() {
    let lab = Lab::open().await;
    let jar = session(&lab, "zhou").await;
    let new = |plan: &str, method: &str| json!({"planId": plan, "paymentMethodId": method});
    let upgrade = json!({"action": "upgrade", "planId": "plan_premium_yearly"});
    assert_eq!(said(&put(&lab, SUBSCRIPTION, &jar, upgrade.clone()).await), (404, "SUBSCRIPTION_NOT_FOUND".into()));
    assert_eq!(said(&post(&lab, SUBSCRIPTION, &jar, new("gold", "pm_1")).await), (404, "PLAN_NOT_FOUND".into()));
    let declined = new("plan_premium_monthly", "pm_declined");
    assert_eq!(said(&post(&lab, SUBSCRIPTION, &jar, declined).await), (402, "PAYMENT_FAILED".into()));
    let waits = post(&lab, SUBSCRIPTION, &jar, new("plan_premium_monthly", "pm_3ds_1")).await.json();
    assert_eq!((&waits["data"]["status"], &waits["data"]["requiresAction"]), (&json!("INCOMPLETE"), &json!(true)));
    let made = post(&lab, SUBSCRIPTION, &jar, new("plan_premium_monthly", "pm_1234567890")).await.json();
    same_shape(
        &made,
        &json!({"success":true,"data":{"subscriptionId":"","status":"ACTIVE","clientSecret":"","requiresAction":false,"nextAction":null}}),
    );
    let moved = put(&lab, SUBSCRIPTION, &jar, upgrade).await.json();
    same_shape(
        &moved,
        &json!({"success":true,"data":{"subscriptionId":"","status":"","prorationAmount":15.5,"effectiveDate":""}}),
    );
    put(&lab, SUBSCRIPTION, &jar, json!({"action": "cancel"})).await;
    put(&lab, SUBSCRIPTION, &jar, json!({"action": "update_payment_method", "paymentMethodId": "pm_5511"})).await;
    let now = lab.get(SUBSCRIPTION, &jar).await.json()["data"].clone();
    assert_eq!((&now["plan"]["id"], &now["cancelAtPeriodEnd"]), (&json!("plan_premium_yearly"), &json!(true)));
    assert_eq!(now["paymentMethod"]["last4"], json!("5511"));
    put(&lab, SUBSCRIPTION, &jar, json!({"action": "reactivate"})).await;
    assert_eq!(lab.get(SUBSCRIPTION, &jar).await.json()["data"]["cancelAtPeriodEnd"], json!(false));
    assert_eq!(put(&lab, SUBSCRIPTION, &jar, json!({"action": "gift"})).await.status, 400);
    mode(&lab, "plan_limit", "reached");
    let full = put(&lab, SUBSCRIPTION, &jar, json!({"action": "cancel"})).await;
    assert_eq!(said(&full), (429, "SUBSCRIPTION_LIMIT_EXCEEDED".into()));
    assert_eq!(full.header("retry-after"), Some("3600"));
}

#[tokio::test]
async fn nobody_is_told_so_in_each_form_and_a_signed_out_cookie_lives_on_where_it_was_copied() {
    let lab = Lab::open().await;
    assert_eq!(lab.get(ACCOUNT, "").await.json(), json!({"error": "Unauthorized"}));
    mode(&lab, "signed_out", "redirect_307");
    let led = lab.get(ACCOUNT, "").await;
    assert!(led.status == 307 && led.location.unwrap().contains("/login?callbackUrl="));
    mode(&lab, "signed_out", "html_login_page");
    assert!(lab.get(ACCOUNT, "").await.text.contains("/api/auth/callback/credentials"));
    let jar = session(&lab, "lin").await;
    for (choice, after) in [("takes_the_cookie", true), ("ends_the_session", false)] {
        mode(&lab, "sign_out", choice);
        let (token, own) = token(&lab).await;
        let out = lab
            .post("https://www.smartcv.cc/api/auth/signout", &format!("{own}; {jar}"), &[("csrfToken", &token)])
            .await;
        assert_eq!(out.cookie("__Secure-next-auth.session-token").as_deref(), Some(""));
        assert_eq!(lab.get(ACCOUNT, &jar).await.text.contains("\"success\":true"), after, "{choice}");
    }
}

#[tokio::test]
async fn the_page_takes_the_password_of_a_browser_and_gives_it_cookies_without_prefix() {
    let lab = Lab::open().await;
    let origin = lab.local("https://www.smartcv.cc/");
    let origin = origin.trim_end_matches('/');
    let page = lab.client.get(lab.local("https://www.smartcv.cc/login")).header("accept", "text/html");
    let page = read(page.send().await.unwrap()).await.unwrap();
    let token = page.text.split("name=\"csrfToken\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(page.cookie("next-auth.csrf-token").unwrap().starts_with(&token));
    let form = [("csrfToken", token.as_str()), ("email", "lin@example.test"), ("password", "sandbox-lin")];
    let sent = lab.client.post(lab.local(CALLBACK)).form(&form).header("origin", origin).header("cookie", page.jar());
    let done = read(sent.send().await.unwrap()).await.unwrap();
    let line = done.set_cookies.iter().find(|line| line.starts_with("next-auth.session-token=")).unwrap();
    assert!(!line.contains("Secure"), "a browser keeps it over plain HTTP: {line}");
    assert_eq!(done.location.as_deref(), Some(lab.local("https://www.smartcv.cc/").as_str()));
    assert!(lab.get("https://www.smartcv.cc/", &done.jar()).await.text.contains("林小夏的厨房"));
}
