//! New-API servers: BurnCloud's two sites and one of somebody's own, each with its own users, in three generations of the
//! protocol.
//!
//! Everybody's password is `<id>-password`, the access token `sandboxtoken` followed by the id and zeros up to 32
//! characters; the second factor is 123456 or one of the backup codes `A1B2-C3D4` and `E5F6-G7H8`. `chen` is an
//! administrator, `song` owns the sites. The codes `…01` to `…09` after 30 zeros can be redeemed once each.

mod admin;
mod auth;
mod entry;
mod faults;
mod limits;
mod own;
mod state;
mod wallet;
mod words;

use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::json;

use crate::answer::Answer;
use crate::ask::Ask;
use crate::platform::{self, Path, Route, StandIn};
use crate::world::World;
use crate::world::faults::FaultKind;
use crate::world::locked;
use crate::world::modes::ModeSpec;
use crate::world::people::Person;
use crate::world::sessions::{Ended, SessionRow};
use state::{Site, Sites};

const ID: &str = "burncloud";
const MAIN: &str = "ai.burncloud.com";
const BUSINESS: &str = "b.burncloud.com";
/// A server that somebody runs for themselves.
const OWN: &str = "newapi.ember.example";
const HOSTS: &[&str] = &[MAIN, BUSINESS, OWN];
const GET: &[Method] = &[Method::GET];
const POST: &[Method] = &[Method::POST];
const PUT: &[Method] = &[Method::PUT];
const DELETE: &[Method] = &[Method::DELETE];
const ANY: &[Method] = &[Method::GET, Method::POST, Method::PUT, Method::DELETE];

const GENERATION: ModeSpec = ModeSpec {
    key: "generation",
    choices: &["by_host", "g1", "g2", "g3"],
    about: "the protocol's generation: the first at ai., the second at b., the third at the own server; or one for all",
};
const ANSWERS: ModeSpec = ModeSpec {
    key: "answers",
    choices: &["real", "described"],
    about: "as the server's code answers, or as its published description says",
};
const SECOND_FACTOR: ModeSpec =
    ModeSpec { key: "second_factor", choices: &["off", "on"], about: "whether a password is enough" };
const TURNSTILE: ModeSpec =
    ModeSpec { key: "turnstile", choices: &["off", "on"], about: "whether logins want a human check" };
const EMAIL_CHECK: ModeSpec = ModeSpec {
    key: "email_check",
    choices: &["off", "on"],
    about: "whether a registration wants a code from an e-mail (always 654321)",
};
const DISPLAY: ModeSpec =
    ModeSpec { key: "display", choices: &["USD", "CNY", "TOKENS", "CUSTOM"], about: "what the site shows quota in" };
const PAYMENTS: ModeSpec = ModeSpec {
    key: "payments",
    choices: &["pending", "arrive"],
    about: "whether an order is paid as soon as it is placed, or when the payment service calls epay/notify",
};
const LANGUAGE: ModeSpec = ModeSpec {
    key: "language",
    choices: &["as_asked", "english"],
    about: "whether translated sentences follow Accept-Language",
};
const PLACE: ModeSpec = ModeSpec {
    key: "place",
    choices: &["top", "below", "below_plain"],
    about: "where the own server is installed: at the top of its host, or below /gate, with its cookies' paths written anew or as they are",
};
const MODES: &[ModeSpec] =
    &[GENERATION, ANSWERS, SECOND_FACTOR, TURNSTILE, EMAIL_CHECK, DISPLAY, PAYMENTS, LANGUAGE, PLACE];
/// Where the own server is installed when it is not at the top.
const BELOW: &str = "/gate";

/// A generation of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Generation {
    First,
    Second,
    Third,
}

pub(crate) struct Service {
    world: Arc<World>,
    sites: Mutex<Sites>,
}

type R = Route<Service>;

const fn at(name: &'static str, path: Path, methods: &'static [Method], run: fn(&Service, &Ask) -> Answer) -> R {
    R { name, hosts: HOSTS, path, methods, run }
}

const ROUTES: &[R] = &[
    at("status", Path::Exact("/api/status"), GET, entry::status),
    at("register", Path::Exact("/api/user/register"), POST, entry::register),
    at("verification", Path::Exact("/api/verification"), GET, entry::verification),
    at("login", Path::Exact("/api/user/login"), POST, entry::login),
    at("login/2fa", Path::Exact("/api/user/login/2fa"), POST, entry::second_factor),
    at("logout", Path::Exact("/api/user/logout"), GET, entry::logout),
    at("auth/logout", Path::Exact("/api/user/auth/logout"), POST, entry::end),
    at("auth/refresh", Path::Exact("/api/user/auth/refresh"), POST, entry::refresh),
    at("groups", Path::Exact("/api/user/groups"), GET, |_, _| own::groups(false)),
    at("self/groups", Path::Exact("/api/user/self/groups"), GET, own::my_groups),
    at("self", Path::Exact("/api/user/self"), GET, own::read),
    at("self/update", Path::Exact("/api/user/self"), PUT, own::update),
    at("self/delete", Path::Exact("/api/user/self"), DELETE, own::delete),
    at("models", Path::Exact("/api/user/models"), GET, own::models),
    at("token", Path::Exact("/api/user/token"), GET, own::token),
    at("setting", Path::Exact("/api/user/setting"), PUT, own::setting),
    at("aff", Path::Exact("/api/user/aff"), GET, wallet::affiliate),
    at("aff_transfer", Path::Exact("/api/user/aff_transfer"), POST, wallet::transfer),
    at("topup", Path::Exact("/api/user/topup"), POST, wallet::redeem),
    at("topup/self", Path::Exact("/api/user/topup/self"), GET, wallet::orders),
    at("pay", Path::Exact("/api/user/pay"), POST, wallet::pay),
    at("amount", Path::Exact("/api/user/amount"), POST, wallet::quote),
    at("epay/notify", Path::Exact("/api/user/epay/notify"), GET, wallet::notify),
    at("users", Path::Exact("/api/user/"), GET, admin::list),
    at("users/create", Path::Exact("/api/user/"), POST, admin::create),
    at("users/update", Path::Exact("/api/user/"), PUT, admin::update),
    at("users/search", Path::Exact("/api/user/search"), GET, admin::search),
    at("users/manage", Path::Exact("/api/user/manage"), POST, admin::manage),
    at("users/get", Path::Below("/api/user/"), GET, admin::get),
    at("users/delete", Path::Below("/api/user/"), DELETE, admin::delete),
    at("no slash", Path::Exact("/api/user"), ANY, |_, ask| slash(ask)),
    at("no such path", Path::Below("/api/"), ANY, |_, ask| nothing(ask)),
    at("page", Path::Below("/"), GET, |_, _| page()),
];

