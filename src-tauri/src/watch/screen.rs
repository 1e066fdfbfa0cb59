//! The desktops' screen savers: the screen is locked. They differ in their interface's name only. Any program of this
//! user could say it in their place; all it would get is a locked vault.

use std::time::Duration;

use futures_util::{StreamExt, stream::SelectAll};
use roster_engine::LockReason;
use zbus::{MatchRule, MessageStream, message};

use super::{Bus, VaultLock};

const INTERFACES: [&str; 5] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
];
/// How long to wait before looking for the bus again.
const AGAIN: Duration = Duration::from_secs(30);

/// Listens as long as the program runs.
pub(super) async fn watch(bus: Bus, lock: VaultLock) {
    loop {
        if let Err(error) = listen(&bus, &lock).await {
            tracing::debug!(%error, "no screen saver is heard");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Listens until the bus goes away.
async fn listen(bus: &Bus, lock: &VaultLock) -> zbus::Result<()> {
    let connection = bus.connect().await?;
    let mut said = SelectAll::new();
    for interface in INTERFACES {
        let rule =
            MatchRule::builder().msg_type(message::Type::Signal).interface(interface)?.member("ActiveChanged")?.build();
        said.push(MessageStream::for_match_rule(rule, &connection, Some(8)).await?);
    }
    tracing::debug!("listening to screen savers");
    while let Some(message) = said.next().await {
        if message?.body().deserialize::<bool>().unwrap_or(false) {
            lock.because(LockReason::ScreenLock, |settings| settings.lock_on_screen_lock).await;
        }
    }
    Ok(())
}
