//! What a site says of itself; registering, logging in, renewing, leaving.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::state::{PER_UNIT, Session, User, after};
use super::words::{BAD_LOGIN, BAD_PARAMETERS, coded, done, no, yes};
use super::{DISPLAY, EMAIL_CHECK, Generation, SECOND_FACTOR, Service, TURNSTILE, admin, auth, own};
use crate::answer::Answer;
use crate::ask::Ask;

/// The code that every e-mail of the sandbox brings.
const EMAIL_CODE: &str = "654321";
/// What every authenticator of the sandbox shows.
const TOTP: &str = "123456";
const MONTH_S: i64 = 30 * 86_400;
/// How long a renewal cookie answers a second time with the same successor.
const REPLAY_S: i64 = 30;

fn text<'a>(ask: &'a Ask, name: &str) -> &'a str {
    ask.json.get(name).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn status(service: &Service, ask: &Ask) -> Answer {
    let mut data = json!({
        "version": "v0.0.0", "start_time": 1_790_000_000, "system_name": "Sandbox",
        "email_verification": service.mode(&EMAIL_CHECK) == "on", "turnstile_check": service.mode(&TURNSTILE) == "on",
        "quota_per_unit": PER_UNIT, "display_in_currency": true, "quota_display_type": service.mode(&DISPLAY),
        "custom_currency_symbol": "🔥", "custom_currency_exchange_rate": 2.0, "usd_exchange_rate": 7.0, "price": 7.3,
        "self_use_mode_enabled": false, "setup": true, "HeaderNavModules": "",
    });
    if service.generation(&ask.host) != Generation::First {
        data["checkin_enabled"] = json!(false);
    }
    yes(&data)
}

pub(super) fn verification(service: &Service, ask: &Ask) -> Answer {
    match ask.field("email").filter(|email| email.contains('@')) {
        Some(_) => done(""),
        None => service.no(ask, BAD_PARAMETERS),
    }
}

pub(super) fn register(service: &Service, ask: &Ask) -> Answer {
    if let Some(refused) = service.counted(ask) {
        return refused;
    }
    if service.mode(&TURNSTILE) == "on" {
        return no("Turnstile token 为空");
    }
    let (name, password) = (text(ask, "username"), text(ask, "password"));
    if let Err(field) = admin::valid(name, password) {
        return no(&admin::invalid(field));
    }
    if service.mode(&EMAIL_CHECK) == "on" {
        match (text(ask, "email"), text(ask, "verification_code")) {
            ("", _) | (_, "") => return no("管理员开启了邮箱验证，请输入邮箱地址和验证码"),
            (_, EMAIL_CODE) => {}
            _ => return no("验证码错误或已过期"),
        }
    }
    let added = service.at_site(ask, |site| {
        if site.users.iter().any(|user| user.username == name) {
            return false;
        }
        let id = site.add(name, password);
        if let Some(user) = site.user_mut(id) {
            user.email = text(ask, "email").to_owned();
        }
        true
    });
    match added {
        true => done(if service.described() { "用户注册成功" } else { "" }),
        false => service.no(ask, ("用户名已存在，或已注销", "Username already exists or has been deleted")),
    }
}

pub(super) fn login(service: &Service, ask: &Ask) -> Answer {
    if let Some(refused) = service.counted(ask) {
        return refused;
    }
    if service.mode(&TURNSTILE) == "on" {
        return no("Turnstile token 为空");
    }
    let (name, password) = (text(ask, "username"), text(ask, "password"));
    let generation = service.generation(&ask.host);
    let wants_code = service.mode(&SECOND_FACTOR) == "on";
    let opened = service.at_site(ask, |site| {
        let is = |user: &&User| user.username == name || (!user.email.is_empty() && user.email == name);
        let user = site.users.iter().find(is).cloned();
        let user = user.filter(|user| user.password == password && user.enabled && user.deleted.is_none())?;
        Some((site.open(user.id, generation, (ask.now, wants_code)), user))
    });
    match opened {
        None if name.is_empty() || password.is_empty() => service.no(ask, BAD_PARAMETERS),
        None => service.no(ask, BAD_LOGIN),
        Some((session, _)) if wants_code => pending(service, ask, &session),
        Some((session, user)) => entered(service, ask, &session, &user),
    }
}

