//! Out of one vault, into another: everything arrives, nothing is written before the owner says so, and no file of
//! another form is taken for one.

use std::{path::PathBuf, time::Duration};

use roster_domain::{AccountId, AccountStatus, Secret};

use crate::{
    AccountPatch, AccountQuery, Deed, Error, FileProblem, ImportReason, ImportSource, ImportView, ImportWhat, NewPool,
    Problem, SnapshotReason,
    testing::{Rig, Says, platform_id},
};

const FILE_PASSWORD: &str = "a password of its own";

fn secret(text: &str) -> Secret<String> {
    Secret::from(text)
}

async fn filled() -> (Rig, Vec<AccountId>, PathBuf) {
    let rig = Rig::open().await;
    let ids = vec![rig.account("a", Says::Alive("1")).await, rig.account("b", Says::Alive("2")).await];
    let patch = AccountPatch {
        account_name: Some(String::from("号一")),
        tags: Some([(String::from("team"), String::from("red"))].into()),
        note: Some(String::from("a note")),
        ..AccountPatch::default()
    };
    rig.engine.update_account(&(&ids[0]).into(), patch).await.unwrap();
    let new = NewPool { name: String::from("crew"), platform: platform_id(), ..NewPool::default() };
    let pool = rig.engine.create_pool(new).await.unwrap().pool_id;
    rig.engine.add_member(&pool, &(&ids[1]).into(), Some(3)).await.unwrap();
    let file = rig.dir().join("out.roster");
    rig.desk.pick(&file);
    let done = rig.engine.export(secret(FILE_PASSWORD), None).await.unwrap().unwrap();
    assert_eq!((done.file_name.as_str(), done.accounts), ("out.roster", 2));
    assert_eq!(done.bytes, std::fs::metadata(&file).unwrap().len());
    (rig, ids, file)
}

async fn read(rig: &Rig, file: &PathBuf) -> Result<ImportView, Error> {
    rig.desk.pick(file);
    Ok(rig.engine.import(ImportSource::Export, secret(FILE_PASSWORD)).await?.unwrap())
}

fn fates(view: &ImportView) -> Vec<(ImportWhat, Option<ImportReason>)> {
    view.items.iter().map(|item| (item.what, item.reason)).collect()
}

#[tokio::test]
async fn everything_arrives_in_another_vault_and_lives_there() {
    let (old, ids, file) = filled().await;
    let sealed = std::fs::read(&file).unwrap();
    assert!(!sealed.windows(6).any(|window| window == "a note".as_bytes()));
    let rig = Rig::open().await;
    rig.platform.says("a", Says::Alive("1"));
    rig.platform.says("b", Says::Alive("2"));
    let view = read(&rig, &file).await.unwrap();
    assert_eq!(fates(&view), [(ImportWhat::New, None), (ImportWhat::New, None)]);
    assert_eq!(view.items[0].name, "号一");
    assert_eq!(rig.engine.list_accounts(&AccountQuery::default()).unwrap().total, 0, "nothing is written yet");

    let done = rig.engine.apply_import(&view.id, None).await.unwrap();
    assert_eq!((done.imported, done.updated, done.skipped), (2, 0, 0));
    let first = rig.view(&ids[0]);
    assert_eq!(first.account.tags["team"], "red");
    assert_eq!((first.account.note.as_str(), first.account.identity.as_deref()), ("a note", Some("1")));
    assert_eq!(first.account.created_at, old.view(&ids[0]).account.created_at);
    assert!(!rig.engine.health_history(&(&ids[0]).into()).await.unwrap().is_empty());
    rig.eventually(|| rig.view(&ids[1]).account.status == AccountStatus::Active).await;
    let pools = rig.engine.pools(None).unwrap();
    assert_eq!((pools.len(), pools[0].name.as_str(), pools[0].member_count), (1, "crew", 1));
    let taken = rig.engine.snapshots().await.unwrap();
    assert_eq!(taken[0].reason, Some(SnapshotReason::BeforeImport));
    assert!(matches!(rig.engine.apply_import(&view.id, None).await, Err(Error::ImportNotFound { .. })));

    // A second time everything is here, also after a restart.
    let rig = rig.restarted().await;
    let again = read(&rig, &file).await.unwrap();
    assert_eq!(fates(&again), [(ImportWhat::Same, None), (ImportWhat::Same, None)]);
    let nothing = rig.engine.apply_import(&again.id, None).await.unwrap();
    assert_eq!((nothing.imported, nothing.updated, nothing.skipped, nothing.undo_id), (0, 0, 2, None));
    assert_eq!(rig.engine.pools(None).unwrap()[0].member_count, 1);
    assert!(rig.engine.chronicle().await.unwrap().lines.iter().any(|line| line.deed == Deed::Imported));
}

#[tokio::test]
async fn an_import_is_undone_as_a_whole() {
    let (_old, ids, file) = filled().await;
    let rig = Rig::open().await;
    let view = read(&rig, &file).await.unwrap();
    let done = rig.engine.apply_import(&view.id, Some(vec![0])).await.unwrap();
    assert_eq!((done.imported, done.skipped), (1, 1));
    let undone = rig.engine.undo(done.undo_id.unwrap()).await.unwrap();
    assert_eq!((undone.undone, undone.skipped), (1, 0));
    assert!(rig.engine.account(&(&ids[0]).into()).is_err());
}

