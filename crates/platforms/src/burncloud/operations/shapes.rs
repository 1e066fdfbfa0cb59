//! What operations answer about users.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::super::{
    client::Client,
    site::{self, Status},
    user::{Role, Standing, User},
};
use super::{settings, shown};

/// The account itself.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AccountView {
    #[serde(flatten)]
    pub(super) user: UserView,
    #[serde(flatten)]
    pub(super) invitations: Invitations,
    #[schemars(schema_with = "shown::settings")]
    pub(super) settings: Option<Value>,
    #[schemars(schema_with = "shown::sidebar")]
    pub(super) sidebar_modules: Option<Value>,
    #[schemars(schema_with = "shown::permissions")]
    pub(super) permissions: Option<Value>,
}

/// A user whom an administrator looks at: nothing of the settings, which may name private addresses.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OtherView {
    #[serde(flatten)]
    pub(super) user: UserView,
    #[serde(flatten)]
    pub(super) invitations: Invitations,
}

/// What a user has to do with inviting others.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Invitations {
    #[schemars(title = "Invitation code", extend("x-zh" = "邀请码"))]
    pub(super) aff_code: Option<String>,
    #[schemars(title = "People invited", extend("x-zh" = "邀请人数"))]
    pub(super) aff_count: Option<i64>,
    #[schemars(title = "Invitation quota left", extend("x-zh" = "剩余邀请额度"))]
    pub(super) aff_quota: Option<i64>,
    #[schemars(title = "Invitation quota ever earned", extend("x-zh" = "累计邀请额度"))]
    pub(super) aff_history_quota: Option<i64>,
    #[schemars(title = "Invited by user", extend("x-zh" = "邀请人编号", "x-unit" = "plain"))]
    pub(super) inviter_id: Option<i64>,
}

impl Invitations {
    fn of(user: &User) -> Self {
        Self {
            aff_code: crate::wire::filled(user.aff_code.clone()),
            aff_count: user.aff_count,
            aff_quota: user.aff_quota,
            aff_history_quota: user.aff_history_quota,
            // 0 is nobody.
            inviter_id: user.inviter_id.filter(|id| *id > 0),
        }
    }
}

impl OtherView {
    /// With money as the site shows it, where its settings could be read.
    pub(super) fn of(user: &User, status: Option<&Status>) -> Self {
        Self { user: UserView::of(user, status), invitations: Invitations::of(user) }
    }
}

/// A user: oneself, or somebody an administrator looks at. Tokens and passwords that a server put into its answer are not in
/// here, since they are never read.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UserView {
    #[schemars(title = "Number", extend("x-zh" = "编号", "x-unit" = "plain"))]
    pub(super) id: u64,
    #[schemars(title = "User name", extend("x-zh" = "用户名"))]
    pub(super) username: Option<String>,
    #[schemars(title = "Display name", extend("x-zh" = "显示名"))]
    pub(super) display_name: Option<String>,
    #[schemars(title = "Role", extend("x-zh" = "角色"))]
    pub(super) role: Option<Role>,
    #[schemars(title = "Status", extend("x-zh" = "状态"))]
    pub(super) status: Option<Standing>,
    #[schemars(title = "E-mail", extend("x-zh" = "邮箱"))]
    pub(super) email: Option<String>,
    #[schemars(title = "Group", extend("x-zh" = "分组"))]
    pub(super) group: Option<String>,
    #[schemars(title = "Balance", extend("x-zh" = "余额", "x-unit" = "money"))]
    pub(super) balance: Option<f64>,
    #[schemars(title = "Used", extend("x-zh" = "已用", "x-unit" = "money"))]
    pub(super) used: Option<f64>,
    #[schemars(title = "Currency", extend("x-zh" = "货币"))]
    pub(super) currency: Option<String>,
    #[schemars(title = "Quota left", extend("x-zh" = "剩余额度"))]
    pub(super) quota: Option<i64>,
    #[schemars(title = "Quota used", extend("x-zh" = "已用额度"))]
    pub(super) used_quota: Option<i64>,
    #[schemars(title = "Requests", extend("x-zh" = "请求次数"))]
    pub(super) request_count: Option<i64>,
    #[schemars(title = "Note", extend("x-zh" = "备注"))]
    pub(super) remark: Option<String>,
    #[schemars(title = "Created", extend("x-zh" = "创建时间", "x-unit" = "unix_seconds"))]
    pub(super) created_at: Option<i64>,
    #[schemars(title = "Last login", extend("x-zh" = "上次登录", "x-unit" = "unix_seconds"))]
    pub(super) last_login_at: Option<i64>,
    #[schemars(title = "Deleted", extend("x-zh" = "已删除"))]
    pub(super) deleted: bool,
}

impl UserView {
    /// The user; money only where it is known how the site shows it.
    pub(super) fn of(user: &User, status: Option<&Status>) -> Self {
        let shown = |quota: Option<i64>| Some(status?.shown(quota?));
        Self {
            id: user.id,
            username: user.username.clone(),
            display_name: user.display_name.clone(),
            role: user.role.and_then(Role::of),
            status: user.status.and_then(Standing::of),
            email: user.email.clone(),
            group: user.group.clone(),
            balance: shown(user.quota).map(|(amount, _)| amount),
            used: shown(user.used_quota).map(|(amount, _)| amount),
            currency: shown(user.quota).and_then(|(_, currency)| currency),
            quota: user.quota,
            used_quota: user.used_quota,
            request_count: user.request_count,
            remark: user.remark.clone(),
            created_at: user.created_at,
            last_login_at: user.last_login_at,
            deleted: user.deleted_at.is_some(),
        }
    }
}

impl AccountView {
    /// The account, without what its settings keep secret.
    pub(super) fn of(user: &User, status: Option<&Status>) -> Self {
        let sidebar = user.sidebar_modules.as_deref().and_then(|text| serde_json::from_str(text).ok());
        Self {
            user: UserView::of(user, status),
            invitations: Invitations::of(user),
            settings: user.setting.as_deref().map(settings::shown),
            sidebar_modules: sidebar,
            permissions: user.permissions.clone(),
        }
    }
}

/// How the site shows money; `None` when it does not say at the moment.
pub(super) async fn money(client: &Client<'_>) -> Option<std::sync::Arc<Status>> {
    site::status(client.ctx, client.origin()).await.ok()
}

/// The account after a change, and what of it the site did not take.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Changed<T> {
    #[schemars(title = "Now", extend("x-zh" = "现状"))]
    pub(super) now: T,
    /// The site answered well and kept the old value.
    #[schemars(title = "Not taken by the site", extend("x-zh" = "站点未采纳", "items" = shown::field_names()))]
    pub(super) not_taken: Vec<&'static str>,
}
