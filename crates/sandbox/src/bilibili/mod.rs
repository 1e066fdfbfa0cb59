//! Bilibili, as it was observed in 2026: QR login over HTTP, `nav`, the renewal through the correspond page, creator
//! numbers, logout.

mod faults;
mod health;
mod login;
mod renewal;
mod session;

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::answer::{Answer, SetCookie};
use crate::ask::Ask;
use crate::pages::{self, LoginPages};
use crate::platform::{self, AVATAR, Path, Route, StandIn};
use crate::world::World;
use crate::world::faults::FaultKind;
use crate::world::modes::ModeSpec;
use crate::world::people::Person;
use crate::world::sessions::{Ended, SessionRow, Sessions};
use session::BilibiliSession;

const ID: &str = "bilibili";
const PASSPORT: &str = "passport.bilibili.com";
const GAME: &str = "passport.biligame.com";
const API: &str = "api.bilibili.com";
const WWW: &str = "www.bilibili.com";
const MEMBER: &str = "member.bilibili.com";
const PICTURES: &str = "i0.hdslb.com";
const GET: &[Method] = &[Method::GET];
const POST: &[Method] = &[Method::POST];
const ANY: &[Method] = &[Method::GET, Method::POST];

/// How the session arrives after the confirmation.
const DELIVERY: ModeSpec = ModeSpec {
    key: "delivery",
    choices: &["poll_set_cookie", "ticket_only", "legacy_query"],
    about: "how the session arrives: cookies on the poll answer, a ticket to follow, or the query of before August 2026",
};
const REFRESH_TOKEN: ModeSpec = ModeSpec {
    key: "refresh_token",
    choices: &["normal", "empty"],
    about: "whether a web login gets a token for renewal",
};
const QR_URL: ModeSpec =
    ModeSpec { key: "qr_url", choices: &["account", "passport"], about: "the newer or the older address in the code" };
const TICKET_HOST: ModeSpec =
    ModeSpec { key: "ticket_host", choices: &["biligame", "bilibili"], about: "which host the ticket is for" };
const REFUSAL: ModeSpec = ModeSpec {
    key: "refusal",
    choices: &["expired", "fatal"],
    about: "what a refusal on the phone looks like: 86038, or a code of its own (86083)",
};
const RENEWAL: ModeSpec = ModeSpec {
    key: "renewal",
    choices: &["by_age", "due", "not_due"],
    about: "cookie/info: refresh after 30 days, now, never",
};
const CORRESPOND: ModeSpec = ModeSpec {
    key: "correspond_prefix",
    choices: &["refresh_", "set_"],
    about: "the text the correspond path must hold",
};
const LOGGED_OUT: ModeSpec =
    ModeSpec { key: "logged_out", choices: &["object", "null"], about: "nav's data beside -101" };
const BROWSERS: ModeSpec = ModeSpec {
    key: "user_agent",
    choices: &["browsers_only", "any"],
    about: "callers without a browser's User-Agent get -352, as on the real service",
};
const MODES: &[ModeSpec] =
    &[DELIVERY, REFRESH_TOKEN, QR_URL, TICKET_HOST, REFUSAL, RENEWAL, CORRESPOND, LOGGED_OUT, BROWSERS];

/// A renewed session that waits for its confirmation, a ticket, a one-time csrf: all of it lives in here.
pub(crate) struct Service {
    world: Arc<World>,
    sessions: Sessions<BilibiliSession>,
    tickets: login::Tickets,
    keys: renewal::Keys,
}

type R = Route<Service>;

const ROUTES: &[R] = &[
    R {
        name: "qrcode/generate",
        hosts: &[PASSPORT],
        path: Path::Exact("/x/passport-login/web/qrcode/generate"),
        methods: GET,
        run: login::generate,
    },
    R {
        name: "qrcode/poll",
        hosts: &[PASSPORT],
        path: Path::Exact("/x/passport-login/web/qrcode/poll"),
        methods: GET,
        run: login::poll,
    },
    R {
        name: "crossDomain",
        hosts: &[PASSPORT, GAME],
        path: Path::Exact("/x/passport-login/web/crossDomain"),
        methods: GET,
        run: login::cross_domain,
    },
    R {
        name: "crossDomain",
        hosts: &[PASSPORT, GAME],
        path: Path::Exact("/crossDomain"),
        methods: GET,
        run: login::cross_domain,
    },
    R { name: "nav", hosts: &[API], path: Path::Exact("/x/web-interface/nav"), methods: GET, run: health::nav },
    R { name: "myinfo", hosts: &[API], path: Path::Exact("/x/space/myinfo"), methods: GET, run: health::myinfo },
    R {
        name: "nav/stat",
        hosts: &[API],
        path: Path::Exact("/x/web-interface/nav/stat"),
        methods: GET,
        run: health::nav_stat,
    },
    R {
        name: "relation/stat",
        hosts: &[API],
        path: Path::Exact("/x/relation/stat"),
        methods: GET,
        run: health::relation_stat,
    },
    R { name: "upstat", hosts: &[API], path: Path::Exact("/x/space/upstat"), methods: GET, run: health::upstat },
    R {
        name: "index/stat",
        hosts: &[MEMBER],
        path: Path::Exact("/x/web/index/stat"),
        methods: GET,
        run: health::index_stat,
    },
    R {
        name: "finger/spi",
        hosts: &[API],
        path: Path::Exact("/x/frontend/finger/spi"),
        methods: GET,
        run: health::finger_spi,
    },
    R { name: pages::LOGIN, hosts: &[PASSPORT], path: Path::Loose("/login"), methods: GET, run: pages::login },
    R {
        name: pages::TALK,
        hosts: &[PASSPORT, WWW],
        path: Path::Below(pages::TALK_PATH),
        methods: ANY,
        run: pages::talk,
    },
    R { name: pages::HOME, hosts: &[WWW], path: Path::Exact("/"), methods: GET, run: health::home },
    R {
        name: "cookie/info",
        hosts: &[PASSPORT],
        path: Path::Exact("/x/passport-login/web/cookie/info"),
        methods: GET,
        run: renewal::cookie_info,
    },
    R {
        name: "correspond",
        hosts: &[WWW],
        path: Path::Below("/correspond/1/"),
        methods: GET,
        run: renewal::correspond,
    },
    R {
        name: "cookie/refresh",
        hosts: &[PASSPORT],
        path: Path::Exact("/x/passport-login/web/cookie/refresh"),
        methods: POST,
        run: renewal::cookie_refresh,
    },
    R {
        name: "confirm/refresh",
        hosts: &[PASSPORT],
        path: Path::Exact("/x/passport-login/web/confirm/refresh"),
        methods: POST,
        run: renewal::confirm_refresh,
    },
    R { name: "login/exit", hosts: &[PASSPORT], path: Path::Exact("/login/exit/v2"), methods: POST, run: login::exit },
    R { name: AVATAR, hosts: &[PICTURES], path: Path::Below("/bfs/face/"), methods: GET, run: platform::portrait },
];

