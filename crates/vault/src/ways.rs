//! What opens the vault, and new keys: the part of an open vault that changes its header.

use std::path::Path;
use std::sync::{PoisonError, mpsc};
use std::time::Duration;

use roster_domain::Secret;

use crate::crypto;
use crate::error::OpenError;
use crate::header::Header;
use crate::kdf::KdfParams;
use crate::key_file;
use crate::keys::Keys;
use crate::slot::{Fixed, NewSlot, Opener, OwnPart, SlotId, SlotInfo, SlotKind};
use crate::vault::{Committer, Vault};
use crate::writer::{HeaderChange, Request};

/// How long one guess of the password should take on the machine that opens the vault.
const GUESS: Duration = Duration::from_millis(500);
/// A key derivation that takes longer than this is left as it is.
const QUICK: Duration = Duration::from_millis(250);
/// Costs are raised up to these and not beyond, whatever the machine could do: the vault has to open on others as well.
const RAISED_AT_MOST: KdfParams = KdfParams { m_kib: 256 << 10, t: 8, p: 4 };

/// How far sealing everything anew has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// Records under the new key.
    pub done: u64,
    /// Records in all, as counted when it began.
    pub total: u64,
}

/// Whether this system keeps memory with keys out of its swap file, for this process as it runs.
pub fn memory_can_be_locked() -> bool {
    crate::pages::can_lock()
}

impl Vault {
    /// Makes a vault as [`create`](Self::create) does, and notes when its password was set (seconds since 1970).
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn create_at(dir: &Path, password: &Secret<String>, kdf: KdfParams, made_at: i64) -> Result<Self, OpenError> {
        Self::make(dir, password, kdf, Some(made_at))
    }

    /// 32 hexadecimal digits that name this vault, also for what lies elsewhere and belongs to it.
    ///
    /// # Errors
    /// [`OpenError::Closed`].
    pub fn id(&self) -> Result<String, OpenError> {
        Ok(hex(&self.keys().map_err(|_| OpenError::Closed)?.vault_id))
    }

    /// Everything that opens the vault, as it stands in the header. Slots of later versions are left out.
    ///
    /// # Errors
    /// [`OpenError::Closed`]; [`OpenError::Absent`] for a vault in memory.
    pub fn slots(&self) -> Result<Vec<SlotInfo>, OpenError> {
        let opened = self.disk()?.opened_by.0;
        let info = |fixed: Fixed| SlotInfo {
            id: fixed.id,
            kind: fixed.kind,
            made_at: fixed.made_at,
            opened_this: fixed.id == opened,
        };
        Ok(self.header()?.slots.iter().filter_map(|slot| slot.fixed().map(info)).collect())
    }

    /// What kind of secret opened the vault.
    ///
    /// # Errors
    /// As [`slots`](Self::slots).
    pub fn opened_with(&self) -> Result<SlotKind, OpenError> {
        Ok(self.disk()?.opened_by.1)
    }

    /// What one guess of the password costs; the least that is accepted where there is no password.
    ///
    /// # Errors
    /// As [`slots`](Self::slots).
    pub fn kdf(&self) -> Result<KdfParams, OpenError> {
        let header = self.header()?;
        Ok(header.slots.iter().find_map(|slot| slot.params()).unwrap_or(header.pin))
    }

    /// Number of the data key that new records are sealed with, from 0.
    ///
    /// # Errors
    /// [`OpenError::Closed`].
    pub fn epoch(&self) -> Result<u16, OpenError> {
        Ok(self.keys().map_err(|_| OpenError::Closed)?.current().number)
    }

    /// Adds something that opens the vault from now on, made at this time (seconds since 1970). Blocks for the key
    /// derivation of a password.
    ///
    /// # Errors
    /// What is wrong with the secret; disk. The vault is then as it was.
    pub fn add_slot(&self, new: NewSlot<'_>, made_at: Option<i64>) -> Result<SlotId, OpenError> {
        let keys = self.keys().map_err(|_| OpenError::Closed)?;
        let fixed = Fixed::new(new, made_at);
        let (own, proof) = OwnPart::make(&keys, fixed, new.opener())?;
        self.change_header(HeaderChange::Put { own, proof, kdf: fixed.kdf, replaces: None })?;
        Ok(fixed.id)
    }

    /// Takes a slot away and starts new keys in the same step, so that its secret and all it ever gave open nothing
    /// that is written from then on.
    ///
    /// # Errors
    /// [`OpenError::SlotNotFound`]; [`OpenError::LastSlot`] when no password, words or key file would be left.
    pub fn remove_slot(&self, id: SlotId) -> Result<(), OpenError> {
        self.change_header(HeaderChange::Remove(id))
    }

