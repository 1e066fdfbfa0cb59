//! What the vault's phase is kept in, and the answers while it is not open.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use roster_domain::Secret;

use roster_vault::{OpenError, OpenReport, Presence, Vault, WordsError, inspect};

use super::security::GRACE;
use super::{LockReason, Need, SlotKind, UnlockReport, VaultPhase, VaultProblem, VaultState};
use crate::{Clash, Deed, Engine, Error, Event, Problem, engine::Core, schema, storage::Store, unlocked::Unlocked};

/// The present phase.
#[derive(Debug, Default)]
enum Phase {
    /// Absent or locked; the folder says which.
    #[default]
    Closed,
    Busy,
    Open(Arc<Unlocked>),
}

/// The phase and what the last opening came to.
#[derive(Debug, Default)]
pub(crate) struct Session {
    phase: Phase,
    problem: Option<VaultProblem>,
    locked_because: Option<LockReason>,
    /// What opened it, while it is open.
    opened: Option<Opened>,
    /// A recovery kit that is shown and not in force yet.
    pub(super) kit: Option<PendingKit>,
    pub(super) notice: Option<UnlockReport>,
}

/// What opened the vault, and since when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opened {
    kind: SlotKind,
    /// Whether the vault was made just then.
    made: bool,
    /// Whether a password was set since.
    password_set: bool,
    awake: Duration,
    at: Timestamp,
}

impl Opened {
    pub(super) fn now(core: &Core, kind: SlotKind, made: bool) -> Self {
        Self { kind, made, password_set: false, awake: core.ports.clock.awake(), at: core.now() }
    }

    /// Whether the owner is taken to be there still: for a while after the vault was made, or opened with the recovery
    /// kit. By whichever clock says that more time has passed.
    pub(super) fn is_fresh(&self, core: &Core) -> bool {
        let by_day = Duration::try_from(core.now().duration_since(self.at)).unwrap_or(Duration::ZERO);
        let passed = by_day.max(core.ports.clock.awake().saturating_sub(self.awake));
        (self.made || self.kind == SlotKind::Recovery) && passed < GRACE
    }

    /// Whether a password can be set without the old one.
    pub(super) fn may_set_password(&self, core: &Core) -> bool {
        self.kind == SlotKind::Recovery && !self.password_set && self.is_fresh(core)
    }
}

/// A recovery kit whose words are shown, before two of them were typed back.
#[derive(Debug)]
pub(super) struct PendingKit {
    pub(super) words: Secret<String>,
    /// Places of the two words, from 0.
    pub(super) ask: [usize; 2],
    pub(super) made_at: Timestamp,
}

/// The kinds that this version can use, each once.
pub(super) fn kinds_of(slots: &[roster_vault::SlotKind]) -> Vec<SlotKind> {
    let all = [SlotKind::Password, SlotKind::Recovery, SlotKind::Keychain, SlotKind::KeyFile];
    all.into_iter().filter(|kind| slots.contains(&(*kind).into())).collect()
}

/// What [`OpenError`] means to whoever asked.
pub(super) fn open_error(error: OpenError) -> Error {
    match error {
        OpenError::Absent => Error::VaultAbsent,
        OpenError::AlreadyExists => Error::VaultExists,
        OpenError::AlreadyOpen => Error::AlreadyOpen,
        OpenError::WrongPassword => Error::WrongPassword { wait: std::time::Duration::ZERO },
        OpenError::NewerFormat { found, .. } => Error::VaultNewer { found },
        OpenError::KeyMissing => Error::VaultKeyMissing,
        damaged @ (OpenError::ForeignSlot { .. }
        | OpenError::Damaged { .. }
        | OpenError::RolledBack { .. }
        | OpenError::WeakKdf { .. }
        | OpenError::CostlyKdf { .. }) => Error::VaultDamaged { what: damaged.to_string() },
        OpenError::NoSlot { .. } => Error::Conflict(Clash::NoSuchSlot),
        OpenError::LastSlot => Error::Conflict(Clash::LastSlot),
        OpenError::SlotNotFound { id } => Error::SlotNotFound { id: id.to_string() },
        OpenError::Words(WordsError::Count { found }) => Error::invalid("words", Problem::WordCount { found }),
        OpenError::Words(WordsError::Unknown { index }) => Error::invalid("words", Problem::UnknownWord { index }),
        OpenError::Words(WordsError::Checksum) => Error::invalid("words", Problem::WordChecksum),
        OpenError::NoKeyFile => Error::invalid("file", Problem::NoKeyFile),
        OpenError::OtherVault => Error::invalid("file", Problem::OtherVault),
        OpenError::Closed => Error::VaultLocked,
        other => Error::refused("open vault", other.hindrance(), other),
    }
}

