//! From what lies in the folder to a state in which commits can be made: the second half of opening a vault.
//!
//! Head, journal and store each say how far the vault had come. When the store is sound and the journal reaches
//! from it to the target, the journal is replayed and that is all. Otherwise everything is put together again from
//! checkpoints, journals and what can be read of the store, and the manifest says whether all of it was found.

mod evidence;
mod naming;
mod quarantine;
mod rebuild;
mod survey;
#[cfg(test)]
mod tests;
mod watched;

use crate::checkpoint;
use crate::error::{OpenError, Part};
use crate::files::{self, Folder};
use crate::head::{Head, HeadFile};
use crate::imprint::{self, Imprint};
use crate::journal::Journal;
use crate::keys::Keys;
use crate::manifest::Stamp;
use crate::report::{Loss, OpenReport};
use crate::store::{DiskStore, RecordStore};

use evidence::{Evidence, Reach};
use survey::{Sound, Survey};

pub(crate) use quarantine::Quarantine;
pub(crate) use survey::Depth;
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
    recover_looking(folder, keys, header_number, Depth::Tags)
}

/// [`recover`], looking at the store as closely as asked.
pub(crate) fn recover_looking(
    folder: &Folder,
    keys: &Keys,
    header_number: u64,
    depth: Depth,
) -> Result<Recovered, OpenError> {
    let mut evidence = Evidence::gather(folder, keys, Reach::Last)?;
    if let Some((head, _)) = &evidence.head
        && head.header_number > header_number
    {
        return Err(OpenError::RolledBack { found: header_number, expected: head.header_number });
    }
    let imprint = keep_untouched(folder, keys, &evidence)?;
    let mut survey = Survey::of(&folder.store(), keys, &evidence, depth)?;
    if let Survey::Doubtful(store) = survey {
        // With older journals it may turn out to be only far behind.
        drop(store);
        evidence = Evidence::gather(folder, keys, Reach::All)?;
        survey = Survey::of(&folder.store(), keys, &evidence, depth)?;
    }
    let mut quarantine = Quarantine::new(folder);
    let mut settled = match survey {
        Survey::Sound(sound) => found_sound(sound, keys, &evidence, imprint),
        Survey::Doubtful(store) => rebuilt(folder, keys, &evidence, read_all(folder, store), &mut quarantine)?,
        Survey::Hung => rebuilt(folder, keys, &evidence, None, &mut quarantine)?,
    };
    for (path, part) in &evidence.foreign {
        settled.report.damage(*part);
        quarantine.take(path.file_name().unwrap_or_default(), path)?;
    }
    keep_or_let_go(folder, &settled, &mut quarantine)?;
    finish(folder, keys, header_number, evidence, settled, quarantine)
}

struct Settled {
    store: DiskStore,
    stamp: Stamp,
    report: OpenReport,
}

/// Opening a store may change its files when they are not what they were at the close: a copy stays until all is
/// well. One that an interrupted opening left is older than what sled did then.
fn keep_untouched(folder: &Folder, keys: &Keys, evidence: &Evidence) -> Result<Imprint, OpenError> {
    let (store, copy) = (folder.store(), folder.store_opening());
    let imprint = match &evidence.head {
        Some((head, _)) if head.clean => imprint::compare(folder, keys, &head.stamp)?,
        _ => Imprint::Unknown,
    };
    #[cfg(test)]
    if crate::faults::mutated(crate::faults::Mutation::NoCopy) {
        return Ok(imprint);
    }
    if imprint != Imprint::Fits && store.is_dir() && !copy.exists() {
        let unfinished = copy.with_extension("copy");
        files::remove(&unfinished)?;
        files::copy_dir(&store, &unfinished)?;
        std::fs::rename(&unfinished, &copy).map_err(files::fault("replace", &copy))?;
        folder.sync()?;
    }
    Ok(imprint)
}

/// The copy made before the opening: evidence when the store was damaged; else it goes with the next checkpoint.
fn keep_or_let_go(folder: &Folder, settled: &Settled, quarantine: &mut Quarantine<'_>) -> Result<(), OpenError> {
    let (copy, before) = (folder.store_opening(), folder.store_before());
    if settled.report.damaged.contains(&Part::Store) {
        quarantine.take("store", &copy)?;
    } else if copy.exists() {
        files::remove(&before)?;
        std::fs::rename(&copy, &before).map_err(files::fault("replace", &before))?;
    }
    Ok(())
}

fn found_sound(sound: Sound, keys: &Keys, evidence: &Evidence, imprint: Imprint) -> Settled {
    let Sound { store, found, stamp, stale } = sound;
    let replayed = stamp.generation.saturating_sub(found.generation);
    if replayed > 0
        && let Err(fault) = watched::caught(|| store.flush())
    {
        // They are in the journal still; it is one file less that has them.
        tracing::warn!(%fault, "replayed commits were not brought to the disk");
    }
    let mut report = OpenReport { replayed, ..OpenReport::default() };
    if found.generation < evidence.flushed() {
        // No unclean end explains it: the store was on disk up to there.
        report.damage(Part::Store);
        let kinds = watched::caught(|| survey::kinds_of(&store, keys)).unwrap_or_default();
        report.name(naming::taken_back(&stale, evidence.flushed(), &kinds));
    }
    if imprint == Imprint::Differs {
        report.damage(Part::Store);
    }
    Settled { store, stamp, report }
}

