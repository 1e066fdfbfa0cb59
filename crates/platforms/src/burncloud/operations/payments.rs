//! Buying quota: what it costs, the order, and whether the payment has arrived.
//!
//! The payment itself happens on the payment service's page in the person's own browser. That service tells the server of a
//! payment on a route of its own; a client can only look at its orders.

use jiff::Timestamp;
use roster_platform::{OperateError, Operation, OperationInput, Outcome, Risk, Text, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use super::super::{
    api::{Call, Good, Limit},
    client::Client,
    health,
};
use super::{given, missing, out_of_range, shapes};
use crate::{
    wire::{NumberOrText, ornament},
    words::{Word, words},
};

const QUOTE: Call = Call::of("amount", Verb::Post);
const PAY: Call = Call::of("pay", Verb::Post).limited(Limit::Critical);
const ORDERS: Call = Call::get("topup/self");
/// Where a person buys quota on the site itself.
const TOP_UP_PAGE: &str = "/console/topup";
/// An order for more units than this is a slip of the finger: the number counts units of the currency, not of quota.
const MOST: u64 = 10_000;
/// From so many units on, the site is asked for the price first.
const MANY: u64 = 1_000;
/// An order of this price is a slip of the finger as well.
const TOO_DEAR: f64 = 10_000.0;
/// How a site says in a sentence that an order is paid, where its answer lists no orders.
const ARRIVED: &str = "支付成功";

/// Ways of paying that most sites have.
const WAYS: &[Word] = &[("alipay", "Alipay", "支付宝"), ("wxpay", "WeChat Pay", "微信支付"), ("stripe", "Stripe", "Stripe")];
/// How an order stands, in a site's words.
const STATES: &[Word] = &[
    ("pending", "Waiting for the payment", "等待付款"),
    ("success", "Paid", "已付款"),
    ("expired", "Expired", "已过期"),
    ("failed", "Failed", "失败"),
];

pub(super) fn offered() -> Vec<Operation> {
    vec![
        Operation::new::<QuoteInput, Price>(
            "quote_payment",
            Text::new("查询应付金额", "Price of a top-up"),
            Text::new("查询购买若干余额要付多少钱，不会下单。", "Asks what an amount of balance costs. Orders nothing."),
            Risk::Read,
        ),
        Operation::new::<PayInput, Order>(
            "create_payment",
            Text::new("充值付款", "Pay for a top-up"),
            Text::new("下充值订单，并在浏览器里打开付款页。", "Places an order and opens the page to pay it in your browser."),
            Risk::Dangerous,
        )
        .warn(Text::new(
            "会在站点创建一笔待付款订单，并打开付款页面。数量按货币单位计，不是额度。",
            "This places an order at the site and opens the page to pay it. The amount counts units of the currency, not of quota.",
        )),
        Operation::new::<CheckInput, Arrival>(
            "check_payment",
            Text::new("查询付款是否到账", "Has my payment arrived?"),
            Text::new("在自己的充值订单里查找订单号。", "Looks the order up among your own."),
            Risk::Read,
        ),
    ]
}

/// How much to buy.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct QuoteInput {
    /// In whole units of the site's currency.
    #[schemars(title = "Amount", extend("x-zh" = "充值数量", "x-zh-description" = "按站点货币的整数单位。"))]
    amount: u64,
    #[schemars(title = "Discount code", extend("x-zh" = "优惠码"))]
    top_up_code: Option<String>,
}

/// What it costs.
#[derive(Debug, Serialize, JsonSchema)]
struct Price {
    /// In the money the site takes.
    #[schemars(title = "To pay", extend("x-zh" = "应付金额", "x-unit" = "money"))]
    price: f64,
}

