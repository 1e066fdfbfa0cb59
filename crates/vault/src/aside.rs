//! What lies in the folder for damaged parts, for the owner to see. Needs no keys and takes no lock.

use std::path::Path;
use std::time::SystemTime;

use crate::error::OpenError;
use crate::files::{Folder, fault};

/// The damaged parts that one opening put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Name of its folder within the vault's `damaged` folder.
    pub name: String,
    /// When it was put there, as the file system has it.
    pub at: SystemTime,
    /// Names of the files and folders in it, in order.
    pub parts: Vec<String>,
    /// Size of all files in it.
    pub bytes: u64,
}

/// Lists what lies aside of the vault in `dir`, newest first; empty when nothing does.
///
/// # Errors
/// [`OpenError::Io`] when the folder is there and cannot be read.
pub fn set_aside(dir: &Path) -> Result<Vec<SetAside>, OpenError> {
    let damaged = Folder::new(dir).damaged();
    if !damaged.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (name, path) in listed(&damaged)? {
        if !path.is_dir() {
            continue;
        }
        let parts = listed(&path)?;
        let mut bytes = 0;
        for (_, part) in &parts {
            bytes += size(part)?;
        }
        let at = path.metadata().and_then(|data| data.modified()).map_err(fault("read", &path))?;
        found.push(SetAside { name, at, parts: parts.into_iter().map(|(name, _)| name).collect(), bytes });
    }
    found.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.name.cmp(&a.name)));
    Ok(found)
}

fn listed(folder: &Path) -> Result<Vec<(String, std::path::PathBuf)>, OpenError> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault("list", folder))? {
        let entry = entry.map_err(fault("list", folder))?;
        entries.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    entries.sort();
    Ok(entries)
}

fn size(path: &Path) -> Result<u64, OpenError> {
    if path.is_dir() {
        return listed(path)?.iter().try_fold(0, |sum, (_, inner)| Ok(sum + size(inner)?));
    }
    Ok(path.metadata().map_err(fault("read", path))?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_aside_is_listed_newest_first_with_its_size() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(set_aside(dir.path()).unwrap(), []);
        for (name, length) in [("1", 10), ("2", 300)] {
            let place = dir.path().join("damaged").join(name);
            std::fs::create_dir_all(place.join("store")).unwrap();
            std::fs::write(place.join("store/db"), vec![0; length]).unwrap();
            std::fs::write(place.join("head"), [0; 5]).unwrap();
        }
        let found = set_aside(dir.path()).unwrap();
        assert_eq!(
            found.iter().map(|aside| (aside.name.as_str(), aside.bytes)).collect::<Vec<_>>(),
            [("2", 305), ("1", 15)]
        );
        assert_eq!(found[0].parts, ["head", "store"]);
    }
}
