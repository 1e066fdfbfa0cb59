//! Douyin and Xiaohongshu, field by field: their health answers in the shapes of the fixtures, their ways of saying no.
#![allow(clippy::unwrap_used, clippy::panic, reason = "also in the functions that the tests share")]

mod support;

use roster_sandbox::{FaultKind, NewFault};
use serde_json::{Value, json};
use support::{Got, Lab, same_shape};

const PASSPORT: &str = "https://www.douyin.com/passport/account/info/v2/?aid=6383&account_sdk_source=web";
const CENTRE: &str = "https://creator.douyin.com/web/api/media/user/info/";
const USER_INFO: &str = "https://creator.xiaohongshu.com/api/galaxy/user/info";
const PERSONAL: &str = "https://creator.xiaohongshu.com/api/galaxy/creator/home/personal_info";
const NOTES: &str = "https://creator.xiaohongshu.com/api/galaxy/creator/data/note_detail_new";

/// Logs in on the page of this host.
async fn log_in(lab: &Lab, host: &str, person: &str) -> Got {
    let code = lab.post(&format!("https://{host}/__login/code"), "", &[]).await.json();
    let text = lab.control().state().codes[0].text.clone();
    let handle = lab.control().scan(&text, person).unwrap().handle;
    lab.control().confirm(&handle).unwrap();
    lab.get(&format!("https://{host}/__login/done?key={}", code["key"].as_str().unwrap()), "").await
}

fn fixture(name: &str) -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../platforms/src/");
    serde_json::from_str(&std::fs::read_to_string(format!("{path}{name}")).unwrap()).unwrap()
}

#[tokio::test]
async fn douyin_s_passport_and_centre_name_the_person() {
    let lab = Lab::open().await;
    let jar = log_in(&lab, "creator.douyin.com", "chen").await.jar();
    let info = lab.get(PASSPORT, &jar).await.json();
    same_shape(&info, &fixture("douyin/fixtures/account-info.json"));
    assert_eq!(info["data"]["user_id_str"], "7312345678901234003");
    let centre = lab.get(CENTRE, &jar).await.json();
    same_shape(&centre, &fixture("douyin/fixtures/creator-info.json"));
    assert_eq!(centre["user"]["sec_uid"], info["data"]["sec_user_id"]);
    let foreign = lab.get("https://www.douyin.com/passport/account/info/v2/?aid=24", &jar).await.json();
    assert_eq!(foreign["data"]["error_code"], 16);
    let poll = lab.get("https://login.douyin.com/passport/web/check_qrconnect/?token=x", "").await.json();
    assert_eq!(poll["data"]["error_code"], 4031, "nobody but the page can log in");
}

#[tokio::test]
async fn douyin_says_in_its_own_ways_that_nobody_is_logged_in() {
    let lab = Lab::open().await;
    let jar = log_in(&lab, "creator.douyin.com", "lin").await.jar();
    lab.control().expire_sessions("douyin", "lin").unwrap();
    for (mode, code, name) in
        [("code_13", json!(13), true), ("name_only", Value::Null, true), ("code_only", json!(13), false)]
    {
        lab.control().set_mode("douyin", "logged_out", mode).unwrap();
        let said = lab.get(PASSPORT, &jar).await.json();
        assert_eq!((&said["data"]["error_code"], said["data"]["name"] == "session_expired"), (&code, name), "{said}");
    }
    assert_eq!(lab.get(CENTRE, &jar).await.json()["status_code"], 8);
    lab.control().set_mode("douyin", "creator_logged_out", "no_user").unwrap();
    assert_eq!(lab.get(CENTRE, &jar).await.json(), json!({ "status_code": 0 }));
}

