//! Douyin over real sockets: whose session it is, the creator's numbers, the window, logout.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::sync::Arc;

use common::douyin::{SESSION, USER, alive, code, credential, fixture, leaving};
use roster_domain::{CookieJar, Credential, Reason, Verdict};
use roster_platform::{
    Adapter, Context, ErrorKind, LoginMethod, ProbeDepth,
    conformance::{Asked, Host, Play, Reply, context},
};
use roster_platforms::AdapterSettings;

async fn start(play: Play) -> (Host, Context, Arc<dyn Adapter>) {
    let host = Host::start(play).await.expect("host");
    let ctx = context(&host).expect("client");
    (host, ctx, common::adapter("douyin", &AdapterSettings::default()))
}

/// A living session at a platform whose creator centre answers like this.
fn centre(reply: Reply) -> Play {
    Arc::new(move |asked: &Asked| if asked.host == "creator.douyin.com" { reply.clone() } else { alive(asked) })
}

#[tokio::test]
async fn a_light_probe_is_one_question_to_the_passport() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert_eq!(probe.verdict, Verdict::Alive);
    let identity = probe.identity.expect("named");
    assert_eq!((identity.user_id.as_str(), identity.profile.name.as_str()), (USER, "样例创作者"));
    assert_eq!(identity.profile.avatar_url.as_deref(), Some("https://p3.example.invalid/avatar.jpeg"));
    let asked = host.asked();
    let [asked] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((asked.host.as_str(), asked.query["aid"].as_str()), ("www.douyin.com", "6383"));
    assert_eq!(asked.headers["referer"], "https://www.douyin.com/");
    assert_eq!(asked.cookie("sessionid"), Some(SESSION));
}

#[tokio::test]
async fn a_full_probe_brings_the_numbers_and_the_signature() {
    let (_host, ctx, adapter) = start(Arc::new(alive)).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Full).await;
    assert_eq!(probe.identity.expect("named").profile.signature.as_deref(), Some("拍点日常"));
    let numbers = probe.numbers.expect("numbers");
    let pairs: Vec<(&str, f64)> = numbers.items.iter().map(|item| (item.key.as_str(), item.value)).collect();
    assert_eq!(pairs, [("followers", 1350.0), ("following", 12.0), ("likes", 4310.0), ("posts", 37.0)]);
    assert_eq!(adapter.numbers(&ctx, &credential()).await.expect("numbers"), numbers);
}

#[tokio::test]
async fn what_the_creator_centre_says_takes_nothing_back_except_a_ban() {
    for (reply, verdict) in [
        (Reply::json(fixture!("creator-logged-out.json")), Verdict::Alive),
        (Reply::json(""), Verdict::Alive),
        (Reply::html(502, "<html></html>"), Verdict::Alive),
        (Reply::json("{\"status_code\":4031,\"status_msg\":\"x\"}"), Verdict::Alive),
        (Reply::json("{\"status_code\":1091,\"status_msg\":\"x\"}"), Verdict::Restricted),
    ] {
        let (_host, ctx, adapter) = start(centre(reply.clone())).await;
        let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Full).await;
        assert_eq!(probe.verdict, verdict, "{reply:?}");
        assert_eq!(probe.identity.expect("named").user_id, USER, "{reply:?}");
    }
}

#[tokio::test]
async fn numbers_of_somebody_else_are_not_taken() {
    let other = fixture!("creator-info.json").replace("MS4wLjABAAAAfixture", "MS4wLjABAAAAother");
    let (_host, ctx, adapter) = start(centre(Reply::json(other))).await;
    assert_eq!(adapter.numbers(&ctx, &credential()).await.expect_err("refused").reason, Reason::UnexpectedShape);
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Full).await;
    assert!(probe.verdict == Verdict::Alive && probe.numbers.is_none());
}

#[tokio::test]
async fn the_creator_centre_s_own_words_are_understood() {
    for (reply, kind) in [
        (Reply::json(fixture!("creator-logged-out.json")), ErrorKind::NotLoggedIn),
        (Reply::json("{\"status_code\":2483,\"status_msg\":\"请先登录\"}"), ErrorKind::NotLoggedIn),
        // The same code for something else.
        (Reply::json("{\"status_code\":8,\"status_msg\":\"系统繁忙\"}"), ErrorKind::Refused),
        (Reply::json("{\"status_code\":0}"), ErrorKind::Protocol),
        (Reply::json("{\"status_code\":10000,\"status_msg\":\"rate limited\"}"), ErrorKind::RateLimited),
        (Reply::json("{\"status_code\":4031,\"status_msg\":\"x\"}"), ErrorKind::RiskControl),
        (Reply::json("blocked"), ErrorKind::Protocol),
    ] {
        let (_host, ctx, adapter) = start(centre(reply.clone())).await;
        assert_eq!(adapter.numbers(&ctx, &credential()).await.expect_err("refused").kind, kind, "{reply:?}");
    }
}

