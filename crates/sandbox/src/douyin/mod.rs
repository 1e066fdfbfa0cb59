//! Douyin, as it was observed in 2026: the passport and the creator centre. Its login lives on its own page only: the
//! endpoints behind that page want signatures, so here, too, nobody but the page can log in.

mod faults;
mod health;
mod session;

use std::sync::Arc;

use axum::http::Method;
use jiff::Timestamp;

use crate::answer::{Answer, SetCookie};
use crate::ask::Ask;
use crate::pages::{self, LoginPages};
use crate::passport::{self, Proof, not_found};
use crate::platform::{self, AVATAR, Path, Route, StandIn};
use crate::world::World;
use crate::world::faults::FaultKind;
use crate::world::modes::ModeSpec;
use crate::world::people::Person;
use crate::world::sessions::{Ended, SessionRow, Sessions};

const ID: &str = "douyin";
const WWW: &str = "www.douyin.com";
const CREATOR: &str = "creator.douyin.com";
const SSO: &str = "sso.douyin.com";
const SIGN_ON: &str = "login.douyin.com";
const PICTURES: &str = "p3.douyinpic.com";
const GET: &[Method] = &[Method::GET];
const ANY: &[Method] = &[Method::GET, Method::POST];

const LOGGED_OUT: ModeSpec = ModeSpec {
    key: "logged_out",
    choices: &["code_13", "name_only", "code_only"],
    about: "how the passport says that nobody is logged in",
};
const CREATOR_OUT: ModeSpec = ModeSpec {
    key: "creator_logged_out",
    choices: &["status_8", "no_user"],
    about: "how the creator centre says so: status 8, or a good answer without a user",
};
const LIFETIME: ModeSpec =
    ModeSpec { key: "session_life", choices: &["60_days", "365_days"], about: "the life that sid_guard carries" };
const SILENT_RENEWAL: ModeSpec = ModeSpec {
    key: "silent_renewal",
    choices: &["off", "on"],
    about: "health answers bring a new sid_guard, as the service does from time to time",
};
const MODES: &[ModeSpec] = &[LOGGED_OUT, CREATOR_OUT, LIFETIME, SILENT_RENEWAL];

pub(crate) struct Service {
    world: Arc<World>,
    sessions: Sessions<Proof>,
}

type R = Route<Service>;

const ROUTES: &[R] = &[
    R {
        name: "account/info",
        hosts: &[WWW, CREATOR],
        path: Path::Loose("/passport/account/info/v2"),
        methods: ANY,
        run: health::account_info,
    },
    R {
        name: "media/user/info",
        hosts: &[CREATOR],
        path: Path::Loose("/web/api/media/user/info"),
        methods: GET,
        run: health::creator_info,
    },
    R {
        name: "user/profile/self",
        hosts: &[WWW],
        path: Path::Loose("/aweme/v1/web/user/profile/self"),
        methods: GET,
        run: |_, _| Answer::text(""),
    },
    R {
        name: "check_qrconnect",
        hosts: &[SIGN_ON, CREATOR],
        path: Path::Loose("/passport/web/check_qrconnect"),
        methods: ANY,
        run: |_, _| passport::refused(4031, "网站存在安全风险，已阻止此次访问"),
    },
    R {
        name: "logout",
        hosts: &[WWW, CREATOR],
        path: Path::Loose("/passport/web/logout"),
        methods: ANY,
        run: session::logout,
    },
    R { name: "sso/logout", hosts: &[SSO], path: Path::Loose("/logout"), methods: GET, run: session::sso_logout },
    R { name: pages::LOGIN, hosts: &[CREATOR], path: Path::Exact("/"), methods: GET, run: pages::login },
    R { name: pages::TALK, hosts: &[CREATOR], path: Path::Below(pages::TALK_PATH), methods: ANY, run: pages::talk },
    R {
        name: pages::HOME,
        hosts: &[CREATOR],
        path: Path::Loose("/creator-micro/home"),
        methods: GET,
        run: pages::home,
    },
    R { name: pages::HOME, hosts: &[WWW], path: Path::Exact("/"), methods: GET, run: health::front_page },
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
    const NAMES: (&'static str, &'static str) = ("抖音", "Douyin");
    const COLOUR: &'static str = "#161823";
    const ROUTES: &'static [Route<Self>] = ROUTES;
    const MODES: &'static [ModeSpec] = MODES;

    fn world(&self) -> &World {
        &self.world
    }

    fn who(&self, ask: &Ask) -> Option<Arc<Person>> {
        let owner = ask.cookie("sessionid").and_then(|secret| self.sessions.owner(secret));
        owner.or_else(|| pages::scanner(self, ask))
    }

    fn not_found(&self, _ask: &Ask) -> Answer {
        not_found()
    }

    fn fault_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        self.wrong_answer(kind, endpoint, ask)
    }

    fn key_in(&self, text: &str) -> Option<String> {
        pages::key_in(&[CREATOR], text)
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
        "https://creator.douyin.com/"
    }

    fn home_url(&self, _ask: &Ask) -> &'static str {
        "https://creator.douyin.com/creator-micro/home"
    }

    fn guest(&self, ask: &Ask) -> Vec<SetCookie> {
        session::guest(ask)
    }

    fn enter(&self, person: Arc<Person>, ask: &Ask) -> Vec<SetCookie> {
        session::given(&self.open_session(person, ask.now), ask.now)
    }

    fn visit(&self, ask: &Ask) -> Option<(Arc<Person>, Vec<SetCookie>)> {
        let session = self.session(ask)?;
        let renewed = passport::sid_guard(&session, session::DOMAIN, ask.now);
        Some((session.person, vec![renewed]))
    }

    fn leave(&self, ask: &Ask) -> Vec<SetCookie> {
        self.drop_session(ask);
        passport::emptied(session::DOMAIN)
    }
}
