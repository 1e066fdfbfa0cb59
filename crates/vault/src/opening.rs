//! Making, inspecting and opening a vault on disk: the header's part. The records' part is in `recover`.

use std::path::Path;

use roster_domain::Secret;

use crate::checkpoint;
use crate::crypto;
use crate::error::{OpenError, Part};
use crate::files::{self, Folder};
use crate::head::{Head, HeadFile};
use crate::header::Header;
use crate::journal::Journal;
use crate::kdf::KdfParams;
use crate::keys::{Keys, Ring};
use crate::lock::Lock;
use crate::manifest::Stamp;
use crate::recover::{Recovered, recover};
use crate::report::Presence;
use crate::slot::{Slot, SlotKind, Unlocked};
use crate::store::MemoryStore;

/// A vault that is open and has no writer yet.
pub(crate) struct Opened {
    pub(crate) folder: Folder,
    pub(crate) lock: Lock,
    pub(crate) keys: Keys,
    pub(crate) header_number: u64,
    pub(crate) recovered: Recovered,
}

/// Says what a folder holds. Takes no lock and needs no password.
///
/// # Errors
/// [`OpenError::KeyMissing`] when sealed data is there without its header; damage and newer formats as in
/// [`Vault::open`](crate::Vault::open).
pub fn inspect(dir: &Path) -> Result<Presence, OpenError> {
    let folder = Folder::new(dir);
    match read_header(&folder) {
        Ok((header, _)) => Ok(Presence::Present {
            format: crate::header::FORMAT,
            slots: header.slots.iter().map(Slot::kind).collect(),
        }),
        Err(OpenError::Absent) => Ok(Presence::Absent),
        Err(error) => Err(error),
    }
}

/// Makes the files of an empty vault. The header comes last: before it is there, there is no vault.
pub(crate) fn create(dir: &Path, password: &Secret<String>, kdf: KdfParams) -> Result<Opened, OpenError> {
    let kdf = kdf.within_limits()?;
    let folder = Folder::new(dir);
    folder.prepare()?;
    let lock = Lock::take(&folder)?;
    if header_there(&folder) || sealed_data_there(&folder)? {
        return Err(OpenError::AlreadyExists);
    }
    let keys = Keys::new(crypto::random(), Ring::make());
    let mut header = Header::new(keys.vault_id, kdf, vec![Slot::password(&keys, password, kdf)?]);
    let stamp = Stamp { epoch: keys.current().number, ..Stamp::default() };
    checkpoint::write(&folder, &keys, &stamp, &MemoryStore::default())?;
    Journal::create(&folder, &keys, &stamp)?;
    let head = Head { stamp, header_number: header.number, checkpoint: 0, clean: true };
    HeadFile::create(&folder, &keys, &head, 0)?;
    write_header(&folder, &header.encode(&keys))?;
    let recovered = recover(&folder, &keys, header.number)?;
    Ok(Opened { folder, lock, keys, header_number: header.number, recovered })
}

/// Opens what lies in the folder.
pub(crate) fn open(dir: &Path, password: &Secret<String>) -> Result<Opened, OpenError> {
    let folder = Folder::new(dir);
    if !folder.exists() {
        return Err(OpenError::Absent);
    }
    // Without a vault nothing is left behind, not even a lock file.
    read_header(&folder)?;
    let lock = Lock::take(&folder)?;
    let (header, from_copy) = read_header(&folder)?;
    let (keys, _) = unlock(&header, password)?;
    let mut recovered = recover(&folder, &keys, header.number)?;
    if from_copy {
        recovered.report.damaged.push(Part::Header);
    }
    // The two copies are made the same again, also after an interrupted change of password.
    let mut header = header;
    let number = header.number;
    let bytes = header.encode(&keys);
    for path in [folder.header(), folder.header_copy()] {
        if files::read(&path)?.as_deref() != Some(&bytes[..]) {
            folder.write(&path, &bytes)?;
        }
    }
    Ok(Opened { folder, lock, keys, header_number: number, recovered })
}

