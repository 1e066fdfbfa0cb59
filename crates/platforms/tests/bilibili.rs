//! Bilibili over real sockets: the ways a session arrives, renewal, numbers, logout.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use common::bilibili::{CSRF, KEY, NEW_REFRESH, REFRESH, SESSDATA, USER, alive, confirmed, credential, fixture, login};
use roster_domain::{Credential, Quota, Reason, Verdict};
use roster_platform::{
    Adapter, Context, ErrorKind, LoginFlow, LoginInput, LoginMethod, LoginStep, ProbeDepth, RefusalReason, Renewal,
    conformance::{Asked, Host, Phone, Play, Reply, context},
};
use roster_platforms::AdapterSettings;
use rsa::{
    Oaep, RsaPrivateKey,
    pkcs8::{EncodePublicKey, LineEnding},
    rand_core::OsRng,
    sha2::Sha256,
};

const END: i64 = 1_805_552_000;
const CROSS_DOMAIN: &str = "/x/passport-login/web/crossDomain";

async fn start(play: Play) -> (Host, Context, Arc<dyn Adapter>) {
    let host = Host::start(play).await.expect("host");
    let ctx = context(&host).expect("client");
    (host, ctx, common::adapter("bilibili", &AdapterSettings::default()))
}

/// A login whose poll and cross-domain address answer as told.
fn session_by(poll: Reply, cross: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Play {
    let base = login(Phone::Waiting);
    Arc::new(move |asked| match asked.path.as_str() {
        "/x/passport-login/web/qrcode/poll" => poll.clone(),
        _ if asked.host == "passport.biligame.com" || asked.path == CROSS_DOMAIN => cross(asked),
        _ if asked.path == "/x/web-interface/nav" => alive(asked),
        _ => base(asked),
    })
}

fn without_cookies(reply: Reply) -> Reply {
    let Reply::Http { status, headers, body } = reply else { return reply };
    Reply::Http { status, headers: headers.into_iter().filter(|(name, _)| name != "set-cookie").collect(), body }
}

fn cookies_of(domain: &str, reply: Reply) -> Reply {
    let Reply::Http { headers, .. } = confirmed() else { return reply };
    let lines = headers.into_iter().filter(|(name, _)| name == "set-cookie");
    lines.fold(reply, |reply, (name, value)| reply.with(&name, &value.replace("bilibili.com", domain)))
}

async fn begin(adapter: &dyn Adapter, ctx: &Context) -> Box<dyn LoginFlow> {
    adapter.begin_login(ctx, LoginMethod::Qr).await.expect("begins").0
}

async fn finish(play: Play) -> (Host, LoginStep) {
    let (host, ctx, adapter) = start(play).await;
    let mut flow = begin(adapter.as_ref(), &ctx).await;
    let step = flow.next(&ctx, LoginInput::Poll).await.expect("an answer");
    (host, step)
}

fn session(step: LoginStep) -> Credential {
    match step {
        LoginStep::Done { credential, identity } => {
            assert_eq!(identity.as_deref(), Some(USER));
            credential
        }
        other => panic!("no session: {other:?}"),
    }
}

fn check(credential: &Credential) {
    assert_eq!(credential.cookies.value("SESSDATA").expect("session").expose(), SESSDATA, "byte for byte");
    assert_eq!(credential.cookies.value("bili_jct").expect("csrf").expose(), CSRF);
    assert_eq!(credential.expires_at.expect("end").as_second(), END);
    assert_eq!(credential.tokens.get("refresh_token").expect("token").expose(), REFRESH);
    assert!(credential.cookies.value("buvid3").is_some() && credential.cookies.value("buvid4").is_some());
}

#[tokio::test]
async fn the_session_comes_with_the_confirmation() {
    let (host, step) = finish(session_by(confirmed(), |_| common::not_found())).await;
    check(&session(step));
    assert!(host.asked().iter().all(|asked| asked.path != CROSS_DOMAIN), "the ticket is not needed");
    let polls = host.asked().into_iter().filter(|asked| asked.path.ends_with("/poll"));
    assert!(polls.clone().all(|asked| asked.query["qrcode_key"] == KEY));
    assert_eq!(polls.count(), 1);
}

#[tokio::test]
async fn the_session_comes_behind_the_ticket_hop_by_hop() {
    let play = session_by(without_cookies(confirmed()), |asked| {
        match (asked.host.as_str(), asked.query.get("ticket").map(String::as_str)) {
            ("passport.biligame.com", Some("fixture-ticket")) => {
                Reply::redirect("https://passport.bilibili.com/x/passport-login/web/crossDomain?step=2")
                    .with("set-cookie", "hop=1; Path=/; Domain=bilibili.com")
            }
            ("passport.bilibili.com", None) => {
                assert_eq!(asked.cookie("hop"), Some("1"), "cookies of the first hop go to the second");
                cookies_of("bilibili.com", Reply::redirect("https://www.bilibili.com/"))
            }
            other => panic!("asked {other:?}"),
        }
    });
    let (host, step) = finish(play).await;
    check(&session(step));
    assert!(host.asked().iter().all(|asked| asked.host != "www.bilibili.com"), "it stops with the session");
}

#[tokio::test]
async fn a_ticket_leads_to_known_hosts_only_and_not_for_ever() {
    let away = session_by(without_cookies(confirmed()), |_| Reply::redirect("https://evil.example/?t=1"));
    let (host, step) = finish(away).await;
    assert!(matches!(step, LoginStep::Refused { why: RefusalReason::NoSession, .. }), "{step:?}");
    assert!(host.asked().iter().all(|asked| asked.host != "evil.example"));
    let round = session_by(without_cookies(confirmed()), |_| {
        Reply::redirect("https://passport.biligame.com/x/passport-login/web/crossDomain?ticket=again")
    });
    let (host, step) = finish(round).await;
    assert!(matches!(step, LoginStep::Refused { why: RefusalReason::NoSession, .. }), "{step:?}");
    let hops = host.asked().iter().filter(|asked| asked.host == "passport.biligame.com").count();
    assert_eq!(hops, 5);
}

#[tokio::test]
async fn a_ticket_is_tried_again_when_the_network_fails() {
    let tries = AtomicUsize::new(0);
    let play = session_by(without_cookies(confirmed()), move |_| match tries.fetch_add(1, SeqCst) {
        0 => Reply::Reset,
        1 => Reply::html(502, "<html></html>"),
        _ => cookies_of("bilibili.com", Reply::redirect("https://www.bilibili.com/")),
    });
    let (host, ctx, adapter) = start(play).await;
    let mut flow = begin(adapter.as_ref(), &ctx).await;
    for kind in [ErrorKind::Network, ErrorKind::Server] {
        assert_eq!(flow.next(&ctx, LoginInput::Poll).await.expect_err("a fault").kind, kind);
    }
    check(&session(flow.next(&ctx, LoginInput::Poll).await.expect("an answer")));
    let polls = host.asked().iter().filter(|asked| asked.path.ends_with("/poll")).count();
    assert_eq!(polls, 1, "the confirmation is given once and is not asked for again");
}

#[tokio::test]
async fn the_session_comes_in_the_query_of_an_old_address() {
    let (_host, step) =
        finish(session_by(Reply::json(fixture!("poll-confirmed-query.json")), |_| common::not_found())).await;
    check(&session(step));
}

#[tokio::test]
async fn a_sister_site_s_session_is_taken_if_the_main_site_accepts_it() {
    let given = |_: &Asked| cookies_of("biligame.com", Reply::redirect("https://www.bilibili.com/"));
    let (host, step) = finish(session_by(without_cookies(confirmed()), given)).await;
    let credential = session(step);
    check(&credential);
    assert!(credential.cookies.iter().all(|cookie| cookie.domain == "bilibili.com"));
    assert!(
        host.asked().iter().any(|asked| asked.path.ends_with("/nav") && asked.cookie("SESSDATA") == Some(SESSDATA))
    );

    let base = session_by(without_cookies(confirmed()), given);
    let refusing: Play = Arc::new(move |asked| match asked.path.as_str() {
        "/x/web-interface/nav" => Reply::json(fixture!("nav-logged-out.json")),
        _ => base(asked),
    });
    let (_host, step) = finish(refusing).await;
    assert!(matches!(step, LoginStep::Refused { why: RefusalReason::NoSession, .. }), "{step:?}");
}

#[tokio::test]
async fn an_unknown_state_ends_the_login_with_its_code() {
    let poll = Reply::json(fixture!("poll-waiting.json").replace("86101", "86083"));
    let (_host, step) = finish(session_by(poll, |_| common::not_found())).await;
    let LoginStep::Refused { why, evidence, .. } = step else { panic!("{step:?}") };
    assert_eq!((why, evidence.code.as_deref()), (RefusalReason::Platform, Some("86083")));
}

#[tokio::test]
async fn a_code_that_leads_elsewhere_is_not_shown() {
    let generate = fixture!("generate.json").replace("account.bilibili.com", "evil.example");
    let (_host, ctx, adapter) = start(Arc::new(move |_| Reply::json(generate.clone()))).await;
    let error = adapter.begin_login(&ctx, LoginMethod::Qr).await.expect_err("refused");
    assert_eq!(error.reason, Reason::UnexpectedShape);
}

#[tokio::test]
async fn a_code_ends_by_the_own_clock_and_the_next_is_another() {
    let (host, mut ctx, adapter) = start(login(Phone::Waiting)).await;
    let (mut flow, step) = adapter.begin_login(&ctx, LoginMethod::Qr).await.expect("begins");
    let LoginStep::ShowQr { text, expires_at, .. } = step else { panic!("{step:?}") };
    assert_eq!(expires_at.as_second() - ctx.now.as_second(), 180);
    assert!(text.contains(KEY) && text.contains('&'), "the text is taken as it is");
    ctx.now = expires_at.checked_add(jiff::SignedDuration::from_secs(6)).expect("time");
    let asked = host.asked().len();
    assert!(matches!(flow.next(&ctx, LoginInput::Poll).await, Ok(LoginStep::Expired)));
    assert_eq!(host.asked().len(), asked, "nobody is asked about a dead code");
    let Ok(LoginStep::ShowQr { expires_at, .. }) = flow.next(&ctx, LoginInput::Refresh).await else {
        panic!("no code")
    };
    assert_eq!(expires_at.as_second() - ctx.now.as_second(), 180);
}

#[tokio::test]
async fn a_probe_reads_who_it_is_and_in_full_depth_whether_it_may_speak() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let light = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    let profile = light.identity.expect("named").profile;
    assert_eq!((profile.name.as_str(), profile.level.as_deref()), ("测试UP主", Some("LV6")));
    assert_eq!(profile.membership.as_deref(), Some("年度大会员"));
    assert_eq!(profile.membership_ends_at.map(|end| end.as_second()), Some(END));
    assert_eq!(profile.avatar_url.as_deref(), Some("https://i0.hdslb.com/bfs/face/fixture.jpg"));
    assert_eq!(profile.verification, None);
    assert_eq!(host.asked().len(), 1, "the light probe is one question");

    let full = adapter.probe(&ctx, &credential(), ProbeDepth::Full).await;
    assert_eq!(full.verdict, Verdict::Alive);
    assert_eq!(full.numbers.expect("numbers").items[0].value, 1122.0);

    host.play(Arc::new(|asked| match asked.path.as_str() {
        "/x/space/myinfo" => Reply::json(fixture!("myinfo-muted.json")),
        _ => alive(asked),
    }));
    let muted = adapter.probe(&ctx, &credential(), ProbeDepth::Full).await;
    assert_eq!((muted.verdict, muted.reason), (Verdict::Restricted, Reason::Muted));
    assert!(muted.identity.is_some(), "a muted account is still somebody");
}

