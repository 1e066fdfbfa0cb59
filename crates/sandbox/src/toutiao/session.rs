//! What a session of this platform consists of, and the cookies that carry it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{LIFETIME, Service};
use crate::answer::{Life, SetCookie};
use crate::ask::Ask;
use crate::passport::{self, Proof};
use crate::world::people::Person;
use crate::world::random_hex;
use crate::world::sessions::Session;

const DOMAIN: &str = "toutiao.com";
const DAY_S: i64 = 86_400;
const YEAR_S: i64 = 365 * DAY_S;

/// Larger than 2^53 on purpose: a client that reads it as a float gets it wrong.
pub(super) fn user_id(person: &Person) -> u64 {
    7_212_345_678_901_234_000 + person.number
}

/// Not the user id: the id of the 头条号.
pub(super) fn media_id(person: &Person) -> u64 {
    1_600_000_000_000_000 + person.number
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
}

/// The cookies of a login callback.
pub(super) fn family(session: &Session<Proof>, now: Timestamp) -> Vec<SetCookie> {
    passport::family(session, DOMAIN, now)
}

/// The guard with a newer stamp.
pub(super) fn sid_guard(session: &Session<Proof>, now: Timestamp) -> SetCookie {
    passport::sid_guard(session, DOMAIN, now)
}

/// What the SSO host sets when the code is confirmed. None of it is the session.
pub(super) fn sso_step(person: &Person) -> Vec<SetCookie> {
    let life = Life::Seconds(60 * DAY_S);
    let (user, uid) = (random_hex::<16>(), random_hex::<16>());
    let plain = |name, value: &str| SetCookie::new(name, value, DOMAIN, life).http_only();
    vec![
        plain("toutiao_sso_user", &user),
        plain("toutiao_sso_user_ss", &user).secure().same_site("None"),
        plain("sso_uid_tt", &uid),
        plain("passport_auth_status", &random_hex::<16>()),
        SetCookie::new("d_ticket", random_hex::<18>(), DOMAIN, Life::Seconds(YEAR_S)).http_only(),
        plain("n_mh", &format!("mh{:08}", person.number)),
    ]
}

/// Anonymous: given to everybody who asks for a code.
pub(super) fn csrf_pair() -> Vec<SetCookie> {
    passport::csrf_pair(DOMAIN)
}

/// The session's cookies, emptied.
pub(super) fn emptied() -> Vec<SetCookie> {
    passport::emptied(DOMAIN)
}

/// How long a code lives.
pub(super) const CODE_LIFE: SignedDuration = SignedDuration::from_secs(300);
