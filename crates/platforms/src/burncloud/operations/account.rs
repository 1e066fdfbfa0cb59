//! The account as it is: who, which groups, which models; its token; its end.

use roster_domain::Secret;
use roster_platform::{ErrorKind, OperateError, Operation, OperationInput, Outcome, Risk, Text, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::{
    api::{self, Call, Limit},
    client::Client,
    health, session,
};
use super::{
    Items, Nothing, out_of_range,
    shapes::{self, AccountView},
};

const PUBLIC_GROUPS: Call = Call::get("groups");
const MY_GROUPS: Call = Call::get("self/groups");
const MODELS: Call = Call::get("models");
// A `GET` that replaces the token: asked twice it would destroy the one it has just made.
const TOKEN: Call = Call::get("token").once().limited(Limit::BothOnThird);
const DELETE: Call = Call::of("self/delete", Verb::Delete);

pub(super) fn offered() -> Vec<Operation> {
    vec![
        Operation::new::<Nothing, AccountView>(
            "get_self",
            Text::new("个人资料", "My account"),
            Text::new("读取个人资料、余额、邀请和设置。", "Reads the account: balance, invitations, settings."),
            Risk::Read,
        ),
        Operation::new::<Nothing, Items<Group>>(
            "list_my_groups",
            Text::new("我的分组", "My groups"),
            Text::new("列出自己可用的分组和倍率。", "Lists the groups you may use, with their price ratios."),
            Risk::Read,
        ),
        Operation::new::<Nothing, Items<Group>>(
            "list_public_groups",
            Text::new("公开分组", "Public groups"),
            Text::new("列出站点不登录也能看到的分组。", "Lists the groups that the site shows to everybody."),
            Risk::Read,
        ),
        Operation::new::<Nothing, Items<Model>>(
            "list_models",
            Text::new("可用模型", "Models"),
            Text::new("列出自己可用的模型。", "Lists the models you may use."),
            Risk::Read,
        ),
        Operation::new::<Nothing, Created>(
            "create_access_token",
            Text::new("生成访问令牌", "New access token"),
            Text::new("生成新的访问令牌并存入保险库。", "Makes a new access token and keeps it in the vault."),
            Risk::Dangerous,
        )
        .warn(Text::new(
            "旧的访问令牌立即失效，所有使用它的程序都会断开。",
            "The old access token dies at once, and with it every program that uses it.",
        )),
        Operation::new::<DeleteInput, Deleted>(
            "delete_self",
            Text::new("注销账号", "Delete my account"),
            Text::new("在站点上注销这个账号。", "Deletes this account at the site."),
            Risk::Dangerous,
        )
        .warn(Text::new(
            "账号和余额都会失去，用户名不能再次使用，无法撤销。",
            "The account and its balance are lost for good, and its name cannot be used again.",
        )),
    ]
}

/// A group of users with its price.
#[derive(Debug, Serialize, JsonSchema)]
struct Group {
    #[schemars(title = "Group", extend("x-zh" = "分组"))]
    name: String,
    #[schemars(title = "Price ratio", extend("x-zh" = "倍率"))]
    ratio: Option<f64>,
    /// The site chooses the group, and with it the ratio.
    #[schemars(title = "Chosen by the site", extend("x-zh" = "自动选择"))]
    automatic: bool,
    #[schemars(title = "Description", extend("x-zh" = "说明"))]
    description: Option<String>,
}

#[derive(Debug, Deserialize)]
struct GroupWire {
    #[serde(default)]
    ratio: Value,
    #[serde(default, deserialize_with = "crate::wire::ornament")]
    desc: Option<String>,
}

/// A model.
#[derive(Debug, Serialize, JsonSchema)]
struct Model {
    #[schemars(title = "Model", extend("x-zh" = "模型"))]
    name: String,
}

/// A new token was made.
#[derive(Debug, Serialize, JsonSchema)]
struct Created {
    #[schemars(title = "In the vault", extend("x-zh" = "已存入保险库"))]
    kept: bool,
}

/// What confirms a deletion.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeleteInput {
    /// It has to be this account's.
    #[schemars(title = "User name, to confirm", extend("x-zh" = "输入用户名以确认", "x-zh-description" = "必须是这个账号的用户名。"))]
    username: String,
}

