//! Who am I, in both dialects; the way out; the export of the command line tool.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::session;
use super::{DAILY, DIALECT, INFO, Market, PERMISSIONS, SILENT_RENEWAL, STATUS, Studio, TIMES, VIP};
use super::{passport_error, ret_error};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::passport::{self, Proof};
use crate::world::people::Person;
use crate::world::sessions::Session;

/// What the document wants with each question.
const WANTED: [&str; 9] = [
    "aid",
    "device_platform",
    "region",
    "webId",
    "da_version",
    "web_version",
    "aigc_features",
    "web_component_open_flag",
    "account_sdk_source",
];

/// The question who it is, at whatever address.
pub(crate) fn info<M: Market>(studio: &Studio<M>, ask: &Ask) -> Answer {
    match studio.mode(&DIALECT) {
        "document" => studio.documented(ask),
        _ => studio.served(ask),
    }
}

impl<M: Market> Studio<M> {
    /// As the service answers.
    pub(super) fn served(&self, ask: &Ask) -> Answer {
        if ask.field("aid") != Some(M::AID) {
            return passport_error(16, "应用无权限");
        }
        match self.session(ask) {
            Some(session) => self.renewed(Answer::json(&served_body::<M>(&session)), &session, ask),
            None => session_expired(),
        }
    }

    /// As the document says.
    pub(crate) fn documented(&self, ask: &Ask) -> Answer {
        let given = |name: &&str| ask.field(name).is_some_and(|value| !value.is_empty());
        let whole = WANTED.iter().all(given)
            && ask.field("aid") == Some(M::AID)
            && ask.field("account_sdk_source") == Some("web")
            && ask.header("referer").is_some();
        if !whole {
            return ret_error("1006", "参数错误");
        }
        let Some(session) = self.session(ask) else {
            let known = ask.cookie("sessionid").and_then(|secret| self.sessions.owner(secret)).is_some();
            return if known { ret_error("1002", "token过期") } else { ret_error("1001", "token无效") };
        };
        if !M::knows(&ask.host, M::region(&session.person)) {
            return ret_error("1015", "login error");
        }
        let data = self.document(&session, ask.now);
        let body = json!({ "ret": "0", "errmsg": "success", "data": data });
        self.renewed(Answer::json(&body), &session, ask)
    }

    fn document(&self, session: &Session<Proof>, now: Timestamp) -> Value {
        let person = &*session.person;
        let time = |at: Timestamp| match self.mode(&TIMES) {
            "seconds" => at.as_second(),
            _ => at.as_millisecond(),
        };
        let status = self.mode(&STATUS);
        let (vip, end) = vip(self.mode(&VIP), session, now);
        let permissions = self.mode(&PERMISSIONS);
        let limit: u64 = if person.vip { 100 } else { 20 };
        let used = match self.mode(&DAILY) {
            "used_up" => limit,
            _ => person.number * 3 % limit,
        };
        json!({
            "user_id": session::user_id::<M>(person).to_string(),
            "user_info": {
                "nickname": person.name, "avatar_url": avatar_url::<M>(person), "gender": person.number % 3,
                "birthday": format!("199{}-0{}-15", person.number % 10, person.number % 9 + 1),
                "region": M::region(person), "language": if M::region(person) == "cn" { "zh-CN" } else { "en" },
                "create_time": time(Timestamp::UNIX_EPOCH.saturating_add(SignedDuration::from_secs(1_640_995_200)).unwrap_or(now)),
                "last_login_time": time(session.created), "is_verified": person.vip,
                "verification_type": if person.vip { "identity" } else { "phone" },
            },
            "account_status": {
                "status": if status == "banned" { "active" } else { status },
                "is_vip": vip, "vip_expire_time": end.map_or(0, time), "vip_level": if vip { 2 } else { 0 },
                "is_banned": status == "banned", "ban_reason": if status == "banned" { "多次发布违规内容" } else { "" },
                "ban_expire_time": if status == "banned" { time(later(now, 7)) } else { 0 },
            },
            "permission_info": {
                "can_generate_image": permissions != "none", "can_generate_video": permissions == "both",
                "daily_limit": limit, "used_today": used,
                "level_permissions": {
                    "max_resolution": if person.vip { "4k" } else { "2k" },
                    "max_video_duration": if person.vip { 120 } else { 60 }, "commercial_use": person.vip,
                },
            },
            "device_info": {
                "device_id": format!("device-{:04}", person.number), "platform": "web", "version": "7.5.0",
                "last_active_time": time(now),
            },
        })
    }

