//! Toutiao, as it was observed in 2026: QR login at the SSO host, the callback with its ticket, the creator pages, the
//! passport, logout.

mod faults;
mod health;
mod login;
mod session;

use std::sync::Arc;

use axum::http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::answer::{Answer, SetCookie};
use crate::ask::Ask;
use crate::pages::{self, LoginPages};
use crate::passport::{Proof, not_found};
use crate::platform::{self, AVATAR, Path, Route, StandIn};
use crate::world::World;
use crate::world::faults::FaultKind;
use crate::world::modes::ModeSpec;
use crate::world::people::Person;
use crate::world::sessions::{Ended, SessionRow, Sessions};

const ID: &str = "toutiao";
const SSO: &str = "sso.toutiao.com";
const MP: &str = "mp.toutiao.com";
const WWW: &str = "www.toutiao.com";
const PICTURES: &str = "p3.toutiaoimg.com";
const GET: &[Method] = &[Method::GET];
const ANY: &[Method] = &[Method::GET, Method::POST];

const CONFIRM: ModeSpec = ModeSpec {
    key: "confirm",
    choices: &["redirect", "cookies_on_poll", "poll_302", "cookies_one_poll_later"],
    about: "how the session arrives: a callback with a ticket, cookies on the poll, a 302 with cookies, or one poll late",
};
const STATUS_4: ModeSpec = ModeSpec {
    key: "status4",
    choices: &["refused", "new_code"],
    about: "4 means refused; or an expired code is replaced: 4 with a new token in the same answer",
};
const STATUS_FORM: ModeSpec =
    ModeSpec { key: "status_form", choices: &["digits", "words"], about: "\"2\", or \"scanned\"" };
const LOGGED_OUT: ModeSpec = ModeSpec {
    key: "logged_out",
    choices: &["code_100004", "is_login_false", "html_login_page", "redirect_302", "http_401"],
    about: "how the creator pages say that nobody is logged in",
};
const LIFETIME: ModeSpec =
    ModeSpec { key: "session_life", choices: &["60_days", "365_days"], about: "the life that sid_guard carries" };
const SILENT_RENEWAL: ModeSpec = ModeSpec {
    key: "silent_renewal",
    choices: &["off", "on"],
    about: "health answers bring a new sid_guard, as the service does from time to time",
};
const MODES: &[ModeSpec] = &[CONFIRM, STATUS_4, STATUS_FORM, LOGGED_OUT, LIFETIME, SILENT_RENEWAL];

pub(crate) struct Service {
    world: Arc<World>,
    sessions: Sessions<Proof>,
    tickets: login::Tickets,
}

type R = Route<Service>;

const ROUTES: &[R] = &[
    R { name: "get_qrcode", hosts: &[SSO], path: Path::Loose("/get_qrcode"), methods: GET, run: login::get_qrcode },
    R {
        name: "check_qrconnect",
        hosts: &[SSO],
        path: Path::Loose("/check_qrconnect"),
        methods: GET,
        run: login::check_qrconnect,
    },
    R {
        name: "callback",
        hosts: &[MP, WWW],
        path: Path::Loose("/passport/sso/login/callback"),
        methods: GET,
        run: login::callback,
    },
    R {
        name: "user_login_status_api",
        hosts: &[MP],
        path: Path::Loose("/mp/agw/media/user_login_status_api"),
        methods: GET,
        run: health::user_login_status,
    },
    R {
        name: "user_info",
        hosts: &[MP],
        path: Path::Loose("/mp/agw/creator_center/user_info"),
        methods: GET,
        run: health::user_info,
    },
    R {
        name: "get_media_info",
        hosts: &[MP],
        path: Path::Loose("/mp/agw/media/get_media_info"),
        methods: GET,
        run: health::get_media_info,
    },
    R {
        name: "account/info",
        hosts: &[MP, WWW],
        path: Path::Loose("/passport/account/info/v2"),
        methods: ANY,
        run: health::account_info,
    },
    R {
        name: "logout",
        hosts: &[MP, WWW],
        path: Path::Loose("/passport/web/logout"),
        methods: ANY,
        run: login::logout,
    },
    R { name: "sso/logout", hosts: &[SSO], path: Path::Loose("/logout"), methods: ANY, run: login::sso_logout },
    R { name: pages::LOGIN, hosts: &[MP], path: Path::Loose("/auth/page/login"), methods: GET, run: pages::login },
    R { name: pages::TALK, hosts: &[MP], path: Path::Below(pages::TALK_PATH), methods: ANY, run: pages::talk },
    R { name: pages::HOME, hosts: &[MP], path: Path::Exact("/"), methods: GET, run: pages::home },
    R { name: pages::HOME, hosts: &[WWW], path: Path::Exact("/"), methods: GET, run: |_, _| health::front_page() },
    R { name: AVATAR, hosts: &[PICTURES], path: Path::Below("/avatar/"), methods: GET, run: platform::portrait },
];

impl Service {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world, sessions: Sessions::default(), tickets: login::Tickets::default() }
    }

    fn mode(&self, spec: &ModeSpec) -> &'static str {
        self.world.modes.get(ID, spec)
    }
}

impl StandIn for Service {
    const ID: &'static str = ID;
    const NAMES: (&'static str, &'static str) = ("今日头条", "Toutiao");
    const COLOUR: &'static str = "#f04142";
    const ROUTES: &'static [Route<Self>] = ROUTES;
    const MODES: &'static [ModeSpec] = MODES;

    fn world(&self) -> &World {
        &self.world
    }

    fn who(&self, ask: &Ask) -> Option<Arc<Person>> {
        let scanned = || {
            let code = self.world.codes.find(ID, ask.field("token")?)?;
            code.state_at(ask.now).person().cloned()
        };
        let owner = ask.cookie("sessionid").and_then(|secret| self.sessions.owner(secret));
        owner.or_else(scanned).or_else(|| pages::scanner(self, ask))
    }

    fn not_found(&self, _ask: &Ask) -> Answer {
        not_found()
    }

    fn fault_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        self.wrong_answer(kind, endpoint, ask)
    }

    fn key_in(&self, text: &str) -> Option<String> {
        let url = url::Url::parse(text).ok()?;
        let token = url.query_pairs().find(|(name, _)| name == "token").filter(|_| url.host_str() == Some(SSO));
        token.map(|(_, key)| key.into_owned()).or_else(|| pages::key_in(&[MP], text))
    }

    fn user_id(&self, person: &Person) -> String {
        session::user_id(person).to_string()
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
        "https://mp.toutiao.com/auth/page/login/"
    }

    fn home_url(&self, _ask: &Ask) -> &'static str {
        "https://mp.toutiao.com/"
    }

    fn guest(&self, _ask: &Ask) -> Vec<SetCookie> {
        session::csrf_pair()
    }

    fn enter(&self, person: Arc<Person>, ask: &Ask) -> Vec<SetCookie> {
        session::family(&self.open_session(person, ask.now), ask.now)
    }

    fn visit(&self, ask: &Ask) -> Option<(Arc<Person>, Vec<SetCookie>)> {
        let session = self.session(ask)?;
        let renewed = session::sid_guard(&session, ask.now);
        Some((session.person, vec![renewed]))
    }

    fn leave(&self, ask: &Ask) -> Vec<SetCookie> {
        self.drop_session(ask);
        session::emptied()
    }
}

/// The SSO envelope: `error_code` and `description` also at the top.
fn sso(data: Value) -> Answer {
    Answer::json(&json!({ "data": data, "description": "", "error_code": 0, "message": "success" }))
}
