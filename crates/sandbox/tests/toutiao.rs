//! Toutiao, field by field.
#![allow(clippy::unwrap_used, clippy::panic, reason = "also in the functions that the tests share")]

mod support;

use serde_json::{Value, json};
use support::{Got, Lab, T0, same_shape};

const QUERY: &str = "aid=1231&service=https%3A%2F%2Fmp.toutiao.com&need_logo=1";
const STATUS: &str = "https://mp.toutiao.com/mp/agw/media/user_login_status_api";
const USER_INFO: &str = "https://mp.toutiao.com/mp/agw/creator_center/user_info?app_id=1231";
const ACCOUNT: &str = "https://mp.toutiao.com/passport/account/info/v2/?aid=1231&account_sdk_source=web";

async fn code(lab: &Lab) -> Value {
    lab.get(&format!("https://sso.toutiao.com/get_qrcode/?{QUERY}"), "").await.json()["data"].clone()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}"))
}

/// Polls a second after whatever was before: two polls closer than that are too fast.
async fn poll(lab: &Lab, token: &str) -> Got {
    lab.advance_s(1);
    lab.get(&format!("https://sso.toutiao.com/check_qrconnect/?{QUERY}&token={token}"), "").await
}

async fn confirmed(lab: &Lab, person: &str) -> (String, Got) {
    let code = code(lab).await;
    let handle = lab.control().scan(text(&code, "qrcode_index_url"), person).unwrap().handle;
    lab.control().confirm(&handle).unwrap();
    let token = text(&code, "token").to_owned();
    let got = poll(lab, &token).await;
    (token, got)
}

async fn session(lab: &Lab, person: &str) -> Got {
    let (_, done) = confirmed(lab, person).await;
    lab.get(text(&done.json()["data"], "redirect_url"), &done.jar()).await
}

#[tokio::test]
async fn a_code_is_made_for_callers_who_name_themselves() {
    let lab = Lab::open().await;
    let got = lab.get(&format!("https://sso.toutiao.com/get_qrcode/?{QUERY}"), "").await;
    let fixture = json!({"data":{"app_name":"toutiao","captcha":"","desc_url":"","description":"","expire_time":1,"is_frontier":false,"qrcode":"","qrcode_index_url":"","token":"","web_name":""},"description":"","error_code":0,"message":"success"});
    same_shape(&got.json(), &fixture);
    let data = &got.json()["data"];
    assert_eq!(data["expire_time"], json!(T0 + 300));
    assert!(text(data, "token").ends_with("_hl"));
    assert_eq!(got.cookie("passport_csrf_token"), got.cookie("passport_csrf_token_default"));
    assert!(
        got.set_cookies[0].ends_with("; Path=/; Domain=toutiao.com.localhost; Max-Age=5184000; Secure; SameSite=None")
    );
    for (query, wanted) in [("aid=1231", 4031), ("service=x", 4031), ("aid=6383&service=x", 16)] {
        let refused = lab.get(&format!("https://sso.toutiao.com/get_qrcode/?{query}"), "").await.json();
        assert_eq!(
            (refused["data"]["error_code"].as_i64(), refused["message"].as_str()),
            (Some(wanted), Some("error"))
        );
    }
}

#[tokio::test]
async fn the_picture_says_what_the_text_says() {
    let lab = Lab::open().await;
    let code = code(&lab).await;
    let form = reqwest::multipart::Form::new().text("person", "gu").part(
        "image",
        reqwest::multipart::Part::bytes(
            base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text(&code, "qrcode")).unwrap(),
        ),
    );
    let got = lab.client.post(lab.own("/__ctl/scan")).multipart(form).send().await.unwrap();
    let scanned: Value = got.json().await.unwrap();
    assert_eq!(scanned["text"], code["qrcode_index_url"]);
}

