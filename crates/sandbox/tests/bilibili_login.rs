//! Bilibili's login, field by field.
#![allow(clippy::unwrap_used, clippy::panic, reason = "also in the functions that the tests share")]

mod support;

use serde_json::{Value, json};
use support::{Got, Lab, T0, same_shape};

const GENERATE: &str = "https://passport.bilibili.com/x/passport-login/web/qrcode/generate";
const NAV: &str = "https://api.bilibili.com/x/web-interface/nav";
const EXIT: &str = "https://passport.bilibili.com/login/exit/v2";

async fn code(lab: &Lab) -> (String, String) {
    let data = lab.get(GENERATE, "").await.json()["data"].clone();
    (data["url"].as_str().unwrap().to_owned(), data["qrcode_key"].as_str().unwrap().to_owned())
}

async fn poll(lab: &Lab, key: &str) -> Got {
    lab.get(&format!("https://passport.bilibili.com/x/passport-login/web/qrcode/poll?qrcode_key={key}"), "").await
}

async fn confirmed(lab: &Lab, person: &str) -> Got {
    let (text, key) = code(lab).await;
    let handle = lab.control().scan(&text, person).unwrap().handle;
    lab.control().confirm(&handle).unwrap();
    poll(lab, &key).await
}

fn state(got: &Got) -> i64 {
    got.json()["data"]["code"].as_i64().unwrap()
}

#[tokio::test]
async fn a_code_is_made_in_both_address_forms() {
    let lab = Lab::open().await;
    let got = lab.get(GENERATE, "").await;
    let body = got.json();
    let key = body["data"]["qrcode_key"].as_str().unwrap();
    assert_eq!(key.len(), 32);
    let wanted = format!(
        "https://account.bilibili.com/h5/account-h5/auth/scan-web?navhide=1&callback=close&qrcode_key={key}&from="
    );
    assert_eq!(body, json!({"code":0,"message":"0","ttl":1,"data":{"url":wanted,"qrcode_key":key}}));
    lab.control().set_mode("bilibili", "qr_url", "passport").unwrap();
    assert!(
        code(&lab)
            .await
            .0
            .starts_with("https://passport.bilibili.com/h5-app/passport/login/scan?navhide=1&qrcode_key=")
    );
}

#[tokio::test]
async fn a_login_goes_through_its_states_and_is_handed_out_once() {
    let lab = Lab::open().await;
    let (text, key) = code(&lab).await;
    let waiting = |code: i64, message: &str| json!({"code":0,"message":"0","ttl":1,"data":{"url":"","refresh_token":"","timestamp":0,"code":code,"message":message}});
    assert_eq!(poll(&lab, &key).await.json(), waiting(86101, "未扫码"));
    let handle = lab.control().scan(&text, "lin").unwrap().handle;
    assert_eq!(poll(&lab, &key).await.json(), waiting(86090, "二维码已扫码未确认"));
    lab.control().confirm(&handle).unwrap();
    let done = poll(&lab, &key).await;
    assert_eq!(state(&done), 0);
    let data = done.json()["data"].clone();
    assert_eq!(data["timestamp"], json!(T0 * 1000));
    assert_eq!(data["refresh_token"].as_str().unwrap().len(), 32);
    let url = data["url"].as_str().unwrap();
    assert!(url.starts_with("https://passport.biligame.com/x/passport-login/web/crossDomain?ticket="), "{url}");
    assert!(!url.contains("SESSDATA"), "the query carries no session since August 2026");
    let again = poll(&lab, &key).await;
    assert_eq!(again.json(), waiting(86038, "二维码已失效"));
    assert!(again.set_cookies.is_empty());
}

#[tokio::test]
async fn the_five_cookies_are_written_as_the_service_writes_them() {
    let lab = Lab::open().await;
    let done = confirmed(&lab, "lin").await;
    let names: Vec<_> = done.set_cookies.iter().map(|line| line.split('=').next().unwrap()).collect();
    assert_eq!(names, ["SESSDATA", "bili_jct", "DedeUserID", "DedeUserID__ckMd5", "sid"]);
    let tail = "; Path=/; Domain=bilibili.com.localhost; Expires=Sat, 20 Mar 2027 14:13:20 GMT";
    for line in &done.set_cookies[1..] {
        assert!(line.ends_with(tail), "{line}");
    }
    assert!(done.set_cookies[0].ends_with(&format!("{tail}; HttpOnly; Secure")));
    let sessdata = done.cookie("SESSDATA").unwrap();
    let parts: Vec<_> = sessdata.split("%2C").collect();
    assert_eq!((parts[0].len(), parts[1]), (8, "1805552000"));
    assert_eq!(&parts[2][5..8], "%2A");
    assert_eq!(done.cookie("DedeUserID").unwrap(), "3546500000000001");
    assert_eq!(done.cookie("DedeUserID__ckMd5").unwrap().len(), 16);
}

#[tokio::test]
async fn under_the_real_name_cookies_carry_the_real_domain() {
    let lab = Lab::open().await;
    let url = format!("http://www.bilibili.com:{}/", lab.sandbox.addr().port());
    let got =
        support::read(lab.client.get(url).header("user-agent", support::AGENT).send().await.unwrap()).await.unwrap();
    assert!(got.set_cookies.iter().all(|line| line.contains("Domain=.bilibili.com;")), "{:?}", got.set_cookies);
}

