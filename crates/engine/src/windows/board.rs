//! The windows that are open.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use parking_lot::Mutex;
use roster_domain::{AccountId, LoginId};
use tokio_util::sync::CancellationToken;

use crate::{PlatformWindow, WindowEnd};

/// Whose window it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    /// A login's.
    Login(LoginId),
    /// An account's that is opened logged in.
    Account(AccountId),
}

/// An account, and its proxy by its hash when the window's way out was chosen.
pub(super) type Way = (AccountId, Option<String>);

#[derive(Debug, Clone)]
struct Entry {
    /// `None` while it is being opened.
    window: Option<Arc<dyn PlatformWindow>>,
    /// Whose way out it has.
    way: Option<Way>,
    close: CancellationToken,
    why: Arc<OnceLock<WindowEnd>>,
}

impl Entry {
    fn close(&self, why: WindowEnd) {
        // The first reason is the reason.
        let _ = self.why.set(why);
        self.close.cancel();
    }
}

/// Every window by its owner, one for each.
#[derive(Debug, Default)]
pub(crate) struct WindowBoard(Arc<Mutex<HashMap<Owner, Entry>>>);

/// A place on the board; it is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    board: Arc<Mutex<HashMap<Owner, Entry>>>,
    owner: Owner,
    /// The window is to be closed.
    pub(crate) close: CancellationToken,
    why: Arc<OnceLock<WindowEnd>>,
}

impl WindowBoard {
    /// Takes the place of a window that is about to be opened; `None` when there is one already. Take it before its way
    /// out is read: a change of that is noticed from here on.
    pub(super) fn take(&self, owner: Owner, way: Option<Way>) -> Option<Place> {
        let mut board = self.0.lock();
        if board.contains_key(&owner) {
            return None;
        }
        let entry = Entry { window: None, way, close: CancellationToken::new(), why: Arc::default() };
        let (close, why) = (entry.close.clone(), Arc::clone(&entry.why));
        board.insert(owner.clone(), entry);
        Some(Place { board: Arc::clone(&self.0), owner, close, why })
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
        entry.inspect(|entry| entry.close(WindowEnd::Closed)).is_some()
    }

    /// The same for every window whose account has another way out by now.
    pub(super) fn close_where(&self, is_another: impl Fn(&Way) -> bool) {
        let board = self.0.lock();
        let old = board.values().filter(|entry| entry.way.as_ref().is_some_and(&is_another));
        old.for_each(|entry| entry.close(WindowEnd::OtherProxy));
    }
}

impl Place {
    /// Why it is to be closed.
    pub(crate) fn why(&self) -> WindowEnd {
        self.why.get().copied().unwrap_or(WindowEnd::Closed)
    }

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
