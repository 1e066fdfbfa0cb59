//! Pools and their members. Members are spread over up to 256 records a pool, so that adding one writes little.

use std::collections::BTreeMap;

use jiff::Timestamp;
use roster_domain::{AccountId, PlatformId, PoolId, Priority, Strategy};
use serde::{Deserialize, Serialize};

/// The record of a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredPool {
    /// The public id.
    pub(crate) id: PoolId,
    /// The numeric id.
    pub(crate) number: u64,
    /// Its name.
    pub(crate) name: String,
    /// The platform of its members.
    pub(crate) platform: PlatformId,
    /// What it is for.
    #[serde(default)]
    pub(crate) description: String,
    /// How it chooses.
    #[serde(default)]
    pub(crate) strategy: Strategy,
    /// How many members it may have.
    #[serde(default)]
    pub(crate) max_size: Option<u32>,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// When it was last changed.
    pub(crate) updated_at: Timestamp,
}

/// A member's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredMember {
    /// Its priority in this pool.
    #[serde(default)]
    pub(crate) priority: Option<Priority>,
    /// Since when.
    pub(crate) added_at: Timestamp,
    /// Its place in the order in which members came.
    pub(crate) order: u64,
}

/// The members of one pool in one shard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct MemberShard {
    pub(super) pool: PoolId,
    pub(super) members: BTreeMap<AccountId, StoredMember>,
}
