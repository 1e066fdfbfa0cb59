//! The envelope, and sentences in two languages.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Generation, LANGUAGE, Service};
use crate::answer::Answer;
use crate::ask::Ask;

/// A sentence: Chinese, English.
pub(super) type Words = (&'static str, &'static str);

pub(super) const BAD_LOGIN: Words =
    ("用户名或密码错误，或用户已被封禁", "Username or password is incorrect, or user has been banned");
pub(super) const BAD_PARAMETERS: Words = ("无效的参数", "Invalid parameters");
pub(super) const BAD_PASSWORD: Words = ("原密码错误", "Original password is incorrect");
pub(super) const BANNED: Words = ("用户已被封禁", "User has been banned");
pub(super) const NOBODY: Words = ("用户不存在", "User does not exist");
pub(super) const NO_RIGHT: Words = ("无权进行此操作，权限不足", "Unauthorized, insufficient privileges");
pub(super) const NOT_ABOVE: Words =
    ("无权更新同权限等级或更高权限等级的用户信息", "No permission to update users of same or higher permission level");

/// "Yes", with content.
pub(super) fn yes(data: &Value) -> Answer {
    Answer::json(&json!({ "data": data, "message": "", "success": true }))
}

/// "Yes", without.
pub(super) fn done(words: &str) -> Answer {
    Answer::json(&json!({ "message": words, "success": true }))
}

/// "No", in one language only.
pub(super) fn no(words: &str) -> Answer {
    Answer::json(&json!({ "message": words, "success": false }))
}

/// "No" from the third generation's gate.
pub(super) fn coded(status: StatusCode, code: &str, words: &str) -> Answer {
    Answer::json(&json!({ "code": code, "message": words, "success": false })).status(status)
}

/// The payment routes' "no": the sentence stands where the content would.
pub(super) fn unpaid(words: &str) -> Answer {
    Answer::json(&json!({ "data": words, "message": "error" }))
}

impl Service {
    /// "No", in the language that the server speaks to this caller.
    pub(super) fn no(&self, ask: &Ask, words: Words) -> Answer {
        no(self.say(ask, words))
    }

    pub(super) fn say(&self, ask: &Ask, (zh, en): Words) -> &'static str {
        let asked = ask.header("accept-language").is_some_and(|language| language.starts_with("zh"));
        let chinese = self.generation(&ask.host) == Generation::First;
        if chinese || (asked && self.mode(&LANGUAGE) != "english") { zh } else { en }
    }
}
