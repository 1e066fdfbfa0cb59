//! Quotas: read, kept, aged, and side by side.

use std::{sync::atomic::Ordering::SeqCst, time::Duration};

use roster_domain::{Quota, QuotaUnit, Reason};
use roster_platform::{Capabilities, ErrorKind};
use tokio::sync::Semaphore;

use crate::{
    AccountQuery, Error, JobKind, JobState,
    testing::{FakePlatform, PASSWORD, Rig, Says, settle},
};

const MINUTE: Duration = Duration::from_secs(60);

fn calls(used: f64) -> Quota {
    Quota::counted("calls", QuotaUnit::Count, used, 100.0)
}

#[tokio::test]
async fn quotas_are_read_once_in_ten_minutes_and_kept_over_restarts_and_the_end_of_a_session() {
    let rig = Rig::open().await;
    let odd = Quota { left: Some(f64::NAN), ..Quota::stock("odd", QuotaUnit::Count, 0.0) };
    *rig.platform.quotas.lock() = vec![Quota::stock("coins", QuotaUnit::Credits, 3.0), calls(40.0), odd];
    let id = rig.account("a", Says::Alive("7")).await;
    let account = (&id).into();
    let reads = || rig.platform.quota_reads.load(SeqCst);
    let used = async |refresh| rig.engine.quotas(&account, refresh).await.unwrap().unwrap().items[1].used;
    assert_eq!((used(false).await, used(false).await, reads()), (Some(40.0), Some(40.0), 1));
    *rig.platform.quotas.lock() = vec![Quota::stock("coins", QuotaUnit::Credits, 3.0), calls(95.0)];
    assert_eq!((used(true).await, reads()), (Some(95.0), 2));
    assert_eq!(rig.view(&id).quota.unwrap().key, "calls", "what runs out first");
    rig.clock.advance(11 * MINUTE);
    *rig.platform.asks.lock() = Some("http://not-allowed.example/");
    assert_eq!((used(false).await, reads()), (Some(95.0), 2), "an old answer is better than none");
    assert!(matches!(rig.engine.quotas(&account, true).await, Err(Error::Platform(_))));
    *rig.platform.asks.lock() = None;
    rig.engine.logout_account(&account).await.unwrap();
    let rig = rig.restarted().await;
    let kept = rig.engine.quotas(&account, true).await.unwrap().unwrap();
    assert_eq!(kept.items[0].left, Some(3.0), "nobody is logged in: what is kept is shown");
}

#[tokio::test]
async fn where_nobody_can_be_asked_that_is_said() {
    let rig = Rig::closed(FakePlatform::with(Capabilities::default()));
    rig.engine.create_vault(PASSWORD.into()).await.unwrap();
    let id = rig.account("a", Says::Alive("7")).await;
    let read = rig.engine.quotas(&(&id).into(), false).await;
    assert!(matches!(read, Err(Error::Unsupported { what: "quotas", .. })), "{read:?}");
}

#[tokio::test]
async fn the_wallet_shows_every_quota_and_reads_all_in_one_job() {
    let rig = Rig::open().await;
    let one = rig.account("a", Says::Alive("7")).await;
    let two = rig.account("b", Says::Alive("8")).await;
    let gone = rig.account("c", Says::Alive("9")).await;
    rig.engine.logout_account(&(&gone).into()).await.unwrap();
    assert!(rig.engine.wallet().unwrap().rows.is_empty());
    *rig.platform.quotas.lock() = vec![calls(10.0), Quota::stock("coins", QuotaUnit::Credits, 3.0)];
    let job = rig.engine.read_wallet().unwrap();
    assert_eq!((job.kind, job.total), (JobKind::Quotas, 2));
    rig.eventually(|| rig.engine.job(&job.id).unwrap().state == JobState::Done).await;
    let done = rig.engine.job(&job.id).unwrap();
    assert_eq!((done.done, done.alive), (2, 2));
    let wallet = rig.engine.wallet().unwrap();
    let rows: Vec<_> = wallet.rows.iter().map(|row| (row.account_id.clone(), row.quota.key.as_str())).collect();
    assert_eq!(rows, [(one.clone(), "calls"), (one, "coins"), (two.clone(), "calls"), (two, "coins")]);
    assert!(!wallet.reading);
    let page = rig.engine.list_accounts(&AccountQuery::default()).unwrap();
    assert_eq!(page.accounts[0].quota.as_ref().unwrap().key, "calls");
}

#[tokio::test]
async fn a_session_that_reading_finds_ended_is_checked() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    rig.platform.says("a", Says::NotLoggedIn);
    *rig.platform.quotas_fail.lock() = Some(ErrorKind::NotLoggedIn);
    let before = rig.platform.probe_count();
    assert!(rig.engine.quotas(&(&id).into(), true).await.is_err());
    rig.eventually(|| rig.platform.probe_count() > before).await;
    rig.eventually(|| rig.view(&id).account.last_check.as_ref().unwrap().reason == Reason::NotLoggedIn).await;
}

#[tokio::test]
async fn one_account_that_cannot_be_read_keeps_nobody_from_the_others() {
    let rig = Rig::open().await;
    let broken = rig.account("a", Says::Alive("7")).await;
    let whole = rig.account("b", Says::Alive("8")).await;
    let open = rig.engine.open().unwrap();
    let (.., record) = open.snapshot(&broken).unwrap();
    let kind = roster_vault::Kind::new("credential");
    let body = b"not what a session looks like".to_vec().into();
    let change = roster_vault::Change::Put { kind, id: record, body, expect: roster_vault::Expect::Any };
    open.store.vault().apply(vec![change]).await.unwrap();
    *rig.platform.quotas.lock() = vec![calls(10.0)];
    let job = rig.engine.read_wallet().unwrap();
    rig.eventually(|| rig.engine.job(&job.id).unwrap().state != JobState::Running).await;
    let done = rig.engine.job(&job.id).unwrap();
    assert_eq!((done.state, done.done, done.alive), (JobState::Done, 2, 1));
    let rows = rig.engine.wallet().unwrap().rows;
    assert_eq!(rows.iter().map(|row| &row.account_id).collect::<Vec<_>>(), [&whole]);
}

#[tokio::test]
async fn many_newcomers_are_asked_for_their_quotas_one_after_the_other_and_without_being_told_to() {
    let rig = Rig::open().await;
    *rig.platform.quotas.lock() = vec![calls(10.0)];
    rig.platform.quota_gate.forget_permits(Semaphore::MAX_PERMITS);
    let people: [&'static str; 12] = std::array::from_fn(|person| &*Box::leak(person.to_string().into_boxed_str()));
    for person in people {
        rig.platform.says(person, Says::Alive(person));
        rig.add(person).await;
    }
    let asked = || rig.platform.quotas_asked.load(SeqCst);
    rig.eventually(|| rig.engine.metrics().unwrap().checks.success == 12 && asked() == 1).await;
    settle().await;
    assert_eq!(asked(), 1, "nobody waits for these answers, so one at a time is enough");
    rig.platform.quota_gate.add_permits(Semaphore::MAX_PERMITS);
    rig.eventually(|| rig.engine.wallet().unwrap().rows.len() == 12).await;
    assert_eq!(rig.platform.quota_reads.load(SeqCst), 12, "each once");
}
