//! What is known of the parts that a server sends as free JSON: names for their fields, in both languages.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::preferences::{Admin, Channels, Chat, Console, Personal};
use crate::words::{LANGUAGES, THEMES, Word, words};

const NOTIFY_BY: &[Word] =
    &[("email", "E-mail", "邮件"), ("webhook", "Webhook", "Webhook"), ("bark", "Bark", "Bark"), ("gotify", "Gotify", "Gotify")];

/// Fields whose change a site may pass over.
const FIELDS: &[Word] = &[
    ("username", "User name", "用户名"),
    ("display_name", "Display name", "显示名"),
    ("email", "E-mail", "邮箱"),
    ("language", "Language", "语言"),
    ("group", "Group", "分组"),
    ("remark", "Note", "备注"),
    ("quota", "Quota", "额度"),
    ("role", "Role", "角色"),
    ("status", "Status", "状态"),
    ("sidebar_modules", "Sidebar", "侧边栏"),
    ("notify_type", "Notify by", "通知方式"),
    ("quota_warning_threshold", "Warn below", "额度预警阈值"),
    ("notification_email", "Address for notifications", "通知邮箱"),
    ("webhook_url", "Webhook address", "Webhook 地址"),
    ("bark_url", "Bark address", "Bark 推送地址"),
    ("gotify_url", "Gotify address", "Gotify 地址"),
    ("gotify_priority", "Gotify priority", "Gotify 优先级"),
    ("accept_unset_model_ratio_model", "Allow models without price", "接受未定价模型"),
    ("record_ip_log", "Log my address", "记录我的 IP"),
    ("theme", "Theme", "主题"),
    ("notifications", "Notifications", "通知渠道"),
];

/// A list of field names.
pub(super) fn field_names() -> Value {
    json!({ "type": "string", "x-words": words(FIELDS) })
}

/// A user's settings, without the secret ones.
pub(super) fn settings(_: &mut SchemaGenerator) -> Schema {
    let mut properties = Map::new();
    for (name, en, zh) in FIELDS {
        let known = match *name {
            "notify_type" => json!({ "type": "string", "x-words": words(NOTIFY_BY) }),
            "theme" => json!({ "type": "string", "x-words": words(THEMES) }),
            "language" => json!({ "type": "string", "x-words": words(LANGUAGES) }),
            "quota_warning_threshold" | "gotify_priority" => json!({ "type": "number" }),
            "accept_unset_model_ratio_model" | "record_ip_log" => json!({ "type": "boolean" }),
            "notification_email" | "webhook_url" | "bark_url" | "gotify_url" => json!({ "type": "string" }),
            "notifications" => switches(Channels::NAMED),
            _ => continue,
        };
        properties.insert((*name).to_owned(), named(known, en, zh));
    }
    part(properties, "Notifications", "通知设置")
}

/// What the sidebar shows.
pub(super) fn sidebar(_: &mut SchemaGenerator) -> Schema {
    let sections = [
        ("chat", "Chat", "聊天区域", Chat::NAMED),
        ("console", "Console", "控制台区域", Console::NAMED),
        ("personal", "Personal", "个人中心区域", Personal::NAMED),
        ("admin", "Administration", "管理员区域", Admin::NAMED),
    ];
    let sections = sections.map(|(name, en, zh, fields)| (name.to_owned(), named(switches(fields), en, zh)));
    part(sections.into_iter().collect(), "Sidebar", "侧边栏")
}

/// What the user may do at the site.
pub(super) fn permissions(_: &mut SchemaGenerator) -> Schema {
    let known = [
        ("can_view_logs", "May see logs", "可查看日志"),
        ("can_manage_tokens", "May manage tokens", "可管理令牌"),
        ("sidebar_settings", "May change the sidebar", "可修改侧边栏"),
    ];
    let known = known.map(|(name, en, zh)| (name.to_owned(), named(json!({ "type": "boolean" }), en, zh)));
    part(known.into_iter().collect(), "Permissions", "权限")
}

fn switches(fields: &[Word]) -> Value {
    let fields = fields.iter().map(|(name, en, zh)| ((*name).to_owned(), named(json!({ "type": "boolean" }), en, zh)));
    json!({ "type": "object", "properties": fields.collect::<Map<_, _>>() })
}

fn named(mut schema: Value, en: &str, zh: &str) -> Value {
    schema["title"] = Value::from(en);
    schema["x-zh"] = Value::from(zh);
    schema
}

/// A part that may be missing, and may have fields that nobody here knows.
fn part(properties: Map<String, Value>, en: &str, zh: &str) -> Schema {
    let mut schema = Schema::default();
    schema.insert(String::from("type"), json!(["object", "null"]));
    schema.insert(String::from("title"), Value::from(en));
    schema.insert(String::from("x-zh"), Value::from(zh));
    schema.insert(String::from("properties"), Value::Object(properties));
    schema
}
