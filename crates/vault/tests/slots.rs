//! The ways to open a vault, and new keys: what opens it, what does not any more, and what survives.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use roster_domain::Secret;
use roster_vault::{
    Change, Expect, KdfParams, Kind, NewSlot, OpenError, OpenReport, Opener, RecordId, RecoveryWords, SlotKind, Vault,
    slot_key,
};

const NOTE: Kind = Kind::new("note");

fn password() -> Secret<String> {
    Secret::from("correct horse")
}

async fn save(vault: &Vault, count: u32) {
    let changes = (0..count).map(|at| Change::Put {
        kind: NOTE,
        id: RecordId::make(),
        body: at.to_be_bytes().repeat(40).into(),
        expect: Expect::Absent,
    });
    vault.apply(changes.collect()).await.unwrap();
}

/// What blocks is asked from a thread of its own, as the app does.
async fn block<T: Send + 'static>(vault: &Vault, ask: impl FnOnce(Vault) -> T + Send + 'static) -> T {
    let vault = vault.clone();
    tokio::task::spawn_blocking(move || ask(vault)).await.unwrap()
}

/// Waits until everything is under the new key.
async fn settled(vault: &Vault) {
    let began = Instant::now();
    while vault.rotation().is_some() {
        assert!(began.elapsed() < Duration::from_secs(60), "sealing anew never ended: {:?}", vault.rotation());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn files(dir: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(fs::read(path).unwrap());
        }
    }
    found
}

#[tokio::test]
async fn every_way_opens_the_same_vault_also_after_new_keys() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("vault");
    let vault = Vault::create_at(&dir, &password(), KdfParams::floor(), 1_795_000_000).unwrap();
    let (words, key) = (RecoveryWords::make(), slot_key());
    let file = vault.make_key_file().unwrap();
    save(&vault, 20).await;
    let (w, k, f) = (words.clone(), key.clone(), file.clone());
    let ids = block(&vault, move |vault| {
        [NewSlot::Recovery(&w), NewSlot::Keychain(&k), NewSlot::KeyFile(&f)]
            .map(|new| vault.add_slot(new, Some(1_795_000_001)).unwrap())
    });
    let ids = ids.await;
    let slots = vault.slots().unwrap();
    assert_eq!(
        slots.iter().map(|slot| slot.kind).collect::<Vec<_>>(),
        [SlotKind::Password, SlotKind::Recovery, SlotKind::Keychain, SlotKind::KeyFile]
    );
    assert!(slots[0].opened_this && slots[0].made_at == Some(1_795_000_000) && slots[1].id == ids[0]);
    block(&vault, |vault| vault.rotate().unwrap()).await;
    save(&vault, 5).await;
    settled(&vault).await;
    assert_eq!(vault.epoch().unwrap(), 1);
    vault.close().await.unwrap();
    let password = password();
    for (with, kind) in [
        (Opener::Password(&password), SlotKind::Password),
        (Opener::Recovery(&words), SlotKind::Recovery),
        (Opener::Keychain(&key), SlotKind::Keychain),
        (Opener::KeyFile(&file), SlotKind::KeyFile),
    ] {
        let (vault, report) = Vault::open(&dir, with).unwrap();
        assert_eq!((vault.load(NOTE).unwrap().len(), report), (25, OpenReport::default()));
        assert_eq!(vault.opened_with().unwrap(), kind);
        assert!(vault.check(with).unwrap() && vault.rotation().is_none());
        vault.close().await.unwrap();
    }
    let wrong = RecoveryWords::make();
    assert!(matches!(Vault::open(&dir, Opener::Recovery(&wrong)).unwrap_err(), OpenError::WrongPassword));
    let wrong = Secret::new(b"from another machine".to_vec());
    assert!(matches!(Vault::open(&dir, Opener::Keychain(&wrong)).unwrap_err(), OpenError::WrongPassword));
    assert!(matches!(Vault::open(&dir, Opener::KeyFile(&wrong)).unwrap_err(), OpenError::NoKeyFile));
    let other = Vault::create(&place.path().join("other"), &password, KdfParams::floor()).unwrap();
    let wrong = other.make_key_file().unwrap();
    assert!(matches!(Vault::open(&dir, Opener::KeyFile(&wrong)).unwrap_err(), OpenError::OtherVault));
    let none = Vault::open(&place.path().join("other"), Opener::Keychain(&key));
    drop(other);
    assert!(matches!(none.unwrap_err(), OpenError::AlreadyOpen | OpenError::NoSlot { kind: SlotKind::Keychain }));
}

