//! The journal: what makes a commit a promise.
//!
//! Once a commit is one, it is also appended to a copy of the journal, which is not synced: a process that is killed leaves
//! it whole, and after a power cut the journal itself is there. So whatever happens to the journal afterwards, its last
//! commits, which may be in no other file yet, are not gone with it. The copy never holds what was not promised.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use crate::files::{FileFault, Folder, fault, private_file};
use crate::frames::{Chain, FILE_HEAD, Scan, Sort, Volume};
use crate::head::write_at;
use crate::keys::Keys;
use crate::ledger::Planned;
use crate::manifest::Stamp;

/// The journal commits are appended to.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    /// Byte for byte the same file; `None` when it cannot be written to.
    copy: Option<File>,
    chain: Chain,
    end: u64,
}

/// How an append failed.
#[derive(Debug)]
pub(crate) enum AppendFault {
    /// Nothing of it is in the journal; the next append may do better.
    TakenBack(FileFault),
    /// The file's content is not known; only a new journal can be trusted.
    Unknown(FileFault),
}

impl Journal {
    /// Length of a journal without a commit, in bytes.
    pub(crate) const EMPTY_LEN: u64 = FILE_HEAD as u64;

    /// A new journal that continues from a state which is safe elsewhere.
    pub(crate) fn create(folder: &Folder, keys: &Keys, stamp: &Stamp) -> Result<Self, FileFault> {
        let mut content = Vec::new();
        let chain = Chain::start(Volume::Journal, keys, stamp, &mut content);
        let path = folder.journal(stamp.generation);
        let file = folder.write(&path, &content)?;
        let copy = Some(folder.write(&folder.journal_copy(), &content)?);
        Ok(Self { file, path, copy, chain, end: content.len() as u64 })
    }

    /// Goes on with a journal that was read. What follows its last whole frame is cut off: the caller has made
    /// sure that it was never acknowledged. The copy stays as it was left and goes on at the same place: what is in it
    /// is not needed any more, since it is in this journal and in the store.
    pub(crate) fn resume(folder: &Folder, path: PathBuf, scan: &Scan) -> Result<Self, FileFault> {
        let file = private_file().truncate(false).open(&path).map_err(fault("open", &path))?;
        if scan.tail {
            file.set_len(scan.whole).and_then(|()| file.sync_data()).map_err(fault("cut", &path))?;
        }
        let copy = private_file().truncate(false).open(folder.journal_copy());
        if let Err(error) = &copy {
            tracing::warn!(%error, "the journal has no copy until the next one is begun");
        }
        Ok(Self { file, path, copy: copy.ok(), chain: scan.chain.clone(), end: scan.whole })
    }

    /// Appends commits and returns when they are on disk: with one sync for all of them.
    pub(crate) fn append(&mut self, keys: &Keys, commits: &[Planned]) -> Result<(), AppendFault> {
        let mut chain = self.chain.clone();
        let mut bytes = Vec::new();
        for commit in commits {
            let ops = commit.batch.ops.iter().map(|op| (&op.key, op.put.as_ref()));
            chain.frame(keys, (Sort::Commit, &commit.stamp), ops, &mut bytes);
        }
        if let Err(error) = write(&self.file, &bytes, self.end) {
            return Err(self.take_back(fault("write", &self.path)(error)));
        }
        if let Err(error) = sync(&self.file) {
            // After a failed sync the system may have forgotten which pages it owes the disk.
            let _ = self.file.set_len(self.end);
            return Err(AppendFault::Unknown(fault("sync", &self.path)(error)));
        }
        if let Some(copy) = &self.copy
            && let Err(error) = write_copy(copy, &bytes, self.end)
        {
            // Every frame stands for itself: a gap costs what is in it, and only where the journal is damaged as well.
            tracing::warn!(%error, "a commit is not in the journal's copy");
        }
        self.chain = chain;
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// Its length in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.end
    }

    /// Makes every later write fail, as a broken disk does.
    #[cfg(test)]
    pub(crate) fn break_disk(&mut self) {
        self.file = File::open(&self.path).expect("the journal is there");
    }

    fn take_back(&self, why: FileFault) -> AppendFault {
        match self.file.set_len(self.end).and_then(|()| self.file.sync_data()) {
            Ok(()) => AppendFault::TakenBack(why),
            Err(_) => AppendFault::Unknown(why),
        }
    }
}

#[cfg(not(test))]
fn write(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    write_at(file, bytes, at)
}

/// In tests a refusal can be ignored, to show that its neglect is noticed.
#[cfg(test)]
fn write(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    let written = write_at(file, bytes, at);
    if crate::faults::mutated(crate::faults::Mutation::IgnoreRefusal) { Ok(()) } else { written }
}

#[cfg(not(test))]
fn write_copy(copy: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    write_at(copy, bytes, at)
}

/// In tests the copy can be left empty: to show what it is worth, and so that it does not make up for other defects.
#[cfg(test)]
fn write_copy(copy: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    use crate::faults::{Mutation, mutated};

    let without = [Mutation::NoJournalCopy, Mutation::IgnoreRefusal, Mutation::BelieveStore];
    if without.into_iter().any(mutated) { Ok(()) } else { write_at(copy, bytes, at) }
}

#[cfg(not(test))]
fn sync(file: &File) -> io::Result<()> {
    file.sync_data()
}

/// In tests the sync can be left out, to show that its absence is noticed.
#[cfg(test)]
fn sync(file: &File) -> io::Result<()> {
    if crate::faults::mutated(crate::faults::Mutation::NoSync) { Ok(()) } else { file.sync_data() }
}
