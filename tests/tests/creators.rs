//! Accounts that log in on a page of the platform's own: from the sandbox's page, by its cookies, into the app; then
//! health, faults, numbers and the way out, each as the app does it.
#![allow(clippy::expect_used, clippy::panic, reason = "also in the functions that the tests share")]

use std::{sync::Arc, time::Duration};

use roster_domain::{AccountId, AccountStatus, CookieJar, Credential, Reason, Secret, Verdict};
use roster_engine::{LoginMethod, LoginPhase, StartLogin};
use roster_platform::{
    Adapter, AtHand, ClientScope, Context, ErrorKind, Filled, HttpConfig, HttpFactory, Memory, ProbeDepth, Verb,
};
use roster_sandbox::{FaultKind, NewFault, Sandbox};
use roster_tests::app::TestApp;

const MINUTE: Duration = Duration::from_secs(60);

/// A platform, the site of the account, and what is asked about its session.
struct Place {
    platform: &'static str,
    site: Option<&'static str>,
    question: &'static str,
}

const PLACES: [Place; 4] = [
    Place { platform: "douyin", site: None, question: "account/info" },
    Place { platform: "xiaohongshu", site: None, question: "user/info" },
    Place { platform: "xiaohongshu", site: Some("https://creator.rednote.com"), question: "user/info" },
    Place { platform: "toutiao", site: None, question: "user_login_status_api" },
];

fn adapter(sandbox: &Sandbox, platform: &str) -> Arc<dyn Adapter> {
    let all = roster_platforms::all(&sandbox.settings().into_iter().collect());
    all.into_iter().find(|adapter| adapter.descriptor().id.as_str() == platform).expect("the platform")
}

fn context(sandbox: &Sandbox) -> Context {
    let config =
        HttpConfig { sandbox: Some(sandbox.addr()), backoff: Duration::from_millis(5), ..HttpConfig::default() };
    let http = HttpFactory::new(config).expect("a client").for_account(ClientScope::default()).expect("a client");
    Context { http, now: sandbox.control().now(), memory: Memory::default(), sessions: Arc::new(AtHand::default()) }
}

impl Place {
    /// What a window holds after this person has logged in on the page that the adapter names.
    async fn cookies(&self, sandbox: &Sandbox, person: &str) -> CookieJar {
        let ctx = context(sandbox);
        let plan = adapter(sandbox, self.platform).window(self.site).expect("a plan");
        let page = ctx.http.get("page", &plan.login_url).send(ctx.now).await.expect("the login page");
        assert_eq!((page.status, page.is_html()), (200, true), "{}", plan.login_url);
        let mut jar: CookieJar = page.set_cookies.iter().cloned().collect();
        let origin = page.final_url.origin().ascii_serialization();
        let code = ctx.http.ask("code", Verb::Post, &format!("{origin}/__login/code")).send(ctx.now).await;
        let code: serde_json::Value = code.expect("an answer").json().expect("a code");
        let text = sandbox.control().state().codes[0].text.clone();
        let handle = sandbox.control().scan(&text, person).expect("a code that can be scanned").handle;
        sandbox.control().confirm(&handle).expect("scanned");
        let done = format!("{origin}/__login/done?key={}", code["key"].as_str().expect("a key"));
        let done = ctx.http.get("done", &done).cookies(&jar).once().send(ctx.now).await.expect("the session");
        assert_eq!(done.location.expect("the way home").as_str(), plan.home_url, "{}", self.platform);
        jar.merge(done.set_cookies.iter().cloned().collect());
        jar
    }

    async fn credential(&self, sandbox: &Sandbox, person: &str) -> Credential {
        let cookies = self.cookies(sandbox, person).await;
        let adapter = adapter(sandbox, self.platform);
        assert!(adapter.is_candidate(&cookies), "{}", self.platform);
        adapter.credential_from(cookies, self.site)
    }

    /// The same by the app: the cookies are pasted as one copies them out of a browser.
    async fn account(&self, app: &TestApp, person: &str) -> AccountId {
        let jar = self.cookies(&app.sandbox, person).await;
        let pairs = jar.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value.expose()));
        let header = pairs.collect::<Vec<_>>().join("; ");
        let platform = app.engine.platform_id(self.platform).expect("a platform");
        let site = self.site.map(str::to_owned);
        let start = StartLogin { platform, method: LoginMethod::Cookies, account: None, site };
        let login = app.engine.start_login(start).await.expect("a login").session_id;
        app.login_until(&login, "the form", |view| view.phase == LoginPhase::NeedsInput).await;
        let filled: Filled = [("cookies", Secret::new(header))].into_iter().collect();
        app.engine.fill_login(&login, filled).await.expect("taken");
        app.login_done(&login).await.account_id
    }
}

