//! Xiaohongshu over real sockets: whose session it is, on which site, the creator's numbers, the window, logout.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::sync::Arc;

use common::xiaohongshu::{TOKEN, USER, alive, captcha, credential, fixture, header, leaving, out};
use roster_domain::{CookieJar, Credential, Reason, Verdict};
use roster_platform::{
    Adapter, Context, ErrorKind, LoginMethod, ProbeDepth,
    conformance::{Asked, Host, Play, Reply, context},
};
use roster_platforms::AdapterSettings;

const OVERSEAS: &str = "https://creator.rednote.com";
const NOTES: &str = "/api/galaxy/creator/data/note_detail_new";
const PERSONAL: &str = "/api/galaxy/creator/home/personal_info";

async fn start(play: Play) -> (Host, Context, Arc<dyn Adapter>) {
    let host = Host::start(play).await.expect("host");
    let ctx = context(&host).expect("client");
    (host, ctx, common::adapter("xiaohongshu", &AdapterSettings::default()))
}

/// A living session at a platform that answers like this at one path.
fn at(path: &'static str, reply: Reply) -> Play {
    Arc::new(move |asked: &Asked| if asked.path == path { reply.clone() } else { alive(asked) })
}

#[tokio::test]
async fn a_light_probe_is_one_question_to_the_creator_centre() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert_eq!(probe.verdict, Verdict::Alive);
    let profile = probe.identity.expect("named").profile;
    assert_eq!((profile.user_id.as_str(), profile.name.as_str()), (USER, "样例薯"));
    assert_eq!(profile.signature.as_deref(), Some("记录一日三餐"));
    let asked = host.asked();
    let [asked] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(asked.host, "creator.xiaohongshu.com");
    assert_eq!(asked.headers["referer"], "https://creator.xiaohongshu.com/");
    assert_eq!(asked.cookie("access-token-creator.xiaohongshu.com"), Some(TOKEN));
}

#[tokio::test]
async fn a_full_probe_brings_followers_and_level_of_the_same_person_only() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Full).await;
    assert_eq!(probe.identity.expect("named").profile.level.as_deref(), Some("LV3"));
    assert_eq!(probe.numbers.expect("numbers").items[0].value, 1402.0);
    let other = fixture!("personal-info.json").replace("91230000456", "91230000999");
    host.play(at(PERSONAL, Reply::json(other)));
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Full).await;
    assert!(probe.verdict == Verdict::Alive && probe.numbers.is_none(), "another person's numbers");
    for reply in [captcha(461), out(), Reply::html(502, "<html></html>")] {
        host.play(at(PERSONAL, reply));
        let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Full).await;
        assert_eq!((probe.verdict, probe.identity.expect("named").user_id.as_str()), (Verdict::Alive, USER));
    }
    host.play(at(PERSONAL, Reply::json(fixture!("restricted.json"))));
    assert_eq!(adapter.probe(&ctx, &credential(), ProbeDepth::Full).await.verdict, Verdict::Restricted);
}

#[tokio::test]
async fn a_success_of_status_461_is_a_captcha_and_says_which() {
    let (_host, ctx, adapter) = start(Arc::new(|_| captcha(461))).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert_eq!((probe.verdict, probe.reason), (Verdict::Restricted, Reason::Captcha));
    assert_eq!(probe.evidence.code.as_deref(), Some("461"));
    assert_eq!(probe.evidence.message.as_deref(), Some("217"));
}

#[tokio::test]
async fn an_account_overseas_is_asked_about_overseas() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let pasted = CookieJar::from_header(&header(), "xiaohongshu.com").expect("cookies");
    let credential = adapter.credential_from(pasted, Some(OVERSEAS));
    let probe = adapter.probe(&ctx, &credential, ProbeDepth::Light).await;
    assert_eq!(probe.verdict, Verdict::Alive);
    let asked = host.asked().pop().expect("asked");
    assert_eq!(asked.host, "creator.rednote.com");
    assert_eq!(asked.headers["referer"], "https://creator.rednote.com/");
    assert!(asked.cookie("galaxy_creator_session_id").is_some());
    // Its login page is overseas as well: a redirect to the other site's says nothing.
    host.play(Arc::new(|_| Reply::redirect("https://creator.xiaohongshu.com/login")));
    assert_eq!(adapter.probe(&ctx, &credential, ProbeDepth::Light).await.verdict, Verdict::Unknown);
    host.play(Arc::new(|_| Reply::redirect("https://creator.rednote.com/login?redirectReason=401")));
    assert_eq!(adapter.probe(&ctx, &credential, ProbeDepth::Light).await.verdict, Verdict::Expired);
}

