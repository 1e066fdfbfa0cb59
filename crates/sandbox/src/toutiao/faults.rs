//! The platform's own words for what can go wrong.

use serde_json::json;

use super::{Service, health, session};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::pages;
use crate::passport::{self, refused};
use crate::world::codes::CodeState;
use crate::world::faults::FaultKind;

/// Where a session is needed.
const WITH_SESSION: [&str; 4] = ["user_login_status_api", "user_info", "get_media_info", "account/info"];
/// The creator centre's own envelope; all others speak the passport's.
const CENTRE: [&str; 3] = ["user_login_status_api", "user_info", "get_media_info"];
/// Pages for people, which carry none of the codes.
const PAGES: [&str; 2] = ["callback", "avatar"];

impl Service {
    pub(super) fn wrong_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        let with_session = WITH_SESSION.contains(&endpoint);
        let page = PAGES.contains(&endpoint) || pages::ALL.contains(&endpoint);
        match kind {
            FaultKind::Expired if endpoint == "account/info" => Some(passport::session_expired()),
            FaultKind::Expired => with_session.then(|| self.logged_out()),
            FaultKind::Banned => with_session.then(|| said(endpoint, 1091, "账号已被封禁")),
            FaultKind::Muted => with_session.then(|| said(endpoint, 1092, "账号权限受限")),
            FaultKind::Captcha => (!page).then(|| captcha(endpoint)),
            FaultKind::Risk => (!page).then(|| said(endpoint, 4031, "网站存在安全风险，已阻止此次访问")),
            FaultKind::Blocked => (!page).then(|| Answer::text("blocked")),
            FaultKind::BlockedHtml => Some(
                Answer::html(
                    "<html><head><title>访问被拦截</title></head><body><h3>您的访问被安全策略拦截</h3></body></html>",
                )
                .status(axum::http::StatusCode::PRECONDITION_FAILED),
            ),
            FaultKind::TooFast if CENTRE.contains(&endpoint) => Some(said(endpoint, 7, "访问太频繁，请稍后再试")),
            FaultKind::TooFast => (!page).then(passport::too_fast),
            FaultKind::OldProtocol => self.last_year(endpoint, ask),
            _ => None,
        }
    }

    /// An older poll answered `success` instead of 3, with the address under its other name; the passport answered in
    /// the shape that older descriptions show.
    fn last_year(&self, endpoint: &str, ask: &Ask) -> Option<Answer> {
        match endpoint {
            "check_qrconnect" => {
                let code = self.world.codes.find(super::ID, ask.field("token")?)?;
                let CodeState::Confirmed(person) = code.state_at(ask.now) else { return None };
                let modern = self.confirmed(ask, &code, person);
                Some(in_old_words(modern))
            }
            "account/info" => {
                let session = self.session(ask)?;
                let user = json!({ "name": session.person.name, "avatar_url": health::avatar_url(&session.person) });
                let id = session::user_id(&session.person).to_string();
                Some(Answer::json(&json!({
                    "ret": "0", "errmsg": "success",
                    "data": { "user_id": id, "user_info": user, "account_status": {}, "permission_info": {}, "device_info": {} },
                })))
            }
            _ => None,
        }
    }
}

/// A code in the envelope of the endpoint.
fn said(endpoint: &str, code: i64, description: &str) -> Answer {
    match CENTRE.contains(&endpoint) {
        true => Answer::text(json!({ "code": code, "message": description }).to_string()),
        false => refused(code, description),
    }
}

fn captcha(endpoint: &str) -> Answer {
    let description = "请完成下列验证后继续";
    if CENTRE.contains(&endpoint) {
        return said(endpoint, 1105, description);
    }
    passport::captcha()
}

fn in_old_words(mut modern: Answer) -> Answer {
    let Ok(mut body) = serde_json::from_slice::<serde_json::Value>(&modern.body) else { return modern };
    if let Some(data) = body.get_mut("data").and_then(|data| data.as_object_mut()) {
        data.insert("status".to_owned(), json!("success"));
        if let Some(url) = data.remove("redirect_url") {
            data.insert("redirect_urls".to_owned(), json!([url]));
        }
    }
    modern.body = body.to_string().into_bytes();
    modern
}
