//! Whether the machine has a network.

use std::time::Duration;

use roster_engine::Network;
use tokio::sync::watch;

/// How often the addresses of the machine are read: two system calls.
const EVERY: Duration = Duration::from_secs(5);

/// Online while any interface beyond loopback has an address that leads somewhere.
///
/// It errs on the side of "online": a check that fails for want of a network changes nothing, a check that is held
/// back for a network that is there tells the owner nothing.
#[derive(Debug)]
pub(crate) struct Addresses(watch::Receiver<bool>);

impl Addresses {
    /// Starts to watch. Call it inside a tokio runtime.
    pub(crate) fn watch() -> Self {
        let (state, port) = watch::channel(is_online());
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(EVERY);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
            while !state.is_closed() {
                ticks.tick().await;
                let online = is_online();
                if state.send_if_modified(|known| std::mem::replace(known, online) != online) {
                    tracing::info!(online, "the network changed");
                }
            }
        });
        Self(port)
    }
}

impl Network for Addresses {
    fn online(&self) -> watch::Receiver<bool> {
        self.0.clone()
    }
}

fn is_online() -> bool {
    match if_addrs::get_if_addrs() {
        Ok(interfaces) => interfaces.iter().any(|one| !one.is_loopback() && !one.is_link_local()),
        Err(error) => {
            tracing::debug!(%error, "the network interfaces cannot be read");
            true
        }
    }
}
