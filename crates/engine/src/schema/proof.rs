//! The proof after a migration, and the way back without it.

use std::collections::BTreeMap;

use roster_vault::{Kind, Record, RecordId, Snapshot};

use crate::{
    Error,
    storage::{Batch, KINDS, Store, understood},
};

/// What a migration must not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Loss {
    /// Records are gone, or there are more than before.
    #[error(
        "after bringing the records to a newer form {found} of {expected} records of the kind {kind} were there; everything was put back"
    )]
    Other {
        /// The kind.
        kind: &'static str,
        /// How many there were.
        expected: u64,
        /// How many of those there are.
        found: u64,
    },
    /// A record cannot be understood any more.
    #[error(
        "after bringing the records to a newer form {count} of the kind {kind} could not be understood; everything was put back"
    )]
    NotUnderstood {
        /// The kind.
        kind: &'static str,
        /// How many.
        count: u64,
    },
}

fn read_error(error: roster_vault::ReadError) -> Error {
    Error::storage("prove a migration", error)
}

fn by_id(records: Vec<Record>) -> BTreeMap<RecordId, Record> {
    records.into_iter().map(|record| (record.id, record)).collect()
}

/// Whether every record that was there is there, and can be understood if it could before; how many there are.
pub(super) fn nothing_lost(store: &Store, before: &Snapshot) -> Result<Result<u64, Loss>, Error> {
    let mut total = 0;
    for kind in KINDS {
        let then = by_id(before.load(kind).map_err(read_error)?);
        let now = by_id(store.all(kind)?);
        let (expected, kept) = (then.len() as u64, then.keys().filter(|id| now.contains_key(*id)).count() as u64);
        if kept != expected || now.len() as u64 != expected {
            let found = if kept == expected { now.len() as u64 } else { kept };
            return Ok(Err(Loss::Other { kind: kind.as_str(), expected, found }));
        }
        let bad = |records: &BTreeMap<RecordId, Record>| {
            records.values().filter(|record| !understood(kind, record)).count() as u64
        };
        let (before_bad, now_bad) = (bad(&then), bad(&now));
        if now_bad > before_bad {
            return Ok(Err(Loss::NotUnderstood { kind: kind.as_str(), count: now_bad - before_bad }));
        }
        total += expected;
    }
    Ok(Ok(total))
}

/// What makes all records what they were.
pub(super) fn back_to(store: &Store, before: &Snapshot) -> Result<Batch, Error> {
    let mut batch = Batch::new();
    let all: Vec<Kind> = KINDS.into_iter().chain([crate::storage::SCHEMA_KIND]).collect();
    for kind in all {
        let then = by_id(before.load(kind).map_err(read_error)?);
        let now = by_id(store.all(kind)?);
        for record in now.keys().filter(|id| !then.contains_key(*id)) {
            batch.take_away(kind, *record);
        }
        for (id, record) in then {
            if now.get(&id).is_none_or(|now| now.body != record.body) {
                batch.put_back(kind, id, record.body);
            }
        }
    }
    Ok(batch)
}
