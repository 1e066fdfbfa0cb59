//! The one thread that writes: it owns journal, head and ledger, and replaces the store after a fault.
//!
//! A commit is planned and sealed, appended to the journal and synced, noted in the head, applied to the store and
//! then acknowledged. Commits that wait while a sync runs share the next one.

mod checkpoints;
mod compact;
mod erase;
mod header;
mod rotate;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use crate::checkpoint::CheckpointFault;
use crate::error::{CommitError, OpenError, StoreFault};
use crate::files::{self, Folder};
use crate::head::{Head, HeadFile};
use crate::header::Header;
use crate::imprint;
use crate::journal::Journal;
use crate::keys::Keys;
use crate::ledger::{Ledger, Planned};
use crate::lock::Lock;
use crate::manifest::Stamp;
use crate::opening::Opened;
use crate::record::Change;
use crate::recover::Depth;
use crate::report::OpenReport;
use crate::shelf::Shelf;
use crate::snapshot::{self, SnapshotError, SnapshotInfo, SnapshotReason};
use crate::store::{RecordStore, at_rest};
use crate::ways::{KeyPlace, Rotation};
use checkpoints::{CHECKPOINT_AGE, size};

pub use erase::Erased;
pub(crate) use header::HeaderChange;
use rotate::{Resealing, TURN};

/// When nothing was asked for so long after a commit, the store is brought to the disk as well. It need not be for
/// the promise; it is one more copy when the journal is damaged after an unclean end.
const FLUSH_REST: Duration = Duration::from_millis(50);
/// Most commits that share one sync.
const GROUP: usize = 512;
/// Most plaintext bytes that share one sync, beyond the first commit.
const GROUP_BYTES: usize = 8 << 20;

type Answer<T> = oneshot::Sender<T>;
type Commit = (Vec<Change>, Answer<Result<Vec<u64>, CommitError>>);

/// What a handle asks of the writer.
pub(crate) enum Request {
    /// Make these changes.
    Commit(Commit),
    /// Change the header.
    Header { change: HeaderChange, answer: SyncSender<Result<(), OpenError>> },
    /// Take a snapshot, at this time.
    Snapshot { reason: SnapshotReason, taken_at: i64, answer: Answer<Result<SnapshotInfo, SnapshotError>> },
    /// A reader met a fault of the store, or a record that does not open: open it again and look this closely.
    Mend { depth: Depth, answer: SyncSender<()> },
    /// Look over everything now.
    #[cfg(test)]
    Scrub(SyncSender<()>),
    /// Erase everything but what is live.
    Erase(Answer<Result<Erased, OpenError>>),
    /// Close the vault.
    Close(Answer<Result<(), CommitError>>),
}

/// The writer's state.
pub(crate) struct Writer {
    folder: Folder,
    keys: Arc<Keys>,
    shelf: Arc<Shelf>,
    ledger: Ledger,
    /// State after the last acknowledged commit.
    stamp: Stamp,
    journal: Journal,
    head: HeadFile,
    header: Header,
    key_place: KeyPlace,
    header_place: Arc<RwLock<Header>>,
    rotation_place: Arc<Mutex<Option<Rotation>>>,
    /// Sealing anew under new keys, while there is anything to seal.
    resealing: Option<Resealing>,
    checkpoint: u64,
    checkpointed: Instant,
    checkpoint_took: Duration,
    /// Size of the last checkpoint this writer wrote.
    checkpoint_bytes: u64,
    /// Size of the store when it was last put in place fresh; 0 before.
    fresh_bytes: u64,
    /// Something was applied to the store and not brought to the disk.
    unflushed: bool,
    /// The journal's content is not known: a new one is needed before the next commit.
    journal_lost: bool,
    /// Looks over everything once, in the background.
    scrub: Scrub,
    /// Where it is told what was found since the vault was opened.
    found: UnboundedSender<OpenReport>,
    /// Given back last of all.
    _lock: Lock,
}

