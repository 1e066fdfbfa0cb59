//! File dialogs that a test answers.

use std::{collections::VecDeque, path::PathBuf};

use async_trait::async_trait;
use parking_lot::Mutex;

use crate::{FileDialogError, FileDialogs, FilePurpose};

/// Picks what the test put on the desk, in that order; nothing when nothing is left.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    picks: Mutex<VecDeque<PathBuf>>,
    /// What was asked for: the purpose, and the name that was suggested for writing.
    pub(crate) asked: Mutex<Vec<(FilePurpose, Option<String>)>>,
}

impl Desk {
    /// The next answer.
    pub(crate) fn pick(&self, path: impl Into<PathBuf>) {
        self.picks.lock().push_back(path.into());
    }

    fn next(&self, purpose: FilePurpose, suggested: Option<&str>) -> Option<PathBuf> {
        self.asked.lock().push((purpose, suggested.map(str::to_owned)));
        self.picks.lock().pop_front()
    }
}

#[async_trait]
impl FileDialogs for Desk {
    async fn save_to(&self, purpose: FilePurpose, suggested: &str) -> Result<Option<PathBuf>, FileDialogError> {
        Ok(self.next(purpose, Some(suggested)))
    }

    async fn open_from(&self, purpose: FilePurpose) -> Result<Option<PathBuf>, FileDialogError> {
        Ok(self.next(purpose, None))
    }
}
