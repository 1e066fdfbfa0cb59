//! Domain types as record bodies, and back. The one place that turns a credential into bytes, and the only one of
//! this crate that names the vault's records.
//!
//! Bodies are JSON: they say what they are, so a later version can add a field without touching what is stored.

mod chronicle;
mod counters;
mod credential;
mod login;
mod past;
mod pool;
pub(crate) mod portable;
mod records;
mod schema;
mod store;
mod trash;

pub(crate) use chronicle::{StoredChronicle, StoredDeed};
pub(crate) use counters::{SHARDS, StoredCounters, shard_of};
pub(crate) use login::PendingLogin;
pub(crate) use past::Past;
pub(crate) use pool::{StoredMember, StoredPool};
pub(crate) use portable::{Portable, PortableAccount, PortablePool};
pub(crate) use records::{Ledger, Schedule, StoredAccount, Upkeep};
pub(crate) use roster_vault::RecordId;
pub(crate) use schema::{KINDS, SCHEMA_KIND, Schema, understood};
pub(crate) use store::{Batch, Contents, Store, USAGE_ERROR};
pub(crate) use trash::{Trashed, TrashedThing};
