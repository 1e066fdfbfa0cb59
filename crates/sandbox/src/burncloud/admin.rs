//! What administrators do with users.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::own::change;
use super::state::{ADMINISTRATOR, ROOT, User};
use super::words::{BAD_PARAMETERS, NOBODY, NOT_ABOVE, done, no, yes};
use super::{Generation, Service};
use crate::answer::Answer;
use crate::ask::Ask;

/// A user as an administrator sees one. Until July 2026 the access token was among it, for everybody to see.
pub(super) fn shown(user: &User, generation: Generation) -> Value {
    let mut data = json!({
        "id": user.id, "username": user.username, "password": "", "original_password": "",
        "display_name": user.display_name, "role": user.role, "status": if user.enabled { 1 } else { 2 },
        "email": user.email, "github_id": "", "oidc_id": "", "wechat_id": "", "telegram_id": "", "verification_code": "",
        "quota": user.quota, "used_quota": user.used, "request_count": user.requests, "group": user.group,
        "aff_code": user.aff_code(), "aff_count": 0, "aff_quota": user.aff_quota, "aff_history_quota": user.aff_quota,
        "inviter_id": 0, "DeletedAt": user.deleted.map(|at| at.to_string()), "linux_do_id": "",
        "setting": Value::Object(user.setting.clone()).to_string(), "stripe_customer": "",
    });
    if !user.remark.is_empty() {
        data["remark"] = json!(user.remark);
    }
    if generation != Generation::Third {
        data["access_token"] = json!(user.token);
    }
    data
}

/// Names have at most 20 characters, passwords 8 to 20.
pub(super) fn valid(name: &str, password: &str) -> Result<(), &'static str> {
    if name.is_empty() || name.chars().count() > 20 {
        return Err("Username");
    }
    if (8..=20).contains(&password.chars().count()) { Ok(()) } else { Err("Password") }
}

pub(super) fn invalid(field: &str) -> String {
    format!("输入不合法 Key: 'User.{field}' Error:Field validation for '{field}' failed on the 'min' tag")
}

pub(super) fn list(service: &Service, ask: &Ask) -> Answer {
    page(service, ask, |_| true)
}

pub(super) fn search(service: &Service, ask: &Ask) -> Answer {
    let word = ask.field("keyword").unwrap_or_default().to_owned();
    let group = ask.field("group").unwrap_or_default().to_owned();
    page(service, ask, move |user| {
        let found = [&user.username, &user.email, &user.display_name].iter().any(|text| text.contains(&word));
        (found || user.id.to_string() == word) && (group.is_empty() || user.group == group)
    })
}

fn page(service: &Service, ask: &Ask, wanted: impl Fn(&User) -> bool) -> Answer {
    if let Err(refused) = service.administrator(ask) {
        return refused;
    }
    let generation = service.generation(&ask.host);
    let number = |name: &str, usual: usize| ask.field(name).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (page, size) = (number("p", 1).max(1), number("page_size", 10).clamp(1, 100));
    let mut found: Vec<User> =
        service.at_site(ask, |site| site.users.iter().filter(|user| wanted(user)).cloned().collect());
    found.sort_by_key(|user| std::cmp::Reverse(user.id));
    let items: Vec<Value> =
        found.iter().skip((page - 1) * size).take(size).map(|user| shown(user, generation)).collect();
    yes(&json!({ "page": page, "page_size": size, "total": found.len(), "items": items }))
}

/// The caller and the user that the path names.
fn pair(service: &Service, ask: &Ask) -> Result<(User, User), Answer> {
    let caller = service.administrator(ask)?;
    let last = ask.path.rsplit('/').next().unwrap_or_default();
    let id: u64 = last.parse().map_err(|_| no(&format!("strconv.Atoi: parsing \"{last}\": invalid syntax")))?;
    let user = service.at_site(ask, |site| site.user(id).cloned());
    Ok((caller, user.ok_or_else(|| no("record not found"))?))
}

pub(super) fn get(service: &Service, ask: &Ask) -> Answer {
    match pair(service, ask) {
        Err(refused) => refused,
        Ok((caller, user)) if user.role >= caller.role && caller.role < ROOT => service
            .no(ask, ("无权获取同级或更高等级用户的信息", "No permission to access users of same or higher level")),
        Ok((_, user)) => yes(&shown(&user, service.generation(&ask.host))),
    }
}

pub(super) fn create(service: &Service, ask: &Ask) -> Answer {
    let caller = match service.administrator(ask) {
        Ok(caller) => caller,
        Err(refused) => return refused,
    };
    let text = |name: &str| ask.json.get(name).and_then(Value::as_str).unwrap_or_default();
    let role = ask.json.get("role").and_then(Value::as_i64).filter(|role| *role != 0).unwrap_or(1);
    if let Err(field) = valid(text("username"), text("password")) {
        return no(&invalid(field));
    }
    if role >= caller.role {
        return service.no(
            ask,
            (
                "无法创建权限大于等于自己的用户",
                "Cannot create users with permission level equal to or higher than yourself",
            ),
        );
    }
    let added = service.at_site(ask, |site| {
        if site.users.iter().any(|user| user.username == text("username")) {
            return None;
        }
        Some(site.add(text("username"), text("password")))
    });
    let Some(id) = added else { return no("UNIQUE constraint failed: users.username") };
    change(service, ask, id, |user| {
        user.role = role;
        text("display_name").clone_into(&mut user.display_name);
    });
    done("")
}

