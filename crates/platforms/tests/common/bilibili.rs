use std::sync::Arc;

use roster_domain::{CookieJar, Credential, Reason, Secret, Verdict};
use roster_platform::conformance::{Asked, Phone, Play, Reply, Subject};
use roster_platforms::AdapterSettings;

use super::{adapter, not_found, paused, saying};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/bilibili/fixtures/", $name))
    };
}
#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use fixture;

pub(crate) const USER: &str = "3546500000000001";
pub(crate) const SESSDATA: &str = "0a1b2c3d%2C1805552000%2C9f8e7%2A91CjDfixturefixturefixture";
pub(crate) const CSRF: &str = "00112233445566778899aabbccddeeff";
pub(crate) const REFRESH: &str = "aaaabbbbccccddddeeeeffff00001111";
pub(crate) const NEW_REFRESH: &str = "22223333444455556666777788889999";
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef";

pub(crate) fn credential() -> Credential {
    let header = format!("SESSDATA={SESSDATA}; bili_jct={CSRF}; DedeUserID={USER}; sid=abcd1234");
    let mut credential = Credential {
        cookies: CookieJar::from_header(&header, "bilibili.com").expect("cookies"),
        ..Credential::default()
    };
    credential.tokens.insert(String::from("refresh_token"), Secret::from(REFRESH));
    credential
}

/// The confirmation with the session in its headers.
pub(crate) fn confirmed() -> Reply {
    Reply::from_text(fixture!("poll-confirmed.http")).expect("fixture")
}

/// The five cookies of a new session.
pub(crate) fn with_new_session(reply: Reply) -> Reply {
    let Reply::Http { headers, .. } = confirmed() else { return reply };
    let cookies = headers.into_iter().filter(|(name, _)| name == "set-cookie");
    cookies.fold(reply, |reply, (name, value)| reply.with(&name, &value.replace("0a1b2c3d", "5e6f7a8b")))
}

pub(crate) fn alive(asked: &Asked) -> Reply {
    match (asked.host.as_str(), asked.path.as_str()) {
        ("api.bilibili.com", "/x/web-interface/nav") => Reply::json(fixture!("nav.json")),
        ("api.bilibili.com", "/x/space/myinfo") => {
            Reply::json(fixture!("myinfo-muted.json").replace("\"silence\":1", "\"silence\":0"))
        }
        ("api.bilibili.com", "/x/web-interface/nav/stat") => Reply::json(fixture!("nav-stat.json")),
        ("api.bilibili.com", "/x/space/upstat") => Reply::json(fixture!("upstat.json")),
        ("member.bilibili.com", "/x/web/index/stat") => Reply::json(fixture!("index-stat.json")),
        ("api.bilibili.com", "/x/frontend/finger/spi") => Reply::json(fixture!("spi.json")),
        ("passport.bilibili.com", "/x/passport-login/web/cookie/info") => {
            Reply::json(fixture!("cookie-info.json").replace("false", "true"))
        }
        ("www.bilibili.com", path) if path.starts_with("/correspond/1/") => {
            Reply::html(200, fixture!("correspond.html"))
        }
        ("passport.bilibili.com", "/x/passport-login/web/cookie/refresh") => {
            with_new_session(Reply::json(fixture!("cookie-refresh.json")))
        }
        ("passport.bilibili.com", "/x/passport-login/web/confirm/refresh") => {
            Reply::json(fixture!("confirm-refresh.json"))
        }
        ("passport.bilibili.com", "/login/exit/v2") => Reply::json(fixture!("exit.json")),
        // The suite asks for good answers by path alone.
        ("", "/x/web-interface/nav") => Reply::json(fixture!("nav.json")),
        _ => not_found(),
    }
}

pub(crate) fn login(phone: Phone) -> Play {
    Arc::new(move |asked| match asked.path.as_str() {
        "/x/passport-login/web/qrcode/generate" => Reply::json(fixture!("generate.json")),
        "/x/passport-login/web/qrcode/poll" if asked.query.get("qrcode_key").map(String::as_str) == Some(KEY) => {
            match phone {
                Phone::Waiting => Reply::json(fixture!("poll-waiting.json")),
                Phone::Scanned => Reply::json(fixture!("poll-scanned.json")),
                Phone::Confirmed => confirmed(),
                Phone::Expired => Reply::json(fixture!("poll-expired.json")),
            }
        }
        "/x/frontend/finger/spi" => Reply::json(fixture!("spi.json")),
        _ => not_found(),
    })
}

pub(crate) fn subject() -> Subject {
    let code = |code: i64| Reply::json(format!("{{\"code\":{code},\"message\":\"说明\",\"ttl\":1,\"data\":null}}"));
    let out = [
        ("-101", Reply::json(fixture!("nav-logged-out.json"))),
        ("-101 without content", code(-101)),
        ("-658", code(-658)),
        ("isLogin false", Reply::json(fixture!("nav-logged-out.json").replace("-101", "0"))),
    ];
    let (restricted, unknown) = (Verdict::Restricted, Verdict::Unknown);
    let risk = Reason::RiskControl;
    let blocked = Reply::html(412, "<html><body>request was banned</body></html>");
    let voucher = Reply::json(fixture!("risk-control.json").replace("-352", "0"));
    let mut sayings = vec![
        saying("-102", code(-102), restricted, Reason::Banned),
        paused(30, saying("-352", Reply::json(fixture!("risk-control.json")), restricted, risk)),
        paused(30, saying("only a voucher", voucher, restricted, risk)),
        paused(60, saying("412", Reply::json(fixture!("blocked.json")).status(412), unknown, risk)),
        paused(60, saying("412 page", blocked, unknown, risk)),
        paused(60, saying("412 empty", Reply::new(412, "text/plain", ""), unknown, risk)),
        paused(120, saying("412, two hours", code(-412).status(412).with("retry-after", "7200"), unknown, risk)),
        paused(60, saying("-412", code(-412), unknown, risk)),
        paused(60, saying("-401", code(-401), restricted, risk)),
        saying("-111", code(-111), unknown, Reason::Other),
        saying("an unknown code", code(-77_777), unknown, Reason::Other),
        saying("-403", code(-403), unknown, Reason::Other),
    ];
    for limited in [-509, -799] {
        sayings.push(saying("too often", code(limited), unknown, Reason::RateLimited));
        let slower = code(limited).with("retry-after", "300");
        sayings.push(paused(5, saying("too often, with a pause", slower, unknown, Reason::RateLimited)));
    }
    for trouble in [-500, -503, -504, -8888] {
        sayings.push(saying("server trouble", code(trouble), unknown, Reason::ServerError));
    }
    for ours in [-400, -404] {
        sayings.push(saying("our call is wrong", code(ours), Verdict::PlatformChanged, Reason::UnexpectedShape));
    }
    Subject {
        adapter: adapter("bilibili", &AdapterSettings::default()),
        credential: credential(),
        user_id: String::from(USER),
        alive: Arc::new(alive),
        login,
        out: out.into_iter().map(|(name, reply)| (name.to_owned(), reply)).collect(),
        sayings,
        vital: vec![("/x/web-interface/nav", &["/code", "/data", "/data/isLogin", "/data/mid", "/data/uname"])],
        can_be_ended: true,
        canaries: canaries(),
    }
}

pub(crate) fn canaries() -> Vec<String> {
    let texts = [SESSDATA, CSRF, REFRESH, NEW_REFRESH, KEY, "fixture-ticket", "5e6f7a8b", "cafebabecafebabe"];
    texts.into_iter().map(str::to_owned).collect()
}
