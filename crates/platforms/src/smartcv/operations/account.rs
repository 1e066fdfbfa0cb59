//! The account: who it is, and changing name, picture and preferences.

use roster_platform::{InputProblem, OperateError, Operation, Outcome, Risk, Text, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use super::{Call, Nothing, needed, within, wrong};
use crate::smartcv::{
    account::{Account, AccountShown},
    api,
};

pub(super) const GET: &str = "get_account";
pub(super) const UPDATE: &str = "update_account";

pub(super) fn all() -> [Operation; 2] {
    let get = (Text::new("查看账号", "Account"), Text::new("姓名、邮箱、套餐、用量和偏好。", "Name, e-mail, plan, usage and preferences."));
    let update = (
        Text::new("修改资料和偏好", "Change details and preferences"),
        Text::new("只改填写的项，其他保持不变。", "Only what is filled in is changed; everything else stays."),
    );
    [
        Operation::new::<Nothing, AccountShown>(GET, get.0, get.1, Risk::Read),
        Operation::new::<Change, AccountShown>(UPDATE, update.0, update.1, Risk::Write),
    ]
}

/// What may be changed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    #[schemars(title = "Name", extend("x-zh" = "姓名"))]
    name: Option<String>,
    #[schemars(
        title = "Address of the picture",
        description = "It starts with https://",
        extend("x-zh" = "头像地址", "x-zh-description" = "以 https:// 开头", "format" = "uri")
    )]
    avatar: Option<String>,
    #[schemars(title = "Preferences", extend("x-zh" = "偏好"))]
    preferences: Option<Preferences>,
}

/// How the service shall be.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct Preferences {
    #[schemars(title = "Language", extend("x-zh" = "语言"))]
    language: Option<Language>,
    #[schemars(
        title = "Time zone",
        description = "As in Asia/Shanghai",
        extend("x-zh" = "时区", "x-zh-description" = "例如 Asia/Shanghai")
    )]
    timezone: Option<String>,
    #[schemars(title = "Theme", extend("x-zh" = "主题"))]
    theme: Option<Theme>,
    #[schemars(title = "E-mail notifications", extend("x-zh" = "邮件通知"))]
    email_notifications: Option<bool>,
    #[schemars(title = "Marketing e-mails", extend("x-zh" = "营销邮件"))]
    marketing_emails: Option<bool>,
}

#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
enum Language {
    #[serde(rename = "zh-cn")]
    #[schemars(title = "Chinese", extend("x-zh" = "中文"))]
    Chinese,
    #[serde(rename = "en")]
    #[schemars(title = "English", extend("x-zh" = "英文"))]
    English,
}

#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Theme {
    #[schemars(title = "Light", extend("x-zh" = "浅色"))]
    Light,
    #[schemars(title = "Dark", extend("x-zh" = "深色"))]
    Dark,
    #[schemars(title = "As the system", extend("x-zh" = "跟随系统"))]
    Auto,
}

impl Change {
    /// The input in the platform's words, checked.
    fn checked(self) -> Result<Checked, OperateError> {
        let name = self.name.map(|name| needed("name", &name)).transpose()?;
        let avatar = self.avatar.map(|avatar| address(&avatar)).transpose()?;
        let preferences = self.preferences.unwrap_or_default().checked()?;
        if name.is_none() && avatar.is_none() && preferences.is_empty() {
            return Err(wrong("", InputProblem::Missing));
        }
        Ok(Checked { name, avatar, preferences })
    }
}

impl Preferences {
    fn checked(self) -> Result<Map<String, Value>, OperateError> {
        let timezone = self.timezone.map(|zone| time_zone(&zone)).transpose()?;
        let pairs = [
            ("language", self.language.map(|language| json!(language))),
            ("timezone", timezone.map(Value::from)),
            ("theme", self.theme.map(|theme| json!(theme))),
            ("emailNotifications", self.email_notifications.map(Value::from)),
            ("marketingEmails", self.marketing_emails.map(Value::from)),
        ];
        Ok(pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
    }
}

struct Checked {
    name: Option<String>,
    avatar: Option<String>,
    preferences: Map<String, Value>,
}

impl Checked {
    /// The whole body: what is new over what is there. Whether the platform merges or replaces is not written down
    /// anywhere, so nothing is left out that could be wiped.
    fn over(self, account: &Account) -> Value {
        let fields = account.fields();
        let mut body = Map::new();
        let texts = [("name", self.name), ("avatar", self.avatar)];
        for (name, new) in texts {
            if let Some(text) = new.or_else(|| fields.text(name)) {
                body.insert(name.to_owned(), Value::from(text));
            }
        }
        let mut preferences = account.body.get("preferences").and_then(Value::as_object).cloned().unwrap_or_default();
        preferences.extend(self.preferences);
        if !preferences.is_empty() {
            body.insert(String::from("preferences"), Value::Object(preferences));
        }
        Value::Object(body)
    }
}

fn address(text: &str) -> Result<String, OperateError> {
    // Addresses of storage carry signatures: as long as browsers let one be.
    let text = within("avatar", text, 2_000)?;
    let url = Url::parse(&text).ok().filter(|url| url.scheme() == "https" && url.host_str().is_some());
    url.map(|_| text).ok_or_else(|| wrong("avatar", InputProblem::Malformed))
}

/// `Area/City`, `Area/Country/City` or `UTC`: the platform knows which of them exist.
fn time_zone(text: &str) -> Result<String, OperateError> {
    const FIELD: &str = "preferences.timezone";
    let text = needed(FIELD, text)?;
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+".contains(&b));
    match text.split('/').all(letters) {
        true => Ok(text),
        false => Err(wrong(FIELD, InputProblem::Malformed)),
    }
}

pub(super) async fn get(call: Call<'_>, _: Nothing) -> Result<Outcome, OperateError> {
    let (content, account) = Account::fetch(call.ctx, call.credential).await?;
    call.done(&account.shown(), &content.answer.set_cookies)
}

pub(super) async fn update(call: Call<'_>, change: Change) -> Result<Outcome, OperateError> {
    let change = change.checked()?;
    let (_, known) = Account::fetch(call.ctx, call.credential).await?;
    let target = ("account/update", Verb::Put, api::ACCOUNT);
    let mut content = api::change(call.ctx, call.credential, target, &change.over(&known)).await?;
    // An answer that does not repeat the account is no refusal.
    let account = match Account::read(&mut content) {
        Ok(account) => account,
        Err(_) => Account::fetch(call.ctx, call.credential).await?.1,
    };
    call.done(&account.shown(), &content.answer.set_cookies)
}
