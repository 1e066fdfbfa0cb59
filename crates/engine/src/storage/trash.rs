//! What was deleted and can still come back.
//!
//! The record has the id that the account's or pool's own record had. A deleted account's credential, history, uses
//! and numbers stay where they are, under the same id: nobody finds them without the account's record, and they go
//! when the trash does.

use std::collections::BTreeMap;

use jiff::Timestamp;
use roster_domain::{AccountId, PoolId};
use serde::{Deserialize, Serialize};

use super::{StoredAccount, StoredMember, StoredPool};

/// The record of something deleted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Trashed {
    /// When.
    pub(crate) deleted_at: Timestamp,
    /// What.
    pub(crate) thing: TrashedThing,
}

/// What was deleted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TrashedThing {
    /// An account, with its places in pools.
    Account {
        /// Its overview; the counters are those of the moment.
        stored: Box<StoredAccount>,
        /// Where it was a member.
        pools: Vec<(PoolId, StoredMember)>,
    },
    /// A pool, with its members.
    Pool {
        /// The pool.
        stored: StoredPool,
        /// Its members.
        members: BTreeMap<AccountId, StoredMember>,
    },
}
