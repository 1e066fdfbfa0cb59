//! A user's own account.

use serde_json::{Map, Value, json};

use super::state::{ROOT, User};
use super::words::{BAD_PASSWORD, done, no, yes};
use super::{Generation, Service, auth, entry};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::world::random_hex;

/// The groups; a user sees their own as well.
pub(super) fn groups(own: bool) -> Answer {
    let mut data = json!({
        "default": { "ratio": 1, "desc": "默认分组" },
        "vip": { "ratio": 0.8, "desc": "vip分组" },
    });
    if own {
        data["auto"] = json!({ "ratio": "自动", "desc": "自动选择" });
    }
    yes(&data)
}

pub(super) fn my_groups(service: &Service, ask: &Ask) -> Answer {
    service.user(ask).map_or_else(|refused| refused, |_| groups(true))
}

pub(super) fn models(service: &Service, ask: &Ask) -> Answer {
    let list = json!(["ember-large", "ember-small", "ember-draw"]);
    service.user(ask).map_or_else(|refused| refused, |_| yes(&list))
}

pub(super) fn read(service: &Service, ask: &Ask) -> Answer {
    service.user(ask).map_or_else(|refused| refused, |user| yes(&shown(&user)))
}

/// A user as they see themselves.
pub(super) fn shown(user: &User) -> Value {
    json!({
        "id": user.id, "username": user.username, "display_name": user.display_name, "role": user.role,
        "status": if user.enabled { 1 } else { 2 }, "email": user.email, "group": user.group, "quota": user.quota,
        "used_quota": user.used, "request_count": user.requests, "aff_code": user.aff_code(), "aff_count": 2,
        "aff_quota": user.aff_quota, "aff_history_quota": user.aff_quota, "inviter_id": 0, "linux_do_id": "",
        "github_id": "", "setting": Value::Object(user.setting.clone()).to_string(), "stripe_customer": "",
        "sidebar_modules": user.setting_text("sidebar_modules"),
        "permissions": { "sidebar_settings": true, "sidebar_modules": { "admin": false } },
    })
}

pub(super) fn update(service: &Service, ask: &Ask) -> Answer {
    if let Some(refused) = service.counted_on_third(ask) {
        return refused;
    }
    let user = match service.user(ask) {
        Ok(user) => user,
        Err(refused) => return refused,
    };
    let generation = service.generation(&ask.host);
    let text = |name: &str| ask.json.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    for name in ["sidebar_modules", "language"] {
        if let Some(value) = text(name)
            && (name == "sidebar_modules" || generation != Generation::First)
        {
            change(service, ask, user.id, |user| {
                user.setting.insert(name.to_owned(), json!(value));
            });
            return done(if generation == Generation::First { "设置更新成功" } else { "更新成功" });
        }
    }
    // Until July 2026 the old password was wanted for every change.
    let wanted = generation != Generation::Third || text("password").is_some();
    if wanted && !service.described() && text("original_password") != Some(user.password.as_str()) {
        return service.no(ask, BAD_PASSWORD);
    }
    if text("username").or(text("display_name")).is_some_and(|name| name.chars().count() > 20) {
        return no("输入不合法 Key: 'User.Username' Error:Field validation for 'Username' failed on the 'max' tag");
    }
    let renews = generation == Generation::Third && text("password").is_some();
    let session = if renews { auth::by_short(service, ask) } else { None };
    if renews && session.is_none() {
        return no("当前认证方式不支持安全验证");
    }
    change(service, ask, user.id, |user| {
        if let Some(name) = text("username") {
            user.username = name.to_owned();
        }
        if let Some(name) = text("display_name") {
            user.display_name = name.to_owned();
        }
        if let Some(password) = text("password") {
            user.password = password.to_owned();
        }
        if let Some(email) = text("email").filter(|_| service.described()) {
            user.email = email.to_owned();
        }
    });
    if let Some(session) = session {
        return entry::outlived(service, ask, session);
    }
    done(if service.described() { "更新成功" } else { "" })
}

pub(super) fn delete(service: &Service, ask: &Ask) -> Answer {
    match service.user(ask) {
        Err(refused) => refused,
        Ok(user) if user.role >= ROOT => {
            service.no(ask, ("不能删除超级管理员账户", "Cannot delete super administrator account"))
        }
        Ok(user) => {
            service.at_site(ask, |site| {
                site.sessions.iter_mut().filter(|session| session.user == user.id).for_each(|s| s.ended = true);
            });
            change(service, ask, user.id, |user| {
                user.deleted = Some(ask.now);
                user.token = None;
            });
            done("")
        }
    }
}

/// A read by its method, and yet the old token dies.
pub(super) fn token(service: &Service, ask: &Ask) -> Answer {
    let user = match service.user(ask) {
        Ok(user) => user,
        Err(refused) => return refused,
    };
    if let Some(refused) = service.counted_on_third(ask).or_else(|| service.counted_for(ask, user.id)) {
        return refused;
    }
    let token = random_hex::<16>();
    change(service, ask, user.id, |user| user.token = Some(token.clone()));
    yes(&json!(token))
}

const KEPT: [&str; 11] = [
    "notify_type",
    "quota_warning_threshold",
    "webhook_url",
    "webhook_secret",
    "notification_email",
    "bark_url",
    "gotify_url",
    "gotify_token",
    "gotify_priority",
    "accept_unset_model_ratio_model",
    "record_ip_log",
];

/// The whole object is replaced: sidebar and language, which are kept in it, are gone.
pub(super) fn setting(service: &Service, ask: &Ask) -> Answer {
    let user = match service.user(ask) {
        Ok(user) => user,
        Err(refused) => return refused,
    };
    let Some(sent) = ask.json.as_object() else { return no("无效的参数") };
    if service.described() {
        change(service, ask, user.id, |user| user.setting.extend(sent.clone()));
        return done("设置更新成功");
    }
    let text = |name: &str| sent.get(name).and_then(Value::as_str).unwrap_or_default();
    match text("notify_type") {
        "email" | "bark" => {}
        "webhook" if text("webhook_url").is_empty() => return no("Webhook地址不能为空"),
        "gotify" if text("gotify_url").is_empty() => return no("Gotify服务器地址不能为空"),
        "gotify" if text("gotify_token").is_empty() => return no("Gotify令牌不能为空"),
        "webhook" | "gotify" => {}
        _ => return service.no(ask, ("无效的预警类型", "Invalid warning type")),
    }
    if sent.get("quota_warning_threshold").and_then(Value::as_f64).is_none_or(|threshold| threshold <= 0.0) {
        return service.no(ask, ("预警阈值必须大于0", "Warning threshold must be greater than 0"));
    }
    let kept: Map<String, Value> =
        KEPT.iter().filter_map(|name| Some(((*name).to_owned(), sent.get(*name)?.clone()))).collect();
    change(service, ask, user.id, |user| user.setting = kept);
    done("设置已更新")
}

pub(super) fn change(service: &Service, ask: &Ask, id: u64, change: impl FnOnce(&mut User)) {
    service.at_site(ask, |site| {
        if let Some(user) = site.user_mut(id) {
            change(user);
        }
    });
}
