//! Notifications and the sidebar. A server replaces both as a whole, so each change reads first and sends everything.

use roster_domain::{Evidence, Secret};
use roster_platform::{InputProblem, OperateError, Operation, OperationInput, Outcome, Risk, Text, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::{api::Call, client::Client, health, site::Generation, user::User};
use crate::words::Word;
use super::{
    profile::{self, Language},
    settings,
    shapes::{self, AccountView, Changed},
};

const SETTING: Call = Call::of("setting", Verb::Put);
/// From which quota on a server warns unless it is told.
const WARNS_AT: f64 = 500_000.0;

pub(super) fn offered() -> Vec<Operation> {
    vec![
        Operation::new::<SidebarInput, Changed<AccountView>>(
            "update_sidebar",
            Text::new("修改侧边栏", "Change the sidebar"),
            Text::new("选择站点侧边栏里显示的模块；没填的保持不变。", "Chooses what the site's sidebar shows; what is left empty stays."),
            Risk::Write,
        ),
        Operation::new::<SettingsInput, Settled>(
            "update_settings",
            Text::new("修改通知设置", "Change notifications"),
            Text::new("修改余额预警的方式和阈值；没填的保持不变。", "Changes how and when the site warns about the balance; what is left empty stays."),
            Risk::Write,
        ),
    ]
}

macro_rules! section {
    ($name:ident, $about:literal: $($field:ident $en:literal $zh:literal),+ $(,)?) => {
        #[doc = $about]
        #[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(extend("x-order" = [$(stringify!($field)),+]))]
        pub(super) struct $name {
            $(
                #[serde(skip_serializing_if = "Option::is_none")]
                #[schemars(title = $en, extend("x-zh" = $zh))]
                $field: Option<bool>,
            )+
        }

        impl $name {
            /// Its fields with their names, for what is shown.
            pub(super) const NAMED: &[Word] = &[$((stringify!($field), $en, $zh)),+];
        }
    };
}

section!(Chat, "The chat section.": enabled "Shown" "显示", playground "Playground" "操练场", chat "Chat" "聊天");
section!(Console, "The console section.":
    enabled "Shown" "显示", detail "Dashboard" "数据看板", token "API keys" "令牌管理", log "Usage log" "使用日志",
    midjourney "Drawing log" "绘图日志", task "Task log" "任务日志");
section!(Personal, "The personal section.": enabled "Shown" "显示", topup "Wallet" "钱包管理", personal "Personal settings" "个人设置");
section!(Admin, "The administrators' section.":
    enabled "Shown" "显示", channel "Channels" "渠道管理", models "Models" "模型管理", redemption "Codes" "兑换码管理",
    user "Users" "用户管理", setting "System settings" "系统设置");

/// What the sidebar shall show.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-order" = ["chat", "console", "personal", "admin"]))]
struct SidebarInput {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Chat", extend("x-zh" = "聊天区域"))]
    chat: Option<Chat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Console", extend("x-zh" = "控制台区域"))]
    console: Option<Console>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Personal", extend("x-zh" = "个人中心区域"))]
    personal: Option<Personal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Administration", extend("x-zh" = "管理员区域"))]
    admin: Option<Admin>,
}

pub(super) async fn update_sidebar(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let wanted: SidebarInput = input.read()?;
    let (before, _) = health::read(client).await?;
    let changes = Outcome::of(&wanted)?.value;
    let mut modules = sidebar(&before);
    for (section, fields) in changes.as_object().into_iter().flatten() {
        let place = modules.entry(section.clone()).or_insert_with(|| Value::Object(Map::new()));
        if let (Some(place), Some(fields)) = (place.as_object_mut(), fields.as_object()) {
            place.extend(fields.clone());
        }
    }
    let sent = Value::Object(modules.clone());
    profile::show_sidebar(client, &sent.to_string()).await?;
    let (after, _) = health::read(client).await?;
    let not_taken = if sidebar(&after) == modules { Vec::new() } else { vec!["sidebar_modules"] };
    changed(client, &after, not_taken).await
}

fn sidebar(user: &User) -> Map<String, Value> {
    settings::read(user.sidebar_modules.as_deref().unwrap_or_default())
}

/// How a server tells that the balance is low.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum NotifyBy {
    /// An e-mail.
    #[schemars(extend("x-zh" = "邮件"))]
    Email,
    /// A call of an address.
    #[schemars(extend("x-zh" = "Webhook"))]
    Webhook,
    /// The Bark app.
    #[schemars(extend("x-zh" = "Bark"))]
    Bark,
    /// A Gotify server.
    #[schemars(extend("x-zh" = "Gotify"))]
    Gotify,
}

