//! What was found damaged in the vault, told with the names its owner knows.

use std::{collections::BTreeSet, sync::Arc};

use roster_vault::{Named, OpenReport};

use super::{UnlockReport, VaultPhase};
use crate::{Event, engine::Core, unlocked::Unlocked};

/// So many names are kept for the owner; the rest is a number.
const NAMES: usize = 50;

impl Unlocked {
    /// The names of the accounts and pools that these records belong to, each once, as far as they are known.
    fn names_of<'a>(&self, records: impl Iterator<Item = &'a Named>) -> Vec<String> {
        let wanted: BTreeSet<_> = records.map(|record| record.id).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let book = self.book.read();
        let accounts = book.slots().map(|(_, row)| (row.record, &row.account.name));
        let pools = book.pools.values().map(|pool| (pool.record(), &pool.stored().name));
        let mut names: Vec<String> =
            accounts.chain(pools).filter(|(record, _)| wanted.contains(record)).map(|(_, name)| name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(NAMES);
        names
    }

    /// What a report of the vault says, in the engine's terms.
    pub(super) fn told_of(&self, report: &OpenReport) -> UnlockReport {
        UnlockReport {
            replayed: report.replayed,
            rebuilt: report.rebuilt,
            damaged_parts: report.damaged.len() as u64,
            lost: report.lost.is_some(),
            lost_names: self.names_of(report.records.iter().filter(|record| !record.mended)),
            mended_names: self.names_of(report.records.iter().filter(|record| record.mended)),
            ..UnlockReport::default()
        }
    }

    /// Tells what is found after the opening: the vault looks over every record and every copy in the background.
    pub(super) fn listen_for_findings(self: &Arc<Self>) {
        let open = Arc::clone(self);
        self.tasks.spawn(async move {
            while let Some(Some(report)) = open.cancel.run_until_cancelled(open.store.mended()).await {
                let told = open.told_of(&report);
                open.note_opening(&told).await;
                open.core.add_to_notice(told);
            }
        });
    }
}

impl Core {
    /// Adds to what the owner is shown of the last opening.
    fn add_to_notice(&self, later: UnlockReport) {
        {
            let mut session = self.session.lock();
            session.notice.get_or_insert_default().add(later);
        }
        self.events.emit(Event::VaultChanged { phase: VaultPhase::Unlocked });
    }
}

impl UnlockReport {
    /// Adds what was found later.
    fn add(&mut self, later: Self) {
        self.replayed += later.replayed;
        self.rebuilt |= later.rebuilt;
        self.damaged_parts += later.damaged_parts;
        self.lost |= later.lost;
        for (names, more) in [(&mut self.lost_names, later.lost_names), (&mut self.mended_names, later.mended_names)] {
            names.extend(more);
            names.sort_unstable();
            names.dedup();
            names.truncate(NAMES);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::Deed;
    use crate::testing::{PASSWORD, Rig};

    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
            let target = to.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                copy(&entry.path(), &target);
            } else {
                std::fs::copy(entry.path(), target).unwrap();
            }
        }
    }

    #[tokio::test]
    async fn an_older_store_is_told_with_the_names_of_whose_records_were_stale() {
        let rig = Rig::open().await;
        rig.add("first").await;
        rig.engine.lock().await.unwrap();
        let (store, kept) = (rig.dir().join("vault/store"), rig.dir().join("older"));
        copy(&store, &kept);
        rig.engine.unlock(PASSWORD.into()).await.unwrap();
        let second = rig.add("second").await;
        let name = rig.view(&second.account.id).account.name.clone();
        rig.engine.lock().await.unwrap();
        std::fs::remove_dir_all(&store).unwrap();
        copy(&kept, &store);
        rig.engine.unlock(PASSWORD.into()).await.unwrap();
        let notice = rig.engine.vault_state().notice.unwrap();
        assert_eq!((&notice.mended_names[..], notice.lost), (&[name.clone()][..], false));
        let lines = rig.engine.chronicle().await.unwrap().lines;
        let told = lines.iter().find(|line| line.detail.as_deref() == Some(&name)).map(|line| line.deed);
        assert!(matches!(told, Some(Deed::Recovered | Deed::Rebuilt)), "{lines:?}");
        rig.engine.lock().await.unwrap();
        assert_eq!(rig.engine.vault_state().notice.unwrap().mended_names, Vec::<String>::new());
    }
}
