//! The platform's own words for what can go wrong.

use axum::http::StatusCode;
use serde_json::json;

use super::{Service, session};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::passport::{captcha, refused, too_fast};
use crate::platform::AVATAR;
use crate::world::faults::FaultKind;

const PASSPORT: &str = "account/info";
const CENTRE: &str = "media/user/info";

impl Service {
    pub(super) fn wrong_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        let passport = endpoint == PASSPORT;
        let with_session = passport || endpoint == CENTRE;
        match kind {
            FaultKind::Expired if passport => Some(self.logged_out()),
            FaultKind::Expired => with_session.then(|| self.creator_logged_out()),
            FaultKind::Banned => with_session.then(|| said(passport, 1091, "账号已被封禁")),
            FaultKind::Muted => with_session.then(|| said(passport, 1092, "账号权限受限")),
            FaultKind::Captcha if passport => Some(captcha()),
            FaultKind::Risk => with_session.then(|| said(passport, 4031, "网站存在安全风险，已阻止此次访问")),
            FaultKind::Blocked => with_session.then(|| Answer::text("blocked")),
            FaultKind::BlockedHtml => (endpoint != AVATAR).then(|| {
                let page = "<html><head><title>403</title></head><body>访问被拦截</body></html>";
                Answer::html(page).status(StatusCode::FORBIDDEN)
            }),
            FaultKind::TooFast => {
                with_session.then(|| if passport { too_fast() } else { said(false, 10_000, "rate limited") })
            }
            FaultKind::OldProtocol if passport => self.older_form(ask),
            _ => None,
        }
    }

    /// The shape that older descriptions of the passport show.
    fn older_form(&self, ask: &Ask) -> Option<Answer> {
        let session = self.session(ask)?;
        let user = json!({ "name": session.person.name, "avatar_url": "" });
        Some(Answer::json(&json!({
            "ret": "0", "errmsg": "success",
            "data": {
                "user_id": session::user_id(&session.person).to_string(), "user_info": user, "account_status": {},
                "permission_info": {}, "device_info": {},
            },
        })))
    }
}

/// A code in the envelope of the passport or of the creator centre.
fn said(passport: bool, code: i64, description: &str) -> Answer {
    match passport {
        true => refused(code, description),
        false => Answer::json(&json!({ "status_code": code, "status_msg": description })),
    }
}
