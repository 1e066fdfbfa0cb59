//! Everything that can stand in the way of opening a vault has its own answer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use roster_domain::Secret;
use roster_vault::{
    Change, Expect, KdfParams, Kind, OpenError, OpenReport, Part, Presence, RecordId, SlotKind, Vault, inspect,
};

const NOTE: Kind = Kind::new("note");

fn password() -> Secret<String> {
    Secret::from("Tr0ub4dor&3")
}

/// A vault with some notes, closed.
async fn vault_in(dir: &Path) -> PathBuf {
    let dir = dir.join("vault");
    let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
    save(&vault, 5).await;
    vault.close().await.unwrap();
    dir
}

async fn save(vault: &Vault, count: usize) {
    for _ in 0..count {
        let body = b"note".to_vec().into();
        vault
            .apply(vec![Change::Put { kind: NOTE, id: RecordId::make(), body, expect: Expect::Absent }])
            .await
            .unwrap();
    }
}

fn refused(dir: &Path) -> OpenError {
    Vault::open(dir, &password()).map(|_| ()).unwrap_err()
}

#[tokio::test]
async fn where_there_is_nothing_nothing_is_made() {
    let dir = tempfile::tempdir().unwrap();
    for place in [dir.path().to_owned(), dir.path().join("deeper").join("still")] {
        assert_eq!(inspect(&place).unwrap(), Presence::Absent);
        assert!(matches!(refused(&place), OpenError::Absent));
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_wrong_password_is_a_wrong_password() {
    let dir = tempfile::tempdir().unwrap();
    let dir = vault_in(dir.path()).await;
    for wrong in ["", "tr0ub4dor&3", "Tr0ub4dor&3 "] {
        assert!(matches!(Vault::open(&dir, &Secret::from(wrong)).unwrap_err(), OpenError::WrongPassword));
    }
    // The same letters in full width are the same password: NFKC.
    let (vault, _) = Vault::open(&dir, &Secret::from("Ｔｒ０ｕｂ４ｄｏｒ＆３")).unwrap();
    assert_eq!(vault.load(NOTE).unwrap().len(), 5);
}

#[tokio::test]
async fn inspecting_says_what_opens_the_vault() {
    let dir = tempfile::tempdir().unwrap();
    let dir = vault_in(dir.path()).await;
    assert_eq!(inspect(&dir).unwrap(), Presence::Present { format: 1, slots: vec![SlotKind::Password] });
}

#[tokio::test]
async fn a_second_handle_is_told_that_the_vault_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let dir = vault_in(dir.path()).await;
    let (vault, _) = Vault::open(&dir, &password()).unwrap();
    assert!(matches!(refused(&dir), OpenError::AlreadyOpen));
    assert!(matches!(Vault::create(&dir, &password(), KdfParams::floor()), Err(OpenError::AlreadyOpen)));
    vault.close().await.unwrap();
    Vault::open(&dir, &password()).unwrap();
}

#[tokio::test]
async fn nothing_is_made_over_a_vault_or_a_part_of_one() {
    let dir = tempfile::tempdir().unwrap();
    let dir = vault_in(dir.path()).await;
    let create = || Vault::create(&dir, &password(), KdfParams::floor()).map(|_| ()).unwrap_err();
    assert!(matches!(create(), OpenError::AlreadyExists));
    fs::remove_file(dir.join("header")).unwrap();
    assert!(matches!(create(), OpenError::AlreadyExists), "the copy of the header is left");
    fs::remove_file(dir.join("header.copy")).unwrap();
    assert!(matches!(create(), OpenError::AlreadyExists), "store, checkpoints and journal are left");
    assert!(matches!(refused(&dir), OpenError::KeyMissing));
    assert!(matches!(inspect(&dir), Err(OpenError::KeyMissing)));
    fs::remove_dir_all(dir.join("store")).unwrap();
    assert!(matches!(create(), OpenError::AlreadyExists), "checkpoints and journal are left");
}

#[tokio::test]
async fn what_an_interrupted_creation_leaves_is_no_vault() {
    let dir = tempfile::tempdir().unwrap();
    let made = dir.path().join("made");
    drop(Vault::create(&made, &password(), KdfParams::floor()).unwrap());
    let dir = dir.path().join("left");
    fs::create_dir(&dir).unwrap();
    for name in ["checkpoint-0000000000000000", "journal-0000000000000000", "head"] {
        fs::copy(made.join(name), dir.join(name)).unwrap();
    }
    assert_eq!(inspect(&dir).unwrap(), Presence::Absent);
    assert!(matches!(refused(&dir), OpenError::Absent));
    let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
    save(&vault, 1).await;
    vault.close().await.unwrap();
    let (vault, report) = Vault::open(&dir, &password()).unwrap();
    assert_eq!((vault.load(NOTE).unwrap().len(), report), (1, OpenReport::default()));
}

#[tokio::test]
async fn the_first_opening_after_an_interrupted_creation_finds_an_empty_vault() {
    // The header is the last file of a creation; the store is made by the first opening.
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("vault");
    drop(Vault::create(&dir, &password(), KdfParams::floor()).unwrap());
    let (vault, _) = Vault::open(&dir, &password()).unwrap();
    vault.close().await.unwrap();
    fs::remove_dir_all(dir.join("store")).unwrap();
    fs::remove_file(dir.join("header.copy")).unwrap();
    let (vault, report) = Vault::open(&dir, &password()).unwrap();
    assert_eq!((vault.load(NOTE).unwrap().len(), report), (0, OpenReport::default()));
    assert!(dir.join("header.copy").exists());
}

#[tokio::test]
async fn a_damaged_header_is_damage_and_its_copy_mends_it() {
    let dir = tempfile::tempdir().unwrap();
    let dir = vault_in(dir.path()).await;
    let (header, copy) = (dir.join("header"), dir.join("header.copy"));
    let good = fs::read(&header).unwrap();
    assert_eq!(fs::read(&copy).unwrap(), good);
    let mut bad = good.clone();
    bad[60] ^= 4;
    fs::write(&header, &bad).unwrap();
    let (vault, report) = Vault::open(&dir, &password()).unwrap();
    assert_eq!(report.damaged, [Part::Header]);
    assert_eq!(vault.load(NOTE).unwrap().len(), 5);
    vault.close().await.unwrap();
    assert_eq!(fs::read(&header).unwrap(), good);

    fs::write(&header, &bad).unwrap();
    for also in [&bad[..], b"", b"RosterHd"] {
        fs::write(&copy, also).unwrap();
        assert!(matches!(refused(&dir), OpenError::Damaged { part: Part::Header }));
        assert!(matches!(inspect(&dir), Err(OpenError::Damaged { part: Part::Header })));
    }
    fs::write(&header, &good).unwrap();
    Vault::open(&dir, &password()).unwrap();
}

#[tokio::test]
async fn a_vault_of_a_later_version_is_not_taken_for_damage() {
    use sha2::{Digest, Sha256};
    let dir = tempfile::tempdir().unwrap();
    let dir = vault_in(dir.path()).await;
    let good = fs::read(dir.join("header")).unwrap();
    let mut newer = good[..good.len() - 32].to_vec();
    newer[8..10].copy_from_slice(&7_u16.to_be_bytes());
    let digest = Sha256::digest(&newer);
    newer.extend_from_slice(&digest);
    fs::write(dir.join("header"), newer).unwrap();
    assert!(matches!(refused(&dir), OpenError::NewerFormat { found: 7, known: 1 }));
    assert!(matches!(inspect(&dir), Err(OpenError::NewerFormat { found: 7, known: 1 })));
}

#[tokio::test]
async fn weak_and_absurd_key_derivations_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let create = |kdf| Vault::create(&dir.path().join("vault"), &password(), kdf).map(|_| ()).unwrap_err();
    let floor = KdfParams::floor();
    for weak in [KdfParams { m_kib: 8, ..floor }, KdfParams { t: 1, ..floor }, KdfParams { p: 0, ..floor }] {
        assert!(matches!(create(weak), OpenError::WeakKdf { .. }));
    }
    for costly in [KdfParams { m_kib: 2 << 20, ..floor }, KdfParams { t: 17, ..floor }, KdfParams { p: 17, ..floor }] {
        assert!(matches!(create(costly), OpenError::CostlyKdf { .. }));
    }
    assert!(!dir.path().join("vault").exists());
}

