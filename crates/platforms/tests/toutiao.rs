//! Toutiao over real sockets: the states of its code, the chain to the session, health, logout.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use common::toutiao::{
    NEW_TOKEN, SESSION, TICKET, TOKEN, USER, alive, callback, confirmed, credential, fixture, leaving, login, poll,
    session_cookies,
};
use roster_domain::{Credential, Reason, Verdict};
use roster_platform::{
    Adapter, Context, ErrorKind, LoginFlow, LoginInput, LoginMethod, LoginStep, ProbeDepth, RefusalReason, Retry,
    conformance::{Asked, Host, Phone, Play, Reply, context},
};
use roster_platforms::AdapterSettings;

const END: i64 = 1_790_000_000 + 31_536_000;

async fn start(play: Play) -> (Host, Context, Arc<dyn Adapter>) {
    let host = Host::start(play).await.expect("host");
    let ctx = context(&host).expect("client");
    (host, ctx, common::adapter("toutiao", &AdapterSettings::default()))
}

/// A login whose polls are answered as told, by number.
fn polls(answer: impl Fn(usize, &Asked) -> Reply + Send + Sync + 'static) -> Play {
    let (base, count) = (login(Phone::Waiting), AtomicUsize::new(0));
    Arc::new(move |asked| match asked.path.as_str() {
        "/check_qrconnect/" => answer(count.fetch_add(1, SeqCst), asked),
        "/passport/sso/login/callback/" => callback(),
        _ => base(asked),
    })
}

async fn begun(play: Play) -> (Host, Context, Box<dyn LoginFlow>) {
    let (host, ctx, adapter) = start(play).await;
    let (flow, _) = adapter.begin_login(&ctx, LoginMethod::Qr).await.expect("begins");
    (host, ctx, flow)
}

async fn one(reply: Reply) -> LoginStep {
    let (_host, ctx, mut flow) = begun(polls(move |_, _| reply.clone())).await;
    flow.next(&ctx, LoginInput::Poll).await.expect("an answer")
}

fn check(step: LoginStep) -> Credential {
    let LoginStep::Done { credential, identity: None } = step else { panic!("no session: {step:?}") };
    assert_eq!(credential.cookies.value("sessionid").expect("session").expose(), SESSION);
    assert_eq!(credential.expires_at.map(|end| end.as_second()), Some(END), "sid_guard says so");
    assert!(credential.user_agent.is_some());
    credential
}

#[tokio::test]
async fn states_are_numbers_or_words() {
    for state in ["1", "\"1\"", "\"new\"", "\"\"", "\"NEW\""] {
        assert!(matches!(one(poll(state)).await, LoginStep::Waiting { .. }), "{state}");
    }
    assert!(matches!(one(Reply::json(fixture!("poll-waiting.json"))).await, LoginStep::Waiting { .. }));
    for state in ["2", "\"2\"", "\"scan\"", "\"scanned\""] {
        assert!(matches!(one(poll(state)).await, LoginStep::Scanned { by: None, .. }), "{state}");
    }
    let LoginStep::Scanned { by: Some(by), .. } = one(Reply::json(fixture!("poll-scanned.json"))).await else {
        panic!("not scanned")
    };
    assert_eq!(by.name.as_deref(), Some("示例用户"));
    for state in ["5", "\"5\"", "\"expired\"", "\"expire\""] {
        assert!(matches!(one(poll(state)).await, LoginStep::Expired), "{state}");
    }
    assert!(matches!(one(Reply::json(fixture!("poll-expired.json"))).await, LoginStep::Expired));
    for state in ["4", "\"4\"", "\"refused\"", "\"cancelled\""] {
        let step = one(poll(state)).await;
        assert!(matches!(step, LoginStep::Refused { why: RefusalReason::Person, .. }), "{state}: {step:?}");
    }
    let LoginStep::Refused { why, evidence, .. } = one(poll("\"odd\"")).await else { panic!("not refused") };
    assert_eq!((why, evidence.code.as_deref()), (RefusalReason::Platform, Some("odd")));
}

