//! The log: a file a day, kept for a week, readable by its owner only (the process's umask, set in `main`).

use std::{
    panic::PanicHookInfo,
    path::{Path, PathBuf},
};

use roster_engine::LogLevel;
use tracing_appender::{
    non_blocking::WorkerGuard,
    rolling::{RollingFileAppender, Rotation},
};
use tracing_subscriber::{EnvFilter, Registry, fmt, layer::SubscriberExt, reload, util::SubscriberInitExt};

const FILES_KEPT: usize = 7;

/// Lets the level be changed while the program runs. Dropping it writes out what is still in memory.
pub(crate) struct Logs {
    filter: reload::Handle<EnvFilter, Registry>,
    _writer: WorkerGuard,
}

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogsError {
    #[error("cannot write log files in {folder}: {source}")]
    Folder { folder: PathBuf, source: tracing_appender::rolling::InitError },
    #[error("cannot start the log: {0}")]
    Start(#[from] tracing_subscriber::util::TryInitError),
}

impl Logs {
    /// Starts the log of this process in `folder` and sends panics there too.
    ///
    /// # Errors
    /// [`LogsError`] when the folder takes no file or a log is running already.
    pub(crate) fn start(folder: &Path) -> Result<Self, LogsError> {
        let files = RollingFileAppender::builder()
            .rotation(Rotation::DAILY)
            .filename_prefix("roster")
            .filename_suffix("log")
            .max_log_files(FILES_KEPT)
            .build(folder)
            .map_err(|source| LogsError::Folder { folder: folder.into(), source })?;
        let (writer, guard) = tracing_appender::non_blocking(files);
        let (filter, handle) = reload::Layer::new(filter_for(LogLevel::default()));
        let lines = fmt::layer().with_writer(writer).with_ansi(false);
        tracing_subscriber::registry().with(filter).with(lines).try_init()?;
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            log_panic(info);
            before(info);
        }));
        Ok(Self { filter: handle, _writer: guard })
    }

    /// Changes the level of our own crates at once.
    pub(crate) fn set_level(&self, level: LogLevel) {
        if let Err(error) = self.filter.reload(filter_for(level)) {
            tracing::warn!(%error, "the log level could not be changed");
        }
    }
}

/// Our own crates at the level asked for; the libraries below them only when something is wrong, because
/// their lines at lower levels may quote what passes through them.
fn filter_for(level: LogLevel) -> EnvFilter {
    let level = match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
        LogLevel::Trace => "trace",
    };
    // A target is matched by how it begins: `roster` is all of `roster_engine`, `roster_api`, ….
    EnvFilter::new(format!("warn,roster={level}"))
}

/// A panic says where it was; its words go to the log like any other line.
fn log_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let payload = info.payload();
    let words =
        payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    tracing::error!(place, words, "panic");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_is_ours_and_libraries_stay_quiet() {
        let filter = filter_for(LogLevel::Debug).to_string();
        assert!(filter.contains("roster=debug") && filter.contains("warn"), "{filter}");
    }
}