#[tokio::test]
async fn new_keys_seal_every_record_anew_and_the_old_ones_go() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("vault");
    let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
    save(&vault, 300).await;
    let before: Vec<_> = vault.load(NOTE).unwrap();
    let hash = vault.keyed_hash("p", b"v");
    for epoch in 1..=3 {
        block(&vault, |vault| vault.rotate().unwrap()).await;
        assert_eq!(vault.epoch().unwrap(), epoch);
        assert!(vault.rotation().is_some());
        // Readers and writers go on meanwhile, and see one state.
        while vault.rotation().is_some() {
            assert_eq!(vault.load(NOTE).unwrap(), before);
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(vault.load(NOTE).unwrap(), before, "bodies and versions are what they were");
    assert_eq!(vault.keyed_hash("p", b"v"), hash);
    vault.close().await.unwrap();
    let (vault, report) = Vault::open(&dir, &password()).unwrap();
    assert_eq!((vault.load(NOTE).unwrap(), report), (before, OpenReport::default()));
    assert!(vault.rotation().is_none(), "nothing is left to do");
}

#[tokio::test]
async fn a_removed_way_opens_nothing_that_is_written_afterwards() {
    let place = tempfile::tempdir().unwrap();
    let (dir, kept) = (place.path().join("vault"), place.path().join("kept"));
    let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
    let key = slot_key();
    let key_of_slot = key.clone();
    let slot = block(&vault, move |vault| vault.add_slot(NewSlot::Keychain(&key_of_slot), None).unwrap()).await;
    save(&vault, 10).await;
    // The thief has the key and a copy of the header in which it opens the keys of then.
    fs::create_dir(&kept).unwrap();
    for name in ["header", "header.copy"] {
        fs::copy(dir.join(name), kept.join(name)).unwrap();
    }
    block(&vault, move |vault| vault.remove_slot(slot).unwrap()).await;
    save(&vault, 10).await;
    settled(&vault).await;
    vault.close().await.unwrap();
    assert!(matches!(
        Vault::open(&dir, Opener::Keychain(&key)).unwrap_err(),
        OpenError::NoSlot { kind: SlotKind::Keychain }
    ));
    // With the old header put back, the old key opens the header and nothing else.
    let stolen = place.path().join("stolen");
    copy(&dir, &stolen);
    for name in ["header", "header.copy"] {
        fs::copy(kept.join(name), stolen.join(name)).unwrap();
    }
    let found = Vault::open(&stolen, Opener::Keychain(&key)).map(|(vault, _)| vault.load(NOTE).unwrap().len());
    assert!(matches!(found, Err(OpenError::Damaged { .. } | OpenError::RolledBack { .. })), "{found:?}");
    let (vault, report) = Vault::open(&dir, &password()).unwrap();
    assert_eq!((vault.load(NOTE).unwrap().len(), report), (20, OpenReport::default()));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(|_| ()).unwrap() }
    }
}

#[tokio::test]
async fn the_last_way_a_person_can_use_stays() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("vault");
    let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
    let key = slot_key();
    block(&vault, move |vault| {
        vault.add_slot(NewSlot::Keychain(&key), None).unwrap();
        let own = vault.slots().unwrap()[0].id;
        assert!(matches!(vault.remove_slot(own), Err(OpenError::LastSlot)));
        let words = RecoveryWords::make();
        let kit = vault.add_slot(NewSlot::Recovery(&words), None).unwrap();
        vault.remove_slot(own).unwrap();
        assert!(matches!(vault.remove_slot(own), Err(OpenError::SlotNotFound { .. })));
        assert!(matches!(vault.remove_slot(kit), Err(OpenError::LastSlot)));
        assert!(matches!(vault.check(Opener::Password(&password())), Err(OpenError::NoSlot { .. })));
        vault.set_password(&Secret::from("a new one"), Some(7)).unwrap();
        assert!(vault.check(Opener::Password(&Secret::from("a new one"))).unwrap());
        assert!(!vault.check(Opener::Password(&password())).unwrap());
        vault.set_password(&Secret::from("a newer one"), Some(8)).unwrap();
        let slots = vault.slots().unwrap();
        let passwords: Vec<_> = slots.iter().filter(|slot| slot.kind == SlotKind::Password).collect();
        assert_eq!((passwords.len(), passwords[0].made_at), (1, Some(8)), "it took the other's place");
        assert!(vault.check(Opener::Password(&Secret::from("a newer one"))).unwrap());
    })
    .await;
    settled(&vault).await;
    vault.close().await.unwrap();
    Vault::open(&dir, &Secret::from("a newer one")).unwrap();
}