fn pending(service: &Service, ask: &Ask, session: &Session) -> Answer {
    let words = service.say(ask, ("请输入两步验证码", "Please enter two-factor authentication code"));
    let say = |data: Value| Answer::json(&json!({ "data": data, "message": words, "success": true }));
    match session.short {
        Some(_) => {
            let ends = after(ask.now, 300).as_second();
            say(json!({ "expires_at": ends, "flow_token": session.id, "require_2fa": true }))
        }
        None => say(json!({ "require_2fa": true })).header("set-cookie", cookie(session)),
    }
}

fn cookie(session: &Session) -> String {
    format!("session={}; Path=/; Max-Age={MONTH_S}; HttpOnly; SameSite=Strict", session.id)
}

/// The answer to a login that is complete.
fn entered(service: &Service, ask: &Ask, session: &Session, user: &User) -> Answer {
    if service.described() {
        let user_view = json!({ "id": user.id, "username": user.username, "role": user.role, "quota": user.quota });
        let token = user.token.clone().unwrap_or_default();
        let data = json!({ "token": token, "user": user_view });
        return Answer::json(&json!({ "success": true, "message": "登录成功", "data": data }));
    }
    match service.generation(&ask.host) {
        Generation::First => {
            // Most of the fields are there and say nothing.
            let hollow =
                User { id: user.id, role: user.role, group: user.group.clone(), ..User::new(0, &user.username, "") };
            let mut data = admin::shown(&hollow, Generation::First);
            data["setting"] = json!("");
            data["access_token"] = Value::Null;
            data["display_name"] = json!(user.display_name);
            yes(&data).header("set-cookie", cookie(session))
        }
        Generation::Second => yes(&json!({
            "display_name": user.display_name, "group": user.group, "id": user.id, "role": user.role,
            "status": 1, "username": user.username,
        }))
        .header("set-cookie", cookie(session)),
        Generation::Third => bundle(ask, session, Some(user)),
    }
}

/// A change of the password ends all other sessions of the user; this one goes on with new secrets, and with nothing about
/// the user in the answer.
pub(super) fn outlived(service: &Service, ask: &Ask, number: u64) -> Answer {
    let renewed = service.at_site(ask, |site| {
        let user = site.sessions.iter().find(|session| session.number == number)?.user;
        for session in site.sessions.iter_mut().filter(|session| session.user == user) {
            session.ended |= session.number != number;
        }
        let session = site.sessions.iter_mut().find(|session| session.number == number)?;
        let short = session.short.as_mut()?;
        short.before = None;
        short.renewal = crate::world::random_hex::<16>();
        short.token = crate::world::random_hex::<24>();
        short.ends = after(ask.now, 15 * 60);
        Some(session.clone())
    });
    match renewed {
        Some(session) => bundle(ask, &session, None),
        None => no("无效的参数"),
    }
}

/// A short token, and the cookie that renews it.
fn bundle(ask: &Ask, session: &Session, user: Option<&User>) -> Answer {
    let Some(short) = &session.short else { return no("无效的参数") };
    let about = json!({ "sid": session.id, "current": true, "login_method": "password", "created_at": session.created.as_second() });
    let left = MONTH_S - (ask.now.as_second() - session.created.as_second());
    let line = format!(
        "new_api_refresh={}.{}; Path=/api/user/auth; Max-Age={left}; HttpOnly; SameSite=Strict",
        session.id, short.renewal
    );
    let mut data = json!({
        "access_token": short.token, "access_expires_at": short.ends.as_second(), "token_type": "Bearer",
        "session": about,
    });
    if let Some(user) = user {
        data["user"] = own::shown(user);
    }
    yes(&data).header("set-cookie", line)
}

