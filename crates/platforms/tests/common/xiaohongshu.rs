use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use roster_domain::{CookieJar, Credential, Reason, Verdict};
use roster_platform::conformance::{Asked, Phone, Play, Reply, Subject};
use roster_platforms::AdapterSettings;

use super::{adapter, not_found, paused, saying};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/xiaohongshu/fixtures/", $name))
    };
}
#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use fixture;

pub(crate) const USER: &str = "6a1b2c3d4e5f60718293a4b5";
pub(crate) const TOKEN: &str = "customer.creator.AT-canary00001111222233334444";
pub(crate) const GALAXY: &str = "canaryGalaxySession00001111222233334";
pub(crate) const SIGN_ON: &str = "canary-sign-on-5555666677778888";

pub(crate) fn header() -> String {
    format!(
        "access-token-creator.xiaohongshu.com={TOKEN}; galaxy_creator_session_id={GALAXY}; customer-sso-sid={SIGN_ON}; a1=device"
    )
}

pub(crate) fn credential() -> Credential {
    let cookies = CookieJar::from_header(&header(), "xiaohongshu.com").expect("cookies");
    Credential { cookies, ..Credential::default() }
}

pub(crate) fn alive(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/api/galaxy/user/info" => Reply::json(fixture!("user-info.json")),
        "/api/galaxy/creator/home/personal_info" => Reply::json(fixture!("personal-info.json")),
        "/api/galaxy/creator/data/note_detail_new" => Reply::json(fixture!("note-detail.json")),
        _ => not_found(),
    }
}

pub(crate) fn out() -> Reply {
    Reply::json(fixture!("logged-out.json")).status(401)
}

/// The same platform once somebody has logged out by the exit at this path.
pub(crate) fn leaving(exit: &'static str) -> Play {
    let gone = AtomicBool::new(false);
    Arc::new(move |asked| {
        if asked.path == exit {
            gone.store(true, SeqCst);
            return Reply::json("{\"code\":0,\"success\":true}");
        }
        if gone.load(SeqCst) { out() } else { alive(asked) }
    })
}

pub(crate) fn code(code: i64) -> Reply {
    Reply::json(format!("{{\"code\":{code},\"success\":false,\"msg\":\"说明\"}}"))
}

/// A captcha: the body says that all is well.
pub(crate) fn captcha(status: u16) -> Reply {
    Reply::json(fixture!("captcha.json")).status(status).with("verifytype", "217").with("verifyuuid", "fixture-uuid")
}

pub(crate) fn subject() -> Subject {
    let to_login = "https://creator.xiaohongshu.com/login?redirectReason=401&lastUrl=%2Fnew%2Fhome";
    let out = [
        ("401", out()),
        ("401 without a code", Reply::json("{\"success\":false,\"msg\":\"登录已过期\"}").status(401)),
        ("401 with code 0", Reply::json("{\"code\":0,\"success\":false,\"msg\":\"登录已过期\"}").status(401)),
        ("403 without a code", Reply::json("{\"success\":false,\"msg\":\"登录已过期\"}").status(403)),
        ("403", Reply::json(fixture!("logged-out.json")).status(403)),
        ("403 refused", Reply::json("{\"code\":-1,\"success\":false}").status(403)),
        ("-100 with 200", Reply::json(fixture!("logged-out.json"))),
        ("-101", Reply::json(fixture!("no-login-data.json"))),
        ("-100 as text", Reply::json("{\"code\":\"-100\",\"success\":false,\"msg\":\"登录已过期\"}")),
        ("302 to the login page", Reply::redirect(to_login)),
        ("302 by a relative path", Reply::redirect("/login")),
    ];
    let (restricted, unknown) = (Verdict::Restricted, Verdict::Unknown);
    let mut sayings = vec![
        saying("restricted", Reply::json(fixture!("restricted.json")), restricted, Reason::Banned),
        paused(
            60,
            saying("address blocked", Reply::json(fixture!("address-blocked.json")), restricted, Reason::RiskControl),
        ),
        saying(
            "a signature is wanted",
            Reply::json(fixture!("signature-wanted.json")).status(406),
            unknown,
            Reason::Other,
        ),
        saying("-1 with 200", Reply::json(fixture!("signature-wanted.json")), unknown, Reason::Other),
        saying("0 without success", Reply::json("{\"code\":0,\"success\":false}"), unknown, Reason::Other),
        saying("about a note", code(-510_001), unknown, Reason::Other),
        saying("an unknown code", code(777), unknown, Reason::Other),
        saying(
            "404 with its JSON",
            Reply::json("{\"code\":0,\"success\":true,\"data\":{}}").status(404),
            Verdict::PlatformChanged,
            Reason::UnexpectedShape,
        ),
        paused(15, saying("429", Reply::new(429, "text/plain", ""), unknown, Reason::RateLimited)),
    ];
    for status in [461, 471] {
        sayings.push(paused(30, saying("captcha", captcha(status), restricted, Reason::Captcha)));
    }
    for risk in [300_013, 300_015] {
        sayings.push(paused(30, saying("risk control", code(risk), restricted, Reason::RiskControl)));
    }
    for often in [-510, 10_013] {
        sayings.push(paused(15, saying("too often", code(often), unknown, Reason::RateLimited)));
    }
    Subject {
        adapter: adapter("xiaohongshu", &AdapterSettings::default()),
        credential: credential(),
        user_id: String::from(USER),
        alive: leaving("/api/galaxy/user/logout"),
        login: |_phone: Phone| Arc::new(|_| not_found()),
        out: out.into_iter().map(|(name, reply)| (name.to_owned(), reply)).collect(),
        sayings,
        vital: vec![("/api/galaxy/user/info", &["/code", "/data", "/data/userId"])],
        can_be_ended: true,
        canaries: canaries(),
    }
}

pub(crate) fn canaries() -> Vec<String> {
    [TOKEN, GALAXY, SIGN_ON].into_iter().map(str::to_owned).collect()
}
