//! What is deleted comes back whole, for 30 days, and not after.

use std::time::Duration;

use roster_domain::AccountId;

use crate::{
    AccountRef, Error, NewPool, StaysInTrash, TrashId, TrashKind, UsageReport,
    testing::{Rig, Says, platform_id},
};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn number(number: u64) -> AccountRef {
    AccountRef::Number(number)
}

async fn pool_with(rig: &Rig, members: &[&AccountId]) -> roster_domain::PoolId {
    let new = NewPool { name: String::from("crew"), platform: platform_id(), ..NewPool::default() };
    let pool = rig.engine.create_pool(new).await.unwrap().pool_id;
    for (place, account) in (1_u8..).zip(members) {
        rig.engine.add_member(&pool, &AccountRef::from(*account), Some(place)).await.unwrap();
    }
    pool
}

#[tokio::test]
async fn an_account_comes_back_with_its_session_its_history_and_its_place_also_after_a_restart() {
    let rig = Rig::open().await;
    let (first, second) = (rig.account("a", Says::Alive("7")).await, rig.account("b", Says::Alive("8")).await);
    let pool = pool_with(&rig, &[&first, &second]).await;
    let report = UsageReport { action: String::from("post"), success: true, ..UsageReport::default() };
    rig.engine.report_usage(&(&first).into(), report).await.unwrap();
    let before = rig.view(&first);
    let cookies = rig.engine.masked_cookies(&number(1)).await.unwrap();

    rig.engine.delete_account(&number(1)).await.unwrap();
    assert!(matches!(rig.engine.account(&number(1)), Err(Error::AccountNotFound { .. })));
    assert_eq!(rig.engine.members(&pool, 10, 0).unwrap().total, 1);
    let rig = rig.restarted().await;
    assert!(rig.engine.account(&number(1)).is_err(), "deleted stays deleted");
    let items = rig.engine.trash().unwrap();
    let item = items.first().unwrap();
    assert_eq!((items.len(), item.kind, item.name.as_str()), (1, TrashKind::Account, before.account.name.as_str()));
    assert_eq!(item.gone_at.duration_since(item.deleted_at).as_hours(), 30 * 24);

    let answer = rig.engine.restore_from_trash(&[item.id]).await.unwrap();
    assert_eq!((answer.restored.as_slice(), answer.failed.len()), ([item.id].as_slice(), 0));
    let rig = rig.restarted().await;
    let after = rig.view(&first);
    assert_eq!((after.account.number, &after.account.name), (1, &before.account.name));
    assert_eq!((after.usage.use_count, after.usage.success_count), (before.usage.use_count, 1));
    assert_eq!(rig.engine.masked_cookies(&number(1)).await.unwrap(), cookies);
    assert!(!rig.engine.health_history(&number(1)).await.unwrap().is_empty());
    assert_eq!(rig.engine.account_stats(&number(1)).await.unwrap().recent_logs.len(), 1);
    let members = rig.engine.members(&pool, 10, 0).unwrap().members;
    let places: Vec<_> =
        members.iter().map(|m| (m.member.account_id.clone(), m.member.priority.unwrap().get())).collect();
    assert_eq!(places, [(first, 1), (second, 2)]);
    assert_eq!(rig.engine.trash().unwrap(), []);
}

#[tokio::test]
async fn a_pool_comes_back_with_those_of_its_members_that_are_there() {
    let rig = Rig::open().await;
    let (stays, goes) = (rig.account("a", Says::Alive("7")).await, rig.account("b", Says::Alive("8")).await);
    let pool = pool_with(&rig, &[&stays, &goes]).await;
    rig.engine.delete_pool(&pool).await.unwrap();
    rig.engine.delete_account(&(&goes).into()).await.unwrap();
    let items = rig.engine.trash().unwrap();
    let of = |kind| items.iter().find(|item| item.kind == kind).unwrap().id;

    rig.engine.restore_from_trash(&[of(TrashKind::Pool)]).await.unwrap();
    let members = rig.engine.members(&pool, 10, 0).unwrap().members;
    assert_eq!(members.iter().map(|member| &member.member.account_id).collect::<Vec<_>>(), [&stays]);
    assert_eq!(rig.view(&stays).pools.len(), 1);
    let rig = rig.restarted().await;
    assert_eq!(rig.engine.members(&pool, 10, 0).unwrap().total, 1);
}

#[tokio::test]
async fn pool_and_members_come_back_together() {
    let rig = Rig::open().await;
    let first = rig.account("a", Says::Alive("7")).await;
    let second = rig.account("b", Says::Alive("8")).await;
    let pool = pool_with(&rig, &[&first, &second]).await;
    rig.engine.delete_accounts(&[first.clone(), second.clone()]).await.unwrap();
    rig.engine.delete_pool(&pool).await.unwrap();
    let ids: Vec<TrashId> = rig.engine.trash().unwrap().iter().map(|item| item.id).collect();
    assert_eq!(rig.engine.restore_from_trash(&ids).await.unwrap().restored.len(), 3);
    let rig = rig.restarted().await;
    assert_eq!(rig.engine.members(&pool, 10, 0).unwrap().total, 2);
    assert_eq!(rig.view(&second).pools.len(), 1);
}

#[tokio::test]
async fn after_thirty_days_it_is_gone_with_everything_that_was_its() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let record = rig.engine.open().unwrap().book.read().get(&id).unwrap().record;
    rig.engine.delete_account(&number(1)).await.unwrap();
    let item = rig.engine.trash().unwrap().remove(0);
    rig.advance(DAY, DAY * 29).await;
    assert_eq!(rig.engine.trash().unwrap().len(), 1, "29 days");
    assert!(rig.engine.open().unwrap().store.credential(record).unwrap().is_some());
    rig.advance_until(DAY / 4, || rig.engine.trash().unwrap().is_empty()).await;
    assert!(rig.engine.open().unwrap().store.credential(record).unwrap().is_none(), "its session is gone as well");
    let late = rig.engine.restore_from_trash(&[item.id]).await.unwrap();
    assert_eq!(late.failed, [(item.id, StaysInTrash::NotThere)]);
}

#[tokio::test]
async fn emptying_takes_what_is_named_and_no_more() {
    let rig = Rig::open().await;
    for session in ["a", "b", "c"] {
        rig.account(session, Says::Alive(session)).await;
    }
    let ids = [1, 2, 3].map(|n| rig.engine.account(&number(n)).unwrap().account.id.clone());
    rig.engine.delete_accounts(&ids).await.unwrap();
    let one = rig.engine.trash().unwrap()[0].id;
    assert_eq!(rig.engine.empty_trash(Some(&[one])).await.unwrap(), 1);
    assert_eq!(rig.engine.trash().unwrap().len(), 2);
    assert_eq!(rig.engine.empty_trash(None).await.unwrap(), 2);
    let rig = rig.restarted().await;
    assert_eq!(rig.engine.trash().unwrap(), []);
    assert_eq!(rig.add("d").await.account.number, 4, "a number is never given again");
}

#[tokio::test]
async fn names_that_name_nothing_are_refused() {
    for text in ["", "trash_", "trash_12", "acc_1", "trash_zz000000000000000000000000000000"] {
        assert!(text.parse::<TrashId>().is_err(), "{text}");
    }
    let id: TrashId = "trash_00112233445566778899aabbccddeeff".parse().unwrap();
    assert_eq!(id.to_string(), "trash_00112233445566778899aabbccddeeff");
}
