//! What people call a platform's own words, for the schemas of answers.
//!
//! A field with `x-words` is shown by the names of its words; a word that is not among them is shown as it came. So the
//! field stays open for whatever a platform says next.

use serde_json::{Value, json};

/// A word, its name in English, its name in Chinese.
pub(crate) type Word = (&'static str, &'static str, &'static str);

/// The languages that platforms name.
pub(crate) const LANGUAGES: &[Word] = &[
    ("zh-cn", "Chinese", "中文"),
    ("zh-CN", "Chinese, simplified", "简体中文"),
    ("zh-TW", "Chinese, traditional", "繁体中文"),
    ("en", "English", "英文"),
    ("ja", "Japanese", "日文"),
];

/// How a page looks.
pub(crate) const THEMES: &[Word] =
    &[("light", "Light", "浅色"), ("dark", "Dark", "深色"), ("auto", "As the system", "跟随系统")];

/// The names of words, for `x-words`.
pub(crate) fn words(known: &[Word]) -> Value {
    known.iter().map(|(value, en, zh)| json!({ "value": value, "title": en, "x-zh": zh })).collect()
}

/// The same for numbers that stand for something.
pub(crate) fn numbers(known: &[(i64, &str, &str)]) -> Value {
    known.iter().map(|(value, en, zh)| json!({ "value": value, "title": en, "x-zh": zh })).collect()
}