#[tokio::test]
async fn a_code_that_is_replaced_is_shown_and_asked_about() {
    let play = polls(|_, asked| match asked.query["token"].as_str() {
        TOKEN => Reply::json(fixture!("poll-new-code.json")),
        NEW_TOKEN => poll("2"),
        other => panic!("asked about {other}"),
    });
    let (_host, ctx, mut flow) = begun(play).await;
    let step = flow.next(&ctx, LoginInput::Poll).await.expect("an answer");
    let LoginStep::ShowQr { text, .. } = step else { panic!("{step:?}") };
    assert_eq!(text, "https://example.invalid/s/2");
    assert!(matches!(flow.next(&ctx, LoginInput::Poll).await, Ok(LoginStep::Scanned { .. })));
}

#[tokio::test]
async fn too_often_makes_the_pause_grow_and_ends_nothing() {
    let play = polls(|count, _| if count < 6 { Reply::json(fixture!("too-often.json")) } else { poll("1") });
    let (_host, ctx, mut flow) = begun(play).await;
    let mut pauses = Vec::new();
    for _ in 0..6 {
        let error = flow.next(&ctx, LoginInput::Poll).await.expect_err("too often");
        assert_eq!(error.kind, ErrorKind::RateLimited);
        let Retry::After(pause) = error.retry else { panic!("{error:?}") };
        pauses.push(pause.as_secs());
    }
    assert_eq!(pauses, [6, 12, 24, 48, 60, 60]);
    let step = flow.next(&ctx, LoginInput::Poll).await.expect("an answer");
    assert!(matches!(step, LoginStep::Waiting { poll_after } if poll_after == Duration::from_secs(3)));
}

#[tokio::test]
async fn the_session_lies_at_the_end_of_the_chain() {
    let (host, ctx, mut flow) = begun(polls(|_, _| confirmed())).await;
    let credential = check(flow.next(&ctx, LoginInput::Poll).await.expect("an answer"));
    assert!(credential.cookies.iter().all(|cookie| cookie.domain == "toutiao.com"));
    let last = host.asked().pop().expect("asked");
    assert_eq!((last.host.as_str(), last.query["ticket"].as_str()), ("mp.toutiao.com", TICKET));
}

#[tokio::test]
async fn the_session_may_come_with_a_redirect_or_one_poll_later() {
    let with_cookies = session_cookies(Reply::redirect("https://mp.toutiao.com/"));
    check(one(with_cookies.clone()).await);
    let play = polls(move |count, _| if count == 0 { poll("3") } else { with_cookies.clone() });
    let (_host, ctx, mut flow) = begun(play).await;
    assert!(matches!(flow.next(&ctx, LoginInput::Poll).await, Ok(LoginStep::Scanned { .. })));
    check(flow.next(&ctx, LoginInput::Poll).await.expect("an answer"));
}

#[tokio::test]
async fn a_confirmation_without_a_session_ends_after_three_looks() {
    let (host, ctx, mut flow) = begun(polls(|_, _| poll("3"))).await;
    for _ in 0..2 {
        assert!(matches!(flow.next(&ctx, LoginInput::Poll).await, Ok(LoginStep::Scanned { .. })));
    }
    let step = flow.next(&ctx, LoginInput::Poll).await.expect("an answer");
    assert!(matches!(step, LoginStep::Refused { why: RefusalReason::NoSession, .. }), "{step:?}");
    assert_eq!(host.asked().len(), 4);
}

#[tokio::test]
async fn the_chain_leads_to_known_hosts_only() {
    let away = poll("\"3\",\"redirect_url\":\"https://evil.example/?ticket=1\"");
    let step = one(away).await;
    assert!(matches!(step, LoginStep::Scanned { .. }), "{step:?}");
    let base = polls(|_, _| confirmed());
    let (host, ctx, mut flow) = begun(Arc::new(move |asked| match asked.path.as_str() {
        "/passport/sso/login/callback/" => Reply::redirect("https://evil.example/"),
        _ => base(asked),
    }))
    .await;
    assert!(matches!(flow.next(&ctx, LoginInput::Poll).await, Ok(LoginStep::Scanned { .. })));
    assert!(host.asked().iter().all(|asked| asked.host.ends_with("toutiao.com")));
}

