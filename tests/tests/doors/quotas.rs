//! What may still be used: how old it is, when it is asked anew, all accounts side by side.

use roster_sandbox::{FaultKind, NewFault};
use serde_json::{Value, json};

use crate::door::{Doors, MINUTE};

async fn quotas(doors: &Doors, id: &str, query: &str) -> Value {
    doors.script("GET", &format!("/api/v1/accounts/{id}/quotas{query}"), Value::Null).await.data(200).clone()
}

async fn smartcv(doors: &Doors, person: &str) -> String {
    let fields = json!({ "email": format!("{person}@example.test"), "password": format!("sandbox-{person}") });
    doors.logged_in("smartcv", "password", fields).await
}

async fn burncloud(doors: &Doors, person: &str) -> String {
    let fields = json!({ "site": "https://ai.burncloud.com", "action": "login", "username": person,
        "password": format!("{person}-password") });
    doors.logged_in("burncloud", "password", fields).await
}

#[tokio::test]
async fn a_number_has_an_age_is_read_anew_when_it_is_old_or_wished_and_outlives_a_restart() {
    let mut doors = Doors::open().await;
    let id = burncloud(&doors, "lin").await;
    let first = quotas(&doors, &id, "").await;
    let asked = doors.app.asked("self");
    doors.app.advance(5 * MINUTE);
    let later = quotas(&doors, &id, "").await;
    assert_eq!((&later["read_at"], later["age_s"].as_u64() >= Some(300)), (&first["read_at"], true));
    assert_eq!(doors.app.asked("self"), asked, "younger than ten minutes: nobody is asked");
    doors.restart().await;
    let kept = quotas(&doors, &id, "").await;
    assert_eq!((&kept["read_at"], &kept["items"]), (&first["read_at"], &first["items"]), "after a restart");
    assert_eq!(doors.app.asked("self"), asked);
    let anew = quotas(&doors, &id, "?refresh=true").await;
    assert!(anew["age_s"].as_u64() < Some(60) && doors.app.asked("self") == asked + 1);
    doors.app.advance(11 * MINUTE);
    let fault = doors.app.fault(NewFault::new("burncloud", FaultKind::ServerError));
    let old = quotas(&doors, &id, "").await;
    assert_eq!(old["read_at"], anew["read_at"], "an old number with its age is better than none");
    let path = format!("/api/v1/accounts/{id}/quotas?refresh=true");
    doors.script("GET", &path, Value::Null).await.error(502, "PLATFORM_ERROR");
    doors.app.control().clear_faults(Some(fault));
    let fresh = quotas(&doors, &id, "").await;
    assert!(fresh["age_s"].as_u64() < Some(60), "old and somebody looks: it is asked");
    for (query, field) in [("?refresh=perhaps", "refresh"), ("?now=true", "now")] {
        let path = format!("/api/v1/accounts/{id}/quotas{query}");
        let refused = doors.script("GET", &path, Value::Null).await;
        assert_eq!(refused.error(400, "INVALID_REQUEST")["details"]["field"], field);
    }
    let new = json!({ "platform": "xiaohongshu", "cookie_data": "galaxy_creator_session_id=none; access-token-creator.xiaohongshu.com=none" });
    let none = doors.script("POST", "/api/v1/accounts", new).await;
    let none = none.data(201)["account_id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/accounts/{none}/quotas");
    doors.script("GET", &path, Value::Null).await.error(422, "UNSUPPORTED");
}

