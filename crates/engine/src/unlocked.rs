//! What exists only while the vault is open. Locking drops all of it.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use jiff::Timestamp;
use parking_lot::{Mutex, RwLock};
use roster_domain::{Account, AccountId};
use roster_vault::SnapshotReason;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    AccountRef, AccountView, Error, Settings,
    accounts::Ration,
    book::Book,
    chronicle::ChronicleBook,
    engine::Core,
    health::{Deaths, Flights, Lanes},
    jobs::Jobs,
    logins::Logins,
    memories::Memories,
    operations::Turns,
    sessions::Unsaved,
    storage::{Batch, Contents, RecordId, SHARDS, Schedule, Store, Upkeep, shard_of},
    transfer::Imports,
    trash::Trash,
    undo::Undos,
    windows::WindowBoard,
};

/// Changes to one account are made one after the other, those to different accounts side by side.
///
/// Who needs several takes them in the order of their shards; who also needs `pool_writes` or `numbering` takes
/// these afterwards, in that order.
type AccountLocks = Box<[tokio::sync::Mutex<()>]>;

/// How long closing waits for what is under way. Everything has limits of its own that are shorter, so this is for what
/// broke: the vault is closed all the same.
const AT_REST_WITHIN: Duration = Duration::from_secs(40);

/// The open vault with everything around it.
pub(crate) struct Unlocked {
    /// Itself, for what outlives a call.
    pub(crate) me: Weak<Self>,
    pub(crate) core: Arc<Core>,
    pub(crate) store: Store,
    pub(crate) book: RwLock<Book>,
    pub(crate) settings: RwLock<Settings>,
    pub(crate) schedule: Mutex<Schedule>,
    pub(crate) settings_write: tokio::sync::Mutex<()>,
    pub(crate) pool_writes: tokio::sync::Mutex<()>,
    pub(crate) numbering: tokio::sync::Mutex<()>,
    account_locks: AccountLocks,
    pub(crate) lanes: Lanes,
    pub(crate) flights: Flights,
    pub(crate) deaths: Deaths,
    pub(crate) logins: Logins,
    pub(crate) ration: Ration,
    pub(crate) memories: Memories,
    pub(crate) turns: Turns,
    pub(crate) unsaved: Unsaved,
    pub(crate) jobs: Jobs,
    pub(crate) trash: Trash,
    pub(crate) undos: Undos,
    pub(crate) chronicle: ChronicleBook,
    pub(crate) imports: Imports,
    pub(crate) windows: WindowBoard,
    touched: Mutex<(Duration, Timestamp)>,
    /// Ends everything that runs while the vault is open.
    pub(crate) cancel: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

impl std::fmt::Debug for Unlocked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unlocked").finish_non_exhaustive()
    }
}

impl Unlocked {
    /// Takes up where the vault's contents stand: schedules checks, resumes logins, starts the runner.
    pub(crate) async fn start(core: Arc<Core>, store: Store, mut contents: Contents) -> Arc<Self> {
        let now = core.now();
        let awake = core.ports.clock.awake();
        let logins = std::mem::take(&mut contents.logins);
        let unlocked = Arc::new_cyclic(|me| Self {
            me: me.clone(),
            store,
            book: RwLock::new(Book::build(&mut contents)),
            settings: RwLock::new(contents.settings),
            schedule: Mutex::new(contents.schedule),
            settings_write: tokio::sync::Mutex::default(),
            pool_writes: tokio::sync::Mutex::default(),
            numbering: tokio::sync::Mutex::default(),
            account_locks: (0..SHARDS).map(|_| tokio::sync::Mutex::default()).collect(),
            lanes: Lanes::new(core.limits, core.adapters.values().map(|adapter| adapter.descriptor())),
            flights: Flights::default(),
            deaths: Deaths::default(),
            logins: Logins::default(),
            ration: Ration::full(awake),
            memories: Memories::default(),
            turns: Turns::default(),
            unsaved: Unsaved::default(),
            jobs: Jobs::default(),
            trash: Trash::new(contents.trash),
            undos: Undos::default(),
            chronicle: ChronicleBook::new(contents.chronicle),
            imports: Imports::default(),
            windows: WindowBoard::default(),
            touched: Mutex::new((awake, now)),
            cancel: CancellationToken::new(),
            tasks: TaskTracker::new(),
            core,
        });
        unlocked.reschedule();
        for pending in logins {
            unlocked.resume_login(pending);
        }
        unlocked.start_runner();
        unlocked
    }

    /// Ends everything, writes what is left and closes the vault.
    pub(crate) async fn stop(&self) -> Result<(), Error> {
        self.cancel.cancel();
        self.tasks.close();
        // At once, for whoever ends the program before the rest is done; and again for what is still counted.
        if let Err(error) = self.flush_counters().await {
            tracing::warn!(%error, "uses could not be counted at once");
        }
        tokio::select! {
            biased;
            () = self.tasks.wait() => {}
            () = self.core.ports.clock.sleep(AT_REST_WITHIN) => {
                tracing::error!(left = self.tasks.len(), "closing the vault although something is under way");
            }
        }
        // After what was still being copied.
        self.core.ports.clipboard.forget().await;
        self.tell_deaths();
        self.save_unsaved().await;
        let flushed = self.flush_counters().await;
        self.take_snapshot_or_tell(SnapshotReason::Lock).await;
        let closed = self.store.close().await;
        *self.book.write() = Book::default();
        self.logins.clear();
        self.memories.clear();
        self.imports.clear();
        self.jobs.clear();
        self.core.forget_connections();
        flushed.and(closed)
    }

