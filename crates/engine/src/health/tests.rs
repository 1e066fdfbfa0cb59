//! Checks from the question to what is stored, against a scripted platform and a real vault.

use std::{sync::atomic::Ordering::SeqCst, time::Duration};

use roster_domain::{AccountStatus, Reason, Verdict};
use roster_platform::ProbeDepth;

use crate::{
    AccountPatch, AccountQuery, CheckSelection, Error, Event, JobState, NeedsMe, Notice, Settings,
    storage::Batch,
    testing::{Rig, Says, credential, settle, wait_for, within},
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn an_alive_answer_names_the_account_and_is_kept_in_the_history() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let view = rig.view(&id);
    assert_eq!(view.account.status, AccountStatus::Active);
    assert_eq!(view.account.identity.as_deref(), Some("7"));
    assert_eq!(view.account.name, "Nick 7");
    let history = rig.engine.health_history(&(&id).into()).await.unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!((history[0].verdict, history[0].status), (Verdict::Alive, AccountStatus::Active));
    assert_eq!(history[0].generation, 1);
}

#[tokio::test]
async fn not_logged_in_once_is_not_expired_and_the_second_proof_is_sought_by_itself() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    rig.platform.says("a", Says::NotLoggedIn);
    let first = rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!((first.status, first.verdict, first.healthy), (AccountStatus::Active, Verdict::Expired, false));
    let recheck = first.recheck_at.unwrap().as_second() - first.checked_at.as_second();
    assert_eq!(recheck, 60);
    let again = rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!(again.status, AccountStatus::Active, "two proofs in the same second are one");
    let took = rig.advance_until(SECOND, || rig.view(&id).account.status == AccountStatus::Expired).await;
    assert!(took >= MINUTE && took < 3 * MINUTE, "{took:?}");
    assert_eq!(rig.view(&id).needs_me, Some(NeedsMe::LogIn));
    assert!(rig.view(&id).forecast.is_none());
}

#[tokio::test]
async fn what_only_the_full_question_shows_outlives_a_light_one() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let signature = || rig.view(&id).account.profile.as_ref().and_then(|profile| profile.signature.clone());
    rig.platform.probes.lock().clear();
    rig.engine.check_account(&(&id).into()).await.unwrap();
    rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!(rig.platform.probes.lock().last().map(|(_, depth)| *depth), Some(ProbeDepth::Light));
    assert_eq!(signature().as_deref(), Some("I am 7"));
}

#[tokio::test]
async fn a_mute_is_not_lifted_by_a_question_that_cannot_see_it() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Muted("7")).await;
    for _ in 0..3 {
        rig.engine.check_account(&(&id).into()).await.unwrap();
        assert_eq!(rig.view(&id).account.status, AccountStatus::Inactive);
    }
    rig.platform.says("a", Says::Alive("7"));
    rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!(rig.view(&id).account.status, AccountStatus::Active);
}

#[tokio::test]
async fn faults_leave_the_status_and_are_asked_again_later_and_later() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    for reason in [Reason::Dns, Reason::Timeout, Reason::ServerError, Reason::NotJson, Reason::RateLimited] {
        rig.platform.says("a", Says::Fault(reason));
        let outcome = rig.engine.check_account(&(&id).into()).await.unwrap();
        assert_eq!((outcome.verdict, outcome.reason), (Verdict::Unknown, reason));
        assert_eq!(outcome.status, AccountStatus::Active);
    }
    let due = rig.view(&id).account.next_check_at.unwrap().as_second();
    let wait = due - rig.view(&id).account.last_check.as_ref().unwrap().at.as_second();
    assert!((760..=1_160).contains(&wait), "five faults: 16 minutes give or take a fifth, not {wait} s");
    rig.platform.says("a", Says::RetryAfter(5_000));
    rig.engine.check_account(&(&id).into()).await.unwrap();
    let view = rig.view(&id);
    let wait =
        view.account.next_check_at.unwrap().as_second() - view.account.last_check.as_ref().unwrap().at.as_second();
    assert!(wait >= 5_000, "{wait}");
}