/// How a form asks for them: what says how, then each way's own, then the rest.
const ORDER: [&str; 14] = [
    "notify_type",
    "quota_warning_threshold",
    "notification_email",
    "webhook_url",
    "webhook_secret",
    "bark_url",
    "gotify_url",
    "gotify_token",
    "gotify_priority",
    "accept_unset_model_ratio_model",
    "record_ip_log",
    "theme",
    "language",
    "notifications",
];

/// What the settings shall be. The last three are in BurnCloud's own description; servers that do not know them pass them over.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-order" = ORDER))]
struct SettingsInput {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Notify by", extend("x-zh" = "通知方式"))]
    notify_type: Option<NotifyBy>,
    /// In units of quota.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Warn below", extend("x-zh" = "额度预警阈值", "x-zh-description" = "以额度为单位。"))]
    quota_warning_threshold: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Address for notifications", extend("x-zh" = "通知邮箱"))]
    notification_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Webhook address", extend("x-zh" = "Webhook 地址"))]
    webhook_url: Option<String>,
    #[serde(default, skip_serializing, deserialize_with = "profile::some_secret")]
    #[schemars(title = "Webhook secret", with = "Option<String>", extend("x-zh" = "Webhook 密钥", "x-secret" = true))]
    webhook_secret: Option<Secret<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Bark address", extend("x-zh" = "Bark 推送地址"))]
    bark_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Gotify address", extend("x-zh" = "Gotify 地址"))]
    gotify_url: Option<String>,
    #[serde(default, skip_serializing, deserialize_with = "profile::some_secret")]
    #[schemars(title = "Gotify token", with = "Option<String>", extend("x-zh" = "Gotify 令牌", "x-secret" = true))]
    gotify_token: Option<Secret<String>>,
    /// 0 to 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Gotify priority", extend("x-zh" = "Gotify 优先级", "x-zh-description" = "0 到 10。"))]
    gotify_priority: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Allow models without price", extend("x-zh" = "接受未定价模型"))]
    accept_unset_model_ratio_model: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Log my address", extend("x-zh" = "记录我的 IP"))]
    record_ip_log: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Theme", extend("x-zh" = "主题"))]
    theme: Option<String>,
    #[serde(skip_serializing)]
    #[schemars(title = "Language", extend("x-zh" = "语言"))]
    language: Option<Language>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Notifications", extend("x-zh" = "通知渠道"))]
    notifications: Option<Channels>,
}

section!(Channels, "Where notifications appear.": email "E-mail" "邮件", browser "Browser" "浏览器");

impl SettingsInput {
    /// Everything that was set, with what the server holds where nothing was.
    fn body(&self, before: &User, threshold: f64) -> Result<Map<String, Value>, OperateError> {
        let mut body = settings::sent_back(before.setting.as_deref().unwrap_or_default());
        body.entry("notify_type").or_insert_with(|| Value::from("email"));
        body.entry("quota_warning_threshold").or_insert_with(|| Value::from(threshold));
        body.extend(Outcome::of(self)?.value.as_object().cloned().unwrap_or_default());
        for (name, secret) in [("webhook_secret", &self.webhook_secret), ("gotify_token", &self.gotify_token)] {
            if let Some(secret) = secret {
                body.insert(name.to_owned(), Value::from(secret.expose().as_str()));
            }
        }
        if let Some(language) = self.language {
            body.insert(String::from("language"), Value::from(language.word()));
        }
        Ok(body)
    }
}

/// The account after a change of its settings.
#[derive(Debug, Serialize, JsonSchema)]
struct Settled {
    #[serde(flatten)]
    changed: Changed<AccountView>,
    /// The site replaces its settings as a whole; these it had before, and could not be given back.
    #[schemars(title = "Lost at the site", extend("x-zh" = "被站点清除"))]
    lost: Vec<String>,
}

/// Nothing is changed for somebody who has chosen how requests are billed: the site would forget it, and what is billed
/// first is money.
fn keeps_billing(client: &Client<'_>, before: &str) -> Result<(), OperateError> {
    let Some(chosen) = settings::billing(before) else { return Ok(()) };
    let evidence = Evidence { message: Some(chosen), ..Evidence::default() };
    Err(OperateError::Refused {
        code: String::from("BILLING_PREFERENCE"),
        remedy: Text::new(
            "你在站点上选择了计费方式，从这里修改通知会把它清除，所以什么都没有改。请在站点自己的设置页修改通知。",
            "You have chosen at the site how requests are billed. A change from here would make the site forget it, so nothing was changed. Change notifications on the site's own page.",
        ),
        error: Box::new(client.not_asked(SETTING).with_evidence(evidence)),
    })
}

