//! Puts the parts together. No rule of the business lives here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use roster_engine::{CheckLimits, Engine, EngineConfig, Event, EventBatch, KdfParams, Network, Ports, VaultPhase};
use roster_platform::HttpFactory;
use tauri::{AppHandle, Manager, RunEvent, WebviewWindow, WindowEvent};

use crate::{
    args::Options,
    browser::SystemBrowser,
    clipboard::SystemClipboard,
    commands,
    dialogs::SystemDialogs,
    door::Door,
    feed,
    frame::Frame,
    guests::Guests,
    hardening::Hardening,
    keychain::SystemKeychain,
    lifetime::{self, Lifetime},
    logs::{Logs, LogsError},
    network::Addresses,
    notifier::DesktopNotifier,
    outside,
    places::{Places, PlacesError},
    renewal::{self, Renewal},
    tray::Tray,
    watch, windows,
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
    #[error("there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set. Start Roster in a desktop session.")]
    NoDisplay,
    #[error("the network client did not start: {0}")]
    Http(#[from] roster_platform::Error),
    #[error(transparent)]
    Outside(#[from] outside::OutsideError),
    #[error("the thread of the clipboard did not start: {0}")]
    Clipboard(#[source] std::io::Error),
    #[error("the window system did not start: {0}")]
    Window(#[from] tauri::Error),
}

/// The parts that live as long as the program.
pub(crate) struct Shell {
    pub(crate) engine: Engine,
    pub(crate) door: Door,
    pub(crate) lifetime: Lifetime,
    places: Places,
    logs: Logs,
    tray: Mutex<Tray>,
    frame: Mutex<Option<Frame>>,
    renewal: Renewal,
}

/// Runs the program until it is told to quit.
///
/// # Errors
/// [`StartError`] when a part it cannot do without is missing.
pub(crate) fn run(options: Options, hardening: Hardening) -> Result<(), StartError> {
    let places = Places::resolve(options.data_dir.clone())?.prepare()?;
    let logs = Logs::start(&places.logs())?;
    // Without the lock this is a second start: the single-instance plugin hands over to the first and ends this
    // process. Only where it cannot (no session bus) does the start fail below.
    let lock = places.lock()?;
    let context = tauri::generate_context!();
    let instance = places.instance_name(&context.config().identifier);
    if !has_display() {
        return Err(StartError::NoDisplay);
    }
    let app = tauri::Builder::default()
        .plugin(
            tauri_plugin_single_instance::Builder::new()
                .dbus_id(instance)
                .callback(|app, _, _| windows::show_main(app))
                .build(),
        )
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(tauri::generate_handler![commands::call, commands::window_close])
        .build(context)?;
    if lock.is_none() {
        return Err(StartError::AlreadyRunning);
    }
    set_up(app.handle(), &options, places, (logs, hardening))?;
    app.run(|app, event| {
        if let RunEvent::ExitRequested { api, .. } = &event
            && !app.state::<Shell>().lifetime.is_finished()
        {
            api.prevent_exit();
            lifetime::quit(app);
        }
    });
    drop(lock);
    Ok(())
}

/// The window library does not answer without a display, it aborts.
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

fn set_up(
    app: &AppHandle,
    options: &Options,
    places: Places,
    (logs, hardening): (Logs, Hardening),
) -> Result<(), StartError> {
    tracing::info!(version = env!("CARGO_PKG_VERSION"), data = %places.data.display(), "started");
    // First the window, hidden: the web view's processes start while the rest is put together here. Its page is
    // served by the event loop, which runs after this, so nothing it asks comes too early.
    let frame = Frame::load(&places.window_file());
    let window = windows::open_main(app, &places, frame)?;
    tracing::debug!("window made");
    let engine = make_engine(app, options, &places)?;
    tracing::debug!("engine made");
    let preferences = engine.preferences();
    windows::dress(&window, &preferences)?;
    logs.set_level(preferences.log_level);

    let about = roster_api::Places {
        data_dir: places.data.clone(),
        log_dir: Some(places.logs()),
        core_dumps_off: hardening.core_dumps_off,
    };
    let routes = roster_api::api_router(engine.clone()).merge(roster_api::desktop_router(engine.clone(), about));
    let tray = Tray::put(app, &engine, &places.tray());
    tracing::debug!("tray put");
    app.manage(Shell {
        engine: engine.clone(),
        door: Door::new(routes),
        lifetime: Lifetime::default(),
        places,
        logs,
        tray: Mutex::new(tray),
        frame: Mutex::new(frame),
        renewal: Renewal::default(),
    });
    ask_before_closing(&window);
    feed::carry(app.clone(), &engine);
    watch::start(&engine);
    lifetime::quit_on_signals(app.clone());
    Ok(())
}

fn ask_before_closing(window: &WebviewWindow) {
    let closing = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
            lifetime::close_requested(&closing);
        }
    });
}

fn make_engine(app: &AppHandle, options: &Options, places: &Places) -> Result<Engine, StartError> {
    let outside = outside::Outside::of(options)?;
    let notifier = Arc::new(DesktopNotifier::new(app.clone()));
    let http = HttpFactory::new(outside.http)?;
    let _runtime = tauri::async_runtime::handle().inner().enter();
    let network: Arc<dyn Network> =
        if outside.always_online { Arc::new(roster_engine::AlwaysOnline::new()) } else { Arc::new(Addresses::watch()) };
    let engine = Engine::new(EngineConfig {
        data_dir: places.data.clone(),
        adapters: roster_platforms::all(&outside.adapters),
        http,
        ports: Ports {
            notifier: Arc::<DesktopNotifier>::clone(&notifier),
            network,
            keychain: Arc::new(SystemKeychain::new()),
            clipboard: Arc::new(SystemClipboard::start().map_err(StartError::Clipboard)?),
            files: Arc::new(SystemDialogs::new(app.clone())),
            windows: Arc::new(Guests::new(app.clone(), outside.mapping)),
            browser: Arc::new(SystemBrowser),
            ..Ports::bare()
        },
        kdf: KdfParams::default(),
        limits: CheckLimits::default(),
    });
    notifier.belongs_to(engine.clone());
    Ok(engine)
}

impl Shell {
    /// Follows what the engine tells.
    pub(crate) fn heard(&self, app: &AppHandle, batch: &EventBatch) {
        let mut counts = false;
        for event in &batch.events {
            match event {
                Event::PreferencesChanged => {
                    counts = true;
                    self.follow_preferences(app);
                }
                Event::VaultChanged { phase } => {
                    counts = true;
                    // The engine has closed them in order; this is for one that did not go.
                    if matches!(phase, VaultPhase::Locked | VaultPhase::Absent) {
                        windows::close_others(app);
                    }
                    self.renew_page(app, *phase);
                }
                Event::AccountsChanged { .. } | Event::AccountDied { .. } => counts = true,
                Event::LoginChanged { .. }
                | Event::JobChanged { .. }
                | Event::PoolsChanged
                | Event::SettingsChanged
                | Event::WindowOpened { .. }
                | Event::WindowClosed { .. }
                | Event::OtherPersonFound { .. }
                | Event::UndoOffered { .. } => {}
            }
        }
        if counts {
            guard(&self.tray).refresh(&self.engine);
        }
    }

    fn follow_preferences(&self, app: &AppHandle) {
        let preferences = self.engine.preferences();
        self.logs.set_level(preferences.log_level);
        if let Some(window) = app.get_webview_window(windows::MAIN)
            && let Err(error) = windows::dress(&window, &preferences)
        {
            tracing::warn!(%error, "the window could not follow the preferences");
        }
    }

    fn renew_page(&self, app: &AppHandle, phase: VaultPhase) {
        if self.renewal.is_due(phase)
            && let Some(window) = app.get_webview_window(windows::MAIN)
            && let Err(error) = renewal::renew(&window)
        {
            tracing::error!(%error, "the page could not be made anew");
        }
    }

    /// Keeps where the window is for the next start.
    pub(crate) fn remember_frame(&self, window: &WebviewWindow) {
        let mut known = guard(&self.frame);
        let saved = Frame::of(window, *known).map_err(std::io::Error::other).and_then(|frame| {
            *known = Some(frame);
            frame.save(&self.places.window_file())
        });
        if let Err(error) = saved {
            tracing::warn!(%error, "the window's place could not be kept");
        }
    }

    /// Whether a hidden window could be found again.
    pub(crate) fn tray_is_reachable(&self) -> bool {
        guard(&self.tray).is_reachable()
    }
}

/// What these locks guard is whole at every step, so a panic elsewhere does not make it unusable.
fn guard<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
