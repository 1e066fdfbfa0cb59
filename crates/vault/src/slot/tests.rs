//! Slots of every kind, and what is refused.

use roster_domain::Secret;

use super::*;
use crate::{RecoveryWords, crypto, key_file, slot_key};

const VAULT: [u8; 16] = [7; 16];

fn vault() -> (Keys, Header) {
    (Keys::new(VAULT, Ring::make()), Header::new(VAULT, KdfParams::floor(), Vec::new()))
}

struct Secrets {
    password: Secret<String>,
    words: Secret<String>,
    keychain: Secret<Vec<u8>>,
    file: Secret<Vec<u8>>,
}

impl Secrets {
    fn make() -> Self {
        Self {
            password: Secret::from("correct horse"),
            words: RecoveryWords::make(),
            keychain: slot_key(),
            file: key_file::encode(&VAULT, &crypto::random_key()),
        }
    }

    fn new_slots(&self) -> [NewSlot<'_>; 4] {
        [
            NewSlot::Password(&self.password, KdfParams::floor()),
            NewSlot::Recovery(&self.words),
            NewSlot::Keychain(&self.keychain),
            NewSlot::KeyFile(&self.file),
        ]
    }
}

fn opens(slot: &Slot, header: &Header, with: Opener<'_>) -> Option<Zeroizing<Vec<u8>>> {
    slot.open(header, with).unwrap().map(|open| open.ring.encode())
}

#[test]
fn each_kind_of_secret_opens_its_own_slot_and_no_other() {
    let (keys, header) = vault();
    let (ours, theirs) = (Secrets::make(), Secrets { password: Secret::from("other"), ..Secrets::make() });
    for (mine, other) in ours.new_slots().into_iter().zip(theirs.new_slots()) {
        let slot = Slot::make(&keys, mine, Some(1_795_000_000)).unwrap();
        let fixed = slot.fixed().unwrap();
        assert_eq!((fixed.kind, fixed.made_at), (mine.opener().kind(), Some(1_795_000_000)));
        assert_eq!(opens(&slot, &header, mine.opener()).unwrap(), keys.ring().encode());
        assert!(opens(&slot, &header, other.opener()).is_none());
        assert_eq!(Slot::decode(slot.as_bytes()).unwrap(), slot);
    }
}

#[test]
fn new_keys_reach_every_slot_without_its_secret() {
    let (keys, header) = vault();
    let ours = Secrets::make();
    let newer = Keys::new(VAULT, keys.ring().with_next().unwrap());
    for mine in ours.new_slots() {
        let slot = Slot::make(&keys, mine, None).unwrap();
        let resealed = slot.resealed(&newer).unwrap();
        assert_eq!(opens(&resealed, &header, mine.opener()).unwrap(), newer.ring().encode());
        assert_eq!(opens(&slot, &header, mine.opener()).unwrap(), keys.ring().encode());
    }
}

#[test]
fn a_ring_sealed_by_somebody_else_is_refused() {
    let (keys, header) = vault();
    let ours = Secrets::make();
    let forged = Keys::new(VAULT, Ring::make());
    for mine in ours.new_slots() {
        let slot = Slot::make(&keys, mine, None).unwrap();
        // Whoever edits the file can seal what they like to the public key in it.
        let forged = slot.resealed(&forged).unwrap();
        let found = forged.open(&header, mine.opener());
        assert!(matches!(found, Err(OpenError::Damaged { part: Part::Header })));
    }
}

#[test]
fn every_edited_bit_of_a_slot_is_noticed() {
    let (keys, header) = vault();
    let key = slot_key();
    let slot = Slot::make(&keys, NewSlot::Keychain(&key), Some(5)).unwrap();
    for bit in 0..slot.as_bytes().len() * 8 {
        let mut edited = slot.as_bytes().to_vec();
        edited[bit / 8] ^= 1 << (bit % 8);
        let edited = Slot::decode(&edited).unwrap();
        if edited.kind() != SlotKind::Keychain {
            continue;
        }
        let found = edited.open(&header, Opener::Keychain(&key));
        assert!(!matches!(found, Ok(Some(_))), "bit {bit}");
    }
    for cut in 1..slot.as_bytes().len() {
        let cut = Slot::decode(&slot.as_bytes()[..cut]).unwrap();
        assert!(!matches!(cut.open(&header, Opener::Keychain(&key)), Ok(Some(_))));
    }
}

#[test]
fn slots_of_the_first_form_open_and_cannot_follow_to_new_keys() {
    let (keys, header) = vault();
    let password = Secret::from("correct horse");
    let slot = direct::make(&keys, &password, KdfParams::floor());
    assert_eq!(opens(&slot, &header, Opener::Password(&password)).unwrap(), keys.ring().encode());
    assert!(opens(&slot, &header, Opener::Password(&Secret::from("other"))).is_none());
    assert!(!slot.is_sealed() && slot.resealed(&keys).is_none());
}

#[test]
fn a_slots_name_is_written_and_read() {
    let id = SlotId([0, 1, 2, 3, 0xa4, 5, 6, 0xff]);
    assert_eq!(id.to_string(), "00010203a40506ff");
    assert_eq!(id.to_string().parse(), Ok(id));
    for wrong in ["", "00010203a40506f", "00010203a40506fff", "+0010203a40506ff", "g0010203a40506ff"] {
        assert_eq!(wrong.parse::<SlotId>(), Err(NotASlotId), "{wrong}");
    }
}
