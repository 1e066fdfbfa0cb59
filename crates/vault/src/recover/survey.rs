//! Is the store sound, and can the journal bring it up to date?

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::error::StoreFault;
use crate::frames::Frame;
use crate::keys::Keys;
use crate::manifest::{Manifest, SignedStamp, Stamp, element};
use crate::store::{Batch, DiskStore, Op, RecordStore};

use super::evidence::Evidence;

/// What became of the store.
pub(super) enum Survey {
    /// It is what it should be, after so many commits were replayed.
    Sound { store: DiskStore, stamp: Stamp, replayed: u64 },
    /// It is missing, cannot be opened, or is not what it should be; some of it may be readable.
    Doubtful(Option<DiskStore>),
}

impl Survey {
    /// Opens the store and brings it up to date.
    pub(super) fn of(path: &Path, keys: &Keys, evidence: &Evidence) -> Self {
        if !path.is_dir() {
            return Self::Doubtful(None);
        }
        let Ok(store) = open_caught(path) else { return Self::Doubtful(None) };
        let settled = catch_unwind(AssertUnwindSafe(|| {
            let found = state_of(&store, keys)?;
            let stamp = catch_up(&store, keys, found, evidence)?;
            Ok::<_, StoreFault>((found, stamp))
        }));
        match settled {
            Ok(Ok((found, stamp))) => {
                Self::Sound { store, stamp, replayed: stamp.generation.saturating_sub(found.generation) }
            }
            Ok(Err(_)) => Self::Doubtful(Some(store)),
            Err(_) => Self::Doubtful(None),
        }
    }
}

/// Opens a store; a panic inside comes back as a fault.
pub(super) fn open_caught(path: &Path) -> Result<DiskStore, StoreFault> {
    catch_unwind(AssertUnwindSafe(|| DiskStore::open(path))).unwrap_or(Err(StoreFault::Panicked))
}

/// The stamp of a store whose content fits it.
fn state_of(store: &dyn RecordStore, keys: &Keys) -> Result<Stamp, StoreFault> {
    let signed = store.stamp()?;
    let stamp = match signed {
        Some(signed) => signed.verify(keys).ok_or(StoreFault::Diverged)?,
        // Nothing was ever applied; only an empty manifest fits.
        None => Stamp { epoch: keys.current().number, ..Stamp::default() },
    };
    if manifest_of(store, keys, stamp.epoch)? == Some(stamp.manifest) { Ok(stamp) } else { Err(StoreFault::Diverged) }
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

/// Replays the journal from the store's state to the newest one known.
fn catch_up(store: &dyn RecordStore, keys: &Keys, found: Stamp, evidence: &Evidence) -> Result<Stamp, StoreFault> {
    let mut stamp = found;
    for (generation, frame) in evidence.frames.range(found.generation + 1..) {
        if *generation != stamp.generation + 1 {
            return Err(StoreFault::Diverged);
        }
        let batch = replay(store, keys, &stamp, frame)?;
        store.apply(&batch)?;
        stamp = frame.stamp;
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
