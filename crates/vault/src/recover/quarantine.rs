//! Where damaged parts go: nothing damaged is overwritten without a copy.

use std::path::{Path, PathBuf};

use crate::files::{self, FileFault, Folder, fault};

/// A folder for the damaged parts of one opening, made when the first of them comes.
pub(crate) struct Quarantine<'a> {
    folder: &'a Folder,
    place: Option<PathBuf>,
}

impl<'a> Quarantine<'a> {
    pub(crate) fn new(folder: &'a Folder) -> Self {
        Self { folder, place: None }
    }

    /// Keeps a copy of a file that is about to be replaced. What is no file is moved away; nothing there is as good.
    pub(crate) fn copy(&mut self, path: &Path) -> Result<(), FileFault> {
        let Some(name) = path.file_name() else { return Ok(()) };
        if !path.is_file() {
            return self.take(name, path);
        }
        let place = self.place()?;
        files::copy_file(path, &place.join(name))?;
        sync(&place)
    }

    /// Moves a file or folder away; nothing happens when there is none.
    pub(super) fn take(&mut self, name: impl AsRef<Path>, path: &Path) -> Result<(), FileFault> {
        if path.symlink_metadata().is_ok() {
            let place = self.place()?;
            std::fs::rename(path, place.join(name)).map_err(fault("move", path))?;
            sync(&place)?;
        }
        Ok(())
    }

    fn place(&mut self) -> Result<PathBuf, FileFault> {
        match &self.place {
            Some(place) => Ok(place.clone()),
            None => {
                let place = self.folder.next_damaged()?;
                self.place = Some(place.clone());
                Ok(place)
            }
        }
    }
}

/// The copy is found before the original goes.
fn sync(place: &Path) -> Result<(), FileFault> {
    files::sync_dir(place).map_err(fault("sync", place))
}
