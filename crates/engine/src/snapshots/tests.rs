//! Going back: what comes back, what stays, and that nothing is lost on the way.

use std::time::Duration;

use roster_domain::{AccountId, AccountStatus, Secret};

use crate::{
    AccountPatch, AccountRef, Engine, Error, NewPool, SnapshotItem, SnapshotReason,
    testing::{PASSWORD, Rig, Says, credential, platform_id},
};

fn names(items: &[SnapshotItem]) -> Vec<&str> {
    items.iter().map(|item| item.name.as_str()).collect()
}

async fn rename(rig: &Rig, id: &AccountId, name: &str) {
    let patch = AccountPatch { account_name: Some(name.to_owned()), ..AccountPatch::default() };
    rig.engine.update_account(&id.into(), patch).await.unwrap();
}

async fn reasons(engine: &Engine) -> Vec<SnapshotReason> {
    let listed = engine.snapshots().await.unwrap();
    assert!(listed.iter().all(|snapshot| snapshot.verified));
    listed.into_iter().filter_map(|snapshot| snapshot.reason).collect()
}

#[tokio::test]
async fn what_was_there_comes_back_and_the_rest_goes_to_the_trash() {
    let rig = Rig::open().await;
    let (kept, lost, changed) = (
        rig.account("kept", Says::Alive("1")).await,
        rig.account("lost", Says::Alive("2")).await,
        rig.account("changed", Says::Alive("3")).await,
    );
    for (id, name) in [(&kept, "kept"), (&lost, "lost"), (&changed, "before")] {
        rename(&rig, id, name).await;
    }
    let new = NewPool { name: String::from("crew"), platform: platform_id(), ..NewPool::default() };
    let pool = rig.engine.create_pool(new).await.unwrap().pool_id;
    rig.engine.add_member(&pool, &(&lost).into(), Some(9)).await.unwrap();
    let number = rig.view(&lost).account.number;
    let taken = rig.engine.take_snapshot().await.unwrap();
    assert_eq!((taken.accounts, taken.verified), (3, true));

    rig.engine.delete_account(&(&lost).into()).await.unwrap();
    rename(&rig, &changed, "after").await;
    let extra = rig.account("extra", Says::Alive("4")).await;
    rename(&rig, &extra, "extra").await;
    rig.engine.delete_pool(&pool).await.unwrap();

    let preview = rig.engine.preview_snapshot(taken.id).await.unwrap();
    assert_eq!(names(&preview.comes_back), ["lost"]);
    assert_eq!(names(&preview.changes), ["before"]);
    assert_eq!(names(&preview.goes_away), ["extra"]);
    assert_eq!((preview.same, preview.pools_changed), (1, 1));

    let done = rig.engine.restore_snapshot(taken.id, None).await.unwrap();
    assert_eq!((done.restored, done.changed, done.removed), (1, 1, 1));
    assert_eq!(rig.view(&changed).account.name, "before");
    let back = rig.view(&lost);
    assert_eq!((back.account.name.as_str(), back.account.number), ("lost", number));
    assert!(matches!(rig.engine.account(&(&extra).into()), Err(Error::AccountNotFound { .. })));
    let members = rig.engine.members(&pool, 10, 0).unwrap();
    assert_eq!(members.members[0].member.account_id, lost);
    assert_eq!(members.members[0].member.priority.map(|priority| priority.get()), Some(9));
    let again = rig.engine.preview_snapshot(taken.id).await.unwrap();
    assert_eq!((again.comes_back.len(), again.goes_away.len(), again.changes.len(), again.pools_changed), (0, 0, 0, 0));
    assert!(reasons(&rig.engine).await.contains(&SnapshotReason::BeforeRestore));

    // Its session came back as well: the platform still knows it, and a restart keeps all of it.
    rig.eventually(|| rig.view(&lost).account.status == AccountStatus::Active).await;
    let rig = rig.restarted().await;
    assert_eq!(rig.view(&lost).account.name, "lost");
    assert_eq!(rig.engine.members(&pool, 10, 0).unwrap().total, 1);
    assert!(rig.engine.trash().unwrap().iter().any(|item| item.name == "extra"));
}

#[tokio::test]
async fn one_account_comes_back_without_touching_the_others_and_it_can_be_undone() {
    let rig = Rig::open().await;
    let (one, other) = (rig.account("one", Says::Alive("1")).await, rig.account("other", Says::Alive("2")).await);
    rename(&rig, &one, "then").await;
    rename(&rig, &other, "then").await;
    let taken = rig.engine.take_snapshot().await.unwrap().id;
    rename(&rig, &one, "now").await;
    rename(&rig, &other, "now").await;
    let done = rig.engine.restore_snapshot(taken, Some(vec![one.clone()])).await.unwrap();
    assert_eq!((done.restored, done.changed, done.removed), (0, 1, 0));
    assert_eq!((rig.view(&one).account.name.as_str(), rig.view(&other).account.name.as_str()), ("then", "now"));
    let undone = rig.engine.undo(done.undo_id.unwrap()).await.unwrap();
    assert_eq!(undone.undone, 1);
    assert_eq!(rig.view(&one).account.name, "now");
}

