//! Faults on demand: each kind does what it says, for whom it says, as often as it says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "also in the functions that the tests share")]

mod support;

use std::time::{Duration, Instant};

use roster_sandbox::{FaultKind, NewFault};
use serde_json::{Value, json};
use support::{Got, Lab};

const NAV: &str = "https://api.bilibili.com/x/web-interface/nav";
const STATUS: &str = "https://mp.toutiao.com/mp/agw/media/user_login_status_api";
const ACCOUNT: &str = "https://mp.toutiao.com/passport/account/info/v2/?aid=1231";

async fn bilibili(lab: &Lab, person: &str) -> String {
    let (text, url) = bilibili_code(lab).await;
    let handle = lab.control().scan(&text, person).unwrap().handle;
    lab.control().confirm(&handle).unwrap();
    lab.get(&url, "").await.jar()
}

/// The code's text, and the address to poll.
async fn bilibili_code(lab: &Lab) -> (String, String) {
    let code = lab.get("https://passport.bilibili.com/x/passport-login/web/qrcode/generate", "").await.json();
    let key = code["data"]["qrcode_key"].as_str().unwrap();
    let url = format!("https://passport.bilibili.com/x/passport-login/web/qrcode/poll?qrcode_key={key}");
    (code["data"]["url"].as_str().unwrap().to_owned(), url)
}

async fn toutiao(lab: &Lab, person: &str) -> String {
    lab.control().set_mode("toutiao", "confirm", "cookies_on_poll").unwrap();
    let query = "aid=1231&service=https%3A%2F%2Fmp.toutiao.com";
    let code = lab.get(&format!("https://sso.toutiao.com/get_qrcode/?{query}"), "").await.json();
    let handle = lab.control().scan(code["data"]["qrcode_index_url"].as_str().unwrap(), person).unwrap().handle;
    lab.control().confirm(&handle).unwrap();
    let token = code["data"]["token"].as_str().unwrap();
    lab.get(&format!("https://sso.toutiao.com/check_qrconnect/?{query}&token={token}"), "").await.jar()
}

/// Orders one fault at `nav` and asks.
async fn nav_with(lab: &Lab, jar: &str, kind: FaultKind) -> Got {
    lab.control().fault(NewFault::new("bilibili", kind).at("nav").times(1)).unwrap();
    lab.get(NAV, jar).await
}

fn code(got: &Got) -> i64 {
    got.json()["code"].as_i64().unwrap()
}

#[tokio::test]
async fn bilibili_says_each_fault_in_its_own_words() {
    let lab = Lab::open().await;
    let jar = bilibili(&lab, "lin").await;
    let expired = nav_with(&lab, &jar, FaultKind::Expired).await;
    assert_eq!((expired.status.as_u16(), code(&expired)), (200, -101));
    assert_eq!(code(&nav_with(&lab, &jar, FaultKind::Banned).await), -102);
    let captcha = nav_with(&lab, &jar, FaultKind::Captcha).await.json();
    assert!(captcha["code"] == json!(0) && captcha["data"]["v_voucher"].as_str().unwrap().starts_with("voucher_"));
    let risk = nav_with(&lab, &jar, FaultKind::Risk).await;
    assert_eq!(risk.json()["data"]["v_voucher"].as_str(), risk.header("x-bili-gaia-vvoucher"));
    assert_eq!(code(&risk), -352);
    let blocked = nav_with(&lab, &jar, FaultKind::Blocked).await;
    assert_eq!(blocked.status, 412);
    assert_eq!(blocked.json(), json!({"code":-412,"message":"请求被拦截","ttl":1,"data":null}));
    let page = nav_with(&lab, &jar, FaultKind::BlockedHtml).await;
    assert!(page.status == 412 && page.text.starts_with("<!DOCTYPE html>"));
    let fast = nav_with(&lab, &jar, FaultKind::TooFast).await;
    assert_eq!((fast.status.as_u16(), code(&fast)), (200, -799));
    let old = nav_with(&lab, &jar, FaultKind::OldProtocol).await.json();
    assert!(old["data"]["isLogin"] == json!(true) && old["data"].get("vip").is_none());
    assert_eq!(code(&lab.get(NAV, &jar).await), 0, "all of them have worn out, and none has hurt the session");
}