#[tokio::test]
async fn what_is_here_already_is_compared_and_nothing_newer_is_replaced_unasked() {
    let (rig, ids, file) = filled().await;
    let note = |text: &str| AccountPatch { note: Some(text.to_owned()), ..AccountPatch::default() };
    rig.clock.advance(Duration::from_secs(60));
    rig.engine.update_account(&(&ids[0]).into(), note("newer")).await.unwrap();
    let view = read(&rig, &file).await.unwrap();
    let changed = (ImportWhat::Conflict, Some(ImportReason::ChangedHere));
    assert_eq!(fates(&view), [changed, (ImportWhat::Same, None)]);
    let done = rig.engine.apply_import(&view.id, None).await.unwrap();
    assert_eq!((done.updated, done.skipped), (0, 2));
    assert_eq!(rig.view(&ids[0]).account.note, "newer");

    let view = read(&rig, &file).await.unwrap();
    let done = rig.engine.apply_import(&view.id, Some(vec![0, 1])).await.unwrap();
    assert_eq!((done.updated, done.skipped), (1, 1), "named, so taken");
    assert_eq!(rig.view(&ids[0]).account.note, "a note");
    let undone = rig.engine.undo(done.undo_id.unwrap()).await.unwrap();
    assert_eq!(undone.undone, 1);
    assert_eq!(rig.view(&ids[0]).account.note, "newer");
}

#[tokio::test]
async fn nothing_picked_writes_nothing_and_bad_passwords_are_refused_before_the_dialog() {
    let (rig, ids, _) = filled().await;
    assert_eq!(rig.engine.export(secret(FILE_PASSWORD), None).await.unwrap(), None);
    assert_eq!(rig.engine.import(ImportSource::Export, secret("x")).await.unwrap(), None);
    let asked = rig.desk.asked.lock().len();
    let short = rig.engine.export(secret("short"), None).await;
    assert!(matches!(short, Err(Error::InvalidRequest { problem: Problem::TooShort { .. }, .. })));
    assert_eq!(rig.desk.asked.lock().len(), asked);
    let some = rig.dir().join("some.roster");
    rig.desk.pick(&some);
    let done = rig.engine.export(secret(FILE_PASSWORD), Some(ids[1..].to_vec())).await.unwrap().unwrap();
    assert_eq!(done.accounts, 1);
    let other = Rig::open().await;
    let view = read(&other, &some).await.unwrap();
    assert_eq!(view.items.len(), 1);
    other.engine.discard_import(&view.id).unwrap();
    assert!(matches!(other.engine.discard_import(&view.id), Err(Error::ImportNotFound { .. })));
    let nowhere = rig.dir().join("missing").join("x.roster");
    rig.desk.pick(&nowhere);
    let refused = rig.engine.export(secret(FILE_PASSWORD), None).await;
    assert!(matches!(refused, Err(Error::File(FileProblem::Unreadable))), "{refused:?}");
}

#[tokio::test]
async fn files_that_are_no_exports_say_what_they_are() {
    let (rig, _, file) = filled().await;
    let whole = std::fs::read(&file).unwrap();
    let odd = rig.dir().join("odd.roster");
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for (content, problem) in [
        (&b"not an export"[..], FileProblem::NotThatSort),
        (&whole[..whole.len() - 1], FileProblem::Incomplete),
        (&flipped, FileProblem::Damaged),
    ] {
        std::fs::write(&odd, content).unwrap();
        let refused = read(&rig, &odd).await;
        assert!(matches!(refused, Err(Error::File(found)) if found == problem), "{refused:?}");
    }
    rig.desk.pick(&file);
    let wrong = rig.engine.import(ImportSource::Export, secret("another password")).await;
    assert!(matches!(wrong, Err(Error::WrongPassword { .. })), "{wrong:?}");
    rig.desk.pick(rig.dir().join("missing"));
    let missing = rig.engine.import(ImportSource::Export, secret(FILE_PASSWORD)).await;
    assert!(matches!(missing, Err(Error::File(FileProblem::Unreadable))), "{missing:?}");
    // An export is never read as the old format because it did not open, nor the other way round.
    rig.desk.pick(&file);
    let legacy = rig.engine.import(ImportSource::Legacy, secret(FILE_PASSWORD)).await;
    assert!(matches!(legacy, Err(Error::File(FileProblem::NotThatSort))), "{legacy:?}");
}

#[tokio::test]
async fn erasing_for_good_wants_the_password_and_leaves_what_is_in_use() {
    let (rig, ids, _) = filled().await;
    rig.engine.take_snapshot().await.unwrap();
    rig.engine.delete_account(&(&ids[0]).into()).await.unwrap();
    let wrong = rig.engine.erase(secret("not the password")).await;
    assert!(matches!(wrong, Err(Error::WrongPassword { .. })), "{wrong:?}");
    assert_eq!((rig.engine.trash().unwrap().len(), rig.engine.snapshots().await.unwrap().len()), (1, 1));

    let done = rig.engine.erase(secret(crate::testing::PASSWORD)).await.unwrap();
    assert_eq!(done.purged, 1);
    assert!(done.snapshots_removed >= 1);
    assert!(rig.engine.trash().unwrap().is_empty() && rig.engine.undoable().unwrap().is_empty());
    assert!(rig.engine.snapshots().await.unwrap().is_empty());
    let rig = rig.restarted().await;
    assert_eq!(rig.engine.list_accounts(&AccountQuery::default()).unwrap().total, 1);
    assert_eq!(rig.engine.masked_cookies(&(&ids[1]).into()).await.unwrap().len(), 1);
    assert!(rig.engine.chronicle().await.unwrap().lines.iter().any(|line| line.deed == Deed::Erased));
}
