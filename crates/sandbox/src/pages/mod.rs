//! The pages on which a person logs in in a browser: a login page with a code of its own, and a home page that says
//! who is there.
//!
//! A platform implements [`LoginPages`] and names three functions in its table of routes:
//!
//! ```ignore
//! R { name: pages::LOGIN, hosts: &[MP], path: Path::Loose("/auth/page/login"), methods: GET, run: pages::login },
//! R { name: pages::TALK, hosts: &[MP], path: Path::Below(pages::TALK_PATH), methods: ANY, run: pages::talk },
//! R { name: pages::HOME, hosts: &[MP], path: Path::Exact("/"), methods: GET, run: pages::home },
//! ```
//!
//! Its `key_in` and `who` also ask [`key_in`] and [`scanner`]. Codes live with all others: the phone scans them.

mod html;

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::answer::{Answer, SetCookie};
use crate::ask::Ask;
use crate::picture::code;
use crate::platform::StandIn;
use crate::world::codes::CodeState;
use crate::world::people::Person;
use crate::world::random_hex;

/// The login page, in the counters and for faults.
pub(crate) const LOGIN: &str = "login_page";
/// What the two pages ask behind the scenes.
pub(crate) const TALK: &str = "login_page/talk";
/// The home page.
pub(crate) const HOME: &str = "home";
/// Pages carry none of a platform's codes: faults in its own words pass them by.
pub(crate) const ALL: [&str; 3] = [LOGIN, TALK, HOME];
/// Where [`talk`] answers.
pub(crate) const TALK_PATH: &str = "/__login/";

const SCAN_PATH: &str = "/__login/scan";
/// Seconds that a code stays valid.
const CODE_LIFE_S: i64 = 180;

/// A platform with pages for people.
pub(crate) trait LoginPages: StandIn {
    /// The login page on the site that was asked, `https`.
    fn login_url(&self, ask: &Ask) -> &'static str;
    /// Where one ends up after it.
    fn home_url(&self, ask: &Ask) -> &'static str;
    /// What everybody gets who opens the login page: none of it is a session.
    fn guest(&self, ask: &Ask) -> Vec<SetCookie>;
    /// Opens a session for this person and answers its cookies.
    fn enter(&self, person: Arc<Person>, ask: &Ask) -> Vec<SetCookie>;
    /// Who is logged in by the cookies that came, and what the home page sets on this visit.
    fn visit(&self, ask: &Ask) -> Option<(Arc<Person>, Vec<SetCookie>)>;
    /// Ends the session and answers its cookies, emptied.
    fn leave(&self, ask: &Ask) -> Vec<SetCookie>;
}

/// The login page. Whoever is logged in is sent on.
pub(crate) fn login<S: LoginPages>(service: &S, ask: &Ask) -> Answer {
    match service.visit(ask) {
        Some((_, cookies)) => Answer::redirect(service.home_url(ask)).cookies(cookies).for_a_window(),
        None => Answer::html(html::login(service, ask)).cookies(service.guest(ask)).for_a_window(),
    }
}

/// The home page; without a session the way back to the login page.
pub(crate) fn home<S: LoginPages>(service: &S, ask: &Ask) -> Answer {
    match service.visit(ask) {
        Some((person, cookies)) => Answer::html(html::home(service, &person, ask)).cookies(cookies).for_a_window(),
        None => Answer::redirect(format!("{}?redirectReason=401", service.login_url(ask))),
    }
}

/// What the two pages ask: a new code, how far it is, the session, the way out, a wish of the test.
pub(crate) fn talk<S: LoginPages>(service: &S, ask: &Ask) -> Answer {
    match (&ask.method, ask.path.strip_prefix(TALK_PATH).unwrap_or_default()) {
        (&Method::POST, "code") => new_code(service, ask),
        (&Method::GET, "poll") => poll(service, ask),
        (&Method::GET, "done") => done(service, ask),
        (&Method::POST, "out") => {
            let cookies = service.leave(ask);
            Answer::redirect(service.login_url(ask)).cookies(cookies).for_a_window()
        }
        (&Method::GET, "wish") => {
            let wished = service.who(ask).is_some_and(|person| service.world().wishes.take(S::ID, &person.id));
            Answer::json(&json!({ "press": wished.then_some("log_out") }))
        }
        _ => Answer::html("<!DOCTYPE html><title>404</title>").status(StatusCode::NOT_FOUND),
    }
}

fn new_code<S: LoginPages>(service: &S, ask: &Ask) -> Answer {
    let key = random_hex::<16>();
    let text = format!("https://{}{SCAN_PATH}?key={key}", ask.host);
    service.world().codes.add(S::ID, key.clone(), text.clone(), ask.now, CODE_LIFE_S);
    let picture = format!("data:image/png;base64,{}", STANDARD.encode(code::png(&text)));
    Answer::json(&json!({ "key": key, "picture": picture, "life_s": CODE_LIFE_S }))
}

fn poll<S: LoginPages>(service: &S, ask: &Ask) -> Answer {
    let code = ask.field("key").and_then(|key| service.world().codes.find(S::ID, key));
    let state = code.map_or(CodeState::Expired, |code| code.state_at(ask.now));
    let name = state.person().map(|person| person.name.clone());
    Answer::json(&json!({ "state": state.word(), "name": name }))
}

/// The session, once.
fn done<S: LoginPages>(service: &S, ask: &Ask) -> Answer {
    let person = ask.field("key").and_then(|key| service.world().codes.hand_out(S::ID, key, ask.now));
    match person {
        Some(person) => {
            let cookies = service.enter(person, ask);
            Answer::redirect(service.home_url(ask)).cookies(cookies).for_a_window()
        }
        None => Answer::redirect(service.login_url(ask)),
    }
}

/// The key of a login page's code, when the text is one of these hosts'.
pub(crate) fn key_in(hosts: &[&str], text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok()?;
    let ours = url.host_str().is_some_and(|host| hosts.contains(&host)) && url.path() == SCAN_PATH;
    let key = url.query_pairs().find(|(name, _)| name == "key")?.1;
    ours.then(|| key.into_owned())
}

/// Who scanned the code that a login page asks about.
pub(crate) fn scanner<S: LoginPages>(service: &S, ask: &Ask) -> Option<Arc<Person>> {
    let code = service.world().codes.find(S::ID, ask.field("key")?)?;
    code.state_at(ask.now).person().cloned()
}
