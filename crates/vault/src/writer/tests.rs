//! The writer among failing parts, one step at a time and without its thread.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use roster_domain::Secret;

use super::*;
use crate::keys::KindTag;
use crate::manifest::SignedStamp;
use crate::record::{Expect, Kind, RecordId};
use crate::report::OpenReport;
use crate::sealed::{RecordKey, SealedRecord};
use crate::store::{Batch, Visit};
use crate::{KdfParams, Vault, opening};

const NOTE: Kind = Kind::new("note");

fn password() -> Secret<String> {
    Secret::from("one step at a time")
}

fn writer(dir: &Path) -> Writer {
    let (found, _) = tokio::sync::mpsc::unbounded_channel();
    Writer::new(opening::create(dir, &password(), KdfParams::floor(), None).unwrap(), found).unwrap().0
}

fn put(id: u8) -> Vec<Change> {
    let body = vec![id; 20].into();
    vec![Change::Put { kind: NOTE, id: RecordId::from([id; 16]), body, expect: Expect::Any }]
}

fn commit(writer: &mut Writer, id: u8) -> Result<Vec<u64>, CommitError> {
    let mut results = Vec::new();
    writer.commit(&[put(id)], &mut results)?;
    results.pop().unwrap()
}

/// What a new process finds: which notes, and what opening took.
fn found(dir: &Path) -> (Vec<u8>, OpenReport) {
    let (vault, report) = Vault::open(dir, &password()).unwrap();
    (vault.load(NOTE).unwrap().iter().map(|record| record.body[0]).collect(), report)
}

#[test]
fn a_commit_that_the_disk_refused_is_not_made_and_the_next_one_is() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = writer(dir.path());
    let first = commit(&mut writer, 1).unwrap();
    writer.journal.break_disk();
    let refused = commit(&mut writer, 2).unwrap_err();
    assert!(matches!(refused, CommitError::Journal { action: "write", .. }), "{refused:?}");
    let third = commit(&mut writer, 3).unwrap();
    assert!(third > first);
    // As killed: what is promised is on disk already.
    drop(writer);
    assert_eq!(found(dir.path()).0, [1, 3]);
}

#[test]
fn while_no_journal_can_be_made_every_commit_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = writer(dir.path());
    commit(&mut writer, 1).unwrap();
    writer.journal.break_disk();
    assert!(matches!(commit(&mut writer, 2), Err(CommitError::Journal { .. })));
    // A folder in the place of the file that would become the new journal.
    let blocked = writer.folder.journal(writer.stamp.generation).with_extension("tmp");
    std::fs::create_dir(&blocked).unwrap();
    for _ in 0..2 {
        assert!(matches!(commit(&mut writer, 3), Err(CommitError::Journal { action: "create", .. })));
    }
    std::fs::remove_dir(&blocked).unwrap();
    commit(&mut writer, 4).unwrap();
    writer.close().unwrap();
    drop(writer);
    assert_eq!(found(dir.path()), (vec![1, 4], OpenReport::default()));
}

/// A store that panics at some call, as sled does on damage.
struct Panicking {
    store: Box<dyn RecordStore>,
    calls_left: AtomicU32,
}

impl Panicking {
    fn count(&self) -> &dyn RecordStore {
        let left = self.calls_left.fetch_sub(1, Ordering::SeqCst);
        assert!(left != 1, "the store falls over");
        &*self.store
    }
}

impl RecordStore for Panicking {
    fn load(&self, tag: KindTag) -> Result<Vec<(RecordKey, SealedRecord)>, StoreFault> {
        self.count().load(tag)
    }

    fn get(&self, key: RecordKey) -> Result<Option<SealedRecord>, StoreFault> {
        self.count().get(key)
    }

    fn apply(&self, batch: &Batch) -> Result<(), StoreFault> {
        self.count().apply(batch)
    }

    fn flush(&self) -> Result<(), StoreFault> {
        self.count().flush()
    }

    fn stamp(&self) -> Result<Option<SignedStamp>, StoreFault> {
        self.count().stamp()
    }

    fn snapshot(&self, visit: &mut Visit<'_>) -> Result<(), StoreFault> {
        self.count().snapshot(visit)
    }
}

#[test]
fn a_store_that_panics_at_any_call_costs_no_commit() {
    for calls_left in 1..8 {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = writer(dir.path());
        commit(&mut writer, 1).unwrap();
        let store = writer.shelf.take().unwrap();
        writer.shelf.put(Box::new(Panicking { store, calls_left: AtomicU32::new(calls_left) }));
        for id in 2..6 {
            commit(&mut writer, id).unwrap();
            let key = RecordKey::new(&writer.keys, NOTE.as_str(), RecordId::from([id; 16]));
            let read = writer.shelf.read(|store| store.get(key));
            assert!(
                read.is_err() || read.is_ok_and(|record| record.is_some()),
                "a read says what is stored or that it cannot"
            );
        }
        writer.close().unwrap();
        drop(writer);
        assert_eq!(found(dir.path()), (vec![1, 2, 3, 4, 5], OpenReport::default()), "call {calls_left}");
    }
}

#[test]
fn a_reader_that_met_a_fault_gets_a_store_again() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::create(dir.path(), &password(), KdfParams::floor()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(vault.apply(put(1))).unwrap();
    let store = vault.shelf().take().unwrap();
    vault.shelf().put(Box::new(Panicking { store, calls_left: AtomicU32::new(1) }));
    assert_eq!(vault.load(NOTE).unwrap().len(), 1, "it is opened again before the answer");
    runtime.block_on(vault.apply(put(2))).unwrap();
    assert_eq!(vault.load(NOTE).unwrap().len(), 2);
}

#[test]
fn commits_of_a_group_see_each_other_and_share_what_goes_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = writer(dir.path());
    let absent = |id: u8| {
        vec![Change::Put { kind: NOTE, id: RecordId::from([id; 16]), body: vec![id].into(), expect: Expect::Absent }]
    };
    let mut results = Vec::new();
    writer.commit(&[absent(1), absent(1), absent(2)], &mut results).unwrap();
    let versions: Vec<_> = results.iter().map(|result| result.as_ref().ok().map(|versions| versions[0])).collect();
    assert_eq!(versions, [Some(1), None, Some(2)]);
    assert!(matches!(results[1], Err(CommitError::Conflict { index: 0, found: Some(1) })));
    writer.journal.break_disk();
    assert!(writer.commit(&[absent(3), absent(4)], &mut Vec::new()).is_err());
    drop(writer);
    assert_eq!(found(dir.path()).0, [1, 2]);
}

#[test]
fn a_checkpoint_comes_after_two_hundred_commits_and_two_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = writer(dir.path());
    let names = |writer: &Writer| {
        let generations =
            |files: Vec<(u64, std::path::PathBuf)>| files.into_iter().map(|(number, _)| number).collect::<Vec<_>>();
        (generations(writer.folder.checkpoints().unwrap()), generations(writer.folder.journals().unwrap()))
    };
    for number in 1..=620_u64 {
        commit(&mut writer, (number % 50) as u8).unwrap();
        writer.checkpoint_took = Duration::ZERO;
        writer.checkpoint_if_due();
        let newest = number / 200 * 200;
        let kept: Vec<u64> = if newest == 0 { vec![0] } else { vec![newest - 200, newest] };
        assert_eq!(names(&writer), (kept.clone(), kept), "after {number} commits");
    }
}