pub(super) async fn update_settings(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let wanted: SettingsInput = input.read()?;
    check(&wanted)?;
    let (before, _) = health::read(client).await?;
    let held = before.setting.clone().unwrap_or_default();
    keeps_billing(client, &held)?;
    let body = wanted.body(&before, WARNS_AT)?;
    let back = Back::of(client, &before, wanted.language).await?;
    client.room_for(profile::SET, back.calls()).await?;
    client.ask(SETTING, "/api/user/setting", &[], Some(&Value::Object(body.clone()))).await?;
    back.put(client).await;
    let (after, _) = health::read(client).await?;
    let kept = settings::read(after.setting.as_deref().unwrap_or_default());
    let mut not_taken = Vec::new();
    for name in NAMES {
        let set = wanted.sets(name);
        let same = match (body.get(name), kept.get(name)) {
            (Some(Value::Number(sent)), Some(Value::Number(kept))) => sent.as_f64() == kept.as_f64(),
            (sent, kept) => sent == kept,
        };
        if set && !same {
            not_taken.push(name);
        }
    }
    let mut lost = settings::lost(&held, after.setting.as_deref().unwrap_or_default());
    // Emptied on purpose.
    lost.retain(|name| !wanted.sets(name));
    let sidebar_lost = !sidebar(&before).is_empty() && sidebar(&after).is_empty();
    if sidebar_lost && !lost.iter().any(|name| name == "sidebar_modules") {
        lost.push(String::from("sidebar_modules"));
    }
    let status = shapes::money(client).await;
    let changed = Changed { now: AccountView::of(&after, status.as_deref()), not_taken };
    Outcome::of(&Settled { changed, lost })
}

/// The fields whose fate is told. A secret's is not: servers do not show it again.
const NAMES: [&str; 11] = [
    "notify_type",
    "quota_warning_threshold",
    "notification_email",
    "webhook_url",
    "bark_url",
    "gotify_url",
    "gotify_priority",
    "accept_unset_model_ratio_model",
    "record_ip_log",
    "theme",
    "language",
];

impl SettingsInput {
    fn sets(&self, name: &str) -> bool {
        match name {
            "language" => self.language.is_some(),
            _ => Outcome::of(self).is_ok_and(|outcome| outcome.value.get(name).is_some()),
        }
    }
}

fn check(wanted: &SettingsInput) -> Result<(), OperateError> {
    let refused = |field: &str| Err(OperateError::Input { field: field.to_owned(), problem: InputProblem::OutOfRange });
    if wanted.quota_warning_threshold.is_some_and(|threshold| !threshold.is_finite() || threshold <= 0.0) {
        return refused("quota_warning_threshold");
    }
    if wanted.gotify_priority.is_some_and(|priority| priority > 10) {
        return refused("gotify_priority");
    }
    Ok(())
}

/// What the server keeps in the same object and is about to lose.
struct Back {
    modules: Option<String>,
    language: Option<String>,
}

impl Back {
    async fn of(client: &Client<'_>, before: &User, wanted: Option<Language>) -> Result<Self, OperateError> {
        let filled = |text: &&str| !text.is_empty();
        let modules = before.sidebar_modules.as_deref().filter(filled).map(str::to_owned);
        let held = settings::read(before.setting.as_deref().unwrap_or_default());
        let held = held.get("language").and_then(Value::as_str).filter(filled);
        let language = wanted.map(Language::word).or(held).map(str::to_owned);
        let language = match language {
            Some(language) if client.generation().await? != Generation::First => Some(language),
            Some(_) | None => None,
        };
        Ok(Self { modules, language })
    }

    fn calls(&self) -> usize {
        usize::from(self.modules.is_some()) + usize::from(self.language.is_some())
    }

    /// What cannot be put back is found missing afterwards, and told.
    async fn put(&self, client: &mut Client<'_>) {
        if let Some(modules) = &self.modules
            && let Err(error) = profile::show_sidebar(client, modules).await
        {
            tracing::warn!(%error, "the sidebar could not be put back");
        }
        if let Some(language) = &self.language
            && let Err(error) = profile::speak(client, language).await
        {
            tracing::warn!(%error, "the language could not be put back");
        }
    }
}

async fn changed(
    client: &Client<'_>,
    after: &User,
    not_taken: Vec<&'static str>,
) -> Result<Outcome, OperateError> {
    let status = shapes::money(client).await;
    Outcome::of(&Changed { now: AccountView::of(after, status.as_deref()), not_taken })
}
