//! Changing one's own name, address and password.

use roster_domain::Secret;
use roster_platform::{OperateError, Operation, OperationInput, Outcome, Risk, Text, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::super::{
    api::{Call, Limit},
    client::Client,
    health,
    renewal::Bundle,
    site::Generation,
    user::User,
};
use super::{
    given,
    settings,
    shapes::{self, AccountView, Changed},
};

const UPDATE: Call = Call::of("self/update", Verb::Put).limited(Limit::CriticalOnThird);

pub(super) fn offered() -> Vec<Operation> {
    vec![Operation::new::<Change, Changed<AccountView>>(
        "update_self",
        Text::new("修改个人资料", "Change my account"),
        Text::new(
            "修改显示名、用户名、密码或语言；没填的保持不变。邮箱通常只能在网页上用验证码修改。",
            "Changes names, password or language; what is left empty stays. Most sites change an address on their page only.",
        ),
        Risk::Write,
    )]
}

/// What shall change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    #[schemars(title = "Display name", extend("x-zh" = "显示名"))]
    display_name: Option<String>,
    #[schemars(title = "User name", extend("x-zh" = "用户名"))]
    username: Option<String>,
    #[schemars(title = "E-mail", extend("x-zh" = "邮箱"))]
    email: Option<String>,
    #[serde(default, deserialize_with = "some_secret")]
    #[schemars(title = "New password", with = "Option<String>", extend("x-zh" = "新密码", "x-secret" = true))]
    password: Option<Secret<String>>,
    /// Older sites check it for every change.
    #[serde(default, deserialize_with = "some_secret")]
    #[schemars(
        title = "Present password",
        with = "Option<String>",
        extend("x-zh" = "当前密码", "x-secret" = true, "x-zh-description" = "较旧的站点任何修改都要核对。")
    )]
    original_password: Option<Secret<String>>,
    #[schemars(title = "Language", extend("x-zh" = "语言"))]
    language: Option<Language>,
}

/// A language that servers speak.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(super) enum Language {
    /// 简体中文
    #[serde(rename = "zh-CN")]
    Simplified,
    /// 繁體中文
    #[serde(rename = "zh-TW")]
    Traditional,
    /// English
    #[serde(rename = "en")]
    English,
}

impl Language {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Simplified => "zh-CN",
            Self::Traditional => "zh-TW",
            Self::English => "en",
        }
    }
}

/// A secret that may be left out or empty.
pub(super) fn some_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret<String>>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.map(Secret::new).filter(|secret| !secret.expose().is_empty()))
}

impl Change {
    fn touches_profile(&self) -> bool {
        self.display_name.is_some() || self.username.is_some() || self.email.is_some() || self.password.is_some()
    }

    /// The whole profile, so that what is not changed stays what it is.
    fn body(&self, now: &User) -> Value {
        let or = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone()).unwrap_or_default();
        let secret = |secret: &Option<Secret<String>>| secret.as_ref().map(|secret| secret.expose().clone());
        let mut body = json!({
            "username": or(&self.username, &now.username),
            "display_name": or(&self.display_name, &now.display_name),
            "email": or(&self.email, &now.email),
            "original_password": secret(&self.original_password).unwrap_or_default(),
        });
        if let Some(password) = secret(&self.password) {
            body["password"] = Value::String(password);
        }
        body
    }

    fn not_taken(&self, now: &User) -> Vec<&'static str> {
        let differs = |wanted: &Option<String>, is: &Option<String>| wanted.is_some() && wanted != is;
        let mut fields = Vec::new();
        if differs(&self.display_name, &now.display_name) {
            fields.push("display_name");
        }
        if differs(&self.username, &now.username) {
            fields.push("username");
        }
        if differs(&self.email, &now.email) {
            fields.push("email");
        }
        let spoken = settings::read(now.setting.as_deref().unwrap_or_default());
        if self.language.is_some_and(|wanted| spoken.get("language").and_then(Value::as_str) != Some(wanted.word())) {
            fields.push("language");
        }
        fields
    }
}

pub(super) async fn update_self(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let read: Change = input.read()?;
    let change = Change {
        display_name: given(read.display_name),
        username: given(read.username),
        email: given(read.email),
        ..read
    };
    let (before, _) = health::read(client).await?;
    if change.touches_profile() {
        let good = client.ask(UPDATE, "/api/user/self", &[], Some(&change.body(&before))).await?;
        // A new password ends all sessions but this one, which gets a new token with the answer.
        if let Ok(bundle) = good.read::<Bundle>() {
            let mut credential = client.credential().clone();
            bundle.keep(&mut credential, &good, client.ctx);
            client.replace(credential);
        }
    }
    // The first generation knows no languages and would take this for a change of name.
    if let Some(language) = change.language
        && client.generation().await? != Generation::First
    {
        speak(client, language.word()).await?;
    }
    let (after, _) = health::read(client).await?;
    let status = shapes::money(client).await;
    let now = AccountView::of(&after, status.as_deref());
    Outcome::of(&Changed { now, not_taken: change.not_taken(&after) })
}

/// Sets the language of the site's own words.
pub(super) async fn speak(client: &mut Client<'_>, language: &str) -> Result<(), OperateError> {
    client.ask(UPDATE, "/api/user/self", &[], Some(&json!({ "language": language }))).await?;
    Ok(())
}

/// Sets the sidebar as a whole.
pub(super) async fn show_sidebar(client: &mut Client<'_>, modules: &str) -> Result<(), OperateError> {
    client.ask(UPDATE, "/api/user/self", &[], Some(&json!({ "sidebar_modules": modules }))).await?;
    Ok(())
}
