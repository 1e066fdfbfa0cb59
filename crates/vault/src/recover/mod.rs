//! From what lies in the folder to a state in which commits can be made: the second half of opening a vault.
//!
//! Head, journal and store each say how far the vault had come. When the store is sound and the journal reaches
//! from it to the target, the journal is replayed and that is all. Otherwise everything is put together again from
//! checkpoints, journals and what can be read of the store, and the manifest says whether all of it was found.

mod evidence;
mod quarantine;
mod rebuild;
mod survey;
#[cfg(test)]
mod tests;

use crate::checkpoint;
use crate::error::{OpenError, Part};
use crate::files::{self, Folder};
use crate::head::{Head, HeadFile};
use crate::journal::Journal;
use crate::keys::Keys;
use crate::manifest::Stamp;
use crate::report::OpenReport;
use crate::store::{DiskStore, RecordStore};

use evidence::{Evidence, Reach};
use quarantine::Quarantine;
use survey::Survey;
pub(crate) use survey::manifest_of;

/// A vault ready for commits.
pub(crate) struct Recovered {
    pub(crate) store: DiskStore,
    pub(crate) stamp: Stamp,
    pub(crate) journal: Journal,
    pub(crate) head: HeadFile,
    /// Generation of the newest checkpoint.
    pub(crate) checkpoint: u64,
    pub(crate) report: OpenReport,
}

/// Recovers the records of a vault whose lock is held. `header_number` is that of the header in use.
pub(crate) fn recover(folder: &Folder, keys: &Keys, header_number: u64) -> Result<Recovered, OpenError> {
    let mut evidence = Evidence::gather(folder, keys, Reach::Last)?;
    if let Some((head, _)) = &evidence.head
        && head.header_number > header_number
    {
        return Err(OpenError::RolledBack { found: header_number, expected: head.header_number });
    }
    keep_untouched(folder, &evidence)?;
    let mut survey = Survey::of(&folder.store(), keys, &evidence);
    if let Survey::Doubtful(store) = survey {
        // With older journals it may turn out to be only far behind.
        drop(store);
        evidence = Evidence::gather(folder, keys, Reach::All)?;
        survey = Survey::of(&folder.store(), keys, &evidence);
    }
    let mut quarantine = Quarantine::new(folder);
    let settled = match survey {
        Survey::Sound { store, stamp, replayed } => {
            let report = OpenReport { replayed, ..OpenReport::default() };
            Settled { store, stamp, report }
        }
        Survey::Doubtful(store) => rebuilt(folder, keys, &evidence, store, &mut quarantine)?,
    };
    files::remove(&folder.store_before())?;
    finish(folder, keys, header_number, evidence, settled, quarantine)
}

struct Settled {
    store: DiskStore,
    stamp: Stamp,
    report: OpenReport,
}

/// Opening a store after an unclean end may change it: a copy stays until all is well.
fn keep_untouched(folder: &Folder, evidence: &Evidence) -> Result<(), OpenError> {
    let (store, before) = (folder.store(), folder.store_before());
    files::remove(&before)?;
    let clean = evidence.head.as_ref().is_some_and(|(head, _)| head.clean);
    if !clean && store.is_dir() {
        files::copy_dir(&store, &before)?;
        folder.sync()?;
    }
    Ok(())
}

fn rebuilt(
    folder: &Folder,
    keys: &Keys,
    evidence: &Evidence,
    store: Option<DiskStore>,
    quarantine: &mut Quarantine<'_>,
) -> Result<Settled, OpenError> {
    let salvage = store.as_ref().map(|store| store as &dyn RecordStore);
    let rebuilt = match rebuild::rebuild(folder, keys, evidence, salvage) {
        Ok(rebuilt) => rebuilt,
        Err(error) => {
            drop(store);
            put_back(folder)?;
            return Err(error);
        }
    };
    drop(store);
    let fresh_vault = rebuilt.stamp.generation == 0 && !folder.store().exists();
    if !fresh_vault {
        for path in &rebuilt.damaged_checkpoints {
            quarantine.copy(path)?;
        }
        // Before anything is moved: from here on a crash finds a complete checkpoint.
        checkpoint::write(folder, keys, &rebuilt.stamp, &rebuilt.workbench)?;
    }
    rebuild::fill(&folder.store_fresh(), keys, &rebuilt)?;
    let old = if folder.store_before().exists() { folder.store_before() } else { folder.store() };
    quarantine.take("store", &old)?;
    files::remove(&folder.store())?;
    std::fs::rename(folder.store_fresh(), folder.store()).map_err(files::fault("replace", &folder.store()))?;
    folder.sync()?;
    let store = survey::open_caught(&folder.store())?;
    let mut report = OpenReport { rebuilt: !fresh_vault, lost: rebuilt.lost, ..OpenReport::default() };
    if !fresh_vault {
        report.damaged.push(Part::Store);
    }
    if !rebuilt.damaged_checkpoints.is_empty() {
        report.damaged.push(Part::Checkpoint);
    }
    Ok(Settled { store, stamp: rebuilt.stamp, report })
}

/// The vault stays closed: the store goes back to what it was.
fn put_back(folder: &Folder) -> Result<(), OpenError> {
    let (store, before) = (folder.store(), folder.store_before());
    if before.exists() {
        files::remove(&store)?;
        std::fs::rename(&before, &store).map_err(files::fault("replace", &store))?;
        folder.sync()?;
    }
    Ok(())
}

fn finish(
    folder: &Folder,
    keys: &Keys,
    header_number: u64,
    evidence: Evidence,
    settled: Settled,
    mut quarantine: Quarantine<'_>,
) -> Result<Recovered, OpenError> {
    let Settled { store, stamp, mut report } = settled;
    let journal_bad = evidence.journal_bad_at(&stamp);
    for (path, bad, part) in [
        (evidence.journal_path(), journal_bad, Part::Journal),
        (Some(folder.head()), evidence.head.is_none(), Part::Head),
    ] {
        if bad {
            report.damaged.push(part);
            if let Some(path) = path {
                quarantine.copy(&path)?;
            }
        }
    }
    let mut checkpoint = folder.checkpoints()?.last().map_or(0, |(generation, _)| *generation);
    let journal = match evidence.last_journal() {
        Some((path, scan)) if !journal_bad && !report.rebuilt => Journal::resume(path.clone(), scan)?,
        _ => {
            checkpoint::write(folder, keys, &stamp, &store)?;
            checkpoint = stamp.generation;
            Journal::create(folder, keys, &stamp)?
        }
    };
    let head = Head { stamp, header_number, checkpoint, clean: false };
    let head = match evidence.head {
        Some((_, seq)) => HeadFile::resume(folder, keys, &head, seq)?,
        None => HeadFile::create(folder, keys, &head, 0)?,
    };
    folder.tighten()?;
    if !report.is_quiet() {
        tracing::warn!(damaged = ?report.damaged, rebuilt = report.rebuilt, lost = ?report.lost, "the vault needed mending");
    }
    Ok(Recovered { store, stamp, journal, head, checkpoint, report })
}
