//! What happened to the vault, in lines that its owner can read later: what was mended after a crash, what was
//! restored, imported, rotated, erased. The lines are sealed like everything else.

use jiff::Timestamp;
use parking_lot::Mutex;
use roster_vault::{SetAside, set_aside};
use serde::{Deserialize, Serialize};

use crate::{
    Engine, Error, UnlockReport,
    storage::{Batch, StoredChronicle, StoredDeed},
    unlocked::Unlocked,
};

/// How many lines are kept.
const KEPT: usize = 500;
/// How long a line's detail may be, in characters.
const DETAIL: usize = 400;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Changes that only the journal held were put in place, after the program had been ended by force.
    Recovered,
    /// The store was put together again from its copies.
    Rebuilt,
    /// Damaged parts were put aside.
    SetAside,
    /// Records could not be recovered.
    Lost,
    /// Records were brought to a newer form.
    Migrated,
    /// The vault got new keys.
    Rotated,
    /// A snapshot could not be written.
    SnapshotFailed,
    /// Accounts were brought back from a snapshot.
    Restored,
    /// Accounts were brought in from a file.
    Imported,
    /// What had been deleted was erased for good.
    Erased,
    /// The password was changed.
    PasswordChanged,
    /// A way to open the vault was added.
    SlotAdded,
    /// A way to open the vault was taken away.
    SlotRemoved,
}

/// One line of the chronicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChronicleLine {
    /// When.
    pub at: Timestamp,
    /// What.
    pub deed: Deed,
    /// How many it concerned, where that says something.
    pub count: Option<u64>,
    /// Which, where that says something: names of accounts, a kind of slot.
    pub detail: Option<String>,
}

/// What happened to the vault, and what lies aside of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chronicle {
    /// The lines, newest first.
    pub lines: Vec<ChronicleLine>,
    /// The damaged parts that are kept.
    pub set_aside: Vec<SetAside>,
}

/// The lines in memory. `writing` keeps two writers from overtaking each other.
#[derive(Debug, Default)]
pub(crate) struct ChronicleBook {
    lines: Mutex<StoredChronicle>,
    writing: tokio::sync::Mutex<()>,
}

impl ChronicleBook {
    /// With the lines of an opened vault.
    pub(crate) fn new(lines: StoredChronicle) -> Self {
        Self { lines: Mutex::new(lines), writing: tokio::sync::Mutex::default() }
    }
}

impl Unlocked {
    /// Adds a line. A line that cannot be written is lost with a word in the log: it must not undo what it tells of.
    pub(crate) async fn note(&self, deed: Deed, count: Option<u64>, detail: Option<String>) {
        let detail = detail.map(|text| text.chars().take(DETAIL).collect());
        self.note_all(vec![StoredDeed { at: self.now(), deed, count, detail }]).await;
    }

    /// Adds what the opening of the vault came to.
    pub(crate) async fn note_opening(&self, report: &UnlockReport) {
        let at = self.now();
        let mut deeds = Vec::new();
        let mut add = |deed, count, detail| deeds.push(StoredDeed { at, deed, count, detail });
        let mended = names(&report.mended_names);
        if report.replayed > 0 {
            add(Deed::Recovered, Some(report.replayed), mended.clone().filter(|_| !report.rebuilt));
        }
        if report.rebuilt {
            add(Deed::Rebuilt, None, mended);
        }
        if report.damaged_parts > 0 {
            add(Deed::SetAside, Some(report.damaged_parts), None);
        }
        if report.lost || report.unreadable > 0 {
            add(Deed::Lost, Some(report.unreadable).filter(|count| *count > 0), names(&report.lost_names));
        }
        self.note_all(deeds).await;
    }

    async fn note_all(&self, deeds: Vec<StoredDeed>) {
        if deeds.is_empty() {
            return;
        }
        let _writing = self.chronicle.writing.lock().await;
        let mut lines = self.chronicle.lines.lock().clone();
        lines.extend(deeds);
        lines.drain(..lines.len().saturating_sub(KEPT));
        let mut batch = Batch::new();
        batch.chronicle(&lines);
        match self.store.commit(batch).await {
            Ok(()) => *self.chronicle.lines.lock() = lines,
            Err(error) => tracing::warn!(%error, "a line of the chronicle was not written"),
        }
    }
}

