use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use roster_domain::{CookieJar, Credential, Reason, Secret, Verdict};
use roster_platform::conformance::{Asked, Phone, Play, Reply, Saying, Subject};
use roster_platforms::AdapterSettings;

use super::{adapter, not_found, paused, saying};

macro_rules! jimeng {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/jimeng/fixtures/", $name))
    };
}
macro_rules! dreamina {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/dreamina/fixtures/", $name))
    };
}
#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use {dreamina, jimeng};

pub(crate) const USER: &str = "7212345678901234567";
pub(crate) const USER_ABROAD: &str = "7312345678901234567";
pub(crate) const SESSION: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
pub(crate) const INFO: &str = "/passport/account/info/v2";
pub(crate) const INFO_ABROAD: &str = "/passport/web/account/info/";
pub(crate) const CREDIT: &str = "/commerce/v1/benefits/user_credit";
pub(crate) const SUBSCRIPTION: &str = "/commerce/v1/subscription/user_info";

/// Which of the two ways in which the Chinese service is known to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Document,
    Service,
}

pub(crate) fn credential() -> Credential {
    let header = format!("sessionid={SESSION}; sid_tt={SESSION}; _tea_web_id=7412345678901234567; ttwid=1%7Cdevice");
    Credential { cookies: CookieJar::from_header(&header, "jianying.com").expect("cookies"), ..Credential::default() }
}

pub(crate) fn credential_abroad(region: &str) -> Credential {
    let header = format!("sessionid={SESSION}; sid_tt={SESSION}");
    let cookies = CookieJar::from_header(&header, "capcut.com").expect("cookies");
    let tokens = [(String::from("region"), Secret::from(region))].into_iter().collect();
    Credential { cookies, tokens, ..Credential::default() }
}

/// The Chinese service while the session lives.
pub(crate) fn alive(dialect: Dialect, asked: &Asked) -> Reply {
    match asked.path.as_str() {
        INFO => Reply::json(match dialect {
            Dialect::Document => jimeng!("document.json"),
            Dialect::Service => jimeng!("service.json"),
        }),
        CREDIT => Reply::json(jimeng!("user-credit-member.json")),
        SUBSCRIPTION => Reply::json(jimeng!("subscription.json")),
        _ => not_found(),
    }
}

/// The international service while the session lives: its passport is beside the pages only, and the commerce hosts
/// know the accounts of their own cluster only.
pub(crate) fn alive_abroad(asked: &Asked) -> Reply {
    match (asked.host.as_str(), asked.path.as_str()) {
        // The suite names no host when it asks for the good answer.
        ("dreamina.capcut.com" | "", INFO_ABROAD) => Reply::json(dreamina!("account.json")),
        ("commerce.us.capcut.com", CREDIT) => Reply::json(dreamina!("user-credit.json")),
        ("commerce.us.capcut.com", SUBSCRIPTION) => Reply::json(jimeng!("subscription.json")),
        (_, CREDIT | SUBSCRIPTION) => Reply::json(jimeng!("login-error.json")),
        _ => wrong_host(),
    }
}

pub(crate) fn wrong_host() -> Reply {
    Reply::html(404, dreamina!("wrong-host.html")).with("server", "TLB")
}