#[tokio::test]
async fn a_banned_account_is_inactive_and_comes_back_and_a_disabled_one_does_not() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    rig.platform.says("a", Says::Banned);
    rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!(rig.view(&id).account.status, AccountStatus::Inactive);
    assert_eq!(rig.view(&id).needs_me, Some(NeedsMe::Restricted));
    rig.platform.says("a", Says::Alive("7"));
    rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!(rig.view(&id).account.status, AccountStatus::Active);

    let off = AccountPatch { status: Some(AccountStatus::Inactive), ..AccountPatch::default() };
    rig.engine.update_account(&(&id).into(), off).await.unwrap();
    rig.engine.check_account(&(&id).into()).await.unwrap();
    let view = rig.view(&id);
    assert_eq!((view.account.status, view.needs_me), (AccountStatus::Inactive, None));
    assert_eq!(view.account.next_check_at, None, "nobody asks about it by itself");
    let on = AccountPatch { status: Some(AccountStatus::Active), ..AccountPatch::default() };
    let view = rig.engine.update_account(&(&id).into(), on).await.unwrap();
    assert_eq!(view.account.status, AccountStatus::Active, "its last check said so");
}

#[tokio::test]
async fn another_users_session_is_a_mismatch_and_renames_nobody() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    rig.platform.says("a", Says::Alive("8"));
    let outcome = rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!((outcome.verdict, outcome.reason), (Verdict::IdentityMismatch, Reason::OtherUser));
    let view = rig.view(&id);
    assert_eq!(view.account.status, AccountStatus::Inactive);
    assert_eq!((view.account.identity.as_deref(), view.account.name.as_str()), (Some("7"), "Nick 7"));
    assert_eq!(view.needs_me, Some(NeedsMe::OtherPerson));
}

#[tokio::test]
async fn a_late_answer_about_an_old_session_changes_nothing() {
    let rig = Rig::open().await;
    let id = rig.account("old", Says::Alive("7")).await;
    rig.platform.says("old", Says::Banned);
    rig.platform.close_gate();
    let late = tokio::spawn({
        let (engine, id) = (rig.engine.clone(), id.clone());
        async move { engine.check_account(&id.into()).await }
    });
    wait_for(|| rig.platform.asking.load(SeqCst) == 1).await;
    assert!(rig.view(&id).checking);
    // Meanwhile a login brings a new session.
    let open = rig.engine.open().unwrap();
    open.store_into(&id, credential("new"), None, Batch::new()).await.unwrap();
    rig.platform.open_gate();
    let outcome = within(late).await.unwrap().unwrap();
    assert_eq!(outcome.verdict, Verdict::Restricted, "that is what was said");
    let view = rig.view(&id);
    assert_eq!((view.account.status, view.account.generation), (AccountStatus::Active, 2));
    // The new session may have been asked about by now; what was said of the old one is nowhere.
    let history = rig.engine.health_history(&(&id).into()).await.unwrap();
    assert!(history.iter().all(|entry| entry.verdict != Verdict::Restricted), "{history:?}");
}

#[tokio::test]
async fn who_asks_while_a_check_is_under_way_gets_its_answer() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let before = rig.platform.probe_count();
    rig.platform.close_gate();
    let ask = || {
        let (engine, id) = (rig.engine.clone(), id.clone());
        tokio::spawn(async move { engine.check_account(&id.into()).await })
    };
    let both = [ask(), ask()];
    wait_for(|| rig.platform.asking.load(SeqCst) == 1).await;
    settle().await;
    rig.platform.open_gate();
    for check in both {
        assert!(within(check).await.unwrap().unwrap().healthy);
    }
    assert_eq!(rig.platform.probe_count(), before + 1);
}

#[tokio::test]
async fn renewed_cookies_are_kept_within_the_generation() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let before = rig.view(&id).account.credential_hash.clone();
    *rig.platform.refreshes_to.lock() = Some(String::from("fresh"));
    rig.platform.says("fresh", Says::Alive("7"));
    rig.engine.check_account(&(&id).into()).await.unwrap();
    let view = rig.view(&id);
    assert_eq!(view.account.generation, 1);
    assert_ne!(view.account.credential_hash, before);
    rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!(rig.platform.probes.lock().last().unwrap().0, "fresh");
}

