//! Everything the main window may ask of the program (`capabilities/main.json`). No other window may ask anything.

use tauri::{AppHandle, State};

use crate::{
    compose::Shell,
    door::{CallAnswer, CallRequest},
    lifetime::{self, CloseAction},
};

/// A request to the API.
#[tauri::command]
pub(crate) async fn call(shell: State<'_, Shell>, request: CallRequest) -> Result<CallAnswer, ()> {
    Ok(shell.door.call(request).await)
}

/// The answer to "what does closing mean?".
#[tauri::command]
pub(crate) async fn window_close(app: AppHandle, action: CloseAction) {
    lifetime::close_answered(&app, action);
}