#[tokio::test]
async fn numbers_are_what_needs_no_signature() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let numbers = adapter.numbers(&ctx, &credential()).await.expect("numbers");
    let pairs: Vec<(&str, f64)> = numbers.items.iter().map(|item| (item.key.as_str(), item.value)).collect();
    let wanted = [
        ("followers", 1402.0),
        ("following", 87.0),
        ("likes_and_favorites", 28760.0),
        ("views_30d", 19870.0),
        ("likes_30d", 760.0),
        ("favorites_30d", 390.0),
        ("comments_30d", 84.0),
        ("shares_30d", 31.0),
    ];
    assert_eq!(pairs, wanted);
    assert!(host.asked().iter().all(|asked| !asked.headers.contains_key("x-s")), "nothing is signed");
    for reply in [
        Reply::json("{\"code\":0,\"success\":true,\"data\":{\"seven\":null,\"thirty\":null}}"),
        Reply::json("{\"code\":0,\"success\":true,\"data\":{\"thirty\":{\"view_count\":null}}}"),
        Reply::json(fixture!("signature-wanted.json")).status(406),
        Reply::html(502, "<html></html>"),
    ] {
        host.play(at(NOTES, reply.clone()));
        let numbers = adapter.numbers(&ctx, &credential()).await.expect("what there is");
        assert_eq!(numbers.items.len(), 3, "{reply:?}");
    }
    host.play(at(NOTES, captcha(471)));
    let error = adapter.numbers(&ctx, &credential()).await.expect_err("a pause");
    assert_eq!((error.kind, error.reason), (ErrorKind::RiskControl, Reason::Captcha));
}

#[tokio::test]
async fn a_guest_s_cookies_are_no_candidate_and_a_window_has_its_site() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    for method in
        [LoginMethod::Qr, LoginMethod::Window, LoginMethod::Cookies, LoginMethod::Token, LoginMethod::Password]
    {
        let error = adapter.begin_login(&ctx, method).await.expect_err("no flow");
        assert_eq!(error.kind, ErrorKind::Unsupported, "{method:?}");
    }
    assert!(host.asked().is_empty());
    let guest = CookieJar::from_header("web_session=0400; a1=x; webId=y", "xiaohongshu.com").expect("cookies");
    assert!(!adapter.is_candidate(&guest));
    let half = CookieJar::from_header("galaxy_creator_session_id=x", "xiaohongshu.com").expect("cookies");
    assert!(!adapter.is_candidate(&half));
    assert!(adapter.is_candidate(&credential().cookies));
    let home = adapter.window(None).expect("a plan");
    assert_eq!(home.login_url, "https://creator.xiaohongshu.com/login");
    assert_eq!(adapter.window(Some("https://creator.xiaohongshu.com")), Some(home));
    let overseas = adapter.window(Some(OVERSEAS)).expect("a plan");
    assert_eq!(
        (overseas.login_url.as_str(), overseas.allowed[0].as_str()),
        ("https://creator.rednote.com/login", "rednote.com")
    );
    assert_eq!(adapter.descriptor().sites.len(), 2);
}

#[tokio::test]
async fn a_session_keeps_the_browser_it_was_opened_with() {
    let (host, ctx, adapter) = start(leaving("/api/galaxy/user/logout")).await;
    let session = Credential { user_agent: Some(String::from("Browser of old")), ..credential() };
    adapter.probe(&ctx, &session, ProbeDepth::Full).await;
    adapter.numbers(&ctx, &session).await.expect("numbers");
    adapter.logout(&ctx, &session).await.expect("out");
    assert!(host.asked().iter().all(|asked| asked.headers["user-agent"] == "Browser of old"));
}

#[tokio::test]
async fn a_logout_goes_by_the_exit_that_works_and_is_believed_when_the_platform_says_so() {
    let (host, ctx, adapter) = start(leaving("/api/galaxy/user/logout")).await;
    adapter.logout(&ctx, &credential()).await.expect("out");
    let first = &host.asked()[0];
    assert_eq!((first.method.as_str(), first.path.as_str()), ("POST", "/api/galaxy/user/logout"));
    host.play(leaving("/sso/logout"));
    adapter.logout(&ctx, &credential()).await.expect("out by the second way");
    host.play(Arc::new(alive));
    assert_eq!(adapter.logout(&ctx, &credential()).await.expect_err("it still lives").kind, ErrorKind::Refused);
}

/// What is pasted for rednote belongs to the whole of its domain, as its own cookies do.
#[test]
fn rednote_s_cookies_are_those_of_its_domain() {
    let adapter = common::adapter("xiaohongshu", &AdapterSettings::default());
    let site =
        adapter.descriptor().sites.iter().find(|site| site.origin == "https://creator.rednote.com").expect("there");
    let domain = site.cookie_domain.expect("a domain of its own");
    let header = "access-token-creator.xiaohongshu.com=a; galaxy_creator_session_id=b";
    let jar = CookieJar::from_header(header, domain).expect("cookies");
    let credential = adapter.credential_from(jar, Some(site.origin));
    assert!(adapter.is_candidate(&credential.cookies));
    assert!(credential.cookies.iter().all(|cookie| cookie.domain == "rednote.com"));
}
