//! Settings and preferences.

use roster_engine::{CAN_HIDE_FROM_CAPTURE, Preferences, Settings};

use crate::{
    access::Places,
    wire::{
        settings::{PreferencesBody, SettingsBody},
        vault::{AboutView, OnOff, YesNo},
    },
};

impl AboutView {
    /// This program, and where it keeps things.
    pub(crate) fn of(places: &Places, memory_locked: bool) -> Self {
        Self {
            name: String::from("Roster"),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            licence: env!("CARGO_PKG_LICENSE").to_owned(),
            data_dir: places.data_dir.display().to_string(),
            log_dir: places.log_dir.as_ref().map(|dir| dir.display().to_string()),
            screen_protection: if CAN_HIDE_FROM_CAPTURE { YesNo::Yes } else { YesNo::No },
            core_dumps: if places.core_dumps_off { OnOff::Off } else { OnOff::On },
            memory_locked,
        }
    }
}

impl From<Settings> for SettingsBody {
    fn from(settings: Settings) -> Self {
        Self {
            health_enabled: settings.health_enabled,
            health_interval_minutes: settings.health_interval_minutes,
            lock_after_minutes: settings.lock_after_minutes,
            lock_on_suspend: settings.lock_on_suspend,
            lock_on_screen_lock: settings.lock_on_screen_lock,
            notify: settings.notify,
            list_columns: settings.list_columns,
            list_density: settings.list_density.into(),
            list_sort: settings.list_sort,
        }
    }
}

impl From<SettingsBody> for Settings {
    fn from(body: SettingsBody) -> Self {
        Self {
            health_enabled: body.health_enabled,
            health_interval_minutes: body.health_interval_minutes,
            lock_after_minutes: body.lock_after_minutes,
            lock_on_suspend: body.lock_on_suspend,
            lock_on_screen_lock: body.lock_on_screen_lock,
            notify: body.notify,
            list_columns: body.list_columns,
            list_density: body.list_density.into(),
            list_sort: body.list_sort,
        }
    }
}

impl From<Preferences> for PreferencesBody {
    fn from(preferences: Preferences) -> Self {
        Self {
            language: preferences.language.into(),
            theme: preferences.theme.into(),
            log_level: preferences.log_level.into(),
            on_close: preferences.on_close.into(),
            hide_from_capture: preferences.hide_from_capture,
        }
    }
}

impl From<PreferencesBody> for Preferences {
    fn from(body: PreferencesBody) -> Self {
        Self {
            language: body.language.into(),
            theme: body.theme.into(),
            log_level: body.log_level.into(),
            on_close: body.on_close.into(),
            hide_from_capture: body.hide_from_capture,
        }
    }
}