/// Every record of a doubtful store, as far as it can be read.
fn read_all(folder: &Folder, store: Option<DiskStore>) -> Option<rebuild::Records> {
    let store = match store {
        Some(store) => store,
        // sled panicked over it: what it gives up to there, counts.
        None if folder.store().is_dir() => watched::open(&folder.store()).ok()?,
        None => return None,
    };
    let mut records = rebuild::Records::new();
    drop(watched::walk(store, &mut |key, record| drop(records.insert(key, record))));
    Some(records)
}

fn rebuilt(
    folder: &Folder,
    keys: &Keys,
    evidence: &Evidence,
    found: Option<rebuild::Records>,
    quarantine: &mut Quarantine<'_>,
) -> Result<Settled, OpenError> {
    let rebuilt = match rebuild::rebuild(folder, keys, evidence, found.as_ref()) {
        Ok(rebuilt) => rebuilt,
        Err(error) => {
            put_back(folder)?;
            return Err(error);
        }
    };
    let fresh_vault = rebuilt.stamp.generation == 0 && !folder.store().exists();
    if !fresh_vault {
        for path in &rebuilt.damaged_checkpoints {
            quarantine.copy(path)?;
        }
        // Before anything is moved: from here on a crash finds a complete checkpoint.
        checkpoint::write(folder, keys, &rebuilt.stamp, &rebuilt.workbench)?;
    }
    rebuild::fill(&folder.store_fresh(), keys, &rebuilt)?;
    let old = if folder.store_opening().exists() { folder.store_opening() } else { folder.store() };
    quarantine.take("store", &old)?;
    files::remove(&folder.store())?;
    std::fs::rename(folder.store_fresh(), folder.store()).map_err(files::fault("replace", &folder.store()))?;
    folder.sync()?;
    let store = watched::open(&folder.store())?;
    let mut report = OpenReport { rebuilt: !fresh_vault, lost: rebuilt.lost, ..OpenReport::default() };
    if !fresh_vault {
        report.damage(Part::Store);
    }
    if !rebuilt.damaged_checkpoints.is_empty() {
        report.damage(Part::Checkpoint);
    }
    report.name(rebuilt.records);
    Ok(Settled { store, stamp: rebuilt.stamp, report })
}

/// The vault stays closed: the store goes back to what it was.
fn put_back(folder: &Folder) -> Result<(), OpenError> {
    let (store, copy) = (folder.store(), folder.store_opening());
    if copy.exists() {
        files::remove(&store)?;
        std::fs::rename(&copy, &store).map_err(files::fault("replace", &store))?;
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
    let bad_journal = evidence.journal_path().filter(|_| journal_bad);
    if journal_bad {
        report.damage(Part::Journal);
    }
    if let Some(path) = &bad_journal {
        quarantine.copy(path)?;
    }
    if evidence.copy_damaged {
        quarantine.copy(&folder.journal_copy())?;
    }
    if !evidence.head_whole {
        report.damage(Part::Head);
        quarantine.copy(&folder.head())?;
    }
    if evidence.head.is_none() && evidence.last_journal().is_none() {
        // Nothing is left that could say how far the vault had come: what is here may be all, and may be older.
        let count = stamp.manifest.count;
        report.lost.get_or_insert(Loss { expected: count, found: count });
    }
    let known = folder.checkpoints()?.into_iter().map(|(generation, _)| generation);
    let mut checkpoint = known.filter(|generation| *generation <= stamp.generation).max().unwrap_or(0);
    let journal = match evidence.last_journal() {
        Some((path, scan)) if !journal_bad && !report.rebuilt => Journal::resume(folder, path.clone(), scan)?,
        _ => {
            checkpoint::write(folder, keys, &stamp, &store)?;
            checkpoint = stamp.generation;
            let journal = Journal::create(folder, keys, &stamp)?;
            if let Some(path) = bad_journal.filter(|path| *path != folder.journal(stamp.generation)) {
                files::remove(&path)?;
            }
            journal
        }
    };
    let head = Head { stamp, header_number, checkpoint, clean: false };
    let head = match evidence.head {
        Some((_, seq)) if evidence.head_whole => HeadFile::resume(folder, keys, &head, seq)?,
        Some((_, seq)) => HeadFile::create(folder, keys, &head, seq + 1)?,
        None => HeadFile::create(folder, keys, &head, 0)?,
    };
    folder.sync()?;
    folder.tighten()?;
    if !report.is_quiet() {
        tracing::warn!(damaged = ?report.damaged, rebuilt = report.rebuilt, lost = ?report.lost, "the vault needed mending");
    }
    Ok(Recovered { store, stamp, journal, head, checkpoint, report })
}
