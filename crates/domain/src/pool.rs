//! Sets of accounts to choose from.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AccountId, PlatformId, PoolId, Priority};

/// The rule by which a pool chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// One after the other, evenly.
    #[default]
    RoundRobin,
    /// Any.
    Random,
    /// The highest priority; in turn among equals.
    Priority,
    /// The one used least often; the one unused longest among equals.
    LeastUsed,
}

impl Strategy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::RoundRobin, Self::Random, Self::Priority, Self::LeastUsed];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RoundRobin => "round_robin",
            Self::Random => "random",
            Self::Priority => "priority",
            Self::LeastUsed => "least_used",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no strategy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown strategy: use round_robin, random, priority or least_used")]
pub struct UnknownStrategy;

impl FromStr for Strategy {
    type Err = UnknownStrategy;
    fn from_str(text: &str) -> Result<Self, UnknownStrategy> {
        Self::ALL.into_iter().find(|strategy| strategy.as_str() == text).ok_or(UnknownStrategy)
    }
}

/// An account's place in a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Which account.
    pub account_id: AccountId,
    /// Its priority in this pool; the account's own unless said.
    pub priority: Option<Priority>,
    /// Since when.
    pub added_at: Timestamp,
}

/// A pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// The public id.
    pub id: PoolId,
    /// The numeric id of the contract.
    pub number: u64,
    /// Its name.
    pub name: String,
    /// The platform all members are on.
    pub platform: PlatformId,
    /// What it is for.
    pub description: String,
    /// How it chooses.
    pub strategy: Strategy,
    /// How many members it may have; no limit when `None`.
    pub max_size: Option<u32>,
    /// Its members, in the order they came.
    pub members: Vec<Member>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