/// The header with one password slot made anew for another password.
pub(crate) fn rewrapped(
    folder: &Folder,
    old: &Secret<String>,
    new: &Secret<String>,
) -> Result<(Vec<u8>, u64), OpenError> {
    let (mut header, _) = read_header(folder)?;
    let (keys, at) = unlock(&header, old)?;
    let params = header.slots[at].params().map_or(header.pin, |params| params.at_least(header.pin));
    header.slots[at] = Slot::password(&keys, new, params)?;
    header.number += 1;
    let bytes = header.encode(&keys);
    Ok((bytes, header.number))
}

/// Writes the header and then its copy, durably.
pub(crate) fn write_header(folder: &Folder, bytes: &[u8]) -> Result<(), files::FileFault> {
    folder.write(&folder.header(), bytes)?;
    folder.write(&folder.header_copy(), bytes)?;
    Ok(())
}

/// The keys, and which slot the password opened.
fn unlock(header: &Header, password: &Secret<String>) -> Result<(Keys, usize), OpenError> {
    let mut refused = OpenError::NoPasswordSlot;
    for (at, slot) in header.slots.iter().enumerate().filter(|(_, slot)| slot.kind() == SlotKind::Password) {
        match slot.unlock(header, password)? {
            Unlocked::WrongPassword => refused = OpenError::WrongPassword,
            Unlocked::Open(ring) => {
                let keys = Keys::new(header.vault_id, ring);
                header.verify(&keys)?;
                return Ok((keys, at));
            }
        }
    }
    Err(refused)
}

/// The keys of a vault, for tests that read its files themselves.
#[cfg(test)]
pub(crate) fn keys_of(dir: &Path, password: &Secret<String>) -> Result<Keys, OpenError> {
    Ok(unlock(&read_header(&Folder::new(dir))?.0, password)?.0)
}

/// The header, or its copy when the header cannot be read; and whether it was the copy.
fn read_header(folder: &Folder) -> Result<(Header, bool), OpenError> {
    let first = files::read(&folder.header())?;
    let missing = first.is_none();
    let problem = match first.map(|bytes| Header::decode(&bytes)) {
        Some(Ok(header)) => return Ok((header, false)),
        Some(Err(newer @ OpenError::NewerFormat { .. })) => return Err(newer),
        Some(Err(damaged)) => damaged,
        None => OpenError::KeyMissing,
    };
    match files::read(&folder.header_copy())?.map(|bytes| Header::decode(&bytes)) {
        Some(Ok(header)) => Ok((header, true)),
        Some(Err(newer @ OpenError::NewerFormat { .. })) => Err(newer),
        None if missing && !sealed_data_there(folder)? => Err(OpenError::Absent),
        Some(Err(_)) | None => Err(problem),
    }
}

fn header_there(folder: &Folder) -> bool {
    folder.header().exists() || folder.header_copy().exists()
}

/// Whether anything in the folder can hold a record. What an interrupted [`create`] leaves cannot: a journal and
/// a checkpoint of generation 0 without one.
fn sealed_data_there(folder: &Folder) -> Result<bool, OpenError> {
    if !folder.exists() {
        return Ok(false);
    }
    let folders = [folder.store(), folder.store_before(), folder.store_fresh(), folder.damaged(), folder.snapshots()];
    let empty = [checkpoint::EMPTY_LEN, Journal::EMPTY_LEN];
    for (files, empty) in [folder.checkpoints()?, folder.journals()?].into_iter().zip(empty) {
        for (generation, path) in files {
            let length = std::fs::metadata(&path).map_err(files::fault("read", &path))?.len();
            if generation != 0 || length > empty {
                return Ok(true);
            }
        }
    }
    Ok(folders.iter().any(|folder| folder.exists()))
}
