//! SmartCV's login and session over real sockets: the form, both cookie families, what is refused, health, the way out.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::sync::Arc;

use common::smartcv::{
    COOKIE, NEW_SESSION, PASSWORD, SESSION, TOKEN, USER, alive, credential, csrf, failure, fixture, with_cookies,
    wrong_password,
};
use roster_domain::{CookieJar, Credential, Reason, Secret, Verdict};
use roster_platform::{
    Adapter, Context, Error, ErrorKind, Filled, LoginFlow, LoginInput, LoginMethod, LoginStep, ProbeDepth,
    RefusalReason,
    conformance::{Asked, Host, Play, Reply, context},
};
use roster_platforms::AdapterSettings;

async fn start(play: Play) -> (Host, Context, Arc<dyn Adapter>) {
    let host = Host::start(play).await.expect("host");
    let ctx = context(&host).expect("client");
    (host, ctx, common::adapter("smartcv", &AdapterSettings::default()))
}

/// The good platform, but for the answer to the password.
fn answering(reply: Reply) -> Play {
    Arc::new(move |asked| match asked.path.as_str() {
        "/api/auth/callback/credentials" => reply.clone(),
        _ => alive(asked),
    })
}

fn filled(password: &str) -> LoginInput {
    let pairs = [("email", Secret::from(" lin@example.test ")), ("password", Secret::from(password))];
    LoginInput::Fields(pairs.into_iter().collect::<Filled>())
}

async fn begun(play: Play) -> (Host, Context, Box<dyn LoginFlow>) {
    let (host, ctx, adapter) = start(play).await;
    let (flow, step) = adapter.begin_login(&ctx, LoginMethod::Password).await.expect("begins");
    let LoginStep::AskFields { form, problem: None } = step else { panic!("{step:?}") };
    assert_eq!(form.fields.iter().map(|field| field.id).collect::<Vec<_>>(), ["email", "password"]);
    assert!(host.asked().is_empty(), "the form needs no platform");
    (host, ctx, flow)
}

async fn one(reply: Reply) -> Result<LoginStep, Error> {
    let (_host, ctx, mut flow) = begun(answering(reply)).await;
    flow.next(&ctx, filled(PASSWORD)).await
}

fn session(step: Result<LoginStep, Error>) -> Credential {
    match step {
        Ok(LoginStep::Done { credential, identity: None }) => credential,
        other => panic!("no session: {other:?}"),
    }
}

fn setting(cookies: &[&str]) -> Reply {
    let reply = Reply::json("{\"url\":\"https://www.smartcv.cc/\"}");
    cookies.iter().fold(reply, |reply, cookie| reply.with("set-cookie", &format!("{cookie}; Path=/; Max-Age=2592000")))
}

#[tokio::test]
async fn e_mail_and_password_make_a_session() {
    let (host, ctx, mut flow) = begun(Arc::new(alive)).await;
    let made = session(flow.next(&ctx, filled(PASSWORD)).await);
    assert_eq!(made.cookies.value(COOKIE).expect("session").expose(), NEW_SESSION);
    assert_eq!(made.expires_at.map(|end| end.as_second()), Some(1_797_771_600 + 400), "the cookie's own end");
    assert_eq!((made.obtained_at, made.generation), (Some(ctx.now), 0));
    assert!(made.user_agent.is_some());
    let asked: Vec<Asked> = host.asked();
    assert_eq!(
        asked.iter().map(|asked| asked.path.as_str()).collect::<Vec<_>>(),
        ["/api/auth/csrf", "/api/auth/callback/credentials"]
    );
    let (form, headers) = (&asked[1].form, &asked[1].headers);
    assert_eq!((form["email"].as_str(), form["json"].as_str()), ("lin@example.test", "true"));
    assert_eq!((form["csrfToken"].as_str(), form["callbackUrl"].as_str()), (TOKEN, "https://www.smartcv.cc/"));
    assert_eq!(headers["origin"], "https://www.smartcv.cc");
    assert_eq!(headers["x-auth-return-redirect"], "1");
}

#[tokio::test]
async fn both_families_whole_and_in_parts_answered_or_by_redirect_make_a_session() {
    for names in [
        vec!["__Secure-next-auth.session-token=s"],
        vec!["next-auth.session-token=s"],
        vec!["__Secure-authjs.session-token=s"],
        vec!["authjs.session-token=s"],
        vec!["__Secure-authjs.session-token.0=s", "__Secure-authjs.session-token.1=t"],
        vec!["next-auth.session-token.0=s", "next-auth.session-token.1=t", "next-auth.session-token.2=u"],
    ] {
        let made = session(one(setting(&names)).await);
        let kept = made.cookies.iter().filter(|cookie| cookie.name.contains("session-token")).count();
        assert_eq!(kept, names.len(), "{names:?}");
        assert!(made.expires_at.is_some());
        let redirect = Reply::redirect("https://www.smartcv.cc/").with("set-cookie", &format!("{}; Path=/", names[0]));
        assert!(matches!(one(redirect).await, Ok(LoginStep::Done { .. })), "{names:?} with a redirect");
    }
}

