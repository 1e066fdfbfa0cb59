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
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/douyin/fixtures/", $name))
    };
}
#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use fixture;

pub(crate) const USER: &str = "7298765432109876543";
pub(crate) const SESSION: &str = "9c8b7a6f5e4d3c2b1a09f8e7d6c5b4a3";
/// Stands in the passport's answer and is as good as a session.
pub(crate) const SESSION_KEY: &str = "1a2b3c4d5e6f70819a2b3c4d5e6f7081";

pub(crate) fn credential() -> Credential {
    let header = format!("sessionid={SESSION}; sid_tt={SESSION}; ttwid=1%7Cdevice");
    Credential { cookies: CookieJar::from_header(&header, "douyin.com").expect("cookies"), ..Credential::default() }
}

pub(crate) fn alive(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/passport/account/info/v2/" => Reply::json(fixture!("account-info.json")),
        "/web/api/media/user/info/" => Reply::json(fixture!("creator-info.json")),
        _ => not_found(),
    }
}

/// The same platform once somebody has logged out.
pub(crate) fn leaving() -> Play {
    let gone = AtomicBool::new(false);
    Arc::new(move |asked| match asked.path.as_str() {
        "/logout/" => Reply::redirect("https://www.douyin.com/passport/web/logout/?next=x"),
        "/passport/web/logout/" => {
            gone.store(true, SeqCst);
            Reply::json(fixture!("logout.json"))
        }
        _ if gone.load(SeqCst) => Reply::json(fixture!("session-expired.json")),
        _ => alive(asked),
    })
}

pub(crate) fn code(code: i64) -> Reply {
    Reply::json(format!(
        "{{\"data\":{{\"captcha\":\"\",\"description\":\"说明\",\"error_code\":{code}}},\"message\":\"error\"}}"
    ))
}

pub(crate) fn subject() -> Subject {
    let out = [
        ("13 with its name", Reply::json(fixture!("session-expired.json"))),
        ("the name alone", Reply::json(fixture!("session-expired-name-only.json"))),
        ("13 alone", Reply::json("{\"data\":{\"description\":\"会话过期\",\"error_code\":13},\"message\":\"error\"}")),
        ("13 as text", Reply::json("{\"data\":{\"error_code\":\"13\"},\"message\":\"error\"}")),
        (
            "13 at the top",
            Reply::json("{\"data\":{},\"error_code\":13,\"description\":\"会话过期\",\"message\":\"error\"}"),
        ),
        ("13 called an exception", Reply::json("{\"data\":{\"error_code\":13},\"message\":\"exception\"}")),
        ("13 as plain text", Reply::new(200, "text/plain", fixture!("session-expired.json"))),
    ];
    let (restricted, unknown) = (Verdict::Restricted, Verdict::Unknown);
    let frozen = Reply::json("{\"data\":{\"description\":\"账号已冻结\",\"error_code\":99},\"message\":\"error\"}");
    let picture = Reply::json("{\"data\":{\"captcha\":\"aW1hZ2U=\",\"error_code\":0},\"message\":\"error\"}");
    let mut sayings = vec![
        saying("banned", Reply::json(fixture!("banned.json")), restricted, Reason::Banned),
        saying("being cancelled", code(1075), restricted, Reason::Banned),
        saying("limited", code(1092), restricted, Reason::Muted),
        saying("device banned", code(1093), restricted, Reason::Banned),
        saying("frozen, in words", frozen, restricted, Reason::Banned),
        paused(15, saying("too often", Reply::json(fixture!("too-often.json")), unknown, Reason::RateLimited)),
        paused(15, saying("429", Reply::new(429, "text/plain", ""), unknown, Reason::RateLimited)),
        saying("16", code(16), Verdict::PlatformChanged, Reason::UnexpectedShape),
        saying(
            "the form of older descriptions",
            Reply::json(fixture!("older-form.json")),
            Verdict::PlatformChanged,
            Reason::UnexpectedShape,
        ),
        saying("an unknown code", code(777), unknown, Reason::Other),
        paused(30, saying("a picture to read", picture, restricted, Reason::Captcha)),
        paused(30, saying("verify", Reply::json(fixture!("second-verification.json")), restricted, Reason::Captcha)),
        paused(30, saying("risk", Reply::json(fixture!("risk.json")), restricted, Reason::RiskControl)),
    ];
    for risk in [2029, 2156] {
        sayings.push(paused(30, saying("risk control", code(risk), restricted, Reason::RiskControl)));
    }
    for captcha in [1039, 1101, 1105, 2046] {
        sayings.push(paused(30, saying("captcha", code(captcha), restricted, Reason::Captcha)));
    }
    Subject {
        adapter: adapter("douyin", &AdapterSettings::default()),
        credential: credential(),
        user_id: String::from(USER),
        alive: leaving(),
        login: |_phone: Phone| Arc::new(|_| not_found()),
        out: out.into_iter().map(|(name, reply)| (name.to_owned(), reply)).collect(),
        sayings,
        vital: vec![("/passport/account/info/v2/", &["/message", "/data"])],
        can_be_ended: true,
        canaries: canaries(),
    }
}

pub(crate) fn canaries() -> Vec<String> {
    [SESSION, SESSION_KEY, "FIXTURE_ENCRYPTED_UID"].into_iter().map(str::to_owned).collect()
}
