//! The account as the platform describes it (A1), and as an operation shows it.

use jiff::Timestamp;
use roster_domain::{Credential, Profile};
use roster_platform::{Context, Error, Identity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    api::{self, Content},
    fields::Fields,
    plans,
    subscription::{PLANS, STATES},
    usage::{Counted, Stored, Usage},
};
use crate::{
    wire::{NumberOrText, picture},
    words::{LANGUAGES, THEMES, words},
};

/// An account whose owner is named; everything else about it may be missing.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) body: Value,
}

impl Account {
    /// Asks who it is.
    pub(super) async fn fetch(ctx: &Context, credential: &Credential) -> Result<(Content, Self), Error> {
        let mut content = api::get(ctx, credential, "account", api::ACCOUNT).await?;
        let account = Self::read(&mut content)?;
        Ok((content, account))
    }

    /// Takes the account out of an answer.
    ///
    /// # Errors
    /// `UnexpectedShape` when nobody is named.
    pub(super) fn read(content: &mut Content) -> Result<Self, Error> {
        let id = content.data.get("id").and_then(|id| NumberOrText::deserialize(id).ok()).map(|id| id.text());
        match id.filter(|id| !id.is_empty()) {
            Some(id) => Ok(Self { id, body: content.data.take() }),
            None => Err(content.unexpected()),
        }
    }

    pub(super) fn fields(&self) -> Fields<'_> {
        Fields(&self.body)
    }

    pub(super) fn plan(&self) -> Option<String> {
        self.fields().text("subscriptionType")
    }

    pub(super) fn identity(&self, now: Timestamp) -> Identity {
        let fields = self.fields();
        let name = fields.text("name").or_else(|| fields.text("email")).unwrap_or_else(|| self.id.clone());
        let profile = Profile {
            user_id: self.id.clone(),
            name,
            avatar_url: picture(fields.text("avatar").as_deref()),
            membership: self.membership(),
            membership_ends_at: fields.time("subscriptionExpiresAt").filter(|_| self.membership().is_some()),
            read_at: Some(now),
            ..Profile::default()
        };
        Identity { user_id: self.id.clone(), profile }
    }

    /// A plan that is paid for, with its state unless that is the usual one.
    fn membership(&self) -> Option<String> {
        let plan = self.plan().filter(|plan| !plan.eq_ignore_ascii_case(plans::FREE))?;
        match self.fields().text("subscriptionStatus").filter(|status| !status.eq_ignore_ascii_case("ACTIVE")) {
            Some(status) => Some(format!("{plan} ({status})")),
            None => Some(plan),
        }
    }

    pub(super) fn shown(&self) -> AccountShown {
        let fields = self.fields();
        let usage = Usage::read(fields);
        AccountShown {
            id: self.id.clone(),
            name: fields.text("name"),
            email: fields.text("email"),
            email_verified: fields.flag("emailVerified"),
            email_verified_at: fields.text("emailVerifiedAt"),
            avatar: fields.text("avatar"),
            plan: self.plan(),
            plan_status: fields.text("subscriptionStatus"),
            plan_ends_at: fields.text("subscriptionExpiresAt"),
            resumes: usage.resumes.counted(),
            api_requests: usage.api_requests.counted(),
            storage: usage.storage.stored(),
            preferences: PreferencesShown::read(fields.at("preferences")),
            created_at: fields.text("createdAt"),
            updated_at: fields.text("updatedAt"),
            last_login_at: fields.text("lastLoginAt"),
        }
    }
}

/// The account.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AccountShown {
    #[schemars(title = "Id", extend("x-zh" = "编号"))]
    id: String,
    #[schemars(title = "Name", extend("x-zh" = "姓名"))]
    name: Option<String>,
    #[schemars(title = "E-mail", extend("x-zh" = "邮箱"))]
    email: Option<String>,
    #[schemars(title = "E-mail verified", extend("x-zh" = "邮箱已验证"))]
    email_verified: Option<bool>,
    #[schemars(title = "E-mail verified at", extend("x-zh" = "邮箱验证时间", "format" = "date-time"))]
    email_verified_at: Option<String>,
    #[schemars(title = "Picture", extend("x-zh" = "头像", "format" = "uri"))]
    avatar: Option<String>,
    #[schemars(title = "Plan", extend("x-zh" = "套餐", "x-words" = words(PLANS)))]
    plan: Option<String>,
    #[schemars(title = "State of the plan", extend("x-zh" = "套餐状态", "x-words" = words(STATES)))]
    plan_status: Option<String>,
    #[schemars(title = "Plan ends at", extend("x-zh" = "套餐到期", "format" = "date-time"))]
    plan_ends_at: Option<String>,
    #[schemars(title = "Résumés", extend("x-zh" = "简历"))]
    resumes: Counted,
    #[schemars(title = "API requests", extend("x-zh" = "API 请求"))]
    api_requests: Counted,
    #[schemars(title = "Storage", extend("x-zh" = "存储空间"))]
    storage: Stored,
    #[schemars(title = "Preferences", extend("x-zh" = "偏好"))]
    preferences: PreferencesShown,
    #[schemars(title = "Created at", extend("x-zh" = "创建时间", "format" = "date-time"))]
    created_at: Option<String>,
    #[schemars(title = "Changed at", extend("x-zh" = "更新时间", "format" = "date-time"))]
    updated_at: Option<String>,
    #[schemars(title = "Last login at", extend("x-zh" = "上次登录", "format" = "date-time"))]
    last_login_at: Option<String>,
}

/// How the person wants the service to be.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct PreferencesShown {
    #[schemars(title = "Language", extend("x-zh" = "语言", "x-words" = words(LANGUAGES)))]
    language: Option<String>,
    #[schemars(title = "Time zone", extend("x-zh" = "时区"))]
    timezone: Option<String>,
    #[schemars(title = "Theme", extend("x-zh" = "主题", "x-words" = words(THEMES)))]
    theme: Option<String>,
    #[schemars(title = "E-mail notifications", extend("x-zh" = "邮件通知"))]
    email_notifications: Option<bool>,
    #[schemars(title = "Marketing e-mails", extend("x-zh" = "营销邮件"))]
    marketing_emails: Option<bool>,
}

impl PreferencesShown {
    fn read(fields: Fields<'_>) -> Self {
        Self {
            language: fields.text("language"),
            timezone: fields.text("timezone"),
            theme: fields.text("theme"),
            email_notifications: fields.flag("emailNotifications"),
            marketing_emails: fields.flag("marketingEmails"),
        }
    }
}
