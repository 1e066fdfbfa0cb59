//! Going back in time: sealed copies of the whole vault, what they hold, and bringing it back.

mod take;
mod types;

pub use types::{Restored, SnapshotItem, SnapshotPreview, SnapshotView};
