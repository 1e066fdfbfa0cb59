//! Telling the owner that accounts stopped being usable: together, and not again and again.

use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;

use crate::{DiedAccount, Event, Notice, storage::Upkeep, unlocked::Unlocked};

/// What dies within this time is told together.
const TOGETHER: Duration = Duration::from_secs(5);
/// How often the owner is told of one account …
const TIMES: usize = 2;
/// … within this time, in seconds.
const WITHIN_S: i64 = 24 * 3600;

/// The accounts that wait to be told of, and since when.
#[derive(Debug, Default)]
pub(crate) struct Deaths(Mutex<Option<(Timestamp, Vec<DiedAccount>)>>);

impl Deaths {
    /// When those that wait are told of.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        let since = self.0.lock().as_ref().map(|(since, _)| *since)?;
        since.checked_add(TOGETHER).ok()
    }
}

impl Unlocked {
    /// Whether the owner may be told of this account once more; if so, it is noted.
    pub(super) fn may_tell(&self, upkeep: &mut Upkeep, now: Timestamp) -> bool {
        if !self.settings.read().notify {
            return false;
        }
        upkeep.told_at.retain(|at| now.as_second() - at.as_second() < WITHIN_S);
        if upkeep.told_at.len() >= TIMES {
            return false;
        }
        upkeep.told_at.push_back(now);
        true
    }

    /// Says that an account died: to the windows at once, to the owner with whatever else dies now.
    pub(super) fn announce(&self, died: DiedAccount, tell: bool) {
        self.core.events.emit(Event::AccountDied {
            account_id: died.account_id.clone(),
            name: died.name.clone(),
            platform: died.platform.clone(),
            reason: died.reason,
        });
        if !tell {
            return;
        }
        self.deaths.0.lock().get_or_insert_with(|| (self.now(), Vec::new())).1.push(died);
        self.jobs.wake();
    }

    /// Tells of all that wait.
    pub(crate) fn tell_deaths(&self) {
        if let Some((_, accounts)) = self.deaths.0.lock().take() {
            self.core.ports.notifier.notify(Notice::AccountsDied(accounts));
        }
    }
}
