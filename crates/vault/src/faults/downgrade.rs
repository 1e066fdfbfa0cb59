//! Somebody edits the header so that a guess of the password becomes cheaper, or another secret opens the vault: each
//! attempt is refused, with the right password as well, so that the owner hears of it. And a vault of the first form is
//! brought into the present one without losing anything.

use std::fs;
use std::path::{Path, PathBuf};

use roster_domain::Secret;

use super::soak;
use crate::files::Folder;
use crate::header::Header;
use crate::keys::{Keys, Ring};
use crate::slot::{Fixed, NewSlot, OwnPart, Slot, SlotKind, make_direct};
use crate::writer::HeaderChange;
use crate::{Change, Expect, KdfParams, Kind, OpenError, OpenReport, Opener, RecordId, RecoveryWords, Vault, opening};

const NOTE: Kind = Kind::new("note");
/// Above the floor in every cost, so that there is room between floor and pin.
const COSTS: KdfParams = KdfParams { m_kib: 20_480, t: 3, p: 2 };
/// Where a slot of the second form has its costs.
const KDF: usize = 1 + 1 + 8 + 8;

fn password() -> Secret<String> {
    Secret::from("correct horse")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

fn close(vault: &Vault) {
    runtime().block_on(vault.close()).unwrap();
}

fn read(dir: &Path) -> Header {
    Header::decode(&fs::read(Folder::new(dir).header()).unwrap()).unwrap()
}

fn write(dir: &Path, bytes: &[u8]) {
    let folder = Folder::new(dir);
    fs::write(folder.header(), bytes).unwrap();
    fs::write(folder.header_copy(), bytes).unwrap();
}

/// A vault with a password and a recovery kit, whose password was weaker once.
struct Scene {
    _place: tempfile::TempDir,
    dir: PathBuf,
    words: Secret<String>,
    /// Before the costs were raised.
    older: Header,
    now: Header,
    /// A vault of somebody else with the same password and cheaper guesses.
    other: Header,
}

fn scene() -> Scene {
    let place = tempfile::tempdir().unwrap();
    let (dir, other) = (place.path().join("vault"), place.path().join("other"));
    close(&Vault::create(&other, &password(), KdfParams::floor()).unwrap());
    let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
    let older = read(&dir);
    let old = older.slots[0].fixed().unwrap();
    let (own, proof) = {
        let keys = vault.keys().unwrap();
        OwnPart::make(&keys, Fixed { kdf: Some(COSTS), ..old }, Opener::Password(&password())).unwrap()
    };
    vault.change_header(HeaderChange::Put { own, proof, kdf: Some(COSTS), replaces: Some(old.id) }).unwrap();
    let words = RecoveryWords::make();
    vault.add_slot(NewSlot::Recovery(&words), None).unwrap();
    close(&vault);
    let now = read(&dir);
    assert_eq!(now.pin, COSTS, "the pin follows the costs");
    let other = read(&other);
    Scene { _place: place, dir, words, older, now, other }
}

impl Scene {
    /// The header with one edit.
    fn edited(&self, edit: impl FnOnce(&mut Header)) -> Vec<u8> {
        let mut header = self.now.clone();
        edit(&mut header);
        header.edited()
    }

    /// The header with the first slot's bytes edited.
    fn slot(&self, edit: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        self.edited(|header| {
            let mut bytes = header.slots[0].as_bytes().to_vec();
            edit(&mut bytes);
            header.slots[0] = Slot::decode(&bytes).unwrap();
        })
    }

    /// The header with other costs in the first slot, and with this pin.
    fn costs(&self, kdf: u8, costs: KdfParams, pin: KdfParams) -> Vec<u8> {
        let bytes = self.slot(|bytes| {
            bytes[KDF] = kdf;
            for (at, cost) in [costs.m_kib, costs.t, costs.p].into_iter().enumerate() {
                bytes[KDF + 1 + 4 * at..KDF + 5 + 4 * at].copy_from_slice(&cost.to_be_bytes());
            }
        });
        let mut header = Header::decode(&bytes).unwrap();
        header.pin = pin;
        header.edited()
    }

    fn attempts(&self) -> Vec<(&'static str, Vec<u8>)> {
        let (floor, zero) = (KdfParams::floor(), KdfParams { m_kib: 0, t: 0, p: 0 });
        let absurd = |m_kib, t, p| self.costs(1, KdfParams { m_kib, t, p }, COSTS);
        let forged = Keys::new(self.now.vault_id, Ring::make());
        vec![
            ("8 KiB", absurd(8, 3, 2)),
            ("memory just below the floor", absurd(floor.m_kib - 1, 3, 2)),
            ("memory below the pin", absurd(floor.m_kib, 3, 2)),
            ("one pass", absurd(COSTS.m_kib, 1, 2)),
            ("passes below the pin", absurd(COSTS.m_kib, 2, 2)),
            ("no lane", absurd(COSTS.m_kib, 3, 0)),
            ("lanes below the pin", absurd(COSTS.m_kib, 3, 1)),
            ("the floor", self.costs(1, floor, COSTS)),
            ("the floor, and a pin to fit", self.costs(1, floor, floor)),
            ("no costs, and no pin", self.costs(1, zero, zero)),
            ("a lower pin alone", self.costs(1, COSTS, floor)),
            ("no derivation", self.costs(0, zero, COSTS)),
            ("no derivation, and no pin", self.costs(0, zero, zero)),
            ("no derivation with costs", self.costs(0, COSTS, COSTS)),
            ("a derivation nobody knows", self.costs(2, COSTS, COSTS)),
            ("more memory than there is", absurd(u32::MAX, 3, 2)),
            ("passes for ever", absurd(COSTS.m_kib, u32::MAX, 2)),
            ("lanes without end", absurd(COSTS.m_kib, 3, u32::MAX)),
            ("the older header, cheaper and pinned lower", self.older.edited()),
            ("the older header under the present number", {
                let mut older = self.older.clone();
                older.number = self.now.number;
                older.edited()
            }),
            (
                "the older slot in the present header",
                self.edited(|header| header.slots[0] = self.older.slots[0].clone()),
            ),
            (
                "the older slot and the older pin",
                self.edited(|header| {
                    header.slots[0] = self.older.slots[0].clone();
                    header.pin = floor;
                }),
            ),
            (
                "another vault's slot with the same password",
                self.edited(|header| {
                    header.slots[0] = self.other.slots[0].clone();
                    header.pin = floor;
                }),
            ),
            ("another vault's header", self.other.edited()),
            ("slots swapped", self.edited(|header| header.slots.swap(0, 1))),
            ("the last slot cut off", self.edited(|header| header.slots.truncate(1))),
            ("no slots", self.edited(|header| header.slots.clear())),
            ("a slot twice", self.edited(|header| header.slots.push(header.slots[0].clone()))),
            (
                "the kit called a password",
                self.edited(|header| {
                    let mut bytes = header.slots[1].as_bytes().to_vec();
                    bytes[0] = SlotKind::Password.code();
                    header.slots[0] = Slot::decode(&bytes).unwrap();
                }),
            ),
            ("the password called a kit", self.slot(|bytes| bytes[0] = SlotKind::Recovery.code())),
            ("the first form", self.slot(|bytes| bytes[1] = 1)),
            ("a slot cut short", self.slot(|bytes| bytes.truncate(KDF + 13))),
            ("somebody else's keys for the same password", { self.now.resealed(&forged).unwrap().encode(&forged) }),
        ]
    }
}

#[test]
fn every_downgrade_is_refused() {
    let scene = scene();
    let attempts = scene.attempts();
    let mut taken = Vec::new();
    for (what, bytes) in &attempts {
        write(&scene.dir, bytes);
        let words_as_password = Secret::from(scene.words.expose().as_str());
        for with in
            [Opener::Password(&password()), Opener::Recovery(&scene.words), Opener::Password(&words_as_password)]
        {
            match Vault::open(&scene.dir, with) {
                Err(OpenError::AlreadyOpen | OpenError::Absent) => panic!("{what}: not even tried"),
                Err(_) => {}
                Ok(_) => taken.push(*what),
            }
        }
    }
    soak::line(
        "downgrades of the header",
        attempts.len() as u64,
        taken.len() as u64,
        "right password and kit each time",
    );
    assert!(taken.is_empty(), "{taken:?}");
    assert!(attempts.len() >= 25);
    write(&scene.dir, &scene.now.edited());
    for with in [Opener::Password(&password()), Opener::Recovery(&scene.words)] {
        close(&Vault::open(&scene.dir, with).unwrap().0);
    }
}

/// The mutation: an owner who has the keys makes the weaker header, and then it is taken. The proof sees the difference.
#[test]
fn a_weaker_header_with_the_right_keys_would_be_taken() {
    let scene = scene();
    let keys = opening::keys_of(&scene.dir, &password()).unwrap();
    let mut header = scene.now.clone();
    header.slots[0] = scene.older.slots[0].clone();
    header.pin = KdfParams::floor();
    write(&scene.dir, &header.encode(&keys));
    close(&Vault::open(&scene.dir, &password()).unwrap().0);
}

#[test]
fn a_slot_of_the_first_form_is_brought_up_to_date_at_its_next_opening() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("vault");
    let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
    runtime().block_on(async {
        let change = |at: u8| Change::Put {
            kind: NOTE,
            id: RecordId::from([at; 16]),
            body: vec![at; 100].into(),
            expect: Expect::Absent,
        };
        vault.apply((0..9).map(change).collect()).await.unwrap();
    });
    close(&vault);
    let keys = opening::keys_of(&dir, &password()).unwrap();
    let mut header = read(&dir);
    header.slots = vec![make_direct(&keys, &password(), KdfParams::floor())];
    let id = header.slots[0].fixed().unwrap().id;
    write(&dir, &header.encode(&keys));

    let wrong = Vault::open(&dir, &Secret::from("not it"));
    assert!(matches!(wrong, Err(OpenError::WrongPassword)));
    assert!(!read(&dir).slots[0].is_sealed(), "a wrong password changes nothing");
    let (vault, report) = Vault::open(&dir, &password()).unwrap();
    assert_eq!((vault.load(NOTE).unwrap().len(), report), (9, OpenReport::default()));
    // Asked after the upgrade, so it is answered after it.
    vault.rotate().unwrap();
    assert_eq!(vault.slots().unwrap()[0].id, id);
    close(&vault);
    assert!(read(&dir).slots[0].is_sealed());
    assert_eq!(fs::read(Folder::new(&dir).header()).unwrap(), fs::read(Folder::new(&dir).header_copy()).unwrap());
    let (vault, report) = Vault::open(&dir, &password()).unwrap();
    assert_eq!((vault.load(NOTE).unwrap().len(), report), (9, OpenReport::default()));
    close(&vault);
}

#[test]
fn a_header_that_fails_its_proof_is_taken_back() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("vault");
    close(&Vault::create(&dir, &password(), KdfParams::floor()).unwrap());
    let before = fs::read(Folder::new(&dir).header()).unwrap();
    let forged = Keys::new(read(&dir).vault_id, Ring::make());
    let bytes = read(&dir).encode(&forged);
    let refused = opening::replace_header(&Folder::new(&dir), &bytes, |_| Err(OpenError::WrongPassword));
    assert!(matches!(refused, Err(OpenError::WrongPassword)));
    assert_eq!(fs::read(Folder::new(&dir).header()).unwrap(), before);
    assert_eq!(fs::read(Folder::new(&dir).header_copy()).unwrap(), before);
    close(&Vault::open(&dir, &password()).unwrap().0);
}
