//! Windows of the platforms.

use serde::Serialize;
use utoipa::ToSchema;

/// An account's window is there.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountOpenedView {
    /// Whether it was opened now; one that was open already came to the front.
    pub opened: bool,
}

/// An account's window goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountClosedView {
    /// Whether there was one. The event `window_closed` says when it is gone, and what it left behind.
    pub closed: bool,
}
