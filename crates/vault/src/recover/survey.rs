//! Is the store sound, and can the journal bring it up to date?

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::StoreFault;
use crate::frames::Frame;
use crate::hindrance::Hindrance;
use crate::keys::{Keys, KindTag};
use crate::ledger::read_kinds;
use crate::manifest::{Manifest, SignedStamp, Stamp, element};
use crate::sealed;
use crate::store::{Batch, DiskStore, Op, RecordStore};

use super::evidence::Evidence;
use super::naming::Stale;
use super::watched::{self, caught};

/// How closely the store is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Every record is there, of the right version, under the right tags.
    Tags,
    /// And every record opens.
    Bodies,
}

/// What became of the store.
pub(super) enum Survey {
    /// It is what it should be, after commits were replayed.
    Sound(Sound),
    /// It is missing, cannot be opened, or is not what it should be; some of it may be readable.
    Doubtful(Option<DiskStore>),
    /// It does not answer.
    Hung,
}

pub(super) struct Sound {
    pub(super) store: DiskStore,
    /// State it was found in.
    pub(super) found: Stamp,
    /// State it has been brought to.
    pub(super) stamp: Stamp,
    /// What the replayed commits changed.
    pub(super) stale: Vec<Stale>,
}

impl Survey {
    /// Opens the store and brings it up to date.
    ///
    /// # Errors
    /// When the system does not let it: that says nothing about the store, and nothing may be concluded from it.
    pub(super) fn of(path: &Path, keys: &Keys, evidence: &Evidence, depth: Depth) -> Result<Self, StoreFault> {
        if !path.is_dir() {
            return Ok(Self::Doubtful(None));
        }
        let store = match watched::open(path) {
            Ok(store) => store,
            Err(StoreFault::Hung) => return Ok(Self::Hung),
            Err(fault) if is_of_the_system(&fault) => return Err(fault),
            Err(_) => return Ok(Self::Doubtful(None)),
        };
        let (store, found) = match state_of(store, keys, depth) {
            Ok((store, Ok(found))) => (store, found),
            Ok((_, Err(fault))) if is_of_the_system(&fault) => return Err(fault),
            Ok((store, Err(_))) => return Ok(Self::Doubtful(Some(store))),
            Err(StoreFault::Hung) => return Ok(Self::Hung),
            Err(_) => return Ok(Self::Doubtful(None)),
        };
        let mut stale = Vec::new();
        Ok(match caught(|| catch_up(&store, keys, found, evidence, &mut stale)) {
            Ok(stamp) => Self::Sound(Sound { store, found, stamp, stale }),
            Err(fault) if is_of_the_system(&fault) => return Err(fault),
            Err(StoreFault::Panicked) => Self::Doubtful(None),
            Err(_) => Self::Doubtful(Some(store)),
        })
    }
}

/// A disk that is full or closed to us is no damage. One that fails may be: then the copies on it are tried.
fn is_of_the_system(fault: &StoreFault) -> bool {
    fault.hindrance().is_some_and(|hindrance| hindrance != Hindrance::DiskFault)
}

/// The store, and its stamp when its content fits it.
fn state_of(store: DiskStore, keys: &Keys, depth: Depth) -> Result<(DiskStore, Result<Stamp, StoreFault>), StoreFault> {
    let said = caught(|| {
        let stamp = match store.stamp()? {
            Some(signed) => signed.verify(keys).ok_or(StoreFault::Diverged)?,
            // Nothing was ever applied; only an empty manifest fits.
            None => Stamp { epoch: keys.current().number, ..Stamp::default() },
        };
        let kinds = match depth {
            Depth::Tags => None,
            Depth::Bodies => Some(kinds_of(&store, keys)?),
        };
        Ok((stamp, kinds))
    });
    let (stamp, kinds) = match said {
        Ok(said) => said,
        Err(StoreFault::Panicked) => return Err(StoreFault::Panicked),
        Err(fault) => return Ok((store, Err(fault))),
    };
    let mut manifest = Some(Manifest::default());
    let (store, walked) = watched::walk(store, &mut |key, record| {
        let opens = |kinds: &BTreeMap<KindTag, String>| {
            kinds.get(&key.tag).is_some_and(|kind| sealed::open(keys, kind, key.id, &record).is_ok())
        };
        let share = if kinds.as_ref().is_none_or(opens) { element(keys, stamp.epoch, &key, &record) } else { None };
        manifest = manifest.zip(share).map(|(mut sum, share)| {
            sum.add(share);
            sum
        });
    })?;
    let fits = if manifest == Some(stamp.manifest) { Ok(stamp) } else { Err(StoreFault::Diverged) };
    #[cfg(test)]
    let fits = if crate::faults::mutated(crate::faults::Mutation::BelieveStore) { Ok(stamp) } else { fits };
    Ok((store, walked.and(fits)))
}

