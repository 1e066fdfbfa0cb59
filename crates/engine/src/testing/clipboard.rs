//! A clipboard in the test's hand.

use async_trait::async_trait;
use parking_lot::Mutex;
use roster_domain::Secret;

use crate::{Clipboard, ClipboardError};

/// Remembers what lies on it, and may be broken.
#[derive(Debug, Default)]
pub(crate) struct FakeClipboard {
    content: Mutex<Option<Secret<String>>>,
    broken: Mutex<Option<ClipboardError>>,
}

impl FakeClipboard {
    pub(crate) fn content(&self) -> Option<String> {
        self.content.lock().as_ref().map(|text| text.expose().clone())
    }

    pub(crate) fn breaks(&self, with: ClipboardError) {
        *self.broken.lock() = Some(with);
    }
}

#[async_trait]
impl Clipboard for FakeClipboard {
    async fn copy_secret(&self, text: Secret<String>) -> Result<(), ClipboardError> {
        if let Some(error) = self.broken.lock().clone() {
            return Err(error);
        }
        *self.content.lock() = Some(text);
        Ok(())
    }

    async fn forget(&self) {
        *self.content.lock() = None;
    }
}
