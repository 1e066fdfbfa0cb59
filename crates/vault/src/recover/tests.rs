//! Damage of every part, and what opening makes of it: everything back, or said aloud.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use roster_domain::Secret;
use tempfile::TempDir;

use crate::sealed::{RecordKey, SealedRecord};
use crate::store::{Batch, DiskStore, Op, RecordStore};
use crate::{Change, Expect, KdfParams, Kind, Loss, OpenError, OpenReport, Part, RecordId, Vault};

const NOTE: Kind = Kind::new("note");
const OTHER: Kind = Kind::new("other");

type Notes = BTreeMap<[u8; 16], Vec<u8>>;

fn password() -> Secret<String> {
    Secret::from("after the flood")
}

/// A vault folder, what is in it, and the folder as it was at earlier moments.
struct Scene {
    place: TempDir,
    dir: PathBuf,
    notes: Notes,
}

impl Scene {
    /// Two checkpoints, records of several kinds and sizes, deletions; closed.
    async fn closed() -> Self {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("vault");
        let mut scene = Self { dir, place, notes: Notes::new() };
        let vault = Vault::create(&scene.dir, &password(), KdfParams::floor()).unwrap();
        scene.write(&vault, 0..30).await;
        vault.close().await.unwrap();
        let vault = scene.open().0;
        scene.write(&vault, 20..50).await;
        vault.close().await.unwrap();
        scene
    }

    /// The same, and then opened, written to and ended without closing, when the store was at rest.
    async fn killed() -> Self {
        let mut scene = Self::closed().await;
        let vault = scene.open().0;
        scene.write(&vault, 40..70).await;
        vault.shelf().read(|store| store.flush()).unwrap();
        // What a killed process leaves is what lies there while it runs.
        let left = scene.keep("left");
        vault.close().await.unwrap();
        scene.dir = left;
        scene
    }

    async fn write(&mut self, vault: &Vault, numbers: std::ops::Range<u8>) {
        for number in numbers.clone() {
            let id = [number; 16];
            let length = if number.is_multiple_of(7) { 11_000 } else { 40 + usize::from(number) };
            let body = vec![numbers.end ^ number; length];
            let put = |kind| Change::Put { kind, id: id.into(), body: body.clone().into(), expect: Expect::Any };
            vault.apply(vec![put(NOTE), put(OTHER)]).await.unwrap();
            self.notes.insert(id, body.clone());
            if number % 5 == 4 {
                let gone = [number - 1; 16];
                let change = Change::Delete { kind: NOTE, id: gone.into(), expect: Expect::Any };
                vault.apply(vec![change]).await.unwrap();
                self.notes.remove(&gone);
            }
        }
    }

    /// A copy of the folder as it is now.
    fn keep(&self, name: &str) -> PathBuf {
        let kept = self.place.path().join(name);
        copy(&self.dir, &kept);
        kept
    }

    fn open(&self) -> (Vault, OpenReport) {
        Vault::open(&self.dir, &password()).unwrap()
    }

    /// Opens, compares every record, closes, and makes sure that the next opening finds nothing left to mend.
    async fn opens_whole(&self) -> OpenReport {
        let (vault, report) = self.open();
        assert_eq!(report.lost, None);
        assert_eq!(notes_of(&vault), self.notes);
        vault.close().await.unwrap();
        let (vault, again) = self.open();
        assert_eq!(again, OpenReport::default());
        assert_eq!(notes_of(&vault), self.notes);
        vault.close().await.unwrap();
        facts(report)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Files of a sort, oldest first.
    fn files(&self, prefix: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.dir).unwrap().map(|entry| entry.unwrap().path());
        let of_sort = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(prefix);
        let mut files: Vec<PathBuf> = entries.filter(of_sort).collect();
        files.sort();
        files
    }

    fn damaged_copies(&self) -> usize {
        fs::read_dir(self.path("damaged")).map_or(0, Iterator::count)
    }
}

