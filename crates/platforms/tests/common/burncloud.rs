use std::sync::Arc;

use roster_domain::{CookieJar, Credential, Reason, Secret, Verdict};
use roster_platform::conformance::{Asked, Phone, Play, Reply, Saying, Subject};
use roster_platforms::AdapterSettings;

use super::{adapter, not_found, saying};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/burncloud/fixtures/", $name))
    };
}
#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use fixture;

pub(crate) const SITE: &str = "https://ai.burncloud.com";
pub(crate) const USER: &str = "42@ai.burncloud.com";
pub(crate) const SESSION: &str = "MTc5NTE4MDAwMHxjYW5hcnktc2Vzc2lvbg";
pub(crate) const TOKEN: &str = "canary+access/token/of/ours0==";
pub(crate) const RENEWAL: &str = "11112222-3333-4444-5555-666677778888.canaryrenewal";
pub(crate) const SHORT: &str = "canary-short-token";

fn credential(tokens: &[(&str, &str)]) -> Credential {
    Credential {
        site: Some(String::from(SITE)),
        tokens: tokens.iter().map(|(name, value)| ((*name).to_owned(), Secret::from(*value))).collect(),
        ..Credential::default()
    }
}

/// A session of the first two generations.
pub(crate) fn by_cookie() -> Credential {
    let cookies = CookieJar::from_header(&format!("session={SESSION}"), "ai.burncloud.com").expect("cookies");
    Credential { cookies, ..credential(&[("user_id", "42"), ("generation", "g1")]) }
}

/// An access token.
pub(crate) fn by_token(generation: &str) -> Credential {
    credential(&[("access_token", TOKEN), ("user_id", "42"), ("generation", generation)])
}

/// A session of the third generation whose token ends at this second.
pub(crate) fn by_short_token(ends: i64) -> Credential {
    let cookies = CookieJar::from_header(&format!("new_api_refresh={RENEWAL}"), "ai.burncloud.com").expect("cookies");
    let ends = ends.to_string();
    let tokens = [("short_token", SHORT), ("short_token_ends", ends.as_str()), ("user_id", "42"), ("generation", "g3")];
    Credential { cookies, ..credential(&tokens) }
}

/// A server's "no".
pub(crate) fn no(status: u16, words: &str) -> Reply {
    Reply::json(serde_json::json!({ "message": words, "success": false }).to_string()).status(status)
}

/// The same from the third generation, with its code.
pub(crate) fn coded(status: u16, code: &str) -> Reply {
    let body = serde_json::json!({ "code": code, "message": "Unauthorized", "success": false });
    Reply::json(body.to_string()).status(status)
}

/// A server's "yes".
pub(crate) fn yes(data: &serde_json::Value) -> Reply {
    Reply::json(serde_json::json!({ "data": data, "message": "", "success": true }).to_string())
}

pub(crate) fn done() -> Reply {
    Reply::json("{\"message\":\"\",\"success\":true}")
}

pub(crate) fn alive(asked: &Asked) -> Reply {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/api/status") => Reply::json(fixture!("status.json")),
        ("GET", "/api/user/self") => Reply::json(fixture!("self.json")),
        ("GET", "/api/user/logout") | ("POST", "/api/user/auth/logout") => done(),
        ("POST", "/api/user/auth/refresh") => renewed(),
        _ => not_found(),
    }
}

/// What a login or a renewal of the third generation answers.
pub(crate) fn renewed() -> Reply {
    let cookie = format!("new_api_refresh={RENEWAL}2; Path=/api/user/auth; HttpOnly; SameSite=Strict; Max-Age=2591999");
    Reply::json(fixture!("login-third.json")).with("set-cookie", &cookie)
}

/// A login of the first two generations.
pub(crate) fn entered(body: &str) -> Reply {
    let cookie = format!("session={SESSION}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict");
    Reply::json(body).with("set-cookie", &cookie)
}

fn login(_: Phone) -> Play {
    Arc::new(alive)
}

fn sayings() -> Vec<Saying> {
    let (restricted, unknown) = (Verdict::Restricted, Verdict::Unknown);
    let changed = (Verdict::PlatformChanged, Reason::UnexpectedShape);
    let nowhere = r#"{"error":{"message":"Invalid URL (GET /api/user/self)","type":"invalid_request_error","param":"","code":""}}"#;
    vec![
        saying("banned", no(200, "用户已被封禁"), restricted, Reason::Banned),
        saying("banned, in English", no(200, "User has been banned"), restricted, Reason::Banned),
        saying("disabled, by code", coded(401, "AUTH_USER_DISABLED"), restricted, Reason::Banned),
        saying("inconsistent record", coded(401, "AUTH_USER_INVALID"), restricted, Reason::Other),
        saying(
            "another user's session",
            no(401, "无权进行此操作，New-Api-User 与登录用户不匹配"),
            Verdict::IdentityMismatch,
            Reason::OtherUser,
        ),
        saying("no number", no(401, "无权进行此操作，未提供 New-Api-User"), unknown, Reason::Other),
        saying("the described failure", no(200, "获取用户信息失败"), unknown, Reason::Other),
        saying("role too low", no(200, "无权进行此操作，权限不足"), unknown, Reason::Other),
        saying("role too low, by code", coded(403, "AUTH_INSUFFICIENT_PRIVILEGE"), unknown, Reason::Other),
        saying("trouble, by code", coded(500, "AUTH_INTERNAL_ERROR"), unknown, Reason::ServerError),
        saying("429", Reply::new(429, "text/plain", ""), unknown, Reason::RateLimited),
        saying("no such path", Reply::json(nowhere).status(404), changed.0, changed.1),
        saying("a page of its own", Reply::html(200, "<!doctype html><title>Ember</title>"), unknown, Reason::NotJson),
    ]
}

pub(crate) fn subject(credential: Credential) -> Subject {
    let out = [
        ("401", no(401, "无权进行此操作，未登录且未提供 access token")),
        ("401 in English", no(401, "Unauthorized, not logged in and no access token provided")),
        ("token unknown", no(200, "无权进行此操作，access token 无效")),
        ("token unknown, in English", no(200, "Unauthorized, invalid access token")),
        ("by code", coded(401, "AUTH_UNAUTHORIZED")),
        ("revoked", coded(401, "AUTH_SESSION_REVOKED")),
    ];
    // No call ends an access token.
    let can_be_ended = !credential.tokens.contains_key("access_token");
    Subject {
        adapter: adapter("burncloud", &AdapterSettings::default()),
        credential,
        user_id: String::from(USER),
        alive: Arc::new(alive),
        login,
        out: out.into_iter().map(|(name, reply)| (name.to_owned(), reply)).collect(),
        sayings: sayings(),
        vital: vec![("/api/user/self", &["/success", "/data", "/data/id"])],
        can_be_ended,
        canaries: canaries(),
    }
}

pub(crate) fn canaries() -> Vec<String> {
    let own = [SESSION, TOKEN, RENEWAL, SHORT, "canary-webhook-secret", "canary-flow-token", "canary-password"];
    own.into_iter().map(str::to_owned).collect()
}
