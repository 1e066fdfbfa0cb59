//! Accounts: what may be made and changed, what is counted, what outlives a restart.

use roster_domain::{AccountStatus, AccountType, Secret};

use crate::{
    AccountPatch, AccountQuery, AccountRef, Error, NewAccount, Problem, UsageReport,
    testing::{Rig, Says, platform_id},
};

fn new(cookies: &str) -> NewAccount {
    NewAccount { platform: platform_id(), cookie_data: Secret::from(cookies), ..NewAccount::default() }
}

#[tokio::test]
async fn a_made_account_is_pending_and_keeps_what_was_given() {
    let rig = Rig::open().await;
    rig.platform.close_gate();
    let made = rig
        .engine
        .create_account(NewAccount {
            account_name: Some(String::from(" Main ")),
            account_type: AccountType::Business,
            priority: Some(8),
            user_id: Some(String::from("user_001")),
            project_id: Some(String::from("proj_001")),
            tags: [(String::from("region"), String::from("beijing"))].into(),
            metadata: serde_json::json!({"follower_count": 10_000}).as_object().unwrap().clone(),
            ..new("Cookie: session=abc; other=1")
        })
        .await
        .unwrap();
    assert_eq!((made.account.number, made.account.status), (1, AccountStatus::Pending));
    assert_eq!((made.account.name.as_str(), made.account.priority.get()), ("Main", 8));
    rig.platform.open_gate();
    let rig = rig.restarted().await;
    let again = rig.engine.account(&AccountRef::parse("1").unwrap()).unwrap();
    assert_eq!(again.account.id, made.account.id);
    assert_eq!(again.account.account_type, AccountType::Business);
    assert_eq!(again.account.tags["region"], "beijing");
    assert_eq!(again.account.metadata["follower_count"], 10_000);
    let cookies = rig.engine.masked_cookies(&AccountRef::Number(1)).await.unwrap();
    assert_eq!(cookies.iter().map(|cookie| cookie.name.as_str()).collect::<Vec<_>>(), ["other", "session"]);
    assert!(cookies.iter().all(|cookie| cookie.masked == "…" && cookie.domain == "fake.example"));
}

#[tokio::test]
async fn what_cannot_be_an_account_is_refused_with_the_field_and_no_value() {
    let rig = Rig::open().await;
    let long = "x".repeat(101);
    let cases = [
        (new(""), "cookie_data"),
        (new("canary"), "cookie_data"),
        (new("other=canary"), "cookie_data"),
        (new("session="), "cookie_data"),
        (NewAccount { priority: Some(11), ..new("session=canary") }, "priority"),
        (NewAccount { account_name: Some(long), ..new("session=canary") }, "account_name"),
        (NewAccount { tags: [(String::new(), String::from("x"))].into(), ..new("session=canary") }, "tags"),
    ];
    for (request, expected) in cases {
        let error = rig.engine.create_account(request).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        assert!(matches!(&error, Error::InvalidRequest { field, .. } if *field == expected), "{error:?}");
    }
    let missing = rig.engine.create_account(new("other=1")).await.unwrap_err();
    let names = vec![String::from("session")];
    assert!(
        matches!(missing, Error::InvalidRequest { problem: Problem::CookiesMissing { names: found }, .. } if found == names)
    );
    let nowhere = NewAccount { platform: "nowhere".parse().unwrap(), ..new("session=1") };
    assert!(matches!(rig.engine.create_account(nowhere).await, Err(Error::UnknownPlatform { .. })));
    assert_eq!(rig.engine.list_accounts(&AccountQuery::default()).unwrap().total, 0);
}