/// The manifest of what a store holds; `None` when something in it is no record.
pub(crate) fn manifest_of(store: &dyn RecordStore, keys: &Keys, epoch: u16) -> Result<Option<Manifest>, StoreFault> {
    let mut manifest = Some(Manifest::default());
    store.snapshot(&mut |key, record| {
        let share = element(keys, epoch, &key, &record);
        manifest = manifest.zip(share).map(|(mut sum, share)| {
            sum.add(share);
            sum
        });
        manifest.is_some()
    })?;
    Ok(manifest)
}

/// The names of the kinds in use, by tag.
pub(super) fn kinds_of(store: &dyn RecordStore, keys: &Keys) -> Result<BTreeMap<KindTag, String>, StoreFault> {
    let mut names = read_kinds(keys, store).map_err(|_| StoreFault::Diverged)?;
    names.insert(crate::ledger::KINDS.to_owned());
    Ok(names.into_iter().map(|name| (keys.kind_tag(&name), name)).collect())
}

/// Replays the journal from the store's state to the newest one known.
fn catch_up(
    store: &dyn RecordStore,
    keys: &Keys,
    found: Stamp,
    evidence: &Evidence,
    stale: &mut Vec<Stale>,
) -> Result<Stamp, StoreFault> {
    let mut stamp = found;
    for (generation, frame) in evidence.frames.range(found.generation + 1..) {
        if *generation != stamp.generation + 1 {
            #[cfg(test)]
            if crate::faults::mutated(crate::faults::Mutation::BelieveStore) {
                break;
            }
            return Err(StoreFault::Diverged);
        }
        let batch = replay(store, keys, &stamp, frame)?;
        store.apply(&batch)?;
        stale.extend(batch.ops.iter().map(|op| Stale::of(*generation, op)));
        stamp = frame.stamp;
    }
    #[cfg(test)]
    if crate::faults::mutated(crate::faults::Mutation::BelieveStore) {
        return Ok(stamp);
    }
    match evidence.target {
        // A store that is ahead of everything else is signed too: the others lost something, it did not.
        Some(target) if target.generation > stamp.generation => Err(StoreFault::Diverged),
        Some(target) if target.generation == stamp.generation && target != stamp => Err(StoreFault::Diverged),
        Some(_) => Ok(stamp),
        None => Err(StoreFault::Diverged),
    }
}

/// A commit of the journal as a batch for this store, once its manifest fits.
fn replay(store: &dyn RecordStore, keys: &Keys, before: &Stamp, frame: &Frame) -> Result<Batch, StoreFault> {
    let epoch = frame.stamp.epoch;
    // The first commit of a new epoch counts all records anew, under the new keys.
    let mut manifest = match before.epoch == epoch {
        true => before.manifest,
        false => manifest_of(store, keys, epoch)?.ok_or(StoreFault::Diverged)?,
    };
    let mut ops = Vec::with_capacity(frame.ops.len());
    for (key, put) in &frame.ops {
        let current = store.get(*key)?;
        if let Some(old) = &current {
            manifest.remove(element(keys, epoch, key, old).ok_or(StoreFault::Diverged)?);
        }
        if let Some(new) = put {
            manifest.add(element(keys, epoch, key, new).ok_or(StoreFault::Diverged)?);
        }
        ops.push(Op { key: *key, prior: current.map(|record| record.version), put: put.clone() });
    }
    if manifest == frame.stamp.manifest {
        Ok(Batch { stamp: SignedStamp::new(keys, &frame.stamp), ops })
    } else {
        Err(StoreFault::Diverged)
    }
}
