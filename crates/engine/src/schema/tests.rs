//! Vaults of older versions open with everything in them, for ever; and a migration that loses something changes nothing.

use std::{fs, path::Path};

use roster_domain::{AccountStatus, Secret};

use super::{Migration, SCHEMA, run::migrate};
use crate::{
    AccountQuery, Deed, Error, SnapshotReason, VaultPhase,
    storage::Schema,
    testing::{FakePlatform, PASSWORD, Rig, Says},
};

/// A vault that version 0.1 wrote, with the password [`PASSWORD`]. Never made anew.
const OLD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/vault-0.1");

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

async fn opened() -> Rig {
    let rig = Rig::closed(FakePlatform::new());
    copy(Path::new(OLD), &rig.dir().join("vault"));
    assert_eq!(rig.engine.vault_state().phase, VaultPhase::Locked);
    for session in ["one", "two", "three"] {
        rig.platform.says(session, Says::Alive("1"));
    }
    let report = rig.engine.unlock(Secret::from(PASSWORD)).await.unwrap();
    assert!(report.is_quiet(), "{report:?}");
    rig
}

#[tokio::test]
async fn a_vault_of_version_0_1_opens_with_everything_in_it() {
    let rig = opened().await;
    let accounts = rig.engine.list_accounts(&AccountQuery::default()).unwrap().accounts;
    let mut names: Vec<&str> = accounts.iter().map(|view| view.account.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["fake 3", "号一", "号二"]);
    let one = accounts.iter().find(|view| view.account.number == 1).unwrap();
    assert_eq!((one.account.name.as_str(), one.account.note.as_str()), ("号一", "kept since 0.1"));
    assert_eq!((one.account.tags["team"].as_str(), one.account.identity.as_deref()), ("red", Some("1")));
    assert_eq!(one.account.status, AccountStatus::Active);
    let cookies = rig.engine.masked_cookies(&(&one.account.id).into()).await.unwrap();
    assert_eq!(cookies.iter().map(|cookie| cookie.name.as_str()).collect::<Vec<_>>(), ["session"]);
    let open = rig.engine.open().unwrap();
    let (_, _, record) = open.snapshot(&one.account.id).unwrap();
    let credential = open.store.credential(record).unwrap().unwrap();
    assert_eq!(credential.cookies.value("session").unwrap().expose(), "one");
    assert!(!rig.engine.health_history(&(&one.account.id).into()).await.unwrap().is_empty());
    let pools = rig.engine.pools(None).unwrap();
    assert_eq!((pools.len(), pools[0].name.as_str(), pools[0].member_count), (1, "crew", 2));
    assert_eq!(rig.engine.settings().unwrap().list_columns, ["status", "note"]);

    // It went through the whole way: a snapshot, the proof, a line for the owner; and not a second time.
    let taken = rig.engine.snapshots().await.unwrap();
    assert!(taken.iter().any(|snapshot| snapshot.reason == Some(SnapshotReason::BeforeMigration)));
    let told = |lines: Vec<crate::ChronicleLine>| lines.iter().filter(|line| line.deed == Deed::Migrated).count();
    assert_eq!(told(rig.engine.chronicle().await.unwrap().lines), 1);
    let rig = rig.restarted().await;
    assert_eq!(rig.engine.list_accounts(&AccountQuery::default()).unwrap().total, 3);
    assert_eq!(told(rig.engine.chronicle().await.unwrap().lines), 1);
    assert_eq!(rig.engine.open().unwrap().store.schema().unwrap(), Some(Schema { number: SCHEMA }));
}

#[tokio::test]
async fn a_migration_that_loses_something_changes_nothing() {
    let rig = opened().await;
    let open = rig.engine.open().unwrap();
    let now = open.now();
    let loses = |_: &crate::storage::Store, batch: &mut crate::storage::Batch| {
        let first = crate::storage::KINDS[0];
        let store_ids = LOST.lock().clone();
        store_ids.into_iter().for_each(|id| batch.take_away(first, id));
        Ok(())
    };
    let spoils = |_: &crate::storage::Store, batch: &mut crate::storage::Batch| {
        let first = crate::storage::KINDS[0];
        let ids = LOST.lock().clone();
        ids.into_iter().for_each(|id| batch.put_back(first, id, b"{\"account\": 7}".to_vec().into()));
        Ok(())
    };
    let adds = |_: &crate::storage::Store, batch: &mut crate::storage::Batch| {
        batch.put_back(crate::storage::KINDS[0], crate::storage::RecordId::make(), b"{}".to_vec().into());
        Ok(())
    };
    let accounts = open.store.all(crate::storage::KINDS[0]).unwrap();
    *LOST.lock() = vec![accounts[0].id];
    for run in [loses as fn(&_, &mut _) -> _, spoils, adds] {
        let bad = [Migration { to: SCHEMA + 1, run }];
        let refused = migrate(&open.store, now, &bad, SCHEMA + 1).await;
        assert!(matches!(&refused, Err(Error::VaultDamaged { what }) if what.contains("put back")), "{refused:?}");
        let after = open.store.all(crate::storage::KINDS[0]).unwrap();
        let bodies = |records: &[roster_vault::Record]| {
            records.iter().map(|record| (record.id, record.body.to_vec())).collect::<Vec<_>>()
        };
        assert_eq!(bodies(&after), bodies(&accounts));
        assert_eq!(open.store.schema().unwrap(), Some(Schema { number: SCHEMA }));
    }
    let good = [Migration { to: SCHEMA + 1, run: |_, _| Ok(()) }];
    assert!(migrate(&open.store, now, &good, SCHEMA + 1).await.unwrap().is_some_and(|done| done.records > 6));
    // To this version it is now a vault of a later one.
    let newer = super::up_to_date(&open.store, now).await;
    assert!(matches!(newer, Err(Error::VaultNewer { found }) if u32::from(found) == SCHEMA + 1));
}

/// Which records the bad migrations are about; migrations are plain functions.
static LOST: parking_lot::Mutex<Vec<crate::storage::RecordId>> = parking_lot::Mutex::new(Vec::new());

#[tokio::test]
async fn a_new_vault_has_the_present_form_and_no_snapshot_of_nothing() {
    let rig = Rig::open().await;
    assert_eq!(rig.engine.open().unwrap().store.schema().unwrap(), Some(Schema { number: SCHEMA }));
    assert!(rig.engine.snapshots().await.unwrap().is_empty());
}