impl Service {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world, sites: Mutex::default() }
    }

    fn mode(&self, spec: &ModeSpec) -> &'static str {
        self.world.modes.get(ID, spec)
    }

    fn generation(&self, host: &str) -> Generation {
        match (self.mode(&GENERATION), host) {
            ("g1", _) | ("by_host", MAIN) => Generation::First,
            ("g2", _) | ("by_host", BUSINESS) => Generation::Second,
            _ => Generation::Third,
        }
    }

    /// Whether it answers as its description says.
    fn described(&self) -> bool {
        self.mode(&ANSWERS) == "described"
    }

    /// All sites, with everybody who has joined the sandbox since.
    fn sites(&self) -> MutexGuard<'_, Sites> {
        let mut sites = locked(&self.sites);
        sites.welcome(&self.world.people.all());
        sites
    }

    /// Does something at the site that was asked.
    fn at_site<T>(&self, ask: &Ask, what: impl FnOnce(&mut Site) -> T) -> T {
        what(self.sites().at(&ask.host))
    }
}

impl StandIn for Service {
    const ID: &'static str = ID;
    const NAMES: (&'static str, &'static str) = ("BurnCloud", "BurnCloud");
    const COLOUR: &'static str = "#f97316";
    const ROUTES: &'static [Route<Self>] = ROUTES;
    const MODES: &'static [ModeSpec] = MODES;

    fn world(&self) -> &World {
        &self.world
    }

    fn inside<'a>(&self, ask: &'a Ask) -> Option<Cow<'a, Ask>> {
        if self.mode(&PLACE) == "top" || ask.host != OWN {
            return Some(Cow::Borrowed(ask));
        }
        let path = ask.path.strip_prefix(BELOW).filter(|rest| rest.starts_with('/'))?;
        Some(Cow::Owned(ask.at(path)))
    }

    fn who(&self, ask: &Ask) -> Option<Arc<Person>> {
        let generation = self.generation(&ask.host);
        self.at_site(ask, |site| auth::whose(site, generation, ask))
    }

    fn answer(&self, ask: &Ask) -> Answer {
        // Whatever else is at the host knows nothing of this.
        let Some(ask) = self.inside(ask) else { return Answer::html("nginx").status(StatusCode::NOT_FOUND) };
        let answer = platform::routed(self, &ask);
        let answer = match self.mode(&PLACE) {
            "below" if ask.host == OWN => answer.cookies_below(BELOW),
            _ => answer,
        };
        match self.generation(&ask.host) {
            Generation::First => answer,
            Generation::Second | Generation::Third => answer.header("x-new-api-version", "sandbox"),
        }
    }

    fn not_found(&self, ask: &Ask) -> Answer {
        nothing(ask)
    }

    fn fault_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        self.wrong_answer(kind, endpoint, ask)
    }

    fn key_in(&self, _text: &str) -> Option<String> {
        None
    }

    fn user_id(&self, person: &Person) -> String {
        format!("{}@{MAIN}", state::number_of(person))
    }

    fn sessions(&self, now: Timestamp) -> Vec<SessionRow> {
        self.sites().rows(now)
    }

    fn end_sessions(&self, person: &str, only: Option<u64>, _ended: Ended, now: Timestamp) -> usize {
        self.sites().end(person, only, now)
    }
}

/// The router corrects a missing slash by sending elsewhere.
fn slash(ask: &Ask) -> Answer {
    let status = if ask.method == Method::GET { StatusCode::MOVED_PERMANENTLY } else { StatusCode::TEMPORARY_REDIRECT };
    Answer::redirect(format!("https://{}/api/user/", ask.host)).status(status)
}

fn nothing(ask: &Ask) -> Answer {
    let words = format!("Invalid URL ({} {})", ask.method, ask.path);
    let error = json!({ "message": words, "type": "invalid_request_error", "param": "", "code": "" });
    Answer::json(&json!({ "error": error })).status(StatusCode::NOT_FOUND)
}

/// Any other path is the site's one page.
fn page() -> Answer {
    Answer::html("<!doctype html><html><head><title>Ember</title></head><body><div id=\"root\"></div></body></html>")
}
