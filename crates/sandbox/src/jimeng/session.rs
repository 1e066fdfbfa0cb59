//! What a session consists of, and the cookies that carry it.

use std::sync::Arc;

use jiff::Timestamp;

use super::{LIFETIME, Market, Studio};
use crate::answer::{Life, SetCookie};
use crate::ask::Ask;
use crate::passport::{self, Proof};
use crate::world::people::Person;
use crate::world::random_hex;
use crate::world::sessions::{Ended, Session};

const DAY_S: i64 = 86_400;
const YEAR_S: i64 = 365 * DAY_S;

pub(super) fn user_id<M: Market>(person: &Person) -> u64 {
    M::FIRST_USER + person.number
}

impl<M: Market> Studio<M> {
    /// Hands out a new session.
    pub(super) fn open_session(&self, person: Arc<Person>, now: Timestamp) -> Session<Proof> {
        let days = if self.mode(&LIFETIME) == "365_days" { 365 } else { 60 };
        self.sessions.add(random_hex::<16>(), person, (now, days * DAY_S), Proof::new())
    }

    /// The living session that the cookies prove. Any of its three names will do.
    pub(super) fn session(&self, ask: &Ask) -> Option<Session<Proof>> {
        let secret = ["sessionid", "sessionid_ss", "sid_tt"].iter().find_map(|name| ask.cookie(name))?;
        self.sessions.alive(secret, ask.now)
    }

    pub(super) fn drop_session(&self, ask: &Ask) {
        if let Some(session) = self.session(ask) {
            self.sessions.change(session.number, |session| session.ended = Some(Ended::LoggedOut));
        }
    }
}

fn cookie<M: Market>(name: &'static str, value: impl Into<String>, life: Life) -> SetCookie {
    SetCookie::new(name, value, M::DOMAIN, life).http_only()
}

/// The cookies of a login.
pub(super) fn family<M: Market>(session: &Session<Proof>, now: Timestamp) -> Vec<SetCookie> {
    let life = Life::Seconds(session.life_s);
    let mut cookies = passport::proofs(session, M::DOMAIN, now);
    cookies.push(SetCookie::new("_tea_web_id", browser_number(session), M::DOMAIN, Life::Seconds(YEAR_S)));
    cookies.extend(place::<M>(M::region(&session.person), life));
    cookies
}

/// Where the account is kept: a region in China, a country and a cluster elsewhere.
fn place<M: Market>(region: &'static str, life: Life) -> Vec<SetCookie> {
    let pairs: &[(&'static str, &'static str)] = match region {
        "cn" => &[("store-region", "cn-gd"), ("store-region-src", "uid"), ("user_spaces_idc", "lf")],
        "us" => &[("store-idc", "useast5"), ("store-country-code", "us"), ("store-country-code-src", "uid")],
        "jp" => &[("store-idc", "alisg"), ("store-country-code", "jp"), ("store-country-code-src", "uid")],
        "hk" => &[("store-idc", "alisg"), ("store-country-code", "hk"), ("store-country-code-src", "uid")],
        _ => &[("store-idc", "alisg"), ("store-country-code", "sg"), ("store-country-code-src", "uid")],
    };
    pairs.iter().map(|(name, value)| cookie::<M>(name, *value, life)).collect()
}

fn browser_number(session: &Session<Proof>) -> String {
    (7_412_345_678_901_234_000 + session.number).to_string()
}

/// Given to everybody who opens the login page; none of it is a session.
pub(super) fn of_guests<M: Market>() -> Vec<SetCookie> {
    let token = random_hex::<16>();
    let life = Life::Seconds(60 * DAY_S);
    vec![
        SetCookie::new("passport_csrf_token", token.clone(), M::DOMAIN, life).secure().same_site("None"),
        SetCookie::new("passport_csrf_token_default", token, M::DOMAIN, life),
        cookie::<M>("ttwid", format!("1%7C{}", random_hex::<16>()), Life::Seconds(YEAR_S)),
    ]
}
