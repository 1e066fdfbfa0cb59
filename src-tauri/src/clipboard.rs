//! The system's clipboard, for secrets: marked as one, and taken away again.
//!
//! A thread of its own owns it, because a clipboard asks other programs, which may take their time. After the copy only
//! a keyed hash of the text stays here: enough to see whether what lies on the clipboard is still ours.

use std::{
    hash::{BuildHasher, RandomState},
    sync::mpsc::{self, RecvTimeoutError},
    time::{Duration, Instant},
};

use arboard::{Clipboard as Board, Error as BoardError, Set};
use async_trait::async_trait;
use roster_domain::Secret;
use roster_engine::{Clipboard, ClipboardError, SECRET_ON_CLIPBOARD};
use tokio::sync::oneshot;

/// The longest that copying waits for the clipboard …
const COPY_AT_MOST: Duration = Duration::from_secs(3);
/// … and locking.
const FORGET_AT_MOST: Duration = Duration::from_secs(1);

enum Order {
    Copy(Secret<String>, oneshot::Sender<Result<(), ClipboardError>>),
    Forget(oneshot::Sender<()>),
}

/// The system's clipboard.
#[derive(Debug)]
pub(crate) struct SystemClipboard {
    orders: mpsc::Sender<Order>,
}

impl SystemClipboard {
    /// Starts its thread. A secret stays for [`SECRET_ON_CLIPBOARD`].
    pub(crate) fn start() -> std::io::Result<Self> {
        Self::with_stay(SECRET_ON_CLIPBOARD)
    }

    fn with_stay(stay: Duration) -> std::io::Result<Self> {
        let (orders, taken) = mpsc::channel();
        let thread = std::thread::Builder::new().name(String::from("clipboard"));
        thread.spawn(move || Keeper { stay, hasher: RandomState::new(), held: None }.serve(&taken))?;
        Ok(Self { orders })
    }
}

#[async_trait]
impl Clipboard for SystemClipboard {
    async fn copy_secret(&self, text: Secret<String>) -> Result<(), ClipboardError> {
        let (done, copied) = oneshot::channel();
        let order = Order::Copy(text, done);
        if self.orders.send(order).is_err() {
            return Err(ClipboardError::Unavailable);
        }
        match tokio::time::timeout(COPY_AT_MOST, copied).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(ClipboardError::Unavailable),
            Err(_) => Err(ClipboardError::Failed { message: String::from("it did not answer") }),
        }
    }

    async fn forget(&self) {
        let (done, forgotten) = oneshot::channel();
        if self.orders.send(Order::Forget(done)).is_ok()
            && tokio::time::timeout(FORGET_AT_MOST, forgotten).await.is_err()
        {
            tracing::warn!("the clipboard did not answer while a secret was to be taken off it");
        }
    }
}

/// What lies on the clipboard because of us.
struct Held {
    board: Board,
    mark: u64,
    until: Instant,
}

/// The thread's own state.
struct Keeper {
    stay: Duration,
    hasher: RandomState,
    held: Option<Held>,
}

impl Keeper {
    fn serve(mut self, orders: &mpsc::Receiver<Order>) {
        loop {
            let order = match &self.held {
                None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(held) => orders.recv_timeout(held.until.saturating_duration_since(Instant::now())),
            };
            match order {
                Ok(Order::Copy(text, done)) => {
                    // Whoever asked and went away does not get a secret on their clipboard afterwards.
                    if !done.is_closed() {
                        let _ = done.send(self.copy(&text));
                    }
                }
                Ok(Order::Forget(done)) => {
                    self.forget();
                    let _ = done.send(());
                }
                Err(RecvTimeoutError::Timeout) => self.forget(),
                Err(RecvTimeoutError::Disconnected) => return self.forget(),
            }
        }
    }

    fn copy(&mut self, text: &Secret<String>) -> Result<(), ClipboardError> {
        if let Some(held) = &mut self.held {
            marked(held.board.set()).text(text.expose().as_str()).map_err(meaning)?;
            held.mark = self.hasher.hash_one(text.expose());
            held.until = Instant::now() + self.stay;
            return Ok(());
        }
        let mut board = Board::new().map_err(|_| ClipboardError::Unavailable)?;
        marked(board.set()).text(text.expose().as_str()).map_err(meaning)?;
        let mark = self.hasher.hash_one(text.expose());
        self.held = Some(Held { board, mark, until: Instant::now() + self.stay });
        Ok(())
    }

    /// Clears the clipboard when what lies there is what was put there.
    fn forget(&mut self) {
        let Some(mut held) = self.held.take() else { return };
        let ours = held.board.get_text().map(|text| {
            let text = Secret::new(text);
            self.hasher.hash_one(text.expose()) == held.mark
        });
        match ours {
            Ok(true) => {
                if let Err(error) = held.board.clear() {
                    tracing::warn!(error = %shown(&error), "a secret could not be taken off the clipboard");
                }
            }
            // Something else lies there, or nothing that is a text.
            Ok(false) | Err(BoardError::ContentNotAvailable) => {}
            Err(error) => {
                tracing::warn!(error = %shown(&error), "whether a secret still lies on the clipboard is not known");
            }
        }
    }
}

/// Tells clipboard managers not to keep it.
#[cfg(target_os = "linux")]
fn marked(set: Set<'_>) -> Set<'_> {
    arboard::SetExtLinux::exclude_from_history(set)
}

/// Tells clipboard managers not to keep it.
#[cfg(target_os = "macos")]
fn marked(set: Set<'_>) -> Set<'_> {
    arboard::SetExtApple::exclude_from_history(set)
}

/// Tells clipboard managers, and the system's own history and cloud, not to keep it.
#[cfg(windows)]
fn marked(set: Set<'_>) -> Set<'_> {
    use arboard::SetExtWindows;

    set.exclude_from_monitoring().exclude_from_history().exclude_from_cloud()
}

fn meaning(error: BoardError) -> ClipboardError {
    match error {
        BoardError::ClipboardNotSupported => ClipboardError::Unavailable,
        other => ClipboardError::Failed { message: shown(&other).to_owned() },
    }
}

/// The kind of an error; its own words may be anybody's.
fn shown(error: &BoardError) -> &'static str {
    match error {
        BoardError::ContentNotAvailable => "nothing there",
        BoardError::ClipboardNotSupported => "not supported here",
        BoardError::ClipboardOccupied => "in use by another program",
        BoardError::ConversionFailure => "not a text",
        _ => "an error of the system",
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
