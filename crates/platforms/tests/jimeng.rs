//! Jimeng and Dreamina over real sockets: the question as documented, health, login by token, logout, windows.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::sync::Arc;

use common::jimeng::{
    Dialect, INFO, INFO_ABROAD, SESSION, SUBSCRIPTION, USER, USER_ABROAD, alive, alive_abroad, credential,
    credential_abroad, dreamina, jimeng, leaving, ret, wrong_host,
};
use roster_domain::{CookieJar, Reason, Secret, Verdict};
use roster_platform::{
    Adapter, Context, ErrorKind, Filled, LoginInput, LoginMethod, LoginStep, ProbeDepth, RefusalReason,
    conformance::{Asked, Host, Play, Reply, context},
};
use roster_platforms::AdapterSettings;

async fn start(id: &str, play: Play) -> (Host, Context, Arc<dyn Adapter>) {
    let host = Host::start(play).await.expect("host");
    let ctx = context(&host).expect("client");
    (host, ctx, common::adapter(id, &AdapterSettings::default()))
}

fn china(dialect: Dialect) -> Play {
    Arc::new(move |asked| alive(dialect, asked))
}

/// What the document wants with every question.
fn check_documented(asked: &Asked, aid: &str, region: &str) {
    let query = |name: &str| asked.query.get(name).map(String::as_str);
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", INFO));
    for (name, value) in [
        ("aid", aid),
        ("device_platform", "web"),
        ("region", region),
        ("da_version", "3.3.2"),
        ("web_version", "7.5.0"),
        ("aigc_features", "app_lip_sync"),
        ("web_component_open_flag", "1"),
        ("account_sdk_source", "web"),
    ] {
        assert_eq!(query(name), Some(value), "{name}");
    }
    let web_id = query("webId").expect("webId");
    assert!(web_id.len() == 19 && web_id.bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(asked.cookie("sessionid"), Some(SESSION));
}

#[tokio::test]
async fn the_question_is_asked_as_documented_in_china() {
    let (host, ctx, adapter) = start("jimeng", china(Dialect::Document)).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert_eq!(probe.verdict, Verdict::Alive);
    let asked = host.asked();
    assert_eq!(asked.len(), 1, "the document's dialect says everything at once");
    check_documented(&asked[0], "513695", "cn");
    assert_eq!(asked[0].host, "jimeng.jianying.com");
    assert_eq!(asked[0].query["webId"], "7412345678901234567", "the browser's own number");
    assert_eq!(asked[0].headers["referer"], "https://jimeng.jianying.com/ai-tool/image/generate");
}

#[tokio::test]
async fn the_version_of_the_data_can_be_set() {
    let (host, ctx, _) = start("jimeng", china(Dialect::Document)).await;
    let settings = [("jimeng.da_version", "3.3.28")].into_iter().collect();
    common::adapter("jimeng", &settings).probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert_eq!(host.asked()[0].query["da_version"], "3.3.28");
}

#[tokio::test]
async fn abroad_the_passport_is_asked_where_it_is_and_then_as_documented() {
    let (host, ctx, adapter) = start("dreamina", Arc::new(alive_abroad)).await;
    let probe = adapter.probe(&ctx, &credential_abroad("us"), ProbeDepth::Light).await;
    let identity = probe.identity.expect("named");
    assert_eq!((identity.user_id.as_str(), identity.profile.name.as_str()), (USER_ABROAD, "demo"));
    let first = &host.asked()[0];
    assert_eq!((first.method.as_str(), first.host.as_str()), ("GET", "dreamina.capcut.com"));
    assert_eq!((first.path.as_str(), first.query["aid"].as_str()), (INFO_ABROAD, "513641"));
    for (region, parameter, place) in [
        ("us", "US", "commerce.us.capcut.com"),
        ("hk", "HK", "commerce-api-sg.capcut.com"),
        ("jp", "JP", "commerce-api-sg.capcut.com"),
        ("sg", "SG", "commerce-api-sg.capcut.com"),
    ] {
        let (host, ctx, adapter) = start(
            "dreamina",
            Arc::new(move |asked| match (asked.host.as_str(), asked.path.as_str()) {
                (at, INFO) if at == place => Reply::json(jimeng!("document.json")),
                _ => wrong_host(),
            }),
        )
        .await;
        let probe = adapter.probe(&ctx, &credential_abroad(region), ProbeDepth::Light).await;
        assert_eq!(probe.verdict, Verdict::Alive, "{region}");
        let asked = host.asked();
        check_documented(&asked[1], "513641", parameter);
        assert_eq!((asked[1].host.as_str(), asked.len()), (place, 2));
        assert_eq!(asked[1].headers["referer"], format!("https://{place}/"));
    }
}

#[tokio::test]
async fn a_404_is_no_verdict_and_neither_is_the_wrong_cluster() {
    let (_host, ctx, adapter) = start("dreamina", Arc::new(|_| wrong_host())).await;
    let probe = adapter.probe(&ctx, &credential_abroad("sg"), ProbeDepth::Light).await;
    assert_eq!((probe.verdict, probe.reason), (Verdict::Unknown, Reason::NotJson));
    let play: Play = Arc::new(|asked| match (asked.host.as_str(), asked.path.as_str()) {
        ("commerce.us.capcut.com", INFO) => Reply::json(jimeng!("document.json")),
        ("commerce-api-sg.capcut.com", INFO) => Reply::json(jimeng!("login-error.json")),
        _ => wrong_host(),
    });
    let (host, ctx, adapter) = start("dreamina", play).await;
    let probe = adapter.probe(&ctx, &credential_abroad("sg"), ProbeDepth::Light).await;
    assert_eq!((probe.verdict, host.asked().len()), (Verdict::Alive, 3));
}

#[tokio::test]
async fn the_profile_carries_vip_and_its_end_from_either_dialect() {
    let (host, ctx, adapter) = start("jimeng", china(Dialect::Service)).await;
    let face = async || adapter.probe(&ctx, &credential(), ProbeDepth::Light).await.identity.expect("named").profile;
    let profile = face().await;
    assert_eq!((profile.user_id.as_str(), profile.name.as_str()), (USER, "示例创作者"));
    assert_eq!((profile.membership.as_deref(), profile.signature.as_deref()), (Some("standard"), Some("一日一图")));
    assert_eq!(profile.membership_ends_at.map(|end| end.as_second()), Some(1_797_868_799));
    face().await;
    let of_membership = host.asked().iter().filter(|asked| asked.path == SUBSCRIPTION).count();
    assert_eq!(of_membership, 1, "it is remembered for half a day");
    let vip = jimeng!("document.json").replace(
        "\"is_vip\":false,\"vip_expire_time\":0,\"vip_level\":0",
        "\"is_vip\":true,\"vip_expire_time\":1797868799000,\"vip_level\":2",
    );
    host.play(Arc::new(move |_| Reply::json(vip.clone())));
    let profile = face().await;
    assert_eq!((profile.membership.as_deref(), profile.verification.as_deref()), (Some("VIP 2"), Some("phone")));
    assert_eq!(profile.membership_ends_at.map(|end| end.as_second()), Some(1_797_868_799));
}

#[tokio::test]
async fn a_probe_brings_the_day_s_number_and_a_changed_answer_changes_it() {
    let (host, ctx, adapter) = start("jimeng", china(Dialect::Document)).await;
    let used = async || {
        let quotas = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await.quotas.expect("quotas");
        quotas.items[0].used
    };
    assert_eq!(used().await, Some(10.0));
    host.play(Arc::new(|_| Reply::json(jimeng!("document.json").replace("\"used_today\":10", "\"used_today\":11"))));
    assert_eq!(used().await, Some(11.0), "a check asks the platform, whatever is remembered");
}

#[tokio::test]
async fn cookies_that_a_living_session_is_given_are_kept_and_others_are_not() {
    let guard = format!("sid_guard={SESSION}%7C1795180000%7C5184000%7Cx; Path=/; Domain=jianying.com; HttpOnly");
    let set = move |reply: Reply| reply.with("set-cookie", &guard).with("set-cookie", "a=b; Domain=evil.example");
    let good = set.clone();
    let (host, ctx, adapter) = start("jimeng", Arc::new(move |asked| good(alive(Dialect::Document, asked)))).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    let renewed = probe.refreshed.expect("renewed");
    assert_eq!(renewed.expires_at.map(|end| end.as_second()), Some(1_795_180_000 + 5_184_000));
    assert!(renewed.cookies.value("a").is_none());
    host.play(Arc::new(move |_| set(Reply::json(jimeng!("service-expired.json")))));
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert_eq!((probe.verdict, probe.refreshed.is_some()), (Verdict::Expired, false));
}

fn pasted(token: &str, region: Option<&str>) -> LoginInput {
    let mut pairs = vec![("token", Secret::from(token))];
    pairs.extend(region.map(|region| ("region", Secret::from(region))));
    LoginInput::Fields(pairs.into_iter().collect::<Filled>())
}

#[tokio::test]
async fn a_pasted_session_is_taken_once_the_platform_has_named_its_owner() {
    for text in [
        SESSION.to_owned(),
        format!("sessionid={SESSION}"),
        jimeng!("cli-export.json").to_owned(),
        format!("[{{\"name\":\"sessionid\",\"value\":\"{SESSION}\"}}]"),
    ] {
        let (host, ctx, adapter) = start("jimeng", china(Dialect::Service)).await;
        let (mut flow, step) = adapter.begin_login(&ctx, LoginMethod::Token).await.expect("begins");
        let LoginStep::AskFields { form, problem: None } = step else { panic!("{step:?}") };
        assert_eq!((form.id, form.fields[0].id, form.fields.len()), ("token", "token", 1));
        let step = flow.next(&ctx, pasted(&text, None)).await.expect("an answer");
        let LoginStep::Done { credential, identity } = step else { panic!("{step:?}") };
        assert_eq!(identity.as_deref(), Some(USER));
        assert_eq!(credential.cookies.value("sessionid").expect("session").expose(), SESSION);
        assert_eq!(credential.tokens["region"].expose(), "cn");
        assert!(credential.user_agent.is_some() && credential.obtained_at == Some(ctx.now));
        let ends = credential.expires_at.map(|end| end.as_second());
        assert_eq!(ends, text.contains("sid_guard").then_some(1_795_184_000));
        assert_eq!(host.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_token_s_region_comes_from_its_front_or_from_the_form() {
    for (text, chosen, region) in [
        (format!("us-{SESSION}"), None, "us"),
        (format!("HK-{SESSION}"), Some("sg"), "hk"),
        (format!("jp-{SESSION}"), Some("auto"), "jp"),
        (SESSION.to_owned(), Some("sg"), "sg"),
        (SESSION.to_owned(), None, "us"),
        (format!("sessionid={SESSION}; store-country-code=jp"), None, "jp"),
    ] {
        let (_host, ctx, adapter) = start("dreamina", Arc::new(alive_abroad)).await;
        let (mut flow, _) = adapter.begin_login(&ctx, LoginMethod::Token).await.expect("begins");
        let step = flow.next(&ctx, pasted(&text, chosen)).await.expect("an answer");
        let LoginStep::Done { credential, .. } = step else { panic!("{text}: {step:?}") };
        assert_eq!(credential.tokens["region"].expose(), region, "{text}");
        assert_eq!(
            credential.cookies.value("sid_tt").or(credential.cookies.value("sessionid")).expect("id").expose(),
            SESSION
        );
    }
}

#[tokio::test]
async fn what_cannot_be_taken_comes_back_with_its_reason_and_nothing_is_asked() {
    let (host, ctx, adapter) = start("jimeng", china(Dialect::Service)).await;
    let (mut flow, _) = adapter.begin_login(&ctx, LoginMethod::Token).await.expect("begins");
    for (text, zh) in [
        (format!("{SESSION},{SESSION}"), "多个"),
        (format!("us-{SESSION}"), "Dreamina"),
        (String::from("ttwid=1"), "sessionid"),
        (String::from("hello"), "无法识别"),
    ] {
        let step = flow.next(&ctx, pasted(&text, None)).await.expect("an answer");
        assert!(!format!("{step:?}").contains(SESSION));
        let LoginStep::AskFields { problem: Some(problem), .. } = step else { panic!("{text}: {step:?}") };
        assert_eq!(problem.field, Some("token"));
        assert!(problem.text.expect("words").zh.contains(zh), "{text}");
        let again = flow.next(&ctx, LoginInput::Poll).await.expect("an answer");
        assert!(matches!(again, LoginStep::AskFields { problem: Some(_), .. }), "the problem stays");
    }
    let fresh = flow.next(&ctx, LoginInput::Refresh).await.expect("an answer");
    assert!(matches!(fresh, LoginStep::AskFields { problem: None, .. }));
    assert!(host.asked().is_empty());
}

#[tokio::test]
async fn a_session_that_the_platform_refuses_comes_back_with_the_remedy() {
    let (host, ctx, adapter) = start("jimeng", Arc::new(|_| ret("\"1002\"", "token过期"))).await;
    let (mut flow, _) = adapter.begin_login(&ctx, LoginMethod::Token).await.expect("begins");
    let step = flow.next(&ctx, pasted(SESSION, None)).await.expect("an answer");
    let LoginStep::AskFields { problem: Some(problem), .. } = step else { panic!("{step:?}") };
    assert_eq!((problem.reason, problem.evidence.code.as_deref()), (Reason::NotLoggedIn, Some("1002")));
    assert!(problem.text.expect("words").zh.contains("过期"));
    host.play(Arc::new(|_| Reply::Reset));
    let fault = flow.next(&ctx, pasted(SESSION, None)).await.expect_err("a fault moves nothing");
    assert_eq!(fault.kind, ErrorKind::Network);
    host.play(Arc::new(|_| Reply::json(jimeng!("banned.json"))));
    let step = flow.next(&ctx, pasted(SESSION, None)).await.expect("an answer");
    let LoginStep::Refused { why, reason, .. } = step else { panic!("{step:?}") };
    assert_eq!((why, reason), (RefusalReason::Platform, Reason::Banned));
    host.play(china(Dialect::Document));
    let step = flow.next(&ctx, pasted(SESSION, None)).await.expect("an answer");
    assert!(matches!(step, LoginStep::Done { .. }), "{step:?}");
}

#[tokio::test]
async fn a_logout_is_believed_when_the_platform_says_so() {
    let (host, ctx, adapter) = start("dreamina", leaving(alive_abroad)).await;
    adapter.logout(&ctx, &credential_abroad("us")).await.expect("out");
    let first = &host.asked()[0];
    assert_eq!((first.host.as_str(), first.path.as_str()), ("dreamina.capcut.com", "/passport/web/logout/"));
    assert_eq!((first.query["aid"].as_str(), first.query["account_sdk_source"].as_str()), ("513641", "web"));
    assert_eq!(first.query["next"], "https://dreamina.capcut.com/");
    host.play(Arc::new(|asked| match asked.path.as_str() {
        "/passport/web/logout/" => Reply::json(jimeng!("logout.json")),
        _ => Reply::json(dreamina!("account.json")),
    }));
    let error = adapter.logout(&ctx, &credential_abroad("us")).await.expect_err("it still lives");
    assert_eq!(error.kind, ErrorKind::Refused);
}

#[tokio::test]
async fn cookies_of_a_window_are_a_candidate_with_a_session_and_say_where_it_is() {
    let adapter = common::adapter("dreamina", &AdapterSettings::default());
    let plan = adapter.window(None).expect("a page");
    assert_eq!(plan.login_url, "https://dreamina.capcut.com/ai-tool/login");
    assert!(plan.allowed.iter().all(|domain| !domain.contains('/')));
    let jar = |header: &str| CookieJar::from_header(header, "capcut.com").expect("cookies");
    assert!(!adapter.is_candidate(&jar("passport_csrf_token=1; ttwid=2")));
    let cookies = jar(&format!("sessionid={SESSION}; store-idc=alisg; sid_guard={SESSION}%7C1790000000%7C5184000%7Cx"));
    assert!(adapter.is_candidate(&cookies));
    let credential = adapter.credential_from(cookies, None);
    assert_eq!(credential.tokens["region"].expose(), "sg");
    assert_eq!(credential.expires_at.map(|end| end.as_second()), Some(1_795_184_000));
}

/// The membership has a question of its own: while that is not answered, nobody knows whether there is one.
#[tokio::test]
async fn a_membership_that_is_not_told_is_unknown_and_not_none() {
    for (reply, unknown) in
        [(Reply::html(502, "<html></html>"), true), (Reply::json(jimeng!("subscription.json")), false)]
    {
        let play: Play = Arc::new(move |asked: &Asked| match asked.path.as_str() {
            SUBSCRIPTION => reply.clone(),
            _ => alive(Dialect::Service, asked),
        });
        let (_host, ctx, adapter) = start("jimeng", play).await;
        let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Full).await;
        assert_eq!((probe.verdict, probe.membership_unknown), (Verdict::Alive, unknown));
    }
    let (_host, ctx, adapter) = start("jimeng", china(Dialect::Document)).await;
    assert!(!adapter.probe(&ctx, &credential(), ProbeDepth::Full).await.membership_unknown, "the document says all");
}
