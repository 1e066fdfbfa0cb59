//! Who asks, as each generation finds out.

use std::sync::Arc;

use axum::http::StatusCode;
use jiff::Timestamp;

use super::state::{Session, Site, User, after};
use super::words::{BANNED, NO_RIGHT, coded};
use super::{Generation, Service};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::world::people::Person;

const MONTH_S: i64 = 30 * 86_400;

/// Whoever the question carries a proof of, alive or not; for faults that mean one person.
pub(super) fn whose(site: &Site, generation: Generation, ask: &Ask) -> Option<Arc<Person>> {
    let by_session =
        |secret: &str| site.sessions.iter().find(|session| session.id == secret).map(|session| session.user);
    let cookie = ask.cookie("session").and_then(by_session);
    let renewal = ask.cookie("new_api_refresh").and_then(|value| by_session(value.split('.').next()?));
    let name = ask.json.get("username").and_then(|name| name.as_str());
    let named = name.and_then(|name| site.users.iter().find(|user| user.username == name)).map(|user| user.id);
    let header = ask.header("authorization").and_then(|value| by_header(site, generation, value));
    site.user(cookie.or(header).or(renewal).or(named)?)?.person.clone()
}

fn by_header(site: &Site, generation: Generation, value: &str) -> Option<u64> {
    let secret = bare(generation, value);
    let token = site.users.iter().find(|user| user.token.as_deref() == Some(&secret)).map(|user| user.id);
    token.or_else(|| short(site, &secret).map(|session| session.user))
}

/// The first two generations take `Bearer ` away where it stands in exactly this form; the third knows schemes.
fn bare(generation: Generation, value: &str) -> String {
    let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
    match generation {
        Generation::Third if scheme.eq_ignore_ascii_case("bearer") => rest.to_owned(),
        Generation::Third => value.to_owned(),
        Generation::First | Generation::Second => value.replacen("Bearer ", "", 1),
    }
}

fn short<'s>(site: &'s Site, token: &str) -> Option<&'s Session> {
    site.sessions.iter().find(|session| session.short.as_ref().is_some_and(|short| short.token == token))
}

/// The session of the third generation whose token the question carries, by its number.
pub(super) fn by_short(service: &Service, ask: &Ask) -> Option<u64> {
    let secret = bare(Generation::Third, ask.header("authorization")?);
    service.at_site(ask, |site| short(site, &secret).map(|session| session.number))
}

fn lives(session: &Session, now: Timestamp) -> bool {
    !session.ended && now < after(session.created, MONTH_S)
}

/// The cookie session of the first two generations.
pub(super) fn by_cookie<'s>(site: &'s Site, ask: &Ask) -> Option<&'s Session> {
    let secret = ask.cookie("session")?;
    site.sessions.iter().find(|session| session.id == secret && session.short.is_none() && lives(session, ask.now))
}

impl Service {
    /// The user, or the gate's answer.
    pub(super) fn user(&self, ask: &Ask) -> Result<User, Answer> {
        let generation = self.generation(&ask.host);
        let mut sites = self.sites();
        let site = &*sites.at(&ask.host);
        match generation {
            Generation::First | Generation::Second => self.by_old_rules(site, generation, ask),
            Generation::Third => by_new_rules(site, ask),
        }
    }

    /// The same for administrators.
    pub(super) fn administrator(&self, ask: &Ask) -> Result<User, Answer> {
        let user = self.user(ask)?;
        if user.role >= super::state::ADMINISTRATOR {
            return Ok(user);
        }
        Err(match self.generation(&ask.host) {
            Generation::Third => coded(StatusCode::FORBIDDEN, "AUTH_INSUFFICIENT_PRIVILEGE", NO_RIGHT.1),
            Generation::First | Generation::Second => self.no(ask, NO_RIGHT),
        })
    }

    fn by_old_rules(&self, site: &Site, generation: Generation, ask: &Ask) -> Result<User, Answer> {
        let refused = |words| Err(self.no(ask, words).status(StatusCode::UNAUTHORIZED));
        // A cookie beats whatever stands in the header.
        let cookie = by_cookie(site, ask).filter(|session| !session.pending).map(|session| session.user);
        let id = match (cookie, ask.header("authorization").filter(|value| !value.is_empty())) {
            (Some(id), _) => id,
            (None, None) => {
                return refused((
                    "无权进行此操作，未登录且未提供 access token",
                    "Unauthorized, not logged in and no access token provided",
                ));
            }
            (None, Some(value)) => {
                let secret = bare(generation, value);
                match site.users.iter().find(|user| user.token.as_deref() == Some(&secret) && user.deleted.is_none()) {
                    Some(user) => user.id,
                    None => {
                        let words = ("无权进行此操作，access token 无效", "Unauthorized, invalid access token");
                        return Err(self.no(ask, words));
                    }
                }
            }
        };
        let Some(sent) = ask.header("new-api-user") else {
            return refused(("无权进行此操作，未提供 New-Api-User", "Unauthorized, New-Api-User header not provided"));
        };
        let Ok(sent) = sent.parse::<u64>() else {
            return refused((
                "无权进行此操作，New-Api-User 格式错误",
                "Unauthorized, New-Api-User header format error",
            ));
        };
        if sent != id {
            return refused((
                "无权进行此操作，New-Api-User 与登录用户不匹配",
                "Unauthorized, New-Api-User does not match logged in user",
            ));
        }
        match site.user(id) {
            Some(user) if user.enabled => Ok(user.clone()),
            Some(_) | None => Err(self.no(ask, BANNED)),
        }
    }
}

fn by_new_rules(site: &Site, ask: &Ask) -> Result<User, Answer> {
    let refused = |code, words| Err(coded(StatusCode::UNAUTHORIZED, code, words));
    let Some(value) = ask.header("authorization").filter(|value| !value.is_empty()) else {
        return refused("AUTH_UNAUTHORIZED", "Unauthorized, not logged in and no access token provided");
    };
    let secret = bare(Generation::Third, value);
    let user = match short(site, &secret) {
        Some(session) if session.ended => return refused("AUTH_SESSION_REVOKED", "Unauthorized"),
        Some(session) if session.short.as_ref().is_some_and(|short| short.ends <= ask.now) => {
            return refused("AUTH_TOKEN_EXPIRED", "Unauthorized, token expired");
        }
        Some(session) => site.user(session.user),
        None => site.users.iter().find(|user| user.token.as_deref() == Some(&secret)),
    };
    match user.filter(|user| user.deleted.is_none()) {
        Some(user) if user.enabled => Ok(user.clone()),
        Some(_) => refused("AUTH_USER_DISABLED", BANNED.1),
        None => refused("AUTH_UNAUTHORIZED", "Unauthorized, invalid access token"),
    }
}