#[tokio::test]
async fn a_login_goes_through_its_digits() {
    let lab = Lab::open().await;
    let code = code(&lab).await;
    let token = text(&code, "token");
    let waiting = poll(&lab, token).await.json();
    same_shape(
        &waiting,
        &json!({"data":{"captcha":"","desc_url":"","description":"","error_code":0,"extra":"","scan_app_id":0,"status":"1"},"description":"","error_code":0,"message":"success"}),
    );
    assert_eq!(waiting["data"]["status"], json!("1"));
    let handle = lab.control().scan(text(&code, "qrcode_index_url"), "song").unwrap().handle;
    let scanned = poll(&lab, token).await.json();
    same_shape(
        &scanned["data"],
        &json!({"captcha":"","desc_url":"","description":"","error_code":0,"extra":"","scan_app_id":1128,"scan_device_info":{"device_id":0,"app_id":1128,"ip":"","verify_time":1,"verify_way":"","scan_device_display_name":""},"scan_user_info":{"user_id":0,"screen_name":"","avatar_url":""},"status":"2"}),
    );
    assert_eq!(scanned["data"]["status"], json!("2"));
    assert_eq!(scanned["data"]["scan_user_info"]["screen_name"], json!("宋词里的四季"));
    lab.control().confirm(&handle).unwrap();
    let done = poll(&lab, token).await;
    let data = &done.json()["data"];
    assert_eq!(data["status"], json!("3"));
    assert!(text(data, "redirect_url").starts_with(
        "https://mp.toutiao.com/passport/sso/login/callback/?next=https%3A%2F%2Fmp.toutiao.com%2F&ticket="
    ));
    assert!(done.cookie("toutiao_sso_user").is_some() && done.cookie("sessionid").is_none());
    assert_eq!(poll(&lab, token).await.json()["data"]["status"], json!("5"), "given once");
}

#[tokio::test]
async fn two_polls_within_a_second_are_too_fast() {
    let lab = Lab::open().await;
    let code = code(&lab).await;
    let url = format!("https://sso.toutiao.com/check_qrconnect/?{QUERY}&token={}", text(&code, "token"));
    assert_eq!(lab.get(&url, "").await.json()["data"]["status"], json!("1"));
    assert_eq!(
        lab.get(&url, "").await.json(),
        json!({"data":{"error_code":7,"description":"访问太频繁，请稍后再试"},"message":"error"})
    );
    lab.advance_s(1);
    assert_eq!(lab.get(&url, "").await.json()["data"]["status"], json!("1"));
}

#[tokio::test]
async fn the_callback_gives_the_session_once() {
    let lab = Lab::open().await;
    let (_, done) = confirmed(&lab, "lin").await;
    let url = text(&done.json()["data"], "redirect_url").to_owned();
    let port = lab.sandbox.addr().port();
    let session = lab.get(&url, "").await;
    assert_eq!(session.location.as_deref(), Some(format!("http://mp.toutiao.com.localhost:{port}/").as_str()));
    let id = session.cookie("sessionid").unwrap();
    assert_eq!(id.len(), 32);
    assert_eq!((session.cookie("sessionid_ss"), session.cookie("sid_tt")), (Some(id.clone()), Some(id.clone())));
    let line = |name: &str| session.set_cookies.iter().find(|line| line.starts_with(&format!("{name}="))).unwrap();
    assert!(line("sessionid").ends_with("; Path=/; Domain=toutiao.com.localhost; Max-Age=5184000; HttpOnly"));
    assert!(line("sessionid_ss").ends_with("; Max-Age=5184000; HttpOnly; Secure; SameSite=None"));
    assert!(line("sid_guard").ends_with("; Max-Age=31536000; HttpOnly"));
    let made = T0 + 1;
    assert_eq!(
        session.cookie("sid_guard").unwrap(),
        format!("{id}%7C{made}%7C5184000%7CFri%2C+20-Nov-2026+14%3A13%3A21+GMT")
    );
    for name in ["uid_tt", "uid_tt_ss", "is_staff_user", "store-region", "store-region-src"] {
        assert!(session.cookie(name).is_some(), "{name}");
    }
    let again = lab.get(&url, "").await;
    assert_eq!(
        again.location.as_deref(),
        Some(format!("http://mp.toutiao.com.localhost:{port}/auth/page/login/").as_str())
    );
    assert!(again.set_cookies.is_empty());
}

