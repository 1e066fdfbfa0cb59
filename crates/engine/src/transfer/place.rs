//! A file at a place that the owner picked: written whole or not at all, for its owner's eyes only, and read with a
//! bound.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// Where the content is written before it takes the file's name.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{:08x}.part", rand::random::<u32>()))
}

/// Writes a file: beside it first, synced, then in its place. What was there stays until then.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = beside(path);
    let written = write_part(&part, bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // Nothing half-written is left in the owner's folder.
        let _ = fs::remove_file(&part);
        return written;
    }
    // Without this the name may be lost with the power. Not every system can open a folder.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if let Ok(folder) = File::open(folder) {
        folder.sync_all()?;
    }
    Ok(())
}

fn write_part(part: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(part)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Reads a file of at most so many bytes; `None` for a longer one.
pub(super) fn read(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_replaces_another_as_a_whole_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.roster");
        fs::write(&path, b"before").unwrap();
        write(&path, b"after").unwrap();
        assert_eq!(read(&path, 5).unwrap().unwrap(), b"after");
        assert_eq!(read(&path, 4).unwrap(), None);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let nowhere = dir.path().join("missing").join("a.roster");
        assert!(write(&nowhere, b"x").is_err());
        assert!(read(dir.path(), 10).is_err(), "a folder is no file");
        // A name that is taken by a folder: nothing half-written stays.
        let taken = dir.path().join("taken");
        fs::create_dir(&taken).unwrap();
        fs::write(taken.join("x"), b"x").unwrap();
        assert!(write(&taken, b"y").is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }
}
