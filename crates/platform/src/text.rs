//! A few words of an adapter's own, in both languages.

use serde::Serialize;

/// What a form, a field or an operation is called. The app has words for everything that all platforms share; what
/// only one platform has is named by its adapter, so that it needs no change of the UI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Text {
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

impl Text {
    /// The same thing in both languages.
    pub const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en }
    }
}
