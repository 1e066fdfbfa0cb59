//! What the owner has set and the vault seals.

use serde::{Deserialize, Serialize};

use crate::{Engine, Error, Event, Problem, storage::Batch};

/// The shortest interval between periodic checks that an owner may choose, in minutes.
pub const HEALTH_INTERVAL_FLOOR_MINUTES: u32 = 15;

/// How close the rows of the account list are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListDensity {
    /// Close.
    Compact,
    /// As usual.
    #[default]
    Normal,
    /// Cards instead of rows.
    Cards,
}

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whether accounts are checked by themselves.
    pub health_enabled: bool,
    /// How often, in minutes; at least [`HEALTH_INTERVAL_FLOOR_MINUTES`]. A platform's own minimum counts too.
    pub health_interval_minutes: u32,
    /// Lock after this many minutes without the owner; 0 is never.
    pub lock_after_minutes: u32,
    /// Lock when the machine goes to sleep.
    pub lock_on_suspend: bool,
    /// Lock when the desktop's own lock closes the screen.
    pub lock_on_screen_lock: bool,
    /// Tell the owner when an account dies.
    pub notify: bool,
    /// The columns of the account list, in order, by the UI's names; empty is the UI's own choice.
    pub list_columns: Vec<String>,
    /// How close its rows are.
    pub list_density: ListDensity,
    /// Its order, by the UI's name; empty is the UI's own choice.
    pub list_sort: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            health_enabled: true,
            health_interval_minutes: 6 * 60,
            lock_after_minutes: 5,
            lock_on_suspend: true,
            lock_on_screen_lock: true,
            notify: true,
            list_columns: Vec::new(),
            list_density: ListDensity::default(),
            list_sort: String::new(),
        }
    }
}

/// The longest interval and the longest time until the automatic lock, in minutes: thirty days.
const LONGEST_MINUTES: u32 = 30 * 24 * 60;
/// More columns than any list has.
const MOST_COLUMNS: usize = 64;

impl Settings {
    fn check(&self) -> Result<(), Error> {
        let range = |field, value: u32, min: u32| {
            let problem = Problem::OutOfRange { min: u64::from(min), max: u64::from(LONGEST_MINUTES) };
            if (min..=LONGEST_MINUTES).contains(&value) { Ok(()) } else { Err(Error::invalid(field, problem)) }
        };
        range("health_interval_minutes", self.health_interval_minutes, HEALTH_INTERVAL_FLOOR_MINUTES)?;
        range("lock_after_minutes", self.lock_after_minutes, 0)?;
        if self.list_columns.len() > MOST_COLUMNS || self.list_columns.iter().any(|name| name.len() > 64) {
            return Err(Error::invalid("list_columns", Problem::TooLong { max: MOST_COLUMNS }));
        }
        if self.list_sort.len() > 64 {
            return Err(Error::invalid("list_sort", Problem::TooLong { max: 64 }));
        }
        Ok(())
    }
}

impl Engine {
    /// The settings.
    ///
    /// # Errors
    /// [`Error::VaultLocked`], [`Error::VaultAbsent`], [`Error::VaultBusy`]
    pub fn settings(&self) -> Result<Settings, Error> {
        Ok(self.open()?.settings.read().clone())
    }

    /// Replaces the settings.
    ///
    /// # Errors
    /// As [`Engine::settings`]; [`Error::InvalidRequest`], [`Error::Storage`].
    pub async fn update_settings(&self, settings: Settings) -> Result<Settings, Error> {
        let open = self.open()?;
        settings.check()?;
        open.whole(move |open| async move {
            let _one_at_a_time = open.settings_write.lock().await;
            let mut batch = Batch::new();
            batch.settings(&settings);
            open.store.commit(batch).await?;
            open.settings.write().clone_from(&settings);
            open.touch();
            open.reschedule();
            open.core.events.emit(Event::SettingsChanged);
            Ok(settings)
        })
        .await
    }
}
