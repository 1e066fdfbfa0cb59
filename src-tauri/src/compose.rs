//! Puts the parts together. No rule of the business lives here.

use tauri::{App, RunEvent};

use crate::{
    args::Options,
    logs::{Logs, LogsError},
    places::{FolderLock, Places, PlacesError},
    windows,
};

/// Why the program could not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error(transparent)]
    Places(#[from] PlacesError),
    #[error(transparent)]
    Logs(#[from] LogsError),
    #[error("another Roster already works in this data folder")]
    AlreadyRunning,
    #[error("the window system did not start: {0}")]
    Window(#[from] tauri::Error),
}

/// Runs the program until it is told to quit.
///
/// # Errors
/// [`StartError`] when a part it cannot do without is missing.
pub(crate) fn run(options: Options) -> Result<(), StartError> {
    let places = Places::resolve(options.data_dir)?.prepare()?;
    let logs = Logs::start(&places.logs())?;
    // Without the lock this is a second start: the single-instance plugin hands over to the first and ends
    // this process. Only where it cannot (no session bus) does the start fail below.
    let lock = places.lock()?;
    let context = tauri::generate_context!();
    let instance = places.instance_name(&context.config().identifier);
    let app = tauri::Builder::default()
        .plugin(
            tauri_plugin_single_instance::Builder::new()
                .dbus_id(instance)
                .callback(|app, _, _| windows::show_main(app))
                .build(),
        )
        .build(context)?;
    if lock.is_none() {
        return Err(StartError::AlreadyRunning);
    }
    set_up(&app, &places)?;
    app.run(|_, event| {
        if let RunEvent::Exit = event {}
    });
    drop((logs, lock));
    Ok(())
}

fn set_up(app: &App, places: &Places) -> Result<(), StartError> {
    windows::open_main(app.handle(), places, None)?;
    Ok(())
}
#[allow(dead_code, reason = "x")]
fn unused(_: FolderLock) {}
