//! Exports, imports, erasing.

use roster_engine::{ErasedView, ExportedView, ImportItem, ImportView, ImportWhat, ImportedView};

use crate::wire::transfer as wire;

impl From<Option<ExportedView>> for wire::ExportedView {
    fn from(done: Option<ExportedView>) -> Self {
        match done {
            Some(ExportedView { file_name, accounts, bytes }) => {
                Self { cancelled: false, file_name: Some(file_name), accounts, bytes }
            }
            None => Self { cancelled: true, file_name: None, accounts: 0, bytes: 0 },
        }
    }
}

impl From<ImportItem> for wire::ImportItemView {
    fn from(item: ImportItem) -> Self {
        Self {
            item_id: item.item_id.to_string(),
            name: item.name,
            platform: item.platform.map(String::from),
            what: item.what.into(),
            reason: item.reason.map(Into::into),
        }
    }
}

impl From<ImportView> for wire::ImportView {
    fn from(view: ImportView) -> Self {
        Self {
            import_id: view.id.to_string(),
            source: view.source.into(),
            new: view.count(ImportWhat::New),
            update: view.count(ImportWhat::Update),
            same: view.count(ImportWhat::Same),
            conflict: view.count(ImportWhat::Conflict),
            unreadable: view.count(ImportWhat::Unreadable),
            items: view.items.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ImportedView> for wire::ImportedView {
    fn from(done: ImportedView) -> Self {
        let ImportedView { imported, updated, skipped, undo_id } = done;
        Self { imported, updated, skipped, undo_id: undo_id.map(|id| id.to_string()) }
    }
}

impl From<ErasedView> for wire::ErasedView {
    fn from(done: ErasedView) -> Self {
        let ErasedView { freed_bytes, purged, snapshots_removed } = done;
        Self { freed_bytes, purged, snapshots_removed }
    }
}
