//! The subscription as the platform describes it (A4), and as an operation shows it.

use jiff::Timestamp;
use roster_domain::Credential;
use roster_platform::{Context, Error};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{
    api::{self, Content},
    fields::Fields,
    usage::{Counted, Stored, Usage},
};
use crate::words::{Word, words};

/// The platform's words for what a subscription is and how it stands.
pub(super) const PLANS: &[Word] =
    &[("FREE", "Free", "免费版"), ("PREMIUM", "Premium", "高级版"), ("ENTERPRISE", "Enterprise", "企业版")];
/// How a subscription stands.
pub(super) const STATES: &[Word] = &[
    ("ACTIVE", "Active", "有效"),
    ("TRIALING", "On trial", "试用中"),
    ("PAST_DUE", "Payment overdue", "欠费"),
    ("CANCELED", "Cancelled", "已取消"),
    ("CANCELLED", "Cancelled", "已取消"),
    ("INACTIVE", "Not active", "未生效"),
    ("EXPIRED", "Expired", "已过期"),
    ("UNPAID", "Unpaid", "未付款"),
];
const INTERVALS: &[Word] = &[("month", "Month", "每月"), ("year", "Year", "每年")];
const METHODS: &[Word] = &[("card", "Card", "银行卡"), ("alipay", "Alipay", "支付宝"), ("wechat_pay", "WeChat Pay", "微信支付")];
const BRANDS: &[Word] = &[
    ("visa", "Visa", "Visa"),
    ("mastercard", "Mastercard", "万事达"),
    ("amex", "American Express", "美国运通"),
    ("unionpay", "UnionPay", "银联"),
    ("jcb", "JCB", "JCB"),
];

/// A subscription.
#[derive(Debug)]
pub(super) struct Subscription(Value);

impl Subscription {
    /// Asks for it.
    pub(super) async fn fetch(ctx: &Context, credential: &Credential) -> Result<(Content, Self), Error> {
        let mut content = api::get(ctx, credential, "subscription", api::SUBSCRIPTION).await?;
        let fields = Fields(&content.data);
        let known = ["id", "type", "status"].into_iter().any(|name| fields.text(name).is_some());
        if !known {
            return Err(content.unexpected());
        }
        let subscription = Self(content.data.take());
        Ok((content, subscription))
    }

    fn fields(&self) -> Fields<'_> {
        Fields(&self.0)
    }

    pub(super) fn plan(&self) -> Option<String> {
        self.fields().text("type")
    }

    pub(super) fn usage(&self) -> Usage {
        Usage::read(self.fields().at("usage"))
    }

    /// When what is counted starts anew.
    pub(super) fn resets_at(&self) -> Option<Timestamp> {
        self.fields().at("usage").time("resetDate").or_else(|| self.fields().time("currentPeriodEnd"))
    }

    /// When the plan is over, if it is not to be renewed.
    pub(super) fn over_at(&self) -> Option<Timestamp> {
        let ends = self.fields().flag("cancelAtPeriodEnd") == Some(true);
        self.fields().time("currentPeriodEnd").filter(|_| ends)
    }

    pub(super) fn period_end(&self) -> Option<Timestamp> {
        self.fields().time("currentPeriodEnd")
    }

    pub(super) fn shown(&self) -> SubscriptionShown {
        let fields = self.fields();
        let (plan, pays, next) = (fields.at("plan"), fields.at("paymentMethod"), fields.at("nextBilling"));
        let usage = self.usage();
        SubscriptionShown {
            id: fields.text("id"),
            kind: self.plan(),
            status: fields.text("status"),
            period_start: fields.text("currentPeriodStart"),
            period_end: fields.text("currentPeriodEnd"),
            cancel_at_period_end: fields.flag("cancelAtPeriodEnd"),
            trial_end: fields.text("trialEnd"),
            plan: plan.is_there().then(|| Plan {
                id: plan.text("id"),
                name: plan.text("name"),
                price: plan.number("price"),
                currency: plan.text("currency"),
                interval: plan.text("interval"),
                features: plan.texts("features"),
            }),
            resumes: usage.resumes.counted(),
            api_requests: usage.api_requests.counted(),
            storage: usage.storage.stored(),
            resets_at: fields.at("usage").text("resetDate"),
            payment_method: pays.is_there().then(|| PaymentMethod {
                kind: pays.text("type"),
                brand: pays.text("brand"),
                last4: pays.text("last4"),
                expiry_month: pays.whole("expiryMonth"),
                expiry_year: pays.whole("expiryYear"),
            }),
            next_billing: next.is_there().then(|| NextBilling {
                date: next.text("date"),
                amount: next.number("amount"),
                currency: next.text("currency"),
            }),
        }
    }
}

