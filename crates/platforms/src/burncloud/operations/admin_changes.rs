//! What an administrator changes about users.

use roster_domain::Secret;
use roster_platform::{Error, ErrorKind, OperateError, Operation, OperationInput, Outcome, Risk, Text, Verb, secret_text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::{
    api::Call,
    client::Client,
    user::{Role, Standing, User},
};
use super::{
    admin::{self, checked},
    given, missing, money, out_of_range, profile,
    shapes::{self, Changed, UserView},
};

const CREATE: Call = Call::of("users/create", Verb::Post);
const MANAGE: Call = Call::of("users/manage", Verb::Post);
const UPDATE: Call = Call::of("users/update", Verb::Put);
const DELETE: Call = Call::of("users/delete", Verb::Delete);
/// What a server puts into a user and never takes from one.
const NEVER_SENT: [&str; 3] = ["access_token", "DeletedAt", "original_password"];

pub(super) fn offered() -> Vec<Operation> {
    let create = Operation::new::<CreateInput, Made>(
        "create_user",
        Text::new("创建用户", "Create a user"),
        Text::new("在站点创建一个用户。", "Creates a user at the site."),
        Risk::Dangerous,
    )
    .warn(Text::new(
        "新用户可以用这个密码登录站点；角色为管理员时还能管理其他用户。",
        "The new user can log in with this password, and as an administrator act on other users.",
    ));
    let manage = Operation::new::<ManageInput, Managed>(
        "manage_user",
        Text::new("管理用户", "Manage a user"),
        Text::new("停用、启用、删除、升降级用户，或调整额度。", "Disables, enables, deletes, promotes or demotes a user, or changes the quota."),
        Risk::Dangerous,
    )
    .warn(Text::new(
        "会改变另一个人能否登录、拥有的权限或余额。",
        "This decides whether another person can log in, what they may do, or what balance they have.",
    ));
    let update = Operation::new::<UpdateInput, Changed<UserView>>(
        "update_user",
        Text::new("修改用户", "Change a user"),
        Text::new("修改用户的名称、分组、备注、密码、余额、角色或状态；没填的保持不变。", "Changes a user's names, group, note, password, quota, role or status; what is left empty stays."),
        Risk::Dangerous,
    )
    .warn(Text::new(
        "会覆盖另一个人的资料；新密码会让旧密码失效。",
        "This overwrites another person's account; a new password ends the old one.",
    ));
    let delete = Operation::new::<DeleteInput, Deleted>(
        "delete_user",
        Text::new("彻底删除用户", "Delete a user for good"),
        Text::new("从站点彻底删除用户，余额一并消失。", "Deletes a user from the site, with the balance."),
        Risk::Dangerous,
    )
    .warn(Text::new("无法撤销。", "This cannot be undone."));
    [create, manage, update, delete].map(Operation::for_administrators).into()
}

/// A new user.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CreateInput {
    #[schemars(title = "User name", extend("x-zh" = "用户名"))]
    username: String,
    #[serde(deserialize_with = "secret_text")]
    #[schemars(title = "Password", with = "String", extend("x-zh" = "密码", "x-secret" = true))]
    password: Secret<String>,
    #[schemars(title = "Display name", extend("x-zh" = "显示名"))]
    display_name: Option<String>,
    #[schemars(title = "Role", extend("x-zh" = "角色"))]
    role: Option<Role>,
}

/// The new user; the site itself does not say the number, so it is looked for.
#[derive(Debug, Serialize, JsonSchema)]
struct Made {
    #[schemars(title = "User", extend("x-zh" = "用户"))]
    user: Option<UserView>,
}

/// What can be done to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Action {
    /// No more logins.
    #[schemars(extend("x-zh" = "停用"))]
    Disable,
    /// Logins again.
    #[schemars(extend("x-zh" = "启用"))]
    Enable,
    /// Deleted, but kept in the site's lists.
    #[schemars(extend("x-zh" = "删除"))]
    Delete,
    /// Becomes an administrator.
    #[schemars(extend("x-zh" = "升为管理员"))]
    Promote,
    /// Becomes a common user.
    #[schemars(extend("x-zh" = "降为普通用户"))]
    Demote,
    /// The quota changes; sites since April 2026.
    #[schemars(extend("x-zh" = "调整额度"))]
    AddQuota,
}

/// How a quota changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum QuotaMode {
    /// More by this.
    #[schemars(extend("x-zh" = "增加"))]
    Add,
    /// Less by this.
    #[schemars(extend("x-zh" = "减少"))]
    Subtract,
    /// Exactly this.
    #[schemars(extend("x-zh" = "设为"))]
    Override,
}

/// Whom, and what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ManageInput {
    #[schemars(title = "Number", extend("x-zh" = "编号"))]
    id: u64,
    #[schemars(title = "Action", extend("x-zh" = "操作"))]
    action: Action,
    /// For the quota only.
    #[schemars(title = "How the quota changes", extend("x-zh" = "额度调整方式", "x-zh-description" = "仅用于调整额度。"))]
    mode: Option<QuotaMode>,
    /// For the quota only.
    #[schemars(title = "Quota", extend("x-zh" = "额度", "x-zh-description" = "仅用于调整额度。"))]
    value: Option<i64>,
}