impl Service {
    pub(crate) fn new(world: Arc<World>) -> Self {
        let (sessions, tickets) = (Sessions::default(), login::Tickets::default());
        Self { world, sessions, tickets, keys: renewal::Keys::of_this_process() }
    }

    fn mode(&self, spec: &ModeSpec) -> &'static str {
        self.world.modes.get(ID, spec)
    }
}

impl StandIn for Service {
    const ID: &'static str = ID;
    const NAMES: (&'static str, &'static str) = ("哔哩哔哩", "Bilibili");
    const COLOUR: &'static str = "#fb7299";
    const ROUTES: &'static [Route<Self>] = ROUTES;
    const MODES: &'static [ModeSpec] = MODES;

    fn world(&self) -> &World {
        &self.world
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("correspond_public_key", self.keys.public_pem())]
    }

    fn who(&self, ask: &Ask) -> Option<Arc<Person>> {
        let scanned = || {
            let code = self.world.codes.find(ID, ask.field("qrcode_key")?)?;
            code.state_at(ask.now).person().cloned()
        };
        let owner = ask.cookie("SESSDATA").and_then(|secret| self.sessions.owner(secret));
        owner.or_else(scanned).or_else(|| pages::scanner(self, ask))
    }

    fn answer(&self, ask: &Ask) -> Answer {
        let is_picture = platform::route::<Self>(ask).is_some_and(|route| route.name == AVATAR);
        if self.mode(&BROWSERS) == "browsers_only" && !is_picture && !ask.is_browser() {
            return faults::risk_control();
        }
        platform::routed(self, ask)
    }

    fn not_found(&self, _ask: &Ask) -> Answer {
        not_found()
    }

    fn fault_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        self.wrong_answer(kind, endpoint, ask)
    }

    fn key_in(&self, text: &str) -> Option<String> {
        let url = url::Url::parse(text).ok()?;
        let known = matches!(url.host_str(), Some(PASSPORT | "account.bilibili.com"));
        let key = url.query_pairs().find(|(name, _)| name == "qrcode_key").filter(|_| known);
        key.map(|(_, key)| key.into_owned()).or_else(|| pages::key_in(&[PASSPORT], text))
    }

    fn user_id(&self, person: &Person) -> String {
        session::mid(person).to_string()
    }

    fn sessions(&self, now: Timestamp) -> Vec<SessionRow> {
        self.sessions.rows(now)
    }

    fn end_sessions(&self, person: &str, only: Option<u64>, ended: Ended, now: Timestamp) -> usize {
        self.sessions.end(person, only, ended, now)
    }
}

impl LoginPages for Service {
    fn login_url(&self, _ask: &Ask) -> &'static str {
        "https://passport.bilibili.com/login"
    }

    fn home_url(&self, _ask: &Ask) -> &'static str {
        "https://www.bilibili.com/"
    }

    fn guest(&self, ask: &Ask) -> Vec<SetCookie> {
        health::device_cookies(ask)
    }

    fn enter(&self, person: Arc<Person>, ask: &Ask) -> Vec<SetCookie> {
        session::cookies(&self.open_session(person, ask.now, None)).to_vec()
    }

    fn visit(&self, ask: &Ask) -> Option<(Arc<Person>, Vec<SetCookie>)> {
        self.session(ask).map(|session| (session.person, Vec::new()))
    }

    fn leave(&self, ask: &Ask) -> Vec<SetCookie> {
        if let Some(session) = self.session(ask) {
            self.sessions.change(session.number, |session| session.ended = Some(Ended::LoggedOut));
        }
        session::emptied().to_vec()
    }
}

/// The envelope of nearly every answer: success.
fn ok(data: Value) -> Answer {
    Answer::json(&json!({ "code": 0, "message": "0", "ttl": 1, "data": data })).header("bili-status-code", "0")
}

/// The envelope of nearly every answer: a business error, HTTP 200.
fn refused(code: i64, message: &str, data: Value) -> Answer {
    Answer::json(&json!({ "code": code, "message": message, "ttl": 1, "data": data }))
        .header("bili-status-code", code.to_string())
}

fn not_logged_in() -> Answer {
    refused(-101, "账号未登录", Value::Null)
}

fn not_found() -> Answer {
    let page = "<!DOCTYPE html><html><head><title>出错啦! - bilibili.com</title></head><body><div class=\"error-container\">404</div></body></html>";
    Answer::html(page).status(StatusCode::NOT_FOUND)
}