#[tokio::test]
async fn a_wrong_password_asks_again_and_the_right_one_then_goes_through() {
    let wrong = "https://www.smartcv.cc/login?error=CredentialsSignin";
    for (name, reply) in [
        ("as fixture", wrong_password()),
        ("by redirect", Reply::redirect(wrong)),
        ("with the newer code", Reply::json(format!("{{\"url\":\"{wrong}&code=credentials\"}}"))),
        ("relative", Reply::json("{\"url\":\"/login?error=CredentialsSignin\"}").status(401)),
        ("401 alone", Reply::json("{}").status(401)),
        ("in the site's words", failure(401, "INVALID_CREDENTIALS")),
    ] {
        let (host, ctx, mut flow) = begun(answering(reply)).await;
        let step = flow.next(&ctx, filled("canary-wrong")).await.expect("an answer");
        let LoginStep::AskFields { problem: Some(problem), .. } = &step else { panic!("{name}: {step:?}") };
        assert_eq!(problem.field, Some("password"), "{name}");
        assert!(problem.text.is_some() && problem.evidence.code.is_some(), "{name}");
        assert!(!format!("{step:?} {flow:?}").contains("canary"), "{name}");
        let asked = host.asked().len();
        let again = flow.next(&ctx, LoginInput::Poll).await.expect("the form");
        assert!(matches!(again, LoginStep::AskFields { problem: Some(_), .. }));
        let anew = flow.next(&ctx, LoginInput::Refresh).await.expect("the form");
        assert!(matches!(anew, LoginStep::AskFields { problem: None, .. }));
        assert_eq!(host.asked().len(), asked, "{name}: a password is never sent again by itself");
        host.play(Arc::new(alive));
        session(flow.next(&ctx, filled(PASSWORD)).await);
    }
}

#[tokio::test]
async fn what_no_password_opens_ends_the_login_and_says_why() {
    let error = |code: &str| Reply::json(format!("{{\"url\":\"https://www.smartcv.cc/login?error={code}\"}}"));
    for (name, reply, why, reason) in [
        ("second factor", error("TwoFactorRequired"), RefusalReason::RiskControl, Reason::Captcha),
        (
            "second factor, newer",
            error("CredentialsSignin&code=2fa_required"),
            RefusalReason::RiskControl,
            Reason::Captcha,
        ),
        ("denied", error("AccessDenied"), RefusalReason::Platform, Reason::Banned),
        ("locked", error("ACCOUNT_LOCKED").status(401), RefusalReason::Platform, Reason::Banned),
        ("locked, in words", failure(403, "ACCOUNT_LOCKED"), RefusalReason::Platform, Reason::Banned),
        ("misconfigured", error("Configuration"), RefusalReason::Platform, Reason::Other),
        ("no session", Reply::json("{\"url\":\"https://www.smartcv.cc/\"}"), RefusalReason::NoSession, Reason::Other),
    ] {
        let step = one(reply).await;
        let Ok(LoginStep::Refused { why: said, reason: because, .. }) = step else { panic!("{name}: {step:?}") };
        assert_eq!((said, because), (why, reason), "{name}");
    }
}

#[tokio::test]
async fn a_fault_is_no_verdict_on_the_password_and_moves_nothing() {
    for (name, reply, kind) in [
        ("server", Reply::html(502, "x"), ErrorKind::Server),
        ("too many", Reply::json("{}").status(429).with("retry-after", "60"), ErrorKind::RateLimited),
        ("portal", Reply::html(200, "<html>login</html>"), ErrorKind::Protocol),
        ("elsewhere", Reply::redirect("https://portal.example/?error=CredentialsSignin"), ErrorKind::Protocol),
        ("token", Reply::json("{\"url\":\"https://www.smartcv.cc/api/auth/signin?csrf=true\"}"), ErrorKind::Protocol),
        ("reset", Reply::Reset, ErrorKind::Network),
    ] {
        let (host, ctx, mut flow) = begun(answering(reply)).await;
        let error = flow.next(&ctx, filled(PASSWORD)).await.expect_err(name);
        assert_eq!(error.kind, kind, "{name}");
        assert_eq!(host.asked().iter().filter(|asked| asked.method == "POST").count(), 1, "{name}: sent once");
        let later = context(&host).expect("client");
        host.play(Arc::new(alive));
        session(flow.next(&later, filled(PASSWORD)).await);
    }
}

