//! What happened, for whoever shows it: one closed, versioned list, in batches of at most four a second.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;
use roster_domain::{AccountId, LoginId, PlatformId, Reason};
use serde::Serialize;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{Clock, JobView, UndoId, UndoWhat, VaultPhase};

/// The version of [`EventBatch`].
pub const EVENTS_VERSION: u32 = 1;

/// Why an account's window was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowEnd {
    /// The person closed it, in its own frame or from the program.
    Closed,
    /// The account has another proxy now; the page had gone on by the way before.
    OtherProxy,
    /// The vault was locked.
    Locked,
    /// It was lost, or its account was deleted.
    Lost,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The vault was made, opened, closed.
    VaultChanged {
        /// Where it stands.
        phase: VaultPhase,
    },
    /// Accounts came, changed or went.
    AccountsChanged {
        /// Which; too many to name when `None`.
        #[serde(skip_serializing_if = "Option::is_none")]
        ids: Option<Vec<AccountId>>,
    },
    /// A login moved on.
    LoginChanged {
        /// Which.
        session_id: LoginId,
    },
    /// A job moved on.
    JobChanged {
        /// How it stands, without its results.
        job: Box<JobView>,
    },
    /// Pools came, changed or went.
    PoolsChanged,
    /// The settings changed.
    SettingsChanged,
    /// The preferences changed.
    PreferencesChanged,
    /// An account stopped being usable.
    AccountDied {
        /// Which.
        account_id: AccountId,
        /// Its name.
        name: String,
        /// Its platform.
        platform: PlatformId,
        /// Why.
        reason: Reason,
    },
    /// An account was opened in a window.
    WindowOpened {
        /// Which.
        account_id: AccountId,
    },
    /// An account's window was closed.
    WindowClosed {
        /// Which.
        account_id: AccountId,
        /// Whether a session that changed in it is in the vault now.
        saved: bool,
        /// Whether the person logged out in it: the stored session has ended.
        logged_out: bool,
        /// Why it was closed.
        reason: WindowEnd,
    },
    /// Somebody else than the account's own person logged in in its window. The account is as it was; that login waits
    /// for the owner's word.
    OtherPersonFound {
        /// Whose window it was.
        account_id: AccountId,
        /// The login that holds the other person's session.
        session_id: LoginId,
    },
    /// An action can be undone.
    UndoOffered {
        /// Which.
        undo_id: UndoId,
        /// What it was.
        what: UndoWhat,
        /// How many things it concerned.
        count: u64,
    },
}

/// What happened within a quarter of a second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventBatch {
    /// [`EVENTS_VERSION`]
    pub version: u32,
    /// The events, in order; several about the same thing are one.
    pub events: Vec<Event>,
}

/// The time between two batches: at most four a second.
const BATCH_EVERY: Duration = Duration::from_millis(250);
/// More changed accounts than this are not named one by one.
const NAMED_ACCOUNTS: usize = 200;
/// Batches that a slow receiver may be behind.
const BACKLOG: usize = 64;

#[derive(Debug, Default)]
struct Waiting {
    events: Mutex<Vec<Event>>,
    arrived: Notify,
}

/// Collects events and sends them in batches.
#[derive(Debug)]
pub(crate) struct EventBus {
    waiting: Arc<Waiting>,
    batches: broadcast::Sender<EventBatch>,
    _end: DropGuard,
}

impl EventBus {
    /// A bus whose task ends with it.
    pub(crate) fn start(clock: Arc<dyn Clock>) -> Self {
        let waiting = Arc::new(Waiting::default());
        let batches = broadcast::Sender::new(BACKLOG);
        let end = CancellationToken::new();
        tokio::spawn({
            let (waiting, batches) = (Arc::clone(&waiting), batches.clone());
            let pump = async move {
                loop {
                    waiting.arrived.notified().await;
                    let events = std::mem::take(&mut *waiting.events.lock());
                    if !events.is_empty() {
                        // Nobody listening is no fault.
                        let _ = batches.send(EventBatch { version: EVENTS_VERSION, events });
                        clock.sleep(BATCH_EVERY).await;
                    }
                }
            };
            end.clone().run_until_cancelled_owned(pump)
        });
        Self { waiting, batches, _end: end.drop_guard() }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<EventBatch> {
        self.batches.subscribe()
    }

    /// Takes an event in; one about the same thing that still waits is replaced or joined.
    pub(crate) fn emit(&self, event: Event) {
        merge(&mut self.waiting.events.lock(), event);
        self.waiting.arrived.notify_one();
    }

    /// These accounts changed.
    pub(crate) fn accounts(&self, ids: impl IntoIterator<Item = AccountId>) {
        self.emit(Event::AccountsChanged { ids: Some(ids.into_iter().collect()) });
    }
}

/// Whether two events speak of the same thing, so that one of them is enough.
fn same_subject(a: &Event, b: &Event) -> bool {
    match (a, b) {
        (Event::JobChanged { job: a }, Event::JobChanged { job: b }) => a.id == b.id,
        (Event::VaultChanged { .. }, Event::VaultChanged { .. }) => true,
        (Event::AccountsChanged { .. }, Event::AccountsChanged { .. }) => true,
        (a, b) => a == b,
    }
}

fn merge(waiting: &mut Vec<Event>, event: Event) {
    let Some(place) = waiting.iter().position(|other| same_subject(other, &event)) else {
        waiting.push(capped(event));
        return;
    };
    let other = waiting.remove(place);
    let joined = match (other, event) {
        (Event::AccountsChanged { ids: Some(mut before) }, Event::AccountsChanged { ids: Some(ids) }) => {
            for id in ids {
                if !before.contains(&id) {
                    before.push(id);
                }
            }
            Event::AccountsChanged { ids: Some(before) }
        }
        (Event::AccountsChanged { .. }, Event::AccountsChanged { .. }) => Event::AccountsChanged { ids: None },
        (_, event) => event,
    };
    waiting.push(capped(joined));
}

fn capped(event: Event) -> Event {
    match event {
        Event::AccountsChanged { ids: Some(ids) } if ids.len() > NAMED_ACCOUNTS => Event::AccountsChanged { ids: None },
        other => other,
    }
}
