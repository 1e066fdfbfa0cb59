//! logind: the machine is about to sleep, or this login is being locked.

use std::time::Duration;

use futures_util::StreamExt;
use roster_engine::LockReason;
use zbus::zvariant::{OwnedFd, OwnedObjectPath};

use super::{Bus, VaultLock};

/// How long to wait before looking for logind again. Systems without it are asked twice a minute, which costs nothing.
const AGAIN: Duration = Duration::from_secs(30);

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1",
    gen_blocking = false
)]
trait Manager {
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;
    fn get_session(&self, id: &str) -> zbus::Result<OwnedObjectPath>;
    #[zbus(signal)]
    fn prepare_for_sleep(&self, begins: bool) -> zbus::Result<()>;
}

#[zbus::proxy(
    interface = "org.freedesktop.login1.Session",
    default_service = "org.freedesktop.login1",
    gen_blocking = false
)]
trait LoginSession {
    #[zbus(signal)]
    fn lock(&self) -> zbus::Result<()>;
    #[zbus(property)]
    fn locked_hint(&self) -> zbus::Result<bool>;
}

/// Listens as long as the program runs.
pub(super) async fn watch(bus: Bus, lock: VaultLock) {
    loop {
        if let Err(error) = listen(&bus, &lock).await {
            tracing::debug!(%error, "logind does not tell of sleep and lock");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Listens until the bus goes away.
async fn listen(bus: &Bus, lock: &VaultLock) -> zbus::Result<()> {
    let connection = bus.connect().await?;
    let manager = ManagerProxy::new(&connection).await?;
    let mut sleeps = manager.receive_prepare_for_sleep().await?;
    let session = own_session(&connection, &manager).await;
    let mut locks = match &session {
        Some(session) => session.receive_lock().await?.map(|_| true).boxed(),
        None => futures_util::stream::pending().boxed(),
    };
    let mut hints = match &session {
        Some(session) => session
            .receive_locked_hint_changed()
            .await
            .then(|changed| async move { changed.get().await.unwrap_or(false) })
            .boxed(),
        None => futures_util::stream::pending().boxed(),
    };
    // Last: whoever sees the delay knows that everything is heard.
    let mut delay = hold_sleep(&manager).await;
    tracing::debug!(delays = delay.is_some(), session = session.is_some(), "listening to logind");
    loop {
        let screen = tokio::select! {
            sleep = sleeps.next() => {
                let Some(sleep) = sleep else { return Ok(()) };
                if sleep.args()?.begins {
                    lock.because(LockReason::Suspend, |settings| settings.lock_on_suspend).await;
                    // The machine sleeps when the last who delays it lets go.
                    drop(delay.take());
                } else if delay.is_none() {
                    delay = hold_sleep(&manager).await;
                }
                continue;
            }
            Some(locked) = locks.next() => locked,
            Some(locked) = hints.next() => locked,
        };
        if screen {
            lock.because(LockReason::ScreenLock, |settings| settings.lock_on_screen_lock).await;
        }
    }
}

/// Asks logind to wait for the lock before each sleep. Where it refuses, the lock still begins with the signal.
async fn hold_sleep(manager: &ManagerProxy<'_>) -> Option<OwnedFd> {
    match manager.inhibit("sleep", "Roster", "Locks the vault", "delay").await {
        Ok(held) => Some(held),
        Err(error) => {
            tracing::debug!(%error, "logind will not wait for the lock");
            None
        }
    }
}

/// The login this program belongs to.
async fn own_session<'a>(connection: &zbus::Connection, manager: &ManagerProxy<'_>) -> Option<LoginSessionProxy<'a>> {
    let named = std::env::var("XDG_SESSION_ID").ok();
    let mut path = None;
    for id in named.as_deref().into_iter().chain(["auto"]) {
        path = manager.get_session(id).await.ok();
        if path.is_some() {
            break;
        }
    }
    let session = LoginSessionProxy::builder(connection).path(path?).ok()?.build().await;
    session.inspect_err(|error| tracing::debug!(%error, "the login could not be watched")).ok()
}
