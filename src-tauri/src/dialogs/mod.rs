//! The system's own file dialogs, over the main window. Only the program itself asks for one: no page can, by any
//! command.

#[cfg_attr(target_os = "linux", path = "gtk.rs")]
#[cfg_attr(not(target_os = "linux"), path = "native.rs")]
mod show;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use roster_engine::{FileDialogError, FileDialogs, FilePurpose, Language};
use tauri::{AppHandle, Manager};
use tokio::sync::oneshot;

use crate::{compose::Shell, windows, words::Words};

/// What a dialog shows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Question {
    title: &'static str,
    accept: &'static str,
    cancel: &'static str,
    /// What the filter is called, and the ending of the names it lets through.
    kind: (&'static str, &'static str),
    all_files: &'static str,
    /// The name to write to; a dialog that opens has none.
    save_as: Option<String>,
}

impl Question {
    fn of(words: Words, purpose: FilePurpose, save_as: Option<&str>) -> Self {
        Self {
            title: words.file_title(purpose, save_as.is_some()),
            accept: if save_as.is_some() { words.save() } else { words.open_file() },
            cancel: words.cancel(),
            kind: (words.file_kind(purpose), ending(purpose)),
            all_files: words.all_files(),
            save_as: save_as.map(plain_name),
        }
    }
}

/// How names of this purpose end.
fn ending(purpose: FilePurpose) -> &'static str {
    match purpose {
        FilePurpose::Export => "roster",
        FilePurpose::Legacy => "json",
        FilePurpose::KeyFile => "rosterkey",
    }
}

/// A suggestion is a name, never a way to another folder.
fn plain_name(suggested: &str) -> String {
    suggested.chars().filter(|c| !matches!(c, '/' | '\\' | ':') && !c.is_control()).collect()
}

/// The dialogs of this app. One is open at a time.
pub(crate) struct SystemDialogs {
    app: AppHandle,
    open: Arc<AtomicBool>,
}

impl std::fmt::Debug for SystemDialogs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SystemDialogs")
    }
}

/// Says that no dialog is open any more, however it ended.
struct Open(Arc<AtomicBool>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// Where the answer goes.
type Picked = oneshot::Sender<Option<PathBuf>>;

impl SystemDialogs {
    pub(crate) fn new(app: AppHandle) -> Self {
        Self { app, open: Arc::default() }
    }

    async fn ask(&self, purpose: FilePurpose, save_as: Option<&str>) -> Result<Option<PathBuf>, FileDialogError> {
        if self.open.swap(true, Ordering::SeqCst) {
            return Err(FileDialogError::Failed { message: String::from("another one is open") });
        }
        let open = Open(Arc::clone(&self.open));
        let language =
            self.app.try_state::<Shell>().map_or(Language::System, |shell| shell.engine.preferences().language);
        let question = Question::of(Words::of(language), purpose, save_as);
        let (picked, answer) = oneshot::channel();
        let app = self.app.clone();
        let shown = self.app.run_on_main_thread(move || {
            let Some(window) = app.get_webview_window(windows::MAIN) else { return };
            show::show(&window, &question, (picked, open));
        });
        shown.map_err(|error| FileDialogError::Failed { message: error.to_string() })?;
        answer.await.map_err(|_| FileDialogError::Failed { message: String::from("it could not be shown") })
    }
}

#[async_trait]
impl FileDialogs for SystemDialogs {
    async fn save_to(&self, purpose: FilePurpose, suggested: &str) -> Result<Option<PathBuf>, FileDialogError> {
        self.ask(purpose, Some(suggested)).await
    }

    async fn open_from(&self, purpose: FilePurpose) -> Result<Option<PathBuf>, FileDialogError> {
        self.ask(purpose, None).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_says_what_the_file_is_for_in_both_languages() {
        let purposes = [FilePurpose::Export, FilePurpose::Legacy, FilePurpose::KeyFile];
        for words in [Words::Chinese, Words::English] {
            let mut titles: Vec<_> = purposes
                .iter()
                .flat_map(|purpose| {
                    [Question::of(words, *purpose, None), Question::of(words, *purpose, Some("x.roster"))]
                })
                .map(|question| question.title)
                .collect();
            titles.sort_unstable();
            let told_apart = titles.windows(2).filter(|pair| pair[0] != pair[1]).count();
            assert!(told_apart >= 4, "{titles:?}");
        }
        let chinese = Question::of(Words::Chinese, FilePurpose::KeyFile, None);
        assert_eq!((chinese.title, chinese.kind.1, chinese.save_as), ("选择密钥文件", "rosterkey", None));
    }

    #[test]
    fn a_suggested_name_stays_in_the_folder_that_the_person_chose() {
        let question = Question::of(Words::English, FilePurpose::Export, Some("../../.bashrc\n"));
        assert_eq!(question.save_as.as_deref(), Some(".....bashrc"));
        let question = Question::of(Words::English, FilePurpose::Export, Some("Roster 2026-11-20.roster"));
        assert_eq!(question.save_as.as_deref(), Some("Roster 2026-11-20.roster"));
    }
}
