//! Everything that was written under some folders.

use std::{fs, io, path::Path};

use super::{Finder, Found};

/// Looks through every file under these folders, and through the names of files.
///
/// # Errors
/// When a folder or file that is there cannot be read.
pub fn search_files(folders: &[&Path], finder: &Finder) -> io::Result<Found> {
    let mut found = Found::default();
    let mut left: Vec<_> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            let name = path.display().to_string();
            finder.look(entry.file_name().as_encoded_bytes(), &mut found, |_| format!("in the name {name}"));
            let kind = entry.file_type()?;
            if kind.is_dir() {
                left.push(path);
            } else if kind.is_file() {
                let bytes = fs::read(&path)?;
                finder.look(&bytes, &mut found, |at| format!("in {name} at {at}"));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_STANDARD};

    use super::*;
    use crate::secrets::{Kind, flock};

    #[test]
    fn a_canary_in_a_file_or_a_name_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let canaries = flock(Kind::Cookie, 3, 3);
        fs::create_dir(folder.path().join("deep")).unwrap();
        fs::write(folder.path().join("deep/a"), BASE64_STANDARD.encode(format!("x{}", canaries[0].text))).unwrap();
        fs::write(folder.path().join(&canaries[1].text), "").unwrap();
        let finder = Finder::new(canaries);
        let found = search_files(&[folder.path()], &finder).unwrap();
        assert_eq!(found.places.keys().copied().collect::<Vec<_>>(), [0, 1], "{}", found.tell(&finder));
    }
}
