//! The vault's folder: names, modes, and writing that survives a power cut.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{CommitError, OpenError};

/// How many damaged copies are kept.
const DAMAGED_KEPT: usize = 3;

/// A refused file operation: what, where, why.
#[derive(Debug)]
pub(crate) struct FileFault {
    action: &'static str,
    path: PathBuf,
    pub(crate) source: io::Error,
}

impl From<FileFault> for OpenError {
    fn from(fault: FileFault) -> Self {
        Self::Io { action: fault.action, path: fault.path, source: fault.source }
    }
}

impl From<FileFault> for CommitError {
    fn from(fault: FileFault) -> Self {
        Self::Journal { action: fault.action, source: fault.source }
    }
}

impl FileFault {
    pub(crate) fn into_parts(self) -> (&'static str, PathBuf, io::Error) {
        (self.action, self.path, self.source)
    }
}

/// Adds what and where to an I/O error.
pub(crate) fn fault(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileFault {
    let path = path.to_owned();
    move |source| FileFault { action, path, source }
}

/// The folder of one vault.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the folder where there is none, for its owner alone. Its name, and those of folders above that had to
    /// be made, are on disk when this returns: without them a power cut would take the folder with all in it.
    pub(crate) fn prepare(&self) -> Result<(), FileFault> {
        let missing = self.path.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).count();
        make_private_dir(&self.path)?;
        for path in self.path.ancestors().take(missing) {
            let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
            sync_dir(above).map_err(fault("sync", above))?;
        }
        Ok(())
    }

    pub(crate) fn exists(&self) -> bool {
        self.path.is_dir()
    }

    pub(crate) fn header(&self) -> PathBuf {
        self.path.join("header")
    }

    pub(crate) fn header_copy(&self) -> PathBuf {
        self.path.join("header.copy")
    }

    pub(crate) fn head(&self) -> PathBuf {
        self.path.join("head")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.path.join("lock")
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path.join("store")
    }

    /// The store as it was before the opening under way, which may change it.
    pub(crate) fn store_opening(&self) -> PathBuf {
        self.path.join("store.opening")
    }

    /// The store as it was before the last opening, until a checkpoint was written.
    pub(crate) fn store_before(&self) -> PathBuf {
        self.path.join("store.before")
    }

    /// What the store's files were when the vault was closed.
    pub(crate) fn store_seal(&self) -> PathBuf {
        self.path.join("store.seal")
    }

    /// A store being filled from the copies.
    pub(crate) fn store_fresh(&self) -> PathBuf {
        self.path.join("store.fresh")
    }

    pub(crate) fn journal(&self, start: u64) -> PathBuf {
        self.path.join(format!("journal-{start:016x}"))
    }

    /// A second copy of the journal that commits are appended to.
    pub(crate) fn journal_copy(&self) -> PathBuf {
        self.path.join("journal.copy")
    }

    pub(crate) fn checkpoint(&self, generation: u64) -> PathBuf {
        self.path.join(format!("checkpoint-{generation:016x}"))
    }

    pub(crate) fn damaged(&self) -> PathBuf {
        self.path.join("damaged")
    }

    /// Where snapshots lie; made when the first is taken.
    pub(crate) fn snapshots(&self) -> PathBuf {
        self.path.join("snapshots")
    }

    /// A snapshot, when this is the folder of the snapshots.
    pub(crate) fn snapshot(&self, number: u64) -> PathBuf {
        self.path.join(format!("snapshot-{number:016x}"))
    }

    /// Snapshots by number, ascending, when this is their folder.
    pub(crate) fn numbered_snapshots(&self) -> Result<Vec<(u64, PathBuf)>, FileFault> {
        self.numbered("snapshot-", 16)
    }

    /// Journals by the generation they start after, ascending.
    pub(crate) fn journals(&self) -> Result<Vec<(u64, PathBuf)>, FileFault> {
        self.numbered("journal-", 16)
    }

    /// Checkpoints by generation, ascending.
    pub(crate) fn checkpoints(&self) -> Result<Vec<(u64, PathBuf)>, FileFault> {
        self.numbered("checkpoint-", 16)
    }

    fn numbered(&self, prefix: &str, digits: usize) -> Result<Vec<(u64, PathBuf)>, FileFault> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(fault("list", &self.path))? {
            let path = entry.map_err(fault("list", &self.path))?.path();
            let number = path.file_name().and_then(|name| name.to_str()?.strip_prefix(prefix));
            let number =
                number.filter(|digit| digit.len() == digits).and_then(|text| u64::from_str_radix(text, 16).ok());
            if let Some(number) = number {
                found.push((number, path));
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Writes a file as a whole: either the old content or the new one is there, whatever happens.
    pub(crate) fn write(&self, path: &Path, content: &[u8]) -> Result<File, FileFault> {
        self.write_with(path, |file| file.write_all(content))
    }

    /// [`write`](Self::write) for content that is made while it is written.
    pub(crate) fn write_with(
        &self,
        path: &Path,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<File, FileFault> {
        let fresh = path.with_extension("tmp");
        let mut file = private_file().truncate(true).open(&fresh).map_err(fault("create", &fresh))?;
        fill(&mut file).map_err(fault("write", &fresh))?;
        file.sync_all().map_err(fault("sync", &fresh))?;
        if path.is_dir() {
            // Nothing of ours, and in the way.
            let kept = self.next_damaged()?.join(path.file_name().unwrap_or_default());
            fs::rename(path, &kept).map_err(fault("move", path))?;
        }
        fs::rename(&fresh, path).map_err(fault("replace", path))?;
        self.sync()?;
        Ok(file)
    }

    /// Makes names that were added, changed or removed in the folder last.
    pub(crate) fn sync(&self) -> Result<(), FileFault> {
        sync_dir(&self.path).map_err(fault("sync", &self.path))
    }

    /// A new folder for damaged parts.
    pub(crate) fn next_damaged(&self) -> Result<PathBuf, FileFault> {
        let damaged = self.damaged();
        make_private_dir(&damaged)?;
        let next = damaged.join((self.findings()?.last().map_or(0, |last| *last) + 1).to_string());
        make_private_dir(&next)?;
        sync_dir(&damaged).map_err(fault("sync", &damaged))?;
        self.sync()?;
        Ok(next)
    }

    /// Whether there are more than the newest three findings.
    pub(crate) fn has_old_findings(&self) -> Result<bool, FileFault> {
        Ok(self.findings()?.len() > DAMAGED_KEPT)
    }

    /// Lets go of damaged parts but for the newest three findings. For when everything is known to be whole again
    /// in newer files, and the owner has been told.
    pub(crate) fn let_go_of_old_findings(&self) -> Result<(), FileFault> {
        let numbers = self.findings()?;
        for old in &numbers[..numbers.len().saturating_sub(DAMAGED_KEPT)] {
            remove(&self.damaged().join(old.to_string()))?;
        }
        Ok(())
    }

    /// The numbers of the folders with damaged parts, ascending.
    fn findings(&self) -> Result<Vec<u64>, FileFault> {
        let damaged = self.damaged();
        if !damaged.is_dir() {
            return Ok(Vec::new());
        }
        let mut numbers: Vec<u64> = fs::read_dir(&damaged)
            .map_err(fault("list", &damaged))?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Takes group and others off everything in the folder; what other code made there may have been made
    /// with the process's own mask.
    pub(crate) fn tighten(&self) -> Result<(), FileFault> {
        tighten(&self.path).map_err(fault("restrict", &self.path))
    }
}

/// A folder for its owner alone.
pub(crate) fn make_private_dir(path: &Path) -> Result<(), FileFault> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(fault("create", path))
}

/// Options that create a file for its owner alone.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Removes a file or a folder with all in it; nothing there is as good.
pub(crate) fn remove(path: &Path) -> Result<(), FileFault> {
    let folder = fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    let gone = if folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match gone {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(fault("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Copies a folder with all in it and returns when the copy is on disk.
pub(crate) fn copy_dir(from: &Path, to: &Path) -> Result<(), FileFault> {
    make_private_dir(to)?;
    for entry in fs::read_dir(from).map_err(fault("list", from))? {
        let source = entry.map_err(fault("list", from))?.path();
        let Some(name) = source.file_name() else { continue };
        let target = to.join(name);
        if source.is_dir() {
            copy_dir(&source, &target)?;
        } else {
            copy_file(&source, &target)?;
        }
    }
    sync_dir(to).map_err(fault("sync", to))
}

/// Copies one file and returns when the copy is on disk.
pub(crate) fn copy_file(from: &Path, to: &Path) -> Result<(), FileFault> {
    let mut source = File::open(from).map_err(fault("read", from))?;
    let mut target = private_file().truncate(true).open(to).map_err(fault("create", to))?;
    io::copy(&mut source, &mut target).and_then(|_| target.sync_all()).map_err(fault("copy to", to))
}

/// The content of a file; `None` when there is none. Something else in its place, of which a pipe would never end,
/// has no content.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, FileFault> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Ok(Some(Vec::new()));
    }
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(fault("read", path)(error)),
    }
}

/// Makes names that were added, changed or removed in a folder last.
#[cfg(unix)]
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Windows keeps names durable by itself and does not open folders as files.
#[cfg(not(unix))]
pub(crate) fn sync_dir(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn tighten(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    if metadata.is_symlink() {
        return Ok(());
    }
    let wanted = if metadata.is_dir() { 0o700 } else { 0o600 };
    if metadata.permissions().mode() & 0o777 != wanted {
        fs::set_permissions(path, fs::Permissions::from_mode(wanted))?;
    }
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            tighten(&entry?.path())?;
        }
    }
    Ok(())
}

/// On Windows the user's profile folder is closed to other users already.
#[cfg(not(unix))]
fn tighten(_path: &Path) -> io::Result<()> {
    Ok(())
}
