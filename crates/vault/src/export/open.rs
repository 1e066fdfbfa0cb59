//! Opening an export.

use roster_domain::Secret;
use zeroize::Zeroizing;

use crate::bytes::Reader;
use crate::crypto::{self, NONCE, TAG};
use crate::record::{MAX_BODY, RecordId};

use super::head::{ExportHead, ExportKeys, associated_data};
use super::seal::file_length;
use super::{CHUNK, Entry, ExportError, MAX_FILE};

/// Opens the whole content of a file: all of its entries, in order, or none. Blocks for the key derivation.
///
/// # Errors
/// Each reason has its own [`ExportError`].
pub fn open(file: &[u8], password: &Secret<String>) -> Result<Vec<Entry>, ExportError> {
    if file.len() as u64 > MAX_FILE {
        return Err(ExportError::TooLarge);
    }
    let head = ExportHead::decode(file)?;
    head.kdf.within_limits().map_err(super::kdf_error)?;
    let plain = usize::try_from(head.plain).ok().filter(|plain| *plain as u64 <= MAX_FILE);
    let plain = plain.ok_or(ExportError::TooLarge)?;
    match file_length(plain) {
        expected if expected > file.len() as u64 => return Err(ExportError::Incomplete),
        expected if expected < file.len() as u64 => return Err(ExportError::Damaged),
        _ => {}
    }
    let keys = ExportKeys::derive(&head, password)?;
    head.verify(&keys, file)?;
    let content = unsealed(&keys, file, plain)?;
    entries(&content, head.entries).ok_or(ExportError::Damaged)
}

/// Everything of an export that is read before its password is asked for, and what is read once it is open.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz(bytes: &[u8]) {
    for head in [ExportHead::decode(bytes), ExportHead::decode(&ExportHead::forged(bytes))].into_iter().flatten() {
        let _ = head.kdf.within_limits();
        let _ = usize::try_from(head.plain).ok().filter(|plain| *plain as u64 <= MAX_FILE).map(file_length);
    }
    if let Some((count, plain)) = bytes.split_first()
        && let Some(found) = entries(plain, u64::from(*count))
    {
        assert_eq!(found.len(), usize::from(*count));
    }
}

fn unsealed(keys: &ExportKeys, file: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    let (head, rest) = file.split_at_checked(ExportHead::LEN).ok_or(ExportError::Incomplete)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(length));
    let mut chunks = rest.chunks(NONCE + CHUNK + TAG).zip(0_u64..).peekable();
    while let Some((chunk, position)) = chunks.next() {
        let aad = associated_data(head, position, chunks.peek().is_none());
        crypto::open(&keys.chunks, &aad, chunk, &mut plain).map_err(|_| ExportError::Damaged)?;
    }
    if plain.len() == length { Ok(plain) } else { Err(ExportError::Damaged) }
}

fn entries(plain: &[u8], count: u64) -> Option<Vec<Entry>> {
    let mut reader = Reader::new(plain);
    let mut entries = Vec::new();
    while !reader.is_empty() {
        let kind = std::str::from_utf8(reader.prefixed()?).ok()?.to_owned();
        let id = RecordId::from(reader.array::<16>()?);
        let body = reader.prefixed().filter(|body| body.len() <= MAX_BODY)?;
        entries.push(Entry { kind, id, body: Zeroizing::new(body.to_vec()) });
    }
    (entries.len() as u64 == count).then_some(entries)
}
