//! Accounts: made, found, changed, deleted, and what is counted about them.

mod bulk;
mod cookies;
mod create;
mod delete;
mod kept;
mod list;
mod numbers;
mod paste;
mod quotas;
mod ration;
mod rules;
mod types;
mod update;
mod usage;
mod wallet;

pub use bulk::{BulkChanged, BulkPatch};
pub use cookies::CookieKey;
pub use types::{
    AccountPage, AccountPatch, AccountQuery, AccountRef, AccountStats, AccountView, Facets, Forecast, MaskedCookie,
    NeedsMe, NewAccount, PoolLabel, SortKey, UsageReport,
};

pub use kept::AccountOwn;
pub use wallet::{Wallet, WalletRow};

pub(crate) use create::Birth;
pub(crate) use kept::{carry_over, kept_name, without_kept};
pub(crate) use paste::{PasteError, read_cookies};
pub(crate) use quotas::sound;
pub(crate) use ration::Ration;
pub(crate) use rules::{foreign_id_ok, name_ok, parse_cookies, priority_ok, text_ok};
pub(crate) use update::set_in_use;

#[cfg(test)]
mod cookie_tests;
#[cfg(test)]
mod quota_tests;
#[cfg(test)]
mod tests;
