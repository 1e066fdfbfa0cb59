//! What the platform has written down about each of its people.

use std::collections::BTreeMap;
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::world::people::Person;
use crate::world::{locked, random_hex};

/// What everybody's address ends in.
pub(super) const MAIL: &str = "@example.test";

pub(super) fn user_id(person: &Person) -> String {
    format!("user_{:06}", person.number)
}

pub(super) fn email(person: &Person) -> String {
    format!("{}{MAIL}", person.id)
}

/// One account.
#[derive(Debug, Clone)]
pub(super) struct Book {
    pub(super) name: Value,
    pub(super) avatar: Value,
    pub(super) preferences: Value,
    pub(super) password: String,
    pub(super) two_factor: bool,
    pub(super) backup_codes: Vec<String>,
    pub(super) subscription: Option<Subscribed>,
    pub(super) since: Timestamp,
    pub(super) updated: Timestamp,
}

/// A plan that is paid for.
#[derive(Debug, Clone)]
pub(super) struct Subscribed {
    pub(super) id: String,
    pub(super) plan: &'static str,
    pub(super) status: &'static str,
    pub(super) ends_with_period: bool,
    pub(super) last4: String,
    pub(super) since: Timestamp,
}

impl Subscribed {
    pub(super) fn new(plan: &'static str, method: &str, now: Timestamp) -> Self {
        let id = format!("sub_{}", random_hex::<6>());
        Self { id, plan, status: "ACTIVE", ends_with_period: false, last4: last4(method), since: now }
    }

    /// A period of thirty days.
    pub(super) fn period_end(&self) -> Timestamp {
        self.since.saturating_add(SignedDuration::from_hours(30 * 24)).unwrap_or(self.since)
    }
}

/// The last four digits of a payment method's number; here of its id.
pub(super) fn last4(method: &str) -> String {
    let digits: Vec<char> = method.chars().filter(char::is_ascii_digit).collect();
    let tail: String = digits.iter().rev().take(4).rev().collect();
    format!("{tail:0>4}")
}

impl Book {
    fn of(person: &Person, now: Timestamp) -> Self {
        let subscription = person.vip.then(|| Subscribed::new("plan_premium_monthly", "pm_4242424242424242", now));
        Self {
            name: json!(person.name),
            avatar: json!(format!("https://storage.smartcv.cc/avatars/{}.png", person.id)),
            preferences: json!({
                "language": "zh-cn", "timezone": "Asia/Shanghai", "theme": "light", "emailNotifications": true,
                "marketingEmails": false,
            }),
            password: format!("sandbox-{}", person.id),
            two_factor: false,
            backup_codes: Vec::new(),
            subscription,
            since: now,
            updated: now,
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        if self.subscription.is_some() { "PREMIUM" } else { "FREE" }
    }
}

#[derive(Debug, Default)]
pub(super) struct Books(Mutex<BTreeMap<String, Book>>);

impl Books {
    pub(super) fn of(&self, person: &Person, now: Timestamp) -> Book {
        locked(&self.0).entry(person.id.clone()).or_insert_with(|| Book::of(person, now)).clone()
    }

    /// Changes one and answers it as it then is.
    pub(super) fn change(&self, person: &Person, now: Timestamp, change: impl FnOnce(&mut Book)) -> Book {
        let mut books = locked(&self.0);
        let book = books.entry(person.id.clone()).or_insert_with(|| Book::of(person, now));
        change(book);
        book.updated = now;
        book.clone()
    }

    /// Whether the second step is passed: there is none, or this is one of the codes, which is then used up.
    pub(super) fn second_step(&self, person: &Person, code: Option<&str>, now: Timestamp) -> bool {
        let book = self.of(person, now);
        if !book.two_factor {
            return true;
        }
        let Some(code) = code.filter(|code| book.backup_codes.iter().any(|known| known == code)) else { return false };
        self.change(person, now, |book| book.backup_codes.retain(|known| known != code));
        true
    }
}
