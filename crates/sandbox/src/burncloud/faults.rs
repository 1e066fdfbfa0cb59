//! The platform's own words for what can go wrong.

use axum::http::StatusCode;
use serde_json::json;

use super::words::{BANNED, coded, no};
use super::{Generation, Service};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::world::faults::FaultKind;

/// Where nobody has to say who they are.
const OPEN: [&str; 10] = [
    "status",
    "register",
    "verification",
    "login",
    "login/2fa",
    "logout",
    "groups",
    "epay/notify",
    "page",
    "no such path",
];

impl Service {
    pub(super) fn wrong_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        let with_session = !OPEN.contains(&endpoint);
        let third = self.generation(&ask.host) == Generation::Third;
        match kind {
            FaultKind::Expired if with_session => Some(match third {
                true => coded(StatusCode::UNAUTHORIZED, "AUTH_SESSION_REVOKED", "Unauthorized"),
                false => self
                    .no(
                        ask,
                        (
                            "无权进行此操作，未登录且未提供 access token",
                            "Unauthorized, not logged in and no access token provided",
                        ),
                    )
                    .status(StatusCode::UNAUTHORIZED),
            }),
            FaultKind::Banned if with_session => Some(match third {
                true => coded(StatusCode::UNAUTHORIZED, "AUTH_USER_DISABLED", BANNED.1),
                false => self.no(ask, BANNED),
            }),
            FaultKind::Captcha if ["login", "register"].contains(&endpoint) => {
                Some(no("Turnstile 校验失败，请刷新重试！"))
            }
            FaultKind::Risk | FaultKind::Blocked | FaultKind::BlockedHtml => Some(guard()),
            FaultKind::TooFast => Some(Answer::text("").status(StatusCode::TOO_MANY_REQUESTS)),
            // Before May 2025 the user had fewer fields and no settings.
            FaultKind::OldProtocol if endpoint == "self" => {
                let user = self.user(ask).ok()?;
                let data = json!({ "id": user.id, "username": user.username, "quota": user.quota, "role": user.role });
                Some(Answer::json(&json!({ "success": true, "message": "", "data": data })))
            }
            _ => None,
        }
    }
}

/// The page of a guard that stands before many such sites.
fn guard() -> Answer {
    Answer::html("<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><script>/* check */</script></body></html>")
        .status(StatusCode::FORBIDDEN)
}
