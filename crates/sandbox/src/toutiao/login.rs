//! QR login at the SSO host, the callback, and logout.

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::session::{self, CODE_LIFE};
use super::{CONFIRM, ID, SSO, STATUS_4, STATUS_FORM, Service, sso};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::passport::{refused, too_fast};
use crate::picture::code;
use crate::world::codes::{Code, CodeState};
use crate::world::people::Person;
use crate::world::sessions::Ended;
use crate::world::{locked, random_hex};

/// Two polls closer than this are answered "too fast".
const POLL_GAP: SignedDuration = SignedDuration::from_secs(1);
const HOME: &str = "https://mp.toutiao.com/";

/// Tickets that wait for the callback.
#[derive(Debug, Default)]
pub(super) struct Tickets(Mutex<Vec<(String, Arc<Person>)>>);

impl Tickets {
    fn add(&self, person: Arc<Person>) -> String {
        let ticket = format!("{}_hl", random_hex::<16>());
        locked(&self.0).push((ticket.clone(), person));
        ticket
    }

    /// Once.
    fn redeem(&self, ticket: &str) -> Option<Arc<Person>> {
        let mut tickets = locked(&self.0);
        let at = tickets.iter().position(|(known, _)| known == ticket)?;
        Some(tickets.swap_remove(at).1)
    }
}

/// What is wrong with the question itself.
fn objection(ask: &Ask) -> Option<Answer> {
    let given = |name| ask.field(name).is_some_and(|value: &str| !value.is_empty());
    if !given("aid") || !given("service") {
        return Some(refused(4031, "网站存在安全风险，已阻止此次访问"));
    }
    let known = matches!(ask.field("aid"), Some("24" | "1231"));
    (!known).then(|| refused(16, "应用无权限"))
}

pub(super) fn get_qrcode(service: &Service, ask: &Ask) -> Answer {
    if let Some(answer) = objection(ask) {
        return answer;
    }
    let mut data = json!({
        "app_name": "toutiao", "captcha": "", "desc_url": "", "description": "", "is_frontier": false, "web_name": "头条号",
    });
    if let Some(data) = data.as_object_mut() {
        data.extend(service.make_code(ask));
    }
    sso(data).cookies(session::csrf_pair())
}

pub(super) fn check_qrconnect(service: &Service, ask: &Ask) -> Answer {
    if let Some(answer) = objection(ask) {
        return answer;
    }
    let Some(code) = ask.field("token").and_then(|token| service.world.codes.polled(ID, token, ask.now)) else {
        return service.status("5", &[]);
    };
    if code.last_poll.is_some_and(|last| ask.now.duration_since(last) < POLL_GAP) {
        return too_fast();
    }
    match code.state_at(ask.now) {
        CodeState::New => service.status("1", &[("extra", json!("")), ("scan_app_id", json!(0))]),
        CodeState::Scanned(person) => service.status("2", &scanned_by(&person, ask)),
        CodeState::Confirmed(person) => service.confirmed(ask, &code, person),
        CodeState::Refused => service.status("4", &[]),
        CodeState::Expired if service.mode(&STATUS_4) == "new_code" => service.replaced(ask, &code),
        CodeState::Expired | CodeState::Used(_) => service.status("5", &[]),
    }
}

