//! The plans that there are, side by side.

use roster_platform::{OperateError, Operation, Outcome, Risk, Text};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Call, Nothing};
use crate::{
    smartcv::{
        account::Account,
        plans::{self, Limits},
        subscription,
    },
    words::words,
};

pub(super) const GET: &str = "get_plans";

pub(super) fn all() -> [Operation; 1] {
    [Operation::new::<Nothing, Plans>(
        GET,
        Text::new("套餐对比", "Compare the plans"),
        Text::new(
            "各套餐的限额，标出你的那个。数字和价格出自平台 2024-12-30 的说明，以网站为准。",
            "What each plan holds, and which one is yours. By the platform's documentation of 2024-12-30; its site has the last word.",
        ),
        Risk::Read,
    )]
}

/// All plans.
#[derive(Debug, Serialize, JsonSchema)]
struct Plans {
    #[schemars(title = "Plans", extend("x-zh" = "套餐"))]
    items: Vec<Row>,
}

/// What one plan holds. No number where there is no limit.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Row {
    #[schemars(title = "Plan", extend("x-zh" = "套餐", "x-words" = words(subscription::PLANS)))]
    plan: &'static str,
    #[schemars(title = "Yours", extend("x-zh" = "你的套餐"))]
    yours: bool,
    #[schemars(title = "A month", extend("x-zh" = "每月价格", "x-unit" = "money", "x-null" = { "en": "Ask sales", "zh": "联系销售" }))]
    price: Option<f64>,
    #[schemars(title = "Currency", extend("x-zh" = "货币"))]
    currency: &'static str,
    #[schemars(title = "Résumés", extend("x-zh" = "简历", "x-null" = { "en": "No limit", "zh": "不限" }))]
    resumes: Option<i64>,
    #[schemars(title = "API requests a month", extend("x-zh" = "每月 API 请求", "x-null" = { "en": "No limit", "zh": "不限" }))]
    api_requests: Option<i64>,
    #[schemars(title = "Storage", extend("x-zh" = "存储空间", "x-unit" = "bytes", "x-null" = { "en": "No limit", "zh": "不限" }))]
    storage: Option<i64>,
    #[schemars(title = "Templates", extend("x-zh" = "模板", "x-words" = words(&[("basic", "Basic ones", "基础模板"), ("all", "All", "全部")])))]
    templates: &'static str,
    #[schemars(title = "AI features", extend("x-zh" = "AI 功能"))]
    ai_features: bool,
}

impl Row {
    fn of(plan: &'static str, limits: Limits, yours: bool) -> Self {
        let bound = |limit: i64| Some(limit).filter(|limit| *limit >= 0);
        Self {
            plan,
            yours,
            price: limits.price_usd,
            currency: "USD",
            resumes: bound(limits.resumes),
            api_requests: bound(limits.api_requests),
            storage: bound(limits.storage_bytes),
            templates: limits.templates,
            ai_features: limits.ai,
        }
    }
}

pub(super) async fn get(call: Call<'_>, _: Nothing) -> Result<Outcome, OperateError> {
    let (content, account) = Account::fetch(call.ctx, call.credential).await?;
    let own = account.plan().unwrap_or_default();
    let row = |(plan, limits): &(&'static str, Limits)| Row::of(plan, *limits, own.eq_ignore_ascii_case(plan));
    let items = plans::PLANS.iter().map(row).collect();
    call.done(&Plans { items }, &content.answer.set_cookies)
}