#[tokio::test]
async fn a_new_password_locks_the_old_one_out_and_keeps_every_record() {
    let dir = tempfile::tempdir().unwrap();
    let dir = vault_in(dir.path()).await;
    let new = Secret::from("a better one");
    let (vault, _) = Vault::open(&dir, &password()).unwrap();
    let hash = vault.keyed_hash("p", b"v");
    let handle = vault.clone();
    let changed = tokio::task::spawn_blocking(move || {
        let wrong = handle.change_password(&Secret::from("not it"), &Secret::from("x")).unwrap_err();
        assert!(matches!(wrong, OpenError::WrongPassword));
        handle.change_password(&password(), &Secret::from("a better one"))
    });
    changed.await.unwrap().unwrap();
    save(&vault, 1).await;
    vault.close().await.unwrap();
    assert!(matches!(refused(&dir), OpenError::WrongPassword));
    let (vault, report) = Vault::open(&dir, &new).unwrap();
    assert_eq!((vault.load(NOTE).unwrap().len(), report), (6, OpenReport::default()));
    assert_eq!(vault.keyed_hash("p", b"v"), hash);
}

#[tokio::test]
async fn the_header_of_before_a_change_of_password_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let dir = vault_in(dir.path()).await;
    let old = fs::read(dir.join("header")).unwrap();
    let (vault, _) = Vault::open(&dir, &password()).unwrap();
    let handle = vault.clone();
    let change = move || handle.change_password(&password(), &Secret::from("a better one"));
    tokio::task::spawn_blocking(change).await.unwrap().unwrap();
    vault.close().await.unwrap();
    fs::write(dir.join("header"), &old).unwrap();
    fs::write(dir.join("header.copy"), &old).unwrap();
    assert!(matches!(refused(&dir), OpenError::RolledBack { found: 1, expected: 2 }));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_anything() {
    use std::os::unix::fs::PermissionsExt;

    fn check(path: &Path, seen: &mut usize) {
        let metadata = fs::symlink_metadata(path).unwrap();
        let wanted = if metadata.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(metadata.permissions().mode() & 0o777, wanted, "{}", path.display());
        *seen += 1;
        if metadata.is_dir() {
            fs::read_dir(path).unwrap().for_each(|entry| check(&entry.unwrap().path(), seen));
        }
    }

    let before = rustix::process::umask(rustix::fs::Mode::from_bits_truncate(0o022));
    let dir = tempfile::tempdir().unwrap();
    let dir = vault_in(dir.path()).await;
    let mut seen = 0;
    check(&dir, &mut seen);
    let (vault, _) = Vault::open(&dir, &password()).unwrap();
    check(&dir, &mut seen);
    save(&vault, 250).await;
    vault.close().await.unwrap();
    check(&dir, &mut seen);
    // A damaged store brings the folder for damaged parts as well.
    fs::write(dir.join("store").join("db"), b"nothing of this is a store").unwrap();
    let (vault, report) = Vault::open(&dir, &password()).unwrap();
    assert!(report.rebuilt);
    check(&dir, &mut seen);
    vault.close().await.unwrap();
    rustix::process::umask(before);
    assert!(seen > 20, "{seen} files and folders");
}
