use std::sync::Arc;

use roster_domain::{CookieJar, Credential, Reason, Verdict};
use roster_platform::conformance::{Asked, Reply, Subject};
use roster_platforms::AdapterSettings;

use super::{adapter, not_found, paused, saying};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/smartcv/fixtures/", $name))
    };
}
#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use fixture;

pub(crate) const USER: &str = "user_123";
pub(crate) const SESSION: &str = "eyJfixture.oldsession.999888";
pub(crate) const NEW_SESSION: &str = "eyJfixture.newsession.000111";
pub(crate) const PASSWORD: &str = "currentPassword123";
pub(crate) const NEW_PASSWORD: &str = "newSecurePassword456";
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
pub(crate) const COOKIE: &str = "__Secure-next-auth.session-token";

pub(crate) fn credential() -> Credential {
    with_cookies(&format!("{COOKIE}={SESSION}; __Host-next-auth.csrf-token={TOKEN}%7Chash"))
}

/// A session as the adapter makes it of pasted cookies.
pub(crate) fn with_cookies(header: &str) -> Credential {
    let jar = CookieJar::from_header(header, "smartcv.cc").expect("cookies");
    adapter("smartcv", &AdapterSettings::default()).credential_from(jar, None)
}

pub(crate) fn failure(status: u16, code: &str) -> Reply {
    Reply::json(format!("{{\"error\":\"说明\",\"code\":\"{code}\"}}")).status(status)
}

pub(crate) fn csrf() -> Reply {
    let cookie = format!("__Host-next-auth.csrf-token={TOKEN}%7Chash; Path=/; HttpOnly; Secure; SameSite=Lax");
    Reply::json(fixture!("csrf.json")).with("set-cookie", &cookie)
}

pub(crate) fn signed_in() -> Reply {
    Reply::from_text(fixture!("signed-in.http")).expect("fixture")
}

pub(crate) fn wrong_password() -> Reply {
    Reply::from_text(fixture!("wrong-password.http")).expect("fixture")
}

pub(crate) fn alive(asked: &Asked) -> Reply {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET" | "PUT", "/api/account") => Reply::json(fixture!("account.json")),
        ("PUT", "/api/account/security") => Reply::json(fixture!("security.json")),
        ("GET", "/api/account/subscription") => Reply::json(fixture!("subscription.json")),
        ("POST", "/api/account/subscription") => Reply::json(fixture!("subscription-created.json")),
        ("PUT", "/api/account/subscription") => Reply::json(fixture!("subscription-updated.json")),
        ("GET", "/api/auth/session") => Reply::json(fixture!("session.json")),
        ("GET", "/api/auth/csrf") => csrf(),
        ("POST", "/api/auth/signout") => Reply::json("{\"url\":\"https://www.smartcv.cc/\"}"),
        ("POST", "/api/auth/callback/credentials") => {
            let right = asked.form.get("password").map(String::as_str) == Some(PASSWORD);
            let fits = asked.form.get("csrfToken").map(String::as_str) == Some(TOKEN)
                && asked.cookie("__Host-next-auth.csrf-token") == Some(&format!("{TOKEN}%7Chash"));
            if right && fits { signed_in() } else { wrong_password() }
        }
        _ => not_found(),
    }
}

pub(crate) fn subject() -> Subject {
    let out = [
        ("401", Reply::json(fixture!("unauthorized.json")).status(401)),
        ("401 with a code", failure(401, "UNAUTHORIZED")),
        ("307 to the login page", Reply::redirect("https://www.smartcv.cc/login?callbackUrl=%2F").status(307)),
        ("302 by a relative path", Reply::redirect("/api/auth/signin")),
        ("302 in a language", Reply::redirect("https://www.smartcv.cc/zh-cn/sign-in")),
    ];
    let (restricted, unknown) = (Verdict::Restricted, Verdict::Unknown);
    let plan_limit = failure(429, "SUBSCRIPTION_LIMIT_EXCEEDED").with("retry-after", "3600");
    let mut sayings = vec![
        saying("USER_NOT_FOUND", failure(404, "USER_NOT_FOUND"), restricted, Reason::Banned),
        saying("suspended", failure(403, "ACCOUNT_SUSPENDED"), restricted, Reason::Banned),
        saying("locked in words", Reply::json("{\"error\":\"账号已被冻结\"}").status(403), restricted, Reason::Banned),
        saying("the plan is used up", plan_limit, unknown, Reason::Other),
        paused(1, saying("429", failure(429, "RATE_LIMITED").with("retry-after", "60"), unknown, Reason::RateLimited)),
        paused(
            1,
            saying(
                "429 without a code",
                Reply::json("{\"error\":\"slow down\"}").status(429).with("retry-after", "60"),
                unknown,
                Reason::RateLimited,
            ),
        ),
        saying("an unknown code", failure(400, "TEAPOT"), unknown, Reason::Other),
        saying("403 with a code", failure(403, "FEATURE_NOT_IN_PLAN"), unknown, Reason::Other),
        saying("success false", Reply::json("{\"success\":false,\"message\":\"x\"}"), unknown, Reason::Other),
    ];
    for (status, code) in [
        (400, "INVALID_PASSWORD"),
        (422, "WEAK_PASSWORD"),
        (404, "SUBSCRIPTION_NOT_FOUND"),
        (402, "PAYMENT_FAILED"),
        (404, "PLAN_NOT_FOUND"),
    ] {
        sayings.push(saying(code, failure(status, code), unknown, Reason::Other));
    }
    Subject {
        adapter: adapter("smartcv", &AdapterSettings::default()),
        credential: credential(),
        user_id: String::from(USER),
        alive: Arc::new(alive),
        login: |_| Arc::new(|_| not_found()),
        out: out.into_iter().map(|(name, reply)| (name.to_owned(), reply)).collect(),
        sayings,
        vital: vec![("/api/account", &["/success", "/data", "/data/id"])],
        can_be_ended: true,
        canaries: canaries(),
    }
}

pub(crate) fn canaries() -> Vec<String> {
    let texts = [SESSION, NEW_SESSION, PASSWORD, NEW_PASSWORD, TOKEN, "12345678", "87654321", "_secret_xyz"];
    texts.into_iter().map(str::to_owned).collect()
}