#[tokio::test]
async fn the_session_arrives_in_the_other_ways_too() {
    let lab = Lab::open().await;
    lab.control().set_mode("toutiao", "confirm", "cookies_on_poll").unwrap();
    let (_, done) = confirmed(&lab, "lin").await;
    assert_eq!((done.status.as_u16(), done.json()["data"]["status"].as_str()), (200, Some("3")));
    assert!(done.cookie("sessionid").is_some());

    lab.control().set_mode("toutiao", "confirm", "poll_302").unwrap();
    let (_, done) = confirmed(&lab, "lin").await;
    assert_eq!((done.status.as_u16(), done.text.as_str()), (302, ""));
    assert!(done.cookie("sessionid").is_some());

    lab.control().set_mode("toutiao", "confirm", "cookies_one_poll_later").unwrap();
    let (token, first) = confirmed(&lab, "lin").await;
    assert_eq!(first.json()["data"]["status"], json!("3"));
    assert!(first.set_cookies.is_empty() && first.json()["data"].get("redirect_url").is_none());
    let second = poll(&lab, &token).await;
    assert!(second.cookie("sessionid").is_some());

    lab.control().set_mode("toutiao", "session_life", "365_days").unwrap();
    lab.control().set_mode("toutiao", "confirm", "cookies_on_poll").unwrap();
    let (_, done) = confirmed(&lab, "lin").await;
    assert!(done.cookie("sid_guard").unwrap().contains("%7C31536000%7C"));
}

#[tokio::test]
async fn four_means_refused_or_a_new_code() {
    let lab = Lab::open().await;
    let first = code(&lab).await;
    let handle = lab.control().scan(text(&first, "qrcode_index_url"), "he").unwrap().handle;
    lab.control().refuse(&handle).unwrap();
    let refused = poll(&lab, text(&first, "token")).await.json();
    assert_eq!(refused["data"]["status"], json!("4"));
    assert!(refused["data"].get("token").is_none());

    let second = code(&lab).await;
    lab.advance_s(300);
    assert_eq!(poll(&lab, text(&second, "token")).await.json()["data"]["status"], json!("5"));
    lab.control().set_mode("toutiao", "status4", "new_code").unwrap();
    let replaced = poll(&lab, text(&second, "token")).await.json();
    same_shape(
        &replaced["data"],
        &json!({"description":"","error_code":0,"expire_time":1,"qrcode":"","qrcode_index_url":"","status":"4","token":""}),
    );
    let token = text(&replaced["data"], "token");
    assert_ne!(token, text(&second, "token"));
    assert_eq!(poll(&lab, token).await.json()["data"]["status"], json!("1"));
    lab.control().set_mode("toutiao", "status_form", "words").unwrap();
    assert_eq!(poll(&lab, token).await.json()["data"]["status"], json!("new"));
    assert_eq!(poll(&lab, "unknown").await.json()["data"]["status"], json!("expired"));
}

