//! The service's own words for what can go wrong.

use axum::http::StatusCode;
use serde_json::json;

use super::{DIALECT, INFO, Market, Studio, passport_error, ret_error};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::pages;
use crate::platform::AVATAR;
use crate::world::faults::FaultKind;

/// Where a session is needed.
const WITH_SESSION: [&str; 3] = [INFO, "user_credit", "subscription"];

impl<M: Market> Studio<M> {
    pub(super) fn wrong_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        let with_session = WITH_SESSION.contains(&endpoint);
        let page = endpoint == AVATAR || endpoint == "cli_export" || pages::ALL.contains(&endpoint);
        let says = |code: i64, description: &str, ret: &str, errmsg: &str| {
            with_session.then(|| match self.speaks_ret(endpoint) {
                true => ret_error(ret, errmsg),
                false => passport_error(code, description),
            })
        };
        match kind {
            FaultKind::Expired => with_session.then(|| self.nobody(endpoint)),
            FaultKind::Banned => says(1091, "账号已被封禁", "1004", "账户被封禁"),
            FaultKind::Muted => says(1092, "账号权限受限", "1005", "权限不足"),
            FaultKind::Risk => says(4031, "网站存在安全风险，已阻止此次访问", "1019", "shark not pass"),
            FaultKind::TooFast if !self.speaks_ret(endpoint) => {
                with_session.then(|| passport_error(7, "访问太频繁，请稍后再试"))
            }
            FaultKind::Captcha => (!page).then(captcha),
            FaultKind::Blocked => (!page).then(|| Answer::text("blocked")),
            FaultKind::BlockedHtml => Some(
                Answer::html(
                    "<html><head><title>访问被拦截</title></head><body><h3>您的访问被安全策略拦截</h3></body></html>",
                )
                .status(StatusCode::PRECONDITION_FAILED),
            ),
            FaultKind::OldProtocol if endpoint == INFO => Some(match self.mode(&DIALECT) {
                "document" => self.served(ask),
                _ => self.documented(ask),
            }),
            _ => None,
        }
    }

    fn speaks_ret(&self, endpoint: &str) -> bool {
        endpoint != INFO || self.mode(&DIALECT) == "document"
    }
}

fn captcha() -> Answer {
    let data =
        json!({ "captcha": "aW1hZ2U=", "desc_url": "", "description": "请完成下列验证后继续", "error_code": 1105 });
    Answer::json(&json!({ "data": data, "message": "error" }))
}