#[tokio::test]
async fn everything_is_asked_once_a_day_and_little_otherwise() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    rig.engine.check_account(&(&id).into()).await.unwrap();
    let depths = || rig.platform.probes.lock().iter().map(|(_, depth)| *depth).collect::<Vec<_>>();
    assert_eq!(depths(), [ProbeDepth::Full, ProbeDepth::Light]);
    rig.platform.probes.lock().clear();
    rig.advance(10 * MINUTE, 49 * HOUR).await;
    let depths = depths();
    let full = depths.iter().filter(|depth| **depth == ProbeDepth::Full).count();
    assert!((1..=2).contains(&full), "{depths:?}");
    assert!((6..=11).contains(&depths.len()), "every six hours give or take: {depths:?}");
}

#[tokio::test]
async fn renewal_stores_the_new_session_first_and_confirms_until_it_is_heard() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    *rig.platform.renews_to.lock() = Some(String::from("renewed"));
    *rig.platform.confirm_fails.lock() = true;
    rig.platform.says("renewed", Says::Alive("7"));
    let failed = rig.engine.renew_account(&(&id).into()).await;
    assert!(matches!(failed, Err(Error::Platform(_))), "{failed:?}");
    assert_eq!(rig.view(&id).account.generation, 2, "stored although the platform did not hear of it");
    let rig = rig.restarted().await;
    *rig.platform.confirm_fails.lock() = false;
    rig.advance_until(10 * MINUTE, || !rig.platform.confirmed.lock().is_empty()).await;
    assert_eq!(*rig.platform.confirmed.lock(), ["renewed"]);
    assert_eq!(rig.view(&id).account.status, AccountStatus::Active);
}

#[tokio::test]
async fn numbers_are_read_once_a_day_by_themselves_and_kept() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    rig.advance(10 * MINUTE, 8 * HOUR).await;
    let read_at = rig.engine.open().unwrap().snapshot(&id).unwrap().1.numbers_at;
    assert!(read_at.is_some());
    let numbers = rig.engine.numbers(&(&id).into()).await.unwrap();
    assert_eq!(numbers.items[0].value, 12.0);
    let same = rig.engine.numbers(&(&id).into()).await.unwrap();
    assert_eq!(same.read_at, numbers.read_at, "fresh ones are not asked for again");
}

#[tokio::test]
async fn logging_out_erases_the_session_and_keeps_the_account() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let view = rig.engine.logout_account(&(&id).into()).await.unwrap();
    assert_eq!(view.account.status, AccountStatus::Expired);
    assert_eq!(*rig.platform.logged_out.lock(), ["a"]);
    assert!(rig.engine.masked_cookies(&(&id).into()).await.unwrap().is_empty());
    let outcome = rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!((outcome.verdict, outcome.reason), (Verdict::Unknown, Reason::NoCredential));
}

#[tokio::test]
async fn many_are_checked_few_at_a_time_and_each_has_its_result() {
    let rig = Rig::open().await;
    let users = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"];
    for user in users {
        rig.account(&format!("s{user}"), Says::Alive(user)).await;
    }
    rig.platform.says("s3", Says::NotLoggedIn);
    rig.platform.says("s4", Says::Fault(Reason::Timeout));
    rig.platform.most_asking.store(0, SeqCst);
    rig.platform.close_gate();
    let mut events = rig.engine.events();
    let all = || CheckSelection::Matching(Box::default());
    let job = rig.engine.start_check(all()).await.unwrap();
    assert_eq!((job.state, job.total), (JobState::Running, 12));
    wait_for(|| rig.platform.asking.load(SeqCst) == 5).await;
    settle().await;
    rig.platform.open_gate();
    rig.eventually(|| rig.engine.job(&job.id).unwrap().state == JobState::Done).await;
    assert_eq!(rig.platform.most_asking.load(SeqCst), 5, "five to one platform at once");
    let done = rig.engine.job(&job.id).unwrap();
    assert_eq!((done.done, done.alive, done.expired, done.unknown), (12, 10, 1, 1));
    let dead = done.results.iter().find(|result| result.account_name == "Nick 3").unwrap();
    assert_eq!((dead.verdict, dead.reason), (Verdict::Expired, Reason::NotLoggedIn));
    let mut told = Vec::new();
    rig.advance_until(SECOND, || true).await;
    rig.clock.advance(SECOND);
    settle().await;
    while let Ok(batch) = events.try_recv() {
        told.extend(batch.events.into_iter().filter_map(|event| match event {
            Event::JobChanged { job } => Some(job.done),
            _ => None,
        }));
    }
    assert!(!told.is_empty() && told.is_sorted(), "{told:?}");

    let batch = rig.engine.check_accounts(all()).await.unwrap();
    assert_eq!((batch.success_count, batch.fail_count, batch.total), (10, 2, 12));
    let nobody = CheckSelection::Accounts(vec!["acc_nobody".parse().unwrap()]);
    assert!(matches!(rig.engine.check_accounts(nobody).await, Err(Error::AccountNotFound { .. })));
    let query = AccountQuery { text: Some(String::from("nick 11")), ..AccountQuery::default() };
    assert_eq!(rig.engine.check_accounts(CheckSelection::Matching(Box::new(query))).await.unwrap().total, 1);
}

