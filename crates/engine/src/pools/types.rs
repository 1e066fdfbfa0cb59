//! What goes into and comes out of the pool operations.

use std::sync::Arc;

use jiff::Timestamp;
use roster_domain::{AccountId, AccountStatus, Member, PlatformId, PoolId, Strategy};

use crate::{AccountView, NobodyReady};

/// A pool to make.
#[derive(Debug, Clone, Default)]
pub struct NewPool {
    /// Its name, 1 to 100 characters.
    pub name: String,
    /// The platform all its members are on.
    pub platform: PlatformId,
    /// What it is for.
    pub description: String,
    /// How it chooses.
    pub strategy: Strategy,
    /// How many members it may have; no limit when `None`.
    pub max_size: Option<u32>,
}

/// Changes to a pool; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct PoolPatch {
    /// A new name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// How it chooses.
    pub strategy: Option<Strategy>,
    /// How many members it may have; `Some(None)` takes the limit away.
    pub max_size: Option<Option<u32>>,
}

/// A pool without its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolView {
    /// The public id.
    pub pool_id: PoolId,
    /// The numeric id.
    pub number: u64,
    /// Its name.
    pub name: String,
    /// The platform all its members are on.
    pub platform: PlatformId,
    /// What it is for.
    pub description: String,
    /// How it chooses.
    pub strategy: Strategy,
    /// How many members it may have.
    pub max_size: Option<u32>,
    /// How many it has.
    pub member_count: u64,
    /// How many of them are ready to be chosen.
    pub ready_count: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// One member with its account.
#[derive(Debug, Clone)]
pub struct MemberView {
    /// Its place in the pool.
    pub member: Member,
    /// Who it is.
    pub account: AccountView,
}

/// Some of a pool's members, in the order they came.
#[derive(Debug, Clone)]
pub struct MemberPage {
    /// The members.
    pub members: Vec<MemberView>,
    /// How many there are in all.
    pub total: u64,
}

/// Why this account and not another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The rule that chose.
    pub strategy: Strategy,
    /// Its priority in this pool.
    pub priority: u8,
    /// How often it had been used before.
    pub use_count: u64,
    /// When it had last been used before.
    pub last_used_at: Option<Timestamp>,
    /// How many members were ready.
    pub ready: u64,
    /// What kept the others out.
    pub others: NobodyReady,
}

/// The account that a pool chose.
#[derive(Debug, Clone)]
pub struct Selected {
    /// What does not change from one choice to the next; shared, so that choosing copies nothing.
    pub card: Arc<Card>,
    /// Why, where asked for.
    pub explanation: Option<Box<Explanation>>,
}

/// Who was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The public id.
    pub account_id: AccountId,
    /// Its platform.
    pub platform: PlatformId,
    /// Its name.
    pub account_name: String,
    /// Where it stands: always active.
    pub status: AccountStatus,
}