/// What the writer shows to the handles.
pub(crate) struct Shared {
    pub(crate) keys: KeyPlace,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) header: Arc<RwLock<Header>>,
    pub(crate) rotation: Arc<Mutex<Option<Rotation>>>,
}

impl Writer {
    /// Takes over an opened vault; its store goes on the shelf for the readers.
    pub(crate) fn new(opened: Opened, found: UnboundedSender<OpenReport>) -> Result<(Self, Shared), OpenError> {
        let Opened { folder, lock, keys, header, way: _, recovered } = opened;
        let keys = Arc::new(keys);
        let ledger = ledger(&keys, &recovered.store, recovered.stamp)?;
        let shelf = Arc::new(Shelf::new(Box::new(recovered.store)));
        let shared = Shared {
            keys: Arc::new(RwLock::new(Some(Arc::clone(&keys)))),
            shelf: Arc::clone(&shelf),
            header: Arc::new(RwLock::new(header.clone())),
            rotation: Arc::default(),
        };
        let checkpoint_bytes = size(&folder.checkpoint(recovered.checkpoint));
        let mut writer = Self {
            folder,
            keys,
            shelf,
            ledger,
            stamp: recovered.stamp,
            journal: recovered.journal,
            head: recovered.head,
            header,
            key_place: Arc::clone(&shared.keys),
            header_place: Arc::clone(&shared.header),
            rotation_place: Arc::clone(&shared.rotation),
            resealing: None,
            checkpoint: recovered.checkpoint,
            checkpointed: Instant::now(),
            checkpoint_took: Duration::ZERO,
            fresh_bytes: 0,
            checkpoint_bytes,
            unflushed: false,
            journal_lost: false,
            scrub: Scrub::later(),
            found,
            _lock: lock,
        };
        writer.resume_resealing();
        Ok((writer, shared))
    }