/// Names in one line, as many as a detail has room for.
fn names(names: &[String]) -> Option<String> {
    let joined = names.join(", ");
    (!joined.is_empty()).then(|| joined.chars().take(DETAIL).collect())
}

impl Unlocked {
    /// When something of this sort was noted last.
    pub(crate) fn last_noted(&self, deed: Deed) -> Option<Timestamp> {
        self.chronicle.lines.lock().iter().rev().find(|line| line.deed == deed).map(|line| line.at)
    }
}

impl Engine {
    /// What happened to the vault, newest first, and what was put aside. Reads the folder of the vault.
    ///
    /// # Errors
    /// [`Error::Storage`] when the folder cannot be read.
    pub async fn chronicle(&self) -> Result<Chronicle, Error> {
        let open = self.open()?;
        let dir = self.core.vault_dir();
        let aside = tokio::task::spawn_blocking(move || set_aside(&dir)).await;
        let set_aside = aside.map_err(|error| Error::storage("list what lies aside", error))?;
        let set_aside = set_aside.map_err(|error| Error::storage("list what lies aside", error))?;
        let line = |stored: &StoredDeed| ChronicleLine {
            at: stored.at,
            deed: stored.deed,
            count: stored.count,
            detail: stored.detail.clone(),
        };
        let lines = open.chronicle.lines.lock().iter().rev().map(line).collect();
        Ok(Chronicle { lines, set_aside })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Rig;

    #[tokio::test]
    async fn lines_outlive_restarts_newest_first_and_the_oldest_go() {
        let rig = Rig::open().await;
        let open = rig.engine.open().unwrap();
        open.note(Deed::Imported, Some(3), None).await;
        open.note(Deed::SlotRemoved, None, Some(String::from("key_file"))).await;
        drop(open);
        let rig = rig.restarted().await;
        let chronicle = rig.engine.chronicle().await.unwrap();
        assert_eq!(
            chronicle.lines.iter().map(|line| line.deed).collect::<Vec<_>>(),
            [Deed::SlotRemoved, Deed::Imported]
        );
        assert_eq!((chronicle.lines[0].detail.as_deref(), chronicle.lines[1].count), (Some("key_file"), Some(3)));
        assert_eq!(chronicle.set_aside, []);
        let open = rig.engine.open().unwrap();
        let line = |count| StoredDeed { at: open.now(), deed: Deed::Restored, count: Some(count), detail: None };
        open.note_all((0..KEPT as u64).map(line).collect()).await;
        let lines = rig.engine.chronicle().await.unwrap().lines;
        assert_eq!((lines.len(), lines[0].count), (KEPT, Some(KEPT as u64 - 1)));
    }

    #[tokio::test]
    async fn what_an_opening_mended_is_told_with_what_lies_aside() {
        let rig = Rig::open().await;
        rig.add("a").await;
        rig.engine.lock().await.unwrap();
        let store = rig.dir().join("vault/store/db");
        let mut bytes = std::fs::read(&store).unwrap();
        bytes.iter_mut().step_by(97).for_each(|byte| *byte ^= 0x55);
        std::fs::write(&store, bytes).unwrap();
        rig.engine.unlock(crate::testing::PASSWORD.into()).await.unwrap();
        let chronicle = rig.engine.chronicle().await.unwrap();
        let deeds: Vec<Deed> = chronicle.lines.iter().map(|line| line.deed).collect();
        assert!(deeds.contains(&Deed::Rebuilt) && deeds.contains(&Deed::SetAside), "{deeds:?}");
        assert!(!deeds.contains(&Deed::Lost), "{deeds:?}");
        assert!(chronicle.set_aside[0].parts.contains(&String::from("store")), "{:?}", chronicle.set_aside);
        assert!(chronicle.set_aside[0].bytes > 0);
    }
}
