//! What Bilibili answers about a session, and its renewal.
#![allow(clippy::unwrap_used, clippy::panic, reason = "also in the functions that the tests share")]

mod support;

use rsa::pkcs8::DecodePublicKey as _;
use rsa::rand_core::OsRng;
use rsa::{Oaep, RsaPublicKey, sha2::Sha256};
use serde_json::{Value, json};
use support::{Got, Lab, T0, same_shape};

const NAV: &str = "https://api.bilibili.com/x/web-interface/nav";
const INFO: &str = "https://passport.bilibili.com/x/passport-login/web/cookie/info";
const REFRESH: &str = "https://passport.bilibili.com/x/passport-login/web/cookie/refresh";
const CONFIRM: &str = "https://passport.bilibili.com/x/passport-login/web/confirm/refresh";

struct Login {
    jar: String,
    csrf: String,
    token: String,
}

async fn login(lab: &Lab, person: &str) -> Login {
    let code = lab.get("https://passport.bilibili.com/x/passport-login/web/qrcode/generate", "").await.json();
    let handle = lab.control().scan(code["data"]["url"].as_str().unwrap(), person).unwrap().handle;
    lab.control().confirm(&handle).unwrap();
    let key = code["data"]["qrcode_key"].as_str().unwrap();
    let url = format!("https://passport.bilibili.com/x/passport-login/web/qrcode/poll?qrcode_key={key}");
    of(&lab.get(&url, "").await)
}

fn of(got: &Got) -> Login {
    let token = got.json()["data"]["refresh_token"].as_str().unwrap().to_owned();
    Login { jar: got.jar(), csrf: got.cookie("bili_jct").unwrap(), token }
}

fn correspond_url(lab: &Lab, text: &str) -> String {
    let pem = lab.sandbox.settings()["bilibili.correspond_public_key"].clone();
    let key = RsaPublicKey::from_public_key_pem(&pem).unwrap();
    let sealed = key.encrypt(&mut OsRng, Oaep::new::<Sha256>(), text.as_bytes()).unwrap();
    format!("https://www.bilibili.com/correspond/1/{}", hex::encode(sealed))
}