    /// Carries something out to its end, whatever becomes of who asked for it: between writing a change and showing
    /// it nothing may break off. Locking waits for it.
    pub(crate) async fn whole<T, F>(self: &Arc<Self>, work: impl FnOnce(Arc<Self>) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
        T: Send + 'static,
    {
        let done = self.tasks.spawn(work(Arc::clone(self))).await;
        done.map_err(|error| Error::storage("carry out", error))?
    }

    /// Waits for a platform's answer, unless the vault is being locked.
    pub(crate) async fn unless_locked<T>(
        &self,
        question: impl Future<Output = Result<T, roster_platform::Error>>,
    ) -> Result<T, Error> {
        Ok(self.cancel.run_until_cancelled(question).await.ok_or(Error::VaultLocked)??)
    }

    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.core.now()
    }

    /// The owner is there.
    pub(crate) fn touch(&self) {
        *self.touched.lock() = (self.core.ports.clock.awake(), self.now());
        self.jobs.wake();
    }

    /// How long the owner has been away; time in which the machine slept counts.
    pub(crate) fn idle(&self) -> Duration {
        let (awake, at) = *self.touched.lock();
        let by_day = Duration::try_from(self.now().duration_since(at)).unwrap_or(Duration::ZERO);
        by_day.max(self.core.ports.clock.awake().saturating_sub(awake))
    }

    /// Keeps others from changing this account.
    pub(crate) async fn hold(&self, id: &AccountId) -> tokio::sync::MutexGuard<'_, ()> {
        self.account_locks[usize::from(shard_of(id)) % self.account_locks.len()].lock().await
    }

    /// Keeps others from changing any of these accounts.
    pub(crate) async fn hold_all<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a AccountId>,
    ) -> Vec<tokio::sync::MutexGuard<'_, ()>> {
        let mut shards: Vec<usize> = ids.into_iter().map(|id| usize::from(shard_of(id))).collect();
        shards.sort_unstable();
        shards.dedup();
        let mut guards = Vec::with_capacity(shards.len());
        for shard in shards {
            guards.push(self.account_locks[shard % self.account_locks.len()].lock().await);
        }
        guards
    }

    /// A copy of an account to change, with the engine's notes and its record. Hold it first.
    pub(crate) fn snapshot(&self, id: &AccountId) -> Result<(Account, Upkeep, RecordId), Error> {
        let book = self.book.read();
        let row = book.get(id).ok_or_else(|| Error::AccountNotFound { id: id.to_string() })?;
        Ok((Account::clone(&row.account), row.upkeep.clone(), row.record))
    }

    /// Writes a changed account with whatever else belongs to the change, then shows it. Hold it first.
    pub(crate) async fn put(&self, mut account: Account, upkeep: Upkeep, mut with: Batch) -> Result<(), Error> {
        let record = {
            let book = self.book.read();
            let row = book.get(&account.id);
            row.ok_or_else(|| Error::AccountNotFound { id: account.id.to_string() })?.record
        };
        if let Some(session) = self.unsaved.of(&account).filter(|_| !with.has_session(record)) {
            account.credential_hash = Some(self.store.credential_hash(&session));
            with.credential(record, &session);
        }
        let has_session = with.has_session(record);
        with.account(record, &account, &upkeep);
        self.store.commit(with).await?;
        let id = account.id.clone();
        if has_session {
            self.unsaved.is_saved(&id);
        }
        self.book.write().replace(account, upkeep);
        self.close_old_ways();
        self.core.events.accounts([id]);
        self.jobs.wake();
        Ok(())
    }

    /// Changes one account: `change` gets a copy, the engine's notes and a batch for what else is to be written.
    pub(crate) async fn change<T>(
        &self,
        id: &AccountId,
        change: impl FnOnce(&mut Account, &mut Upkeep, &mut Batch, RecordId) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let _held = self.hold(id).await;
        let (mut account, mut upkeep, record) = self.snapshot(id)?;
        let mut batch = Batch::new();
        let value = change(&mut account, &mut upkeep, &mut batch, record)?;
        self.put(account, upkeep, batch).await?;
        Ok(value)
    }

    /// The public id of an account.
    pub(crate) fn id_of(&self, account: &AccountRef) -> Result<AccountId, Error> {
        let book = self.book.read();
        let row = book.find(account).map(|slot| book.row(slot).map(|row| row.account.id.clone()))?;
        row.ok_or_else(|| Error::AccountNotFound { id: account.to_string() })
    }

    /// An account as it is shown.
    pub(crate) fn view(&self, account: &AccountRef) -> Result<AccountView, Error> {
        let book = self.book.read();
        let view = book.view(book.find(account)?, self.now());
        let mut view = view.ok_or_else(|| Error::AccountNotFound { id: account.to_string() })?;
        self.show_doings(&mut view);
        Ok(view)
    }
}
