//! Making, inspecting and opening a vault on disk: the header's part. The records' part is in `recover`.

use std::path::Path;
use std::time::{Duration, Instant};

use roster_domain::Secret;

use crate::checkpoint;
use crate::crypto;
use crate::error::{OpenError, Part};
use crate::files::{self, Folder};
use crate::head::{Head, HeadFile};
use crate::header::{Header, OpenHeader};
use crate::journal::Journal;
use crate::kdf::KdfParams;
use crate::keys::{Keys, Ring};
use crate::lock::Lock;
use crate::manifest::Stamp;
use crate::recover::{Quarantine, Recovered, recover};
use crate::report::Presence;
use crate::slot::{NewSlot, Opener, OwnPart, Slot, SlotId, SlotKeys, SlotKind};
use crate::store::MemoryStore;

/// A vault that is open and has no writer yet.
pub(crate) struct Opened {
    pub(crate) folder: Folder,
    pub(crate) lock: Lock,
    pub(crate) keys: Keys,
    pub(crate) header: Header,
    pub(crate) way: Way,
    pub(crate) recovered: Recovered,
}

/// How a vault was opened.
pub(crate) struct Way {
    /// The slot that opened it.
    pub(crate) slot: SlotId,
    pub(crate) kind: SlotKind,
    /// How long its key derivation took.
    pub(crate) took: Duration,
    /// The slot anew in the present form, when it is of an earlier one.
    pub(crate) upgrade: Option<(OwnPart, SlotKeys)>,
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

/// The name of the vault in a folder: 32 hexadecimal digits that never change and say nothing. Needs no password.
///
/// # Errors
/// As [`inspect`]; [`OpenError::Absent`] when there is no vault.
pub fn vault_id(dir: &Path) -> Result<String, OpenError> {
    Ok(crate::ways::hex(&read_header(&Folder::new(dir))?.0.vault_id))
}

/// Makes the files of an empty vault. The header comes last: before it is there, there is no vault.
pub(crate) fn create(
    dir: &Path,
    password: &Secret<String>,
    kdf: KdfParams,
    made_at: Option<i64>,
) -> Result<Opened, OpenError> {
    let kdf = kdf.within_limits()?;
    let folder = Folder::new(dir);
    folder.prepare()?;
    let lock = Lock::take(&folder)?;
    if header_there(&folder) || sealed_data_there(&folder)? {
        return Err(OpenError::AlreadyExists);
    }
    let keys = Keys::new(crypto::random(), Ring::make());
    let started = Instant::now();
    let slot = Slot::make(&keys, NewSlot::Password(password, kdf), made_at)?;
    let took = started.elapsed();
    let mut header = Header::new(keys.vault_id, kdf, vec![slot]);
    let way = Way::of(&header, 0, took)?;
    let stamp = Stamp { epoch: keys.current().number, ..Stamp::default() };
    checkpoint::write(&folder, &keys, &stamp, &MemoryStore::default())?;
    Journal::create(&folder, &keys, &stamp)?;
    let head = Head { stamp, header_number: header.number, checkpoint: 0, clean: true };
    HeadFile::create(&folder, &keys, &head, 0)?;
    write_header(&folder, &header.encode(&keys))?;
    let recovered = recover(&folder, &keys, header.number)?;
    Ok(Opened { folder, lock, keys, header, way, recovered })
}

/// Opens what lies in the folder.
pub(crate) fn open(dir: &Path, with: Opener<'_>) -> Result<Opened, OpenError> {
    let folder = Folder::new(dir);
    if !folder.exists() {
        return Err(OpenError::Absent);
    }
    // Without a vault nothing is left behind, not even a lock file.
    read_header(&folder)?;
    let lock = Lock::take(&folder)?;
    let (header, from_copy) = read_header(&folder)?;
    let started = Instant::now();
    let OpenHeader { keys, slot, slot_keys } = header.open(with)?;
    let mut way = Way::of(&header, slot, started.elapsed())?;
    if !header.slots[slot].is_sealed()
        && let Some(fixed) = header.slots[slot].fixed()
    {
        way.upgrade = Some((OwnPart::with_keys(&keys, fixed, &slot_keys), slot_keys));
    }
    let mut recovered = recover(&folder, &keys, header.number)?;
    if from_copy {
        recovered.report.damage(Part::Header);
    }
    // The two copies are made the same again, also after an interrupted change of the header.
    let mut header = header;
    let bytes = header.encode(&keys);
    let mut damaged = Quarantine::new(&folder);
    for path in [folder.header(), folder.header_copy()] {
        let found = files::read(&path)?;
        if found.as_deref() == Some(&bytes[..]) {
            continue;
        }
        let of_this_vault = |found: &[u8]| Header::decode(found).is_ok_and(|found| found.vault_id == header.vault_id);
        if found.is_some_and(|found| !of_this_vault(&found)) {
            recovered.report.damage(Part::Header);
            damaged.copy(&path)?;
        }
        folder.write(&path, &bytes)?;
    }
    Ok(Opened { folder, lock, keys, header, way, recovered })
}

impl Way {
    fn of(header: &Header, at: usize, took: Duration) -> Result<Self, OpenError> {
        let fixed = header.slots[at].fixed().ok_or(OpenError::Damaged { part: Part::Header })?;
        Ok(Self { slot: fixed.id, kind: fixed.kind, took, upgrade: None })
    }
}

/// Puts a header in place of another: the new one, a proof that it can be read back and opened, and only then its copy,
/// which until then is the header before. A header that fails its proof is taken back.
pub(crate) fn replace_header(
    folder: &Folder,
    bytes: &[u8],
    proof: impl FnOnce(&Header) -> Result<(), OpenError>,
) -> Result<(), OpenError> {
    let before = files::read(&folder.header())?;
    let copied = files::read(&folder.header_copy())?;
    if let Some(before) = before.as_ref().filter(|before| copied.as_ref() != Some(before)) {
        folder.write(&folder.header_copy(), before)?;
    }
    folder.write(&folder.header(), bytes)?;
    let read_back = || {
        let found = files::read(&folder.header())?.ok_or(OpenError::KeyMissing)?;
        if found != bytes {
            return Err(OpenError::Damaged { part: Part::Header });
        }
        proof(&Header::decode(&found)?)
    };
    if let Err(error) = read_back() {
        if let Some(before) = before {
            folder.write(&folder.header(), &before)?;
        }
        return Err(error);
    }
    if let Err(fault) = folder.write(&folder.header_copy(), bytes) {
        // The header itself is in force; the next opening makes its copy the same.
        tracing::warn!(error = %fault.source, "the header's copy is older than the header");
    }
    Ok(())
}

/// Writes the header and then its copy, durably.
fn write_header(folder: &Folder, bytes: &[u8]) -> Result<(), files::FileFault> {
    folder.write(&folder.header(), bytes)?;
    folder.write(&folder.header_copy(), bytes)?;
    Ok(())
}

/// The keys of a vault, for tests that read its files themselves.
#[cfg(test)]
pub(crate) fn keys_of(dir: &Path, password: &Secret<String>) -> Result<Keys, OpenError> {
    Ok(read_header(&Folder::new(dir))?.0.open(password.into())?.keys)
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
    let stores = [folder.store(), folder.store_opening(), folder.store_before(), folder.store_fresh()];
    let folders = stores.into_iter().chain([folder.damaged(), folder.snapshots()]);
    let empty = [checkpoint::EMPTY_LEN, Journal::EMPTY_LEN];
    if std::fs::metadata(folder.journal_copy()).is_ok_and(|copy| copy.len() > Journal::EMPTY_LEN) {
        return Ok(true);
    }
    for (files, empty) in [folder.checkpoints()?, folder.journals()?].into_iter().zip(empty) {
        for (generation, path) in files {
            let length = std::fs::metadata(&path).map_err(files::fault("read", &path))?.len();
            if generation != 0 || length > empty {
                return Ok(true);
            }
        }
    }
    Ok(folders.into_iter().any(|folder| folder.exists()))
}
