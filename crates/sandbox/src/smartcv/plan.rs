//! The subscription.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::account::{merge, used};
use super::book::{Subscribed, last4};
use super::{LIMIT, Service, bad, good};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::world::people::Person;
use crate::world::random_hex;

/// Id, name, price, interval.
const PLANS: [(&str, &str, f64, &str); 2] = [
    ("plan_premium_monthly", "Premium 月度套餐", 29.99, "month"),
    ("plan_premium_yearly", "Premium 年度套餐", 299.99, "year"),
];

fn plan(id: Option<&str>) -> Option<&'static str> {
    PLANS.iter().find(|(known, ..)| id == Some(*known)).map(|(known, ..)| *known)
}

fn text<'a>(ask: &'a Ask, name: &str) -> Option<&'a str> {
    ask.json.get(name).and_then(Value::as_str)
}

fn no_subscription() -> Answer {
    bad(StatusCode::NOT_FOUND, "SUBSCRIPTION_NOT_FOUND", "订阅不存在")
}

fn no_plan() -> Answer {
    bad(StatusCode::NOT_FOUND, "PLAN_NOT_FOUND", "订阅计划不存在")
}

fn payment_failed() -> Answer {
    bad(StatusCode::PAYMENT_REQUIRED, "PAYMENT_FAILED", "支付失败")
}

pub(super) fn get(service: &Service, ask: &Ask) -> Answer {
    let person = match service.signed_in(ask) {
        Ok(person) => person,
        Err(answer) => return answer,
    };
    match service.books.of(&person, ask.now).subscription {
        Some(subscribed) => good(&described(&person, &subscribed)),
        None => no_subscription(),
    }
}

fn described(person: &Person, subscribed: &Subscribed) -> Value {
    let (id, name, price, interval) = PLANS.into_iter().find(|(id, ..)| *id == subscribed.plan).unwrap_or(PLANS[0]);
    let end = subscribed.period_end().to_string();
    let mut usage = json!({
        "resumesLimit": -1, "apiRequestsLimit": 1000, "storageLimit": 104_857_600, "resetDate": end,
    });
    merge(&mut usage, &used(person));
    let next = json!({ "date": end, "amount": price, "currency": "USD" });
    json!({
        "id": subscribed.id, "type": "PREMIUM", "status": subscribed.status,
        "currentPeriodStart": subscribed.since.to_string(), "currentPeriodEnd": end,
        "cancelAtPeriodEnd": subscribed.ends_with_period, "trialEnd": null,
        "plan": {
            "id": id, "name": name, "price": price, "currency": "USD", "interval": interval,
            "features": ["无限简历数量", "所有高级模板", "AI 优化功能"],
        },
        "usage": usage,
        "paymentMethod": {
            "type": "card", "last4": subscribed.last4, "brand": "visa", "expiryMonth": 12, "expiryYear": 2029,
        },
        "nextBilling": if subscribed.ends_with_period { Value::Null } else { next },
    })
}

/// Who wants to change a subscription, unless the plan is used up.
fn changing(service: &Service, ask: &Ask) -> Result<std::sync::Arc<Person>, Answer> {
    let person = service.signed_in(ask)?;
    match service.mode(&LIMIT) {
        "reached" => Err(bad(StatusCode::TOO_MANY_REQUESTS, "SUBSCRIPTION_LIMIT_EXCEEDED", "超出订阅限制")
            .header("retry-after", "3600")),
        _ => Ok(person),
    }
}

pub(super) fn create(service: &Service, ask: &Ask) -> Answer {
    let person = match changing(service, ask) {
        Ok(person) => person,
        Err(answer) => return answer,
    };
    let Some(plan) = plan(text(ask, "planId")) else { return no_plan() };
    let Some(method) = text(ask, "paymentMethodId").filter(|id| id.starts_with("pm_") && !id.contains("declined"))
    else {
        return payment_failed();
    };
    let waits = method.contains("3ds");
    let mut subscribed = Subscribed::new(plan, method, ask.now);
    subscribed.status = if waits { "INCOMPLETE" } else { "ACTIVE" };
    let (id, status) = (subscribed.id.clone(), subscribed.status);
    service.books.change(&person, ask.now, |book| book.subscription = Some(subscribed));
    let action = json!({
        "type": "redirect_to_url", "redirect_to_url": { "url": "https://www.smartcv.cc/pay/confirm" },
    });
    good(&json!({
        "subscriptionId": id, "status": status,
        "clientSecret": format!("pi_{}_secret_{}", random_hex::<6>(), random_hex::<8>()),
        "requiresAction": waits, "nextAction": if waits { action } else { Value::Null },
    }))
}

pub(super) fn update(service: &Service, ask: &Ask) -> Answer {
    let person = match changing(service, ask) {
        Ok(person) => person,
        Err(answer) => return answer,
    };
    let Some(mut subscribed) = service.books.of(&person, ask.now).subscription else { return no_subscription() };
    match text(ask, "action") {
        Some("upgrade" | "downgrade") => match plan(text(ask, "planId")) {
            Some(plan) => subscribed.plan = plan,
            None => return no_plan(),
        },
        Some("cancel") => subscribed.ends_with_period = true,
        Some("reactivate") => subscribed.ends_with_period = false,
        Some("update_payment_method") => match text(ask, "paymentMethodId").filter(|id| !id.contains("declined")) {
            Some(method) => subscribed.last4 = last4(method),
            None => return payment_failed(),
        },
        _ => return bad(StatusCode::BAD_REQUEST, "INVALID_ACTION", "不支持的操作"),
    }
    let (id, status) = (subscribed.id.clone(), subscribed.status);
    service.books.change(&person, ask.now, |book| book.subscription = Some(subscribed));
    good(&json!({
        "subscriptionId": id, "status": status, "prorationAmount": 15.5, "effectiveDate": ask.now.to_string(),
    }))
}
