//! The platform's own words for what can go wrong.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Service, health, login, not_logged_in, ok, refused, renewal};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::pages;
use crate::world::codes::CodeState;
use crate::world::faults::FaultKind;
use crate::world::random_hex;

/// Where a session is needed.
const WITH_SESSION: [&str; 7] =
    ["nav", "myinfo", "nav/stat", "index/stat", "cookie/info", "cookie/refresh", "confirm/refresh"];
/// Pages for people, which carry none of the codes.
const PAGES: [&str; 2] = ["correspond", "avatar"];

impl Service {
    pub(super) fn wrong_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        let with_session = WITH_SESSION.contains(&endpoint);
        let page = PAGES.contains(&endpoint) || pages::ALL.contains(&endpoint);
        match kind {
            FaultKind::Expired => self.logged_out(endpoint, with_session),
            FaultKind::Banned => with_session.then(|| refused(-102, "账号被封停", Value::Null)),
            FaultKind::Muted => self.muted(endpoint, ask),
            FaultKind::Captcha => (!page).then(|| ok(json!({ "v_voucher": voucher() }))),
            FaultKind::Risk => (!page).then(risk_control),
            FaultKind::Blocked => (!page).then(|| {
                refused(-412, "请求被拦截", Value::Null).status(StatusCode::PRECONDITION_FAILED)
            }),
            FaultKind::BlockedHtml => Some(
                Answer::html("<!DOCTYPE html><html><head><title>出错啦! - bilibili.com</title></head><body><div class=\"txt\">The request was rejected because of the bilibili security control policy.</div></body></html>")
                    .status(StatusCode::PRECONDITION_FAILED),
            ),
            FaultKind::TooFast => (!page).then(|| refused(-799, "请求过于频繁，请稍后再试", Value::Null)),
            FaultKind::OldProtocol => self.last_year(endpoint, ask),
            _ => None,
        }
    }

    fn logged_out(&self, endpoint: &str, with_session: bool) -> Option<Answer> {
        match endpoint {
            "nav" => Some(health::nav_logged_out(self)),
            "upstat" => Some(ok(json!({}))),
            "correspond" => Some(renewal::correspond_page("")),
            _ => with_session.then(not_logged_in),
        }
    }

    fn muted(&self, endpoint: &str, ask: &Ask) -> Option<Answer> {
        let session = self.session(ask).filter(|_| endpoint == "myinfo")?;
        Some(ok(health::myinfo_data(&session.person, 1)))
    }

    /// Before August 2026 the session came in the query of the poll's url; `nav` had no `vip` block yet.
    fn last_year(&self, endpoint: &str, ask: &Ask) -> Option<Answer> {
        match endpoint {
            "qrcode/poll" => {
                let key = ask.field("qrcode_key")?;
                let state = self.world.codes.find(super::ID, key)?.state_at(ask.now);
                matches!(state, CodeState::Confirmed(_)).then(|| login::hand_out(self, ask, key, "legacy_query"))
            }
            "nav" => {
                let mut data = health::nav_data(&self.session(ask)?);
                let fields = data.as_object_mut()?;
                for newer in ["vip", "official", "face_nft", "is_senior_member", "is_jury"] {
                    fields.remove(newer);
                }
                Some(ok(data))
            }
            _ => None,
        }
    }
}

fn voucher() -> String {
    let hex = random_hex::<16>();
    format!("voucher_{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

pub(super) fn risk_control() -> Answer {
    let voucher = voucher();
    refused(-352, "风控校验失败", json!({ "v_voucher": voucher })).header("x-bili-gaia-vvoucher", voucher)
}