#[tokio::test]
async fn a_code_lives_180_seconds() {
    let lab = Lab::open().await;
    let (text, key) = code(&lab).await;
    lab.advance_s(179);
    assert_eq!(state(&poll(&lab, &key).await), 86101);
    lab.advance_s(1);
    assert_eq!(state(&poll(&lab, &key).await), 86038);
    assert!(lab.control().scan(&text, "lin").is_err(), "an expired code cannot be scanned");
    assert_eq!(state(&poll(&lab, "00000000000000000000000000000000").await), 86038);
}

#[tokio::test]
async fn a_refusal_ends_the_code_in_the_chosen_way() {
    let lab = Lab::open().await;
    for (mode, wanted) in [("expired", 86038), ("fatal", 86083)] {
        lab.control().set_mode("bilibili", "refusal", mode).unwrap();
        let (text, key) = code(&lab).await;
        let handle = lab.control().scan(&text, "zhou").unwrap().handle;
        lab.control().refuse(&handle).unwrap();
        assert_eq!(state(&poll(&lab, &key).await), wanted);
        assert!(lab.control().confirm(&handle).is_err(), "refused is refused");
    }
}

#[tokio::test]
async fn a_ticket_gives_the_session_once() {
    let lab = Lab::open().await;
    lab.control().set_mode("bilibili", "delivery", "ticket_only").unwrap();
    let done = confirmed(&lab, "zhou").await;
    assert!(done.set_cookies.is_empty(), "the poll answer itself has no cookies in this mode");
    let url = done.json()["data"]["url"].as_str().unwrap().to_owned();
    let followed = lab.get(&url, "").await;
    assert_eq!(followed.status, 302);
    let port = lab.sandbox.addr().port();
    assert_eq!(followed.location.as_deref(), Some(format!("http://www.bilibili.com.localhost:{port}/").as_str()));
    assert_eq!(followed.set_cookies.len(), 5);
    let nav = lab.get(NAV, &followed.jar()).await.json();
    assert_eq!(nav["data"]["uname"], json!("周末去爬山"));
    let again = lab.get(&url, "").await;
    assert_eq!((again.status.as_u16(), again.set_cookies.len()), (302, 0));
}

#[tokio::test]
async fn the_old_delivery_writes_the_session_into_the_query() {
    let lab = Lab::open().await;
    lab.control().set_mode("bilibili", "delivery", "legacy_query").unwrap();
    let done = confirmed(&lab, "lin").await;
    assert!(done.set_cookies.is_empty());
    let url = done.json()["data"]["url"].as_str().unwrap().to_owned();
    let raw = url.split("SESSDATA=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    assert!(url.contains("&Expires=1805552000&SESSDATA="), "{url}");
    let nav = lab.get(NAV, &format!("SESSDATA={raw}")).await.json();
    assert_eq!(nav["data"]["isLogin"], json!(true), "the encoded value is the cookie's value");
}

#[tokio::test]
async fn a_login_without_a_token_for_renewal_exists_too() {
    let lab = Lab::open().await;
    lab.control().set_mode("bilibili", "refresh_token", "empty").unwrap();
    let done = confirmed(&lab, "lin").await;
    assert_eq!(done.json()["data"]["refresh_token"], json!(""));
    assert_eq!(done.set_cookies.len(), 5);
}

#[tokio::test]
async fn logout_checks_the_csrf_and_ends_the_session() {
    let lab = Lab::open().await;
    let done = confirmed(&lab, "lin").await;
    let (jar, csrf) = (done.jar(), done.cookie("bili_jct").unwrap());
    let wrong = lab.post(EXIT, &jar, &[("biliCSRF", "nonsense")]).await.json();
    assert_eq!((wrong["code"].as_i64(), wrong["status"].as_bool()), (Some(2202), Some(false)));
    assert_eq!(lab.get(NAV, &jar).await.json()["code"], json!(0), "still alive");
    let out = lab.post(EXIT, &jar, &[("biliCSRF", &csrf)]).await;
    let fixture = json!({"code":0,"status":true,"ts":T0,"data":{"redirectUrl":"https://passport.biligame.com/crossDomain?DedeUserID=&DedeUserID__ckMd5=&SESSDATA=&bili_jct=&gourl=javascript%3Ahistory.go%28-1%29"}});
    assert_eq!(out.json(), fixture);
    assert_eq!(out.cookie("SESSDATA").as_deref(), Some(""));
    assert_eq!(lab.get(NAV, &jar).await.json()["code"], json!(-101));
    let dead = lab.post(EXIT, &jar, &[("biliCSRF", &csrf)]).await;
    assert!(dead.header("content-type").unwrap().starts_with("text/html"), "a dead session gets a page");
    same_shape(
        &lab.get(NAV, "").await.json(),
        &json!({"code":-101,"message":"","ttl":1,"data":{"isLogin":false,"wbi_img":{"img_url":"","sub_url":""}}}),
    );
}

#[tokio::test]
async fn a_caller_without_a_browsers_name_meets_risk_control() {
    let lab = Lab::open().await;
    let bare = lab.client.get(lab.local(NAV)).send().await.unwrap();
    let voucher = bare.headers().get("x-bili-gaia-vvoucher").unwrap().to_str().unwrap().to_owned();
    let body: Value = bare.json().await.unwrap();
    assert_eq!(body, json!({"code":-352,"message":"风控校验失败","ttl":1,"data":{"v_voucher":voucher}}));
}
