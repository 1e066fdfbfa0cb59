//! From the caller's changes to a sealed batch: versions, expectations, manifest.

use std::collections::{BTreeMap, BTreeSet};

use crate::bytes::{Reader, put_prefixed};
use crate::error::{CommitError, ReadError, StoreFault};
use crate::keys::{Keys, KindTag};
use crate::manifest::{self, SignedStamp, Stamp};
use crate::record::{Change, Expect, MAX_BODY, MAX_COMMIT, RecordId};
use crate::recover::manifest_of;
use crate::sealed::{self, RecordKey, SealedRecord};
use crate::store::{Batch, Op, RecordStore};

/// The kind of the one record the vault keeps for itself: the names of all kinds in use. With it every record
/// can be opened without being told what it is, to check what was salvaged and to seal anew in another epoch.
/// No caller's kind can have this name.
pub(crate) const KINDS: &str = "/kinds";
/// Id of that record.
pub(crate) const KINDS_ID: [u8; 16] = [0; 16];

/// What the next commit builds on: the state after every commit planned so far, whether or not the store has
/// it yet.
pub(crate) struct Ledger {
    pub(crate) stamp: Stamp,
    kinds: BTreeSet<String>,
    /// Planned and not applied yet.
    ahead: BTreeMap<RecordKey, Option<SealedRecord>>,
}

/// A commit ready to be written.
pub(crate) struct Planned {
    pub(crate) stamp: Stamp,
    pub(crate) batch: Batch,
    /// For each change, the version it leaves.
    pub(crate) versions: Vec<u64>,
}

/// The ops of one commit while it grows.
struct Draft {
    stamp: Stamp,
    ops: BTreeMap<RecordKey, Op>,
}

impl Ledger {
    /// The ledger of a vault without records.
    pub(crate) fn empty(stamp: Stamp) -> Self {
        Self { stamp, kinds: BTreeSet::new(), ahead: BTreeMap::new() }
    }

    /// A ledger that continues what the store holds.
    pub(crate) fn new(keys: &Keys, store: &dyn RecordStore, stamp: Stamp) -> Result<Self, ReadError> {
        let kinds = read_kinds(keys, store)?;
        Ok(Self { stamp, kinds, ahead: BTreeMap::new() })
    }

    /// The names of all kinds in use, by tag.
    pub(crate) fn kinds_by_tag(&self, keys: &Keys) -> BTreeMap<KindTag, String> {
        let names = self.kinds.iter().map(String::as_str).chain([KINDS]);
        names.map(|name| (keys.kind_tag(name), name.to_owned())).collect()
    }

    /// Plans one commit. On error the ledger is as it was.
    pub(crate) fn plan(
        &mut self,
        keys: &Keys,
        store: &dyn RecordStore,
        changes: &[Change],
    ) -> Result<Planned, CommitError> {
        check_sizes(changes)?;
        let stamp = Stamp { generation: self.stamp.generation + 1, ..self.stamp };
        let mut draft = Draft { stamp, ops: BTreeMap::new() };
        let mut new_kinds = BTreeSet::new();
        for (index, change) in changes.iter().enumerate() {
            let (kind, id, expect) = change.target();
            let key = RecordKey::new(keys, kind.as_str(), id);
            let current = self.current(&draft, store, key)?;
            check(index, expect, current.as_ref())?;
            let put = match change {
                Change::Put { body, .. } => {
                    if !self.kinds.contains(kind.as_str()) {
                        new_kinds.insert(kind.as_str().to_owned());
                    }
                    Some(sealed::seal(keys, kind.as_str(), id, stamp.generation, body))
                }
                Change::Delete { .. } => None,
            };
            draft.set(keys, key, current, put)?;
        }
        if !new_kinds.is_empty() {
            new_kinds.extend(self.kinds.iter().cloned());
            self.record_kinds(keys, store, &mut draft, &new_kinds)?;
            self.kinds = new_kinds;
        }
        Ok(self.accept(keys, draft, changes.len()))
    }

    /// Plans the first commit of a new epoch: nothing changes but the keys, under which all records are counted anew.
    pub(crate) fn turn(&mut self, keys: &Keys, store: &dyn RecordStore) -> Result<Planned, StoreFault> {
        let epoch = keys.current().number;
        let manifest = manifest_of(store, keys, epoch)?.ok_or(StoreFault::Diverged)?;
        let stamp = Stamp { generation: self.stamp.generation + 1, epoch, manifest };
        Ok(self.accept(keys, Draft { stamp, ops: BTreeMap::new() }, 0))
    }

    /// Plans a commit that changes nothing.
    pub(crate) fn pass(&mut self, keys: &Keys) -> Planned {
        let stamp = Stamp { generation: self.stamp.generation + 1, ..self.stamp };
        self.accept(keys, Draft { stamp, ops: BTreeMap::new() }, 0)
    }