#[tokio::test]
async fn the_chain_is_tried_again_when_the_network_fails() {
    let tries = AtomicUsize::new(0);
    let base = polls(|_, _| confirmed());
    let (host, ctx, mut flow) = begun(Arc::new(move |asked| match asked.path.as_str() {
        "/passport/sso/login/callback/" if tries.fetch_add(1, SeqCst) < 4 => Reply::Reset,
        _ => base(asked),
    }))
    .await;
    for _ in 0..4 {
        assert_eq!(flow.next(&ctx, LoginInput::Poll).await.expect_err("a fault").kind, ErrorKind::Network);
    }
    check(flow.next(&ctx, LoginInput::Poll).await.expect("an answer"));
    let polls = host.asked().iter().filter(|asked| asked.path == "/check_qrconnect/").count();
    assert_eq!(polls, 1);
}

#[tokio::test]
async fn risk_control_hands_over_to_the_platform_s_own_page() {
    let captcha = Reply::json(r#"{"data":{"captcha":"iVBORw0KGgo=","error_code":1104},"message":"error"}"#);
    let top = Reply::json(r#"{"data":{},"description":"需要验证","error_code":"1039","message":"error"}"#);
    for (name, reply, reason) in [
        ("4031", Reply::json(fixture!("security-risk.json")), Reason::RiskControl),
        ("2156", Reply::json(fixture!("environment.json")), Reason::RiskControl),
        ("2046", Reply::json(fixture!("second-verification.json")), Reason::Captcha),
        ("captcha", captcha, Reason::Captcha),
        ("1039 at the top", top, Reason::Captcha),
    ] {
        let LoginStep::Refused { why, reason: said, .. } = one(reply.clone()).await else { panic!("{name}") };
        assert_eq!((why, said), (RefusalReason::RiskControl, reason), "{name}");
        let (_host, ctx, adapter) = start(Arc::new(move |_| reply.clone())).await;
        let (mut flow, step) = adapter.begin_login(&ctx, LoginMethod::Qr).await.expect("an answer");
        assert!(matches!(step, LoginStep::Refused { why: RefusalReason::RiskControl, .. }), "{name}: {step:?}");
        assert!(matches!(flow.next(&ctx, LoginInput::Poll).await, Ok(LoginStep::Expired)), "{name}");
    }
    let (_host, ctx, mut flow) = begun(polls(|_, _| Reply::json(""))).await;
    for _ in 0..2 {
        assert!(flow.next(&ctx, LoginInput::Poll).await.is_err(), "an empty answer may be a fault");
    }
    let step = flow.next(&ctx, LoginInput::Poll).await.expect("an answer");
    assert!(matches!(step, LoginStep::Refused { why: RefusalReason::RiskControl, .. }), "{step:?}");
}

#[tokio::test]
async fn a_banned_person_is_told_so() {
    let LoginStep::Refused { why, reason, evidence } = one(Reply::json(fixture!("banned.json"))).await else {
        panic!("not refused")
    };
    assert_eq!((why, reason), (RefusalReason::Platform, Reason::Banned));
    assert_eq!(evidence.message.as_deref(), Some("账号已被封禁"));
}

#[tokio::test]
async fn a_code_lives_as_long_as_the_platform_says_if_that_can_be_believed() {
    for (said, life) in
        [("1795180120", 120), ("\"1795180120\"", 120), ("1790000300", 180), ("1999999999", 180), ("\"x\"", 180)]
    {
        let body = fixture!("get-qrcode.json").replace("1790000300", said);
        let (_host, ctx, adapter) = start(Arc::new(move |_| Reply::json(body.clone()))).await;
        let (_, step) = adapter.begin_login(&ctx, LoginMethod::Qr).await.expect("begins");
        let LoginStep::ShowQr { text, expires_at, .. } = step else { panic!("{step:?}") };
        assert_eq!(expires_at.as_second() - ctx.now.as_second(), life, "{said}");
        assert!(text.contains(TOKEN));
    }
    for bad in ["http://example.invalid/", "javascript:alert(1)", "https://user@example.invalid/", ""] {
        let body = fixture!("get-qrcode.json").replace("https://example.invalid/", bad);
        let (_host, ctx, adapter) = start(Arc::new(move |_| Reply::json(body.clone()))).await;
        let error = adapter.begin_login(&ctx, LoginMethod::Qr).await.expect_err(bad);
        assert_eq!(error.reason, Reason::UnexpectedShape, "{bad}");
    }
}

#[tokio::test]
async fn a_probe_names_the_person_and_not_the_account_number() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert_eq!(probe.verdict, Verdict::Alive);
    let identity = probe.identity.expect("named");
    assert_eq!((identity.user_id.as_str(), identity.profile.name.as_str()), (USER, "示例头条号"));
    assert_eq!(identity.profile.avatar_url.as_deref(), Some("https://p3.example.invalid/t.jpeg"));
    assert_eq!(probe.numbers.expect("numbers").items[0].value, 321.0);
    assert!(probe.refreshed.is_none(), "nothing was set");
    assert_eq!(host.asked()[0].headers["x-requested-with"], "XMLHttpRequest");
    assert_eq!(adapter.numbers(&ctx, &credential()).await.expect("numbers").items[0].key, "followers");

    host.play(Arc::new(|asked| match asked.path.as_str() {
        "/mp/agw/creator_center/user_info" => Reply::html(502, "<html></html>"),
        _ => alive(asked),
    }));
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert_eq!((probe.verdict, probe.identity.expect("named").user_id.as_str()), (Verdict::Alive, USER));
}

#[tokio::test]
async fn cookies_that_a_living_session_is_given_are_kept_and_others_are_not() {
    let (host, ctx, adapter) = start(Arc::new(|asked| session_cookies(alive(asked)))).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    let refreshed = probe.refreshed.expect("renewed");
    assert_eq!(refreshed.expires_at.map(|end| end.as_second()), Some(END));
    assert!(refreshed.cookies.value("sid_guard").is_some() && refreshed.cookies.value("ttwid").is_some());
    host.play(Arc::new(|_| session_cookies(Reply::json(fixture!("login-status-out.json")))));
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert_eq!((probe.verdict, probe.refreshed.is_some()), (Verdict::Expired, false));
}

#[tokio::test]
async fn a_logout_is_believed_when_the_platform_says_so() {
    let (host, ctx, adapter) = start(leaving()).await;
    adapter.logout(&ctx, &credential()).await.expect("out");
    let asked = host.asked();
    assert_eq!(asked[0].path, "/logout/");
    assert!(asked[0].query["service"].starts_with("https://mp.toutiao.com/passport/web/logout/"));
    assert_eq!(asked[0].cookie("sessionid"), Some(SESSION));
    // The sign-on service does not pass on: the creator centre's own exit is taken.
    let platform = leaving();
    host.play(Arc::new(move |asked| match asked.path.as_str() {
        "/logout/" => Reply::json("{\"data\":{},\"message\":\"success\"}"),
        _ => platform(asked),
    }));
    adapter.logout(&ctx, &credential()).await.expect("out by the second way");
    host.play(Arc::new(alive));
    let error = adapter.logout(&ctx, &credential()).await.expect_err("it still lives");
    assert_eq!(error.kind, ErrorKind::Refused);
}

#[tokio::test]
async fn its_own_page_takes_over_where_codes_fail() {
    let (_host, _ctx, adapter) = start(Arc::new(alive)).await;
    let plan = adapter.window(None).expect("a plan");
    assert_eq!(plan.login_url, "https://mp.toutiao.com/auth/page/login/");
    assert_eq!(adapter.descriptor().login_methods, [LoginMethod::Qr, LoginMethod::Window], "codes come first");
    let mut cookies = credential().cookies;
    let guard = format!("sid_guard={SESSION}%7C1790000000%7C31536000%7Cx");
    cookies.merge(roster_domain::CookieJar::from_header(&guard, "toutiao.com").expect("cookies"));
    cookies.merge(roster_domain::CookieJar::from_header("foreign=1", "example.org").expect("cookies"));
    assert!(adapter.is_candidate(&cookies));
    let credential = adapter.credential_from(cookies, None);
    assert_eq!(credential.expires_at.map(|end| end.as_second()), Some(END));
    assert!(credential.cookies.value("foreign").is_none());
}