pub(super) fn manage(service: &Service, ask: &Ask) -> Answer {
    let caller = match service.administrator(ask) {
        Ok(caller) => caller,
        Err(refused) => return refused,
    };
    let id = ask.json.get("id").and_then(Value::as_u64).unwrap_or(0);
    let Some(user) = service.at_site(ask, |site| site.user(id).cloned()) else { return service.no(ask, NOBODY) };
    if user.role >= caller.role && caller.role < ROOT {
        return service.no(ask, NOT_ABOVE);
    }
    let action = ask.json.get("action").and_then(Value::as_str).unwrap_or_default();
    match refusal(service, ask, action, (&caller, &user)) {
        Some(refused) => refused,
        None => {
            let known = service.generation(&ask.host) != Generation::First;
            change(service, ask, id, |user| act(user, action, (ask, known)));
            let after = service.at_site(ask, |site| site.user(id).cloned()).unwrap_or(user);
            let mut hollow = shown(&User::new(0, "", ""), service.generation(&ask.host));
            hollow["role"] = json!(after.role);
            hollow["status"] = json!(if after.enabled { 1 } else { 2 });
            if service.described() { done("") } else { yes(&hollow) }
        }
    }
}

fn refusal(service: &Service, ask: &Ask, action: &str, (caller, user): (&User, &User)) -> Option<Answer> {
    let say = |words| Some(service.no(ask, words));
    match action {
        "disable" if user.role >= ROOT => say(("无法禁用超级管理员用户", "Cannot disable super administrator user")),
        "delete" if user.role >= ROOT => say(("无法删除超级管理员用户", "Cannot delete super administrator account")),
        "promote" if caller.role < ROOT => say((
            "普通管理员用户无法提升其他用户为管理员",
            "Ordinary administrators have no permission to promote users",
        )),
        "promote" if user.role >= ADMINISTRATOR => say(("该用户已经是管理员", "This user is already an administrator")),
        "demote" if user.role >= ROOT => say(("无法降级超级管理员用户", "Cannot demote super administrator user")),
        "demote" if user.role <= 1 => say(("该用户已经是普通用户", "This user is already a common user")),
        "disable" | "enable" | "delete" | "promote" | "demote" => None,
        "add_quota" if ask.json.get("value").and_then(Value::as_i64).is_some() => None,
        // The first generation says yes to what it does not know.
        _ if service.generation(&ask.host) == Generation::First => None,
        _ => say(BAD_PARAMETERS),
    }
}

fn act(user: &mut User, action: &str, (ask, knows_quota): (&Ask, bool)) {
    let value = ask.json.get("value").and_then(Value::as_i64).unwrap_or(0);
    match action {
        "disable" => user.enabled = false,
        "enable" => user.enabled = true,
        "delete" => user.deleted = Some(ask.now),
        "promote" => user.role = ADMINISTRATOR,
        "demote" => user.role = 1,
        "add_quota" if knows_quota => match ask.json.get("mode").and_then(Value::as_str) {
            Some("add") => user.quota += value,
            Some("subtract") => user.quota -= value,
            _ => user.quota = value,
        },
        _ => {}
    }
}

/// What is not in the body is emptied.
pub(super) fn update(service: &Service, ask: &Ask) -> Answer {
    let caller = match service.administrator(ask) {
        Ok(caller) => caller,
        Err(refused) => return refused,
    };
    let id = ask.json.get("id").and_then(Value::as_u64).unwrap_or(0);
    let Some(user) = service.at_site(ask, |site| site.user(id).cloned()) else {
        return service.no(ask, BAD_PARAMETERS);
    };
    if user.role >= caller.role && caller.role < ROOT {
        return service.no(ask, NOT_ABOVE);
    }
    let text = |name: &str| ask.json.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = |name: &str| ask.json.get(name).and_then(Value::as_i64);
    let generation = service.generation(&ask.host);
    if generation != Generation::First && (text("username").is_empty() || number("role") != Some(user.role)) {
        return service.no(ask, BAD_PARAMETERS);
    }
    if text("username").chars().count() > 20 {
        return no(&invalid("Username"));
    }
    change(service, ask, id, |user| {
        user.username = text("username");
        user.display_name = text("display_name");
        user.group = text("group");
        user.remark = text("remark");
        if !text("password").is_empty() {
            user.password = text("password");
        }
        if generation == Generation::First {
            user.quota = number("quota").unwrap_or(0);
        }
        if service.described() {
            user.email = text("email");
            user.role = number("role").unwrap_or(user.role);
            user.enabled = number("status").unwrap_or(1) == 1;
        }
    });
    done("")
}

/// For good. The first generation says nothing at all.
pub(super) fn delete(service: &Service, ask: &Ask) -> Answer {
    let (caller, user) = match pair(service, ask) {
        Ok(pair) => pair,
        Err(refused) => return refused,
    };
    if user.role >= caller.role {
        let words = match service.generation(&ask.host) {
            Generation::First => ("无权删除同权限等级或更高权限等级的用户", NOT_ABOVE.1),
            Generation::Second | Generation::Third => NOT_ABOVE,
        };
        return service.no(ask, words);
    }
    service.at_site(ask, |site| {
        // Somebody of the sandbox would be welcomed again as a new user; the record stays, marked as gone.
        site.users.retain(|known| known.id != user.id || known.person.is_some());
        site.sessions.iter_mut().filter(|session| session.user == user.id).for_each(|session| session.ended = true);
    });
    change(service, ask, user.id, |user| gone(user, ask.now));
    match service.generation(&ask.host) {
        Generation::First if !service.described() => Answer::text(""),
        _ => done(""),
    }
}

/// Nobody finds this user any more.
fn gone(user: &mut User, now: Timestamp) {
    user.deleted = Some(now);
    user.token = None;
    user.id = 0;
}
