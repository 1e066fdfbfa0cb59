//! The nouns of Roster: accounts, credentials, health, pools, usage, and the types that keep secrets from
//! leaking. No I/O, no clock, no randomness: whoever makes an id passes the entropy in, whoever needs the
//! time passes the time in. Every other crate speaks in these words.

mod account;
mod cookie;
mod credential;
mod health;
mod id;
mod platform;
mod pool;
mod profile;
mod quota;
mod secret;
mod usage;

pub use account::{Account, AccountStatus, AccountType, LastCheck, Priority, PriorityOutOfRange, UnknownStatus};
pub use cookie::{Cookie, CookieJar, CookieParseError, SameSite};
pub use credential::{Credential, Precedence};
pub use health::{Evidence, HealthRecord, Reason, Verdict};
pub use id::{AccountId, InvalidId, LoginId, PoolId};
pub use platform::{InvalidPlatformId, PlatformId};
pub use pool::{Member, Pool, Strategy, UnknownStrategy};
pub use profile::{Number, Numbers, Profile};
pub use quota::{Quota, QuotaUnit, Quotas};
pub use secret::Secret;
pub use usage::{UsageCounters, UsageEntry};