#[tokio::test]
async fn a_person_may_call_themselves_anything() {
    let named = fixture!("account-info.json").replace("样例创作者", "session_expired");
    let (_host, ctx, adapter) = start(Arc::new(move |_| Reply::json(named.clone()))).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert_eq!(
        (probe.verdict, probe.identity.expect("named").profile.name.as_str()),
        (Verdict::Alive, "session_expired")
    );
}

#[tokio::test]
async fn ids_are_exact_in_either_form() {
    for body in [
        fixture!("account-info.json").replace("\"user_id_str\":\"7298765432109876543\",", ""),
        fixture!("account-info.json").replace("\"user_id\":7298765432109876543,", "\"user_id\":1.5,"),
    ] {
        let (_host, ctx, adapter) = start(Arc::new(move |_| Reply::json(body.clone()))).await;
        let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
        assert_eq!(probe.identity.expect("named").user_id, USER);
    }
}

#[tokio::test]
async fn cookies_that_a_living_session_is_given_are_kept() {
    let guard = format!("{SESSION}%7C1795000000%7C5184000%7CTue%2C+19-Jan-2027+11%3A06%3A40+GMT");
    let line = format!("sid_guard={guard}; Path=/; Domain=douyin.com; Max-Age=31536000; HttpOnly");
    let given = line.clone();
    let (host, ctx, adapter) = start(Arc::new(move |asked| alive(asked).with("set-cookie", &given))).await;
    let refreshed = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await.refreshed.expect("renewed");
    assert_eq!(refreshed.expires_at.map(|end| end.as_second()), Some(1_795_000_000 + 5_184_000));
    host.play(Arc::new(move |_| code(13).with("set-cookie", &line)));
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert_eq!((probe.verdict, probe.refreshed.is_some()), (Verdict::Expired, false));
}

#[tokio::test]
async fn a_login_needs_no_flow_and_its_cookies_make_a_session() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    for method in
        [LoginMethod::Qr, LoginMethod::Window, LoginMethod::Cookies, LoginMethod::Token, LoginMethod::Password]
    {
        let error = adapter.begin_login(&ctx, method).await.expect_err("no flow");
        assert_eq!(error.kind, ErrorKind::Unsupported, "{method:?}");
    }
    assert!(host.asked().is_empty());
    let plan = adapter.window(None).expect("a plan");
    assert_eq!(plan.login_url, "https://creator.douyin.com/");
    assert!(!plan.allowed.iter().any(|domain| domain == "com" || domain.is_empty()));
    let guest = CookieJar::from_header("passport_csrf_token=x; ttwid=y", "douyin.com").expect("cookies");
    assert!(!adapter.is_candidate(&guest));
    let guard = format!("sessionid={SESSION}; sid_guard={SESSION}%7C1790000000%7C5184000%7Cx");
    let mut jar = CookieJar::from_header(&guard, "douyin.com").expect("cookies");
    jar.merge(CookieJar::from_header("foreign=1", "evil-douyin.com").expect("cookies"));
    assert!(adapter.is_candidate(&jar));
    let credential: Credential = adapter.credential_from(jar, None);
    assert_eq!(credential.expires_at.map(|end| end.as_second()), Some(1_795_184_000));
    assert_eq!(credential.cookies.len(), 2, "no other site's cookies");
}

#[tokio::test]
async fn a_logout_is_believed_when_the_platform_says_so() {
    let (host, ctx, adapter) = start(leaving()).await;
    adapter.logout(&ctx, &credential()).await.expect("out");
    let asked = host.asked();
    assert_eq!((asked[0].host.as_str(), asked[0].path.as_str()), ("sso.douyin.com", "/logout/"));
    assert!(asked[0].query["service"].starts_with("https://www.douyin.com/passport/web/logout/"));
    // The sign-on service does not pass on: the viewers' site's own exit is taken.
    let platform = leaving();
    host.play(Arc::new(move |asked| match asked.path.as_str() {
        "/logout/" => Reply::json(fixture!("logout.json")),
        _ => platform(asked),
    }));
    adapter.logout(&ctx, &credential()).await.expect("out by the second way");
    host.play(Arc::new(|asked| if asked.path.contains("logout") { Reply::json("{}") } else { alive(asked) }));
    assert_eq!(adapter.logout(&ctx, &credential()).await.expect_err("it still lives").kind, ErrorKind::Refused);
}
