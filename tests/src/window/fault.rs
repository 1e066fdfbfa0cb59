//! Why something could not be done in the window.

use std::{io, path::PathBuf, time::Duration};

/// Why a step in the real window failed.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// It did not appear (or go) in time.
    #[error("{what} after {waited:?}; the page says: {page}")]
    Late {
        /// What was waited for.
        what: String,
        /// How long.
        waited: Duration,
        /// The beginning of the page's text.
        page: String,
    },
    /// The window answered something else than expected.
    #[error("{what}: expected {expected}, found {found}")]
    Unexpected {
        /// What was looked at.
        what: &'static str,
        /// What should be there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// WebDriver did not carry a command out.
    #[error("WebDriver: {0}")]
    Command(#[from] fantoccini::error::CmdError),
    /// No session with the app's window.
    #[error("no session with the window: {0}")]
    Session(#[from] fantoccini::error::NewSessionError),
    /// A program could not be started or used.
    #[error("{program}: {source}")]
    Program {
        /// Which.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program ended badly or said nonsense.
    #[error("{program}: {said}")]
    Said {
        /// Which.
        program: &'static str,
        /// Its words.
        said: String,
    },
    /// The phone's page refused.
    #[error("the phone answered {status} to {path}: {body}")]
    Phone {
        /// What was asked.
        path: String,
        /// The HTTP status.
        status: u16,
        /// The answer.
        body: String,
    },
    /// A picture could not be read.
    #[error("the picture {path}: {source}")]
    Picture {
        /// Which.
        path: PathBuf,
        /// Why.
        source: image::ImageError,
    },
    /// Files and pipes.
    #[error("{0}")]
    Io(#[from] io::Error),
}
