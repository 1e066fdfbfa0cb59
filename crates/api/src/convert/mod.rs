//! From the engine's types to the wire's and back. Nothing here reads a secret.

mod account;
mod event;
mod health;
mod login;
mod login_form;
mod metrics;
mod operation;
mod platform;
mod pool;
mod query;
mod quota;
mod settings;
mod snapshots;
mod transfer;
mod trash;
mod usage;
mod vault;
mod vault_keys;

pub(crate) use metrics::prometheus;
pub(crate) use query::{
    account_id, account_id_of, account_ids, few_enough, login_id, platform_id, selection, to_query,
};