#[tokio::test]
async fn a_session_keeps_the_browser_it_was_opened_with() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let session = Credential { user_agent: Some(String::from("Browser of old")), ..credential() };
    adapter.probe(&ctx, &session, ProbeDepth::Full).await;
    adapter.numbers(&ctx, &session).await.expect("numbers");
    adapter.renew(&ctx, &session).await.expect("renewed");
    adapter.logout(&ctx, &session).await.expect("out");
    assert!(host.asked().len() >= 9);
    for asked in host.asked() {
        assert_eq!(asked.headers["user-agent"], "Browser of old", "{}", asked.path);
        assert!(asked.headers["referer"].starts_with("https://"), "{}", asked.path);
    }
}

/// The platform's side of a renewal, with the private half of the key.
struct Renewing {
    key: RsaPrivateKey,
    prefix: &'static str,
}

impl Renewing {
    fn new(prefix: &'static str) -> (Arc<Self>, AdapterSettings) {
        let key = RsaPrivateKey::new(&mut OsRng, 2048).expect("key");
        let pem = key.to_public_key().to_public_key_pem(LineEnding::LF).expect("pem");
        let settings = [("bilibili.correspond_public_key", pem)].into_iter().collect();
        (Arc::new(Self { key, prefix }), settings)
    }

    fn answer(&self, asked: &Asked) -> Reply {
        match asked.path.strip_prefix("/correspond/1/") {
            Some(path) if self.opens(path) => Reply::html(200, fixture!("correspond.html")),
            Some(_) => common::not_found(),
            None if asked.path.ends_with("/cookie/refresh") => {
                let right = asked.form["csrf"] == CSRF
                    && asked.form["refresh_csrf"] == "cafebabecafebabecafebabecafebabe"
                    && asked.form["source"] == "main_web"
                    && asked.form["refresh_token"] == REFRESH;
                if right { alive(asked) } else { Reply::json(r#"{"code":86095,"message":"refresh_csrf error"}"#) }
            }
            None => alive(asked),
        }
    }

    fn opens(&self, path: &str) -> bool {
        let lower = path.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
        let sealed = hex::decode(path).expect("hex");
        let text = self.key.decrypt(Oaep::new::<Sha256>(), &sealed).expect("opens");
        lower && String::from_utf8(text).expect("text") == format!("{}1790000000456", self.prefix)
    }
}

#[tokio::test]
async fn a_renewal_proves_itself_and_keeps_the_old_token_until_it_is_confirmed() {
    for prefix in ["refresh_", "set_"] {
        let (platform, settings) = Renewing::new(prefix);
        let shared = Arc::clone(&platform);
        let (host, ctx, _) = start(Arc::new(move |asked| shared.answer(asked))).await;
        let adapter = common::adapter("bilibili", &settings);
        let Ok(Renewal::Renewed(new)) = adapter.renew(&ctx, &credential()).await else { panic!("not renewed") };
        assert!(new.cookies.value("SESSDATA").expect("session").expose().starts_with("5e6f7a8b"));
        assert_eq!(new.cookies.iter().filter(|cookie| cookie.name == "SESSDATA").count(), 1);
        assert_eq!(new.tokens["refresh_token"].expose(), NEW_REFRESH);
        assert_eq!(new.tokens["pending_refresh_token"].expose(), REFRESH);
        assert_eq!(new.expires_at.map(|end| end.as_second()), Some(END));

        let confirmed = adapter.confirm_renewal(&ctx, &new).await.expect("confirmed");
        assert!(!confirmed.tokens.contains_key("pending_refresh_token"));
        let told = host.asked().pop().expect("asked");
        assert_eq!(told.form["refresh_token"], REFRESH, "the old token is given up");
        assert!(told.cookie("SESSDATA").expect("cookie").starts_with("5e6f7a8b"), "in the name of the new session");
        let asked = host.asked().len();
        adapter.confirm_renewal(&ctx, &confirmed).await.expect("nothing to tell");
        assert_eq!(host.asked().len(), asked);
    }
}

#[tokio::test]
async fn what_stands_against_a_renewal_is_said() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let mut poor = credential();
    poor.tokens.clear();
    assert_eq!(adapter.renew(&ctx, &poor).await.expect_err("no token").kind, ErrorKind::Unsupported);
    assert!(host.asked().is_empty(), "nothing is asked without a token");

    let only = |path: &'static str, reply: Reply| -> Play {
        Arc::new(move |asked| if asked.path.starts_with(path) { reply.clone() } else { alive(asked) })
    };
    host.play(only("/x/passport-login/web/cookie/info", Reply::json(fixture!("cookie-info.json"))));
    assert!(matches!(adapter.renew(&ctx, &credential()).await, Ok(Renewal::NotNeeded)));

