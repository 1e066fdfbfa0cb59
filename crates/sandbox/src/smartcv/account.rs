//! Who it is, its details, its password.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::book::{self, Book};
use super::{SIGNED_OUT, Service, UPDATE, bad, good};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::world::people::Person;
use crate::world::random_hex;

const MIB: u64 = 1024 * 1024;

impl Service {
    /// The person who asks, or "nobody is logged in" in the form that the mode chooses.
    pub(super) fn signed_in(&self, ask: &Ask) -> Result<std::sync::Arc<Person>, Answer> {
        self.session(ask).map(|session| session.person).ok_or_else(|| self.signed_out())
    }

    pub(super) fn signed_out(&self) -> Answer {
        match self.mode(&SIGNED_OUT) {
            "redirect_307" => {
                Answer::redirect("https://www.smartcv.cc/login?callbackUrl=%2F").status(StatusCode::TEMPORARY_REDIRECT)
            }
            "html_login_page" => Answer::html(
                "<!DOCTYPE html><html><head><title>登录 SmartCV</title></head><body><form action=\"/api/auth/callback/credentials\" method=\"post\"></form></body></html>",
            ),
            _ => Answer::json(&json!({ "error": "Unauthorized" })).status(StatusCode::UNAUTHORIZED),
        }
    }
}

/// How much somebody has used: a figure that stays the same for the same person.
pub(super) fn used(person: &Person) -> Value {
    json!({
        "resumesCreated": person.number % 5 + 1, "apiRequestsUsed": person.number * 37 % 100,
        "storageUsed": person.number * MIB,
    })
}

fn described(person: &Person, book: &Book, now: Timestamp) -> Value {
    let paid = book.subscription.as_ref();
    let mut data = json!({
        "id": book::user_id(person), "email": book::email(person), "name": book.name, "avatar": book.avatar,
        "emailVerified": true, "emailVerifiedAt": book.since.to_string(),
        "subscriptionType": book.kind(), "subscriptionStatus": paid.map_or("ACTIVE", |paid| paid.status),
        "subscriptionExpiresAt": paid.map(|paid| paid.period_end().to_string()),
        // 50 here and none in the subscription: the documents' own samples disagree so.
        "resumesLimit": if paid.is_some() { 50 } else { 5 },
        "apiRequestsLimit": if paid.is_some() { 1000 } else { 100 },
        "storageLimit": if paid.is_some() { 100 * MIB } else { 10 * MIB },
        "preferences": book.preferences,
        "createdAt": book.since.to_string(), "updatedAt": book.updated.to_string(), "lastLoginAt": now.to_string(),
    });
    merge(&mut data, &used(person));
    data
}

/// Puts the fields of `more` in.
pub(super) fn merge(into: &mut Value, more: &Value) {
    if let (Some(into), Some(more)) = (into.as_object_mut(), more.as_object()) {
        into.extend(more.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
}

pub(super) fn get(service: &Service, ask: &Ask) -> Answer {
    match service.signed_in(ask) {
        Ok(person) => good(&described(&person, &service.books.of(&person, ask.now), ask.now)),
        Err(answer) => answer,
    }
}

pub(super) fn update(service: &Service, ask: &Ask) -> Answer {
    let person = match service.signed_in(ask) {
        Ok(person) => person,
        Err(answer) => return answer,
    };
    let known = ["name", "avatar", "preferences"];
    let Some(fields) = ask.json.as_object().filter(|fields| fields.keys().all(|key| known.contains(&key.as_str())))
    else {
        return bad(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_ERROR", "请求参数不正确");
    };
    let replaces = service.mode(&UPDATE) == "replaces";
    let book = service.books.change(&person, ask.now, |book| {
        let text = |name: &str, old: &Value| match fields.get(name) {
            Some(new) => new.clone(),
            None if replaces => Value::Null,
            None => old.clone(),
        };
        book.name = text("name", &book.name);
        book.avatar = text("avatar", &book.avatar);
        match fields.get("preferences") {
            Some(new) if replaces => book.preferences = new.clone(),
            Some(new) => merge(&mut book.preferences, new),
            None if replaces => book.preferences = json!({}),
            None => {}
        }
    });
    good(&described(&person, &book, ask.now))
}

pub(super) fn security(service: &Service, ask: &Ask) -> Answer {
    let person = match service.signed_in(ask) {
        Ok(person) => person,
        Err(answer) => return answer,
    };
    let text = |name: &str| ask.json.get(name).and_then(Value::as_str);
    if text("currentPassword") != Some(&service.books.of(&person, ask.now).password) {
        let body = json!({
            "error": "当前密码不正确", "code": "INVALID_PASSWORD", "details": { "field": "currentPassword" },
        });
        return Answer::json(&body).status(StatusCode::BAD_REQUEST);
    }
    let new = text("newPassword");
    if new != text("confirmPassword") {
        return bad(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_ERROR", "两次输入的密码不一致");
    }
    if new.is_some_and(|new| new.chars().count() < 8) {
        return bad(StatusCode::UNPROCESSABLE_ENTITY, "WEAK_PASSWORD", "新密码强度不足");
    }
    let wanted = ask.json.get("twoFactorEnabled").and_then(Value::as_bool);
    let book = service.books.change(&person, ask.now, |book| {
        if let Some(new) = new {
            book.password = new.to_owned();
        }
        if let Some(on) = wanted {
            book.two_factor = on;
            book.backup_codes = if on { (0..3).map(|_| eight_digits()).collect() } else { Vec::new() };
        }
    });
    let codes = if wanted == Some(true) { book.backup_codes } else { Vec::new() };
    let data = json!({ "passwordUpdated": new.is_some(), "twoFactorEnabled": book.two_factor, "backupCodes": codes });
    Answer::json(&json!({ "success": true, "message": "安全设置更新成功", "data": data }))
}

fn eight_digits() -> String {
    let number = u64::from_str_radix(&random_hex::<7>(), 16).unwrap_or_default();
    format!("{:08}", number % 100_000_000)
}