    /// Serves requests until the vault is closed or the last handle is gone.
    pub(crate) fn run(mut self, requests: &Receiver<Request>) {
        let mut next = None;
        loop {
            let request = match next.take() {
                Some(request) => request,
                None => match requests.recv_timeout(self.until_chore()) {
                    Ok(request) => request,
                    Err(RecvTimeoutError::Timeout) => {
                        if self.resealing.is_some() {
                            self.reseal_when_idle();
                            self.checkpoint_if_due();
                        } else {
                            self.do_chores();
                        }
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                },
            };
            match request {
                Request::Commit(first) => next = self.commit_group(first, requests),
                Request::Header { change, answer } => {
                    let _ = answer.send(self.change_header(change));
                }
                Request::Snapshot { reason, taken_at, answer } => {
                    let _ = answer.send(self.snapshot(reason, taken_at));
                }
                Request::Mend { depth, answer } => {
                    if depth == Depth::Bodies || self.shelf.has_failed() {
                        let _ = self.mend(depth);
                    }
                    let _ = answer.send(());
                }
                #[cfg(test)]
                Request::Scrub(answer) => {
                    self.scrub_through();
                    let _ = answer.send(());
                }
                Request::Erase(answer) => {
                    let _ = answer.send(self.erase());
                }
                Request::Close(answer) => {
                    let closed = self.close();
                    // The lock is free and the keys are wiped when the caller hears of it.
                    drop(self);
                    let _ = answer.send(closed);
                    return;
                }
            }
            self.reseal_if_due();
            self.checkpoint_if_due();
            self.scrub_if_due();
        }
        if let Err(error) = self.close() {
            tracing::warn!(%error, "the vault was not closed properly; its journal has every commit");
        }
    }

    /// Commits the first and whatever else is waiting. Answers with a request of another sort it came upon.
    fn commit_group(&mut self, first: Commit, requests: &Receiver<Request>) -> Option<Request> {
        let mut waiting = vec![first];
        let mut bytes = 0;
        let mut other = None;
        while waiting.len() < GROUP && bytes < GROUP_BYTES {
            match requests.try_recv() {
                Ok(Request::Commit(commit)) => {
                    bytes += commit.0.iter().map(Change::body_len).sum::<usize>();
                    waiting.push(commit);
                }
                Ok(request) => {
                    other = Some(request);
                    break;
                }
                Err(_) => break,
            }
        }
        let (changes, answers): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
        let mut results = Vec::with_capacity(changes.len());
        #[cfg(test)]
        let answers = self.answer_too_early(answers, changes.len());
        match self.commit(&changes, &mut results) {
            Ok(()) => {}
            Err(error) => results = changes.iter().map(|_| Err(again(&error))).collect(),
        }
        for (answer, result) in answers.into_iter().zip(results) {
            let _ = answer.send(result);
        }
        other
    }

    /// The mutation that shows what the order of the steps is worth.
    #[cfg(test)]
    fn answer_too_early(
        &self,
        answers: Vec<Answer<Result<Vec<u64>, CommitError>>>,
        count: usize,
    ) -> Vec<Answer<Result<Vec<u64>, CommitError>>> {
        if !crate::faults::mutated(crate::faults::Mutation::AckFirst) {
            return answers;
        }
        for (at, answer) in (1..=count as u64).zip(answers) {
            let _ = answer.send(Ok(vec![self.stamp.generation + at]));
        }
        Vec::new()
    }

    /// Plans, writes and applies the commits of a group. An error is the answer to all of them, and then none
    /// was made.
    fn commit(
        &mut self,
        group: &[Vec<Change>],
        results: &mut Vec<Result<Vec<u64>, CommitError>>,
    ) -> Result<(), CommitError> {
        self.make_ready()?;
        let planned = match self.plan(group, results) {
            Err(CommitError::Store(_)) => {
                self.mend(Depth::Tags)?;
                results.clear();
                self.plan(group, results)?
            }
            planned => planned?,
        };
        self.write(&planned)
    }

    fn plan(
        &mut self,
        group: &[Vec<Change>],
        results: &mut Vec<Result<Vec<u64>, CommitError>>,
    ) -> Result<Vec<Planned>, CommitError> {
        let (ledger, keys) = (&mut self.ledger, &self.keys);
        self.shelf.read(|store| {
            let mut planned = Vec::with_capacity(group.len());
            for changes in group {
                match ledger.plan(keys, store, changes) {
                    Ok(commit) => {
                        results.push(Ok(commit.versions.clone()));
                        planned.push(commit);
                    }
                    Err(CommitError::Store(fault)) => return Err(fault.into()),
                    Err(refused) => results.push(Err(refused)),
                }
            }
            Ok(planned)
        })
    }

    /// Sees to it that store and journal can take a commit.
    fn make_ready(&mut self) -> Result<(), CommitError> {
        if self.shelf.has_failed() {
            self.mend(Depth::Tags)?;
        }
        if self.journal_lost {
            // The commit was not begun: what keeps the new journal from being made is its answer.
            match self.checkpoint() {
                Err(CheckpointFault::Store(_)) => {
                    self.mend(Depth::Tags)?;
                    self.checkpoint()?;
                }
                done => done?,
            }
        }
        Ok(())
    }

    /// Takes the ledger back to what is acknowledged.
    fn reread(&mut self) -> Result<(), CommitError> {
        let (keys, stamp) = (&self.keys, self.stamp);
        self.ledger = self.shelf.read(|store| ledger(keys, store, stamp).map_err(|_| StoreFault::Diverged))?;
        Ok(())
    }

    fn note_in_head(&mut self, clean: bool) {
        let head = Head { stamp: self.stamp, header_number: self.header.number, checkpoint: self.checkpoint, clean };
        if let Err(fault) = self.head.write(&self.folder, &self.keys, &head) {
            // The head may be behind; it only must not be ahead.
            tracing::warn!(error = %fault.source, "the head was not written");
        }
    }

    fn snapshot(&mut self, reason: SnapshotReason, taken_at: i64) -> Result<SnapshotInfo, SnapshotError> {
        if self.shelf.has_failed() {
            self.mend(Depth::Tags).map_err(|error| match error {
                CommitError::Store(fault) => SnapshotError::Store(fault),
                _ => SnapshotError::Closed,
            })?;
        }
        let (folder, state) = (&self.folder, (&*self.keys, &self.stamp));
        // As for a checkpoint: this thread is the only one that applies anything.
        self.shelf.read(|store| snapshot::take(folder, state, store, (reason, taken_at)))
    }

    fn pending(&self) -> u64 {
        self.stamp.generation - self.checkpoint
    }

    /// How long the writer may sleep.
    fn until_chore(&self) -> Duration {
        let own = if let Some(wait) = self.until_reseal() {
            wait.checked_sub(TURN).unwrap_or_default()
        } else if self.unflushed {
            FLUSH_REST
        } else if self.pending() == 0 {
            CHECKPOINT_AGE
        } else {
            CHECKPOINT_AGE.saturating_sub(self.checkpointed.elapsed())
        };
        own.min(self.scrub.rests_for().unwrap_or(CHECKPOINT_AGE))
    }

    /// What is done while nobody asks for anything.
    fn do_chores(&mut self) {
        self.scrub_if_due();
        if std::mem::take(&mut self.unflushed)
            && let Err(fault) = self.shelf.read(|store| store.flush())
        {
            self.shelf.report_failure();
            tracing::warn!(%fault, "the store could not be flushed");
        }
        self.checkpoint_if_due();
    }

    fn close(&mut self) -> Result<(), CommitError> {
        let written = if self.pending() > 0 || self.journal_lost { self.checkpoint() } else { Ok(()) };
        if written.is_ok() && !self.shelf.has_failed() {
            self.keep_store_small();
        }
        let flushed = match self.shelf.take() {
            Some(store) => catch_unwind(AssertUnwindSafe(|| {
                let flushed = store.flush();
                drop(store);
                flushed
            }))
            .unwrap_or(Err(StoreFault::Panicked)),
            None => Err(StoreFault::Unavailable { hindrance: None }),
        };
        self.folder.tighten()?;
        written?;
        flushed?;
        if at_rest(&self.folder.store()) {
            imprint::take(&self.folder, &self.keys, &self.stamp)?;
        } else {
            files::remove(&self.folder.store_seal())?;
        }
        self.note_in_head(true);
        self.head.sync(&self.folder)?;
        if self.folder.has_old_findings()? && self.newest_checkpoint_is_whole() {
            // The owner was told of them at an opening, and everything is in a newer file that was read again.
            self.folder.let_go_of_old_findings()?;
        }
        Ok(())
    }
}

fn ledger(keys: &Keys, store: &dyn RecordStore, stamp: Stamp) -> Result<Ledger, OpenError> {
    catch_unwind(AssertUnwindSafe(|| Ledger::new(keys, store, stamp)))
        .map_err(|_| StoreFault::Panicked)?
        .map_err(|_| StoreFault::Diverged.into())
}

/// The same answer once more, for the next of a group.
fn again(error: &CommitError) -> CommitError {
    match error {
        CommitError::Journal { action, source } => {
            let source = source.raw_os_error().map_or(source.kind().into(), std::io::Error::from_raw_os_error);
            CommitError::Journal { action, source }
        }
        CommitError::Store(StoreFault::Failed { message, hindrance }) => {
            StoreFault::Failed { message: message.clone(), hindrance: *hindrance }.into()
        }
        CommitError::Store(StoreFault::Panicked) => StoreFault::Panicked.into(),
        CommitError::Store(StoreFault::Hung) => StoreFault::Hung.into(),
        CommitError::Store(StoreFault::Diverged) => StoreFault::Diverged.into(),
        CommitError::Store(StoreFault::Unavailable { hindrance }) => {
            StoreFault::Unavailable { hindrance: *hindrance }.into()
        }
        CommitError::Closed => CommitError::Closed,
        CommitError::Conflict { index, found } => CommitError::Conflict { index: *index, found: *found },
        CommitError::TooLarge { index, size } => CommitError::TooLarge { index: *index, size: *size },
        CommitError::Broken => CommitError::Broken,
    }
}

mod mend;
mod scrub;
#[cfg(test)]
mod tests;

use scrub::Scrub;
