//! Builds the UI, which the app carries inside itself.

use std::{fs, path::Path, time::SystemTime};

use crate::{
    setup::npm_program,
    shell::{self, Failure},
};

/// What the built UI is made from.
const SOURCES: [&str; 6] =
    ["src", "static", "package-lock.json", "svelte.config.js", "vite.config.ts", "tsconfig.json"];

/// Builds `ui/build` when something it is made from is newer.
///
/// # Errors
/// When npm says no.
pub(crate) fn build() -> Result<(), Failure> {
    let ui = shell::root().join("ui");
    let built = fs::metadata(ui.join("build/_app/version.json")).and_then(|facts| facts.modified()).ok();
    let changed = SOURCES.iter().filter_map(|name| newest(&ui.join(name))).max();
    if built.is_some() && built >= changed {
        return Ok(());
    }
    shell::run(shell::command(npm_program()).args(["run", "--silent", "build"]).current_dir(&ui))
}

/// The last time anything at or under `path` changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let own = fs::metadata(path).and_then(|facts| facts.modified()).ok()?;
    let inner = fs::read_dir(path).into_iter().flatten().flatten().filter_map(|entry| newest(&entry.path())).max();
    Some(inner.map_or(own, |inner| inner.max(own)))
}
