//! The trash, undoing, the chronicle.

use jiff::Timestamp;
use roster_engine::{Chronicle, ChronicleLine, SetAside, TrashItem, TrashRestored, UndoItem, Undone};

use crate::wire::{
    history::{HistoryEntryView, HistoryView, SetAsideView},
    trash::{TrashFailedView, TrashItemView, TrashRestoredView, UndoItemView, UndoneView},
};

impl From<TrashItem> for TrashItemView {
    fn from(item: TrashItem) -> Self {
        Self {
            trash_id: item.id.to_string(),
            kind: item.kind.into(),
            name: item.name,
            platform: item.platform.into(),
            deleted_at: item.deleted_at,
            gone_at: item.gone_at,
        }
    }
}

impl From<TrashRestored> for TrashRestoredView {
    fn from(answer: TrashRestored) -> Self {
        let failed = answer.failed.into_iter();
        let failed = failed.map(|(id, reason)| TrashFailedView { trash_id: id.to_string(), reason: reason.into() });
        Self { restored: answer.restored.len() as u64, failed: failed.collect() }
    }
}

impl From<UndoItem> for UndoItemView {
    fn from(item: UndoItem) -> Self {
        Self { undo_id: item.id.to_string(), what: item.what.into(), count: item.count, at: item.at }
    }
}

impl From<Undone> for UndoneView {
    fn from(undone: Undone) -> Self {
        Self { what: undone.what.into(), undone: undone.undone, skipped: undone.skipped }
    }
}

impl From<Chronicle> for HistoryView {
    fn from(chronicle: Chronicle) -> Self {
        Self {
            entries: chronicle.lines.into_iter().map(HistoryEntryView::from).collect(),
            set_aside: chronicle.set_aside.into_iter().map(SetAsideView::from).collect(),
        }
    }
}

impl From<ChronicleLine> for HistoryEntryView {
    fn from(line: ChronicleLine) -> Self {
        Self { at: line.at, what: line.deed.into(), count: line.count, detail: line.detail }
    }
}

impl From<SetAside> for SetAsideView {
    fn from(aside: SetAside) -> Self {
        // A file system that knows no such time says nothing of it.
        let at = Timestamp::try_from(aside.at).ok();
        Self { name: aside.name, at, parts: aside.parts, bytes: aside.bytes }
    }
}