/// What to buy and how to pay.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PayInput {
    /// In whole units of the site's currency.
    #[schemars(title = "Amount", extend("x-zh" = "充值数量", "x-zh-description" = "按站点货币的整数单位。"))]
    amount: u64,
    /// `alipay`, `wxpay`, or another that the site offers.
    #[schemars(title = "Way of paying", extend("x-zh" = "支付方式", "x-zh-description" = "alipay、wxpay，或站点提供的其他方式。"))]
    payment_method: String,
    #[schemars(title = "Discount code", extend("x-zh" = "优惠码"))]
    top_up_code: Option<String>,
}

/// The order.
#[derive(Debug, Serialize, JsonSchema)]
struct Order {
    #[schemars(title = "Order number", extend("x-zh" = "订单号"))]
    trade_no: String,
    #[schemars(title = "What is bought", extend("x-zh" = "订单名称"))]
    name: Option<String>,
    #[schemars(title = "To pay", extend("x-zh" = "应付金额", "x-unit" = "money"))]
    price: Option<f64>,
    #[schemars(title = "Way of paying", extend("x-zh" = "支付方式", "x-words" = words(WAYS)))]
    payment_method: String,
    /// The host of the page that takes the payment.
    #[schemars(title = "Paid at", extend("x-zh" = "收款站点"))]
    paid_at: Option<String>,
}

/// Which order.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CheckInput {
    #[schemars(title = "Order number", extend("x-zh" = "订单号"))]
    trade_no: String,
}

/// How the order stands.
#[derive(Debug, Serialize, JsonSchema)]
struct Arrival {
    #[schemars(title = "Found", extend("x-zh" = "找到订单"))]
    found: bool,
    #[schemars(title = "Paid", extend("x-zh" = "已到账"))]
    paid: bool,
    /// The site's own word: pending, success, expired or failed.
    #[schemars(title = "State", extend("x-zh" = "状态", "x-words" = words(STATES)))]
    status: Option<String>,
    #[schemars(title = "Amount", extend("x-zh" = "充值数量"))]
    amount: Option<i64>,
    #[schemars(title = "Paid", extend("x-zh" = "付款金额", "x-unit" = "money"))]
    money: Option<f64>,
    #[schemars(title = "Ordered", extend("x-zh" = "下单时间", "x-unit" = "unix_seconds"))]
    created_at: Option<i64>,
    #[schemars(title = "Arrived", extend("x-zh" = "到账时间", "x-unit" = "unix_seconds"))]
    completed_at: Option<i64>,
    #[schemars(title = "Balance now", extend("x-zh" = "当前余额", "x-unit" = "money"))]
    balance: Option<f64>,
    #[schemars(title = "Currency", extend("x-zh" = "货币"))]
    currency: Option<String>,
}

pub(super) async fn quote(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let read: QuoteInput = input.read()?;
    let amount = sane(client, read.amount).await?;
    let code = given(read.top_up_code).unwrap_or_default();
    Outcome::of(&Price { price: price_of(client, amount, &code).await? })
}

async fn price_of(client: &mut Client<'_>, amount: u64, code: &str) -> Result<f64, OperateError> {
    let body = json!({ "amount": amount, "top_up_code": code });
    let good = client.ask(QUOTE, "/api/user/amount", &[], Some(&body)).await?;
    let price: NumberOrText = good.read()?;
    Ok(number(&price.text()).ok_or_else(|| good.changed())?)
}