/// A service until somebody logs out.
pub(crate) fn leaving(alive: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Play {
    let gone = AtomicBool::new(false);
    Arc::new(move |asked| match asked.path.as_str() {
        "/passport/web/logout/" => {
            gone.store(true, SeqCst);
            Reply::json(jimeng!("logout.json"))
        }
        _ if gone.load(SeqCst) => Reply::json(jimeng!("service-expired.json")),
        _ => alive(asked),
    })
}

pub(crate) fn ret(ret: &str, words: &str) -> Reply {
    Reply::json(format!("{{\"ret\":{ret},\"errmsg\":\"{words}\",\"data\":null}}"))
}

pub(crate) fn code(code: i64, words: &str) -> Reply {
    Reply::json(format!("{{\"data\":{{\"error_code\":{code},\"description\":\"{words}\"}},\"message\":\"error\"}}"))
}

/// Every way in which "not logged in" is said.
pub(crate) fn out() -> Vec<(String, Reply)> {
    let named = r#"{"data":{"name":"session_expired"},"message":"error"}"#;
    let top = r#"{"data":{},"error_code":13,"description":"会话过期","message":"error"}"#;
    let forms = [
        ("13", Reply::json(jimeng!("service-expired.json"))),
        ("13 at the top", Reply::json(top)),
        ("13 as text", Reply::json(r#"{"data":{"error_code":"13"},"message":"error"}"#)),
        ("by name", Reply::json(named)),
        ("1001", ret("\"1001\"", "token无效")),
        ("1002", Reply::json(jimeng!("document-expired.json"))),
        ("1002 as a number", ret("1002", "token过期")),
        ("1015", Reply::json(jimeng!("login-error.json"))),
        ("34010105", Reply::json(jimeng!("subscription-out.json"))),
        ("in words", ret("\"777\"", "Invalid token")),
        ("in other words", ret("\"777\"", "unauthorized")),
        ("in Chinese words", code(999, "用户未登录")),
        ("401", Reply::json(r#"{"message":"success","data":{}}"#).status(401)),
        ("401 of the document", ret("\"0\"", "success").status(401)),
        ("403 in words", ret("\"0\"", "login error").status(403)),
    ];
    forms.into_iter().map(|(name, reply)| (name.to_owned(), reply)).collect()
}

/// The codes of both dialects.
pub(crate) fn sayings() -> Vec<Saying> {
    let (restricted, unknown) = (Verdict::Restricted, Verdict::Unknown);
    let mut all = vec![
        saying("1003", ret("\"1003\"", "用户不存在"), restricted, Reason::Banned),
        saying("1004", ret("\"1004\"", "账户被封禁"), restricted, Reason::Banned),
        saying("1005", ret("1005", "权限不足"), restricted, Reason::Muted),
        saying("1006", ret("\"1006\"", "参数错误"), Verdict::PlatformChanged, Reason::UnexpectedShape),
        saying("1007", ret("\"1007\"", "服务异常"), unknown, Reason::ServerError),
        saying("1014", Reply::json(jimeng!("system-busy.json")), unknown, Reason::ServerError),
        paused(30, saying("1019", ret("\"1019\"", "shark not pass"), restricted, Reason::RiskControl)),
        paused(30, saying("-6", ret("\"-6\"", "shark not pass reject"), restricted, Reason::RiskControl)),
        paused(30, saying("2003", ret("2003", "risk not pass"), restricted, Reason::RiskControl)),
        saying("3018", ret("\"3018\"", "permission denied"), restricted, Reason::Muted),
        saying("denied in words", ret("\"777\"", "access denied"), restricted, Reason::Muted),
        saying("trouble in words", ret("\"777\"", "service_unavailable"), unknown, Reason::ServerError),
        saying("banned in words", ret("\"777\"", "该账号已冻结"), restricted, Reason::Banned),
        saying("an unknown ret", ret("\"777\"", "说明"), unknown, Reason::Other),
        saying("an unknown code", code(777, "说明"), unknown, Reason::Other),
        saying("an error without a code", Reply::json(r#"{"data":{},"message":"error"}"#), unknown, Reason::Other),
        saying("16", code(16, "应用无权限"), Verdict::PlatformChanged, Reason::UnexpectedShape),
        saying("1091", Reply::json(jimeng!("banned.json")), restricted, Reason::Banned),
        saying("1075", code(1075, "注销中"), restricted, Reason::Banned),
        saying("1092", code(1092, "权限受限"), restricted, Reason::Muted),
        saying("1093", code(1093, "设备封禁"), restricted, Reason::Banned),
        paused(15, saying("7", Reply::json(jimeng!("too-often.json")), unknown, Reason::RateLimited)),
        paused(15, saying("429", Reply::new(429, "text/plain", ""), unknown, Reason::RateLimited)),
        saying("wrong host", wrong_host(), unknown, Reason::NotJson),
    ];
    for risk in [2029, 2156, 4031] {
        all.push(paused(30, saying("risk control", code(risk, "系统繁忙"), restricted, Reason::RiskControl)));
    }
    for captcha in [1039, 1101, 1105, 2046] {
        all.push(paused(30, saying("captcha", code(captcha, "请验证"), restricted, Reason::Captcha)));
    }
    all
}

/// What only the document's dialect says, in good answers.
fn document_sayings() -> Vec<Saying> {
    let good = jimeng!("document.json");
    let banned = good
        .replace("\"is_banned\":false", "\"is_banned\":true")
        .replace("\"ban_reason\":\"\"", "\"ban_reason\":\"多次违规\"");
    let restricted = Verdict::Restricted;
    vec![
        saying("is_banned", Reply::json(banned), restricted, Reason::Banned),
        saying("suspended", Reply::json(good.replace("\"active\"", "\"suspended\"")), restricted, Reason::Banned),
        saying("inactive", Reply::json(good.replace("\"active\"", "\"inactive\"")), restricted, Reason::Muted),
        saying("bare", Reply::json(jimeng!("document-bare.json")), Verdict::Alive, Reason::Ok),
    ]
}

pub(crate) fn subject(dialect: Dialect) -> Subject {
    let mut sayings = sayings();
    let vital: &[&str] = match dialect {
        Dialect::Document => {
            sayings.extend(document_sayings());
            &["/ret", "/data", "/data/user_id"]
        }
        Dialect::Service => &["/message", "/data"],
    };
    Subject {
        adapter: adapter("jimeng", &AdapterSettings::default()),
        credential: credential(),
        user_id: String::from(USER),
        alive: leaving(move |asked| alive(dialect, asked)),
        login: |_: Phone| Arc::new(|_: &Asked| not_found()),
        out: out(),
        sayings,
        vital: vec![(INFO, vital)],
        can_be_ended: true,
        canaries: canaries(),
    }
}

pub(crate) fn subject_abroad() -> Subject {
    Subject {
        adapter: adapter("dreamina", &AdapterSettings::default()),
        credential: credential_abroad("us"),
        user_id: String::from(USER_ABROAD),
        alive: leaving(alive_abroad),
        login: |_: Phone| Arc::new(|_: &Asked| not_found()),
        out: out(),
        sayings: sayings(),
        vital: vec![(INFO_ABROAD, &["/message", "/data"])],
        can_be_ended: true,
        canaries: canaries(),
    }
}

pub(crate) fn canaries() -> Vec<String> {
    vec![SESSION.to_owned()]
}
