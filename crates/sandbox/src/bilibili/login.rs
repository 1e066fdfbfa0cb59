//! QR login: create, poll, the ticket; and logout.

use std::sync::Mutex;

use serde_json::json;

use super::session::{self, BilibiliSession, LIFE_S};
use super::{DELIVERY, ID, QR_URL, REFRESH_TOKEN, REFUSAL, Service, TICKET_HOST, ok, refused};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::world::codes::CodeState;
use crate::world::sessions::{Ended, Session};
use crate::world::{locked, random_hex};

/// The life of a code, seconds.
const CODE_LIFE_S: i64 = 180;

/// Tickets that wait for the cross-domain page: the ticket, and the secret of the session that it stands for.
#[derive(Debug, Default)]
pub(super) struct Tickets(Mutex<Vec<(String, String)>>);

impl Tickets {
    fn add(&self, secret: &str) -> String {
        let ticket = random_hex::<24>();
        locked(&self.0).push((ticket.clone(), secret.to_owned()));
        ticket
    }

    /// The session's secret, once.
    fn redeem(&self, ticket: &str) -> Option<String> {
        let mut tickets = locked(&self.0);
        let at = tickets.iter().position(|(known, _)| known == ticket)?;
        Some(tickets.swap_remove(at).1)
    }
}

pub(super) fn generate(service: &Service, ask: &Ask) -> Answer {
    let key = random_hex::<16>();
    let page = match service.mode(&QR_URL) {
        "passport" => "https://passport.bilibili.com/h5-app/passport/login/scan?navhide=1",
        _ => "https://account.bilibili.com/h5/account-h5/auth/scan-web?navhide=1&callback=close",
    };
    let url = format!("{page}&qrcode_key={key}&from=");
    service.world.codes.add(ID, key.clone(), url.clone(), ask.now, CODE_LIFE_S);
    ok(json!({ "url": url, "qrcode_key": key }))
}

pub(super) fn poll(service: &Service, ask: &Ask) -> Answer {
    let Some(key) = ask.field("qrcode_key") else { return refused(-400, "请求错误", json!(null)) };
    let Some(code) = service.world.codes.polled(ID, key, ask.now) else { return waiting(86038, "二维码已失效") };
    match code.state_at(ask.now) {
        CodeState::New => waiting(86101, "未扫码"),
        CodeState::Scanned(_) => waiting(86090, "二维码已扫码未确认"),
        CodeState::Refused if service.mode(&REFUSAL) == "fatal" => waiting(86083, "登录已被取消"),
        CodeState::Refused | CodeState::Used(_) | CodeState::Expired => waiting(86038, "二维码已失效"),
        CodeState::Confirmed(_) => hand_out(service, ask, key, service.mode(&DELIVERY)),
    }
}

fn waiting(code: i64, message: &str) -> Answer {
    ok(json!({ "url": "", "refresh_token": "", "timestamp": 0, "code": code, "message": message }))
}

/// The success answer. It is given once.
pub(super) fn hand_out(service: &Service, ask: &Ask, key: &str, delivery: &str) -> Answer {
    let Some(person) = service.world.codes.hand_out(ID, key, ask.now) else {
        return waiting(86038, "二维码已失效");
    };
    let session = service.open_session(person, ask.now, None);
    let url = match delivery {
        "legacy_query" => legacy_url(&session),
        _ => ticket_url(service, &session),
    };
    let refresh_token = match service.mode(&REFRESH_TOKEN) {
        "empty" => "",
        _ => &session.more.refresh_token,
    };
    let timestamp = ask.now.as_millisecond();
    let answer =
        ok(json!({ "url": url, "refresh_token": refresh_token, "timestamp": timestamp, "code": 0, "message": "" }));
    match delivery {
        "poll_set_cookie" => answer.cookies(session::cookies(&session)),
        _ => answer,
    }
}

fn ticket_url(service: &Service, session: &Session<BilibiliSession>) -> String {
    let host = match service.mode(&TICKET_HOST) {
        "bilibili" => super::PASSPORT,
        _ => super::GAME,
    };
    let ticket = service.tickets.add(&session.secret);
    format!(
        "https://{host}/x/passport-login/web/crossDomain?ticket={ticket}&gourl=https%3A%2F%2Fwww.bilibili.com&first_domain=.bilibili.com"
    )
}

fn legacy_url(session: &Session<BilibiliSession>) -> String {
    let mid = session::mid(&session.person);
    format!(
        "https://passport.biligame.com/crossDomain?DedeUserID={mid}&DedeUserID__ckMd5={}&Expires={}&SESSDATA={}&bili_jct={}&gourl=https%3A%2F%2Fpassport.bilibili.com",
        session::check_value(mid),
        session.created.as_second() + LIFE_S,
        session.secret,
        session.more.csrf,
    )
}

/// `Location` is the `gourl`; the cookies come for the first use of a ticket only.
pub(super) fn cross_domain(service: &Service, ask: &Ask) -> Answer {
    let away = Answer::redirect(ask.field("gourl").unwrap_or("https://www.bilibili.com"));
    let secret = ask.field("ticket").and_then(|ticket| service.tickets.redeem(ticket));
    match secret.and_then(|secret| service.sessions.alive(&secret, ask.now)) {
        Some(session) => away.cookies(session::cookies(&session)),
        None => away,
    }
}

pub(super) fn exit(service: &Service, ask: &Ask) -> Answer {
    let whole = ask.cookie("DedeUserID").is_some() && ask.cookie("bili_jct").is_some();
    let Some(session) = service.session(ask).filter(|_| whole) else { return login_page() };
    let ts = ask.now.as_second();
    if ask.field("biliCSRF") != Some(session.more.csrf.as_str()) {
        return Answer::json(&json!({ "code": 2202, "status": false, "ts": ts, "message": "csrf 请求非法" }));
    }
    service.sessions.change(session.number, |session| session.ended = Some(Ended::LoggedOut));
    let gourl = "https://passport.biligame.com/crossDomain?DedeUserID=&DedeUserID__ckMd5=&SESSDATA=&bili_jct=&gourl=javascript%3Ahistory.go%28-1%29";
    Answer::json(&json!({ "code": 0, "status": true, "ts": ts, "data": { "redirectUrl": gourl } }))
        .cookies(session::emptied())
}

fn login_page() -> Answer {
    Answer::html(
        "<!DOCTYPE html><html lang=\"zh-Hans\"><head><title>哔哩哔哩弹幕视频网 - 登录</title></head><body><div id=\"app\"></div></body></html>",
    )
}
