//! How long a large import takes: `cargo test --release -p roster-engine --lib -- --ignored --nocapture long_import`.

use std::time::Instant;

use roster_domain::{Account, AccountId, Secret};
use roster_vault::{KdfParams, RecordId, export};
use serde_json::json;

use crate::{
    ImportSource, ImportWhat,
    storage::{StoredAccount, Upkeep},
    testing::{Rig, platform_id},
};

const ACCOUNTS: u64 = 10_000;

fn entries() -> Vec<export::Entry> {
    let mut entries = Vec::new();
    for number in 1..=ACCOUNTS {
        let account = Account {
            id: AccountId::from_entropy(std::array::from_fn(|at| number.to_be_bytes()[at % 8])),
            number,
            platform: platform_id(),
            name: format!("account {number}"),
            identity: Some(number.to_string()),
            note: "a note of some length ".repeat(8),
            ..Account::default()
        };
        let id = RecordId::from(std::array::from_fn(|at| number.to_be_bytes()[at % 8]));
        let stored = StoredAccount { account, upkeep: Upkeep::default() };
        let cookie =
            json!({ "name": "session", "value": format!("{number:0>800}"), "domain": "fake.example", "path": "/" });
        let session = json!({ "generation": 1, "cookies": [cookie] });
        for (kind, body) in
            [("account", serde_json::to_vec(&stored).unwrap()), ("credential", serde_json::to_vec(&session).unwrap())]
        {
            entries.push(export::Entry { kind: kind.to_owned(), id, body: body.into() });
        }
    }
    entries
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: cargo xtask soak"]
async fn long_import_of_ten_thousand_accounts() {
    let rig = Rig::open().await;
    let file = rig.dir().join("many.roster");
    let password = || Secret::from("a password of its own");
    std::fs::write(&file, export::seal(&entries(), &password(), KdfParams::floor()).unwrap()).unwrap();
    let settings = crate::Settings { lock_after_minutes: 0, health_enabled: false, ..crate::Settings::default() };
    rig.engine.update_settings(settings).await.unwrap();
    rig.desk.pick(&file);
    let started = Instant::now();
    let view = rig.engine.import(ImportSource::Export, password()).await.unwrap().unwrap();
    let read = started.elapsed();
    assert_eq!(view.count(ImportWhat::New), ACCOUNTS);
    let done = rig.engine.apply_import(&view.id, None).await.unwrap();
    let all = started.elapsed();
    let line = json!({
        "what": "import of 10,000 accounts",
        "tried": ACCOUNTS,
        "failed": ACCOUNTS - done.imported,
        "note": format!("read in {read:?}, written after {all:?}"),
    });
    println!("SOAK {line}");
    assert_eq!(done.imported, ACCOUNTS);
}
