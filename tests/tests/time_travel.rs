//! Snapshots, restoring, exports, imports and erasing, through the API as the window calls it.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "also in the functions that the tests share"
)]

mod support;

use std::sync::Arc;

use serde_json::{Value, json};
use support::{App, PASSWORD, Scripted};

const FILE_PASSWORD: &str = "a password of its own";

fn platforms() -> Vec<Arc<dyn roster_platform::Adapter>> {
    vec![Arc::new(Scripted::requiring("xiaohongshu", &["a1"])), Arc::new(Scripted::requiring("douyin", &["sid"]))]
}

async fn opened() -> App {
    let app = App::over(platforms());
    app.engine.create_vault(PASSWORD.into()).await.expect("a vault");
    app
}

fn ids(items: &Value) -> Vec<&str> {
    items.as_array().expect("a list").iter().filter_map(|item| item["account_id"].as_str()).collect()
}

#[tokio::test]
async fn a_snapshot_is_taken_listed_previewed_and_restored() {
    let app = opened().await;
    let (kept, lost) = (app.account("kept").await, app.account("lost").await);
    let taken = app.post("/desktop/v1/vault/snapshots", "").await;
    let taken = taken.data(201).clone();
    assert_eq!((taken["reason"].as_str(), taken["accounts"].as_u64()), (Some("owner"), Some(2)));
    let id = taken["snapshot_id"].as_str().expect("an id").to_owned();
    let listed = app.get("/desktop/v1/vault/snapshots").await;
    let listed = listed.data(200);
    assert_eq!((listed["keep_newest"].as_u64(), listed["keep_daily"].as_u64()), (Some(5), Some(7)));
    assert_eq!(listed["snapshots"][0], taken);

    app.call("DELETE", &format!("/api/v1/accounts/{lost}"), "").await.data(200);
    let extra = app.account("extra").await;
    let preview = app.get(&format!("/desktop/v1/vault/snapshots/{id}/preview")).await;
    let preview = preview.data(200);
    assert_eq!((ids(&preview["comes_back"]), ids(&preview["goes_away"])), (vec![lost.as_str()], vec![extra.as_str()]));
    assert_eq!(preview["same"], 1);

    let one = json!({ "account_ids": [lost] }).to_string();
    let path = format!("/desktop/v1/vault/snapshots/{id}/restore");
    let done = app.post(&path, &one).await;
    assert_eq!((&done.data(200)["restored"], &done.data(200)["removed"]), (&json!(1), &json!(0)));
    assert!(done.data(200)["undo_id"].is_string());
    for account in [&kept, &lost, &extra] {
        app.get(&format!("/api/v1/accounts/{account}")).await.data(200);
    }
    let everything = app.post(&path, r#"{"account_ids":null}"#).await;
    assert_eq!(everything.data(200)["removed"], 1);
    app.get(&format!("/api/v1/accounts/{extra}")).await.error(404, "ACCOUNT_NOT_FOUND");

    for unknown in ["ffffffffffffffff", "nonsense"] {
        let path = format!("/desktop/v1/vault/snapshots/{unknown}/preview");
        app.get(&path).await.error(404, "SNAPSHOT_NOT_FOUND");
    }
    app.post(&path, r#"{"account_ids":[]}"#).await.error(400, "INVALID_REQUEST");
}

#[tokio::test]
async fn accounts_go_from_one_vault_to_another() {
    let app = opened().await;
    let account = app.account("mover").await;
    let short = app.post("/desktop/v1/export", r#"{"password":"short"}"#).await;
    short.error(400, "INVALID_REQUEST");
    let body = json!({ "password": FILE_PASSWORD, "account_ids": null }).to_string();
    let done = app.post("/desktop/v1/export", &body).await;
    assert_eq!((&done.data(200)["cancelled"], &done.data(200)["accounts"]), (&json!(false), &json!(1)));

    let other = App::over_with_files(platforms(), app.files());
    other.engine.create_vault(PASSWORD.into()).await.expect("a vault");
    let wrong = json!({ "source": "export", "secret": "another password" }).to_string();
    other.post("/desktop/v1/import", &wrong).await.error(401, "WRONG_PASSWORD");
    let right = json!({ "source": "export", "secret": FILE_PASSWORD }).to_string();
    let read = other.post("/desktop/v1/import", &right).await;
    let import = read.data(200)["import"].clone();
    assert_eq!((&import["new"], &import["items"][0]["what"]), (&json!(1), &json!("new")));
    let id = import["import_id"].as_str().expect("an id").to_owned();
    let item = import["items"][0]["item_id"].clone();
    let chosen = json!({ "item_ids": [item] }).to_string();
    let applied = other.post(&format!("/desktop/v1/import/{id}/apply"), &chosen).await;
    assert_eq!(applied.data(200)["imported"], 1);
    other.get(&format!("/api/v1/accounts/{account}")).await.data(200);
    other.post(&format!("/desktop/v1/import/{id}/discard"), "").await.error(404, "IMPORT_NOT_FOUND");
    let again = other.post("/desktop/v1/import", &right).await;
    let again = again.data(200)["import"]["import_id"].as_str().expect("an id").to_owned();
    other.post(&format!("/desktop/v1/import/{again}/discard"), "").await.data(200);

    // A file of another form says so, and so does the absence of one.
    let legacy = json!({ "source": "legacy", "secret": "x" }).to_string();
    let cancelled = other.post("/desktop/v1/import", &legacy).await;
    assert_eq!(cancelled.data(200), &json!({ "cancelled": true, "import": null }));
    std::fs::write(app.files().join("odd.json"), "no JSON at all {").expect("a file");
    let sealed = other.post("/desktop/v1/import", &legacy).await;
    let told = sealed.data(200)["import"]["items"][0]["reason"].clone();
    assert_eq!(told, "damaged");
    std::fs::write(app.files().join("odd.roster"), "garbage").expect("a file");
    let garbage = other.post("/desktop/v1/import", &right).await;
    assert_eq!(garbage.error(400, "INVALID_REQUEST")["details"]["reason"], "not_that_sort");
    // 40 bytes in base64, sealed under no secret that anybody knows.
    let tiny = format!("{}==", "A".repeat(54));
    std::fs::write(app.files().join("wrong.json"), json!([tiny]).to_string()).expect("a file");
    other.post("/desktop/v1/import", &legacy).await.error(401, "WRONG_PASSWORD");
}

#[tokio::test]
async fn erasing_for_good_takes_the_password_and_the_trash() {
    let app = opened().await;
    let (kept, lost) = (app.account("kept").await, app.account("lost").await);
    app.post("/desktop/v1/vault/snapshots", "").await.data(201);
    app.call("DELETE", &format!("/api/v1/accounts/{lost}"), "").await.data(200);
    app.post("/desktop/v1/vault/erase", r#"{"password":"wrong password"}"#).await.error(401, "WRONG_PASSWORD");
    let done = app.post("/desktop/v1/vault/erase", &json!({ "password": PASSWORD }).to_string()).await;
    assert_eq!(done.data(200)["purged"], 1);
    assert_eq!(app.get("/desktop/v1/vault/snapshots").await.data(200)["snapshots"], json!([]));
    assert_eq!(app.get("/desktop/v1/trash").await.data(200)["items"], json!([]));
    app.get(&format!("/api/v1/accounts/{kept}")).await.data(200);
}
