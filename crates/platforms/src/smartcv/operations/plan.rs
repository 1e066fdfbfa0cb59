//! The subscription: what it is, and moving to another plan, cancelling, reactivating.

use roster_platform::{OperateError, Operation, Outcome, Risk, Text, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Call, Nothing, needed};
use crate::smartcv::{
    api,
    fields::Fields,
    subscription::{STATES, Subscription, SubscriptionShown},
};
use crate::words::words;

pub(super) const GET: &str = "get_subscription";
pub(super) const UPGRADE: &str = "upgrade_subscription";
pub(super) const DOWNGRADE: &str = "downgrade_subscription";
pub(super) const CANCEL: &str = "cancel_subscription";
pub(super) const REACTIVATE: &str = "reactivate_subscription";

pub(super) fn all() -> [Operation; 5] {
    [
        Operation::new::<Nothing, SubscriptionShown>(
            GET,
            Text::new("查看订阅", "Subscription"),
            Text::new("套餐、本期、用量、支付方式和下次扣款。", "Plan, period, usage, payment method and next payment."),
            Risk::Read,
        ),
        Operation::new::<Move, PlanChanged>(
            UPGRADE,
            Text::new("升级套餐", "Upgrade the plan"),
            Text::new("换到更高的套餐，通常立即生效。", "Moves to a larger plan, as a rule at once."),
            Risk::Dangerous,
        )
        .warn(Text::new(
            "会从已保存的支付方式扣款，以后每期按新价格收费。",
            "The stored payment method is charged, and every period from now on costs the new price.",
        )),
        Operation::new::<Move, PlanChanged>(
            DOWNGRADE,
            Text::new("降级套餐", "Downgrade the plan"),
            Text::new("换到更小的套餐，额度随之减少。", "Moves to a smaller plan with smaller limits."),
            Risk::Dangerous,
        )
        .warn(Text::new(
            "额度会变少，超出的部分可能无法再用；已付的钱不一定退。",
            "The limits shrink, and what exceeds them may become unusable; what was paid is not always given back.",
        )),
        Operation::new::<Nothing, PlanChanged>(
            CANCEL,
            Text::new("取消订阅", "Cancel the subscription"),
            Text::new("不再续费。", "It is not renewed any more."),
            Risk::Dangerous,
        )
        .warn(Text::new(
            "付费功能会结束，最晚在本期结束时。",
            "What you pay for ends, with the current period at the latest.",
        )),
        Operation::new::<Nothing, PlanChanged>(
            REACTIVATE,
            Text::new("恢复订阅", "Reactivate the subscription"),
            Text::new("让已取消的订阅继续续费。", "Lets a cancelled subscription renew again."),
            Risk::Dangerous,
        )
        .warn(Text::new(
            "从下一期起重新扣款，已过期的订阅可能立即扣款。",
            "You are charged again from the next period on; a subscription that has ended may be charged at once.",
        )),
    ]
}

/// To which plan.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Move {
    #[schemars(
        title = "Plan",
        description = "The plan's id, such as plan_premium_yearly",
        extend(
            "x-zh" = "套餐",
            "x-zh-description" = "套餐编号，例如 plan_premium_yearly",
            "examples" = ["plan_premium_monthly", "plan_premium_yearly"]
        )
    )]
    plan_id: String,
    #[schemars(title = "How the rest of the period is billed", extend("x-zh" = "剩余天数如何结算"))]
    proration: Option<Proration>,
}

/// What happens about the days that are already paid for.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Proration {
    #[schemars(title = "Settle with the next bill", extend("x-zh" = "随下次账单结算"))]
    CreateProrations,
    #[schemars(title = "Bill the difference at once", extend("x-zh" = "立即结算差价"))]
    AlwaysInvoice,
    #[schemars(title = "Do not settle", extend("x-zh" = "不结算"))]
    None,
}

/// What a change of the subscription came to.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlanChanged {
    #[schemars(title = "Subscription", extend("x-zh" = "订阅编号"))]
    subscription_id: Option<String>,
    #[schemars(title = "State", extend("x-zh" = "状态", "x-words" = words(STATES)))]
    status: Option<String>,
    #[schemars(title = "Difference for the current period", extend("x-zh" = "本期差价", "x-unit" = "money"))]
    proration_amount: Option<f64>,
    #[schemars(title = "In force from", extend("x-zh" = "生效时间", "format" = "date-time"))]
    effective_date: Option<String>,
}

pub(super) async fn get(call: Call<'_>, _: Nothing) -> Result<Outcome, OperateError> {
    let (content, subscription) = Subscription::fetch(call.ctx, call.credential).await?;
    call.done(&subscription.shown(), &content.answer.set_cookies)
}

pub(super) async fn move_to(call: Call<'_>, action: &str, input: Move) -> Result<Outcome, OperateError> {
    let mut body = json!({ "action": action, "planId": needed("plan_id", &input.plan_id)? });
    if let (Some(proration), Some(fields)) = (input.proration, body.as_object_mut()) {
        fields.insert(String::from("prorationBehavior"), json!(proration));
    }
    update(call, &body).await
}

/// An action that needs nothing else.
pub(super) async fn plain(call: Call<'_>, action: &str, _: Nothing) -> Result<Outcome, OperateError> {
    update(call, &json!({ "action": action })).await
}

pub(super) async fn update(call: Call<'_>, body: &Value) -> Result<Outcome, OperateError> {
    let target = ("subscription/update", Verb::Put, api::SUBSCRIPTION);
    let content = api::change(call.ctx, call.credential, target, body).await?;
    let fields = Fields(&content.data);
    let changed = PlanChanged {
        subscription_id: fields.text("subscriptionId"),
        status: fields.text("status"),
        proration_amount: fields.number("prorationAmount"),
        effective_date: fields.text("effectiveDate"),
    };
    call.done(&changed, &content.answer.set_cookies)
}
