//! Making an export.

use roster_domain::Secret;
use zeroize::Zeroizing;

use crate::bytes::{length, put_prefixed};
use crate::crypto::{self, NONCE, TAG};
use crate::kdf::KdfParams;
use crate::record::MAX_BODY;

use super::head::{ExportHead, ExportKeys, associated_data};
use super::{CHUNK, Entry, ExportError, MAX_FILE};

/// Seals entries under a password, in their order. The answer is the whole content of the file. Blocks for the key
/// derivation.
///
/// # Errors
/// [`ExportError::TooLarge`]; limits of the key derivation.
pub fn seal(entries: &[Entry], password: &Secret<String>, kdf: KdfParams) -> Result<Vec<u8>, ExportError> {
    sealed(entries, password, kdf, crypto::random())
}

/// [`seal`] under a given salt.
pub(super) fn sealed(
    entries: &[Entry],
    password: &Secret<String>,
    kdf: KdfParams,
    salt: [u8; 16],
) -> Result<Vec<u8>, ExportError> {
    let fits = |entry: &Entry| entry.body.len() <= MAX_BODY && entry.kind.len() <= 32;
    let total = entries.iter().map(size).try_fold(0_usize, usize::checked_add).ok_or(ExportError::TooLarge)?;
    let length = file_length(total);
    if length > MAX_FILE || !entries.iter().all(fits) {
        return Err(ExportError::TooLarge);
    }
    let head = ExportHead { kdf, salt, entries: entries.len() as u64, plain: total as u64 };
    let keys = ExportKeys::derive(&head, password)?;
    let head = head.encode(&keys);
    let mut file = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.extend_from_slice(&head);
    let mut chunks = Chunks { head, keys, position: 0, file };
    // One chunk of plaintext at a time, in a buffer that never grows.
    let mut waiting = Zeroizing::new(Vec::with_capacity(CHUNK));
    for entry in entries {
        let front = front(entry);
        let back = length32(&entry.body);
        for part in [&front[..], &back, &entry.body] {
            chunks.add(&mut waiting, part);
        }
    }
    chunks.close(&waiting, true);
    Ok(chunks.file)
}

struct Chunks {
    head: Vec<u8>,
    keys: ExportKeys,
    position: u64,
    file: Vec<u8>,
}

impl Chunks {
    fn add(&mut self, waiting: &mut Zeroizing<Vec<u8>>, mut part: &[u8]) {
        while !part.is_empty() {
            if waiting.len() == CHUNK {
                self.close(waiting, false);
                waiting.clear();
            }
            let (now, later) = part.split_at(part.len().min(CHUNK - waiting.len()));
            waiting.extend_from_slice(now);
            part = later;
        }
    }

    fn close(&mut self, plain: &[u8], last: bool) {
        let aad = associated_data(&self.head, self.position, last);
        crypto::seal(&self.keys.chunks, &aad, plain, &mut self.file);
        self.position += 1;
    }
}

fn size(entry: &Entry) -> usize {
    4 + entry.kind.len() + 16 + 4 + entry.body.len()
}

fn front(entry: &Entry) -> Vec<u8> {
    let mut out = Vec::with_capacity(size(entry) - entry.body.len());
    put_prefixed(&mut out, entry.kind.as_bytes());
    out.extend_from_slice(entry.id.as_bytes());
    out
}

fn length32(body: &[u8]) -> [u8; 4] {
    length(body.len()).to_be_bytes()
}

/// How long the file of so much plaintext is.
pub(super) fn file_length(plain: usize) -> u64 {
    let chunks = plain.div_ceil(CHUNK).max(1) as u64;
    ExportHead::LEN as u64 + plain as u64 + chunks * (NONCE + TAG) as u64
}