impl Service {
    /// A new code on the screen, and the fields that describe it.
    fn make_code(&self, ask: &Ask) -> Map<String, Value> {
        let token = format!("{}_hl", random_hex::<16>());
        let text = format!("https://{SSO}/scan_login/index?token={token}&app=toutiao");
        self.world.codes.add(ID, token.clone(), text.clone(), ask.now, CODE_LIFE.as_secs());
        let picture = STANDARD.encode(code::png(&text));
        let fields = [
            ("expire_time", json!(ask.now.as_second() + CODE_LIFE.as_secs())),
            ("qrcode", json!(picture)),
            ("qrcode_index_url", json!(text)),
            ("token", json!(token)),
        ];
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// A poll answer: digits, unless the mode wants words.
    fn status(&self, digit: &str, more: &[(&str, Value)]) -> Answer {
        let status = match self.mode(&STATUS_FORM) {
            "words" => word(digit),
            _ => digit,
        };
        let mut data = json!({ "captcha": "", "desc_url": "", "description": "", "error_code": 0, "status": status });
        if let Some(fields) = data.as_object_mut() {
            fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
        sso(data)
    }

    /// The expired code is over for good; the same answer brings the next one.
    fn replaced(&self, ask: &Ask, old: &Code) -> Answer {
        self.world.codes.expire(ID, &old.key, ask.now);
        let fresh = self.make_code(ask);
        let fields: Vec<(&str, Value)> = fresh.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        self.status("4", &fields)
    }

    /// The success answer. It is given once.
    pub(super) fn confirmed(&self, ask: &Ask, code: &Code, person: Arc<Person>) -> Answer {
        let user = json!({
            "user_id_str": session::user_id(&person).to_string(), "name": person.name, "screen_name": person.name,
        });
        let mode = self.mode(&CONFIRM);
        if mode == "cookies_one_poll_later" && code.confirmed_polls == 0 {
            return self.status("3", &[("user_data", user)]);
        }
        if self.world.codes.hand_out(ID, &code.key, ask.now).is_none() {
            return self.status("5", &[]);
        }
        if mode == "redirect" {
            let ticket = self.tickets.add(Arc::clone(&person));
            let url = format!(
                "https://mp.toutiao.com/passport/sso/login/callback/?next=https%3A%2F%2Fmp.toutiao.com%2F&ticket={ticket}"
            );
            return self
                .status("3", &[("redirect_url", json!(url)), ("user_data", user)])
                .cookies(session::sso_step(&person));
        }
        let cookies = session::family(&self.open_session(person, ask.now), ask.now);
        match mode {
            "poll_302" => Answer::redirect(HOME).cookies(cookies),
            _ => self.status("3", &[("user_data", user)]).cookies(cookies),
        }
    }
}

fn word(digit: &str) -> &'static str {
    match digit {
        "1" => "new",
        "2" => "scanned",
        "3" => "confirmed",
        "4" => "refused",
        _ => "expired",
    }
}

fn scanned_by(person: &Person, ask: &Ask) -> Vec<(&'static str, Value)> {
    let device = json!({
        "device_id": 0, "app_id": 13, "ip": "203.0.113.7", "verify_time": ask.now.as_second(), "verify_way": "",
        "scan_device_display_name": "Phone",
    });
    let user = json!({ "user_id": 0, "screen_name": person.name, "avatar_url": super::health::avatar_url(person) });
    vec![("extra", json!("")), ("scan_app_id", json!(13)), ("scan_device_info", device), ("scan_user_info", user)]
}

/// A used ticket leads back to the login page, without cookies.
pub(super) fn callback(service: &Service, ask: &Ask) -> Answer {
    match ask.field("ticket").and_then(|ticket| service.tickets.redeem(ticket)) {
        Some(person) => {
            let session = service.open_session(person, ask.now);
            Answer::redirect(ask.field("next").unwrap_or(HOME)).cookies(session::family(&session, ask.now))
        }
        None => Answer::redirect("https://mp.toutiao.com/auth/page/login/"),
    }
}

pub(super) fn logout(service: &Service, ask: &Ask) -> Answer {
    service.drop_session(ask);
    let next = ask.field("next").unwrap_or(HOME);
    Answer::json(&json!({ "data": { "redirect_url": next }, "message": "success" })).cookies(session::emptied())
}

pub(super) fn sso_logout(service: &Service, ask: &Ask) -> Answer {
    service.drop_session(ask);
    match ask.field("service") {
        Some(next) => Answer::redirect(next).cookies(session::emptied()),
        None => refused(4031, "网站存在安全风险，已阻止此次访问").status(StatusCode::OK),
    }
}

impl Service {
    pub(super) fn drop_session(&self, ask: &Ask) {
        if let Some(session) = self.session(ask) {
            self.sessions.change(session.number, |session| session.ended = Some(Ended::LoggedOut));
        }
    }
}
