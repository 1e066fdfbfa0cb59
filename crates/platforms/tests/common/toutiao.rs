use std::sync::Arc;

use roster_domain::{CookieJar, Credential, Reason, Verdict};
use roster_platform::conformance::{Asked, Phone, Play, Reply, Subject};
use roster_platforms::AdapterSettings;

use super::{adapter, not_found, paused, saying};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/toutiao/fixtures/", $name))
    };
}
#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use fixture;

pub(crate) const USER: &str = "1234567890123456";
pub(crate) const SESSION: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
pub(crate) const TOKEN: &str = "77c1a9e0b2d34f5e8a6b1c2d3e4f5a60_hl";
pub(crate) const NEW_TOKEN: &str = "aa11bb22cc33dd44ee55ff6600778899_lq";
pub(crate) const TICKET: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f9_lq";

pub(crate) fn credential() -> Credential {
    let header = format!("sessionid={SESSION}; sid_tt={SESSION}; ttwid=1%7Cdevice");
    Credential { cookies: CookieJar::from_header(&header, "toutiao.com").expect("cookies"), ..Credential::default() }
}

pub(crate) fn alive(asked: &Asked) -> Reply {
    let text = |body: &str| Reply::new(200, "text/plain; charset=utf-8", body);
    match asked.path.as_str() {
        "/mp/agw/media/user_login_status_api" => text(fixture!("login-status.json")),
        "/mp/agw/creator_center/user_info" => text(fixture!("user-info.json")),
        _ => not_found(),
    }
}

/// The same platform once somebody has logged out.
pub(crate) fn leaving() -> Play {
    let gone = std::sync::atomic::AtomicBool::new(false);
    Arc::new(move |asked| {
        use std::sync::atomic::Ordering::SeqCst;
        match asked.path.as_str() {
            "/logout/" => Reply::redirect("https://mp.toutiao.com/passport/web/logout/?next=x"),
            "/passport/web/logout/" => {
                gone.store(true, SeqCst);
                Reply::redirect("https://mp.toutiao.com/")
            }
            "/" => Reply::html(200, "<html></html>"),
            _ if gone.load(SeqCst) => Reply::json(fixture!("not-logged-in.json")),
            _ => alive(asked),
        }
    })
}

/// The callback at the end of the chain.
pub(crate) fn callback() -> Reply {
    session_cookies(Reply::redirect("https://mp.toutiao.com/"))
}

pub(crate) fn session_cookies(reply: Reply) -> Reply {
    let guard = format!("{SESSION}%7C1790000000%7C31536000%7CTue%2C+21-Sep-2027+14%3A13%3A20+GMT");
    let pairs =
        [("sessionid", SESSION), ("sid_tt", SESSION), ("sid_guard", guard.as_str()), ("uid_tt", "66aa55bb44cc33dd")];
    pairs.into_iter().fold(reply, |reply, (name, value)| {
        reply.with("set-cookie", &format!("{name}={value}; Path=/; Domain=toutiao.com; Max-Age=31536000; HttpOnly"))
    })
}

pub(crate) fn poll(status: &str) -> Reply {
    Reply::json(format!(
        "{{\"data\":{{\"description\":\"\",\"error_code\":0,\"status\":{status}}},\"description\":\"\",\"error_code\":0,\"message\":\"success\"}}"
    ))
}

pub(crate) fn confirmed() -> Reply {
    let to = format!(
        "https://mp.toutiao.com/passport/sso/login/callback/?next=https%3A%2F%2Fmp.toutiao.com%2F&ticket={TICKET}"
    );
    poll(&format!("\"3\",\"redirect_url\":\"{to}\""))
}

pub(crate) fn login(phone: Phone) -> Play {
    Arc::new(move |asked| match asked.path.as_str() {
        "/get_qrcode/" if asked.query.contains_key("aid") && asked.query.contains_key("service") => {
            Reply::json(fixture!("get-qrcode.json"))
        }
        "/check_qrconnect/" if asked.query.get("token").map(String::as_str) == Some(TOKEN) => match phone {
            Phone::Waiting => poll("1"),
            Phone::Scanned => Reply::json(fixture!("poll-scanned.json")),
            Phone::Confirmed => confirmed(),
            Phone::Expired => poll("\"5\""),
        },
        "/passport/sso/login/callback/" if asked.query.get("ticket").map(String::as_str) == Some(TICKET) => callback(),
        _ => not_found(),
    })
}

pub(crate) fn subject() -> Subject {
    let code = |code: i64| Reply::json(format!("{{\"code\":{code},\"message\":\"说明\"}}"));
    let page = "<html><script>location='/auth/page/login/?from=x'</script></html>";
    let out = [
        ("is_login false", Reply::json(fixture!("login-status-out.json"))),
        ("100004", Reply::json(fixture!("not-logged-in.json"))),
        ("err_no", Reply::json("{\"err_no\":100004,\"message\":\"未登录\"}")),
        ("code as text", Reply::json("{\"code\":\"100004\",\"message\":\"未登录\"}")),
        ("13", code(13)),
        ("401", Reply::json("{\"code\":0}").status(401)),
        ("401 without a code", Reply::json("{\"message\":\"未登录\"}").status(401)),
        ("403 in words", Reply::json("{\"code\":0,\"message\":\"未登录\"}").status(403)),
        ("login page", Reply::html(200, page)),
        ("401 login page", Reply::html(401, page)),
        ("302 to the login page", Reply::redirect("https://mp.toutiao.com/auth/page/login/?next=x")),
        ("302 by a relative path", Reply::redirect("/auth/page/login/")),
    ];
    let (restricted, unknown) = (Verdict::Restricted, Verdict::Unknown);
    let mut sayings = vec![
        saying("1091", code(1091), restricted, Reason::Banned),
        saying("1075", code(1075), restricted, Reason::Banned),
        saying("1092", code(1092), restricted, Reason::Muted),
        saying("1093", code(1093), restricted, Reason::Banned),
        saying("banned in words", Reply::json("{\"code\":9,\"message\":\"账号已被封禁\"}"), restricted, Reason::Banned),
        paused(15, saying("7", code(7), unknown, Reason::RateLimited)),
        paused(15, saying("429", Reply::new(429, "text/plain", ""), unknown, Reason::RateLimited)),
        saying("16", code(16), Verdict::PlatformChanged, Reason::UnexpectedShape),
        saying("an unknown code", code(777), unknown, Reason::Other),
    ];
    for risk in [2029, 2156, 4031] {
        sayings.push(paused(30, saying("risk control", code(risk), restricted, Reason::RiskControl)));
    }
    for captcha in [1039, 1101, 1105, 2046] {
        sayings.push(paused(30, saying("captcha", code(captcha), restricted, Reason::Captcha)));
    }
    Subject {
        adapter: adapter("toutiao", &AdapterSettings::default()),
        credential: credential(),
        user_id: String::from(USER),
        alive: leaving(),
        login,
        out: out.into_iter().map(|(name, reply)| (name.to_owned(), reply)).collect(),
        sayings,
        vital: vec![
            ("/mp/agw/media/user_login_status_api", &["/code", "/data", "/data/is_login"]),
            ("/mp/agw/creator_center/user_info", &[]),
        ],
        can_be_ended: true,
        canaries: canaries(),
    }
}

pub(crate) fn canaries() -> Vec<String> {
    [SESSION, TOKEN, NEW_TOKEN, TICKET, "66aa55bb44cc33dd"].into_iter().map(str::to_owned).collect()
}
