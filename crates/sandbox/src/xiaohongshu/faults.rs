//! The platform's own words for what can go wrong.

use axum::http::StatusCode;
use serde_json::json;

use super::{RISK_CODE, Service, health};
use crate::answer::Answer;
use crate::platform::AVATAR;
use crate::world::faults::FaultKind;

/// Where a session is needed.
const WITH_SESSION: [&str; 3] = ["user/info", "personal_info", "note_detail_new"];

impl Service {
    pub(super) fn wrong_answer(&self, kind: FaultKind, endpoint: &str) -> Option<Answer> {
        if kind == FaultKind::BlockedHtml && endpoint != AVATAR {
            let page = "<html><head><title>访问验证</title></head><body>访问过于频繁</body></html>";
            return Some(Answer::html(page).status(StatusCode::FORBIDDEN));
        }
        if !WITH_SESSION.contains(&endpoint) {
            return None;
        }
        match kind {
            FaultKind::Expired => Some(health::expired()),
            FaultKind::Banned => Some(said(300_011, "当前账号存在异常，请切换账号后重试")),
            FaultKind::Captcha => Some(captcha()),
            FaultKind::Risk => Some(match self.mode(&RISK_CODE) {
                "300012" => said(300_012, "网络连接异常，请检查网络设置或重启试试"),
                "300015" => said(300_015, "浏览器环境异常"),
                _ => said(300_013, "访问频次异常，请勿频繁操作"),
            }),
            FaultKind::Blocked => Some(health::signature_wanted()),
            FaultKind::TooFast => Some(said(-510, "请求太频繁")),
            _ => None,
        }
    }
}

fn said(code: i64, words: &str) -> Answer {
    Answer::json(&json!({ "code": code, "success": false, "msg": words }))
}

/// The trap: the body says that all is well, the status does not.
fn captcha() -> Answer {
    let status = StatusCode::from_u16(461).unwrap_or(StatusCode::FORBIDDEN);
    Answer::json(&json!({ "code": 0, "success": true, "data": {} }))
        .status(status)
        .header("verifytype", "217")
        .header("verifyuuid", crate::world::random_hex::<8>())
}
