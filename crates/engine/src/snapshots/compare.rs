//! What differs between now and then, and what of it may go back.
//!
//! What the owner says about an account goes back: its name, labels, notes, whether it is in use. What the platform said
//! does not: checks and their results stay as they are now. A session goes back only where the present one is not known
//! to live, because the older one may have been replaced at the platform when the newer one came.

use std::collections::BTreeSet;

use roster_domain::{Account, AccountId, AccountStatus, PoolId};

use crate::{
    book::Book,
    storage::{Past, StoredAccount},
};

/// What restoring would do to one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Difference {
    /// It is not there now.
    ComesBack,
    /// It is there and not as it was.
    Changes {
        /// Its session goes back as well.
        session: bool,
    },
    /// It is as it was, as far as anything would go back.
    Same,
}

/// Whether the owner says the same about both.
pub(crate) fn said_the_same(one: &Account, other: &Account) -> bool {
    let same_name = one.name_is_own == other.name_is_own && (!one.name_is_own || one.name == other.name);
    same_name
        && one.account_type == other.account_type
        && one.disabled == other.disabled
        && one.priority == other.priority
        && one.tags == other.tags
        && one.metadata == other.metadata
        && one.user_id == other.user_id
        && one.project_id == other.project_id
        && one.note == other.note
}

/// Whether `then` has a session that should take the place of the present one.
pub(crate) fn session_goes_back(now: &Account, then: &Account) -> bool {
    let differs = then.credential_hash.is_some() && then.credential_hash != now.credential_hash;
    let lives = now.status == AccountStatus::Active && now.credential_hash.is_some();
    let same_person = match (&now.identity, &then.identity) {
        (Some(now), Some(then)) => now == then,
        _ => true,
    };
    differs && !lives && same_person
}

/// What restoring would do to an account of the past.
pub(crate) fn difference(book: &Book, then: &StoredAccount) -> Difference {
    match book.get(&then.account.id) {
        None => Difference::ComesBack,
        Some(row) => {
            let session = session_goes_back(&row.account, &then.account);
            let same_way = row.account.proxy_hash == then.account.proxy_hash;
            if session || !same_way || !said_the_same(&row.account, &then.account) {
                Difference::Changes { session }
            } else {
                Difference::Same
            }
        }
    }
}

/// The pools that come, go or change when everything is restored.
pub(crate) fn changed_pools(book: &Book, past: &Past) -> BTreeSet<PoolId> {
    let mut changed: BTreeSet<PoolId> = book.pools.keys().filter(|id| !past.pools.contains_key(*id)).cloned().collect();
    for (id, (_, then)) in &past.pools {
        let same = book.pools.get(id).is_some_and(|live| {
            let members = live.in_order().into_iter();
            let now: BTreeSet<AccountId> =
                members.filter_map(|(slot, _)| Some(book.row(slot)?.account.id.clone())).collect();
            let before = past.members.get(id).into_iter().flat_map(|members| members.keys());
            let before: BTreeSet<AccountId> = before.filter(|id| past.accounts.contains_key(*id)).cloned().collect();
            said_of_pool(live.stored()) == said_of_pool(then) && now == before
        });
        if !same {
            changed.insert(id.clone());
        }
    }
    changed
}

fn said_of_pool(pool: &crate::storage::StoredPool) -> impl PartialEq + '_ {
    (&pool.name, &pool.description, pool.strategy, pool.max_size)
}
