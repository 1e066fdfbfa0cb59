//! Invitations, codes, payments.

use serde_json::{Value, json};

use super::own::change;
use super::state::{Order, PER_UNIT, User};
use super::words::{done, no, unpaid, yes};
use super::{Generation, PAYMENTS, Service};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::world::random_hex;

/// What one unit of the currency costs.
const PRICE: f64 = 7.3;
const METHODS: [&str; 2] = ["alipay", "wxpay"];

pub(super) fn affiliate(service: &Service, ask: &Ask) -> Answer {
    service.user(ask).map_or_else(|refused| refused, |user| yes(&json!(user.aff_code())))
}

pub(super) fn transfer(service: &Service, ask: &Ask) -> Answer {
    let user = match service.user(ask) {
        Ok(user) => user,
        Err(refused) => return refused,
    };
    if let Some(refused) = service.counted_for(ask, user.id) {
        return refused;
    }
    let quota = ask.json.get("quota").and_then(Value::as_i64).unwrap_or(0);
    if quota <= 0 {
        return no(
            "Key: 'TransferAffQuotaRequest.Quota' Error:Field validation for 'Quota' failed on the 'required' tag",
        );
    }
    if quota < PER_UNIT && !service.described() {
        return no("划转失败 转移额度最小为＄1.000000 额度！");
    }
    if quota > user.aff_quota {
        return no(if service.described() { "邀请额度不足!" } else { "划转失败 邀请额度不足！" });
    }
    change(service, ask, user.id, |user| {
        user.aff_quota -= quota;
        user.quota += quota;
    });
    done("划转成功")
}

pub(super) fn redeem(service: &Service, ask: &Ask) -> Answer {
    if let Some(refused) = service.counted(ask) {
        return refused;
    }
    let user = match service.user(ask) {
        Ok(user) => user,
        Err(refused) => return refused,
    };
    let key = ask.json.get("key").and_then(Value::as_str).unwrap_or_default();
    let real = key.len() == 32 && key.starts_with(&"0".repeat(30)) && !key.ends_with("00");
    let used = service.at_site(ask, |site| {
        let used = site.redeemed.iter().any(|known| known == key);
        if real && !used {
            site.redeemed.push(key.to_owned());
        }
        used
    });
    if service.generation(&ask.host) == Generation::Third && (used || !real) {
        return service.no(ask, ("兑换失败，请稍后重试", "Redemption failed, please try again later"));
    }
    match (real, used) {
        (false, _) => no("兑换失败，无效的兑换码"),
        (true, true) => no("兑换失败，该兑换码已被使用"),
        (true, false) => {
            change(service, ask, user.id, |user| user.quota += PER_UNIT);
            let words = if service.described() { "兑换成功" } else { "" };
            Answer::json(&json!({ "data": PER_UNIT, "message": words, "success": true }))
        }
    }
}

fn amount(ask: &Ask) -> Result<i64, Answer> {
    match ask.json.get("amount").and_then(Value::as_i64) {
        None => Err(unpaid("参数错误")),
        Some(amount) if amount < 1 => Err(unpaid("充值数量不能小于 1")),
        Some(amount) => Ok(amount),
    }
}

fn money(amount: i64) -> String {
    format!("{:.2}", amount as f64 * PRICE)
}

pub(super) fn quote(service: &Service, ask: &Ask) -> Answer {
    match (service.user(ask), amount(ask)) {
        (Err(refused), _) | (Ok(_), Err(refused)) => refused,
        (Ok(_), Ok(amount)) => paid(service, &json!(money(amount)), None),
    }
}

/// The description has a `success` that the code does not send.
fn paid(service: &Service, data: &Value, url: Option<&str>) -> Answer {
    let mut body = json!({ "data": data, "message": "success" });
    if let Some(url) = url {
        body["url"] = json!(url);
    }
    if service.described() {
        body["success"] = json!(true);
    }
    Answer::json(&body)
}

pub(super) fn pay(service: &Service, ask: &Ask) -> Answer {
    if let Some(refused) = service.counted(ask) {
        return refused;
    }
    let (user, amount) = match (service.user(ask), amount(ask)) {
        (Err(refused), _) | (Ok(_), Err(refused)) => return refused,
        (Ok(user), Ok(amount)) => (user, amount),
    };
    let method = ask.json.get("payment_method").and_then(Value::as_str).unwrap_or_default();
    if !METHODS.contains(&method) {
        return unpaid("支付方式不存在");
    }
    let number = format!("USR{}NO{}{}", user.id, random_hex::<3>(), ask.now.as_second());
    let order = Order {
        number: number.clone(),
        user: user.id,
        amount,
        money: money(amount),
        method: method.to_owned(),
        created: ask.now,
        completed: None,
    };
    let fields = json!({
        "pid": "1001", "type": method, "out_trade_no": number, "name": format!("TUC{amount}"), "money": order.money,
        "notify_url": format!("https://{}/api/user/epay/notify", ask.host), "device": "pc", "sign_type": "MD5",
        "return_url": format!("https://{}/console/log", ask.host), "sign": random_hex::<16>(),
    });
    service.at_site(ask, |site| site.orders.push(order));
    if service.mode(&PAYMENTS) == "arrive" {
        complete(service, ask, &number);
    }
    paid(service, &fields, Some("https://pay.ember.example/submit.php"))
}

/// The payment service says that an order was paid; it counts once.
pub(super) fn notify(service: &Service, ask: &Ask) -> Answer {
    let number = ask.field("out_trade_no").or_else(|| ask.field("trade_no")).unwrap_or_default().to_owned();
    let paid = ask.field("trade_status") == Some("TRADE_SUCCESS") && complete(service, ask, &number);
    match (service.described(), paid) {
        (false, paid) => Answer::text(if paid { "success" } else { "fail" }),
        (true, true) => done("支付成功"),
        (true, false) => no("订单不存在或已处理"),
    }
}

fn complete(service: &Service, ask: &Ask, number: &str) -> bool {
    service.at_site(ask, |site| {
        let waiting = |order: &&mut Order| order.number == number && order.completed.is_none();
        let Some(order) = site.orders.iter_mut().find(waiting) else { return false };
        order.completed = Some(ask.now);
        let (user, quota) = (order.user, order.amount * PER_UNIT);
        site.user_mut(user).map(|user: &mut User| user.quota += quota).is_some()
    })
}

pub(super) fn orders(service: &Service, ask: &Ask) -> Answer {
    let user = match service.user(ask) {
        Ok(user) => user,
        Err(refused) => return refused,
    };
    let keyword = ask.field("keyword").unwrap_or_default();
    let items: Vec<Value> = service.at_site(ask, |site| {
        let own = |order: &&Order| order.user == user.id && order.number.contains(keyword);
        site.orders.iter().rev().filter(own).zip(1..).map(order_view).collect()
    });
    yes(&json!({ "page": 1, "page_size": 100, "total": items.len(), "items": items }))
}

fn order_view((order, id): (&Order, u64)) -> Value {
    json!({
        "id": id, "user_id": order.user, "amount": order.amount, "money": order.money.parse::<f64>().unwrap_or(0.0),
        "trade_no": order.number, "payment_method": order.method, "create_time": order.created.as_second(),
        "complete_time": order.completed.map_or(0, |at| at.as_second()),
        "status": if order.completed.is_some() { "success" } else { "pending" },
    })
}