#[tokio::test]
async fn numbers_are_never_given_again() {
    let rig = Rig::open().await;
    let ids = [rig.add("a").await.account.id.clone(), rig.add("b").await.account.id.clone()];
    rig.engine.delete_account(&AccountRef::Number(2)).await.unwrap();
    assert!(matches!(rig.engine.account(&(&ids[1]).into()), Err(Error::AccountNotFound { .. })));
    let rig = rig.restarted().await;
    assert_eq!(rig.add("c").await.account.number, 3);
    let gone = rig.engine.delete_accounts(&[ids[0].clone(), ids[1].clone()]).await.unwrap();
    assert_eq!(gone, [ids[0].clone()]);
    let rig = rig.restarted().await;
    assert_eq!(rig.engine.list_accounts(&AccountQuery::default()).unwrap().total, 1);
    let store = &rig.engine.open().unwrap().store;
    assert!(store.load().unwrap().counters.into_iter().all(|shard| shard.into_iter().count() == 0));
}

#[tokio::test]
async fn changing_an_account_changes_what_was_said_and_nothing_else() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let account = AccountRef::from(&id);
    let patch = AccountPatch {
        account_name: Some(String::from("Alias")),
        priority: Some(9),
        tags: Some([(String::from("type"), String::from("backup"))].into()),
        user_id: Some(Some(String::from("u"))),
        ..AccountPatch::default()
    };
    let view = rig.engine.update_account(&account, patch).await.unwrap();
    assert_eq!((view.account.name.as_str(), view.account.status), ("Alias", AccountStatus::Active));
    rig.engine.check_account(&account).await.unwrap();
    assert_eq!(rig.view(&id).account.name, "Alias", "the owner's name stays");
    let back = AccountPatch { account_name: Some(String::new()), user_id: Some(None), ..AccountPatch::default() };
    let view = rig.engine.update_account(&account, back).await.unwrap();
    assert_eq!((view.account.name.as_str(), view.account.user_id.as_deref()), ("Nick 7", None));
    for status in [AccountStatus::Pending, AccountStatus::Expired] {
        let by_hand = AccountPatch { status: Some(status), ..AccountPatch::default() };
        let refused = rig.engine.update_account(&account, by_hand).await;
        assert!(matches!(refused, Err(Error::InvalidRequest { field: "status", problem: Problem::NotByHand })));
    }
}

#[tokio::test]
async fn reports_are_counted_once_and_the_last_hundred_are_kept() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let account = AccountRef::from(&id);
    let report = |success| UsageReport {
        action: String::from("publish"),
        success,
        duration_ms: 2_340,
        error: (!success).then(|| "e".repeat(900)),
    };
    for index in 0..105 {
        rig.engine.report_usage(&account, report(index % 21 != 0)).await.unwrap();
    }
    let stats = rig.engine.account_stats(&account).await.unwrap();
    assert_eq!((stats.usage.use_count, stats.usage.success_count, stats.usage.fail_count), (105, 100, 5));
    assert_eq!(stats.success_rate, 95.24);
    assert_eq!(stats.recent_logs.len(), 100);
    assert_eq!(stats.recent_logs[20].error.as_ref().map(String::len), Some(500));
    let rig = rig.restarted().await;
    assert_eq!(rig.engine.account_stats(&account).await.unwrap(), stats);
    let nameless = UsageReport { action: String::from(" "), ..report(true) };
    assert!(matches!(rig.engine.report_usage(&account, nameless).await, Err(Error::InvalidRequest { .. })));
}

#[tokio::test]
async fn a_second_account_of_a_person_points_at_the_first() {
    let rig = Rig::open().await;
    let first = rig.account("a", Says::Alive("7")).await;
    let second = rig.account("b", Says::Alive("7")).await;
    assert_eq!(rig.view(&second).duplicate_of, Some(first.clone()));
    assert_eq!(rig.view(&first).duplicate_of, None);
}

#[tokio::test]
async fn text_that_names_no_account_is_not_found() {
    for text in ["", "a b", "../x", "99999999999999999999999"] {
        assert!(matches!(AccountRef::parse(text), Err(Error::AccountNotFound { .. })), "{text}");
    }
    let rig = Rig::open().await;
    assert!(matches!(rig.engine.account(&AccountRef::Number(1)), Err(Error::AccountNotFound { .. })));
}
