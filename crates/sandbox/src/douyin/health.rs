//! Who am I: the passport, and the creator centre.

use serde_json::{Value, json};

use super::{CREATOR, CREATOR_OUT, LOGGED_OUT, SILENT_RENEWAL, Service, session};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::passport::{self, Proof, refused};
use crate::world::people::Person;
use crate::world::sessions::Session;

pub(super) fn account_info(service: &Service, ask: &Ask) -> Answer {
    let own = if ask.host == CREATOR { "2906" } else { "6383" };
    if ask.field("aid") != Some(own) {
        return refused(16, "应用无权限");
    }
    let Some(session) = service.session(ask) else { return service.logged_out() };
    let person = &*session.person;
    let id = session::user_id(person);
    let answer = passport::success(&json!({
        "app_id": 6383, "app_user_info": { "user_unique_name": person.id }, "avatar_url": avatar_url(person),
        "connects": [], "country_code": 86, "description": person.bio, "email": "", "gender": 0, "has_password": 0,
        "is_blocked": 0, "media_id": 0, "mobile": "138******00", "name": person.name, "new_user": 0,
        "screen_name": person.name, "sec_user_id": session::sec_id(person),
        // A credential: the real service hands it out here, so a client has to keep it out of its logs.
        "session_key": session.secret,
        "user_auth_info": "", "user_id": id, "user_id_str": id.to_string(), "user_verified": false,
    }));
    service.renewed(answer, &session, ask)
}

pub(super) fn creator_info(service: &Service, ask: &Ask) -> Answer {
    let Some(session) = service.session(ask) else { return service.creator_logged_out() };
    let person = &*session.person;
    let picture = json!({ "url_list": [avatar_url(person)] });
    let answer = Answer::json(&json!({
        "status_code": 0,
        "user": {
            "uid": session::user_id(person).to_string(), "sec_uid": session::sec_id(person), "unique_id": person.id,
            "short_id": "0", "nickname": person.name, "signature": person.bio, "avatar_thumb": picture,
            "avatar_larger": picture, "follower_count": person.followers, "following_count": person.following,
            "aweme_count": 35 + person.number, "total_favorited": person.followers * 3,
        },
    }));
    service.renewed(answer, &session, ask)
}

/// The viewers' page, which anybody may see.
pub(super) fn front_page(_service: &Service, _ask: &Ask) -> Answer {
    Answer::html("<!DOCTYPE html><html lang=\"zh\"><head><title>抖音</title></head><body></body></html>")
}

fn avatar_url(person: &Person) -> String {
    format!("https://p3.douyinpic.com/avatar/{}.png", person.id)
}

impl Service {
    /// "Nobody is logged in", in the form that the mode chooses.
    pub(super) fn logged_out(&self) -> Answer {
        let said = |data: Value| Answer::json(&json!({ "data": data, "message": "error" }));
        match self.mode(&LOGGED_OUT) {
            "name_only" => {
                said(json!({ "description": "session expired, please sign in again", "name": "session_expired" }))
            }
            "code_only" => said(json!({ "description": "会话过期，请重新登录", "error_code": 13 })),
            _ => passport::session_expired(),
        }
    }

    pub(super) fn creator_logged_out(&self) -> Answer {
        match self.mode(&CREATOR_OUT) {
            "no_user" => Answer::json(&json!({ "status_code": 0 })),
            _ => Answer::json(&json!({ "status_code": 8, "status_msg": "用户未登录" })),
        }
    }

    fn renewed(&self, answer: Answer, session: &Session<Proof>, ask: &Ask) -> Answer {
        match self.mode(&SILENT_RENEWAL) {
            "on" => answer.cookies([passport::sid_guard(session, session::DOMAIN, ask.now)]),
            _ => answer,
        }
    }
}
