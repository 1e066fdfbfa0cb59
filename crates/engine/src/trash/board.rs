//! What lies in the trash, in memory: enough to list it and to know when it goes.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use roster_domain::AccountId;

use super::{STAYS_HOURS, TrashId, TrashItem, TrashKind};
use crate::{
    Engine, Error,
    storage::{RecordId, Trashed, TrashedThing},
};

#[derive(Debug, Clone)]
struct Entry {
    item: TrashItem,
    /// The account that would come back.
    account: Option<AccountId>,
}

/// The trash of an open vault.
#[derive(Debug, Default)]
pub(crate) struct Trash {
    entries: Mutex<BTreeMap<TrashId, Entry>>,
}

/// When something deleted then goes for good.
fn gone_at(deleted_at: Timestamp) -> Timestamp {
    deleted_at.checked_add(SignedDuration::from_hours(STAYS_HOURS)).unwrap_or(Timestamp::MAX)
}

fn entry(record: RecordId, trashed: &Trashed) -> Entry {
    let id = TrashId(record);
    let (deleted_at, gone_at) = (trashed.deleted_at, gone_at(trashed.deleted_at));
    match &trashed.thing {
        TrashedThing::Account { stored, .. } => {
            let (name, platform) = (stored.account.name.clone(), stored.account.platform.clone());
            let item = TrashItem { id, kind: TrashKind::Account, name, platform, deleted_at, gone_at };
            Entry { item, account: Some(stored.account.id.clone()) }
        }
        TrashedThing::Pool { stored, .. } => {
            let (name, platform) = (stored.name.clone(), stored.platform.clone());
            Entry { item: TrashItem { id, kind: TrashKind::Pool, name, platform, deleted_at, gone_at }, account: None }
        }
    }
}

impl Trash {
    /// The trash of a vault that is being opened.
    pub(crate) fn new(trashed: Vec<(RecordId, Trashed)>) -> Self {
        let entries = trashed.iter().map(|(record, trashed)| (TrashId(*record), entry(*record, trashed)));
        Self { entries: Mutex::new(entries.collect()) }
    }

    /// Shows something as deleted.
    pub(super) fn add(&self, record: RecordId, trashed: &Trashed) {
        self.entries.lock().insert(TrashId(record), entry(record, trashed));
    }

    /// Shows it as gone from the trash.
    pub(super) fn drop(&self, ids: &[TrashId]) {
        let mut entries = self.entries.lock();
        for id in ids {
            entries.remove(id);
        }
    }

    /// Shows as gone from the trash what came back in another way.
    pub(crate) fn came_back(&self, records: impl IntoIterator<Item = RecordId>) {
        self.drop(&records.into_iter().map(TrashId).collect::<Vec<_>>());
    }

    /// Everything in it.
    pub(crate) fn ids(&self) -> Vec<TrashId> {
        self.entries.lock().keys().copied().collect()
    }

    /// The accounts that these would bring back.
    pub(super) fn accounts(&self, ids: &[TrashId]) -> Vec<AccountId> {
        let entries = self.entries.lock();
        ids.iter().filter_map(|id| entries.get(id)?.account.clone()).collect()
    }

    /// What goes for good by a moment.
    pub(super) fn gone_by(&self, now: Timestamp) -> Vec<TrashId> {
        let entries = self.entries.lock();
        entries.values().filter(|entry| entry.item.gone_at <= now).map(|entry| entry.item.id).collect()
    }

    /// When the next thing goes for good.
    pub(crate) fn next_gone(&self) -> Option<Timestamp> {
        self.entries.lock().values().map(|entry| entry.item.gone_at).min()
    }
}

impl Engine {
    /// What lies in the trash, last deleted first.
    ///
    /// # Errors
    /// Those of a vault that is not open.
    pub fn trash(&self) -> Result<Vec<TrashItem>, Error> {
        let open = self.open()?;
        let mut items: Vec<TrashItem> = open.trash.entries.lock().values().map(|entry| entry.item.clone()).collect();
        items.sort_by(|a, b| b.deleted_at.cmp(&a.deleted_at).then_with(|| a.name.cmp(&b.name)));
        Ok(items)
    }
}
