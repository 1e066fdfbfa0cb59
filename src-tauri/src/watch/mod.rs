//! Locks when the machine goes to sleep or the desktop locks its screen.
//!
//! On Linux logind and the screen savers say so on D-Bus. On other systems nobody tells this program; there the engine
//! notices a sleep afterwards by its clocks, and the idle lock stands.

#[cfg(target_os = "linux")]
mod logind;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;

use roster_engine::Engine;

/// Watches as long as the program runs.
#[cfg(target_os = "linux")]
pub(crate) fn start(engine: &Engine) {
    let (sleep, screen) = (VaultLock(engine.clone()), VaultLock(engine.clone()));
    tauri::async_runtime::spawn(logind::watch(Bus::System, sleep));
    tauri::async_runtime::spawn(screen::watch(Bus::Session, screen));
}

/// Nobody tells.
#[cfg(not(target_os = "linux"))]
pub(crate) fn start(_engine: &Engine) {}

#[cfg(target_os = "linux")]
pub(crate) use linux::{Bus, VaultLock};

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use roster_engine::{Engine, Error, LockReason, Settings};

    /// logind waits five seconds for who delays a sleep.
    const LOCK_AT_MOST: Duration = Duration::from_secs(4);
    /// How often a lock that comes in the middle of an unlock is tried again.
    const AGAIN: Duration = Duration::from_millis(50);

    /// Which bus to listen on.
    #[derive(Debug, Clone)]
    pub(crate) enum Bus {
        System,
        Session,
        /// The bus at this address.
        #[cfg(test)]
        At(String),
    }

    impl Bus {
        pub(super) async fn connect(&self) -> zbus::Result<zbus::Connection> {
            match self {
                Self::System => zbus::Connection::system().await,
                Self::Session => zbus::Connection::session().await,
                #[cfg(test)]
                Self::At(address) => zbus::connection::Builder::address(address.as_str())?.build().await,
            }
        }
    }

    /// The vault, from which a reason to lock it can be said.
    #[derive(Debug, Clone)]
    pub(crate) struct VaultLock(pub(crate) Engine);

    impl VaultLock {
        /// Locks, if the owner wants it for this reason; returns when the vault is closed.
        pub(super) async fn because(&self, reason: LockReason, wanted: impl Fn(&Settings) -> bool) {
            let locking = async {
                loop {
                    // A locked vault has no settings, and needs no lock; one that is being opened has them soon.
                    match self.0.settings() {
                        Ok(settings) if !wanted(&settings) => return,
                        Ok(_) => {}
                        Err(Error::VaultBusy) => {
                            tokio::time::sleep(AGAIN).await;
                            continue;
                        }
                        Err(_) => return,
                    }
                    match self.0.lock_because(reason).await {
                        Err(Error::VaultBusy) => tokio::time::sleep(AGAIN).await,
                        Err(error) => return tracing::error!(%error, ?reason, "the lock failed"),
                        Ok(()) => return tracing::info!(?reason, "locked"),
                    }
                }
            };
            if tokio::time::timeout(LOCK_AT_MOST, locking).await.is_err() {
                tracing::error!(?reason, "the vault did not close in time");
            }
        }
    }
}
