//! Changing one's own name and address; in a call of its own, because it shuts others out, the password.

use roster_domain::Secret;
use roster_platform::{
    InputProblem, OperateError, Operation, OperationInput, Outcome, Risk, Text, Verb, secret_text,
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
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
    given, missing, settings,
    shapes::{self, AccountView, Changed},
};

const UPDATE: Call = Call::of("self/update", Verb::Put).limited(Limit::CriticalOnThird);
/// One thing as a whole: sent twice, it is the same.
pub(super) const SET: Call = UPDATE.several();

pub(super) fn offered() -> Vec<Operation> {
    vec![
        Operation::new::<Change, Changed<AccountView>>(
            "update_self",
            Text::new("修改个人资料", "Change my account"),
            Text::new(
                "修改显示名、用户名或语言；没填的保持不变。邮箱通常只能在网页上用验证码修改。",
                "Changes names or language; what is left empty stays. Most sites change an address on their page only.",
            ),
            Risk::Write,
        ),
        Operation::new::<NewPassword, PasswordChanged>(
            "change_password",
            Text::new("修改密码", "Change the password"),
            Text::new("设一个新密码，8 至 20 个字符。", "Sets a new password of 8 to 20 characters."),
            Risk::Dangerous,
        )
        .warn(Text::new(
            "旧密码随即失效；较新的站点还会让其他设备全部退出登录。新密码不会保存在这里，请自己记好。",
            "The old password stops working at once, and newer sites log every other device out. It is not kept here: note it down.",
        )),
    ]
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
    /// Older sites check it for every change.
    #[serde(default, deserialize_with = "some_secret")]
    #[schemars(
        title = "Current password",
        with = "Option<String>",
        extend("x-zh" = "当前密码", "x-secret" = true, "x-zh-description" = "较旧的站点任何修改都要核对。")
    )]
    original_password: Option<Secret<String>>,
    #[schemars(title = "Language", extend("x-zh" = "语言"))]
    language: Option<Language>,
}

/// A new password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    #[serde(deserialize_with = "secret_text")]
    #[schemars(title = "Current password", with = "String", extend("x-zh" = "当前密码", "x-secret" = true))]
    current_password: Secret<String>,
    #[serde(deserialize_with = "secret_text")]
    #[schemars(title = "New password", with = "String", extend("x-zh" = "新密码", "x-secret" = true))]
    new_password: Secret<String>,
    #[serde(deserialize_with = "secret_text")]
    #[schemars(title = "New password again", with = "String", extend("x-zh" = "再次输入新密码", "x-secret" = true))]
    confirm_password: Secret<String>,
}

/// The site took it.
#[derive(Debug, Serialize, JsonSchema)]
struct PasswordChanged {
    #[schemars(title = "Password changed", extend("x-zh" = "密码已修改"))]
    password_updated: bool,
    /// This login goes on with a new session; all others ended.
    #[schemars(title = "Other logins ended", extend("x-zh" = "其他登录已退出"))]
    others_ended: bool,
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
        self.display_name.is_some() || self.username.is_some() || self.email.is_some()
    }

    /// The whole profile, so that what is not changed stays what it is.
    fn body(&self, now: &User) -> Value {
        let or = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone()).unwrap_or_default();
        json!({
            "username": or(&self.username, &now.username),
            "display_name": or(&self.display_name, &now.display_name),
            "email": or(&self.email, &now.email),
            "original_password": self.original_password.as_ref().map_or("", |password| password.expose()),
        })
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
        client.ask(UPDATE, "/api/user/self", &[], Some(&change.body(&before))).await?;
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

/// Nothing is asked after the change: what could fail then would hide that the password is another.
pub(super) async fn change_password(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let read: NewPassword = input.read()?;
    for (field, secret) in [("current_password", &read.current_password), ("new_password", &read.new_password)] {
        if secret.expose().is_empty() {
            return Err(missing(field));
        }
    }
    if read.confirm_password.expose() != read.new_password.expose() {
        return Err(OperateError::Input { field: String::from("confirm_password"), problem: InputProblem::Malformed });
    }
    let (now, _) = health::read(client).await?;
    let body = json!({
        "username": now.username.unwrap_or_default(),
        "display_name": now.display_name.unwrap_or_default(),
        "original_password": read.current_password.expose(),
        "password": read.new_password.expose(),
    });
    let good = client.ask(UPDATE, "/api/user/self", &[], Some(&body)).await?;
    // Servers with sessions of their own end all but this one, which goes on with what the answer brings.
    let bundle = good.read::<Bundle>().ok();
    let others_ended = bundle.is_some();
    if let Some(bundle) = bundle {
        let mut credential = client.credential().clone();
        bundle.keep(&mut credential, &good, client.ctx);
        client.replaced_by(credential).await;
    }
    Outcome::of(&PasswordChanged { password_updated: true, others_ended })
}

/// Sets the language of the site's own words.
pub(super) async fn speak(client: &mut Client<'_>, language: &str) -> Result<(), OperateError> {
    client.ask(SET, "/api/user/self", &[], Some(&json!({ "language": language }))).await?;
    Ok(())
}

/// Sets the sidebar as a whole.
pub(super) async fn show_sidebar(client: &mut Client<'_>, modules: &str) -> Result<(), OperateError> {
    client.ask(SET, "/api/user/self", &[], Some(&json!({ "sidebar_modules": modules }))).await?;
    Ok(())
}
