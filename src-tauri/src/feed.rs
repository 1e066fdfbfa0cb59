//! What the engine tells, carried to the page, the tray and the log.

use roster_api::wire;
use roster_engine::{EVENTS_VERSION, Engine, Event, EventBatch};
use tauri::{AppHandle, Emitter, Manager};
use tokio::sync::broadcast::error::RecvError;

use crate::{compose::Shell, windows};

const EVENTS: &str = "roster://events";

/// Carries events until the engine is gone.
pub(crate) fn carry(app: AppHandle, engine: &Engine) {
    let mut events = engine.events();
    let engine = engine.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            let batch = match events.recv().await {
                Ok(batch) => batch,
                // What was lost is not known, so the page reads everything anew.
                Err(RecvError::Lagged(lost)) => {
                    tracing::debug!(lost, "the window was slower than the events");
                    everything_changed(&engine)
                }
                Err(RecvError::Closed) => return,
            };
            app.state::<Shell>().heard(&app, &batch);
            show(&app, &wire::event::EventBatch::from(batch));
        }
    });
}

fn show(app: &AppHandle, batch: &wire::event::EventBatch) {
    let sent = serde_json::to_string(batch)
        .map_err(tauri::Error::from)
        .and_then(|text| app.emit_str_to(windows::MAIN, EVENTS, text));
    if let Err(error) = sent {
        tracing::warn!(%error, "events did not reach the window");
    }
}

fn everything_changed(engine: &Engine) -> EventBatch {
    let events = vec![
        Event::VaultChanged { phase: engine.vault_state().phase },
        Event::AccountsChanged { ids: None },
        Event::PoolsChanged,
        Event::SettingsChanged,
        Event::PreferencesChanged,
    ];
    EventBatch { version: EVENTS_VERSION, events }
}
