//! Going back in time: sealed copies of the whole vault, what they hold, and bringing it back.

mod take;
mod types;

pub use types::{Restored, SnapshotItem, SnapshotPreview, SnapshotView};

/// How many snapshots are kept: so many of the newest, and the newest of so many days.
pub const SNAPSHOTS_KEPT: (u32, u32) = roster_vault::SNAPSHOTS_KEPT;
