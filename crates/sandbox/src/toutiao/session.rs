//! What a session of this platform consists of, and the cookies that carry it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{LIFETIME, Service};
use crate::answer::{Life, SetCookie};
use crate::ask::Ask;
use crate::world::people::Person;
use crate::world::random_hex;
use crate::world::sessions::Session;

const DOMAIN: &str = "toutiao.com";
const DAY_S: i64 = 86_400;
const YEAR_S: i64 = 365 * DAY_S;

/// What belongs to a session beside its id.
#[derive(Debug, Clone)]
pub(crate) struct ToutiaoSession {
    uid_tt: String,
    proof: String,
}

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
    pub(super) fn open_session(&self, person: Arc<Person>, now: Timestamp) -> Session<ToutiaoSession> {
        let days = if self.mode(&LIFETIME) == "365_days" { 365 } else { 60 };
        let more = ToutiaoSession { uid_tt: random_hex::<16>(), proof: random_hex::<24>() };
        self.sessions.add(random_hex::<16>(), person, (now, days * DAY_S), more)
    }

    /// The living session that the cookies prove.
    pub(super) fn session(&self, ask: &Ask) -> Option<Session<ToutiaoSession>> {
        let secret = ask.cookie("sessionid").or_else(|| ask.cookie("sessionid_ss"))?;
        self.sessions.alive(secret, ask.now)
    }
}

/// The cookies of a login callback.
pub(super) fn family(session: &Session<ToutiaoSession>, now: Timestamp) -> Vec<SetCookie> {
    let life = Life::Seconds(session.life_s);
    let plain = |name, value: &str| SetCookie::new(name, value, DOMAIN, life).http_only();
    let strict = |name, value: &str| plain(name, value).secure().same_site("None");
    let (id, uid, proof) = (&session.secret, &session.more.uid_tt, &session.more.proof);
    vec![
        plain("sessionid", id),
        strict("sessionid_ss", id),
        plain("sid_tt", id),
        sid_guard(session, now),
        plain("uid_tt", uid),
        strict("uid_tt_ss", uid),
        plain("sid_ucp_v1", &format!("1.0.0-{proof}")),
        strict("ssid_ucp_v1", &format!("1.0.0-{proof}")),
        plain("session_tlb_tag", &format!("sttt%7C1%7C{proof}")),
        plain("is_staff_user", "false"),
        plain("store-region", "cn-gd"),
        plain("store-region-src", "uid"),
        SetCookie::new("odin_tt", format!("{proof}{proof}"), DOMAIN, Life::Seconds(YEAR_S)).http_only(),
        SetCookie::new("LOGIN_STATUS", "1", DOMAIN, Life::Session),
    ]
}

/// `sessionid|created|life|end`, percent-encoded. The cookie itself lives a year; what counts stands inside. Asked
/// later, the stamp is newer and the end is the same.
pub(super) fn sid_guard(session: &Session<ToutiaoSession>, now: Timestamp) -> SetCookie {
    let end = session.expires();
    let left = end.as_second() - now.as_second();
    let date = end.strftime("%a%%2C+%d-%b-%Y+%H%%3A%M%%3A%S+GMT");
    let value = format!("{}%7C{}%7C{left}%7C{date}", session.secret, now.as_second());
    SetCookie::new("sid_guard", value, DOMAIN, Life::Seconds(YEAR_S)).http_only()
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
    let token = random_hex::<16>();
    ["passport_csrf_token", "passport_csrf_token_default"]
        .map(|name| SetCookie::new(name, token.clone(), DOMAIN, Life::Seconds(60 * DAY_S)).secure().same_site("None"))
        .to_vec()
}

/// The session's cookies, emptied.
pub(super) fn emptied() -> Vec<SetCookie> {
    ["sessionid", "sessionid_ss", "sid_tt", "sid_guard", "uid_tt", "uid_tt_ss"]
        .map(|name| SetCookie::new(name, "", DOMAIN, Life::Seconds(0)))
        .to_vec()
}

/// How long a code lives.
pub(super) const CODE_LIFE: SignedDuration = SignedDuration::from_secs(300);
