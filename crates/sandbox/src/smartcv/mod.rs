//! SmartCV, as its documents describe it: NextAuth's routes for logging in, the user API behind a session cookie, and the
//! pages for people.
//!
//! Everybody has the address `<id>@example.test` and the password `sandbox-<id>`. Those who pay elsewhere have a premium
//! plan here. A payment method with `declined` in its id fails, one with `3ds` wants a confirmation.

mod account;
mod auth;
mod book;
mod faults;
mod plan;
mod session;

use std::sync::{Arc, Mutex};

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
use book::Books;

const ID: &str = "smartcv";
const WWW: &str = "www.smartcv.cc";
const STORAGE: &str = "storage.smartcv.cc";
const HOME: &str = "https://www.smartcv.cc/";
const LOGIN_PAGE: &str = "https://www.smartcv.cc/login";
const GET: &[Method] = &[Method::GET];
const PUT: &[Method] = &[Method::PUT];
const POST: &[Method] = &[Method::POST];
const ANY: &[Method] = &[Method::GET, Method::POST];

const FAMILY: ModeSpec = ModeSpec {
    key: "cookies",
    choices: &["next_auth", "authjs"],
    about: "which NextAuth the site runs: version 4 or Auth.js 5, with other cookie names and error addresses",
};
const PARTS: ModeSpec = ModeSpec {
    key: "session_cookie",
    choices: &["whole", "parts"],
    about: "a session that is too long for one cookie comes in parts .0 and .1",
};
const SIGNED_OUT: ModeSpec = ModeSpec {
    key: "signed_out",
    choices: &["json_401", "redirect_307", "html_login_page"],
    about: "how the user API says that nobody is logged in",
};
const UPDATE: ModeSpec = ModeSpec {
    key: "update",
    choices: &["merges", "replaces"],
    about: "whether a changed account keeps what was not sent",
};
const SIGN_OUT: ModeSpec = ModeSpec {
    key: "sign_out",
    choices: &["takes_the_cookie", "ends_the_session"],
    about: "a sealed session lives on where it was copied; one from a database does not",
};
const LIMIT: ModeSpec = ModeSpec {
    key: "plan_limit",
    choices: &["open", "reached"],
    about: "every change of a subscription is beyond the plan: 429 with a code of its own and Retry-After",
};
const MODES: &[ModeSpec] = &[FAMILY, PARTS, SIGNED_OUT, UPDATE, SIGN_OUT, LIMIT];

pub(crate) struct Service {
    world: Arc<World>,
    sessions: Sessions<()>,
    books: Books,
    /// Tokens against forged forms, each with the hash that stands in its cookie.
    tokens: Mutex<Vec<(String, String)>>,
}

type R = Route<Service>;

/// An endpoint of the one host that answers.
const fn at(
    name: &'static str,
    path: &'static str,
    methods: &'static [Method],
    run: fn(&Service, &Ask) -> Answer,
) -> R {
    R { name, hosts: &[WWW], path: Path::Loose(path), methods, run }
}

const ROUTES: &[R] = &[
    at("csrf", "/api/auth/csrf", GET, auth::csrf),
    at("providers", "/api/auth/providers", GET, |_, _| auth::providers()),
    at("callback", "/api/auth/callback/credentials", POST, auth::callback),
    at("session", "/api/auth/session", GET, auth::session),
    at("signout", "/api/auth/signout", POST, auth::sign_out),
    at("signin", "/api/auth/signin", GET, |_, _| Answer::redirect(LOGIN_PAGE)),
    at("account", "/api/account", GET, account::get),
    at("account/update", "/api/account", PUT, account::update),
    at("security", "/api/account/security", PUT, account::security),
    at("subscription", "/api/account/subscription", GET, plan::get),
    at("subscription/create", "/api/account/subscription", POST, plan::create),
    at("subscription/update", "/api/account/subscription", PUT, plan::update),
    at(pages::LOGIN, "/login", GET, auth::login_page),
    R { name: pages::TALK, hosts: &[WWW], path: Path::Below(pages::TALK_PATH), methods: ANY, run: pages::talk },
    R { name: pages::HOME, hosts: &[WWW], path: Path::Exact("/"), methods: GET, run: pages::home },
    R { name: AVATAR, hosts: &[STORAGE], path: Path::Below("/avatars/"), methods: GET, run: platform::portrait },
];

impl Service {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world, sessions: Sessions::default(), books: Books::default(), tokens: Mutex::default() }
    }

    fn mode(&self, spec: &ModeSpec) -> &'static str {
        self.world.modes.get(ID, spec)
    }
}

impl StandIn for Service {
    const ID: &'static str = ID;
    const NAMES: (&'static str, &'static str) = ("SmartCV", "SmartCV");
    const COLOUR: &'static str = "#2563eb";
    const ROUTES: &'static [Route<Self>] = ROUTES;
    const MODES: &'static [ModeSpec] = MODES;

    fn world(&self) -> &World {
        &self.world
    }

    fn who(&self, ask: &Ask) -> Option<Arc<Person>> {
        let by_cookie = session::secret(ask).and_then(|secret| self.sessions.owner(&secret));
        by_cookie.or_else(|| auth::named(self, ask)).or_else(|| pages::scanner(self, ask))
    }

    fn not_found(&self, _ask: &Ask) -> Answer {
        not_found()
    }

    fn fault_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        self.wrong_answer(kind, endpoint, ask)
    }

    fn key_in(&self, text: &str) -> Option<String> {
        pages::key_in(&[WWW], text)
    }

    fn user_id(&self, person: &Person) -> String {
        book::user_id(person)
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
        LOGIN_PAGE
    }

    fn home_url(&self, _ask: &Ask) -> &'static str {
        HOME
    }

    fn guest(&self, _ask: &Ask) -> Vec<SetCookie> {
        // The login page brings the token with its form.
        Vec::new()
    }

    fn enter(&self, person: Arc<Person>, ask: &Ask) -> Vec<SetCookie> {
        self.opened(person, ask)
    }

    fn visit(&self, ask: &Ask) -> Option<(Arc<Person>, Vec<SetCookie>)> {
        let session = self.session(ask)?;
        let cookies = self.session_cookies(&session, ask);
        Some((session.person, cookies))
    }

    fn leave(&self, ask: &Ask) -> Vec<SetCookie> {
        self.drop_session(ask);
        self.emptied(ask)
    }
}

/// The envelope of a good answer.
fn good(data: &Value) -> Answer {
    Answer::json(&json!({ "success": true, "data": data }))
}

/// The envelope of a bad one: there is no `success` in it.
fn bad(status: StatusCode, code: &str, words: &str) -> Answer {
    Answer::json(&json!({ "error": words, "code": code })).status(status)
}

fn not_found() -> Answer {
    Answer::html(
        "<!DOCTYPE html><html><head><title>404: This page could not be found.</title></head><body></body></html>",
    )
    .status(StatusCode::NOT_FOUND)
}
