//! What head and journals say, read before anything is changed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::checkpoint;
use crate::error::{OpenError, Part};
use crate::files::{self, Folder, fault};
use crate::frames::{Frame, Scan, Sort, Volume};
use crate::head::{Head, HeadFile};
use crate::keys::Keys;
use crate::manifest::Stamp;

/// What is known from outside the store.
pub(super) struct Evidence {
    /// The newest valid place of the head, and its number.
    pub(super) head: Option<(Head, u64)>,
    /// Both places of the head are as they were written.
    pub(super) head_whole: bool,
    /// Files named like parts of the vault with nothing authentic in them.
    pub(super) foreign: Vec<(PathBuf, Part)>,
    /// Every commit that can be read from a journal.
    pub(super) frames: BTreeMap<u64, Frame>,
    journals: Vec<(PathBuf, Scan)>,
    /// The journal's copy was needed, and is not as it was written.
    pub(super) copy_damaged: bool,
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
        let found = HeadFile::read(folder, keys)?;
        let mut evidence = Self {
            head: found.newest,
            head_whole: found.whole,
            foreign: Vec::new(),
            frames: BTreeMap::new(),
            journals: Vec::new(),
            copy_damaged: false,
            target: found.newest.map(|(head, _)| head.stamp),
        };
        evidence.read_journals(folder, keys, reach)?;
        if !evidence.journal_suffices() {
            evidence.read_copy(folder, keys)?;
        }
        evidence.drop_what_was_never_acknowledged();
        let stamps = evidence.frames.values().map(|frame| frame.stamp);
        let starts = evidence.journals.iter().filter_map(|(_, scan)| scan.start);
        evidence.target = stamps.chain(starts).chain(evidence.target).max_by_key(|stamp| stamp.generation);
        evidence.read_checkpoints_ahead(folder, keys)?;
        Ok(evidence)
    }

    /// From the last journal backwards, so that what each has beyond the start of the next is known.
    fn read_journals(&mut self, folder: &Folder, keys: &Keys, reach: Reach) -> Result<(), OpenError> {
        let mut until = u64::MAX;
        for (start, path) in folder.journals()?.into_iter().rev() {
            let bytes = files::read(&path)?.ok_or_else(|| fault("read", &path)(std::io::ErrorKind::NotFound.into()))?;
            let mut scan = Scan::read(Volume::Journal, keys, &bytes);
            if scan.start.is_none() && scan.frames.is_empty() {
                self.foreign.push((path, Part::Journal));
                continue;
            }
            scan.damaged |= !in_order(&scan) || scan.start.is_some_and(|found| found.generation != start);
            for frame in std::mem::take(&mut scan.frames) {
                // What a journal has beyond the start of the next one was never acknowledged.
                if frame.sort == Sort::Commit && frame.stamp.generation <= until {
                    self.frames.insert(frame.stamp.generation, frame);
                }
            }
            until = start;
            self.journals.push((path, scan));
            if reach == Reach::Last {
                break;
            }
        }
        self.journals.reverse();
        Ok(())
    }

    /// Whether the last journal is sound, as far as can be told, and reaches to what the head knows.
    fn journal_suffices(&self) -> bool {
        let Some((_, scan)) = self.last_journal() else { return false };
        let reached = self.frames.keys().next_back().copied().max(scan.start.map(|start| start.generation));
        let needed = self.head.filter(|_| self.head_whole).map(|(head, _)| head.stamp.generation);
        !scan.damaged && needed.is_some_and(|needed| reached >= Some(needed))
    }

    /// Takes from the journal's copy what the journal does not have; the journal is not continued then. All that is in
    /// the copy was promised once, so it has the better right where it is of a later journal than any that is here.
    fn read_copy(&mut self, folder: &Folder, keys: &Keys) -> Result<(), OpenError> {
        let Some(bytes) = files::read(&folder.journal_copy())? else { return Ok(()) };
        let scan = Scan::read(Volume::Journal, keys, &bytes);
        self.copy_damaged = scan.start.is_none() || scan.damaged;
        let start = self.last_journal().and_then(|(_, scan)| scan.start).map(|start| start.generation);
        let from = scan.start.map(|start| start.generation).max(start).unwrap_or_default();
        if start < Some(from) {
            self.frames.split_off(&(from + 1));
        }
        let commits = scan.frames.into_iter().filter(|frame| frame.sort == Sort::Commit);
        let missed =
            |frame: &Frame| frame.stamp.generation > from && !self.frames.contains_key(&frame.stamp.generation);
        let missed: Vec<Frame> = commits.filter(missed).collect();
        if let Some((_, last)) = self.journals.last_mut() {
            last.damaged |= !missed.is_empty();
        }
        self.frames.extend(missed.into_iter().map(|frame| (frame.stamp.generation, frame)));
        Ok(())
    }

    /// Commits that share a sync are one write, and of a write that was cut off by a power cut any part may be there.
    /// The head is written after the sync: where it is whole, a gap behind it is in commits nobody was told of, and
    /// so is everything behind the gap.
    fn drop_what_was_never_acknowledged(&mut self) {
        let Some((head, _)) = self.head.filter(|_| self.head_whole) else { return };
        let Some(start) = self.last_journal().and_then(|(_, scan)| scan.start) else { return };
        let mut expected = head.stamp.generation.max(start.generation);
        let behind: Vec<u64> = self.frames.range(expected + 1..).map(|(generation, _)| *generation).collect();
        for generation in behind {
            if generation != expected + 1 {
                self.frames.split_off(&generation);
                return;
            }
            expected = generation;
        }
    }

    /// A checkpoint says how far the vault had come as well, when head and journals were taken back.
    fn read_checkpoints_ahead(&mut self, folder: &Folder, keys: &Keys) -> Result<(), OpenError> {
        for (generation, path) in folder.checkpoints()? {
            if self.target.is_some_and(|target| generation <= target.generation) {
                continue;
            }
            match checkpoint::read(&path, keys)? {
                Some(found) if found.stamp.generation == generation => self.target = Some(found.stamp),
                _ => self.foreign.push((path, Part::Checkpoint)),
            }
        }
        Ok(())
    }

    /// The journal commits were appended to last.
    pub(super) fn last_journal(&self) -> Option<&(PathBuf, Scan)> {
        self.journals.last()
    }

    /// The generation up to which the store was certainly on disk: it is flushed before every checkpoint and at the
    /// close.
    pub(super) fn flushed(&self) -> u64 {
        let closed = self.head.as_ref().filter(|(head, _)| head.clean).map(|(head, _)| head.stamp.generation);
        let journal = self.last_journal().and_then(|(_, scan)| scan.start).map(|start| start.generation);
        let checkpoint = self.head.as_ref().map(|(head, _)| head.checkpoint);
        closed.into_iter().chain(journal).chain(checkpoint).max().unwrap_or_default()
    }

    /// Whether the vault was closed properly and nobody has opened it since.
    pub(super) fn closed(&self) -> bool {
        self.head.as_ref().is_some_and(|(head, _)| head.clean)
    }

    pub(super) fn journal_path(&self) -> Option<PathBuf> {
        self.last_journal().map(|(path, _)| path.clone())
    }

    /// Whether the last journal cannot be continued from a state: missing, damaged, or short of it. A torn end
    /// alone is none of these: it is a commit that was being written when the process ended.
    pub(super) fn journal_bad_at(&self, stamp: &Stamp) -> bool {
        let Some((_, scan)) = self.last_journal() else { return true };
        let reached = self.frames.keys().next_back().copied().max(scan.start.map(|start| start.generation));
        scan.damaged || scan.tail && self.closed() || reached != Some(stamp.generation)
    }
}

/// Generations follow each other without a gap from the start of the journal.
fn in_order(scan: &Scan) -> bool {
    let Some(start) = scan.start else { return false };
    let expected = (start.generation + 1)..;
    scan.frames.iter().zip(expected).all(|(frame, generation)| frame.stamp.generation == generation)
}
