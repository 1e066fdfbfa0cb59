//! The head: a small file outside the store that remembers how far the vault had come.
//!
//! Two places, written in turn, so that one is whole whatever happens. It is written after every synced commit
//! without a sync of its own: it may be behind after a power cut, but it is never ahead of the journal, so a
//! journal or a store that is behind the head has lost something.
//!
//! ```text
//! place = "RosterHe" | format u16 | vault id 16 | seq u64 | stamp 50 | header number u64 | checkpoint u64
//!       | clean u8 | mac 32                                             at byte 4096 × (seq mod 2)
//! ```

use std::fs::File;

use crate::bytes::Reader;
use crate::crypto;
use crate::files::{self, FileFault, Folder, fault, private_file};
use crate::header::FORMAT;
use crate::keys::Keys;
use crate::manifest::Stamp;

const MAGIC: &[u8; 8] = b"RosterHe";
const PLACE: usize = 4096;
const LEN: usize = 8 + 2 + 16 + 8 + Stamp::LEN + 8 + 8 + 1 + 32;

/// What the head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Head {
    /// State after the last commit.
    pub(crate) stamp: Stamp,
    /// Number of the header last written.
    pub(crate) header_number: u64,
    /// Generation of the newest checkpoint.
    pub(crate) checkpoint: u64,
    /// The vault was closed properly and nobody has opened it since.
    pub(crate) clean: bool,
}

/// The file, open for writing.
#[derive(Debug)]
pub(crate) struct HeadFile {
    file: File,
    seq: u64,
}

impl HeadFile {
    /// Makes the file anew with both places filled, durably.
    pub(crate) fn create(folder: &Folder, keys: &Keys, head: &Head, seq: u64) -> Result<Self, FileFault> {
        let mut content = vec![0; PLACE];
        let (first, second) = (encode(keys, head, seq & !1), encode(keys, head, seq | 1));
        content[..LEN].copy_from_slice(&first);
        content.extend_from_slice(&second);
        let file = folder.write(&folder.head(), &content)?;
        Ok(Self { file, seq: seq | 1 })
    }

    /// Goes on with a file that was read, durably: the place that was not the newest is written.
    pub(crate) fn resume(folder: &Folder, keys: &Keys, head: &Head, seq: u64) -> Result<Self, FileFault> {
        let path = folder.head();
        let file = private_file().truncate(false).open(&path).map_err(fault("open", &path))?;
        let mut head_file = Self { file, seq };
        head_file.write(folder, keys, head)?;
        head_file.sync(folder)?;
        Ok(head_file)
    }

    /// Reads both places.
    pub(crate) fn read(folder: &Folder, keys: &Keys) -> Result<Found, FileFault> {
        let content = files::read(&folder.head())?.unwrap_or_default();
        let places = [content.get(..LEN), content.get(PLACE..PLACE + LEN)];
        let read = places.map(|place| place.and_then(|place| decode(keys, place)));
        let whole = places
            .iter()
            .zip(&read)
            .all(|(place, read)| read.is_some() || place.is_some_and(|place| of_a_past_epoch(keys, place)));
        Ok(Found { newest: read.into_iter().flatten().max_by_key(|(_, seq)| *seq), whole })
    }

    /// Writes the next place. Not durable before [`sync`](Self::sync), but it survives the end of the process.
    pub(crate) fn write(&mut self, folder: &Folder, keys: &Keys, head: &Head) -> Result<(), FileFault> {
        let seq = self.seq + 1;
        let offset = if seq.is_multiple_of(2) { 0 } else { PLACE as u64 };
        write_at(&self.file, &encode(keys, head, seq), offset).map_err(fault("write", &folder.head()))?;
        self.seq = seq;
        Ok(())
    }

    pub(crate) fn sync(&self, folder: &Folder) -> Result<(), FileFault> {
        self.file.sync_data().map_err(fault("sync", &folder.head()))
    }
}

/// What reading the file gave.
#[derive(Debug)]
pub(crate) struct Found {
    /// The newest valid place, and the number it was written under.
    pub(crate) newest: Option<(Head, u64)>,
    /// Both places are as they were written.
    pub(crate) whole: bool,
}

/// Whether a place was written in an epoch whose key is gone: then nobody can say whether it is whole.
fn of_a_past_epoch(keys: &Keys, place: &[u8]) -> bool {
    let mut reader = Reader::new(place);
    let named = reader.take(8) == Some(MAGIC) && reader.u16() == Some(FORMAT) && reader.array() == Some(keys.vault_id);
    let stamp = reader.u64().and_then(|_| Stamp::read(&mut reader));
    named && stamp.is_some_and(|stamp| stamp.epoch < keys.current().number && keys.epoch(stamp.epoch).is_none())
}

pub(crate) fn encode(keys: &Keys, head: &Head, seq: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(LEN);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&FORMAT.to_be_bytes());
    out.extend_from_slice(&keys.vault_id);
    out.extend_from_slice(&seq.to_be_bytes());
    head.stamp.put(&mut out);
    out.extend_from_slice(&head.header_number.to_be_bytes());
    out.extend_from_slice(&head.checkpoint.to_be_bytes());
    out.push(u8::from(head.clean));
    let epoch = keys.epoch(head.stamp.epoch).unwrap_or(keys.current());
    let mac = crypto::hmac(&*epoch.head, &[&out]);
    out.extend_from_slice(&mac);
    out
}

pub(crate) fn decode(keys: &Keys, place: &[u8]) -> Option<(Head, u64)> {
    let (covered, mac) = place.split_last_chunk::<32>()?;
    let mut reader = Reader::new(covered);
    let named = reader.take(8)? == MAGIC && reader.u16()? == FORMAT && reader.array::<16>()? == keys.vault_id;
    let seq = reader.u64()?;
    let stamp = Stamp::read(&mut reader)?;
    let epoch = keys.epoch(stamp.epoch)?;
    let authentic = crypto::same(&crypto::hmac(&*epoch.head, &[covered]), mac);
    let head = Head { stamp, header_number: reader.u64()?, checkpoint: reader.u64()?, clean: reader.u8()? == 1 };
    (named && authentic && reader.is_empty()).then_some((head, seq))
}

#[cfg(unix)]
pub(crate) fn write_at(file: &File, bytes: &[u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
pub(crate) fn write_at(file: &File, mut bytes: &[u8], mut offset: u64) -> std::io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
        if written == 0 {
            return Err(std::io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[written..];
        offset += written as u64;
    }
    Ok(())
}