#[tokio::test]
async fn a_page_s_cookies_are_a_session_and_a_guest_s_are_not() {
    for place in &PLACES {
        let app = TestApp::start().await;
        let (sandbox, ctx) = (&app.sandbox, context(&app.sandbox));
        let adapter = adapter(sandbox, place.platform);
        let plan = adapter.window(place.site).expect("a plan");
        let guest = ctx.http.get("page", &plan.login_url).send(ctx.now).await.expect("the login page").set_cookies;
        assert!(!guest.is_empty(), "{}: guests have cookies", place.platform);
        assert!(!adapter.is_candidate(&guest.into_iter().collect()), "{}", place.platform);

        let credential = place.credential(sandbox, "lin").await;
        assert!(credential.expires_at.is_some_and(|end| end > ctx.now), "{}: it says when it ends", place.platform);
        let probe = adapter.probe(&ctx, &credential, ProbeDepth::Full).await;
        let wanted = sandbox.control().people().into_iter().find(|person| person.id == "lin").expect("lin");
        let identity = probe.identity.expect("named");
        assert_eq!((probe.verdict, &identity.user_id), (Verdict::Alive, &wanted.user_ids[place.platform]));
        assert_eq!(identity.profile.name, "林小夏的厨房");
        let numbers = adapter.numbers(&ctx, &credential).await.expect("numbers");
        assert!(numbers.items.iter().any(|item| item.key == "followers" && item.value == 128_400.0));

        // A home page that is opened with it knows who is there.
        let home = ctx.http.get("home", &plan.home_url).cookies(&credential.cookies).send(ctx.now).await;
        assert!(home.expect("an answer").text().contains("林小夏的厨房"), "{}", plan.home_url);
        adapter.logout(&ctx, &credential).await.expect("out");
        let probe = adapter.probe(&ctx, &credential, ProbeDepth::Light).await;
        assert_eq!(probe.verdict, Verdict::Expired, "{}", place.platform);
        let dead = adapter.numbers(&ctx, &credential).await.expect_err("dead");
        assert_eq!(dead.kind, ErrorKind::NotLoggedIn, "{}", place.platform);
    }
}

#[tokio::test]
async fn no_fault_is_called_expired_and_no_ended_session_alive() {
    let faults = [
        FaultKind::Reset,
        FaultKind::ServerError,
        FaultKind::RateLimited,
        FaultKind::TooFast,
        FaultKind::Html,
        FaultKind::Empty,
        FaultKind::Truncated,
        FaultKind::UnknownShape,
        FaultKind::Blocked,
        FaultKind::BlockedHtml,
    ];
    for place in &PLACES[..3] {
        let app = TestApp::start().await;
        let id = place.account(&app, "lin").await;
        assert_eq!(
            app.account(&id).account.site.as_deref().is_some_and(|site| site.ends_with("rednote.com")),
            place.site.is_some()
        );
        for kind in faults {
            let fault = app.fault(NewFault::new(place.platform, kind).at(place.question));
            for _ in 0..2 {
                let outcome = app.check(&id).await;
                let harmless = matches!(outcome.verdict, Verdict::Unknown | Verdict::PlatformChanged);
                assert!(harmless, "{} {kind:?}: {:?}", place.platform, outcome.verdict);
                assert_eq!(app.status(&id), AccountStatus::Active, "{} {kind:?}", place.platform);
                app.advance(MINUTE + MINUTE);
            }
            app.control().clear_faults(Some(fault));
        }
        for (kind, reason) in [
            (FaultKind::Captcha, Reason::Captcha),
            (FaultKind::Risk, Reason::RiskControl),
            (FaultKind::Banned, Reason::Banned),
        ] {
            let fault = app.fault(NewFault::new(place.platform, kind).at(place.question));
            let outcome = app.check(&id).await;
            assert_eq!((outcome.verdict, outcome.reason), (Verdict::Restricted, reason), "{}", place.platform);
            app.control().clear_faults(Some(fault));
            app.advance(60 * MINUTE);
        }
        assert!(app.check(&id).await.healthy, "{}: it has outlived all of it", place.platform);
        app.control().expire_sessions(place.platform, "lin").expect("a session");
        assert_eq!(app.check(&id).await.verdict, Verdict::Expired);
        assert_eq!(app.status(&id), AccountStatus::Active, "once is no proof");
        app.advance(MINUTE + MINUTE);
        app.until("expired", MINUTE, async || (app.status(&id) == AccountStatus::Expired).then_some(())).await;
    }
}

#[tokio::test]
async fn each_way_of_saying_not_logged_in_is_understood() {
    for (platform, site, modes) in [
        ("douyin", None, &["code_13", "name_only", "code_only"][..]),
        ("xiaohongshu", None, &["http_401", "code_101", "redirect_302", "http_403"]),
        ("xiaohongshu", Some("https://creator.rednote.com"), &["redirect_302"]),
    ] {
        let app = TestApp::start().await;
        let place = Place { platform, site, question: "" };
        let credential = place.credential(&app.sandbox, "zhou").await;
        let (adapter, ctx) = (adapter(&app.sandbox, platform), context(&app.sandbox));
        app.control().expire_sessions(platform, "zhou").expect("a session");
        for mode in modes {
            app.control().set_mode(platform, "logged_out", mode).expect("a mode");
            let probe = adapter.probe(&ctx, &credential, ProbeDepth::Full).await;
            assert_eq!(probe.verdict, Verdict::Expired, "{platform} {mode}");
        }
    }
}
