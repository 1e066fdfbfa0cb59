//! What the store's files were when the vault was closed. When they still are, opening needs no copy of them first.
//!
//! ```text
//! store.seal = generation u64 | CRC-32 of the files u32 | mac 32
//! ```
//!
//! It is for telling whether sled may touch the files before a copy is made, not for telling whether records are
//! whole: the manifest does that. A checksum that reads at memory speed is enough, since an edit that keeps it only
//! gets sled to touch an edited file.

use std::path::Path;

use crate::bytes::Reader;
use crate::crypto;
use crate::files::{self, FileFault, Folder, fault};
use crate::keys::Keys;
use crate::manifest::Stamp;

/// How the store's files compare with the imprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Imprint {
    /// They are what they were.
    Fits,
    /// Something changed them.
    Differs,
    /// There is no imprint of this state.
    Unknown,
}

/// Remembers the files of a store that nobody has open, durably.
pub(crate) fn take(folder: &Folder, keys: &Keys, stamp: &Stamp) -> Result<(), FileFault> {
    let sum = checksum(&folder.store())?;
    let mut content = [&stamp.generation.to_be_bytes()[..], &sum.to_be_bytes()].concat();
    let mac = authenticate(keys, stamp, &content);
    content.extend_from_slice(&mac);
    folder.write(&folder.store_seal(), &content).map(drop)
}

/// Compares the files with the imprint of this state.
pub(crate) fn compare(folder: &Folder, keys: &Keys, stamp: &Stamp) -> Result<Imprint, FileFault> {
    let content = files::read(&folder.store_seal())?.unwrap_or_default();
    let authentic = content
        .split_last_chunk::<32>()
        .filter(|(covered, mac)| crypto::same(&authenticate(keys, stamp, covered), *mac));
    let Some((covered, _)) = authentic else { return Ok(Imprint::Unknown) };
    let mut reader = Reader::new(covered);
    match (reader.u64(), reader.u32(), reader.is_empty()) {
        (Some(generation), Some(sum), true) if generation == stamp.generation => {
            Ok(if checksum(&folder.store())? == sum { Imprint::Fits } else { Imprint::Differs })
        }
        _ => Ok(Imprint::Unknown),
    }
}

fn authenticate(keys: &Keys, stamp: &Stamp, content: &[u8]) -> [u8; 32] {
    let epoch = keys.epoch(stamp.epoch).unwrap_or(keys.current());
    crypto::hmac(&*epoch.store, &[b"store.seal", content])
}

/// Names, lengths and contents of all files in a folder.
fn checksum(folder: &Path) -> Result<u32, FileFault> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort_unstable();
    let mut sum = crc32fast::Hasher::new();
    for path in paths {
        let content = files::read(&path)?.unwrap_or_default();
        sum.update(path.strip_prefix(folder).unwrap_or(&path).as_os_str().as_encoded_bytes());
        sum.update(&(content.len() as u64).to_be_bytes());
        sum.update(&content);
    }
    Ok(sum.finalize())
}

fn collect(folder: &Path, paths: &mut Vec<std::path::PathBuf>) -> Result<(), FileFault> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(fault("list", folder))? {
        let path = entry.map_err(fault("list", folder))?.path();
        if path.is_dir() { collect(&path, paths)? } else { paths.push(path) }
    }
    Ok(())
}