#[tokio::test]
async fn a_living_session_is_not_replaced_by_an_older_one_and_a_dead_one_is() {
    let rig = Rig::open().await;
    let id = rig.account("old", Says::Alive("7")).await;
    let taken = rig.engine.take_snapshot().await.unwrap().id;
    let generation = rig.view(&id).account.generation;
    let hash = rig.view(&id).account.credential_hash.clone();

    // The same person logs in again: another session, alive.
    let fresh = credential("new");
    rig.platform.says("new", Says::Alive("7"));
    let open = rig.engine.open().unwrap();
    open.store_into(&id, fresh, Some(String::from("7")), crate::storage::Batch::new()).await.unwrap();
    rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!(rig.view(&id).account.status, AccountStatus::Active);
    let same = rig.engine.preview_snapshot(taken).await.unwrap();
    assert_eq!((same.changes.len(), same.same), (0, 1), "the living one stays");

    // It is logged out: now the older one is better than none.
    rig.platform.says("new", Says::NotLoggedIn);
    rig.engine.check_account(&(&id).into()).await.unwrap();
    rig.clock.advance(Duration::from_secs(61));
    rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!(rig.view(&id).account.status, AccountStatus::Expired);
    let done = rig.engine.restore_snapshot(taken, None).await.unwrap();
    assert_eq!(done.changed, 1);
    let now = rig.view(&id);
    assert_eq!(now.account.credential_hash, hash);
    assert!(now.account.generation > generation + 1, "generations only grow");
}

#[tokio::test]
async fn nobody_comes_back_twice() {
    let rig = Rig::open().await;
    let first = rig.account("first", Says::Alive("7")).await;
    let taken = rig.engine.take_snapshot().await.unwrap().id;
    rig.engine.delete_account(&(&first).into()).await.unwrap();
    let second = rig.account("second", Says::Alive("7")).await;
    let done = rig.engine.restore_snapshot(taken, Some(vec![first.clone()])).await.unwrap();
    assert_eq!((done.restored, done.undo_id), (0, None), "the person is here already");
    let everything = rig.engine.restore_snapshot(taken, None).await.unwrap();
    assert_eq!((everything.restored, everything.removed), (1, 1));
    assert!(rig.engine.account(&(&second).into()).is_err());
    assert_eq!(rig.view(&first).account.identity.as_deref(), Some("7"));
    // Numbers are not given twice either.
    let third = rig.account("third", Says::Alive("8")).await;
    assert!(rig.view(&third).account.number > 2);
    assert_eq!(rig.engine.account(&AccountRef::Number(1)).unwrap().account.id, first);
}

#[tokio::test]
async fn locking_takes_one_when_something_changed_and_a_day_takes_one() {
    let rig = Rig::open().await;
    rig.account("a", Says::Alive("1")).await;
    let rig = rig.restarted().await;
    assert_eq!(reasons(&rig.engine).await, [SnapshotReason::Lock]);
    rig.advance(Duration::from_secs(3_600), Duration::from_secs(25 * 3_600)).await;
    let mut found = Vec::new();
    for _ in 0..500 {
        found = reasons(&rig.engine).await;
        if found.contains(&SnapshotReason::Daily) {
            break;
        }
        rig.advance(Duration::from_secs(60), Duration::from_secs(60)).await;
    }
    assert_eq!(found.first(), Some(&SnapshotReason::Daily));
}

#[tokio::test]
async fn deleting_many_takes_one_first() {
    let rig = Rig::open().await;
    let mut ids = Vec::new();
    for session in 0..10 {
        ids.push(rig.add(&session.to_string()).await.account.id.clone());
    }
    rig.engine.delete_accounts(&ids[..1]).await.unwrap();
    assert_eq!(reasons(&rig.engine).await, []);
    let id = rig.add("more").await.account.id.clone();
    ids.push(id);
    rig.engine.delete_accounts(&ids[1..]).await.unwrap();
    assert_eq!(reasons(&rig.engine).await, [SnapshotReason::BeforeDelete]);
    let taken = rig.engine.snapshots().await.unwrap()[0].clone();
    assert_eq!(taken.accounts, 10);
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_written_does_not_keep_the_vault_open_and_is_told() {
    let rig = Rig::open().await;
    rig.account("a", Says::Alive("1")).await;
    // A file where the folder should be: nothing can be written there.
    let place = rig.dir().join("vault").join("snapshots");
    std::fs::write(&place, b"in the way").unwrap();
    assert!(matches!(rig.engine.take_snapshot().await, Err(Error::Storage { .. })));
    rig.engine.lock().await.unwrap();
    std::fs::remove_file(&place).unwrap();
    rig.engine.unlock(Secret::from(PASSWORD)).await.unwrap();
    let told = rig.engine.chronicle().await.unwrap();
    assert!(told.lines.iter().any(|line| line.deed == crate::Deed::SnapshotFailed), "{told:?}");
}

#[tokio::test]
async fn a_damaged_snapshot_is_listed_and_not_restored() {
    let rig = Rig::open().await;
    rig.account("a", Says::Alive("1")).await;
    let taken = rig.engine.take_snapshot().await.unwrap().id;
    let file = rig.dir().join("vault/snapshots").join(format!("snapshot-{taken}"));
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let listed = rig.engine.snapshots().await.unwrap();
    assert_eq!((listed.len(), listed[0].verified), (1, false));
    for refused in
        [rig.engine.preview_snapshot(taken).await.map(drop), rig.engine.restore_snapshot(taken, None).await.map(drop)]
    {
        assert!(matches!(refused, Err(Error::Conflict(crate::Clash::SnapshotDamaged))), "{refused:?}");
    }
    let unknown = "00000000000000ff".parse().unwrap();
    assert!(matches!(rig.engine.preview_snapshot(unknown).await, Err(Error::SnapshotNotFound { .. })));
}