#[tokio::test]
async fn douyin_s_guard_carries_the_life_and_is_renewed_silently() {
    let lab = Lab::open().await;
    lab.control().set_mode("douyin", "session_life", "365_days").unwrap();
    let done = log_in(&lab, "creator.douyin.com", "lin").await;
    let guard = done.cookie("sid_guard").unwrap();
    assert!(guard.starts_with(&done.cookie("sessionid").unwrap()) && guard.contains("%7C31536000%7C"), "{guard}");
    assert!(done.set_cookies.iter().any(|line| line.starts_with("csrf_session_id=") && !line.contains("Domain")));
    assert!(lab.get(PASSPORT, &done.jar()).await.set_cookies.is_empty());
    lab.control().set_mode("douyin", "silent_renewal", "on").unwrap();
    lab.advance_s(3_600);
    let renewed = lab.get(PASSPORT, &done.jar()).await.cookie("sid_guard").unwrap();
    assert!(renewed.contains("%7C31532400%7C"), "a newer stamp, the same end: {renewed}");
}

#[tokio::test]
async fn douyin_s_exits_end_the_session() {
    for exit in [
        "https://www.douyin.com/passport/web/logout/?next=https%3A%2F%2Fwww.douyin.com%2F",
        "https://sso.douyin.com/logout/?service=https%3A%2F%2Fwww.douyin.com%2F&aid=6383",
    ] {
        let lab = Lab::open().await;
        let jar = log_in(&lab, "creator.douyin.com", "lin").await.jar();
        let out = lab.get(exit, &jar).await;
        assert_eq!((out.status.as_u16(), out.cookie("sessionid").as_deref()), (302, Some("")));
        assert_eq!(lab.get(PASSPORT, &jar).await.json()["data"]["error_code"], 13);
    }
}

#[tokio::test]
async fn douyin_s_faults_speak_its_two_languages() {
    let lab = Lab::open().await;
    let jar = log_in(&lab, "creator.douyin.com", "lin").await.jar();
    for (kind, code) in [(FaultKind::Banned, 1091), (FaultKind::Muted, 1092), (FaultKind::Risk, 4031)] {
        let fault = lab.control().fault(NewFault::new("douyin", kind).of("lin")).unwrap();
        assert_eq!(lab.get(PASSPORT, &jar).await.json()["data"]["error_code"], code);
        assert_eq!(lab.get(CENTRE, &jar).await.json()["status_code"], code);
        lab.control().clear_faults(Some(fault.id));
    }
    lab.control().fault(NewFault::new("douyin", FaultKind::OldProtocol)).unwrap();
    assert_eq!(lab.get(PASSPORT, &jar).await.json()["ret"], "0");
}

#[tokio::test]
async fn xiaohongshu_s_three_questions_have_the_shapes_of_the_fixtures() {
    let lab = Lab::open().await;
    let jar = log_in(&lab, "creator.xiaohongshu.com", "song").await.jar();
    for (url, name) in [
        (USER_INFO, "xiaohongshu/fixtures/user-info.json"),
        (PERSONAL, "xiaohongshu/fixtures/personal-info.json"),
        (NOTES, "xiaohongshu/fixtures/note-detail.json"),
    ] {
        same_shape(&lab.get(url, &jar).await.json(), &fixture(name));
    }
    let info = lab.get(USER_INFO, &jar).await.json();
    assert_eq!(info["data"]["userId"], "5f0c1a2b3c4d5e6f70819205");
    assert_eq!(info["data"]["redId"], lab.get(PERSONAL, &jar).await.json()["data"]["red_num"]);
    let unsigned = lab.post("https://customer.xiaohongshu.com/api/cas/customer/web/qr-code", "", &[]).await;
    assert_eq!((unsigned.status.as_u16(), unsigned.json()["code"].clone()), (406, json!(-1)));
}