/// What stands in the way of opening, for the page that asks for the password.
fn problem_of(error: &Error) -> Option<VaultProblem> {
    match error {
        Error::VaultDamaged { what } => Some(VaultProblem::Damaged { what: what.clone() }),
        Error::VaultKeyMissing => Some(VaultProblem::KeyMissing),
        Error::VaultNewer { found } => Some(VaultProblem::Newer { found: *found }),
        Error::AlreadyOpen => Some(VaultProblem::AlreadyOpen),
        Error::Storage { source, .. } => Some(VaultProblem::Unreadable { what: source.to_string() }),
        _ => None,
    }
}

impl Session {
    /// A password was set: the kit is no reason any more to set another one without it.
    pub(super) fn password_was_set(&mut self) {
        if let Some(opened) = &mut self.opened {
            opened.password_set = true;
        }
    }

    pub(super) fn opened(&self) -> Option<Opened> {
        self.opened
    }
}

impl Core {
    /// What is open, or why nothing is.
    pub(crate) fn opened(&self) -> Result<Arc<Unlocked>, Error> {
        match &self.session.lock().phase {
            Phase::Open(unlocked) => return Ok(Arc::clone(unlocked)),
            Phase::Busy => return Err(Error::VaultBusy),
            Phase::Closed => {}
        }
        match inspect(&self.vault_dir()) {
            Ok(Presence::Absent) => Err(Error::VaultAbsent),
            Ok(Presence::Present { .. }) | Err(_) => Err(Error::VaultLocked),
        }
    }

    /// Goes from closed to busy, for whoever opens or makes the vault.
    pub(super) fn begin_opening(&self, when_open: Error) -> Result<(), Error> {
        let mut session = self.session.lock();
        match session.phase {
            Phase::Open(_) => Err(when_open),
            Phase::Busy => Err(Error::VaultBusy),
            Phase::Closed => {
                session.phase = Phase::Busy;
                drop(session);
                self.events.emit(Event::VaultChanged { phase: VaultPhase::Busy });
                Ok(())
            }
        }
    }

    /// Goes from open to busy; `None` when there is nothing to close.
    pub(super) fn begin_closing(&self) -> Result<Option<Arc<Unlocked>>, Error> {
        let mut session = self.session.lock();
        match std::mem::replace(&mut session.phase, Phase::Busy) {
            Phase::Open(unlocked) => {
                drop(session);
                self.events.emit(Event::VaultChanged { phase: VaultPhase::Busy });
                Ok(Some(unlocked))
            }
            Phase::Busy => Err(Error::VaultBusy),
            Phase::Closed => {
                session.phase = Phase::Closed;
                Ok(None)
            }
        }
    }

    /// Back to closed.
    pub(super) fn closed(&self, because: Option<&Error>) {
        {
            let mut session = self.session.lock();
            session.phase = Phase::Closed;
            session.opened = None;
            session.kit = None;
            session.problem = because.and_then(problem_of);
            // Names are for who has the vault open.
            if let Some(notice) = &mut session.notice {
                notice.lost_names.clear();
                notice.mended_names.clear();
            }
        }
        self.events.emit(Event::VaultChanged { phase: self.state().phase });
    }

