//! What costs money at once: a new subscription, and what it is paid with.

use std::collections::BTreeMap;

use roster_domain::Secret;
use roster_platform::{OperateError, Operation, Outcome, Risk, Text, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::{
    Call, needed,
    plan::{self, PlanChanged},
};
use crate::{
    smartcv::{api, fields::Fields, subscription::STATES},
    words::words,
};

pub(super) const CREATE: &str = "create_subscription";
pub(super) const UPDATE_METHOD: &str = "update_payment_method";

/// By which name the key of an unfinished payment is kept.
const PAYMENT_KEY: &str = "payment_client_secret";

pub(super) fn all() -> [Operation; 2] {
    let create = (
        Text::new("创建订阅", "Subscribe"),
        Text::new("用已保存的支付方式订阅一个套餐。", "Subscribes to a plan with a stored payment method."),
    );
    let method = (
        Text::new("更新支付方式", "Change the payment method"),
        Text::new("以后的扣款都用它。", "All further payments are taken from it."),
    );
    [
        Operation::new::<New, Created>(CREATE, create.0, create.1, Risk::Dangerous).warn(Text::new(
            "会立即扣款，并按期自动续费，直到取消。需要确认付款时会打开浏览器。",
            "You are charged at once and for every period until you cancel. If the payment has to be confirmed, your browser opens.",
        )),
        Operation::new::<Method, PlanChanged>(UPDATE_METHOD, method.0, method.1, Risk::Dangerous).warn(Text::new(
            "以后的费用都从新的支付方式扣；未付的账单可能立即扣款。",
            "Everything from now on is charged to the new method; an open bill may be charged at once.",
        )),
    ]
}

/// A new subscription.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    #[schemars(
        title = "Plan",
        description = "The plan's id, such as plan_premium_monthly",
        extend(
            "x-zh" = "套餐",
            "x-zh-description" = "套餐编号，例如 plan_premium_monthly",
            "examples" = ["plan_premium_monthly", "plan_premium_yearly"]
        )
    )]
    plan_id: String,
    #[schemars(
        title = "Payment method",
        description = "Its id at the payment service; it begins with pm_",
        extend("x-zh" = "支付方式", "x-zh-description" = "支付服务里的编号，以 pm_ 开头")
    )]
    payment_method_id: String,
    #[schemars(title = "Coupon", extend("x-zh" = "优惠码"))]
    coupon_code: Option<String>,
}

/// Another payment method.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Method {
    #[schemars(
        title = "Payment method",
        description = "Its id at the payment service; it begins with pm_",
        extend("x-zh" = "支付方式", "x-zh-description" = "支付服务里的编号，以 pm_ 开头")
    )]
    payment_method_id: String,
}

/// What came of it. The key of a payment that is not finished is in the vault.
#[derive(Debug, Serialize, JsonSchema)]
struct Created {
    #[schemars(title = "Subscription", extend("x-zh" = "订阅编号"))]
    subscription_id: Option<String>,
    #[schemars(title = "State", extend("x-zh" = "状态", "x-words" = words(STATES)))]
    status: Option<String>,
    #[schemars(title = "The payment has to be confirmed", extend("x-zh" = "付款需要确认"))]
    requires_action: bool,
    #[schemars(title = "How", extend("x-zh" = "确认方式"))]
    next_action: Option<String>,
}

pub(super) async fn create(call: Call<'_>, input: New) -> Result<Outcome, OperateError> {
    let mut body = json!({
        "planId": needed("plan_id", &input.plan_id)?,
        "paymentMethodId": needed("payment_method_id", &input.payment_method_id)?,
    });
    let coupon = input.coupon_code.filter(|code| !code.trim().is_empty());
    if let (Some(code), Some(fields)) = (coupon, body.as_object_mut()) {
        fields.insert(String::from("couponCode"), needed("coupon_code", &code)?.into());
    }
    let target = ("subscription/create", Verb::Post, api::SUBSCRIPTION);
    let content = api::change(call.ctx, call.credential, target, &body).await?;
    let fields = Fields(&content.data);
    let requires_action = fields.flag("requiresAction").unwrap_or(false);
    let created = Created {
        subscription_id: fields.text("subscriptionId"),
        status: fields.text("status"),
        requires_action,
        next_action: fields.at("nextAction").text("type"),
    };
    // A payment that is done needs its key no more.
    let key = fields.text("clientSecret").filter(|_| requires_action).map(Secret::new);
    let outcome = call.done(&created, &content.answer.set_cookies)?;
    Ok(Outcome {
        secrets: BTreeMap::from_iter(key.map(|key| (PAYMENT_KEY.to_owned(), key))),
        open_url: requires_action.then(|| page(fields)),
        ..outcome
    })
}

/// Where the person goes on: the address that came along, else the site.
fn page(fields: Fields<'_>) -> String {
    let action = fields.at("nextAction");
    let given = action.at("redirect_to_url").text("url").or_else(|| action.text("url"));
    let safe = |to: &String| Url::parse(to).is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some());
    given.filter(safe).unwrap_or_else(|| api::HOME.to_owned())
}

pub(super) async fn update_method(call: Call<'_>, input: Method) -> Result<Outcome, OperateError> {
    let method = needed("payment_method_id", &input.payment_method_id)?;
    plan::update(call, &json!({ "action": "update_payment_method", "paymentMethodId": method })).await
}