#[tokio::test]
async fn a_cancelled_batch_stops_and_leaves_the_rest_as_it_is() {
    let rig = Rig::open().await;
    for user in ["0", "1", "2", "3", "4", "5", "6", "7"] {
        rig.account(&format!("s{user}"), Says::Alive(user)).await;
    }
    let before = rig.platform.probe_count();
    rig.platform.close_gate();
    let job = rig.engine.start_check(CheckSelection::Matching(Box::default())).await.unwrap();
    wait_for(|| rig.platform.asking.load(SeqCst) == 5).await;
    let cancelled = within(rig.engine.cancel_job(&job.id)).await.unwrap();
    assert_eq!((cancelled.state, cancelled.done), (JobState::Cancelled, 0));
    rig.platform.open_gate();
    settle().await;
    assert_eq!(rig.platform.probe_count(), before + 5, "nobody was asked any more");
}

#[tokio::test]
async fn accounts_that_die_together_are_told_together_and_one_that_flaps_twice_a_day() {
    let rig = Rig::open().await;
    let ids = [rig.account("a", Says::Alive("1")).await, rig.account("b", Says::Alive("2")).await];
    for session in ["a", "b"] {
        rig.platform.says(session, Says::Banned);
    }
    for id in &ids {
        rig.engine.check_account(&id.into()).await.unwrap();
    }
    assert!(rig.notices.all().is_empty(), "not before the group is complete");
    rig.advance_until(SECOND, || !rig.notices.all().is_empty()).await;
    let Notice::AccountsDied(died) = &rig.notices.all()[0];
    assert_eq!(died.iter().map(|died| died.name.as_str()).collect::<Vec<_>>(), ["Nick 1", "Nick 2"]);
    for _ in 0..6 {
        rig.platform.says("a", Says::Alive("1"));
        rig.engine.check_account(&(&ids[0]).into()).await.unwrap();
        rig.platform.says("a", Says::Banned);
        rig.engine.check_account(&(&ids[0]).into()).await.unwrap();
        rig.advance(SECOND, 20 * SECOND).await;
    }
    let named = |rig: &Rig| {
        let count = |notice: &Notice| {
            let Notice::AccountsDied(died) = notice;
            died.iter().filter(|died| died.account_id == ids[0]).count()
        };
        rig.notices.all().iter().map(count).sum::<usize>()
    };
    assert_eq!(named(&rig), 2);
    rig.engine.update_settings(Settings { notify: false, lock_after_minutes: 0, ..Settings::default() }).await.unwrap();
    rig.clock.advance(25 * HOUR);
    rig.platform.says("a", Says::Alive("1"));
    rig.engine.check_account(&(&ids[0]).into()).await.unwrap();
    rig.platform.says("a", Says::Banned);
    rig.engine.check_account(&(&ids[0]).into()).await.unwrap();
    rig.advance(SECOND, 20 * SECOND).await;
    assert_eq!(named(&rig), 2, "the owner does not want to hear");
}