#[tokio::test]
async fn guests_are_no_candidates_and_pasted_sessions_of_any_form_are_sent_whole() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let jar = |text: &str| CookieJar::from_header(text, "smartcv.cc").expect("cookies");
    assert!(!adapter.is_candidate(&jar("__Host-next-auth.csrf-token=a; next-auth.callback-url=b")));
    for text in [
        "__Secure-next-auth.session-token=a",
        "next-auth.session-token=a",
        "__Secure-authjs.session-token.0=a; __Secure-authjs.session-token.1=b",
        "authjs.session-token=a; theme=dark",
    ] {
        assert!(adapter.is_candidate(&jar(text)), "{text}");
        let probe = adapter.probe(&ctx, &with_cookies(text), ProbeDepth::Light).await;
        assert_eq!(probe.verdict, Verdict::Alive, "{text}");
        let sent = host.asked().last().and_then(|asked| asked.headers.get("cookie").cloned()).expect("cookies");
        for pair in text.split("; ") {
            assert!(sent.contains(pair), "{text}: {sent}");
        }
    }
    for method in [LoginMethod::Window, LoginMethod::Cookies, LoginMethod::Token, LoginMethod::Qr] {
        assert!(adapter.begin_login(&ctx, method).await.is_err_and(|error| error.kind == ErrorKind::Unsupported));
    }
    let plan = adapter.window(None).expect("a window");
    assert_eq!(plan.allowed, ["smartcv.cc", "accounts.google.com", "github.com"]);
}

#[tokio::test]
async fn the_profile_is_that_of_the_account_and_the_plan() {
    let (host, ctx, adapter) = start(Arc::new(alive)).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
    let profile = probe.identity.expect("named").profile;
    assert_eq!((profile.user_id.as_str(), profile.name.as_str()), (USER, "张三"));
    assert_eq!(profile.avatar_url.as_deref(), Some("https://storage.smartcv.cc/avatars/user_123.jpg"));
    assert_eq!(profile.membership.as_deref(), Some("PREMIUM"));
    assert_eq!(profile.membership_ends_at.map(|end| end.to_string()).as_deref(), Some("2025-01-15T10:00:00Z"));
    assert_eq!(host.asked().len(), 1, "one cheap question");
    let free = fixture!("account.json").replace("PREMIUM", "FREE").replace("\"张三\"", "null");
    host.play(Arc::new(move |_| Reply::json(free.clone())));
    let profile = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await.identity.expect("named").profile;
    assert_eq!(
        (profile.name.as_str(), profile.membership, profile.membership_ends_at),
        ("zhangsan@example.test", None, None)
    );
    let ended = fixture!("account.json").replace("ACTIVE", "CANCELED");
    host.play(Arc::new(move |_| Reply::json(ended.clone())));
    let profile = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await.identity.expect("named").profile;
    assert_eq!(profile.membership.as_deref(), Some("PREMIUM (CANCELED)"));
}

/// Answers to the session question; everything else is well.
fn rolling(reply: Reply) -> Play {
    Arc::new(move |asked| match asked.path.as_str() {
        "/api/auth/session" => reply.clone(),
        _ => alive(asked),
    })
}

#[tokio::test]
async fn once_a_day_the_session_is_renewed_and_its_end_is_known() {
    let line = format!("{COOKIE}={NEW_SESSION}; Path=/; Expires=Sun, 20 Dec 2026 13:06:40 GMT; HttpOnly; Secure");
    let (_host, ctx, adapter) = start(rolling(Reply::json(fixture!("session.json")).with("set-cookie", &line))).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Full).await;
    let renewed = probe.refreshed.expect("renewed");
    assert_eq!(renewed.cookies.value(COOKIE).expect("session").expose(), NEW_SESSION);
    assert_eq!(renewed.expires_at.map(|end| end.to_string()).as_deref(), Some("2026-12-20T13:06:40Z"));
    assert!(renewed.cookies.value("__Host-next-auth.csrf-token").is_some(), "the others stay");
    assert_eq!(probe.quotas.expect("quotas").items.len(), 3);

    let (_host, ctx, adapter) = start(rolling(Reply::json(fixture!("session.json")))).await;
    let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Full).await;
    let known = probe.refreshed.expect("a pasted session learns its end");
    assert_eq!(known.cookies.value(COOKIE).expect("session").expose(), SESSION);
    assert_eq!(known.expires_at.map(|end| end.to_string()).as_deref(), Some("2026-12-20T13:06:40Z"));
}

