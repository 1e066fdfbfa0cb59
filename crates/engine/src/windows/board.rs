//! The windows that are open.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use roster_domain::{AccountId, LoginId};
use tokio_util::sync::CancellationToken;

use crate::PlatformWindow;

/// Whose window it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    /// A login's.
    Login(LoginId),
    /// An account's that is opened logged in.
    Account(AccountId),
}

#[derive(Debug, Clone)]
struct Entry {
    /// `None` while it is being opened.
    window: Option<Arc<dyn PlatformWindow>>,
    close: CancellationToken,
}

/// Every window by its owner, one for each.
#[derive(Debug, Default)]
pub(crate) struct WindowBoard(Arc<Mutex<HashMap<Owner, Entry>>>);

/// A place on the board; it is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    board: Arc<Mutex<HashMap<Owner, Entry>>>,
    owner: Owner,
    /// The owner of the vault wants the window closed.
    pub(super) close: CancellationToken,
}

impl WindowBoard {
    /// Takes the place of a window that is about to be opened; `None` when there is one already.
    pub(crate) fn take(&self, owner: Owner) -> Option<Place> {
        let mut board = self.0.lock();
        if board.contains_key(&owner) {
            return None;
        }
        let close = CancellationToken::new();
        board.insert(owner.clone(), Entry { window: None, close: close.clone() });
        Some(Place { board: Arc::clone(&self.0), owner, close })
    }

    /// Whether there is one, or will be in a moment.
    pub(crate) fn has(&self, owner: &Owner) -> bool {
        self.0.lock().contains_key(owner)
    }

    /// The window itself.
    pub(super) fn window(&self, owner: &Owner) -> Option<Arc<dyn PlatformWindow>> {
        self.0.lock().get(owner).and_then(|entry| entry.window.clone())
    }

    /// Asks whoever watches a window to close it; answers whether there is one.
    pub(super) fn close(&self, owner: &Owner) -> bool {
        let board = self.0.lock();
        let entry = board.get(owner);
        entry.inspect(|entry| entry.close.cancel()).is_some()
    }
}

impl Place {
    /// The window is there.
    pub(crate) fn fill(&self, window: Arc<dyn PlatformWindow>) {
        if let Some(entry) = self.board.lock().get_mut(&self.owner) {
            entry.window = Some(window);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.board.lock().remove(&self.owner);
    }
}