#[tokio::test]
async fn toutiao_says_each_fault_in_its_own_words() {
    let lab = Lab::open().await;
    let jar = toutiao(&lab, "lin").await;
    let ask = async |kind| {
        lab.control().fault(NewFault::new("toutiao", kind).at("user_login_status_api").times(1)).unwrap();
        lab.get(STATUS, &jar).await
    };
    assert_eq!(ask(FaultKind::Expired).await.json()["code"], json!(100_004));
    for (kind, wanted) in [
        (FaultKind::Banned, 1091),
        (FaultKind::Muted, 1092),
        (FaultKind::Captcha, 1105),
        (FaultKind::Risk, 4031),
        (FaultKind::TooFast, 7),
    ] {
        assert_eq!(ask(kind).await.json()["code"], json!(wanted), "{kind:?}: the creator centre's envelope");
        lab.control().fault(NewFault::new("toutiao", kind).at("account/info").times(1)).unwrap();
        let body = lab.get(ACCOUNT, &jar).await.json();
        let said = (body["message"].as_str(), body["data"]["error_code"].as_i64());
        assert_eq!(said, (Some("error"), Some(wanted)), "{kind:?}: the passport's envelope");
    }
    assert_eq!(ask(FaultKind::Blocked).await.text, "blocked");
    lab.control().fault(NewFault::new("toutiao", FaultKind::OldProtocol).times(1)).unwrap();
    let old = lab.get(ACCOUNT, &jar).await.json();
    assert_eq!((old["ret"].as_str(), old["data"]["user_id"].as_str()), (Some("0"), Some("7212345678901234001")));
    assert_eq!(lab.get(STATUS, &jar).await.json()["data"]["is_login"], json!(true));
}

#[tokio::test]
async fn the_ways_of_a_network_are_the_same_everywhere() {
    let lab = Lab::open().await;
    let jar = bilibili(&lab, "lin").await;
    let limited = nav_with(&lab, &jar, FaultKind::RateLimited).await;
    assert_eq!((limited.status.as_u16(), limited.header("retry-after")), (429, None));
    let fault = NewFault { retry_after_s: Some(90), ..NewFault::new("bilibili", FaultKind::RateLimited).times(1) };
    lab.control().fault(fault).unwrap();
    assert_eq!(lab.get(NAV, &jar).await.header("retry-after"), Some("90"));
    assert_eq!(nav_with(&lab, &jar, FaultKind::ServerError).await.status, 503);
    let fault = NewFault { status: Some(504), ..NewFault::new("bilibili", FaultKind::ServerError).times(1) };
    lab.control().fault(fault).unwrap();
    assert_eq!(lab.get(NAV, &jar).await.status, 504);
    let page = nav_with(&lab, &jar, FaultKind::Html).await;
    assert!(page.status == 200 && page.text.starts_with('<') && !page.text.contains("/auth/page/login"));
    assert_eq!(nav_with(&lab, &jar, FaultKind::Empty).await.text, "");
    assert!(nav_with(&lab, &jar, FaultKind::UnknownShape).await.json().get("code").is_none());
    let half = nav_with(&lab, &jar, FaultKind::Truncated).await;
    assert!(half.text.starts_with("{\"code\":0") && serde_json::from_str::<Value>(&half.text).is_err());
}

#[tokio::test]
async fn a_reset_arrives_as_a_broken_connection() {
    let lab = Lab::open().await;
    let jar = bilibili(&lab, "lin").await;
    lab.control().fault(NewFault::new("bilibili", FaultKind::Reset).at("nav").times(2)).unwrap();
    for _ in 0..2 {
        let broken = lab.try_get(NAV, &jar).await.unwrap_err();
        assert!(broken.is_request() && !broken.is_timeout(), "{broken:?}");
    }
    assert_eq!(code(&lab.get(NAV, &jar).await), 0);
}

