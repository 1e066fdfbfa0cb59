//! The users of each site and what belongs to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::limits::Window;
use super::{Generation, HOSTS};
use crate::world::people::Person;
use crate::world::random_hex;
use crate::world::sessions::SessionRow;

const MONTH_S: i64 = 30 * 86_400;
/// What one unit of the currency is in quota.
pub(super) const PER_UNIT: i64 = 500_000;
pub(super) const ADMINISTRATOR: i64 = 10;
pub(super) const ROOT: i64 = 100;

/// A person's number at every site: users of two sites are two users all the same.
pub(super) fn number_of(person: &Person) -> u64 {
    100 + person.number
}

/// A user of one site.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) username: String,
    pub(super) password: String,
    pub(super) display_name: String,
    pub(super) role: i64,
    pub(super) enabled: bool,
    pub(super) email: String,
    pub(super) group: String,
    pub(super) remark: String,
    pub(super) quota: i64,
    pub(super) used: i64,
    pub(super) requests: i64,
    pub(super) aff_quota: i64,
    pub(super) token: Option<String>,
    /// Settings, with sidebar and language in the same object, as the server keeps them.
    pub(super) setting: Map<String, Value>,
    pub(super) deleted: Option<Timestamp>,
    pub(super) backup_codes: Vec<&'static str>,
    pub(super) person: Option<Arc<Person>>,
}

impl User {
    pub(super) fn new(id: u64, username: &str, password: &str) -> Self {
        let sidebar =
            json!({ "chat": { "enabled": true, "playground": true }, "console": { "enabled": true, "token": true } });
        let setting = json!({ "sidebar_modules": sidebar.to_string() });
        Self {
            id,
            username: username.to_owned(),
            password: password.to_owned(),
            display_name: username.to_owned(),
            role: 1,
            enabled: true,
            email: String::new(),
            group: String::from("default"),
            remark: String::new(),
            quota: 0,
            used: 0,
            requests: 0,
            aff_quota: 0,
            token: None,
            setting: setting.as_object().cloned().unwrap_or_default(),
            deleted: None,
            backup_codes: vec!["A1B2C3D4", "E5F6G7H8"],
            person: None,
        }
    }

    fn of(person: &Arc<Person>) -> Self {
        let mut user = Self::new(number_of(person), &person.id, &format!("{}-password", person.id));
        user.display_name.clone_from(&person.name);
        user.email = format!("{}@sandbox.example", person.id);
        user.group = String::from(if person.vip { "vip" } else { "default" });
        user.role = match person.id.as_str() {
            "chen" => ADMINISTRATOR,
            "song" => ROOT,
            _ => 1,
        };
        user.quota = 5 * PER_UNIT;
        user.used = PER_UNIT;
        user.requests = 12;
        user.aff_quota = 3 * PER_UNIT;
        user.remark = format!("joined as {}", person.id);
        user.token = Some(format!("sandboxtoken{:0<20}", person.id));
        let more = json!({
            "notify_type": "webhook", "quota_warning_threshold": 500_000,
            "webhook_url": "https://hook.sandbox.example/a", "webhook_secret": "sandbox-webhook-secret",
            "record_ip_log": true, "language": "zh-CN",
        });
        user.setting.extend(more.as_object().cloned().unwrap_or_default());
        if person.id == "zhou" {
            // Chosen on the site's own page; a change of the notifications forgets it.
            user.setting.insert(String::from("billing_preference"), json!("subscription_first"));
        }
        user.person = Some(Arc::clone(person));
        user
    }

    pub(super) fn aff_code(&self) -> String {
        format!("{:04X}", 0x4000 + self.id)
    }

