//! What a session of this platform consists of, and the cookies that carry it.

use std::sync::Arc;

use jiff::Timestamp;

use super::Service;
use crate::answer::{Life, SetCookie};
use crate::ask::Ask;
use crate::world::people::Person;
use crate::world::random_hex;
use crate::world::sessions::Session;

/// 180 days.
pub(super) const LIFE_S: i64 = 180 * 86_400;
const DOMAIN: &str = "bilibili.com";

/// What belongs to a session beside `SESSDATA`.
#[derive(Debug, Clone)]
pub(crate) struct BilibiliSession {
    /// `bili_jct`
    pub(super) csrf: String,
    pub(super) refresh_token: String,
    /// Of the correspond page, for one renewal.
    pub(super) refresh_csrf: Option<String>,
    /// The session that this one takes the place of, once confirmed.
    pub(super) replaces: Option<u64>,
    pub(super) sid: String,
}

pub(super) fn mid(person: &Person) -> u64 {
    3_546_500_000_000_000 + person.number
}

impl Service {
    /// Hands out a new session.
    pub(super) fn open_session(
        &self,
        person: Arc<Person>,
        now: Timestamp,
        replaces: Option<u64>,
    ) -> Session<BilibiliSession> {
        let expires = now.as_second() + LIFE_S;
        let tail = random_hex::<15>();
        let (third, mark, rest) = (&tail[..5], &tail[5..7], &tail[7..]);
        // `<8 hex>,<unix seconds>,<5 hex>*<2 hex><rest>`, percent-encoded as it stands in the cookie.
        let secret = format!("{}%2C{expires}%2C{third}%2A{mark}CjD{rest}", random_hex::<4>());
        let more = BilibiliSession {
            csrf: random_hex::<16>(),
            refresh_token: random_hex::<16>(),
            refresh_csrf: None,
            replaces,
            sid: random_hex::<4>(),
        };
        self.sessions.add(secret, person, (now, LIFE_S), more)
    }

    /// The living session that the cookies prove.
    pub(super) fn session(&self, ask: &Ask) -> Option<Session<BilibiliSession>> {
        self.sessions.alive(ask.cookie("SESSDATA")?, ask.now)
    }
}

/// The five cookies of a login.
pub(super) fn cookies(session: &Session<BilibiliSession>) -> [SetCookie; 5] {
    let life = Life::Until(session.expires());
    let mid = mid(&session.person);
    [
        SetCookie::new("SESSDATA", session.secret.clone(), DOMAIN, life).http_only().secure(),
        SetCookie::new("bili_jct", session.more.csrf.clone(), DOMAIN, life),
        SetCookie::new("DedeUserID", mid.to_string(), DOMAIN, life),
        SetCookie::new("DedeUserID__ckMd5", check_value(mid), DOMAIN, life),
        SetCookie::new("sid", session.more.sid.clone(), DOMAIN, life),
    ]
}

/// The same five, emptied.
pub(super) fn emptied() -> [SetCookie; 5] {
    ["SESSDATA", "bili_jct", "DedeUserID", "DedeUserID__ckMd5", "sid"]
        .map(|name| SetCookie::new(name, "", DOMAIN, Life::Until(Timestamp::UNIX_EPOCH)))
}

/// 16 hex digits that hang on the id alone.
pub(super) fn check_value(mid: u64) -> String {
    format!("{:016x}", mid.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}