#[tokio::test]
async fn after_a_lost_answer_the_deed_is_done() {
    let lab = Lab::open().await;
    for (kind, left) in [(FaultKind::Reset, 0), (FaultKind::ResetAfter, 86038)] {
        let (text, url) = bilibili_code(&lab).await;
        let handle = lab.control().scan(&text, "lin").unwrap().handle;
        lab.control().confirm(&handle).unwrap();
        lab.control().fault(NewFault::new("bilibili", kind).at("qrcode/poll").times(1)).unwrap();
        assert!(lab.try_get(&url, "").await.is_err());
        assert_eq!(lab.get(&url, "").await.json()["data"]["code"], json!(left), "{kind:?}");
    }
}

#[tokio::test]
async fn a_hanging_answer_ends_with_the_sandbox() {
    let lab = Lab::open().await;
    lab.control().fault(NewFault::new("bilibili", FaultKind::Hang)).unwrap();
    let url = lab.local(NAV);
    let client = lab.client.clone();
    let asked = tokio::spawn(async move { client.get(url).send().await });
    while lab.control().counters().is_empty() {
        tokio::task::yield_now().await;
    }
    let began = Instant::now();
    lab.sandbox.stop().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(60), "ten minutes were ordered");
    assert!(asked.await.unwrap().is_err());
}

#[tokio::test]
async fn slow_answers_are_late_and_right() {
    let lab = Lab::open().await;
    let jar = bilibili(&lab, "lin").await;
    let fault = NewFault { ms: Some(120), ..NewFault::new("bilibili", FaultKind::Slow).times(1) };
    lab.control().fault(fault).unwrap();
    let began = Instant::now();
    assert_eq!(code(&lab.get(NAV, &jar).await), 0);
    assert!(began.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn a_fault_strikes_whom_and_where_it_was_ordered() {
    let lab = Lab::open().await;
    let (lin, zhou) = (bilibili(&lab, "lin").await, bilibili(&lab, "zhou").await);
    lab.control().fault(NewFault::new("bilibili", FaultKind::Banned).of("lin")).unwrap();
    for _ in 0..3 {
        assert_eq!(code(&lab.get(NAV, &lin).await), -102, "until it is taken away");
    }
    assert_eq!(code(&lab.get(NAV, &zhou).await), 0);
    assert_eq!(lab.control().clear_faults(None), 1);
    assert_eq!(code(&lab.get(NAV, &lin).await), 0);

    let myinfo = "https://api.bilibili.com/x/space/myinfo";
    lab.control().fault(NewFault::new("bilibili", FaultKind::Muted).of("zhou").times(1)).unwrap();
    assert_eq!(code(&lab.get(NAV, &zhou).await), 0, "nav does not know who is muted, and does not use the fault up");
    assert_eq!(lab.get(myinfo, &lin).await.json()["data"]["silence"], json!(0));
    assert_eq!(lab.get(myinfo, &zhou).await.json()["data"]["silence"], json!(1));
    assert_eq!(lab.get(myinfo, &zhou).await.json()["data"]["silence"], json!(0));
}

#[tokio::test]
async fn pictures_do_not_use_faults_up() {
    let lab = Lab::open().await;
    lab.control().fault(NewFault::new("bilibili", FaultKind::Html).times(1)).unwrap();
    let picture = lab.get("https://i0.hdslb.com/bfs/face/lin.png", "").await;
    assert_eq!(picture.header("content-type"), Some("image/png"));
    assert!(lab.get(NAV, "").await.text.starts_with('<'));
}

#[tokio::test]
async fn last_years_poll_still_hands_out_one_session() {
    let lab = Lab::open().await;
    let (text, url) = bilibili_code(&lab).await;
    lab.control().fault(NewFault::new("bilibili", FaultKind::OldProtocol).at("qrcode/poll").times(1)).unwrap();
    assert_eq!(lab.get(&url, "").await.json()["data"]["code"], json!(86101), "waiting looks the same in both years");
    let handle = lab.control().scan(&text, "lin").unwrap().handle;
    lab.control().confirm(&handle).unwrap();
    let done = lab.get(&url, "").await;
    assert!(done.set_cookies.is_empty());
    assert!(done.json()["data"]["url"].as_str().unwrap().contains("&SESSDATA="));
    assert_eq!(lab.get(&url, "").await.json()["data"]["code"], json!(86038));
    assert_eq!(lab.control().sessions().len(), 1);
}