    pub(super) fn setting_text(&self, name: &str) -> &str {
        self.setting.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

/// A session: a cookie, or a short token with the cookie that renews it.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) number: u64,
    pub(super) user: u64,
    pub(super) created: Timestamp,
    /// The password was right; the second factor is missing.
    pub(super) pending: bool,
    pub(super) ended: bool,
    /// The cookie's value, or the id of a session of the third generation.
    pub(super) id: String,
    pub(super) short: Option<Short>,
}

#[derive(Debug, Clone)]
pub(super) struct Short {
    pub(super) token: String,
    pub(super) ends: Timestamp,
    pub(super) renewal: String,
    /// The renewal before, and when it was used.
    pub(super) before: Option<(String, Timestamp)>,
}

/// An order of balance.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) number: String,
    pub(super) user: u64,
    pub(super) amount: i64,
    pub(super) money: String,
    pub(super) method: String,
    pub(super) created: Timestamp,
    pub(super) completed: Option<Timestamp>,
}

/// One site.
#[derive(Debug, Default)]
pub(super) struct Site {
    pub(super) users: Vec<User>,
    pub(super) sessions: Vec<Session>,
    pub(super) orders: Vec<Order>,
    pub(super) redeemed: Vec<String>,
    pub(super) critical: Window,
    pub(super) by_user: BTreeMap<String, Window>,
}

impl Site {
    pub(super) fn user(&self, id: u64) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub(super) fn user_mut(&mut self, id: u64) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.id == id)
    }

    pub(super) fn add(&mut self, username: &str, password: &str) -> u64 {
        let id = self.users.iter().map(|user| user.id).max().unwrap_or(0).max(1000) + 1;
        self.users.push(User::new(id, username, password));
        id
    }

    /// Opens a session as the generation has them.
    pub(super) fn open(&mut self, user: u64, generation: Generation, (now, pending): (Timestamp, bool)) -> Session {
        let number = self.sessions.len() as u64 + 1;
        let id = random_hex::<16>();
        let short = (generation == Generation::Third).then(|| Short {
            token: random_hex::<24>(),
            ends: after(now, 15 * 60),
            renewal: random_hex::<16>(),
            before: None,
        });
        let session = Session { number, user, created: now, pending, ended: false, id, short };
        self.sessions.push(session.clone());
        session
    }
}

/// All sites.
#[derive(Debug, Default)]
pub(super) struct Sites(BTreeMap<String, Site>);

impl Sites {
    pub(super) fn at(&mut self, host: &str) -> &mut Site {
        self.0.entry(host.to_owned()).or_default()
    }

    /// Everybody has an account at every site.
    pub(super) fn welcome(&mut self, people: &[Arc<Person>]) {
        for host in HOSTS {
            let site = self.at(host);
            for person in people {
                let known =
                    site.users.iter().any(|user| user.person.as_ref().is_some_and(|known| known.id == person.id));
                if !known {
                    site.users.push(User::of(person));
                }
            }
        }
    }

    pub(super) fn rows(&self, now: Timestamp) -> Vec<SessionRow> {
        let of = |site: &Site| -> Vec<SessionRow> {
            let row = |session: &Session| {
                let person = site.user(session.user)?.person.clone()?;
                let expires = after(session.created, MONTH_S);
                let state = if session.ended || now >= expires { "expired" } else { "alive" };
                Some(SessionRow { number: session.number, person, state, created: session.created, expires })
            };
            site.sessions.iter().filter(|session| !session.pending).filter_map(row).collect()
        };
        self.0.values().flat_map(of).collect()
    }

    /// Ends sessions and, unless one session is meant, the access token as well.
    pub(super) fn end(&mut self, person: &str, only: Option<u64>, now: Timestamp) -> usize {
        let mut ended = 0;
        for site in self.0.values_mut() {
            let is = |user: &User| user.person.as_ref().is_some_and(|known| known.id == person);
            let Some(user) = site.users.iter_mut().find(|user| is(user)) else { continue };
            if only.is_none() && user.token.take().is_some() {
                ended += 1;
            }
            let id = user.id;
            let living = |session: &&mut Session| {
                let meant = only.is_none_or(|number| session.number == number);
                session.user == id && meant && !session.ended && now < after(session.created, MONTH_S)
            };
            ended += site.sessions.iter_mut().filter(living).map(|session| session.ended = true).count();
        }
        ended
    }
}

pub(super) fn after(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(at)
}
