//! Where the programs are that a driven window needs.

use std::{env, path::PathBuf};

/// Built by `cargo xtask demo` and `cargo xtask window`, which say through the environment where.
#[derive(Debug, Clone)]
pub struct Programs {
    /// The app, built with the feature `sandbox`.
    pub app: PathBuf,
    /// The stand-in platforms.
    pub sandbox: PathBuf,
    /// The system's WebDriver for its web view.
    pub driver: PathBuf,
}

impl Programs {
    /// As the environment names them; the missing name otherwise.
    ///
    /// # Errors
    /// The variable that is not set.
    pub fn from_env() -> Result<Self, &'static str> {
        let path = |name: &'static str| env::var_os(name).map(PathBuf::from).ok_or(name);
        Ok(Self {
            app: path("ROSTER_APP")?,
            sandbox: path("ROSTER_SANDBOX")?,
            driver: PathBuf::from("WebKitWebDriver"),
        })
    }
}
