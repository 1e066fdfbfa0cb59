//! Jimeng and Dreamina: both dialects, the checksum, the clusters, the way in and out.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use md5::{Digest, Md5};
use reqwest::StatusCode;
use roster_sandbox::{FaultKind, NewFault};
use serde_json::{Value, json};
use support::{AGENT, Got, Lab, T0, read, same_shape};

const JIMENG: &str = "https://jimeng.jianying.com";
const DREAMINA: &str = "https://dreamina.capcut.com";
const QUERY: &str = "account_sdk_source=web&device_platform=web&webId=7412345678901234567&da_version=3.3.2&web_version=7.5.0&aigc_features=app_lip_sync&web_component_open_flag=1";

/// Logs a person in at the page, and answers the cookies.
async fn cookies(lab: &Lab, home: &str, person: &str) -> String {
    let made = lab.post(&format!("{home}/__login/code"), "", &[]).await.json();
    let key = made["key"].as_str().unwrap().to_owned();
    let code = lab.control().scan(&format!("{home}/__login/scan?key={key}"), person).unwrap();
    lab.control().confirm(&code.handle).unwrap();
    let done = lab.get(&format!("{home}/__login/done?key={key}"), "").await;
    assert_eq!(done.status, StatusCode::FOUND);
    assert!(done.set_cookies.iter().any(|line| line.starts_with("sessionid=") && line.contains("HttpOnly")));
    done.jar()
}

async fn post(lab: &Lab, url: &str, cookies: &str, headers: &[(&str, String)]) -> Got {
    let request = lab.client.post(lab.local(url)).header("user-agent", AGENT).header("cookie", cookies);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
    read(request.body("{}").send().await.unwrap()).await.unwrap()
}

async fn info(lab: &Lab, cookies: &str) -> Value {
    let url = format!("{JIMENG}/passport/account/info/v2?aid=513695&region=cn&{QUERY}");
    let referer = format!("{JIMENG}/ai-tool/image/generate");
    post(lab, &url, cookies, &[("referer", referer)]).await.json()
}

fn signed(path: &str, aid: &str, time: i64) -> Vec<(&'static str, String)> {
    let tail = &path[path.len() - 7..];
    let sum = hex::encode(Md5::digest(format!("9e2c|{tail}|7|8.4.0|{time}||11ac")));
    let pairs = [("appid", aid), ("appvr", "8.4.0"), ("pf", "7"), ("sign-ver", "1"), ("sign", &sum)];
    let pairs = pairs.map(|(name, value)| (name, value.to_owned()));
    pairs.into_iter().chain([("device-time", time.to_string())]).collect()
}

async fn credits(lab: &Lab, host: &str, aid: &str, cookies: &str) -> Value {
    let path = "/commerce/v1/benefits/user_credit";
    post(lab, &format!("{host}{path}"), cookies, &signed(path, aid, T0)).await.json()
}

#[tokio::test]
async fn who_is_it_is_answered_in_both_dialects() {
    let lab = Lab::open().await;
    let jar = cookies(&lab, JIMENG, "lin").await;
    let served = info(&lab, &jar).await;
    same_shape(
        &served,
        &json!({"data":{"app_id":1,"avatar_url":"","name":"","screen_name":"","session_key":"","user_id":1,"user_id_str":""},"message":""}),
    );
    assert!(served.get("ret").is_none() && served["data"]["user_id"].as_u64() > Some(1 << 53));

    lab.control().set_mode("jimeng", "dialect", "document").unwrap();
    let documented = info(&lab, &jar).await;
    same_shape(
        &documented,
        &json!({"ret":"0","errmsg":"success","data":{
            "user_id":"1","user_info":{"nickname":"","avatar_url":"","gender":1,"birthday":"","region":"cn","language":"",
                "create_time":1,"last_login_time":1,"is_verified":true,"verification_type":""},
            "account_status":{"status":"","is_vip":false,"vip_expire_time":0,"vip_level":0,"is_banned":false,"ban_reason":"","ban_expire_time":0},
            "permission_info":{"can_generate_image":true,"can_generate_video":true,"daily_limit":1,"used_today":1,
                "level_permissions":{"max_resolution":"4k","max_video_duration":60,"commercial_use":false}},
            "device_info":{"device_id":"","platform":"web","version":"7.5.0","last_active_time":1}}}),
    );
    assert_eq!(documented["data"]["account_status"]["status"], "active");
    assert!(documented["data"]["user_info"]["create_time"].as_i64() > Some(100_000_000_000));
    lab.control().set_mode("jimeng", "times", "seconds").unwrap();
    assert_eq!(info(&lab, &jar).await["data"]["user_info"]["create_time"], 1_640_995_200);
}

