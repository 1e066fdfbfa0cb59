//! What a session of the creator centre consists of. The same names serve both sites, each on its own domain, and a
//! session of one is nothing to the other.

use std::sync::Arc;

use serde_json::json;

use super::{OVERSEAS, SSO_LIFE, Service};
use crate::answer::{Answer, Life, SetCookie};
use crate::ask::Ask;
use crate::world::people::Person;
use crate::world::random_hex;
use crate::world::sessions::{Ended, Session};

/// The first of the pair that makes a session.
pub(super) const TOKEN: &str = "access-token-creator.xiaohongshu.com";
const GALAXY: &str = "galaxy_creator_session_id";
const SIGN_ON: &str = "customer-sso-sid";
const DAY_S: i64 = 86_400;
const LIFE_S: i64 = 30 * DAY_S;

/// What belongs to a session beside its token.
#[derive(Debug, Clone)]
pub(crate) struct Creator {
    galaxy: String,
    sign_on: String,
    domain: &'static str,
}

pub(super) fn user_id(person: &Person) -> String {
    format!("5f0c1a2b3c4d5e6f{:08x}", 0x7081_9200_u64 + person.number)
}

fn domain(ask: &Ask) -> &'static str {
    if ask.host == OVERSEAS { ".rednote.com" } else { ".xiaohongshu.com" }
}

impl Service {
    /// Hands out a new session for the site that was asked.
    pub(super) fn open_session(&self, person: Arc<Person>, ask: &Ask) -> Session<Creator> {
        let galaxy = format!("{}.creator", random_hex::<14>());
        let more = Creator { galaxy, sign_on: random_hex::<20>(), domain: domain(ask) };
        let token = format!("customer.creator.AT-{}", random_hex::<16>());
        self.sessions.add(token, person, (ask.now, LIFE_S), more)
    }

    /// The living session that both cookies of the pair prove, at the site that was asked.
    pub(super) fn session(&self, ask: &Ask) -> Option<Session<Creator>> {
        let session = self.sessions.alive(ask.cookie(TOKEN)?, ask.now)?;
        let whole = ask.cookie(GALAXY) == Some(session.more.galaxy.as_str()) && session.more.domain == domain(ask);
        whole.then_some(session)
    }

    /// Whose sign-on lives although the session has run out.
    pub(super) fn signed_on(&self, ask: &Ask) -> Option<Arc<Person>> {
        let ticket = ask.cookie(SIGN_ON)?;
        let sessions = self.sessions.all().into_iter();
        let mut ours = sessions.filter(|session| session.ended.is_none() && session.more.domain == domain(ask));
        let session = ours.find(|session| session.more.sign_on == ticket)?;
        let age = ask.now.as_second() - session.created.as_second();
        (age < self.sign_on_life_s()).then_some(session.person)
    }

    fn sign_on_life_s(&self) -> i64 {
        let days = if self.world.modes.get(super::ID, &SSO_LIFE) == "60_days" { 60 } else { 7 };
        days * DAY_S
    }

    pub(super) fn drop_session(&self, ask: &Ask) {
        if let Some(session) = self.session(ask) {
            self.sessions.change(session.number, |session| session.ended = Some(Ended::LoggedOut));
        }
    }

    /// The cookies of a login.
    pub(super) fn given(&self, session: &Session<Creator>, ask: &Ask) -> Vec<SetCookie> {
        let domain = session.more.domain;
        let until = Life::Until(session.expires());
        let sign_on = Life::Seconds(self.sign_on_life_s());
        vec![
            SetCookie::new(TOKEN, session.secret.clone(), domain, until).http_only().secure(),
            SetCookie::new(GALAXY, session.more.galaxy.clone(), domain, until).http_only().secure(),
            SetCookie::new("x-user-id-creator.xiaohongshu.com", user_id(&session.person), domain, until),
            SetCookie::new(SIGN_ON, session.more.sign_on.clone(), domain, sign_on).http_only(),
            beaker(ask),
        ]
    }
}

/// Changes with every page.
pub(super) fn beaker(ask: &Ask) -> SetCookie {
    let value = format!("{}000{}", ask.now.as_millisecond(), &random_hex::<3>());
    SetCookie::new("galaxy.creator.beaker.session.id", value, domain(ask), Life::Seconds(LIFE_S))
}

/// What every visitor gets. Guests have a `web_session` as well.
pub(super) fn guest(ask: &Ask) -> Vec<SetCookie> {
    let domain = domain(ask);
    let year = Life::Seconds(365 * DAY_S);
    let firewall = SetCookie::new("acw_tc", random_hex::<16>(), domain, Life::Seconds(1_800)).http_only();
    vec![
        SetCookie::new("a1", format!("{}{}", random_hex::<20>(), random_hex::<6>()), domain, year),
        SetCookie::new("webId", random_hex::<16>(), domain, year),
        SetCookie::new("web_session", format!("0400{}", random_hex::<17>()), domain, year).http_only().secure(),
        SetCookie::new("xsecappid", "ugc", domain, Life::Session),
        SetCookie { domain: None, ..firewall },
    ]
}

pub(super) fn emptied(ask: &Ask) -> Vec<SetCookie> {
    [TOKEN, GALAXY, SIGN_ON, "x-user-id-creator.xiaohongshu.com", "galaxy.creator.beaker.session.id"]
        .map(|name| SetCookie::new(name, "", domain(ask), Life::Seconds(0)))
        .to_vec()
}

pub(super) fn logout(service: &Service, ask: &Ask) -> Answer {
    service.drop_session(ask);
    Answer::json(&json!({ "code": 0, "success": true, "msg": "成功" })).cookies(emptied(ask))
}

/// The readers' site, another world: it gives a session to guests.
pub(super) fn reader_page(_service: &Service, ask: &Ask) -> Answer {
    let page = "<!DOCTYPE html><html lang=\"zh\"><head><title>小红书</title></head><body></body></html>";
    Answer::html(page).cookies(guest(ask)).for_a_window()
}
