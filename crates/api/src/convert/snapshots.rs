//! Snapshots.

use roster_engine::{Restored, SnapshotItem, SnapshotPreview, SnapshotView};

use crate::wire::snapshots as wire;

impl From<SnapshotView> for wire::SnapshotView {
    fn from(view: SnapshotView) -> Self {
        Self {
            snapshot_id: view.id.to_string(),
            taken_at: view.taken_at,
            reason: view.reason.map(Into::into),
            accounts: view.accounts,
            bytes: view.bytes,
            verified: view.verified,
        }
    }
}

impl From<SnapshotItem> for wire::SnapshotItemView {
    fn from(item: SnapshotItem) -> Self {
        Self { account_id: item.account_id.to_string(), name: item.name, platform: item.platform.to_string() }
    }
}

impl From<SnapshotPreview> for wire::SnapshotPreviewView {
    fn from(preview: SnapshotPreview) -> Self {
        let items = |items: Vec<SnapshotItem>| items.into_iter().map(Into::into).collect();
        Self {
            snapshot: preview.snapshot.into(),
            comes_back: items(preview.comes_back),
            goes_away: items(preview.goes_away),
            changes: items(preview.changes),
            same: preview.same,
            pools_changed: preview.pools_changed,
        }
    }
}

impl From<Restored> for wire::RestoredView {
    fn from(done: Restored) -> Self {
        let Restored { restored, changed, removed, undo_id } = done;
        Self { restored, changed, removed, undo_id: undo_id.map(|id| id.to_string()) }
    }
}
