//! Which records were not as they should be, for the report.

use std::collections::BTreeMap;

use crate::keys::KindTag;
use crate::report::{Named, Trouble};
use crate::sealed::{RecordKey, SealedRecord};
use crate::store::Op;

use super::rebuild::Pile;

/// A record as it lay in the store when a commit of the journal was replayed over it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stale {
    generation: u64,
    key: RecordKey,
    trouble: Trouble,
}

impl Stale {
    pub(super) fn of(generation: u64, op: &Op) -> Self {
        let trouble = if op.prior.is_none() { Trouble::Missing } else { Trouble::Older };
        Self { generation, key: op.key, trouble }
    }
}

/// Names what the store should have had by itself: it was flushed at this generation.
pub(super) fn taken_back(stale: &[Stale], flushed: u64, kinds: &BTreeMap<KindTag, String>) -> Vec<Named> {
    let mut first: BTreeMap<RecordKey, Trouble> = BTreeMap::new();
    for record in stale.iter().filter(|record| record.generation <= flushed) {
        first.entry(record.key).or_insert(record.trouble);
    }
    first.into_iter().map(|(key, trouble)| named(key, trouble, true, kinds)).collect()
}

/// Names where a store that was read differs from what was put together. What was committed after `flushed` need
/// not be in it.
pub(super) fn differences(
    store: &BTreeMap<RecordKey, SealedRecord>,
    pile: &Pile,
    flushed: u64,
    kinds: &BTreeMap<KindTag, String>,
) -> Vec<Named> {
    let mut names = Vec::new();
    for (key, right) in &pile.records {
        let trouble = match store.get(key) {
            Some(found) if found == right => continue,
            _ if right.version > flushed => continue,
            None => Trouble::Missing,
            Some(found) if found.version < right.version => Trouble::Older,
            Some(_) => Trouble::Changed,
        };
        names.push((*key, trouble, !pile.behind.contains(key)));
    }
    for (key, found) in store.iter().filter(|(key, _)| !pile.records.contains_key(key)) {
        match pile.deleted.get(key) {
            Some(generation) if *generation > flushed => {}
            Some(generation) if *generation > found.version => names.push((*key, Trouble::Older, true)),
            _ if pile.unopened.contains(key) => names.push((*key, Trouble::Changed, false)),
            _ => names.push((*key, Trouble::Added, true)),
        }
    }
    names.into_iter().map(|(key, trouble, mended)| named(key, trouble, mended, kinds)).collect()
}

fn named(key: RecordKey, trouble: Trouble, mended: bool, kinds: &BTreeMap<KindTag, String>) -> Named {
    Named { kind: kinds.get(&key.tag).cloned(), id: key.id, trouble, mended }
}
