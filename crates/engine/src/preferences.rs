//! What the app has to know before the vault is open, and what says nothing about a person: `preferences.json`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{Engine, Error, Event, files::write_atomically};

/// The words on screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// As the system says.
    #[default]
    #[serde(rename = "system")]
    System,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How much the log says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Errors only.
    Error,
    /// And warnings.
    Warn,
    /// And what happens.
    #[default]
    Info,
    /// And how.
    Debug,
    /// Everything.
    Trace,
}

/// What closing the window does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnClose {
    /// Ask, the first time.
    #[default]
    Ask,
    /// Go on in the tray.
    Tray,
    /// Quit.
    Quit,
}

/// The preferences. They lie in plain text beside the vault and work while it is locked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The words on screen.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// How much the log says.
    pub log_level: LogLevel,
    /// What closing the window does.
    pub on_close: OnClose,
    /// Keep the window out of screenshots and recordings, on systems that can: Windows and macOS. Says what the owner
    /// wants; on other systems nothing follows from it.
    pub hide_from_capture: bool,
}

/// Whether this system can keep a window out of screenshots and recordings.
pub const CAN_HIDE_FROM_CAPTURE: bool = cfg!(any(windows, target_os = "macos"));

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: Language::default(),
            theme: Theme::default(),
            log_level: LogLevel::default(),
            on_close: OnClose::default(),
            hide_from_capture: CAN_HIDE_FROM_CAPTURE,
        }
    }
}

fn file_in(data_dir: &Path) -> PathBuf {
    data_dir.join("preferences.json")
}

impl Preferences {
    /// What the file says. A missing one means the defaults; a damaged one too, and it is kept beside.
    pub(crate) fn load(data_dir: &Path) -> Self {
        let path = file_in(data_dir);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!(%error, "the preferences cannot be read");
                }
                return Self::default();
            }
        };
        serde_json::from_slice(&bytes).unwrap_or_else(|error| {
            tracing::warn!(%error, "the preferences are damaged; they are kept beside and start anew");
            if let Err(error) = fs::rename(&path, path.with_extension("json.damaged")) {
                tracing::warn!(%error, "the damaged preferences could not be put aside");
            }
            Self::default()
        })
    }
}

impl Engine {
    /// The preferences; also while locked.
    pub fn preferences(&self) -> Preferences {
        self.core.preferences.lock().clone()
    }

    /// Replaces the preferences; also while locked.
    ///
    /// # Errors
    /// [`Error::Storage`]
    pub async fn update_preferences(&self, preferences: Preferences) -> Result<Preferences, Error> {
        let failed = |error: io::Error| Error::file("write preferences", error);
        let bytes = serde_json::to_vec_pretty(&preferences).map_err(|error| failed(error.into()))?;
        let path = file_in(&self.core.data_dir);
        let _one_at_a_time = self.core.preferences_write.lock().await;
        let written = tokio::task::spawn_blocking(move || write_atomically(&path, &bytes)).await;
        written.map_err(|error| failed(error.into()))?.map_err(failed)?;
        self.core.preferences.lock().clone_from(&preferences);
        self.core.events.emit(Event::PreferencesChanged);
        Ok(preferences)
    }
}