/// The subscription.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SubscriptionShown {
    #[schemars(title = "Id", extend("x-zh" = "编号"))]
    id: Option<String>,
    #[serde(rename = "type")]
    #[schemars(title = "Type", extend("x-zh" = "类型", "x-words" = words(PLANS)))]
    kind: Option<String>,
    #[schemars(title = "State", extend("x-zh" = "状态", "x-words" = words(STATES)))]
    status: Option<String>,
    #[schemars(title = "Period starts", extend("x-zh" = "本期开始", "format" = "date-time"))]
    period_start: Option<String>,
    #[schemars(title = "Period ends", extend("x-zh" = "本期结束", "format" = "date-time"))]
    period_end: Option<String>,
    #[schemars(title = "Ends with the period", extend("x-zh" = "到期后取消"))]
    cancel_at_period_end: Option<bool>,
    #[schemars(title = "Trial ends", extend("x-zh" = "试用结束", "format" = "date-time"))]
    trial_end: Option<String>,
    #[schemars(title = "Plan", extend("x-zh" = "套餐"))]
    plan: Option<Plan>,
    #[schemars(title = "Résumés", extend("x-zh" = "简历"))]
    resumes: Counted,
    #[schemars(title = "API requests", extend("x-zh" = "API 请求"))]
    api_requests: Counted,
    #[schemars(title = "Storage", extend("x-zh" = "存储空间"))]
    storage: Stored,
    #[schemars(title = "Usage starts anew", extend("x-zh" = "用量重置", "format" = "date-time"))]
    resets_at: Option<String>,
    #[schemars(title = "Payment method", extend("x-zh" = "支付方式"))]
    payment_method: Option<PaymentMethod>,
    #[schemars(title = "Next payment", extend("x-zh" = "下次扣款"))]
    next_billing: Option<NextBilling>,
}

/// What is subscribed to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Plan {
    #[schemars(title = "Id", extend("x-zh" = "编号"))]
    id: Option<String>,
    #[schemars(title = "Name", extend("x-zh" = "名称"))]
    name: Option<String>,
    #[schemars(title = "Price", extend("x-zh" = "价格", "x-unit" = "money"))]
    price: Option<f64>,
    #[schemars(title = "Currency", extend("x-zh" = "货币"))]
    currency: Option<String>,
    #[schemars(title = "Each", extend("x-zh" = "周期", "x-words" = words(INTERVALS)))]
    interval: Option<String>,
    #[schemars(title = "What it holds", extend("x-zh" = "包含"))]
    features: Vec<String>,
}

/// What it is paid with.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct PaymentMethod {
    #[serde(rename = "type")]
    #[schemars(title = "Type", extend("x-zh" = "类型", "x-words" = words(METHODS)))]
    kind: Option<String>,
    #[schemars(title = "Brand", extend("x-zh" = "品牌", "x-words" = words(BRANDS)))]
    brand: Option<String>,
    #[schemars(title = "Last four digits", extend("x-zh" = "末四位"))]
    last4: Option<String>,
    #[schemars(title = "Valid until, month", extend("x-zh" = "有效期（月）", "x-unit" = "plain"))]
    expiry_month: Option<i64>,
    #[schemars(title = "Valid until, year", extend("x-zh" = "有效期（年）", "x-unit" = "plain"))]
    expiry_year: Option<i64>,
}

/// What will be paid next.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct NextBilling {
    #[schemars(title = "On", extend("x-zh" = "日期", "format" = "date-time"))]
    date: Option<String>,
    #[schemars(title = "Amount", extend("x-zh" = "金额", "x-unit" = "money"))]
    amount: Option<f64>,
    #[schemars(title = "Currency", extend("x-zh" = "货币"))]
    currency: Option<String>,
}