    /// Back to closed, after having been open.
    pub(super) fn locked(&self, because: LockReason, fault: Option<&Error>) {
        self.session.lock().locked_because = Some(because);
        self.closed(fault);
    }

    /// Reads what an opened vault holds and starts what runs while it is open.
    pub(super) async fn enter(
        self: &Arc<Self>,
        vault: Vault,
        report: OpenReport,
        opened: Opened,
    ) -> Result<UnlockReport, Error> {
        let store = Store::new(vault);
        let migrated = schema::up_to_date(&store, self.now()).await;
        let load = {
            let store = store.clone();
            move || store.load()
        };
        let loaded = tokio::task::spawn_blocking(load).await.map_err(|error| Error::storage("load", error));
        let (contents, migrated) = match migrated.and_then(|migrated| Ok((loaded??, migrated))) {
            Ok(ready) => ready,
            Err(error) => {
                // The files go back to rest before anybody hears of it.
                if let Err(close) = store.close().await {
                    tracing::warn!(%close, "closing after a failed opening failed too");
                }
                return Err(error);
            }
        };
        let (unreadable, logins) = (contents.unreadable, contents.logins.len() as u64);
        let unlocked = Unlocked::start(Arc::clone(self), store, contents).await;
        let logins_resumed = logins.min(unlocked.logins.len() as u64);
        let notice = UnlockReport { unreadable, logins_resumed, ..unlocked.told_of(&report) };
        unlocked.note_opening(&notice).await;
        if let Some(migrated) = migrated {
            unlocked.note(Deed::Migrated, Some(migrated.records), None).await;
        }
        let listening = Arc::clone(&unlocked);
        {
            let mut session = self.session.lock();
            session.phase = Phase::Open(unlocked);
            session.problem = None;
            session.opened = Some(opened);
            session.locked_because = None;
            session.notice = Some(notice.clone());
        }
        listening.listen_for_findings();
        self.events.emit(Event::VaultChanged { phase: VaultPhase::Unlocked });
        Ok(notice)
    }

    /// Takes a vault that a test has opened.
    #[cfg(test)]
    pub(crate) fn enter_opened(&self, unlocked: Arc<Unlocked>) {
        self.session.lock().phase = Phase::Open(unlocked);
    }

    /// How the vault stands.
    pub(crate) fn state(&self) -> VaultState {
        let session = self.session.lock();
        let mut problem = session.problem.clone();
        let (mut slot_kinds, mut needs) = (Vec::new(), Vec::new());
        let phase = match &session.phase {
            Phase::Open(unlocked) => {
                let slots = unlocked.store.vault().slots().unwrap_or_default();
                slot_kinds = kinds_of(&slots.iter().map(|slot| slot.kind).collect::<Vec<_>>());
                if session.opened.is_some_and(|opened| opened.may_set_password(self)) {
                    needs.push(Need::NewPassword);
                }
                if !slot_kinds.contains(&SlotKind::Recovery) {
                    needs.push(Need::RecoveryKit);
                }
                VaultPhase::Unlocked
            }
            Phase::Busy => VaultPhase::Busy,
            Phase::Closed => match inspect(&self.vault_dir()) {
                Ok(Presence::Absent) => VaultPhase::Absent,
                Ok(Presence::Present { slots, .. }) => {
                    slot_kinds = kinds_of(&slots);
                    VaultPhase::Locked
                }
                Err(error) => {
                    problem = problem.or_else(|| problem_of(&open_error(error)));
                    VaultPhase::Locked
                }
            },
        };
        VaultState {
            phase,
            problem,
            wait: self.slowdown.wait(self.ports.clock.awake()),
            slot_kinds,
            opened_with: session.opened.map(|opened| opened.kind),
            needs,
            locked_because: session.locked_because.filter(|_| phase == VaultPhase::Locked),
            notice: session.notice.clone(),
        }
    }
}

impl Engine {
    /// Where the vault stands.
    pub fn vault_state(&self) -> VaultState {
        self.core.state()
    }
}