#[tokio::test]
async fn what_the_daily_question_says_takes_nothing_back() {
    let emptied = format!("{COOKIE}=; Path=/; Max-Age=0; Secure");
    let other = fixture!("session.json").replace(USER, "user_999").replace("zhangsan", "other");
    let foreign = format!("{COOKIE}={NEW_SESSION}; Path=/; Secure");
    for (name, reply) in [
        ("signed out, version 4", Reply::json("{}").with("set-cookie", &emptied)),
        ("signed out, version 5", Reply::json("null").with("set-cookie", &emptied)),
        ("of somebody else", Reply::json(other).with("set-cookie", &foreign)),
        ("fault", Reply::html(500, "x")),
        ("unauthorized", Reply::json(fixture!("unauthorized.json")).status(401)),
    ] {
        let (_host, ctx, adapter) = start(rolling(reply)).await;
        let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Full).await;
        assert_eq!(probe.verdict, Verdict::Alive, "{name}");
        assert!(probe.refreshed.is_none(), "{name}: {:?}", probe.refreshed);
    }
}

#[tokio::test]
async fn signing_out_takes_the_cookie_back_or_says_that_it_did_not() {
    let out = |reply: Reply| -> Play {
        Arc::new(move |asked| if asked.path == "/api/auth/signout" { reply.clone() } else { alive(asked) })
    };
    let emptied = format!("{COOKIE}=; Path=/; Max-Age=0; Secure");
    for (name, reply, good) in [
        ("answered", Reply::json("{\"url\":\"https://www.smartcv.cc/\"}"), true),
        ("led home", Reply::redirect("https://www.smartcv.cc/"), true),
        ("cookie taken back", Reply::html(200, "<html></html>").with("set-cookie", &emptied), true),
        ("form shown again", Reply::redirect("https://www.smartcv.cc/api/auth/signout?csrf=true"), false),
        ("elsewhere", Reply::redirect("https://portal.example/"), false),
        ("a page", Reply::html(200, "<html></html>"), false),
        ("server", Reply::html(503, "x"), false),
    ] {
        let (host, ctx, adapter) = start(out(reply)).await;
        let outcome = adapter.logout(&ctx, &credential()).await;
        assert_eq!(outcome.is_ok(), good, "{name}: {outcome:?}");
        let asked = host.asked();
        let last = asked.last().expect("asked");
        assert_eq!((last.path.as_str(), last.form["csrfToken"].as_str()), ("/api/auth/signout", TOKEN));
        assert_eq!(last.cookie(COOKIE), Some(SESSION));
    }
    let (host, ctx, adapter) = start(Arc::new(|asked: &Asked| match asked.path.as_str() {
        "/api/auth/session" => Reply::json("{}"),
        _ => csrf().status(401),
    }))
    .await;
    assert!(adapter.logout(&ctx, &credential()).await.is_ok(), "a dead session counts as ended");
    assert_eq!(host.asked().len(), 2);
}

/// A page that asks for a login, a gate's refusal: NextAuth's own word about the session decides.
#[tokio::test]
async fn what_a_gate_may_have_said_is_settled_by_the_session_route() {
    let page = "<html><form action='/api/auth/callback/credentials' method='post'></form></html>";
    let (user, fault) = ("{\"user\":{\"id\":\"user_123\"}}", "<html>blocked</html>");
    for (doubtful, settled) in [
        (Reply::html(200, page), true),
        (Reply::json("{\"message\":\"Unauthorized\"}").status(401), true),
        (Reply::json("{\"error\":\"Forbidden\"}").status(403), true),
        // A page that was not found links to the login as well.
        (Reply::html(404, page), false),
        (Reply::json("{\"error\":\"Forbidden\",\"code\":\"FEATURE_NOT_IN_PLAN\"}").status(403), false),
    ] {
        for (session, out) in
            [("null", true), ("{}", true), ("{\"user\":null}", true), (user, false), ("[]", false), (fault, false)]
        {
            let play = doubtful.clone();
            let (host, ctx, adapter) = start(Arc::new(move |asked: &Asked| match asked.path.as_str() {
                "/api/auth/session" => Reply::json(session),
                _ => play.clone(),
            }))
            .await;
            let probe = adapter.probe(&ctx, &credential(), ProbeDepth::Light).await;
            let expected = if out && settled { Verdict::Expired } else { Verdict::Unknown };
            assert_eq!(probe.verdict, expected, "{doubtful:?}, then {session}");
            assert_eq!(host.asked().len(), if settled { 2 } else { 1 }, "{doubtful:?}");
        }
    }
}