#[tokio::test]
async fn the_creator_pages_name_the_person() {
    let lab = Lab::open().await;
    let jar = session(&lab, "zhou").await.jar();
    let status = lab.get(STATUS, &jar).await;
    assert!(status.header("content-type").unwrap().starts_with("text/plain"));
    let id = "7212345678901234002";
    assert_eq!(
        status.json(),
        json!({"code":0,"data":{"is_login":true,"user":{"id":id,"screen_name":"周末去爬山"},"media":{"id":"1600000000000002","display_name":"周末去爬山"}},"message":"success"})
    );
    let info = lab.get(USER_INFO, &jar).await.json();
    assert_eq!(
        info,
        json!({"code":0,"message":"success","user_id":7_212_345_678_901_234_002_u64,"user_id_str":id,"media_id":1_600_000_000_000_002_u64,"name":"周末去爬山","screen_name":"周末去爬山","avatar_url":"https://p3.toutiaoimg.com/avatar/zhou.png","total_fans_count":8217})
    );
    let media = lab.get("https://mp.toutiao.com/mp/agw/media/get_media_info/", &jar).await.json();
    same_shape(
        &media,
        &json!({"code":0,"message":"success","data":{"user":{"id":1,"screen_name":"","https_avatar_url":""},"media":{"id":1,"display_name":"","article_media_level":0}}}),
    );
    let account = lab.get(ACCOUNT, &jar).await.json();
    same_shape(
        &account,
        &json!({"data":{"app_id":6383,"app_user_info":{"user_unique_name":""},"avatar_url":"","connects":[],"country_code":86,"description":"","email":"","gender":0,"has_password":0,"is_blocked":0,"media_id":0,"mobile":"","name":"","new_user":0,"screen_name":"","sec_user_id":"","session_key":"","user_auth_info":"","user_id":1,"user_id_str":"","user_verified":false},"message":"success"}),
    );
    assert_eq!(account["data"]["user_id_str"], json!(id));
    let picture = lab.get("https://p3.toutiaoimg.com/avatar/zhou.png", "").await;
    assert_eq!(picture.header("content-type"), Some("image/png"));
}

#[tokio::test]
async fn logged_out_comes_in_all_its_forms() {
    let lab = Lab::open().await;
    let ask = async |mode: &str| {
        lab.control().set_mode("toutiao", "logged_out", mode).unwrap();
        lab.get(STATUS, "sessionid=gone").await
    };
    assert_eq!(ask("code_100004").await.json(), json!({"code":100_004,"message":"未登录"}));
    assert_eq!(ask("is_login_false").await.json(), json!({"code":0,"data":{"is_login":false},"message":"success"}));
    let page = ask("html_login_page").await;
    assert!(page.status == 200 && page.text.contains("/auth/page/login"));
    let away = ask("redirect_302").await;
    assert!(away.status == 302 && away.location.unwrap().ends_with("/auth/page/login/"));
    assert_eq!(ask("http_401").await.status, 401);
    assert_eq!(
        lab.get(ACCOUNT, "").await.json(),
        json!({"data":{"captcha":"","desc_url":"","description":"会话过期，请重新登录","error_code":13,"name":"session_expired"},"message":"error"})
    );
}

#[tokio::test]
async fn a_session_is_renewed_silently_and_ended_by_logout() {
    let lab = Lab::open().await;
    let jar = session(&lab, "lin").await.jar();
    assert!(lab.get(STATUS, &jar).await.set_cookies.is_empty());
    lab.control().set_mode("toutiao", "silent_renewal", "on").unwrap();
    lab.advance_s(1000);
    let guard = lab.get(STATUS, &jar).await.cookie("sid_guard").unwrap();
    assert!(guard.contains(&format!("%7C{}%7C5183000%7C", T0 + 1 + 1000)), "{guard}");
    let out = lab.get("https://mp.toutiao.com/passport/web/logout/?next=https%3A%2F%2Fmp.toutiao.com%2F", &jar).await;
    assert_eq!(out.json(), json!({"data":{"redirect_url":"https://mp.toutiao.com/"},"message":"success"}));
    assert_eq!(out.cookie("sessionid").as_deref(), Some(""));
    assert_eq!(lab.get(STATUS, &jar).await.json()["code"], json!(100_004));

    let other = session(&lab, "lin").await.jar();
    let away = lab
        .get(
            "https://sso.toutiao.com/logout/?service=https%3A%2F%2Fmp.toutiao.com%2Fpassport%2Fweb%2Flogout%2F",
            &other,
        )
        .await;
    assert_eq!(away.status, 302);
    assert_eq!(lab.get(ACCOUNT, &other).await.json()["data"]["error_code"], json!(13));
}
