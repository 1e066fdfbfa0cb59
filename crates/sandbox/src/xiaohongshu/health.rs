//! Who am I, and how do my notes do: the three questions of the creator centre that need no signature.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{LOGGED_OUT, Service, session};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::pages::LoginPages;
use crate::world::people::Person;

fn good(data: &Value) -> Answer {
    Answer::json(&json!({ "code": 0, "success": true, "msg": "成功", "data": data }))
}

pub(super) fn user_info(service: &Service, ask: &Ask) -> Answer {
    let Some(session) = service.session(ask) else { return service.logged_out(ask) };
    let person = &*session.person;
    good(&json!({
        "userId": session::user_id(person), "userName": person.name, "userAvatar": avatar_url(person),
        "redId": red_id(person), "userDesc": person.bio, "role": "creator", "permissions": ["post_note"],
    }))
}

pub(super) fn personal_info(service: &Service, ask: &Ask) -> Answer {
    let Some(session) = service.session(ask) else { return service.logged_out(ask) };
    let person = &*session.person;
    good(&json!({
        "red_num": red_id(person), "name": person.name, "avatar": avatar_url(person), "fans_count": person.followers,
        "follow_count": person.following, "faved_count": person.followers * 4, "personal_desc": person.bio,
        "grow_info": { "level": person.level, "fans_count": person.followers, "max_fans_count": 5_000 },
        "diagnosis_status": 0,
    }))
}

pub(super) fn note_detail(service: &Service, ask: &Ask) -> Answer {
    let Some(session) = service.session(ask) else { return service.logged_out(ask) };
    let followers = session.person.followers;
    let day = json!([{ "date": ask.now.as_millisecond(), "count": followers / 100 }]);
    let span = |days: u64| {
        json!({
            "view_count": followers * days / 10, "view_time_avg": 16_000, "home_view_count": followers * days / 200,
            "like_count": followers * days / 90, "collect_count": followers * days / 180,
            "comment_count": followers * days / 400, "danmaku_count": 0, "share_count": followers * days / 900,
            "rise_fans_count": followers * days / 1_000, "view_list": day, "rise_fans_list": day,
        })
    };
    good(&json!({ "seven": span(7), "thirty": span(30) }))
}

/// What the signed endpoints answer to whoever does not sign.
pub(super) fn signature_wanted() -> Answer {
    Answer::json(&json!({ "code": -1, "success": false })).status(StatusCode::NOT_ACCEPTABLE)
}

fn red_id(person: &Person) -> String {
    format!("9000001{:04}", person.number)
}

fn avatar_url(person: &Person) -> String {
    format!("https://sns-avatar-qc.xhscdn.com/avatar/{}.png", person.id)
}

impl Service {
    /// "Nobody is logged in", in the form that the mode chooses.
    fn logged_out(&self, ask: &Ask) -> Answer {
        let said = |code: i64, words: &str| json!({ "code": code, "success": false, "msg": words, "data": {} });
        match self.mode(&LOGGED_OUT) {
            "code_101" => Answer::json(&said(-101, "无登录信息，或登录信息为空")),
            "redirect_302" => Answer::redirect(format!("{}?redirectReason=401&lastUrl=%2F", self.login_url(ask))),
            "http_401_bare" => {
                let body = json!({ "success": false, "msg": "登录已过期" });
                Answer::json(&body).status(StatusCode::UNAUTHORIZED)
            }
            "http_403" => Answer::json(&said(-100, "登录已过期")).status(StatusCode::FORBIDDEN),
            _ => expired(),
        }
    }
}

pub(super) fn expired() -> Answer {
    let body = json!({ "code": -100, "success": false, "msg": "登录已过期", "data": {} });
    Answer::json(&body).status(StatusCode::UNAUTHORIZED)
}
