//! What restoring would do, before it is done.

use roster_vault::SnapshotId;

use super::{
    SnapshotItem, SnapshotPreview, SnapshotView,
    compare::{Difference, changed_pools, difference},
    take::about,
};
use crate::{
    Engine, Error,
    storage::{Past, Store},
};

impl Engine {
    /// What restoring all of a snapshot would do. Nothing is changed.
    ///
    /// # Errors
    /// [`Error::SnapshotNotFound`], [`Error::Conflict`] for a damaged one, [`Error::Storage`]
    pub async fn preview_snapshot(&self, id: SnapshotId) -> Result<SnapshotPreview, Error> {
        let open = self.open()?;
        let past = read_past(open.store.clone(), id).await?;
        let listed = self.snapshots().await?.into_iter().find(|snapshot| snapshot.id == id);
        let snapshot: SnapshotView = listed.ok_or_else(|| Error::SnapshotNotFound { id: id.to_string() })?;
        let book = open.book.read();
        let item = |account: &roster_domain::Account| SnapshotItem {
            account_id: account.id.clone(),
            name: account.name.clone(),
            platform: account.platform.clone(),
        };
        let (mut comes_back, mut changes, mut same) = (Vec::new(), Vec::new(), 0);
        for (_, then) in past.accounts.values() {
            match difference(&book, then) {
                Difference::ComesBack => comes_back.push(item(&then.account)),
                Difference::Changes { .. } => changes.push(item(&then.account)),
                Difference::Same => same += 1,
            }
        }
        let gone = book.slots().filter(|(_, row)| !past.accounts.contains_key(&row.account.id));
        let goes_away = gone.map(|(_, row)| item(&row.account)).collect();
        let pools_changed = changed_pools(&book, &past).len() as u64;
        Ok(SnapshotPreview { snapshot, comes_back, goes_away, changes, same, pools_changed })
    }
}

/// Opens a snapshot, off the threads that must not block.
pub(super) async fn read_past(store: Store, id: SnapshotId) -> Result<Past, Error> {
    let read = tokio::task::spawn_blocking(move || store.past(id)).await;
    read.map_err(|error| Error::storage("read a snapshot", error))?.map_err(about(id))?
}