fn notes_of(vault: &Vault) -> Notes {
    vault.load(NOTE).unwrap().into_iter().map(|record| (*record.id.as_bytes(), record.body.to_vec())).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn replace(dir: &Path, from: &Path) {
    fs::remove_dir_all(dir).unwrap();
    copy(from, dir);
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0x10;
    fs::write(path, bytes).unwrap();
}

fn rebuilt(parts: &[Part]) -> OpenReport {
    OpenReport { rebuilt: true, damaged: parts.to_vec(), ..OpenReport::default() }
}

fn names(report: &OpenReport) -> Vec<RecordId> {
    let mut ids: Vec<RecordId> = report.records.iter().map(|record| record.id).collect();
    ids.sort_unstable();
    ids
}

/// A report without the names.
fn facts(report: OpenReport) -> OpenReport {
    OpenReport { records: Vec::new(), more_records: 0, ..report }
}

#[tokio::test]
async fn a_killed_vault_opens_without_a_word() {
    let scene = Scene::killed().await;
    assert!(scene.opens_whole().await.is_quiet());
}

#[tokio::test]
async fn a_store_that_is_behind_is_brought_up_to_date() {
    let scene = Scene::closed().await;
    let before = scene.keep("before");
    let mut scene = scene;
    let vault = scene.open().0;
    scene.write(&vault, 60..75).await;
    let left = scene.keep("left");
    vault.close().await.unwrap();
    scene.dir = left;
    replace(&scene.path("store"), &before.join("store"));
    assert_eq!(scene.opens_whole().await, OpenReport { replayed: 18, ..OpenReport::default() });
    assert_eq!(scene.damaged_copies(), 0);
}

#[tokio::test]
async fn a_store_that_had_nothing_written_out_is_brought_up_to_date() {
    let mut scene = Scene::closed().await;
    let vault = scene.open().0;
    scene.write(&vault, 40..70).await;
    let left = scene.keep("left");
    vault.close().await.unwrap();
    scene.dir = left;
    assert!(scene.opens_whole().await.is_quiet());
}

#[tokio::test]
async fn a_missing_store_is_built_again() {
    for scene in [Scene::closed().await, Scene::killed().await] {
        fs::remove_dir_all(scene.path("store")).unwrap();
        assert_eq!(scene.opens_whole().await, rebuilt(&[Part::Store]));
    }
}

#[tokio::test]
async fn a_store_with_a_flipped_byte_is_whole_or_mended() {
    let scene = Scene::killed().await;
    let length = fs::metadata(scene.path("store").join("db")).unwrap().len() as usize;
    let used = fs::read(scene.path("store").join("db")).unwrap().iter().rposition(|byte| *byte != 0).unwrap();
    assert!(used < length);
    let pristine = scene.keep("pristine");
    let mut mended = 0;
    for at in (0..24).map(|step| step * used / 24 + 5) {
        replace(&scene.dir, &pristine);
        flip(&scene.path("store").join("db"), at);
        let (vault, report) = scene.open();
        assert_eq!((notes_of(&vault), report.lost), (scene.notes.clone(), None), "byte {at}");
        vault.close().await.unwrap();
        // sled cuts a damaged log off: then the journal brings the rest back, and nothing needs to be said.
        mended += u32::from(report.rebuilt || report.replayed > 0);
        assert_eq!(scene.damaged_copies(), usize::from(report.rebuilt), "what was damaged is kept");
    }
    assert!(mended > 0);
}

#[tokio::test]
async fn an_empty_or_foreign_store_is_not_believed() {
    let scene = Scene::closed().await;
    let other = Scene::killed().await;
    fs::remove_dir_all(scene.path("store")).unwrap();
    fs::create_dir(scene.path("store")).unwrap();
    assert_eq!(scene.opens_whole().await, rebuilt(&[Part::Store]));
    replace(&scene.path("store"), &other.path("store"));
    assert_eq!(scene.opens_whole().await, rebuilt(&[Part::Store]));
}

#[tokio::test]
async fn a_torn_end_of_the_journal_is_cut_and_not_mentioned() {
    let scene = Scene::killed().await;
    let journal = scene.files("journal-").pop().unwrap();
    let pristine = scene.keep("pristine");
    let whole = fs::read(&journal).unwrap();
    // A commit that was being written: some of the next frame, or only the room for it.
    for torn in [&whole[110..111], &whole[110..300], &[0; 700][..]] {
        replace(&scene.dir, &pristine);
        fs::write(&journal, [&whole[..], torn].concat()).unwrap();
        assert!(scene.opens_whole().await.is_quiet());
    }
}

#[tokio::test]
async fn an_acknowledged_end_of_the_journal_is_never_cut_silently() {
    let scene = Scene::killed().await;
    let journal = scene.files("journal-").pop().unwrap();
    let whole = fs::read(&journal).unwrap();
    fs::write(&journal, &whole[..whole.len() - 3]).unwrap();
    let pristine = scene.keep("pristine");
    // The store has the commit.
    let report = scene.opens_whole().await;
    assert_eq!((report.rebuilt, &report.damaged[..]), (false, &[Part::Journal][..]));
    assert_eq!(
        fs::read(scene.path("damaged").join("1").join(journal.file_name().unwrap())).unwrap().len(),
        whole.len() - 3
    );
    // The store is gone as well: the journal's copy has the commit.
    replace(&scene.dir, &pristine);
    fs::remove_dir_all(scene.path("store")).unwrap();
    assert_eq!(scene.opens_whole().await, rebuilt(&[Part::Store, Part::Journal]));
    // All three: the commit is lost, and that is said.
    replace(&scene.dir, &pristine);
    fs::remove_dir_all(scene.path("store")).unwrap();
    fs::remove_file(scene.path("journal.copy")).unwrap();
    let (vault, report) = scene.open();
    assert!(report.lost.is_some() && report.rebuilt);
    assert!(notes_of(&vault).len() >= scene.notes.len() - 1);
}

#[tokio::test]
async fn a_frame_damaged_in_the_middle_is_made_good_by_the_store() {
    let scene = Scene::killed().await;
    let journal = scene.files("journal-").pop().unwrap();
    let before = scene.path("store");
    let pristine = scene.keep("pristine");
    flip(&journal, fs::metadata(&journal).unwrap().len() as usize / 2);
    let report = scene.opens_whole().await;
    assert_eq!((report.rebuilt, &report.damaged[..]), (false, &[Part::Journal][..]));
    // Frame and store damaged: what can be opened of the store fills the gap.
    replace(&scene.dir, &pristine);
    flip(&journal, fs::metadata(&journal).unwrap().len() as usize / 2);
    flip(&before.join("db"), 40_000);
    let (vault, report) = scene.open();
    let found = notes_of(&vault);
    assert!(found == scene.notes || report.lost.is_some());
    assert!(found.len() >= scene.notes.len() - 1);
}

#[tokio::test]
async fn missing_journals_are_noticed() {
    let scene = Scene::killed().await;
    for journal in scene.files("journal-") {
        fs::remove_file(journal).unwrap();
    }
    assert_eq!(scene.opens_whole().await, OpenReport { damaged: vec![Part::Journal], ..OpenReport::default() });
}

#[tokio::test]
async fn a_missing_or_damaged_head_is_noticed() {
    let scene = Scene::killed().await;
    let pristine = scene.keep("pristine");
    fs::remove_file(scene.path("head")).unwrap();
    assert_eq!(scene.opens_whole().await, OpenReport { damaged: vec![Part::Head], ..OpenReport::default() });
    replace(&scene.dir, &pristine);
    flip(&scene.path("head"), 40);
    flip(&scene.path("head"), 4096 + 40);
    assert_eq!(scene.opens_whole().await, OpenReport { damaged: vec![Part::Head], ..OpenReport::default() });
    for at in [40, 4096 + 40] {
        replace(&scene.dir, &pristine);
        flip(&scene.path("head"), at);
        // The other place is good enough to go on from; that the disk changed a byte is worth a word all the same.
        assert_eq!(scene.opens_whole().await, OpenReport { damaged: vec![Part::Head], ..OpenReport::default() });
    }
}

#[tokio::test]
async fn with_store_and_newest_checkpoint_gone_the_older_one_and_the_journals_do() {
    let scene = Scene::killed().await;
    let checkpoints = scene.files("checkpoint-");
    assert_eq!(checkpoints.len(), 2);
    fs::remove_dir_all(scene.path("store")).unwrap();
    let pristine = scene.keep("pristine");
    flip(&checkpoints[1], 5_000);
    assert_eq!(scene.opens_whole().await, rebuilt(&[Part::Store, Part::Checkpoint]));
    replace(&scene.dir, &pristine);
    fs::remove_file(&checkpoints[1]).unwrap();
    assert_eq!(scene.opens_whole().await, rebuilt(&[Part::Store]));
}

#[tokio::test]
async fn store_and_journal_taken_back_together_are_noticed_by_the_head() {
    let mut scene = Scene::closed().await;
    let before = scene.keep("before");
    let expected = scene.notes.clone();
    let vault = scene.open().0;
    scene.write(&vault, 80..82).await;
    let left = scene.keep("left");
    vault.close().await.unwrap();
    scene.dir = left;
    replace(&scene.path("store"), &before.join("store"));
    for journal in scene.files("journal-") {
        fs::copy(before.join(journal.file_name().unwrap()), journal).unwrap();
    }
    let pristine = scene.keep("pristine");
    assert_eq!(scene.opens_whole().await.damaged, [Part::Journal], "its copy was not taken back");
    replace(&scene.dir, &pristine);
    fs::copy(before.join("journal.copy"), scene.path("journal.copy")).unwrap();
    let (vault, report) = scene.open();
    assert_eq!(notes_of(&vault), expected);
    assert!(matches!(report.lost, Some(Loss { expected, found }) if expected > found), "{report:?}");
}

#[tokio::test]
async fn no_empty_vault_is_shown_where_there_was_a_full_one() {
    let scene = Scene::closed().await;
    for file in scene.files("journal-").into_iter().chain(scene.files("checkpoint-")) {
        fs::remove_file(file).unwrap();
    }
    let pristine = scene.keep("pristine");
    fs::remove_dir_all(scene.path("store")).unwrap();
    for _ in 0..2 {
        let refused = Vault::open(&scene.dir, &password()).unwrap_err();
        assert!(matches!(refused, OpenError::Damaged { part: Part::Everything }));
    }
    // Not even the head says anything any more.
    fs::remove_file(scene.path("head")).unwrap();
    let refused = Vault::open(&scene.dir, &password()).unwrap_err();
    assert!(matches!(refused, OpenError::Damaged { part: Part::Everything }));
    // The store alone is enough.
    replace(&scene.dir, &pristine);
    assert_eq!(scene.opens_whole().await, OpenReport { damaged: vec![Part::Journal], ..OpenReport::default() });
}

#[tokio::test]
async fn of_many_damaged_copies_the_newest_three_are_kept() {
    let scene = Scene::closed().await;
    for round in 1..=5_usize {
        fs::write(scene.path("store").join("db"), [round as u8; 64]).unwrap();
        assert_eq!(scene.opens_whole().await, rebuilt(&[Part::Store]));
        assert_eq!(scene.damaged_copies(), round.min(3));
    }
    assert!(scene.path("damaged").join("5").exists() && !scene.path("damaged").join("2").exists());
}

#[tokio::test]
async fn writing_goes_on_after_a_rebuild_and_versions_keep_growing() {
    let mut scene = Scene::killed().await;
    fs::remove_dir_all(scene.path("store")).unwrap();
    let vault = scene.open().0;
    let newest = vault.load(NOTE).unwrap().iter().map(|record| record.version).max().unwrap();
    scene.write(&vault, 90..110).await;
    let id = RecordId::from([109; 16]);
    assert!(vault.get(NOTE, id).unwrap().unwrap().version > newest);
    vault.close().await.unwrap();
    scene.opens_whole().await;
}

/// Someone who edits the store and knows its layout, but has no keys: the stamp stays as it is.
fn edit(scene: &Scene, ops: impl FnOnce(&DiskStore) -> Vec<Op>) {
    let store = DiskStore::open(&scene.path("store")).unwrap();
    let stamp = store.stamp().unwrap().unwrap();
    store.apply(&Batch { stamp, ops: ops(&store) }).unwrap();
    store.flush().unwrap();
}

fn records_of(store: &DiskStore) -> Vec<(RecordKey, SealedRecord)> {
    let mut records = Vec::new();
    store
        .snapshot(&mut |key, record| {
            records.push((key, record));
            true
        })
        .unwrap();
    records
}

#[tokio::test]
async fn any_single_record_deleted_taken_back_swapped_or_added_is_noticed() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("vault");
    let mut scene = Scene { dir, place, notes: Notes::new() };
    let vault = Vault::create(&scene.dir, &password(), KdfParams::floor()).unwrap();
    scene.write(&vault, 0..4).await;
    vault.close().await.unwrap();
    let older = scene.keep("older");
    let vault = scene.open().0;
    scene.write(&vault, 0..4).await;
    vault.close().await.unwrap();
    let pristine = scene.keep("pristine");
    let older = records_of(&DiskStore::open(&older.join("store")).unwrap());
    let newest = records_of(&DiskStore::open(&scene.path("store")).unwrap());
    replace(&scene.dir, &pristine);

    let set =
        |key: RecordKey, prior: &SealedRecord, put: Option<SealedRecord>| Op { key, prior: Some(prior.version), put };
    let mut attacks = Vec::new();
    for (at, (key, record)) in newest.iter().enumerate() {
        attacks.push(vec![set(*key, record, None)]);
        let (_, before) = older.iter().find(|(old, _)| old == key).unwrap();
        if before != record {
            attacks.push(vec![set(*key, record, Some(before.clone()))]);
        }
        let (other, theirs) = &newest[(at + 1) % newest.len()];
        attacks.push(vec![set(*key, record, Some(theirs.clone())), set(*other, theirs, Some(record.clone()))]);
    }
    let (key, record) = &newest[0];
    let elsewhere = RecordKey { tag: key.tag, id: RecordId::from([0xee; 16]) };
    attacks.push(vec![Op { key: elsewhere, prior: None, put: Some(record.clone()) }]);
    assert!(attacks.len() > 20);
    for attack in attacks {
        replace(&scene.dir, &pristine);
        let mut touched: Vec<RecordId> = attack.iter().map(|op| op.key.id).collect();
        touched.sort_unstable();
        edit(&scene, |_| attack);
        let (vault, report) = scene.open();
        assert_eq!(names(&report), touched);
        assert_eq!((notes_of(&vault), facts(report)), (scene.notes.clone(), rebuilt(&[Part::Store])));
        vault.close().await.unwrap();
    }
}