    fn renewed(&self, answer: Answer, session: &Session<Proof>, ask: &Ask) -> Answer {
        match self.mode(&SILENT_RENEWAL) {
            "on" => answer.cookies([passport::sid_guard(session, M::DOMAIN, ask.now)]),
            _ => answer,
        }
    }

    /// "Nobody is logged in", in the dialect of the mode.
    pub(super) fn nobody(&self, endpoint: &str) -> Answer {
        match (endpoint, self.mode(&DIALECT)) {
            (INFO, "document") => ret_error("1002", "token过期"),
            (INFO, _) => session_expired(),
            _ => ret_error("1015", "login error"),
        }
    }
}

/// Whether somebody is marked as a VIP, and until when.
pub(super) fn vip(mode: &str, session: &Session<Proof>, now: Timestamp) -> (bool, Option<Timestamp>) {
    match mode {
        "over" => (true, Some(later(now, -1))),
        _ => (session.person.vip, session.person.vip.then(|| later(session.created, 30))),
    }
}

/// So many days later.
pub(super) fn later(at: Timestamp, days: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(at)
}

fn served_body<M: Market>(session: &Session<Proof>) -> Value {
    let person = &*session.person;
    let id = session::user_id::<M>(person);
    json!({
        "data": {
            "app_id": M::AID.parse::<u64>().unwrap_or_default(), "app_user_info": { "user_unique_name": person.id },
            "avatar_url": avatar_url::<M>(person), "connects": [], "country_code": 86, "description": person.bio,
            "email": "", "gender": 0, "has_password": 0, "is_blocked": 0, "media_id": 0, "mobile": "138******00",
            "name": person.name, "new_user": 0, "screen_name": person.name,
            "sec_user_id": format!("MS4wLjABAAAA{}", person.id),
            // A credential: the real service hands it out here, so a client has to keep it out of its logs.
            "session_key": session.secret,
            "user_auth_info": "", "user_id": id, "user_id_str": id.to_string(), "user_verified": person.vip,
        },
        "message": "success",
    })
}

pub(super) fn session_expired() -> Answer {
    let data = json!({
        "captcha": "", "desc_url": "", "description": "会话过期，请重新登录", "error_code": 13, "name": "session_expired",
    });
    Answer::json(&json!({ "data": data, "message": "error" }))
}

fn avatar_url<M: Market>(person: &Person) -> String {
    format!("https://{}/avatar/{}.png", M::PICTURES, person.id)
}

/// The way out.
pub(crate) fn logout<M: Market>(studio: &Studio<M>, ask: &Ask) -> Answer {
    studio.drop_session(ask);
    let to = format!("https://{}/", M::HOME);
    let body = json!({ "data": { "redirect_url": to }, "message": "success" });
    Answer::json(&body).cookies(passport::emptied(M::DOMAIN))
}

/// What the official command line tool's page shows to whoever is logged in.
pub(crate) fn export<M: Market>(studio: &Studio<M>, ask: &Ask) -> Answer {
    let Some(session) = studio.session(ask) else { return ret_error("1015", "login error") };
    let cookie = format!("sessionid={0}; sessionid_ss={0}; sid_tt={0}", session.secret);
    let headers =
        json!({ "Appvr": "8.4.0", "Device-Time": ask.now.as_second().to_string(), "Pf": "7", "Sign-Ver": "1" });
    Answer::json(
        &json!({ "cookie": cookie, "headers": headers, "uid": session::user_id::<M>(&session.person).to_string() }),
    )
}