pub(super) fn second_factor(service: &Service, ask: &Ask) -> Answer {
    if let Some(refused) = service.counted(ask) {
        return refused;
    }
    let code: String = text(ask, "code").chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let ticket = text(ask, "flow_token");
    let outcome = service.at_site(ask, |site| {
        let by_ticket = |session: &&Session| session.short.is_some() && session.id == ticket;
        let fresh = |session: &&Session| ask.now < after(session.created, 300);
        let session = auth::by_cookie(site, ask).or_else(|| site.sessions.iter().filter(fresh).find(by_ticket));
        let session = session.filter(|session| session.pending).cloned().ok_or("会话已过期，请重新登录")?;
        let user = site.user_mut(session.user).ok_or("用户不存在")?;
        match user.backup_codes.iter().position(|known| *known == code.to_ascii_uppercase()) {
            Some(place) => {
                user.backup_codes.remove(place);
            }
            None if code == TOTP => {}
            None if code.len() == 8 => return Err("验证码或备用码错误，请重试"),
            None => return Err("验证码或备用码不正确"),
        }
        let user = user.clone();
        if let Some(session) = site.sessions.iter_mut().find(|known| known.number == session.number) {
            session.pending = false;
        }
        Ok((session, user))
    });
    match outcome {
        Ok((session, user)) => entered(service, ask, &session, &user),
        // These stay Chinese in all generations.
        Err(words) => no(words),
    }
}

/// Empties the cookie; a copy of the old one still works.
pub(super) fn logout(service: &Service, ask: &Ask) -> Answer {
    if service.generation(&ask.host) == Generation::Third {
        return admin::get(service, ask);
    }
    done("").header("set-cookie", "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict")
}

/// The third generation ends the session for good.
pub(super) fn end(service: &Service, ask: &Ask) -> Answer {
    if service.generation(&ask.host) != Generation::Third {
        return super::nothing(ask);
    }
    if let Some(refused) = service.counted(ask) {
        return refused;
    }
    let user = service.user(ask);
    let token = ask.header("authorization").unwrap_or_default().to_owned();
    let renewal = ask.cookie("new_api_refresh").unwrap_or_default().to_owned();
    let ended = service.at_site(ask, |site| {
        let is = |session: &&mut Session| {
            renewal.starts_with(&session.id)
                || session.short.as_ref().is_some_and(|short| token.ends_with(&short.token))
        };
        site.sessions.iter_mut().filter(is).map(|session| session.ended = true).count()
    });
    match user {
        _ if ended > 0 => done(""),
        Ok(_) => done(""),
        Err(refused) => refused,
    }
}

pub(super) fn refresh(service: &Service, ask: &Ask) -> Answer {
    if service.generation(&ask.host) != Generation::Third {
        return super::nothing(ask);
    }
    if let Some(refused) = service.counted(ask) {
        return refused;
    }
    let sent = ask.cookie("new_api_refresh").unwrap_or_default().to_owned();
    let (id, secret) = sent.split_once('.').unwrap_or_default();
    let now = ask.now;
    let renewed = service.at_site(ask, |site| {
        let session = site.sessions.iter_mut().find(|session| session.id == id).ok_or("AUTH_UNAUTHORIZED")?;
        if session.ended || session.pending || now >= after(session.created, MONTH_S) {
            return Err("AUTH_SESSION_REVOKED");
        }
        let short = session.short.as_mut().ok_or("AUTH_UNAUTHORIZED")?;
        let replayed = short.before.as_ref().filter(|(before, _)| before == secret).map(|(_, at)| *at);
        if short.renewal == secret {
            short.before = Some((secret.to_owned(), now));
            short.renewal = crate::world::random_hex::<16>();
            short.token = crate::world::random_hex::<24>();
            short.ends = after(now, 15 * 60);
        } else if replayed.is_none_or(|at| now >= after(at, REPLAY_S)) {
            session.ended = true;
            return Err("AUTH_SESSION_REVOKED");
        }
        let session = session.clone();
        let user = site.user(session.user).cloned().ok_or("AUTH_USER_INVALID")?;
        Ok((session, user))
    });
    match renewed {
        Ok((_, user)) if !user.enabled => coded(StatusCode::UNAUTHORIZED, "AUTH_USER_DISABLED", "User has been banned"),
        Ok((session, user)) => bundle(ask, &session, Some(&user)),
        Err(code) => coded(StatusCode::UNAUTHORIZED, code, "Unauthorized"),
    }
}
