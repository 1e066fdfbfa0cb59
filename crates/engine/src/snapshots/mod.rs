//! Going back in time: sealed copies of the whole vault, what they hold, and bringing it back.

mod compare;
mod pools;
mod preview;
mod restore;
mod take;
mod types;

pub(crate) use compare::said_the_same;
pub use types::{Restored, SnapshotItem, SnapshotPreview, SnapshotView};

/// How many snapshots are kept: so many of the newest, and the newest of so many days.
pub const SNAPSHOTS_KEPT: (u32, u32) = roster_vault::SNAPSHOTS_KEPT;

#[cfg(test)]
mod tests;
