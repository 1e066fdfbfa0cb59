//! Every deletion and every change of several accounts can be taken back.

use roster_domain::AccountStatus;

use crate::{
    AccountPatch, AccountRef, BulkPatch, Error, Event, NewPool, Problem, UndoId, UndoWhat,
    testing::{Rig, Says, platform_id, settle},
};

fn number(number: u64) -> AccountRef {
    AccountRef::Number(number)
}

fn tagged(name: &str, value: &str) -> BulkPatch {
    BulkPatch { add_tags: [(name.to_owned(), value.to_owned())].into(), ..BulkPatch::default() }
}

async fn three(rig: &Rig) -> Vec<roster_domain::AccountId> {
    let mut ids = Vec::new();
    for session in ["a", "b", "c"] {
        ids.push(rig.account(session, Says::Alive(session)).await);
    }
    ids
}

#[tokio::test]
async fn a_deletion_is_offered_for_undoing_and_undone_once() {
    let rig = Rig::open().await;
    let ids = three(&rig).await;
    let mut events = rig.engine.events();
    rig.engine.delete_accounts(&ids[..2]).await.unwrap();
    let undo = rig.engine.undoable().unwrap().remove(0);
    assert_eq!((undo.what, undo.count), (UndoWhat::DeleteAccounts, 2));
    let mut offered = Vec::new();
    let wanted = |offered: &[Event]| offered.iter().any(|event| matches!(event, Event::UndoOffered { .. }));
    for _ in 0..200 {
        rig.clock.advance(std::time::Duration::from_millis(250));
        settle().await;
        while let Ok(batch) = events.try_recv() {
            offered.extend(batch.events);
        }
        if wanted(&offered) {
            break;
        }
    }
    assert!(offered.contains(&Event::UndoOffered { undo_id: undo.id, what: UndoWhat::DeleteAccounts, count: 2 }));

    let undone = rig.engine.undo(undo.id).await.unwrap();
    assert_eq!((undone.undone, undone.skipped), (2, 0));
    assert_eq!(rig.engine.account(&number(2)).unwrap().account.id, ids[1]);
    assert!(matches!(rig.engine.undo(undo.id).await, Err(Error::UndoNotFound { .. })));
    assert_eq!(rig.engine.undoable().unwrap(), []);
}

#[tokio::test]
async fn a_pool_comes_back_and_what_has_gone_for_good_is_skipped() {
    let rig = Rig::open().await;
    let ids = three(&rig).await;
    let new = NewPool { name: String::from("crew"), platform: platform_id(), ..NewPool::default() };
    let pool = rig.engine.create_pool(new).await.unwrap().pool_id;
    rig.engine.delete_pool(&pool).await.unwrap();
    rig.engine.delete_accounts(&ids).await.unwrap();
    let [accounts, pools] = <[_; 2]>::try_from(rig.engine.undoable().unwrap()).unwrap();
    assert_eq!((accounts.what, pools.what), (UndoWhat::DeleteAccounts, UndoWhat::DeletePool));
    assert_eq!(rig.engine.undo(pools.id).await.unwrap().undone, 1);
    assert_eq!(rig.engine.pool(&pool).unwrap().name, "crew");
    let one = rig.engine.trash().unwrap()[0].id;
    rig.engine.empty_trash(Some(&[one])).await.unwrap();
    let undone = rig.engine.undo(accounts.id).await.unwrap();
    assert_eq!((undone.undone, undone.skipped), (2, 1));
}

#[tokio::test]
async fn labels_of_many_go_back_except_where_somebody_changed_them_since() {
    let rig = Rig::open().await;
    let ids = three(&rig).await;
    rig.engine.update_accounts(&ids[..1], tagged("team", "old")).await.unwrap();
    let changed = rig.engine.update_accounts(&ids, tagged("team", "new")).await.unwrap();
    assert_eq!((changed.done.len(), changed.skipped.len()), (3, 0));
    // A check in between changes other fields and is in nobody's way.
    rig.engine.check_account(&number(1)).await.unwrap();
    let patch = AccountPatch { tags: Some([("team".into(), "mine".into())].into()), ..AccountPatch::default() };
    rig.engine.update_account(&number(3), patch).await.unwrap();

    let undo = rig.engine.undoable().unwrap()[0].id;
    let undone = rig.engine.undo(undo).await.unwrap();
    assert_eq!((undone.what, undone.undone, undone.skipped), (UndoWhat::UpdateAccounts, 2, 1));
    let rig = rig.restarted().await;
    let tags = |n| rig.engine.account(&number(n)).unwrap().account.tags.clone();
    assert_eq!(tags(1)["team"], "old");
    assert!(tags(2).is_empty());
    assert_eq!(tags(3)["team"], "mine");
}

#[tokio::test]
async fn keeping_many_out_of_use_is_undone_to_where_each_stood() {
    let rig = Rig::open().await;
    let ids = three(&rig).await;
    let off = BulkPatch { status: Some(AccountStatus::Inactive), ..BulkPatch::default() };
    rig.engine.update_accounts(&ids[2..], off.clone()).await.unwrap();
    let changed = rig.engine.update_accounts(&ids, off).await.unwrap();
    assert_eq!(changed.done.len(), 3, "the one that was off already is as asked for");
    let undo = rig.engine.undoable().unwrap()[0].clone();
    assert_eq!(undo.count, 2, "and undoing leaves it off");
    rig.engine.undo(undo.id).await.unwrap();
    let status = |n| rig.engine.account(&number(n)).unwrap().account.status;
    assert_eq!(
        [status(1), status(2), status(3)],
        [AccountStatus::Active, AccountStatus::Active, AccountStatus::Inactive]
    );
}

#[tokio::test]
async fn a_change_of_many_that_says_nothing_or_too_much_is_refused() {
    let rig = Rig::open().await;
    let ids = three(&rig).await;
    let nothing = rig.engine.update_accounts(&ids, BulkPatch::default()).await;
    assert!(matches!(nothing, Err(Error::InvalidRequest { field: "status", problem: Problem::Missing })));
    let expired = BulkPatch { status: Some(AccountStatus::Expired), ..BulkPatch::default() };
    let by_hand = rig.engine.update_accounts(&ids, expired).await;
    assert!(matches!(by_hand, Err(Error::InvalidRequest { problem: Problem::NotByHand, .. })));
    let ghost = "acc_ghost".parse().unwrap();
    let some = rig.engine.update_accounts(&[ids[0].clone(), ghost], tagged("team", "x")).await.unwrap();
    assert_eq!(some.done, [ids[0].clone()]);
    assert!(matches!(some.skipped.as_slice(), [(_, Error::AccountNotFound { .. })]));
}

#[tokio::test]
async fn locking_forgets_what_could_be_undone_and_unknown_names_are_refused() {
    let rig = Rig::open().await;
    let ids = three(&rig).await;
    rig.engine.delete_accounts(&ids).await.unwrap();
    let undo = rig.engine.undoable().unwrap()[0].id;
    let rig = rig.restarted().await;
    assert!(matches!(rig.engine.undo(undo).await, Err(Error::UndoNotFound { .. })));
    assert_eq!(rig.engine.trash().unwrap().len(), 3, "the trash still has them");
    for text in ["", "undo_", "undo_x", "1"] {
        assert!(matches!(text.parse::<UndoId>(), Err(Error::UndoNotFound { .. })), "{text}");
    }
}