#[tokio::test]
async fn a_session_needs_both_cookies_and_belongs_to_its_site() {
    let lab = Lab::open().await;
    let done = log_in(&lab, "creator.xiaohongshu.com", "lin").await;
    let token = format!(
        "access-token-creator.xiaohongshu.com={}",
        done.cookie("access-token-creator.xiaohongshu.com").unwrap()
    );
    assert_eq!(lab.get(USER_INFO, &token).await.status.as_u16(), 401);
    let overseas = lab.get("https://creator.rednote.com/api/galaxy/user/info", &done.jar()).await;
    assert_eq!(overseas.status.as_u16(), 401);
    let guest = lab.get("https://creator.xiaohongshu.com/login", "").await;
    assert!(guest.cookie("web_session").is_some(), "guests have one, too");
    assert_eq!(lab.get(USER_INFO, &guest.jar()).await.status.as_u16(), 401);
}

#[tokio::test]
async fn xiaohongshu_says_in_its_own_ways_that_nobody_is_logged_in() {
    let lab = Lab::open().await;
    for (mode, status, code) in
        [("http_401", 401, json!(-100)), ("code_101", 200, json!(-101)), ("http_403", 403, json!(-100))]
    {
        lab.control().set_mode("xiaohongshu", "logged_out", mode).unwrap();
        let said = lab.get(USER_INFO, "").await;
        assert_eq!((said.status.as_u16(), said.json()["code"].clone()), (status, code));
    }
    lab.control().set_mode("xiaohongshu", "logged_out", "redirect_302").unwrap();
    assert!(lab.get(USER_INFO, "").await.location.unwrap().contains("/login?redirectReason=401"));
}

#[tokio::test]
async fn a_sign_on_that_outlives_the_session_renews_it_on_the_home_page() {
    let lab = Lab::open().await;
    lab.control().set_mode("xiaohongshu", "sso_life", "60_days").unwrap();
    let jar = log_in(&lab, "creator.xiaohongshu.com", "lin").await.jar();
    lab.advance_s(31 * 86_400);
    assert_eq!(lab.get(USER_INFO, &jar).await.status.as_u16(), 401);
    let home = lab.get("https://creator.xiaohongshu.com/new/home", &jar).await;
    assert!(home.text.contains("林小夏的厨房"), "{home:?}");
    assert_eq!(lab.get(USER_INFO, &home.jar()).await.status.as_u16(), 200);
    lab.advance_s(30 * 86_400);
    assert_eq!(lab.get("https://creator.xiaohongshu.com/new/home", &jar).await.status.as_u16(), 302, "too old");
}

#[tokio::test]
async fn xiaohongshu_s_captcha_says_success_and_its_codes_are_its_own() {
    let lab = Lab::open().await;
    let jar = log_in(&lab, "creator.xiaohongshu.com", "lin").await.jar();
    let mut said = Vec::new();
    for kind in [FaultKind::Captcha, FaultKind::Banned, FaultKind::Risk, FaultKind::Blocked, FaultKind::TooFast] {
        let fault = lab.control().fault(NewFault::new("xiaohongshu", kind)).unwrap();
        let got = lab.get(USER_INFO, &jar).await;
        said.push((got.status.as_u16(), got.json()["code"].as_i64().unwrap(), got.header("verifytype").is_some()));
        lab.control().clear_faults(Some(fault.id));
    }
    assert_eq!(
        said,
        [(461, 0, true), (200, 300_011, false), (200, 300_013, false), (406, -1, false), (200, -510, false)]
    );
}

#[tokio::test]
async fn both_exits_of_the_creator_centre_end_the_session() {
    for path in ["api/galaxy/user/logout", "sso/logout"] {
        let lab = Lab::open().await;
        let jar = log_in(&lab, "creator.xiaohongshu.com", "lin").await.jar();
        let out = lab.post(&format!("https://creator.xiaohongshu.com/{path}"), &jar, &[]).await;
        assert_eq!(out.cookie("galaxy_creator_session_id").as_deref(), Some(""));
        assert_eq!(lab.get(USER_INFO, &jar).await.status.as_u16(), 401);
    }
}