    /// Locks the vault with another password: only the wrapping of the keys changes, no record does. Blocks for
    /// two key derivations. The old password is asked for again, so that a window left open is not enough.
    ///
    /// # Errors
    /// [`OpenError::WrongPassword`] when `old` opens no slot. [`OpenError::Absent`] for a vault in memory.
    pub fn change_password(&self, old: &Secret<String>, new: &Secret<String>) -> Result<(), OpenError> {
        let slot = self.check_slot(old.into())?.ok_or(OpenError::WrongPassword)?;
        self.replace_password(slot, new, None)
    }

    /// Sets a new password without the old one, for whoever opened the vault with something else: it takes the place of
    /// the first password slot, or is added where there is none. The costs stay what they were at least. Blocks for
    /// the key derivation.
    ///
    /// # Errors
    /// [`OpenError::Absent`] for a vault in memory; disk.
    pub fn set_password(&self, new: &Secret<String>, made_at: Option<i64>) -> Result<(), OpenError> {
        let header = self.header()?;
        let old = header.slots.iter().filter_map(|slot| slot.fixed()).find(|fixed| fixed.kind == SlotKind::Password);
        match old {
            Some(old) => self.replace_password(old, new, made_at),
            None => self.add_slot(NewSlot::Password(new, header.pin), made_at).map(|_| ()),
        }
    }

    /// Whether a secret opens the vault: to make sure that whoever asks for something is its owner. Blocks for the
    /// key derivation.
    ///
    /// # Errors
    /// What is wrong with the form of the secret; [`OpenError::NoSlot`].
    pub fn check(&self, with: Opener<'_>) -> Result<bool, OpenError> {
        Ok(self.check_slot(with)?.is_some())
    }

    /// The content of a fresh key file for this vault; it opens nothing before it was given to
    /// [`add_slot`](Self::add_slot).
    ///
    /// # Errors
    /// [`OpenError::Closed`].
    pub fn make_key_file(&self) -> Result<Secret<Vec<u8>>, OpenError> {
        let keys = self.keys().map_err(|_| OpenError::Closed)?;
        Ok(key_file::encode(&keys.vault_id, &crypto::random_key()))
    }

    /// Starts new keys: from now on everything is sealed with them, and what is stored is sealed anew in the background,
    /// between other requests and in small commits. It goes on at the next opening when it is interrupted.
    ///
    /// # Errors
    /// [`OpenError::ForeignSlot`] when a slot cannot follow; disk. The keys are then as they were.
    pub fn rotate(&self) -> Result<(), OpenError> {
        self.change_header(HeaderChange::Rotate)
    }

