//! Accounts: made, found, changed, deleted, and what is counted about them.

mod types;

pub use types::{
    AccountPage, AccountPatch, AccountQuery, AccountRef, AccountStats, AccountView, Facets, Forecast, MaskedCookie,
    NeedsMe, NewAccount, PoolLabel, SortKey, UsageReport,
};
