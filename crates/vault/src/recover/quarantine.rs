//! Where damaged parts go: nothing damaged is overwritten without a copy.

use std::path::{Path, PathBuf};

use crate::files::{self, FileFault, Folder, fault};

/// A folder for the damaged parts of one opening, made when the first of them comes.
pub(super) struct Quarantine<'a> {
    folder: &'a Folder,
    place: Option<PathBuf>,
}

impl<'a> Quarantine<'a> {
    pub(super) fn new(folder: &'a Folder) -> Self {
        Self { folder, place: None }
    }

    /// Keeps a copy of a file that is about to be replaced; nothing happens when there is no such file.
    pub(super) fn copy(&mut self, path: &Path) -> Result<(), FileFault> {
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            files::copy_file(path, &self.place()?.join(name))?;
        }
        Ok(())
    }

    /// Moves a file or folder away; nothing happens when there is none.
    pub(super) fn take(&mut self, name: &str, path: &Path) -> Result<(), FileFault> {
        if path.exists() {
            let target = self.place()?.join(name);
            std::fs::rename(path, &target).map_err(fault("move", path))?;
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
