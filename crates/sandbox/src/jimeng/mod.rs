//! Jimeng in China, and what Dreamina abroad has in common with it: the passport in two dialects, the commerce service
//! with its checksum, sessions, logout. Only the table of addresses differs.

mod account;
mod commerce;
mod faults;
mod market;
mod session;

use std::marker::PhantomData;
use std::sync::Arc;

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::answer::{Answer, SetCookie};
use crate::ask::Ask;
use crate::pages::{self, LoginPages};
use crate::passport::{self, Proof};
use crate::platform::{self, AVATAR, Path, Route, StandIn};
use crate::world::World;
use crate::world::faults::FaultKind;
use crate::world::modes::ModeSpec;
use crate::world::people::Person;
use crate::world::sessions::{Ended, SessionRow, Sessions};
pub(crate) use account::{export, info, logout};
pub(crate) use commerce::{subscription, user_credit};
pub(crate) use market::{
    ANY, CREDITS, DAILY, DIALECT, GET, INFO, LIFETIME, Market, PERMISSIONS, POST, SILENT_RENEWAL, STATUS, TIMES, VIP,
};

/// One of the two services.
pub(crate) struct Studio<M> {
    world: Arc<World>,
    sessions: Sessions<Proof>,
    market: PhantomData<fn() -> M>,
}

/// China's.
pub(crate) type Service = Studio<China>;

pub(crate) struct China;

type R = Route<Service>;
const JIMENG: &str = "jimeng.jianying.com";

impl Market for China {
    const ID: &'static str = "jimeng";
    const NAMES: (&'static str, &'static str) = ("即梦", "Jimeng");
    const COLOUR: &'static str = "#1f4fff";
    const AID: &'static str = "513695";
    const HOME: &'static str = JIMENG;
    const DOMAIN: &'static str = "jianying.com";
    const PICTURES: &'static str = "p26-passport.byteacctimg.com";
    const LOGIN_URL: &'static str = "https://jimeng.jianying.com/ai-tool/login";
    const HOME_URL: &'static str = "https://jimeng.jianying.com/ai-tool/home";
    const FIRST_USER: u64 = 7_313_345_678_901_234_000;
    const MODES: &'static [ModeSpec] =
        &[DIALECT, STATUS, PERMISSIONS, DAILY, VIP, TIMES, LIFETIME, SILENT_RENEWAL, CREDITS];
    const ROUTES: &'static [R] = &[
        R { name: INFO, hosts: &[JIMENG], path: Path::Loose("/passport/account/info/v2"), methods: ANY, run: info },
        R {
            name: "web/logout",
            hosts: &[JIMENG],
            path: Path::Loose("/passport/web/logout"),
            methods: ANY,
            run: logout,
        },
        R {
            name: "user_credit",
            hosts: &[JIMENG],
            path: Path::Exact("/commerce/v1/benefits/user_credit"),
            methods: POST,
            run: user_credit,
        },
        R {
            name: "subscription",
            hosts: &[JIMENG],
            path: Path::Exact("/commerce/v1/subscription/user_info"),
            methods: POST,
            run: subscription,
        },
        R {
            name: "cli_export",
            hosts: &[JIMENG],
            path: Path::Exact("/dreamina/cli/v1/dreamina_cli_login"),
            methods: GET,
            run: export,
        },
        R {
            name: pages::LOGIN,
            hosts: &[JIMENG],
            path: Path::Loose("/ai-tool/login"),
            methods: GET,
            run: pages::login,
        },
        R { name: pages::TALK, hosts: &[JIMENG], path: Path::Below(pages::TALK_PATH), methods: ANY, run: pages::talk },
        R { name: pages::HOME, hosts: &[JIMENG], path: Path::Loose("/ai-tool/home"), methods: GET, run: pages::home },
        R { name: pages::HOME, hosts: &[JIMENG], path: Path::Exact("/"), methods: GET, run: pages::home },
        R {
            name: AVATAR,
            hosts: &["p26-passport.byteacctimg.com"],
            path: Path::Below("/avatar/"),
            methods: GET,
            run: platform::portrait,
        },
    ];

    fn region(_person: &Person) -> &'static str {
        "cn"
    }

    fn knows(_host: &str, _region: &str) -> bool {
        true
    }
}

impl<M: Market> Studio<M> {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world, sessions: Sessions::default(), market: PhantomData }
    }

    pub(crate) fn mode(&self, spec: &ModeSpec) -> &'static str {
        let own = M::MODES.iter().find(|own| own.key == spec.key).unwrap_or(spec);
        self.world.modes.get(M::ID, own)
    }
}

impl<M: Market> StandIn for Studio<M> {
    const ID: &'static str = M::ID;
    const NAMES: (&'static str, &'static str) = M::NAMES;
    const COLOUR: &'static str = M::COLOUR;
    const ROUTES: &'static [Route<Self>] = M::ROUTES;
    const MODES: &'static [ModeSpec] = M::MODES;

    fn world(&self) -> &World {
        &self.world
    }

    fn who(&self, ask: &Ask) -> Option<Arc<Person>> {
        let owner = ask.cookie("sessionid").and_then(|secret| self.sessions.owner(secret));
        owner.or_else(|| pages::scanner(self, ask))
    }

    fn not_found(&self, _ask: &Ask) -> Answer {
        no_such_page()
    }

    fn fault_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        self.wrong_answer(kind, endpoint, ask)
    }

    fn key_in(&self, text: &str) -> Option<String> {
        pages::key_in(&[M::HOME], text)
    }

    fn user_id(&self, person: &Person) -> String {
        session::user_id::<M>(person).to_string()
    }

    fn sessions(&self, now: Timestamp) -> Vec<SessionRow> {
        self.sessions.rows(now)
    }

    fn end_sessions(&self, person: &str, only: Option<u64>, ended: Ended, now: Timestamp) -> usize {
        self.sessions.end(person, only, ended, now)
    }
}

impl<M: Market> LoginPages for Studio<M> {
    fn login_url(&self, _ask: &Ask) -> &'static str {
        M::LOGIN_URL
    }

    fn home_url(&self, _ask: &Ask) -> &'static str {
        M::HOME_URL
    }

    fn guest(&self, _ask: &Ask) -> Vec<SetCookie> {
        session::of_guests::<M>()
    }

    fn enter(&self, person: Arc<Person>, ask: &Ask) -> Vec<SetCookie> {
        session::family::<M>(&self.open_session(person, ask.now), ask.now)
    }

    fn visit(&self, ask: &Ask) -> Option<(Arc<Person>, Vec<SetCookie>)> {
        let session = self.session(ask)?;
        let renewed = passport::sid_guard(&session, M::DOMAIN, ask.now);
        Some((session.person, vec![renewed]))
    }

    fn leave(&self, ask: &Ask) -> Vec<SetCookie> {
        self.drop_session(ask);
        passport::emptied(M::DOMAIN)
    }
}

/// An error of the passport, HTTP 200.
fn passport_error(code: i64, description: &str) -> Answer {
    let data = json!({ "captcha": "", "desc_url": "", "description": description, "error_code": code });
    Answer::json(&json!({ "data": data, "message": "error" }))
}

/// An error in the document's envelope, HTTP 200.
fn ret_error(ret: &str, errmsg: &str) -> Answer {
    Answer::json(&json!({ "ret": ret, "errmsg": errmsg, "data": Value::Null }))
}

/// The load balancer's page for what is not there.
pub(crate) fn no_such_page() -> Answer {
    Answer::html(
        "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>",
    )
    .status(StatusCode::NOT_FOUND)
    .header("server", "TLB")
}
