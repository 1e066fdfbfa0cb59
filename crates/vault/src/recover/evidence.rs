//! What head and journals say, read before anything is changed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::error::OpenError;
use crate::files::{self, Folder, fault};
use crate::frames::{Frame, Scan, Sort, Volume};
use crate::head::{Head, HeadFile};
use crate::keys::Keys;
use crate::manifest::Stamp;

/// What is known from outside the store.
pub(super) struct Evidence {
    /// The newest valid place of the head, and its number.
    pub(super) head: Option<(Head, u64)>,
    /// Every commit that can be read from a journal.
    pub(super) frames: BTreeMap<u64, Frame>,
    journals: Vec<(PathBuf, Scan)>,
    /// The newest authentic state there was; `None` when nothing says anything.
    pub(super) target: Option<Stamp>,
}

/// Which journals are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The last one, which is all that a sound store needs.
    Last,
    /// All that are kept.
    All,
}

impl Evidence {
    pub(super) fn gather(folder: &Folder, keys: &Keys, reach: Reach) -> Result<Self, OpenError> {
        let head = HeadFile::read(folder, keys)?;
        let mut files = folder.journals()?;
        if reach == Reach::Last {
            files = files.split_off(files.len().saturating_sub(1));
        }
        let mut frames = BTreeMap::new();
        let mut journals = Vec::with_capacity(files.len());
        for (at, (_, path)) in files.iter().enumerate() {
            let bytes = files::read(path)?.ok_or_else(|| fault("read", path)(std::io::ErrorKind::NotFound.into()))?;
            let mut scan = Scan::read(Volume::Journal, keys, &bytes);
            // What a journal has beyond the start of the next one was never acknowledged.
            let until = files.get(at + 1).map_or(u64::MAX, |(next, _)| *next);
            scan.damaged |= !in_order(&scan);
            for frame in std::mem::take(&mut scan.frames) {
                if frame.sort == Sort::Commit && frame.stamp.generation <= until {
                    frames.insert(frame.stamp.generation, frame);
                }
            }
            journals.push((path.clone(), scan));
        }
        let stamps = frames.values().map(|frame| frame.stamp);
        let starts = journals.iter().filter_map(|(_, scan)| scan.start);
        let target = stamps.chain(starts).chain(head.map(|(head, _)| head.stamp)).max_by_key(|stamp| stamp.generation);
        Ok(Self { head, frames, journals, target })
    }

    /// The journal commits were appended to last.
    pub(super) fn last_journal(&self) -> Option<&(PathBuf, Scan)> {
        self.journals.last()
    }

    pub(super) fn journal_path(&self) -> Option<PathBuf> {
        self.last_journal().map(|(path, _)| path.clone())
    }

    /// Whether the last journal cannot be continued from a state: missing, damaged, or short of it. A torn end
    /// alone is none of these: it is a commit that was being written when the process ended.
    pub(super) fn journal_bad_at(&self, stamp: &Stamp) -> bool {
        let Some((_, scan)) = self.last_journal() else { return true };
        let reached = self.frames.keys().next_back().copied().max(scan.start.map(|start| start.generation));
        scan.damaged || reached != Some(stamp.generation)
    }
}

/// Generations follow each other without a gap from the start of the journal.
fn in_order(scan: &Scan) -> bool {
    let Some(start) = scan.start else { return false };
    let expected = (start.generation + 1)..;
    scan.frames.iter().zip(expected).all(|(frame, generation)| frame.stamp.generation == generation)
}
