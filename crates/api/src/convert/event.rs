//! Events.

use roster_engine::{Event as Happened, EventBatch as Batch, WindowEnd as End};

use crate::wire::event::{Event, EventBatch, WindowEnd};

impl From<Batch> for EventBatch {
    fn from(batch: Batch) -> Self {
        Self { version: batch.version, events: batch.events.into_iter().map(Event::from).collect() }
    }
}

impl From<End> for WindowEnd {
    fn from(end: End) -> Self {
        match end {
            End::Closed => Self::Closed,
            End::OtherProxy => Self::OtherProxy,
            End::Locked => Self::Locked,
            End::Lost => Self::Lost,
        }
    }
}

impl From<Happened> for Event {
    fn from(event: Happened) -> Self {
        match event {
            Happened::VaultChanged { phase } => Self::VaultChanged { phase: phase.into() },
            Happened::AccountsChanged { ids } => {
                Self::AccountsChanged { ids: ids.map(|ids| ids.into_iter().map(String::from).collect()) }
            }
            Happened::LoginChanged { session_id } => Self::LoginChanged { session_id: session_id.into() },
            Happened::JobChanged { job } => Self::JobChanged { job: (*job).into() },
            Happened::PoolsChanged => Self::PoolsChanged,
            Happened::SettingsChanged => Self::SettingsChanged,
            Happened::PreferencesChanged => Self::PreferencesChanged,
            Happened::WindowOpened { account_id } => Self::WindowOpened { account_id: account_id.into() },
            Happened::WindowClosed { account_id, saved, logged_out, reason } => {
                let reason = reason.into();
                Self::WindowClosed { account_id: account_id.into(), saved, logged_out, reason }
            }
            Happened::OtherPersonFound { account_id, session_id } => {
                Self::OtherPersonFound { account_id: account_id.into(), session_id: session_id.into() }
            }
            Happened::UndoOffered { undo_id, what, count } => {
                Self::UndoOffered { undo_id: undo_id.to_string(), what: what.into(), count }
            }
            Happened::AccountDied { account_id, name, platform, reason } => Self::AccountDied {
                account_id: account_id.into(),
                name,
                platform: platform.into(),
                reason: reason.into(),
            },
        }
    }
}