pub(super) async fn create(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let read: PayInput = input.read()?;
    let amount = sane(client, read.amount).await?;
    let method = given(Some(read.payment_method)).ok_or_else(|| missing("payment_method"))?;
    let code = given(read.top_up_code).unwrap_or_default();
    if amount >= MANY && price_of(client, amount, &code).await? >= TOO_DEAR {
        return Err(out_of_range("amount"));
    }
    let body = json!({ "amount": amount, "payment_method": method, "top_up_code": code });
    let good = client.ask(PAY, "/api/user/pay", &[], Some(&body)).await?;
    let fields: Map<String, Value> = good.read()?;
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let trade_no = text("out_trade_no").ok_or_else(|| good.changed())?.to_owned();
    let page = page(&good, &fields);
    let order = Order {
        trade_no,
        name: given(text("name").map(str::to_owned)),
        price: text("money").and_then(number),
        payment_method: method,
        paid_at: page.as_ref().and_then(|page| page.host_str().map(str::to_owned)),
    };
    // Without a page that can be opened safely, the site's own page still shows the order.
    let open_url = page.map_or_else(|| client.origin().url(TOP_UP_PAGE), String::from);
    let open_url = Some(open_url).filter(|url| url.starts_with("https://"));
    Ok(Outcome { open_url, ..Outcome::of(&order)? })
}

/// The payment service's page with the order's fields. These services take them as a form or in the address, as their own
/// documents say (README.md); the fields are the order's, signed for it alone, and no secret of the person's.
fn page(good: &Good, fields: &Map<String, Value>) -> Option<Url> {
    let mut page = Url::parse(good.url.as_deref()?).ok().filter(|url| url.scheme() == "https")?;
    let pairs = fields.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
    page.query_pairs_mut().extend_pairs(pairs);
    Some(page)
}

#[derive(Debug, Deserialize)]
struct Orders {
    #[serde(default)]
    items: Option<Vec<OrderWire>>,
}

#[derive(Debug, Deserialize)]
struct OrderWire {
    trade_no: String,
    #[serde(default, deserialize_with = "ornament")]
    status: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    amount: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    money: Option<f64>,
    #[serde(default, deserialize_with = "ornament")]
    create_time: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    complete_time: Option<i64>,
}

impl OrderWire {
    /// One of which the site says in a sentence that it is paid, and nothing else.
    fn arrived(trade_no: String) -> Self {
        let status = Some(String::from("success"));
        Self { trade_no, status, amount: None, money: None, create_time: None, complete_time: None }
    }
}

pub(super) async fn check(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let CheckInput { trade_no } = input.read()?;
    let trade_no = given(Some(trade_no)).ok_or_else(|| missing("trade_no"))?;
    let query = [("p", "1"), ("page_size", "100"), ("keyword", trade_no.as_str())];
    let good = client.ask(ORDERS, "/api/user/topup/self", &query, None).await?;
    let order = if good.data.is_null() && good.words.contains(ARRIVED) {
        Some(OrderWire::arrived(trade_no))
    } else {
        let orders: Orders = good.read()?;
        orders.items.unwrap_or_default().into_iter().find(|order| order.trade_no == trade_no)
    };
    let (user, _) = health::read(client).await?;
    let status = shapes::money(client).await;
    let shown = user.quota.and_then(|quota| Some(status.as_ref()?.shown(quota)));
    let (balance, currency) = shown.map_or((None, None), |(amount, currency)| (Some(amount), currency));
    let time = |seconds: Option<i64>| seconds.filter(|seconds| *seconds > 0 && Timestamp::from_second(*seconds).is_ok());
    let state = order.as_ref().and_then(|order| order.status.clone());
    Outcome::of(&Arrival {
        found: order.is_some(),
        paid: state.as_deref() == Some("success"),
        status: state,
        amount: order.as_ref().and_then(|order| order.amount),
        money: order.as_ref().and_then(|order| order.money),
        created_at: time(order.as_ref().and_then(|order| order.create_time)),
        completed_at: time(order.as_ref().and_then(|order| order.complete_time)),
        balance,
        currency,
    })
}

/// An amount that can be meant. Sites that show raw numbers sell raw numbers.
async fn sane(client: &Client<'_>, amount: u64) -> Result<u64, OperateError> {
    let raw = shapes::money(client).await.is_some_and(|status| status.shown(1).1.is_none());
    match amount {
        0 => Err(out_of_range("amount")),
        amount if amount > MOST && !raw => Err(out_of_range("amount")),
        amount => Ok(amount),
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)
}
