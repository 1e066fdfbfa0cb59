//! Looking over everything once after each opening: every record is opened, every frame of the copies is checked.
//!
//! Opening a vault reads tags, not bodies: whoever edits a body and leaves its tag is noticed here, or at the first
//! reading, whichever comes first. It is done in small steps between requests.

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::Writer;
use crate::error::Part;
use crate::files;
use crate::frames::{Check, Sort, Step, Volume};
use crate::recover::{Depth, Quarantine};
use crate::report::OpenReport;
use crate::sealed::{self, RecordKey};

/// The first moments after an opening belong to whoever opened the vault.
const FIRST: Duration = Duration::from_secs(2);
/// Between two steps.
const REST: Duration = Duration::from_millis(20);
/// Records per step: some two milliseconds.
const SLICE: usize = 256;

/// How far it has come.
pub(super) struct Scrub {
    next: Instant,
    at: At,
}

enum At {
    Start,
    Behind(RecordKey),
    Files(Files, Option<Check>),
    Done,
}

/// Copies that are still to be checked, and those that are not whole: all are looked at before any is replaced, since what
/// replaces one may let go of another.
#[derive(Default)]
struct Files {
    left: Vec<(Volume, PathBuf)>,
    damaged: Vec<(Volume, PathBuf)>,
}

impl Scrub {
    pub(super) fn later() -> Self {
        Self { next: Instant::now() + FIRST, at: At::Start }
    }

    /// How long until the next step; `None` when there is none.
    pub(super) fn rests_for(&self) -> Option<Duration> {
        match self.at {
            At::Done => None,
            _ => Some(self.next.saturating_duration_since(Instant::now())),
        }
    }
}

impl Writer {
    pub(super) fn scrub_if_due(&mut self) {
        if self.scrub.rests_for() == Some(Duration::ZERO) {
            self.scrub_step();
            self.scrub.next = Instant::now() + REST;
        }
    }

    #[cfg(test)]
    pub(super) fn scrub_through(&mut self) {
        self.scrub.at = At::Start;
        while self.scrub.rests_for().is_some() {
            self.scrub_step();
        }
    }

    fn scrub_step(&mut self) {
        self.scrub.at = match std::mem::replace(&mut self.scrub.at, At::Done) {
            At::Start => self.scrub_records(None),
            At::Behind(key) => self.scrub_records(Some(key)),
            At::Files(files, check) => self.scrub_files(files, check),
            At::Done => At::Done,
        };
    }

    fn scrub_records(&mut self, behind: Option<RecordKey>) -> At {
        let kinds = self.ledger.kinds_by_tag(&self.keys);
        let (keys, mut seen, mut last, mut sound) = (&self.keys, 0, None, true);
        let looked = self.shelf.read(|store| {
            let visit = &mut |key: RecordKey, record| {
                let opened = kinds.get(&key.tag).is_some_and(|kind| sealed::open(keys, kind, key.id, &record).is_ok());
                sound &= opened;
                seen += 1;
                last = Some(key);
                seen < SLICE && sound
            };
            match behind {
                Some(key) => store.snapshot_after(key, visit),
                None => store.snapshot(visit),
            }
        });
        if looked.is_err() {
            self.shelf.report_failure();
        }
        if looked.is_err() || !sound {
            // It looks at every body, so nothing is left to do here.
            let _ = self.mend(Depth::Bodies);
            return self.scrubbed_records();
        }
        match last {
            Some(key) if seen == SLICE => At::Behind(key),
            _ => self.scrubbed_records(),
        }
    }

    fn scrubbed_records(&self) -> At {
        let of = |volume, found: Result<Vec<(u64, PathBuf)>, _>| {
            found.unwrap_or_default().into_iter().map(move |(_, path)| (volume, path))
        };
        // The last journal was read as a whole when the vault was opened, and grows.
        let mut journals: Vec<_> = of(Volume::Journal, self.folder.journals()).collect();
        journals.pop();
        let left = of(Volume::Checkpoint, self.folder.checkpoints()).chain(journals).collect();
        At::Files(Files { left, damaged: Vec::new() }, None)
    }

    fn scrub_files(&mut self, mut files: Files, check: Option<Check>) -> At {
        let Some((volume, path)) = files.left.last().cloned() else {
            self.replace_copies(&files.damaged);
            return At::Done;
        };
        let step = match check {
            Some(check) => Ok(Some(check)),
            None => File::open(&path).and_then(|file| Check::open(volume, &self.keys, file)),
        }
        .and_then(|check| match check {
            Some(mut check) => {
                let step = check.step(&self.keys)?;
                // Nothing comes after the end.
                let over = step == Step::Whole(Sort::End) && check.step(&self.keys)? != Step::End;
                Ok((if over { Step::Damaged } else { step }, Some(check)))
            }
            None => Ok((Step::Damaged, None)),
        });
        match step {
            Ok((Step::Whole(sort), check)) if sort != Sort::End => return At::Files(files, check),
            // A journal may have a torn end: of a commit that was never acknowledged.
            Ok((Step::Damaged, Some(_))) if volume == Volume::Journal => {}
            Ok((Step::Whole(_), _)) => {}
            Ok((Step::End, _)) if volume == Volume::Journal => {}
            Ok((Step::Damaged | Step::End, _)) => files.damaged.push((volume, path)),
            // It was let go of meanwhile.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(_) => files.damaged.push((volume, path)),
        }
        files.left.pop();
        At::Files(files, None)
    }

    /// Reads the checkpoint again that this writer wrote last.
    pub(super) fn newest_checkpoint_is_whole(&self) -> bool {
        let path = self.folder.checkpoint(self.checkpoint);
        let opened = File::open(path).and_then(|file| Check::open(Volume::Checkpoint, &self.keys, file));
        let Ok(Some(mut check)) = opened else { return false };
        loop {
            match check.step(&self.keys) {
                Ok(Step::Whole(Sort::End)) => return matches!(check.step(&self.keys), Ok(Step::End)),
                Ok(Step::Whole(_)) => {}
                Ok(Step::End | Step::Damaged) | Err(_) => return false,
            }
        }
    }

    /// A spare that is not whole is no spare: it is kept aside, and a new one takes its place.
    fn replace_copies(&mut self, damaged: &[(Volume, PathBuf)]) {
        if damaged.is_empty() {
            return;
        }
        if let Err(error) = self.try_to_replace(damaged) {
            tracing::warn!(%error, "a damaged copy could not be replaced");
        }
        let mut report = OpenReport::default();
        for (volume, _) in damaged {
            report.damage(if *volume == Volume::Journal { Part::Journal } else { Part::Checkpoint });
        }
        self.tell(report);
    }

    fn try_to_replace(&mut self, damaged: &[(Volume, PathBuf)]) -> std::io::Result<()> {
        let mut quarantine = Quarantine::new(&self.folder);
        damaged.iter().try_for_each(|(_, path)| quarantine.copy(path)).map_err(|fault| fault.source)?;
        self.checkpoint().map_err(|_| std::io::ErrorKind::Other)?;
        let own = [self.folder.checkpoint(self.checkpoint), self.folder.journal(self.checkpoint)];
        let others = damaged.iter().map(|(_, path)| path).filter(|path| !own.contains(path));
        others.into_iter().try_for_each(|path| files::remove(path)).map_err(|fault| fault.source)
    }
}
