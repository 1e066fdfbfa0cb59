//! What the operations take, and what they answer beside what other files know.

use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::permission::{FEATURES, Feature, Kind};
use crate::words::words;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Force {
    /// Ask the platform also when an earlier answer is young enough.
    #[serde(default)]
    #[schemars(title = "Ask again", extend("x-zh" = "强制刷新", "x-zh-description" = "即使缓存仍有效也重新查询"))]
    pub(super) force: bool,
}

impl Force {
    /// How old an answer may be.
    pub(super) fn or(&self, fresh: Duration) -> Duration {
        if self.force { Duration::ZERO } else { fresh }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct What {
    #[serde(default, rename = "type")]
    #[schemars(title = "What", extend("x-zh" = "类型"))]
    pub(super) kind: Kind,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// All that are known when left out.
    #[serde(default)]
    #[schemars(with = "Option<Vec<Feature>>", title = "Features", extend("x-zh" = "功能", "x-zh-description" = "留空则查询全部"))]
    pub(super) features: Option<Vec<String>>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Validity {
    #[schemars(title = "Valid", extend("x-zh" = "有效"))]
    pub(super) valid: bool,
    #[schemars(title = "User id", extend("x-zh" = "用户 ID"))]
    pub(super) user_id: Option<String>,
    #[schemars(with = "String", title = "Asked", extend("x-zh" = "查询时间", "format" = "date-time"))]
    pub(super) checked_at: Timestamp,
    #[schemars(title = "The platform's code", extend("x-zh" = "平台代码"))]
    pub(super) code: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Features {
    #[schemars(title = "Features", extend("x-zh" = "功能"))]
    pub(super) items: Vec<Allowed>,
    /// `invalid_user` when the platform names nobody.
    #[schemars(title = "Why not", extend("x-zh" = "原因", "x-words" = words(&[("invalid_user", "The platform names nobody", "平台未返回用户")])))]
    pub(super) reason: Option<&'static str>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Allowed {
    #[schemars(title = "Feature", extend("x-zh" = "功能", "x-words" = words(FEATURES)))]
    pub(super) feature: String,
    /// Missing when the service says nothing of what the level may.
    #[schemars(title = "Allowed", extend("x-zh" = "允许", "x-zh-description" = "平台未说明时为空。"))]
    pub(super) allowed: Option<bool>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CacheFigures {
    #[schemars(title = "Answers kept", extend("x-zh" = "缓存条目"))]
    pub(super) total: u64,
    #[schemars(title = "Young enough to be used", extend("x-zh" = "有效条目"))]
    pub(super) valid: u64,
    #[schemars(title = "Too old", extend("x-zh" = "过期条目"))]
    pub(super) expired: u64,
    #[schemars(title = "Answered from memory", extend("x-zh" = "命中次数"))]
    pub(super) hits: u64,
    #[schemars(title = "Asked the platform", extend("x-zh" = "实际查询次数"))]
    pub(super) asked: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Cleared {
    #[schemars(title = "Answers forgotten", extend("x-zh" = "清除的条目"))]
    pub(super) forgotten: u64,
}