async fn refresh_csrf(lab: &Lab, jar: &str) -> String {
    let page = lab.get(&correspond_url(lab, &format!("refresh_{}", T0 * 1000)), jar).await;
    page.text.split("<div id=\"1-name\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

fn code(value: &Value) -> i64 {
    value["code"].as_i64().unwrap()
}

#[tokio::test]
async fn nav_names_the_person() {
    let lab = Lab::open().await;
    let six = lab.get(NAV, &login(&lab, "lin").await.jar).await.json();
    let fixture = json!({"code":0,"message":"0","ttl":1,"data":{"isLogin":true,"email_verified":1,"face":"","face_nft":0,"level_info":{"current_level":6,"current_min":28800,"current_exp":1,"next_exp":"--"},"mid":1,"mobile_verified":1,"money":1.5,"moral":70,"official":{"role":0,"title":"","desc":"","type":-1},"officialVerify":{"type":-1,"desc":""},"pendant":{"pid":0,"name":"","image":"","expire":0},"scores":0,"uname":"","vipDueDate":1,"vipStatus":1,"vipType":2,"vip_pay_type":0,"vip":{"type":2,"status":1,"due_date":1,"vip_pay_type":0,"theme_type":0,"label":{"path":"","text":"","label_theme":""},"avatar_subscript":1,"nickname_color":"","role":3},"wallet":{"mid":1,"bcoin_balance":5,"coupon_balance":5,"coupon_due_time":0},"has_shop":false,"shop_url":"","answer_status":0,"is_senior_member":1,"wbi_img":{"img_url":"","sub_url":""},"is_jury":false}});
    same_shape(&six, &fixture);
    assert_eq!(six["data"]["mid"], json!(3_546_500_000_000_001_u64));
    assert_eq!(six["data"]["level_info"]["next_exp"], json!("--"), "level 6 writes a text");
    let five = lab.get(NAV, &login(&lab, "zhou").await.jar).await.json();
    assert_eq!(five["data"]["level_info"]["next_exp"], json!(28_800), "level 5 writes a number");
    let face = six["data"]["face"].as_str().unwrap();
    let picture = lab.get(face, "").await;
    assert_eq!(picture.header("content-type"), Some("image/png"));
}

#[tokio::test]
async fn logged_out_answers_come_in_both_forms() {
    let lab = Lab::open().await;
    assert!(lab.get(NAV, "SESSDATA=unknown").await.json()["data"].is_object());
    lab.control().set_mode("bilibili", "logged_out", "null").unwrap();
    assert_eq!(lab.get(NAV, "").await.json(), json!({"code":-101,"message":"账号未登录","ttl":1,"data":null}));
    for url in [
        "https://api.bilibili.com/x/space/myinfo",
        "https://api.bilibili.com/x/web-interface/nav/stat",
        "https://member.bilibili.com/x/web/index/stat",
        INFO,
    ] {
        assert_eq!(code(&lab.get(url, "").await.json()), -101, "{url}");
    }
}

#[tokio::test]
async fn the_numbers_of_a_creator() {
    let lab = Lab::open().await;
    let jar = login(&lab, "chen").await.jar;
    let ask = async |url: &str, jar: &str| lab.get(url, jar).await.json();
    let myinfo = ask("https://api.bilibili.com/x/space/myinfo", &jar).await;
    same_shape(
        &myinfo["data"],
        &json!({"mid":1,"name":"","sex":"","face":"","sign":"","rank":1,"level":5,"jointime":0,"moral":70,"silence":0,"email_status":1,"tel_status":1,"identification":1,"vip":{"type":0,"status":0,"due_date":0,"label":{"path":"","text":"","label_theme":""}},"official":{"role":0,"title":"","desc":"","type":-1},"birthday":0,"is_tourist":0,"is_fake_account":0,"pin_prompting":0,"is_deleted":0,"level_exp":{"current_level":5,"current_min":1,"current_exp":1},"coins":9.5,"following":1,"follower":1}),
    );
    assert_eq!(myinfo["data"]["silence"], json!(0));
    assert!(myinfo["data"]["face"].as_str().unwrap().starts_with("http://"));
    let stat = ask("https://api.bilibili.com/x/web-interface/nav/stat", &jar).await;
    same_shape(&stat["data"], &json!({"following":1,"follower":1,"dynamic_count":1}));
    let relation = ask("https://api.bilibili.com/x/relation/stat?vmid=3546500000000003", "").await;
    assert_eq!(
        relation["data"],
        json!({"mid":3_546_500_000_000_003_u64,"following":44,"whisper":0,"black":0,"follower":1_022_310})
    );
    let upstat = "https://api.bilibili.com/x/space/upstat?mid=3546500000000003";
    same_shape(&ask(upstat, &jar).await["data"], &json!({"archive":{"view":1},"article":{"view":1},"likes":1}));
    assert_eq!(ask(upstat, "").await, json!({"code":0,"message":"0","ttl":1,"data":{}}), "success with nothing in it");
    let totals = ask("https://member.bilibili.com/x/web/index/stat", &jar).await;
    same_shape(
        &totals["data"],
        &json!({"inc_coin":0,"inc_elec":0,"inc_fav":2,"inc_like":7,"inc_share":1,"incr_click":1,"incr_dm":4,"incr_fans":1,"incr_reply":3,"total_click":1,"total_coin":1,"total_dm":1,"total_elec":0,"total_fans":1,"total_fav":1,"total_like":1,"total_reply":1,"total_share":1}),
    );
}

#[tokio::test]
async fn devices_get_their_ids_in_both_ways() {
    let lab = Lab::open().await;
    let home = lab.get("https://www.bilibili.com/", "").await;
    assert!(home.cookie("buvid3").unwrap().ends_with("infoc"));
    assert_eq!(home.cookie("b_nut").unwrap(), T0.to_string());
    let spi = lab.get("https://api.bilibili.com/x/frontend/finger/spi", "").await.json();
    assert_eq!(spi["message"], json!("ok"));
    same_shape(&spi["data"], &json!({"b_3":"","b_4":""}));
}

#[tokio::test]
async fn a_session_is_due_for_renewal_by_age_or_by_order() {
    let lab = Lab::open().await;
    let jar = login(&lab, "lin").await.jar;
    let fixture =
        |due: bool, at: i64| json!({"code":0,"message":"0","ttl":1,"data":{"refresh":due,"timestamp":at * 1000}});
    assert_eq!(lab.get(INFO, &jar).await.json(), fixture(false, T0));
    lab.control().set_mode("bilibili", "renewal", "due").unwrap();
    assert_eq!(lab.get(INFO, &jar).await.json(), fixture(true, T0));
    lab.control().set_mode("bilibili", "renewal", "by_age").unwrap();
    lab.advance_s(30 * 86_400);
    assert_eq!(lab.get(INFO, &jar).await.json(), fixture(true, T0 + 30 * 86_400));
}

#[tokio::test]
async fn the_correspond_page_opens_for_fresh_paths_only() {
    let lab = Lab::open().await;
    let jar = login(&lab, "lin").await.jar;
    let ask = async |text: String| lab.get(&correspond_url(&lab, &text), &jar).await;
    let ms = T0 * 1000;
    let page = ask(format!("refresh_{ms}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("<div id=\"1-name\">"));
    for bad in
        [format!("refresh_{}", ms - 60_000), format!("refresh_{}", ms + 60_000), format!("set_{ms}"), format!("{ms}")]
    {
        assert_eq!(ask(bad.clone()).await.status, 404, "{bad}");
    }
    assert_eq!(ask(format!("refresh_{}", ms - 59_999)).await.status, 200);
    let nonsense = lab.get("https://www.bilibili.com/correspond/1/00ff", &jar).await;
    assert_eq!((nonsense.status.as_u16(), nonsense.header("content-type")), (404, Some("text/html; charset=utf-8")));
    let stranger = lab.get(&correspond_url(&lab, &format!("refresh_{ms}")), "").await;
    assert_eq!(stranger.status, 200);
    assert!(!stranger.text.contains("1-name"), "no session, no element");
    lab.control().set_mode("bilibili", "correspond_prefix", "set_").unwrap();
    assert_eq!(ask(format!("refresh_{ms}")).await.status, 404);
    assert_eq!(ask(format!("set_{ms}")).await.status, 200);
}

#[tokio::test]
async fn a_renewal_replaces_the_session_after_its_confirmation() {
    let lab = Lab::open().await;
    let old = login(&lab, "lin").await;
    let csrf = refresh_csrf(&lab, &old.jar).await;
    let form = |csrf: &'static str, refresh_csrf: &'static str, token: &'static str| {
        [("csrf", csrf), ("refresh_csrf", refresh_csrf), ("source", "main_web"), ("refresh_token", token)]
    };
    assert_eq!(code(&lab.post(REFRESH, "", &form("x", "x", "x")).await.json()), -101);
    assert_eq!(code(&lab.post(REFRESH, &old.jar, &form("x", "x", "x")).await.json()), -111);
    let wrong = [("csrf", &*old.csrf), ("refresh_csrf", "x"), ("source", "main_web"), ("refresh_token", &*old.token)];
    assert_eq!(
        lab.post(REFRESH, &old.jar, &wrong).await.json(),
        json!({"code":86095,"message":"refresh_csrf error","ttl":1})
    );
    let wrong = [("csrf", &*old.csrf), ("refresh_csrf", &*csrf), ("source", "main_web"), ("refresh_token", "x")];
    assert_eq!(code(&lab.post(REFRESH, &old.jar, &wrong).await.json()), 86095);
    let right =
        [("csrf", &*old.csrf), ("refresh_csrf", &*csrf), ("source", "main_web"), ("refresh_token", &*old.token)];
    let renewed = lab.post(REFRESH, &old.jar, &right).await;
    same_shape(
        &renewed.json(),
        &json!({"code":0,"message":"0","ttl":1,"data":{"status":0,"message":"","refresh_token":""}}),
    );
    let new = of(&renewed);
    assert_ne!(new.jar, old.jar);
    assert_eq!(code(&lab.post(REFRESH, &old.jar, &right).await.json()), 86095, "the one-time csrf is used up");
    for jar in [&old.jar, &new.jar] {
        assert_eq!(code(&lab.get(NAV, jar).await.json()), 0, "both live until the confirmation");
    }
    let confirm = async |jar: &str, csrf: &str, token: &str| {
        lab.post(CONFIRM, jar, &[("csrf", csrf), ("refresh_token", token)]).await.json()
    };
    assert_eq!(code(&confirm("", "x", "x").await), -101);
    assert_eq!(code(&confirm(&new.jar, &old.csrf, &old.token).await), -111);
    assert_eq!(code(&confirm(&new.jar, &new.csrf, &new.token).await), -400, "it wants the old token");
    assert_eq!(confirm(&new.jar, &new.csrf, &old.token).await, json!({"code":0,"message":"0","ttl":1}));
    assert_eq!(code(&lab.get(NAV, &old.jar).await.json()), -101, "the old session is over");
    assert_eq!(code(&lab.get(NAV, &new.jar).await.json()), 0);
}

#[tokio::test]
async fn sessions_end_after_180_days_or_when_the_platform_says_so() {
    let lab = Lab::open().await;
    let jar = login(&lab, "lin").await.jar;
    let other = login(&lab, "zhou").await.jar;
    assert_eq!(lab.control().expire_sessions("bilibili", "lin").unwrap(), 1);
    assert_eq!(code(&lab.get(NAV, &jar).await.json()), -101);
    assert_eq!(code(&lab.get(NAV, &other).await.json()), 0, "somebody else's session is not touched");
    lab.advance_s(180 * 86_400);
    assert_eq!(code(&lab.get(NAV, &other).await.json()), -101);
}