/// What came of it.
#[derive(Debug, Serialize, JsonSchema)]
struct Managed {
    /// Whether the user shows it: older sites say yes to what they do not know. Missing when the site took it and nobody
    /// could look afterwards.
    #[schemars(title = "Done", extend("x-zh" = "已生效"))]
    applied: Option<bool>,
    #[schemars(title = "User", extend("x-zh" = "用户"))]
    user: Option<UserView>,
}

/// What shall change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UpdateInput {
    #[schemars(title = "Number", extend("x-zh" = "编号"))]
    id: u64,
    #[schemars(title = "User name", extend("x-zh" = "用户名"))]
    username: Option<String>,
    #[schemars(title = "Display name", extend("x-zh" = "显示名"))]
    display_name: Option<String>,
    #[schemars(title = "E-mail", extend("x-zh" = "邮箱"))]
    email: Option<String>,
    #[schemars(title = "Group", extend("x-zh" = "分组"))]
    group: Option<String>,
    #[schemars(title = "Note", extend("x-zh" = "备注"))]
    remark: Option<String>,
    #[serde(default, deserialize_with = "profile::some_secret")]
    #[schemars(title = "New password", with = "Option<String>", extend("x-zh" = "新密码", "x-secret" = true))]
    password: Option<Secret<String>>,
    #[schemars(title = "Quota", extend("x-zh" = "额度"))]
    quota: Option<i64>,
    #[schemars(title = "Role", extend("x-zh" = "角色"))]
    role: Option<Role>,
    #[schemars(title = "Status", extend("x-zh" = "状态"))]
    status: Option<Standing>,
}

/// Whom.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeleteInput {
    #[schemars(title = "Number", extend("x-zh" = "编号"))]
    id: u64,
}

/// It is gone.
#[derive(Debug, Serialize, JsonSchema)]
struct Deleted {
    #[schemars(title = "Deleted", extend("x-zh" = "已删除"))]
    deleted: bool,
}

pub(super) async fn create(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let read: CreateInput = input.read()?;
    let username = given(Some(read.username)).ok_or_else(|| missing("username"))?;
    if read.password.expose().is_empty() {
        return Err(missing("password"));
    }
    let display_name = given(read.display_name).unwrap_or_else(|| username.clone());
    let role = read.role.unwrap_or(Role::User);
    if role == Role::Guest {
        return Err(out_of_range("role"));
    }
    let body = json!({
        "username": username,
        "password": read.password.expose(),
        "display_name": display_name,
        "role": role.number(),
    });
    client.ask(CREATE, "/api/user/", &[], Some(&body)).await?;
    let user = admin::named(client, &username).await.ok().flatten();
    let status = shapes::money(client).await;
    Outcome::of(&Made { user: user.map(|user| UserView::of(&user, status.as_deref())) })
}

pub(super) async fn manage(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let read: ManageInput = input.read()?;
    let id = checked(read.id)?;
    if read.action == Action::AddQuota {
        let mode = read.mode.ok_or_else(|| missing("mode"))?;
        let value = read.value.ok_or_else(|| missing("value"))?;
        if mode != QuotaMode::Override && value <= 0 {
            return Err(out_of_range("value"));
        }
    }
    let before = admin::one(client, id).await?;
    let quota = read.mode.zip(read.value).filter(|_| read.action == Action::AddQuota);
    let acted = act(client, id, read.action, quota).await;
    let lost = acted.as_ref().err().filter(|error| quota.is_some() && money::is_lost(error)).cloned();
    if lost.is_none() {
        acted?;
    }
    let (applied, after) = match admin::one(client, id).await {
        Ok(user) => (Some(shows((read.action, quota), &before, Some(&user))), Some(user)),
        Err(error) if is_gone(&error) => (Some(shows((read.action, quota), &before, None)), None),
        // It was taken; that nobody can look at it is no reason to do it again.
        Err(_) => (None, None),
    };
    if let Some(error) = lost.filter(|_| applied != Some(true)) {
        return Err(money::unknown(error));
    }
    let status = shapes::money(client).await;
    Outcome::of(&Managed { applied, user: after.map(|user| UserView::of(&user, status.as_deref())) })
}

async fn act(
    client: &mut Client<'_>,
    id: u64,
    action: Action,
    quota: Option<(QuotaMode, i64)>,
) -> Result<(), Error> {
    let mut body = Map::new();
    body.insert(String::from("id"), json!(id));
    body.insert(String::from("action"), json!(action));
    if let Some((mode, value)) = quota {
        body.insert(String::from("mode"), json!(mode));
        body.insert(String::from("value"), json!(value));
    }
    client.ask(MANAGE, "/api/user/manage", &[], Some(&Value::Object(body))).await?;
    Ok(())
}