/// Opens until it went so quickly that guesses are found to be cheap; a busy machine may need more than one try.
async fn opened_quickly(dir: &Path) -> Vault {
    let wrong = Secret::from("a typing error");
    let began = Instant::now();
    loop {
        let (vault, report) = Vault::open(dir, &password()).unwrap();
        assert_eq!(report, OpenReport::default());
        match vault.raise_kdf(&wrong) {
            Err(OpenError::WrongPassword) => return vault,
            Ok(false) => vault.close().await.unwrap(),
            other => panic!("a typing error must not become the password: {other:?}"),
        }
        assert!(began.elapsed() < Duration::from_secs(60), "no opening was quick");
    }
}

#[tokio::test]
async fn after_a_quick_opening_guesses_cost_more_and_the_same_password_opens() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("vault");
    let vault = Vault::create_at(&dir, &password(), KdfParams::floor(), 1_795_000_000).unwrap();
    let file = vault.make_key_file().unwrap();
    let of_slot = file.clone();
    block(&vault, move |vault| vault.add_slot(NewSlot::KeyFile(&of_slot), None).unwrap()).await;
    save(&vault, 10).await;
    vault.close().await.unwrap();
    let vault = opened_quickly(&dir).await;
    let (before, notes) = (vault.slots().unwrap(), vault.load(NOTE).unwrap());
    assert_eq!(vault.kdf().unwrap(), KdfParams::floor(), "the typing error changed nothing");
    let header = fs::read(dir.join("header")).unwrap();
    assert!(block(&vault, |vault| vault.raise_kdf(&password()).unwrap()).await);
    let (floor, raised) = (KdfParams::floor(), vault.kdf().unwrap());
    assert!(raised.m_kib > floor.m_kib && raised.t >= floor.t && raised.p >= floor.p, "{raised:?}");
    assert_eq!(vault.slots().unwrap(), before, "slots keep their names and their time");
    save(&vault, 1).await;
    vault.close().await.unwrap();
    for name in ["header", "header.copy"] {
        assert_ne!(fs::read(dir.join(name)).unwrap(), header, "{name} is the new one");
    }
    let (vault, report) = Vault::open(&dir, &password()).unwrap();
    assert_eq!((vault.kdf().unwrap(), report), (raised, OpenReport::default()));
    assert_eq!(vault.load(NOTE).unwrap().len(), notes.len() + 1);
    vault.close().await.unwrap();
    assert!(matches!(Vault::open(&dir, &Secret::from("a typing error")).unwrap_err(), OpenError::WrongPassword));
    // What opens the vault without a password has no costs to raise, and goes on as before.
    let (vault, _) = Vault::open(&dir, Opener::KeyFile(&file)).unwrap();
    assert!(!vault.raise_kdf(&password()).unwrap());
    vault.close().await.unwrap();
    // The cheap header of before, put back, is refused.
    for name in ["header", "header.copy"] {
        fs::write(dir.join(name), &header).unwrap();
    }
    assert!(matches!(Vault::open(&dir, &password()).unwrap_err(), OpenError::RolledBack { .. }));
}

#[tokio::test]
async fn no_key_and_no_password_is_in_the_files() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("vault");
    let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
    let (key, words) = (slot_key(), RecoveryWords::make());
    let (k, w) = (key.clone(), words.clone());
    block(&vault, move |vault| {
        vault.add_slot(NewSlot::Keychain(&k), None).unwrap();
        vault.add_slot(NewSlot::Recovery(&w), None).unwrap();
    })
    .await;
    save(&vault, 3).await;
    vault.close().await.unwrap();
    let all = files(&dir);
    for secret in [key.expose().as_slice(), words.expose().as_bytes(), password().expose().as_bytes()] {
        assert!(!all.iter().any(|file| file.windows(secret.len()).any(|window| window == secret)));
    }
}
