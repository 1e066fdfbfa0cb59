//! Settings (in the vault) and preferences (beside it).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::words;

/// What the owner set; kept in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsBody {
    /// Whether accounts are checked by themselves.
    pub health_enabled: bool,
    /// How often, in minutes.
    #[schema(minimum = 15, maximum = 43_200)]
    pub health_interval_minutes: u32,
    /// Lock after so many idle minutes; 0 for never.
    #[schema(maximum = 43_200)]
    pub lock_after_minutes: u32,
    /// Whether to lock when the machine goes to sleep.
    pub lock_on_suspend: bool,
    /// Whether to lock when the desktop locks the screen.
    pub lock_on_screen_lock: bool,
    /// Whether to notify when an account dies.
    pub notify: bool,
    /// The columns of the account list, in order.
    #[schema(max_items = 64)]
    pub list_columns: Vec<String>,
    /// How close the rows are.
    pub list_density: ListDensity,
    /// How the list is sorted: a sort key, with `-` before it for backwards.
    #[schema(max_length = 64)]
    pub list_sort: String,
}

words! {
    /// How close the rows are.
    ListDensity mirrors roster_engine::ListDensity {
        /// Many rows.
        Compact,
        /// Some air.
        Normal,
        /// Cards.
        Cards,
    }
}

/// What must be known while the vault is locked; nothing in it says anything about accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferencesBody {
    /// The language.
    pub language: Language,
    /// The theme.
    pub theme: Theme,
    /// How much the log says.
    pub log_level: LogLevel,
    /// What closing the window does.
    pub on_close: OnClose,
    /// Whether to keep the window out of screenshots and recordings, where the system can (`AboutView`).
    pub hide_from_capture: bool,
}

words! {
    /// The language.
    Language mirrors roster_engine::Language {
        /// The system's.
        #[serde(rename = "system")]
        System,
        /// Chinese.
        #[serde(rename = "zh-CN")]
        Chinese,
        /// English.
        #[serde(rename = "en")]
        English,
    }
}

words! {
    /// The theme.
    Theme mirrors roster_engine::Theme {
        /// The system's.
        System,
        /// Light.
        Light,
        /// Dark.
        Dark,
    }
}

words! {
    /// How much the log says.
    LogLevel mirrors roster_engine::LogLevel {
        /// Faults only.
        Error,
        /// And what may become one.
        Warn,
        /// And what happens.
        Info,
        /// And why.
        Debug,
        /// Everything.
        Trace,
    }
}

words! {
    /// What closing the window does.
    OnClose mirrors roster_engine::OnClose {
        /// Ask once.
        Ask,
        /// Go on in the tray.
        Tray,
        /// Quit.
        Quit,
    }
}