/// It is gone.
#[derive(Debug, Serialize, JsonSchema)]
struct Deleted {
    #[schemars(title = "Deleted", extend("x-zh" = "已注销"))]
    deleted: bool,
}

pub(super) async fn get_self(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let Nothing {} = input.read()?;
    let (user, _) = health::read(client).await?;
    let status = shapes::money(client).await;
    Outcome::of(&AccountView::of(&user, status.as_deref()))
}

pub(super) async fn list_my_groups(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let Nothing {} = input.read()?;
    let good = client.get(MY_GROUPS, "/api/user/self/groups").await?;
    Outcome::of(&groups(&good)?)
}

/// Asked without the session: with one, the answer would be the same, and the site need not know.
pub(super) async fn list_public_groups(
    client: &mut Client<'_>,
    input: &OperationInput,
) -> Result<Outcome, OperateError> {
    let Nothing {} = input.read()?;
    let ask = api::ask(client.ctx, PUBLIC_GROUPS, &client.origin().url("/api/user/groups"));
    let good = api::good(ask.send(client.ctx.now).await?)?;
    Outcome::of(&groups(&good)?)
}

fn groups(good: &api::Good) -> Result<Items<Group>, OperateError> {
    let read: Map<String, Value> = good.read()?;
    let group = |(name, value): (String, Value)| {
        let wire = GroupWire::deserialize(value).ok()?;
        let automatic = wire.ratio.is_string();
        Some(Group { name, ratio: wire.ratio.as_f64(), automatic, description: wire.desc })
    };
    let items: Option<Vec<Group>> = read.into_iter().map(group).collect();
    Ok(Items::of(items.ok_or_else(|| good.changed())?))
}

pub(super) async fn list_models(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let Nothing {} = input.read()?;
    let good = client.get(MODELS, "/api/user/models").await?;
    // `null` means none.
    let names: Option<Vec<String>> = good.read()?;
    Outcome::of(&Items::of(names.unwrap_or_default().into_iter().map(|name| Model { name }).collect()))
}

pub(super) async fn create_access_token(
    client: &mut Client<'_>,
    input: &OperationInput,
) -> Result<Outcome, OperateError> {
    let Nothing {} = input.read()?;
    let good = client.get(TOKEN, "/api/user/token").await.map_err(|error| match error.evidence.code.as_deref() {
        // The route is gone there, and its path reads as somebody's number.
        Some("AUTH_INSUFFICIENT_PRIVILEGE") if error.kind == ErrorKind::Refused => OperateError::Refused {
            code: String::from("TOKENS_ON_THE_PAGE"),
            remedy: Text::new(
                "该站点较新，访问令牌只能在它的网页上按权限创建，然后用令牌重新登录。",
                "This site is newer: tokens are made on its own page, with chosen rights. Make one there and log in with it.",
            ),
            error: Box::new(error),
        },
        _ => OperateError::Platform(error),
    })?;
    let token = Secret::new(good.read::<String>()?);
    if token.expose().trim().is_empty() {
        return Err(good.changed().into());
    }
    let mut credential = client.credential().clone();
    session::keep_token(&mut credential, token.expose());
    client.replace(credential);
    let mut outcome = Outcome::of(&Created { kept: true })?;
    outcome.secrets.insert(session::ACCESS_TOKEN.to_owned(), token);
    Ok(outcome)
}

pub(super) async fn delete_self(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let DeleteInput { username } = input.read()?;
    let (user, _) = health::read(client).await?;
    if user.username.as_deref() != Some(username.trim()) {
        return Err(out_of_range("username"));
    }
    client.get(DELETE, "/api/user/self").await?;
    Ok(Outcome { session_ended: true, ..Outcome::of(&Deleted { deleted: true })? })
}
