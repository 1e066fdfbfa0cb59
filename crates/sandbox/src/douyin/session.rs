//! What a session of this platform consists of, and its end.

use std::sync::Arc;

use jiff::Timestamp;

use super::{LIFETIME, Service};
use crate::answer::{Answer, Life, SetCookie};
use crate::ask::Ask;
use crate::passport::{self, Proof};
use crate::world::people::Person;
use crate::world::random_hex;
use crate::world::sessions::{Ended, Session};

pub(super) const DOMAIN: &str = ".douyin.com";
const DAY_S: i64 = 86_400;

/// Larger than 2^53 on purpose: a client that reads it as a float gets it wrong.
pub(super) fn user_id(person: &Person) -> u64 {
    7_312_345_678_901_234_000 + person.number
}

/// The id that other people's pages know.
pub(super) fn sec_id(person: &Person) -> String {
    format!("MS4wLjABAAAA{:08x}{}", person.number, person.id)
}

impl Service {
    /// Hands out a new session.
    pub(super) fn open_session(&self, person: Arc<Person>, now: Timestamp) -> Session<Proof> {
        let days = if self.mode(&LIFETIME) == "365_days" { 365 } else { 60 };
        self.sessions.add(random_hex::<16>(), person, (now, days * DAY_S), Proof::new())
    }

    /// The living session that the cookies prove.
    pub(super) fn session(&self, ask: &Ask) -> Option<Session<Proof>> {
        let secret = ask.cookie("sessionid").or_else(|| ask.cookie("sessionid_ss"))?;
        self.sessions.alive(secret, ask.now)
    }

    pub(super) fn drop_session(&self, ask: &Ask) {
        if let Some(session) = self.session(ask) {
            self.sessions.change(session.number, |session| session.ended = Some(Ended::LoggedOut));
        }
    }
}

/// What the creator centre gives to everybody.
pub(super) fn guest(ask: &Ask) -> Vec<SetCookie> {
    let mut cookies = passport::csrf_pair(DOMAIN);
    if ask.cookie("ttwid").is_none() {
        cookies.push(passport::device(DOMAIN, ask.now));
    }
    cookies
}

/// What the callback gives: the family for the whole domain, and two for the creator centre alone.
pub(super) fn given(session: &Session<Proof>, now: Timestamp) -> Vec<SetCookie> {
    let own = |name| SetCookie { domain: None, ..SetCookie::new(name, random_hex::<16>(), DOMAIN, Life::Session) };
    let mut cookies = passport::family(session, DOMAIN, now);
    cookies.extend([own("csrf_session_id"), own("x-web-secsdk-uid")]);
    cookies
}

pub(super) fn logout(service: &Service, ask: &Ask) -> Answer {
    service.drop_session(ask);
    let emptied = passport::emptied(DOMAIN);
    match ask.field("next") {
        Some(next) if next.starts_with("https://") => Answer::redirect(next).cookies(emptied),
        _ => {
            let back = serde_json::json!({ "redirect_url": "https://www.douyin.com/" });
            passport::success(&back).cookies(emptied)
        }
    }
}

/// Out of the sign-on, then to the product's own exit.
pub(super) fn sso_logout(service: &Service, ask: &Ask) -> Answer {
    service.drop_session(ask);
    match ask.field("service") {
        Some(next) if next.starts_with("https://") => Answer::redirect(next).cookies(passport::emptied(DOMAIN)),
        _ => passport::refused(4031, "网站存在安全风险，已阻止此次访问"),
    }
}
