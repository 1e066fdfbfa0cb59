//! Xiaohongshu's creator centre and its overseas sister, as they were observed in 2026. The endpoints behind the login
//! page want signatures: here, too, nobody but the page can log in.

mod faults;
mod health;
mod session;

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::json;

use crate::answer::{Answer, SetCookie};
use crate::ask::Ask;
use crate::pages::{self, LoginPages};
use crate::platform::{self, AVATAR, Path, Route, StandIn};
use crate::world::World;
use crate::world::faults::FaultKind;
use crate::world::modes::ModeSpec;
use crate::world::people::Person;
use crate::world::sessions::{Ended, SessionRow, Sessions};
use session::Creator;

const ID: &str = "xiaohongshu";
const CREATOR: &str = "creator.xiaohongshu.com";
const OVERSEAS: &str = "creator.rednote.com";
const CENTRES: &[&str] = &[CREATOR, OVERSEAS];
const CUSTOMER: &str = "customer.xiaohongshu.com";
const WWW: &str = "www.xiaohongshu.com";
const PICTURES: &str = "sns-avatar-qc.xhscdn.com";
const GET: &[Method] = &[Method::GET];
const ANY: &[Method] = &[Method::GET, Method::POST];

const LOGGED_OUT: ModeSpec = ModeSpec {
    key: "logged_out",
    choices: &["http_401", "http_401_bare", "code_101", "redirect_302", "http_403"],
    about: "how the creator centre says that nobody is logged in",
};
const RISK_CODE: ModeSpec = ModeSpec {
    key: "risk_code",
    choices: &["300013", "300015", "300012"],
    about: "what risk control says: browser or signature look odd; 300012: the address is blocked",
};
const SSO_LIFE: ModeSpec = ModeSpec {
    key: "sso_life",
    choices: &["7_days", "60_days"],
    about: "how long the sign-on lasts; one that outlives the session lets the home page renew it",
};
const MODES: &[ModeSpec] = &[LOGGED_OUT, RISK_CODE, SSO_LIFE];

pub(crate) struct Service {
    world: Arc<World>,
    sessions: Sessions<Creator>,
}

type R = Route<Service>;

const ROUTES: &[R] = &[
    R {
        name: "user/info",
        hosts: CENTRES,
        path: Path::Exact("/api/galaxy/user/info"),
        methods: GET,
        run: health::user_info,
    },
    R {
        name: "personal_info",
        hosts: CENTRES,
        path: Path::Exact("/api/galaxy/creator/home/personal_info"),
        methods: GET,
        run: health::personal_info,
    },
    R {
        name: "note_detail_new",
        hosts: CENTRES,
        path: Path::Exact("/api/galaxy/creator/data/note_detail_new"),
        methods: GET,
        run: health::note_detail,
    },
    R {
        name: "user/logout",
        hosts: CENTRES,
        path: Path::Exact("/api/galaxy/user/logout"),
        methods: ANY,
        run: session::logout,
    },
    R { name: "sso/logout", hosts: CENTRES, path: Path::Exact("/sso/logout"), methods: ANY, run: session::logout },
    R {
        name: "qr-code",
        hosts: &[CUSTOMER],
        path: Path::Exact("/api/cas/customer/web/qr-code"),
        methods: ANY,
        run: |_, _| health::signature_wanted(),
    },
    R { name: pages::LOGIN, hosts: CENTRES, path: Path::Loose("/login"), methods: GET, run: pages::login },
    R { name: pages::TALK, hosts: CENTRES, path: Path::Below(pages::TALK_PATH), methods: ANY, run: pages::talk },
    R { name: pages::HOME, hosts: CENTRES, path: Path::Loose("/new/home"), methods: GET, run: pages::home },
    R { name: pages::HOME, hosts: CENTRES, path: Path::Exact("/"), methods: GET, run: pages::home },
    R { name: "www", hosts: &[WWW], path: Path::Exact("/"), methods: GET, run: session::reader_page },
    R { name: AVATAR, hosts: &[PICTURES], path: Path::Below("/avatar/"), methods: GET, run: platform::portrait },
];

impl Service {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world, sessions: Sessions::default() }
    }

    fn mode(&self, spec: &ModeSpec) -> &'static str {
        self.world.modes.get(ID, spec)
    }
}

impl StandIn for Service {
    const ID: &'static str = ID;
    const NAMES: (&'static str, &'static str) = ("小红书", "Xiaohongshu");
    const COLOUR: &'static str = "#ff2442";
    const ROUTES: &'static [Route<Self>] = ROUTES;
    const MODES: &'static [ModeSpec] = MODES;

    fn world(&self) -> &World {
        &self.world
    }

    fn who(&self, ask: &Ask) -> Option<Arc<Person>> {
        let owner = ask.cookie(session::TOKEN).and_then(|secret| self.sessions.owner(secret));
        owner.or_else(|| pages::scanner(self, ask))
    }

    fn not_found(&self, _ask: &Ask) -> Answer {
        not_found()
    }

    fn fault_answer(&self, kind: FaultKind, endpoint: &str, _ask: &Ask) -> Option<Answer> {
        self.wrong_answer(kind, endpoint)
    }

    fn key_in(&self, text: &str) -> Option<String> {
        pages::key_in(CENTRES, text)
    }

    fn user_id(&self, person: &Person) -> String {
        session::user_id(person)
    }

    fn sessions(&self, now: Timestamp) -> Vec<SessionRow> {
        self.sessions.rows(now)
    }

    fn end_sessions(&self, person: &str, only: Option<u64>, ended: Ended, now: Timestamp) -> usize {
        self.sessions.end(person, only, ended, now)
    }
}

impl LoginPages for Service {
    fn login_url(&self, ask: &Ask) -> &'static str {
        if ask.host == OVERSEAS { "https://creator.rednote.com/login" } else { "https://creator.xiaohongshu.com/login" }
    }

    fn home_url(&self, ask: &Ask) -> &'static str {
        let overseas = ask.host == OVERSEAS;
        if overseas { "https://creator.rednote.com/new/home" } else { "https://creator.xiaohongshu.com/new/home" }
    }

    fn guest(&self, ask: &Ask) -> Vec<SetCookie> {
        session::guest(ask)
    }

    fn enter(&self, person: Arc<Person>, ask: &Ask) -> Vec<SetCookie> {
        let session = self.open_session(person, ask);
        self.given(&session, ask)
    }

    fn visit(&self, ask: &Ask) -> Option<(Arc<Person>, Vec<SetCookie>)> {
        if let Some(session) = self.session(ask) {
            return Some((session.person, vec![session::beaker(ask)]));
        }
        let person = self.signed_on(ask)?;
        let renewed = self.open_session(Arc::clone(&person), ask);
        Some((person, self.given(&renewed, ask)))
    }

    fn leave(&self, ask: &Ask) -> Vec<SetCookie> {
        self.drop_session(ask);
        session::emptied(ask)
    }
}

fn not_found() -> Answer {
    Answer::json(&json!({ "code": -1, "success": false })).status(StatusCode::NOT_FOUND)
}