    host.play(only("/correspond/", common::not_found()));
    assert_eq!(adapter.renew(&ctx, &credential()).await.expect_err("404").evidence.http_status, Some(404));
    let paths = host.asked().into_iter().filter(|asked| asked.path.starts_with("/correspond/")).count();
    assert_eq!(paths, 2, "one for each prefix");

    let bare = Reply::html(200, "<html><body></body></html>");
    host.play(only("/correspond/", bare.clone()));
    assert_eq!(adapter.renew(&ctx, &credential()).await.expect_err("no element").reason, Reason::UnexpectedShape);
    host.play(Arc::new(move |asked| match asked.path.as_str() {
        path if path.starts_with("/correspond/") => bare.clone(),
        "/x/web-interface/nav" => Reply::json(fixture!("nav-logged-out.json")),
        _ => alive(asked),
    }));
    assert_eq!(adapter.renew(&ctx, &credential()).await.expect_err("out").kind, ErrorKind::NotLoggedIn);

    let refresh = "/x/passport-login/web/cookie/refresh";
    for (reply, kind) in [
        (Reply::json(r#"{"code":86095,"message":"refresh_csrf error","ttl":1}"#), ErrorKind::Refused),
        (Reply::json(r#"{"code":-111,"message":"csrf 校验失败","ttl":1}"#), ErrorKind::Refused),
        (Reply::json(r#"{"code":-101,"message":"账号未登录","ttl":1}"#), ErrorKind::NotLoggedIn),
        (Reply::json(fixture!("cookie-refresh.json")), ErrorKind::Protocol),
    ] {
        host.play(only(refresh, reply));
        assert_eq!(adapter.renew(&ctx, &credential()).await.expect_err("refused").kind, kind);
    }
    let other = common::bilibili::with_new_session(Reply::json(fixture!("cookie-refresh.json")));
    let Reply::Http { status, headers, body } = other else { panic!("no answer") };
    let headers = headers.into_iter().map(|(name, value)| (name, value.replace(USER, "77"))).collect();
    host.play(only(refresh, Reply::Http { status, headers, body }));
    assert_eq!(adapter.renew(&ctx, &credential()).await.expect_err("another person").reason, Reason::OtherUser);
}

#[tokio::test]
async fn coins_are_told_with_every_check_and_on_their_own() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let told = |items: &[Quota]| items.iter().map(|item| (item.key.clone(), item.left)).collect::<Vec<_>>();
    let wanted = [(String::from("coins"), Some(172.4)), (String::from("b_coins"), Some(5.0))];
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert_eq!(told(&probe.quotas.expect("quotas").items), wanted);
    assert_eq!(told(&adapter.quotas(&ctx, &credential()).await.expect("quotas").items), wanted);
    let bare = fixture!("nav.json").replace("\"money\":172.4", "\"money\":\"--\"").replace("\"wallet\"", "\"purse\"");
    host.play(Arc::new(move |_| Reply::json(bare.clone())));
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    assert!(probe.verdict == Verdict::Alive && probe.quotas.is_none(), "an ornament has changed its form");
    assert!(adapter.quotas(&ctx, &credential()).await.is_err());
}

#[tokio::test]
async fn numbers_come_from_three_questions_and_do_without_two_of_them() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let numbers = adapter.numbers(&ctx, &credential()).await.expect("numbers");
    let find = |key: &str| numbers.items.iter().find(|item| item.key == key).map(|item| (item.value, item.change));
    assert_eq!(find("followers"), Some((1122.0, Some(1.0))));
    assert_eq!(find("views"), Some((90_210.0, Some(310.0))));
    assert_eq!(find("coins"), Some((120.0, Some(0.0))));
    assert_eq!(find("article_views"), Some((12.0, None)));
    assert_eq!(host.asked().iter().find(|asked| asked.path.ends_with("upstat")).expect("asked").query["mid"], USER);

    host.play(Arc::new(|asked| match asked.path.as_str() {
        "/x/web/index/stat" => Reply::html(502, "<html></html>"),
        "/x/space/upstat" => Reply::json(fixture!("upstat-logged-out.json")),
        _ => alive(asked),
    }));
    let fewer = adapter.numbers(&ctx, &credential()).await.expect("numbers");
    let keys: Vec<&str> = fewer.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["followers", "following", "posts"]);
}

#[tokio::test]
async fn a_page_instead_of_a_logout_counts_only_if_the_session_is_out() {
    let page = Reply::html(200, "<html>login</html>");
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let exit = page.clone();
    host.play(Arc::new(move |asked| if asked.path.contains("exit") { exit.clone() } else { alive(asked) }));
    assert!(adapter.logout(&ctx, &credential()).await.is_err(), "the session is still alive");
    host.play(Arc::new(move |asked| match asked.path.as_str() {
        "/login/exit/v2" => page.clone(),
        _ => Reply::json(fixture!("nav-logged-out.json")),
    }));
    adapter.logout(&ctx, &credential()).await.expect("already out");
    host.play(Arc::new(|_| Reply::json(r#"{"code":2202,"status":false,"ts":1,"message":"csrf 校验失败"}"#)));
    assert_eq!(adapter.logout(&ctx, &credential()).await.expect_err("csrf").kind, ErrorKind::Refused);
    host.play(Arc::new(alive));
    adapter.logout(&ctx, &credential()).await.expect("out");
    assert_eq!(host.asked().pop().expect("asked").form["biliCSRF"], CSRF);
}

#[tokio::test]
async fn an_account_opens_on_the_main_site_and_pasted_cookies_tell_their_end() {
    let (_host, _ctx, adapter) = start(Arc::new(alive)).await;
    let plan = adapter.window(None).expect("a plan");
    assert_eq!(plan.home_url, "https://www.bilibili.com/");
    assert_eq!(adapter.descriptor().login_methods, [LoginMethod::Qr], "the window is for opening only");
    let mut cookies = credential().cookies;
    cookies.merge(roster_domain::CookieJar::from_header("foreign=1", "example.org").expect("cookies"));
    let pasted = adapter.credential_from(cookies, None);
    assert_eq!(pasted.expires_at.map(|end| end.as_second()), Some(END), "it stands inside SESSDATA");
    assert!(pasted.cookies.value("foreign").is_none());
}
