//! Checkpoints: whole sealed copies of the vault, to fall back on when the store is damaged.

use std::io::{self, Write};
use std::path::Path;

use crate::error::{CommitError, OpenError, StoreFault};
use crate::files::{self, FileFault, Folder};
use crate::frames::{Chain, EMPTY_FRAME, FILE_HEAD, FrameOp, Scan, Sort, Volume};
use crate::keys::Keys;
use crate::manifest::Stamp;
use crate::sealed::{RecordKey, SealedRecord};
use crate::store::RecordStore;

/// Sealed bytes after which a frame is closed and the next begins.
const PART: usize = 256 << 10;

/// Length of a checkpoint without a record, in bytes.
pub(crate) const EMPTY_LEN: u64 = (FILE_HEAD + EMPTY_FRAME) as u64;

/// Why no checkpoint was written.
#[derive(Debug)]
pub(crate) enum CheckpointFault {
    File(FileFault),
    Store(StoreFault),
}

impl From<FileFault> for CheckpointFault {
    fn from(fault: FileFault) -> Self {
        Self::File(fault)
    }
}

impl From<StoreFault> for CheckpointFault {
    fn from(fault: StoreFault) -> Self {
        Self::Store(fault)
    }
}

impl From<CheckpointFault> for OpenError {
    fn from(fault: CheckpointFault) -> Self {
        match fault {
            CheckpointFault::File(fault) => fault.into(),
            CheckpointFault::Store(fault) => fault.into(),
        }
    }
}

impl From<CheckpointFault> for CommitError {
    fn from(fault: CheckpointFault) -> Self {
        match fault {
            CheckpointFault::File(fault) => fault.into(),
            CheckpointFault::Store(fault) => fault.into(),
        }
    }
}

/// Writes everything a store holds, which has this stamp. Durable and in place when it returns.
pub(crate) fn write(
    folder: &Folder,
    keys: &Keys,
    stamp: &Stamp,
    store: &dyn RecordStore,
) -> Result<(), CheckpointFault> {
    let path = folder.checkpoint(stamp.generation);
    let mut from_store = Ok(());
    folder
        .write_with(&path, |file| copy_to(file, keys, stamp, store, &mut |_| {}, &mut from_store))
        .map_err(|fault| from_store.err().map_or(CheckpointFault::File(fault), CheckpointFault::Store))?;
    Ok(())
}

/// Writes everything a store holds, which has this stamp, to `out`, and shows each record to `look`. When it was the
/// store that failed, `from_store` says how.
pub(crate) fn copy_to(
    out: impl Write,
    keys: &Keys,
    stamp: &Stamp,
    store: &dyn RecordStore,
    look: &mut dyn FnMut(&SealedRecord),
    from_store: &mut Result<(), StoreFault>,
) -> io::Result<()> {
    let mut writer = Writer::new(keys, stamp, out);
    let mut to_file = Ok(());
    *from_store = store.snapshot(&mut |key, record| {
        look(&record);
        to_file = writer.add(key, record);
        to_file.is_ok()
    });
    to_file?;
    if from_store.is_err() {
        return Err(io::ErrorKind::Other.into());
    }
    writer.finish()
}

struct Writer<'a, W: Write> {
    keys: &'a Keys,
    stamp: &'a Stamp,
    out: W,
    chain: Chain,
    ready: Vec<u8>,
    part: Vec<(RecordKey, SealedRecord)>,
    part_size: usize,
}

impl<'a, W: Write> Writer<'a, W> {
    fn new(keys: &'a Keys, stamp: &'a Stamp, out: W) -> Self {
        let mut ready = Vec::new();
        let chain = Chain::start(Volume::Checkpoint, keys, stamp, &mut ready);
        Self { keys, stamp, out, chain, ready, part: Vec::new(), part_size: 0 }
    }

    fn add(&mut self, key: RecordKey, record: SealedRecord) -> io::Result<()> {
        self.part_size += record.chunks.iter().map(Vec::len).sum::<usize>();
        self.part.push((key, record));
        if self.part_size >= PART { self.close_part(Sort::Part) } else { Ok(()) }
    }

    fn finish(mut self) -> io::Result<()> {
        if !self.part.is_empty() {
            self.close_part(Sort::Part)?;
        }
        self.close_part(Sort::End)
    }

    fn close_part(&mut self, sort: Sort) -> io::Result<()> {
        let ops = self.part.iter().map(|(key, record)| (key, Some(record)));
        self.chain.frame(self.keys, (sort, self.stamp), ops, &mut self.ready);
        self.out.write_all(&self.ready)?;
        self.ready.clear();
        self.part.clear();
        self.part_size = 0;
        Ok(())
    }
}

/// A checkpoint as it was read.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    pub(crate) stamp: Stamp,
    /// Every authentic record, in order.
    pub(crate) records: Vec<FrameOp>,
    /// Nothing is missing.
    pub(crate) complete: bool,
}

/// Reads a checkpoint; `None` when nothing in it is authentic.
pub(crate) fn read(path: &Path, keys: &Keys) -> Result<Option<Checkpoint>, FileFault> {
    Ok(files::read(path)?.and_then(|bytes| decode(keys, &bytes)))
}

/// Reads a checkpoint from its bytes.
pub(crate) fn decode(keys: &Keys, bytes: &[u8]) -> Option<Checkpoint> {
    let scan = Scan::read(Volume::Checkpoint, keys, bytes);
    let stamp = scan.start.or(scan.frames.first().map(|frame| frame.stamp))?;
    let of_one = scan.frames.iter().all(|frame| frame.stamp == stamp && frame.sort != Sort::Commit);
    let ended = scan.frames.last().is_some_and(|frame| frame.sort == Sort::End);
    let complete = !scan.damaged && !scan.tail && of_one && ended;
    let records = scan.frames.into_iter().filter(|frame| frame.stamp == stamp).flat_map(|frame| frame.ops).collect();
    Some(Checkpoint { stamp, records, complete })
}

/// Lets go of all checkpoints but the newest two, and of journals that continue none of those.
pub(crate) fn prune(folder: &Folder) -> Result<(), FileFault> {
    #[cfg(test)]
    if crate::faults::mutated(crate::faults::Mutation::KeepAll) {
        return Ok(());
    }
    let checkpoints = folder.checkpoints()?;
    let Some(oldest_kept) = checkpoints.len().checked_sub(2).map(|at| checkpoints[at].0) else { return Ok(()) };
    for (generation, path) in checkpoints {
        if generation < oldest_kept {
            files::remove(&path)?;
        }
    }
    // The journal in which the oldest kept checkpoint lies starts at or before it.
    let journals = folder.journals()?;
    let needed = journals.iter().rposition(|(start, _)| *start <= oldest_kept).unwrap_or(0);
    for (_, path) in &journals[..needed] {
        files::remove(path)?;
    }
    Ok(())
}