    /// How far sealing anew has come; `None` when everything is under the present key.
    pub fn rotation(&self) -> Option<Rotation> {
        let disk = self.disk().ok()?;
        *disk.rotation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the keys are in memory that is not swapped out.
    pub fn memory_locked(&self) -> bool {
        self.keys().is_ok_and(|keys| keys.in_locked_memory())
    }

    /// Makes a guess of the password dearer when opening the vault with it was cheap on this machine: with more memory
    /// and passes, never less, up to 256 MiB and 8. `true` when it did. Blocks for a key derivation; the vault can be
    /// used meanwhile.
    ///
    /// # Errors
    /// As [`change_password`](Self::change_password). The vault opens as before then.
    pub fn raise_kdf(&self, password: &Secret<String>) -> Result<bool, OpenError> {
        let (slot, kind, took) = self.disk()?.opened_by;
        let header = self.header()?;
        let fixed = header.slots[header.position(slot)?].fixed().ok_or(OpenError::SlotNotFound { id: slot })?;
        let Some(now) = fixed.kdf.filter(|_| kind == SlotKind::Password) else { return Ok(false) };
        let Some(dearer) = dearer(now, took) else { return Ok(false) };
        let keys = self.keys().map_err(|_| OpenError::Closed)?;
        // The secret has to be the one that opened the slot; a typing error must not become the password.
        if header.slots[header.position(slot)?].open(&header, password.into())?.is_none() {
            return Err(OpenError::WrongPassword);
        }
        let raised = Fixed { kdf: Some(dearer), salt: crypto::random(), ..fixed };
        let (own, proof) = OwnPart::make(&keys, raised, password.into())?;
        self.change_header(HeaderChange::Put { own, proof, kdf: Some(dearer), replaces: Some(slot) })?;
        Ok(true)
    }

    fn replace_password(&self, old: Fixed, new: &Secret<String>, made_at: Option<i64>) -> Result<(), OpenError> {
        let keys = self.keys().map_err(|_| OpenError::Closed)?;
        let pin = self.header()?.pin;
        let kdf = Some(old.kdf.map_or(pin, |params| params.at_least(pin)));
        let made_at = made_at.or(old.made_at);
        let fixed = Fixed { kdf, salt: crypto::random(), made_at, ..old };
        let (own, proof) = OwnPart::make(&keys, fixed, new.into())?;
        self.change_header(HeaderChange::Put { own, proof, kdf, replaces: Some(old.id) })
    }

    /// The slot that a secret opens.
    fn check_slot(&self, with: Opener<'_>) -> Result<Option<Fixed>, OpenError> {
        let header = self.header()?;
        match header.open(with) {
            Ok(open) => Ok(header.slots[open.slot].fixed()),
            Err(OpenError::WrongPassword) => Ok(None),
            Err(other) => Err(other),
        }
    }

    fn header(&self) -> Result<Header, OpenError> {
        drop(self.keys().map_err(|_| OpenError::Closed)?);
        Ok(self.disk()?.header.read().unwrap_or_else(PoisonError::into_inner).clone())
    }

    pub(crate) fn change_header(&self, change: HeaderChange) -> Result<(), OpenError> {
        drop(self.keys().map_err(|_| OpenError::Closed)?);
        let Committer::Disk { writer, .. } = self.committer() else { return Err(OpenError::Absent) };
        let (answer, answered) = mpsc::sync_channel(1);
        writer.send(Request::Header { change, answer }).map_err(|_| OpenError::Closed)?;
        answered.recv().unwrap_or(Err(OpenError::Closed))
    }
}

/// Dearer costs than these, when opening took that long with them; `None` when they do.
fn dearer(now: KdfParams, took: Duration) -> Option<KdfParams> {
    if took >= QUICK || took.is_zero() {
        return None;
    }
    let factor = u32::try_from(GUESS.as_micros() / took.as_micros().max(1)).unwrap_or(u32::MAX);
    let wanted_m = now.m_kib.saturating_mul(factor).min(RAISED_AT_MOST.m_kib);
    let m_kib = now.m_kib.max(wanted_m);
    let left = factor / (m_kib / now.m_kib).max(1);
    let t = now.t.max(now.t.saturating_mul(left).min(RAISED_AT_MOST.t));
    let dearer = KdfParams { m_kib, t, p: now.p };
    (dearer != now).then_some(dearer)
}

/// A vault's keys as text, for names only.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;

    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What of an open vault on disk concerns its header, beside the writer that owns it.
pub(crate) struct Ways {
    /// The header in force.
    pub(crate) header: std::sync::Arc<std::sync::RwLock<Header>>,
    pub(crate) rotation: std::sync::Arc<std::sync::Mutex<Option<Rotation>>>,
    /// Slot, kind and how long the key derivation took.
    pub(crate) opened_by: (SlotId, SlotKind, Duration),
}

/// The keys in force, for readers; `None` once the vault is closed.
pub(crate) type KeyPlace = std::sync::Arc<std::sync::RwLock<Option<std::sync::Arc<Keys>>>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_raised_towards_half_a_second_and_never_lowered() {
        let ms = Duration::from_millis;
        let floor = KdfParams::floor();
        assert_eq!(dearer(floor, ms(250)), None);
        assert_eq!(dearer(floor, ms(100)), Some(KdfParams { m_kib: 5 * floor.m_kib, ..floor }));
        assert_eq!(dearer(KdfParams::default(), ms(100)), Some(KdfParams { m_kib: 256 << 10, t: 3, p: 4 }));
        assert_eq!(dearer(KdfParams::default(), ms(20)), Some(KdfParams { m_kib: 256 << 10, t: 8, p: 4 }));
        let strong = KdfParams { m_kib: 512 << 10, t: 10, p: 8 };
        for took in [1, 10, 100, 249, 250, 400, 900] {
            for params in [floor, KdfParams::default(), strong] {
                if let Some(raised) = dearer(params, ms(took)) {
                    assert!(!raised.weaker_than(params) && raised != params, "{params:?} after {took} ms: {raised:?}");
                    assert!(raised.within_limits().is_ok());
                }
            }
        }
        assert_eq!(dearer(strong, ms(1)), None);
    }
}
