//! `cargo xtask icons`: builds the drawing program, which nobody else needs, and runs it.

use crate::shell::{self, Failure};

/// Draws every size from `icons/roster.svg`.
pub(crate) fn run() -> Result<(), Failure> {
    shell::run(shell::cargo().args([
        "run",
        "--quiet",
        "--package",
        "xtask",
        "--features",
        "icons",
        "--bin",
        "make-icons",
    ]))
}