    /// Plans a commit that seals records anew under the present key, from the last of `places` on and until it has so
    /// many sealed bytes. Bodies and versions stay. `None` when there was nothing to seal; and how many places it saw to.
    /// What is gone meanwhile, or cannot be opened, is passed over.
    pub(crate) fn reseal(
        &mut self,
        keys: &Keys,
        store: &dyn RecordStore,
        places: &[RecordKey],
        bytes: usize,
    ) -> Result<(Option<Planned>, usize), StoreFault> {
        let current = Some(keys.current().number);
        let names = self.kinds.iter().map(String::as_str).chain([KINDS]);
        let names: BTreeMap<KindTag, &str> = names.map(|name| (keys.kind_tag(name), name)).collect();
        let stamp = Stamp { generation: self.stamp.generation + 1, ..self.stamp };
        let mut draft = Draft { stamp, ops: BTreeMap::new() };
        let (mut taken, mut size) = (0, 0);
        for key in places.iter().rev() {
            if size >= bytes {
                break;
            }
            taken += 1;
            let Some(old) = self.current(&draft, store, *key)? else { continue };
            let Some(kind) = names.get(&key.tag).filter(|_| old.epochs().any(|epoch| epoch != current)) else {
                continue;
            };
            let Ok(body) = sealed::open(keys, kind, key.id, &old) else { continue };
            let new = sealed::seal(keys, kind, key.id, old.version, &body);
            size += new.chunks.iter().map(Vec::len).sum::<usize>();
            draft.set(keys, *key, Some(old), Some(new))?;
        }
        let planned = (!draft.ops.is_empty()).then(|| self.accept(keys, draft, 0));
        Ok((planned, taken))
    }

    /// Everything planned so far is in the store.
    pub(crate) fn caught_up(&mut self) {
        self.ahead.clear();
    }

    fn current(
        &self,
        draft: &Draft,
        store: &dyn RecordStore,
        key: RecordKey,
    ) -> Result<Option<SealedRecord>, StoreFault> {
        if let Some(op) = draft.ops.get(&key) {
            return Ok(op.put.clone());
        }
        match self.ahead.get(&key) {
            Some(planned) => Ok(planned.clone()),
            None => store.get(key),
        }
    }

    fn record_kinds(
        &self,
        keys: &Keys,
        store: &dyn RecordStore,
        draft: &mut Draft,
        kinds: &BTreeSet<String>,
    ) -> Result<(), StoreFault> {
        let id = RecordId::from(KINDS_ID);
        let key = RecordKey::new(keys, KINDS, id);
        let current = self.current(draft, store, key)?;
        let mut body = Vec::new();
        kinds.iter().for_each(|kind| put_prefixed(&mut body, kind.as_bytes()));
        let put = sealed::seal(keys, KINDS, id, draft.stamp.generation, &body);
        draft.set(keys, key, current, Some(put))
    }

    fn accept(&mut self, keys: &Keys, draft: Draft, changes: usize) -> Planned {
        let stamp = draft.stamp;
        self.stamp = stamp;
        let ops: Vec<Op> = draft.ops.into_values().filter(|op| op.prior.is_some() || op.put.is_some()).collect();
        for op in &ops {
            self.ahead.insert(op.key, op.put.clone());
        }
        let batch = Batch { stamp: SignedStamp::new(keys, &stamp), ops };
        Planned { stamp, batch, versions: vec![stamp.generation; changes] }
    }
}

impl Draft {
    fn set(
        &mut self,
        keys: &Keys,
        key: RecordKey,
        current: Option<SealedRecord>,
        put: Option<SealedRecord>,
    ) -> Result<(), StoreFault> {
        let epoch = self.stamp.epoch;
        if let Some(old) = &current {
            self.stamp.manifest.remove(manifest::element(keys, epoch, &key, old).ok_or(StoreFault::Diverged)?);
        }
        if let Some(new) = &put {
            self.stamp.manifest.add(manifest::element(keys, epoch, &key, new).ok_or(StoreFault::Diverged)?);
        }
        let prior = current.map(|record| record.version);
        match self.ops.get_mut(&key) {
            Some(op) => op.put = put,
            None => {
                self.ops.insert(key, Op { key, prior, put });
            }
        }
        Ok(())
    }
}

/// The names of all kinds in a store; empty for a new one.
pub(crate) fn read_kinds(keys: &Keys, store: &dyn RecordStore) -> Result<BTreeSet<String>, ReadError> {
    let id = RecordId::from(KINDS_ID);
    let Some(record) = store.get(RecordKey::new(keys, KINDS, id))? else { return Ok(BTreeSet::new()) };
    let body = sealed::open(keys, KINDS, id, &record).map_err(|_| ReadError::Damaged { id })?;
    let mut reader = Reader::new(&body);
    let mut kinds = BTreeSet::new();
    while !reader.is_empty() {
        let name = reader.prefixed().and_then(|name| std::str::from_utf8(name).ok());
        kinds.insert(name.ok_or(ReadError::Damaged { id })?.to_owned());
    }
    Ok(kinds)
}

fn check_sizes(changes: &[Change]) -> Result<(), CommitError> {
    let mut total = 0;
    for (index, change) in changes.iter().enumerate() {
        let size = change.body_len();
        if size > MAX_BODY {
            return Err(CommitError::TooLarge { index, size });
        }
        total += size;
        if total > MAX_COMMIT {
            return Err(CommitError::TooLarge { index, size: total });
        }
    }
    Ok(())
}

fn check(index: usize, expect: Expect, current: Option<&SealedRecord>) -> Result<(), CommitError> {
    let found = current.map(|record| record.version);
    let holds = match expect {
        Expect::Any => true,
        Expect::Absent => found.is_none(),
        Expect::Version(version) => found == Some(version),
    };
    if holds { Ok(()) } else { Err(CommitError::Conflict { index, found }) }
}
