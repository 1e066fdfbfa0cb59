//! An administrator's look at users.

use roster_platform::{Error, OperateError, Operation, OperationInput, Outcome, Risk, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::{
    api::{Call, Good},
    client::Client,
    user::{Role, Standing, User},
};
use super::{
    given, out_of_range,
    shapes::{self, OtherView, UserView},
};
use crate::wire::ornament;

const LIST: Call = Call::get("users");
const SEARCH: Call = Call::get("users/search");
const GET: Call = Call::get("users/get");
/// The most that a server gives at once.
const PAGE: u32 = 100;

pub(super) fn offered() -> Vec<Operation> {
    let list = Operation::new::<ListInput, Users>(
        "list_users",
        Text::new("用户列表", "All users"),
        Text::new("分页列出站点的用户，含已删除的。", "Lists the site's users page by page, deleted ones included."),
        Risk::Read,
    );
    let search = Operation::new::<SearchInput, Users>(
        "search_users",
        Text::new("搜索用户", "Search users"),
        Text::new("按关键字、分组、角色或状态搜索。", "Searches by word, group, role or status."),
        Risk::Read,
    );
    let get = Operation::new::<GetInput, OtherView>(
        "get_user",
        Text::new("查看用户", "One user"),
        Text::new("读取一个用户的资料。", "Reads one user."),
        Risk::Read,
    );
    [list, search, get].map(Operation::for_administrators).into()
}

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListInput {
    /// From 1.
    #[schemars(title = "Page", extend("x-zh" = "页码", "x-zh-description" = "从 1 开始。"))]
    page: Option<u32>,
    /// 1 to 100.
    #[schemars(title = "Users on a page", extend("x-zh" = "每页数量", "x-zh-description" = "1 到 100。"))]
    page_size: Option<u32>,
}

/// What to look for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchInput {
    /// A number, or a part of a name or address.
    #[schemars(title = "Word", extend("x-zh" = "关键字", "x-zh-description" = "编号，或名称、邮箱的一部分。"))]
    keyword: Option<String>,
    #[schemars(title = "Group", extend("x-zh" = "分组"))]
    group: Option<String>,
    /// Newer sites only.
    #[schemars(title = "Role", extend("x-zh" = "角色", "x-zh-description" = "仅较新的站点支持。"))]
    role: Option<Role>,
    /// Newer sites only.
    #[schemars(title = "Status", extend("x-zh" = "状态", "x-zh-description" = "仅较新的站点支持。"))]
    status: Option<Standing>,
    /// From 1.
    #[schemars(title = "Page", extend("x-zh" = "页码", "x-zh-description" = "从 1 开始。"))]
    page: Option<u32>,
    /// 1 to 100.
    #[schemars(title = "Users on a page", extend("x-zh" = "每页数量", "x-zh-description" = "1 到 100。"))]
    page_size: Option<u32>,
}

/// Whom.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetInput {
    #[schemars(title = "Number", extend("x-zh" = "编号"))]
    id: u64,
}

/// A page of users.
#[derive(Debug, Serialize, JsonSchema)]
struct Users {
    #[schemars(title = "Users", extend("x-zh" = "用户"))]
    items: Vec<UserView>,
    #[schemars(title = "Total", extend("x-zh" = "总数"))]
    total: u64,
    #[schemars(title = "Page", extend("x-zh" = "页码"))]
    page: u64,
    #[schemars(title = "Users on a page", extend("x-zh" = "每页数量"))]
    page_size: u64,
}

#[derive(Debug, Deserialize)]
struct PageWire {
    /// `null` when there are none.
    #[serde(default)]
    items: Option<Vec<User>>,
    #[serde(default, deserialize_with = "ornament")]
    total: Option<u64>,
    #[serde(default, deserialize_with = "ornament")]
    page: Option<u64>,
    #[serde(default, deserialize_with = "ornament")]
    page_size: Option<u64>,
}

pub(super) async fn list(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let ListInput { page, page_size } = input.read()?;
    let (page, size) = paging(page, page_size)?;
    let good = client.ask(LIST, "/api/user/", &[("p", &page), ("page_size", &size)], None).await?;
    users(client, &good).await
}

pub(super) async fn search(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let read: SearchInput = input.read()?;
    let (page, size) = paging(read.page, read.page_size)?;
    let (keyword, group) = (given(read.keyword).unwrap_or_default(), given(read.group).unwrap_or_default());
    let (role, status) = (read.role.map(Role::number), read.status.map(Standing::number));
    let (role, status) = (role.map(|number| number.to_string()), status.map(|number| number.to_string()));
    let mut query = vec![("keyword", keyword.as_str()), ("group", &group), ("p", &page), ("page_size", &size)];
    query.extend(role.as_deref().map(|role| ("role", role)));
    query.extend(status.as_deref().map(|status| ("status", status)));
    let good = client.ask(SEARCH, "/api/user/search", &query, None).await?;
    users(client, &good).await
}

pub(super) async fn get(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let GetInput { id } = input.read()?;
    let user = one(client, checked(id)?).await?;
    let status = shapes::money(client).await;
    Outcome::of(&OtherView::of(&user, status.as_deref()))
}

/// A user by number.
///
/// # Errors
/// As the server answered.
pub(super) async fn one(client: &mut Client<'_>, id: u64) -> Result<User, Error> {
    client.get(GET, &format!("/api/user/{id}")).await?.read()
}

/// The same, with every field the server has, known here or not. It may hold the person's token: never shown, never logged.
///
/// # Errors
/// As the server answered.
pub(super) async fn whole(client: &mut Client<'_>, id: u64) -> Result<serde_json::Map<String, Value>, Error> {
    client.get(GET, &format!("/api/user/{id}")).await?.read()
}

/// Those whose name is exactly this.
///
/// # Errors
/// As the server answered.
pub(super) async fn named(client: &mut Client<'_>, name: &str) -> Result<Option<User>, Error> {
    let query = [("keyword", name), ("group", ""), ("p", "1"), ("page_size", "100")];
    let good = client.ask(SEARCH, "/api/user/search", &query, None).await?;
    Ok(read_page(&good)?.items.unwrap_or_default().into_iter().find(|user| user.username.as_deref() == Some(name)))
}

/// A number that names one user: 0 would mean whoever comes first.
pub(super) fn checked(id: u64) -> Result<u64, OperateError> {
    if id == 0 || i64::try_from(id).is_err() { Err(out_of_range("id")) } else { Ok(id) }
}

fn paging(page: Option<u32>, size: Option<u32>) -> Result<(String, String), OperateError> {
    let (page, size) = (page.unwrap_or(1), size.unwrap_or(20));
    if page == 0 {
        return Err(out_of_range("page"));
    }
    if size == 0 || size > PAGE {
        return Err(out_of_range("page_size"));
    }
    Ok((page.to_string(), size.to_string()))
}

fn read_page(good: &Good) -> Result<PageWire, Error> {
    if good.data.is_array() {
        let items: Vec<User> = good.read()?;
        return Ok(PageWire { items: Some(items), total: None, page: None, page_size: None });
    }
    good.read()
}

async fn users(client: &Client<'_>, good: &Good) -> Result<Outcome, OperateError> {
    let page = read_page(good)?;
    let status = shapes::money(client).await;
    let items: Vec<UserView> =
        page.items.unwrap_or_default().iter().map(|user| UserView::of(user, status.as_deref())).collect();
    let count = items.len() as u64;
    Outcome::of(&Users {
        total: page.total.unwrap_or(count),
        page: page.page.unwrap_or(1),
        page_size: page.page_size.unwrap_or(count),
        items,
    })
}