#[tokio::test]
async fn a_question_that_is_not_whole_is_refused() {
    let lab = Lab::open().await;
    let jar = cookies(&lab, JIMENG, "lin").await;
    let wrong_aid = format!("{JIMENG}/passport/account/info/v2?aid=1&{QUERY}");
    assert_eq!(post(&lab, &wrong_aid, &jar, &[]).await.json()["data"]["error_code"], 16);
    lab.control().set_mode("jimeng", "dialect", "document").unwrap();
    let without = format!("{JIMENG}/passport/account/info/v2?aid=513695&account_sdk_source=web");
    assert_eq!(post(&lab, &without, &jar, &[]).await.json()["ret"], "1006");
    assert_eq!(info(&lab, "sessionid=00000000000000000000000000000000").await["ret"], "1001");
    lab.control().expire_sessions("jimeng", "lin").unwrap();
    assert_eq!(info(&lab, &jar).await["ret"], "1002");
}

#[tokio::test]
async fn credits_want_a_fresh_checksum_and_a_session() {
    let lab = Lab::open().await;
    let jar = cookies(&lab, JIMENG, "lin").await;
    let path = "/commerce/v1/benefits/user_credit";
    let url = format!("{JIMENG}{path}");
    assert_eq!(post(&lab, &url, &jar, &[]).await.json()["ret"], "1014");
    assert_eq!(post(&lab, &url, &jar, &signed(path, "513695", T0 - 601)).await.json()["ret"], "1014");
    assert_eq!(post(&lab, &url, &jar, &signed("/other_path", "513695", T0)).await.json()["ret"], "1014");
    assert_eq!(credits(&lab, JIMENG, "513695", "a=b").await["ret"], "1015");
    let body = credits(&lab, JIMENG, "513695", &jar).await;
    assert_eq!(body["data"]["credit"]["vip_credit"], 3_900);
    let inner: Value = serde_json::from_str(body["response"].as_str().unwrap()).unwrap();
    assert_eq!(inner, body["data"]);
    lab.control().set_mode("jimeng", "credits", "none_left").unwrap();
    assert_eq!(credits(&lab, JIMENG, "513695", &jar).await["ret"], "1006");
}

#[tokio::test]
async fn dreamina_s_passport_is_beside_its_pages_and_clusters_know_their_own() {
    let lab = Lab::open().await;
    let jar = cookies(&lab, DREAMINA, "zhou").await;
    assert!(jar.contains("store-country-code=sg"));
    let url = format!("{DREAMINA}/passport/web/account/info/?aid=513641&account_sdk_source=web");
    assert_eq!(lab.get(&url, &jar).await.json()["message"], "success");
    let elsewhere = "https://mweb-api-sg.capcut.com/passport/account/info/v2";
    let got = post(&lab, elsewhere, &jar, &[]).await;
    assert_eq!((got.status, got.header("server")), (StatusCode::NOT_FOUND, Some("TLB")));
    assert_eq!(credits(&lab, "https://commerce.us.capcut.com", "513641", &jar).await["ret"], "1015");
    let body = credits(&lab, "https://commerce-api-sg.capcut.com", "513641", &jar).await;
    assert_eq!(body["ret"], "0");
    assert!(body.get("data").is_none(), "abroad the text alone is sent");
}

#[tokio::test]
async fn a_logout_ends_the_session_and_takes_its_cookies() {
    let lab = Lab::open().await;
    let jar = cookies(&lab, JIMENG, "gu").await;
    let export = format!("{JIMENG}/dreamina/cli/v1/dreamina_cli_login?aid=513695");
    assert!(lab.get(&export, &jar).await.json()["cookie"].as_str().unwrap().starts_with("sessionid="));
    let out = lab.get(&format!("{JIMENG}/passport/web/logout/?aid=513695"), &jar).await;
    assert_eq!(out.cookie("sessionid").as_deref(), Some(""));
    assert_eq!(info(&lab, &jar).await["data"]["error_code"], 13);
    assert_eq!(lab.get(&export, &jar).await.json()["ret"], "1015");
}

#[tokio::test]
async fn faults_speak_the_dialect_of_the_moment() {
    let lab = Lab::open().await;
    let jar = cookies(&lab, JIMENG, "song").await;
    let expected = [
        (FaultKind::Expired, 13, "1002"),
        (FaultKind::Banned, 1091, "1004"),
        (FaultKind::Muted, 1092, "1005"),
        (FaultKind::Risk, 4031, "1019"),
    ];
    for (kind, code, ret) in expected {
        for (dialect, field) in [("service", json!(code)), ("document", json!(ret))] {
            lab.control().set_mode("jimeng", "dialect", dialect).unwrap();
            lab.control().fault(NewFault::new("jimeng", kind).of("song").times(1)).unwrap();
            let body = info(&lab, &jar).await;
            let said = if dialect == "service" { &body["data"]["error_code"] } else { &body["ret"] };
            assert_eq!(said, &field, "{kind:?} in the {dialect}'s dialect");
        }
    }
}