#[tokio::test]
async fn the_wallet_has_every_account_s_numbers_and_one_that_fails_stops_no_other() {
    let mut doors = Doors::open().await;
    let ids = [burncloud(&doors, "lin").await, burncloud(&doors, "zhou").await, smartcv(&doors, "lin").await];
    let bilibili = doors.app.log_in("bilibili", "lin").await.to_string();
    let wallet = async |doors: &Doors| {
        let answer = doors.owner("GET", "/desktop/v1/wallet", Value::Null).await;
        answer.data(200)["rows"].as_array().unwrap().clone()
    };
    let read_at = |rows: &[Value], id: &str| {
        rows.iter().find(|row| row["account_id"] == id).unwrap_or_else(|| panic!("{id}"))["read_at"].clone()
    };
    let everybody = async || {
        let rows = wallet(&doors).await;
        let here = |id: &&str| rows.iter().any(|row| row["account_id"] == **id);
        let all = ids.iter().map(String::as_str).chain([bilibili.as_str()]);
        all.clone().all(|id| here(&id)).then_some(())
    };
    doors.app.until("all numbers, without anybody asking for them", MINUTE, everybody).await;
    doors.script("GET", "/desktop/v1/wallet", Value::Null).await.error(403, "FORBIDDEN");
    doors.restart().await;
    let before = wallet(&doors).await;
    let balances = before.iter().filter(|row| row["quota"]["key"] == "balance");
    assert!(balances.clone().all(|row| row["quota"]["currency"] == "USD" && row["site"] == "https://ai.burncloud.com"));
    assert_eq!(balances.count(), 2);

    doors.app.advance(30 * MINUTE);
    let fault = doors.app.fault(NewFault::new("smartcv", FaultKind::ServerError));
    let job = doors.owner("POST", "/desktop/v1/wallet/refresh", Value::Null).await;
    let job = job.data(202)["id"].as_str().unwrap().to_owned();
    let done = async || {
        let jobs = doors.owner("GET", "/desktop/v1/jobs", Value::Null).await.data(200)["jobs"].clone();
        let jobs = jobs.as_array().unwrap().clone();
        jobs.into_iter().find(|view| view["id"] == job.as_str() && view["state"] == "done")
    };
    let done = doors.app.until("the job's end", MINUTE, done).await;
    assert_eq!((&done["done"], &done["alive"], &done["unknown"]), (&json!(4), &json!(3), &json!(1)), "{done}");
    let after = wallet(&doors).await;
    for id in [&ids[0], &ids[1], &bilibili] {
        assert_ne!(read_at(&after, id), read_at(&before, id), "read anew");
    }
    assert_eq!(read_at(&after, &ids[2]), read_at(&before, &ids[2]), "the one that failed keeps what it had");
    assert_eq!(doors.account(&ids[2]).await["status"], "active", "and is none the worse for it");
    doors.app.control().clear_faults(Some(fault));
    doors.app.control().expire_sessions("smartcv", "lin").unwrap();
    doors.owner("GET", "/desktop/v1/wallet?refresh=true", Value::Null).await.data(200);
    let told = async || doors.account(&ids[2]).await["last_check_at"].is_string().then_some(());
    doors.app.until("a check of what was found to be over", MINUTE, told).await;
}

#[tokio::test]
async fn a_list_of_named_accounts_is_one_call() {
    let doors = Doors::open().await;
    let (one, two) = (smartcv(&doors, "lin").await, smartcv(&doors, "zhou").await);
    let three = burncloud(&doors, "lin").await;
    let number = doors.account(&two).await["id"].as_u64().unwrap();
    let listed = async |query: &str| {
        let answer = doors.script("GET", &format!("/api/v1/accounts?{query}"), Value::Null).await;
        let rows = answer.data(200)["accounts"].as_array().unwrap().clone();
        rows.iter().map(|row| row["account_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed(&format!("ids={three},{one}")).await, [one.clone(), three.clone()]);
    assert_eq!(listed(&format!("ids={number},acc_gone,99999,{one}")).await, [one.clone(), two.clone()]);
    assert_eq!(listed(&format!("ids={one},{three}&platform=burncloud")).await, [three]);
    assert!(listed("ids=").await.is_empty() && listed("ids=acc_gone").await.is_empty());
    let many = vec!["1"; 501].join(",");
    let refused = doors.script("GET", &format!("/api/v1/accounts?ids={many}"), Value::Null).await;
    assert_eq!(refused.error(400, "INVALID_REQUEST")["details"]["field"], "ids");
}
