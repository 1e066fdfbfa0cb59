//! What goes over the wire: `*Request` and `*Query` come in, `*View` and `*Summary` go out. Where the account
//! management contract names a field, it has that name here; what it has not foreseen stands under `more`, which
//! is only there when `?view=full` asks for it.

pub mod account;
pub mod account_list;
pub mod account_owner;
pub mod event;
pub mod health;
pub mod history;
pub mod job;
pub mod login;
pub mod login_form;
pub mod metrics;
pub mod operation;
pub mod platform;
pub mod pool;
pub mod profile;
pub mod proxy;
pub mod quota;
pub mod settings;
pub mod snapshots;
pub mod transfer;
pub mod trash;
pub mod usage;
pub mod vault;
pub mod vault_keys;
pub mod windows;
pub mod words;

use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};

/// How much of a thing an answer shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Detail {
    /// What the contract lists.
    #[default]
    Plain,
    /// That, and everything else under `more`.
    Full,
}

/// Tells a field that is `null` (`Some(None)`) from one that was left out (`None`).
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Asks for more than the contract lists.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ViewQuery {
    /// `full` adds the key `more`.
    #[serde(default)]
    #[param(inline)]
    pub view: Detail,
}