/// Whether the user is now what the action makes of one.
fn shows((action, quota): (Action, Option<(QuotaMode, i64)>), before: &User, after: Option<&User>) -> bool {
    let Some(after) = after else { return action == Action::Delete };
    match action {
        Action::Disable => after.status == Some(Standing::Disabled.number()),
        Action::Enable => after.status == Some(Standing::Enabled.number()),
        Action::Delete => after.deleted_at.is_some(),
        Action::Promote => after.role == Some(Role::Administrator.number()),
        Action::Demote => after.role == Some(Role::User.number()),
        Action::AddQuota => quota.is_some_and(|change| shows_quota(change, before, after)),
    }
}

/// Whether the quota has moved as it was told to. The user may spend at the same time, which a site books with a delay:
/// at least half of the change has to be seen.
fn shows_quota((mode, value): (QuotaMode, i64), before: &User, after: &User) -> bool {
    let moved = || Some(money::received(after)?.saturating_sub(money::received(before)?));
    let enough = |moved: i64| moved >= value.saturating_sub(value / 2);
    match mode {
        QuotaMode::Add => moved().is_some_and(enough),
        QuotaMode::Subtract => moved().is_some_and(|moved| enough(moved.saturating_neg())),
        QuotaMode::Override => {
            let spent = after.used_quota.unwrap_or(0).saturating_sub(before.used_quota.unwrap_or(0)).max(0);
            after.quota.is_some_and(|quota| quota <= value && quota.saturating_add(spent) >= value)
        }
    }
}

/// Reads the user, changes what was asked for, and sends everything: what is left out would be emptied. What this route
/// does not write (role and status, and at newer sites the quota) goes by the other.
pub(super) async fn update(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let read: UpdateInput = input.read()?;
    let id = checked(read.id)?;
    if matches!(read.role, Some(Role::Guest | Role::Root)) {
        return Err(out_of_range("role"));
    }
    let mut body = admin::whole(client, id).await?;
    body.retain(|name, value| !NEVER_SENT.contains(&name.as_str()) && !value.is_null());
    let texts = [
        ("username", given(read.username.clone())),
        ("display_name", given(read.display_name.clone())),
        ("email", given(read.email.clone())),
        ("group", given(read.group.clone())),
        ("remark", given(read.remark.clone())),
        ("password", read.password.as_ref().map(|password| password.expose().clone())),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            body.insert(name.to_owned(), Value::String(value));
        }
    }
    if let Some(quota) = read.quota {
        body.insert(String::from("quota"), json!(quota));
    }
    client.ask(UPDATE, "/api/user/", &[], Some(&Value::Object(body))).await?;
    let after = the_rest(client, id, &read).await?;
    let status = shapes::money(client).await;
    let now = UserView::of(&after, status.as_deref());
    Outcome::of(&Changed { not_taken: not_taken(&read, &after), now })
}

/// What the route for whole users does not write.
async fn the_rest(client: &mut Client<'_>, id: u64, wanted: &UpdateInput) -> Result<User, OperateError> {
    let mut user = admin::one(client, id).await?;
    let mut acted = false;
    if let Some(role) = wanted.role.filter(|role| user.role != Some(role.number())) {
        act(client, id, if role == Role::User { Action::Demote } else { Action::Promote }, None).await?;
        acted = true;
    }
    if let Some(standing) = wanted.status.filter(|standing| user.status != Some(standing.number())) {
        act(client, id, if standing == Standing::Enabled { Action::Enable } else { Action::Disable }, None).await?;
        acted = true;
    }
    if let Some(quota) = wanted.quota.filter(|quota| user.quota != Some(*quota)) {
        act(client, id, Action::AddQuota, Some((QuotaMode::Override, quota))).await?;
        acted = true;
    }
    if acted {
        user = admin::one(client, id).await?;
    }
    Ok(user)
}

fn not_taken(wanted: &UpdateInput, now: &User) -> Vec<&'static str> {
    let text = |wanted: &Option<String>, is: &Option<String>| {
        given(wanted.clone()).is_some_and(|wanted| is.as_deref() != Some(wanted.as_str()))
    };
    let differs = [
        ("username", text(&wanted.username, &now.username)),
        ("display_name", text(&wanted.display_name, &now.display_name)),
        ("email", text(&wanted.email, &now.email)),
        ("group", text(&wanted.group, &now.group)),
        ("remark", text(&wanted.remark, &now.remark)),
        ("quota", wanted.quota.is_some() && wanted.quota != now.quota),
        ("role", wanted.role.is_some_and(|role| now.role != Some(role.number()))),
        ("status", wanted.status.is_some_and(|standing| now.status != Some(standing.number()))),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// Older servers answer a deletion with nothing, even when their database refused it: only looking tells.
pub(super) async fn delete(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let DeleteInput { id } = input.read()?;
    client.ask_for_nothing(DELETE, &format!("/api/user/{}", checked(id)?)).await?;
    let deleted = match admin::one(client, id).await {
        Ok(_) => false,
        Err(error) if is_gone(&error) => true,
        Err(error) => return Err(error.into()),
    };
    Outcome::of(&Deleted { deleted })
}

fn is_gone(error: &Error) -> bool {
    error.kind == ErrorKind::Refused && error.evidence.code.as_deref() == Some("USER_NOT_FOUND")
}
