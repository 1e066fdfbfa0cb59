//! Credits and memberships. Each call carries a checksum of its path, version and time.

use jiff::Timestamp;
use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::account::{later, vip};
use super::{CREDITS, Market, Studio, VIP, ret_error};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::passport::Proof;
use crate::world::sessions::Session;

/// How far the caller's clock may be off, seconds.
const TOLERANCE_S: i64 = 600;

/// Whether the checksum is right and fresh.
fn is_signed(ask: &Ask) -> bool {
    let header = |name| ask.header(name).unwrap_or_default();
    let (version, web, time) = (header("appvr"), header("pf"), header("device-time"));
    let fresh = time.parse().is_ok_and(|time: i64| (ask.now.as_second() - time).abs() <= TOLERANCE_S);
    let start = ask.path.len().saturating_sub(7);
    let tail = ask.path.get(start..).unwrap_or_default();
    let sum = hex::encode(Md5::digest(format!("9e2c|{tail}|{web}|{version}|{time}||11ac")));
    fresh && header("sign") == sum && header("sign-ver") == "1"
}

impl<M: Market> Studio<M> {
    /// Who asks, or why there is no answer.
    fn customer(&self, ask: &Ask) -> Result<Session<Proof>, Answer> {
        if !is_signed(ask) || ask.header("appid") != Some(M::AID) {
            return Err(Answer::json(&json!({ "ret": "1014", "errmsg": "system busy" })));
        }
        let known = self.session(ask).filter(|session| M::knows(&ask.host, M::region(&session.person)));
        known.ok_or_else(|| Answer::json(&json!({ "ret": "1015", "errmsg": "login error" })))
    }
}

/// What is left.
pub(crate) fn user_credit<M: Market>(studio: &Studio<M>, ask: &Ask) -> Answer {
    let session = match studio.customer(ask) {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let mode = studio.mode(&CREDITS);
    if mode == "none_left" {
        return ret_error("1006", "积分不足");
    }
    let inner = content(&session, ask.now);
    let mut body = json!({
        "ret": "0", "errmsg": "success", "svr_time": ask.now.as_second(), "log_id": "SANDBOX0000000000000001",
        "response": inner.to_string(), "sign": "U0FOREJPWA==",
    });
    match mode {
        "data_and_text" => body["data"] = inner,
        "data_without_credit" => body["data"] = json!({ "is_vip": session.person.vip }),
        _ => {}
    }
    Answer::json(&body)
}

fn content(session: &Session<Proof>, now: Timestamp) -> Value {
    // The last second of the day in China.
    let day_end = (now.as_second() + 8 * 3_600) / 86_400 * 86_400 + 86_400 - 8 * 3_600 - 1;
    let gift = 22 * session.person.number;
    let mut credit = json!({ "gift_credit": gift, "purchase_credit": 0, "vip_credit": 0 });
    let mut detail = json!({ "gift_credits": [{ "residual_credits": gift, "credits_life_end": day_end }] });
    if session.person.vip {
        credit["vip_credit"] = json!(3_900);
        credit["purchase_credit"] = json!(300);
        let month_end = later(session.created, 30).as_second();
        detail["vip_credits"] =
            json!([{ "vip_level": "standard", "residual_credits": 3_900, "credits_life_end": month_end }]);
        let year_end = later(session.created, 365).as_second();
        detail["purchase_credits"] = json!([{ "residual_credits": 300, "credits_life_end": year_end }]);
    }
    json!({
        "credit": credit, "expiring_credits": [{ "credit_amount": gift, "expire_time": day_end }],
        "credits_detail": detail,
    })
}

/// The membership.
pub(crate) fn subscription<M: Market>(studio: &Studio<M>, ask: &Ask) -> Answer {
    let session = match studio.customer(ask) {
        Ok(session) => session,
        Err(_) => {
            return Answer::json(&json!({ "ret": "34010105", "errmsg": "login error", "data": { "is_vip": false } }));
        }
    };
    let (paid, end) = vip(studio.mode(&VIP), &session, ask.now);
    let end = end.map_or(0, Timestamp::as_second);
    let data = match paid {
        true => json!({
            "flag": true, "start_time": session.created.as_second(), "end_time": end, "cur_vip_level": "standard",
            "vip_real_end": end, "next_renewal_time": end, "subscribe_cycle": 1, "cycle_unit": "month",
        }),
        false => json!({ "flag": false, "start_time": 0, "end_time": 0, "cur_vip_level": "" }),
    };
    Answer::json(&json!({ "ret": "0", "errmsg": "success", "data": data }))
}
