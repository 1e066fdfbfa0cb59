//! A user's settings, which a server keeps as JSON in a text and replaces as a whole.

use serde_json::{Map, Value};
use url::Url;

/// What of the settings is nobody's business but the server's.
const SECRET: [&str; 2] = ["webhook_secret", "gotify_token"];
/// Addresses whose path or query is the key to them.
const ADDRESSES: [&str; 2] = ["webhook_url", "bark_url"];
/// What a change of the notifications sends again, so that the server does not lose it.
const SENT_BACK: [&str; 12] = [
    "notify_type",
    "accept_unset_model_ratio_model",
    "quota_warning_threshold",
    "webhook_url",
    "webhook_secret",
    "notification_email",
    "bark_url",
    "gotify_url",
    "gotify_token",
    "gotify_priority",
    "record_ip_log",
    "upstream_model_update_notify_enabled",
];
/// What decides how requests are billed. A change of the notifications empties it, and no route of a user's sets it.
const BILLING: &str = "billing_preference";

/// How requests are billed, where the user has chosen it.
pub(super) fn billing(text: &str) -> Option<String> {
    read(text).get(BILLING).and_then(Value::as_str).filter(|chosen| !chosen.is_empty()).map(str::to_owned)
}

/// What was there and is no more.
pub(super) fn lost(before: &str, after: &str) -> Vec<String> {
    let after = read(after);
    let is_set = |value: &Value| !value.is_null() && value != "";
    let meant = |value: &Value| is_set(value) && value != &Value::Bool(false);
    let gone = |name: &str| !after.get(name).is_some_and(is_set);
    read(before).into_iter().filter(|(name, value)| meant(value) && gone(name)).map(|(name, _)| name).collect()
}

/// The settings as an object; empty when there are none.
pub(super) fn read(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

/// The settings without their secrets.
pub(super) fn shown(text: &str) -> Value {
    let mut fields = read(text);
    fields.retain(|name, _| !SECRET.contains(&name.as_str()) && name != "sidebar_modules");
    for name in ADDRESSES {
        if let Some(Value::String(address)) = fields.get_mut(name) {
            *address = masked(address);
        }
    }
    Value::Object(fields)
}

/// The place that an address names, without what may be a key in it.
fn masked(address: &str) -> String {
    let Ok(url) = Url::parse(address) else { return String::from(if address.is_empty() { "" } else { "…" }) };
    let bare = url.path().trim_end_matches('/').is_empty() && url.query().is_none() && url.username().is_empty();
    let host = url.origin().ascii_serialization();
    if bare { host } else { format!("{host}/…") }
}

/// The present notifications, as the body of a change.
pub(super) fn sent_back(text: &str) -> Map<String, Value> {
    let kept = |name: &str, value: &Value| SENT_BACK.contains(&name) && !value.is_null();
    read(text).into_iter().filter(|(name, value)| kept(name, value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"notify_type":"gotify","gotify_url":"https://g.example","gotify_token":"canary","webhook_secret":"canary","language":"en","sidebar_modules":"{}"}"#;

    #[test]
    fn secrets_are_sent_back_and_never_shown() {
        assert!(!shown(TEXT).to_string().contains("canary"));
        assert_eq!(shown(TEXT)["gotify_url"], "https://g.example");
        let back = sent_back(TEXT);
        assert_eq!(back["gotify_token"], "canary");
        assert!(!back.contains_key("language"), "it has a route of its own");
    }

    #[test]
    fn addresses_are_shown_without_the_keys_in_them() {
        let text = r#"{"bark_url":"https://api.day.example/canary/x","webhook_url":"https://u:canary@hook.example?k=canary"}"#;
        let shown = shown(text);
        assert_eq!(shown, serde_json::json!({ "bark_url": "https://api.day.example/…", "webhook_url": "https://hook.example/…" }));
        assert_eq!(masked("https://hook.example/"), "https://hook.example");
        assert_eq!((masked("canary"), masked("")), (String::from("…"), String::new()));
    }

    #[test]
    fn what_a_change_has_emptied_is_named() {
        let before = r#"{"notify_type":"email","billing_preference":"wallet","quota_log":true,"record_ip_log":false,"x":null}"#;
        assert_eq!(billing(before).as_deref(), Some("wallet"));
        assert_eq!(billing(TEXT), None);
        assert_eq!(lost(before, r#"{"notify_type":"bark"}"#), ["billing_preference", "quota_log"]);
        assert_eq!(lost(before, before), [""; 0]);
    }
}
