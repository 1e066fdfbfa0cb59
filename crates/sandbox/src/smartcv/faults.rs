//! The platform's own words for what can go wrong.

use axum::http::StatusCode;

use super::{Service, auth, bad};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::pages;
use crate::world::faults::FaultKind;

/// Behind the session.
const WITH_SESSION: [&str; 6] =
    ["account", "account/update", "security", "subscription", "subscription/create", "subscription/update"];

impl Service {
    pub(super) fn wrong_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        let with_session = WITH_SESSION.contains(&endpoint);
        let page = pages::ALL.contains(&endpoint);
        match kind {
            FaultKind::Expired if endpoint == "session" => Some(auth::nobody(self, ask)),
            FaultKind::Expired => with_session.then(|| self.signed_out()),
            FaultKind::Banned if endpoint == "callback" => Some(auth::denied(self, ask, "AccessDenied")),
            FaultKind::Banned => with_session.then(|| bad(StatusCode::NOT_FOUND, "USER_NOT_FOUND", "用户不存在")),
            FaultKind::TooFast => {
                (!page).then(|| bad(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", "请求过于频繁，请稍后再试"))
            }
            // What stands in front of the site, not the site.
            FaultKind::Captcha | FaultKind::Risk | FaultKind::Blocked | FaultKind::BlockedHtml => Some(
                Answer::html(
                    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><div id=\"challenge\"></div></body></html>",
                )
                .status(StatusCode::FORBIDDEN),
            ),
            _ => None,
        }
    }
}
