//! Who am I: the creator pages and the passport.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::session::{self, media_id, user_id};
use super::{LOGGED_OUT, SILENT_RENEWAL, Service};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::passport::{Proof, session_expired};
use crate::world::people::Person;
use crate::world::sessions::Session;

/// The creator pages write JSON and call it text.
fn text(value: &Value) -> Answer {
    Answer::text(value.to_string())
}

pub(super) fn user_login_status(service: &Service, ask: &Ask) -> Answer {
    let Some(session) = service.session(ask) else { return service.logged_out() };
    let person = &*session.person;
    let body = json!({
        "code": 0,
        "data": {
            "is_login": true,
            "user": { "id": user_id(person).to_string(), "screen_name": person.name },
            "media": { "id": media_id(person).to_string(), "display_name": person.name },
        },
        "message": "success",
    });
    service.renewed(text(&body), &session, ask)
}

/// The fields stand at the root here.
pub(super) fn user_info(service: &Service, ask: &Ask) -> Answer {
    let Some(session) = service.session(ask) else { return service.logged_out() };
    let person = &*session.person;
    let body = json!({
        "code": 0, "message": "success",
        "user_id": user_id(person), "user_id_str": user_id(person).to_string(), "media_id": media_id(person),
        "name": person.name, "screen_name": person.name, "avatar_url": avatar_url(person),
        "total_fans_count": person.followers,
    });
    service.renewed(text(&body), &session, ask)
}

pub(super) fn get_media_info(service: &Service, ask: &Ask) -> Answer {
    let Some(session) = service.session(ask) else { return service.logged_out() };
    let person = &*session.person;
    let user = json!({ "id": user_id(person), "screen_name": person.name, "https_avatar_url": avatar_url(person) });
    let media = json!({ "id": media_id(person), "display_name": person.name, "article_media_level": 0 });
    let body = json!({ "code": 0, "message": "success", "data": { "user": user, "media": media } });
    service.renewed(text(&body), &session, ask)
}

pub(super) fn account_info(service: &Service, ask: &Ask) -> Answer {
    let Some(session) = service.session(ask) else { return session_expired() };
    let person = &*session.person;
    Answer::json(&json!({
        "data": {
            "app_id": 1231, "app_user_info": { "user_unique_name": person.id }, "avatar_url": avatar_url(person),
            "connects": [], "country_code": 86, "description": person.bio, "email": "", "gender": 0, "has_password": 0,
            "is_blocked": 0, "media_id": media_id(person), "mobile": "138******00", "name": person.name, "new_user": 0,
            "screen_name": person.name, "sec_user_id": format!("MS4wLjABAAAA{}", person.id),
            // A credential: the real service hands it out here, so a client has to keep it out of its logs.
            "session_key": session.secret,
            "user_auth_info": "", "user_id": user_id(person), "user_id_str": user_id(person).to_string(),
            "user_verified": false,
        },
        "message": "success",
    }))
}

/// The reader's page, which anybody may see.
pub(super) fn front_page() -> Answer {
    Answer::html(
        "<!DOCTYPE html><html lang=\"zh\"><head><title>头条号</title></head><body><div id=\"root\"></div></body></html>",
    )
}

/// The page that an API of the creator centre answers to nobody.
fn login_page() -> Answer {
    Answer::html(
        "<!DOCTYPE html><html lang=\"zh\"><head><title>头条号 - 登录</title><link rel=\"canonical\" href=\"https://mp.toutiao.com/auth/page/login/\"></head><body><div id=\"root\"></div></body></html>",
    )
}

pub(super) fn avatar_url(person: &Person) -> String {
    format!("https://p3.toutiaoimg.com/avatar/{}.png", person.id)
}

impl Service {
    /// "Nobody is logged in", in the form that the mode chooses.
    pub(super) fn logged_out(&self) -> Answer {
        match self.mode(&LOGGED_OUT) {
            "is_login_false" => text(&json!({ "code": 0, "data": { "is_login": false }, "message": "success" })),
            "html_login_page" => login_page(),
            "redirect_302" => Answer::redirect("https://mp.toutiao.com/auth/page/login/"),
            "http_401" => text(&json!({ "message": "unauthorized" })).status(StatusCode::UNAUTHORIZED),
            _ => text(&json!({ "code": 100_004, "message": "未登录" })),
        }
    }

    fn renewed(&self, answer: Answer, session: &Session<Proof>, ask: &Ask) -> Answer {
        match self.mode(&SILENT_RENEWAL) {
            "on" => answer.cookies([session::sid_guard(session, ask.now)]),
            _ => answer,
        }
    }
}
