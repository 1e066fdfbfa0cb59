//! File dialogs without a person: a folder takes everything that is saved and gives the newest file of a purpose back.

use std::{
    fs::{self, DirEntry},
    path::PathBuf,
};

use async_trait::async_trait;
use roster_engine::{FileDialogError, FileDialogs, FilePurpose};

/// The folder.
#[derive(Debug, Clone)]
pub struct Drawer(PathBuf);

impl Drawer {
    /// Over a folder that is there.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self(dir.into())
    }
}

fn serves(purpose: FilePurpose, entry: &DirEntry) -> bool {
    let path = entry.path();
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match purpose {
        FilePurpose::Export => ending == "roster",
        FilePurpose::Legacy => ending == "json",
        FilePurpose::KeyFile => !matches!(ending, "roster" | "json"),
    }
}

#[async_trait]
impl FileDialogs for Drawer {
    async fn save_to(&self, _purpose: FilePurpose, suggested: &str) -> Result<Option<PathBuf>, FileDialogError> {
        Ok(Some(self.0.join(suggested)))
    }

    async fn open_from(&self, purpose: FilePurpose) -> Result<Option<PathBuf>, FileDialogError> {
        let failed = |error: std::io::Error| FileDialogError::Failed { message: error.to_string() };
        let entries = fs::read_dir(&self.0).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let fitting = entries.into_iter().filter(|entry| serves(purpose, entry));
        let newest = fitting.max_by_key(|entry| entry.metadata().and_then(|data| data.modified()).ok());
        Ok(newest.map(|entry| entry.path()))
    }
}
