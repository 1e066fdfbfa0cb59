//! A user as a server describes one.

use roster_domain::Profile;
use roster_platform::Context;
use roster_platform::Identity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::site::Origin;
use crate::wire::{filled, ornament, user_id};

/// What is read of a user. Only the number has to be there. **Never read**: the access token and the password fields that
/// older servers put into it, also into lists of other people.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct User {
    #[serde(deserialize_with = "user_id")]
    pub(super) id: u64,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) username: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) display_name: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) role: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) status: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) email: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) group: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) quota: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) used_quota: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) request_count: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) aff_code: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) aff_count: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) aff_quota: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) aff_history_quota: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) inviter_id: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) setting: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) sidebar_modules: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) permissions: Option<Value>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) remark: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) created_at: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    pub(super) last_login_at: Option<i64>,
    #[serde(default, rename = "DeletedAt", deserialize_with = "ornament")]
    pub(super) deleted_at: Option<String>,
}

impl User {
    /// Whose session it is, unique over all sites.
    pub(super) fn identity(&self, origin: &Origin, ctx: &Context) -> Identity {
        let user_id = origin.identity(self.id);
        let name = filled(self.display_name.clone()).or_else(|| filled(self.username.clone()));
        let profile = Profile {
            user_id: user_id.clone(),
            name: name.unwrap_or_else(|| self.id.to_string()),
            level: self.role.and_then(Role::of).map(|role| role.word().to_owned()),
            membership: filled(self.group.clone()),
            read_at: Some(ctx.now),
            ..Profile::default()
        };
        Identity { user_id, profile }
    }
}

/// What a user may do at a site. The numbers are the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    /// Look at public pages.
    #[schemars(extend("x-zh" = "访客"))]
    Guest,
    /// Use the site.
    #[schemars(extend("x-zh" = "普通用户"))]
    User,
    /// Manage users below.
    #[schemars(extend("x-zh" = "管理员"))]
    Administrator,
    /// Everything.
    #[schemars(extend("x-zh" = "超级管理员"))]
    Root,
}

impl Role {
    pub(super) fn of(number: i64) -> Option<Self> {
        [Self::Guest, Self::User, Self::Administrator, Self::Root].into_iter().find(|role| role.number() == number)
    }

    pub(super) fn number(self) -> i64 {
        match self {
            Self::Guest => 0,
            Self::User => 1,
            Self::Administrator => 10,
            Self::Root => 100,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::User => "user",
            Self::Administrator => "administrator",
            Self::Root => "root",
        }
    }
}

/// Whether a user may log in. The numbers are the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    /// Yes.
    #[schemars(extend("x-zh" = "正常"))]
    Enabled,
    /// No.
    #[schemars(extend("x-zh" = "已停用"))]
    Disabled,
}

impl Standing {
    pub(super) fn of(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Enabled),
            2 => Some(Self::Disabled),
            _ => None,
        }
    }

    pub(super) fn number(self) -> i64 {
        match self {
            Self::Enabled => 1,
            Self::Disabled => 2,
        }
    }
}
