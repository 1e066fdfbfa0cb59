//! The sign-on that Toutiao, Douyin, Jimeng and their sisters share: its session cookies and its envelope.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::answer::{Answer, Life, SetCookie};
use crate::world::random_hex;
use crate::world::sessions::Session;

const DAY_S: i64 = 86_400;
const YEAR_S: i64 = 365 * DAY_S;

/// What belongs to a session beside its id.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    uid_tt: String,
    proof: String,
}

impl Proof {
    pub(crate) fn new() -> Self {
        Self { uid_tt: random_hex::<16>(), proof: random_hex::<24>() }
    }
}

/// The cookies of a login callback, for one of the house's domains in China.
pub(crate) fn family(session: &Session<Proof>, domain: &'static str, now: Timestamp) -> Vec<SetCookie> {
    let plain = |name, value| SetCookie::new(name, value, domain, Life::Seconds(session.life_s)).http_only();
    let mut cookies = proofs(session, domain, now);
    cookies.extend([plain("store-region", "cn-gd"), plain("store-region-src", "uid")]);
    cookies.push(SetCookie::new("LOGIN_STATUS", "1", domain, Life::Session));
    cookies
}

/// Those of them that every service of the house gives.
pub(crate) fn proofs(session: &Session<Proof>, domain: &'static str, now: Timestamp) -> Vec<SetCookie> {
    let life = Life::Seconds(session.life_s);
    let plain = |name, value: &str| SetCookie::new(name, value, domain, life).http_only();
    let strict = |name, value: &str| plain(name, value).secure().same_site("None");
    let (id, uid, proof) = (&session.secret, &session.more.uid_tt, &session.more.proof);
    vec![
        plain("sessionid", id),
        strict("sessionid_ss", id),
        plain("sid_tt", id),
        sid_guard(session, domain, now),
        plain("uid_tt", uid),
        strict("uid_tt_ss", uid),
        plain("sid_ucp_v1", &format!("1.0.0-{proof}")),
        strict("ssid_ucp_v1", &format!("1.0.0-{proof}")),
        plain("session_tlb_tag", &format!("sttt%7C1%7C{proof}")),
        plain("is_staff_user", "false"),
        SetCookie::new("odin_tt", format!("{proof}{proof}"), domain, Life::Seconds(YEAR_S)).http_only(),
    ]
}

/// `sessionid|created|life|end`, percent-encoded. The cookie itself lives a year; what counts stands inside. Asked
/// later, the stamp is newer and the end is the same.
pub(crate) fn sid_guard(session: &Session<Proof>, domain: &'static str, now: Timestamp) -> SetCookie {
    let end = session.expires();
    let left = end.as_second() - now.as_second();
    let date = end.strftime("%a%%2C+%d-%b-%Y+%H%%3A%M%%3A%S+GMT");
    let value = format!("{}%7C{}%7C{left}%7C{date}", session.secret, now.as_second());
    SetCookie::new("sid_guard", value, domain, Life::Seconds(YEAR_S)).http_only()
}

/// Anonymous: given to everybody who opens a login page or asks for a code.
pub(crate) fn csrf_pair(domain: &'static str) -> Vec<SetCookie> {
    let token = random_hex::<16>();
    ["passport_csrf_token", "passport_csrf_token_default"]
        .map(|name| SetCookie::new(name, token.clone(), domain, Life::Seconds(60 * DAY_S)).secure().same_site("None"))
        .to_vec()
}

/// The device, named by the first page that is opened.
pub(crate) fn device(domain: &'static str, now: Timestamp) -> SetCookie {
    let value = format!("1%7C{}%7C{}%7C{}", random_hex::<12>(), now.as_second(), random_hex::<16>());
    SetCookie::new("ttwid", value, domain, Life::Seconds(YEAR_S)).http_only()
}

/// The session's cookies, emptied.
pub(crate) fn emptied(domain: &'static str) -> Vec<SetCookie> {
    ["sessionid", "sessionid_ss", "sid_tt", "sid_guard", "uid_tt", "uid_tt_ss"]
        .map(|name| SetCookie::new(name, "", domain, Life::Seconds(0)))
        .to_vec()
}

/// A good answer.
pub(crate) fn success(data: &Value) -> Answer {
    Answer::json(&json!({ "data": data, "message": "success" }))
}

/// An error, HTTP 200.
pub(crate) fn refused(code: i64, description: &str) -> Answer {
    let data = json!({ "captcha": "", "desc_url": "", "description": description, "error_code": code });
    Answer::json(&json!({ "data": data, "message": "error" }))
}

/// "Not logged in", as most hosts say it.
pub(crate) fn session_expired() -> Answer {
    let data = json!({
        "captcha": "", "desc_url": "", "description": "会话过期，请重新登录", "error_code": 13, "name": "session_expired",
    });
    Answer::json(&json!({ "data": data, "message": "error" }))
}

/// A picture captcha in place of an answer.
pub(crate) fn captcha() -> Answer {
    let data = json!({
        "captcha": "aW1hZ2U=", "desc_url": "", "description": "请完成下列验证后继续", "error_code": 1105,
    });
    Answer::json(&json!({ "data": data, "message": "error" }))
}

/// "Too fast", HTTP 200.
pub(crate) fn too_fast() -> Answer {
    Answer::json(&json!({ "data": { "error_code": 7, "description": "访问太频繁，请稍后再试" }, "message": "error" }))
}

/// The load balancer has never heard of it.
pub(crate) fn not_found() -> Answer {
    Answer::html("<html><head><title>404 Not Found</title></head><body><h1>404</h1></body></html>")
        .status(StatusCode::NOT_FOUND)
        .header("server", "TLB")
}
