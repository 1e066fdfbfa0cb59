//! What the tests of this crate stand on: a clock that moves by hand, a platform that plays a script, an engine over a
//! real vault in a folder of its own.

mod clipboard;
mod clock;
mod desk;
mod platform;
pub(crate) mod soak;
mod window;

use std::{future::Future, path::Path, sync::Arc, time::Duration};

use parking_lot::Mutex;
use roster_domain::{AccountId, AccountStatus, Secret};
use roster_platform::{Adapter, HttpConfig, HttpFactory};
use tokio::sync::watch;

pub(crate) use clipboard::FakeClipboard;
pub(crate) use clock::ManualClock;
pub(crate) use desk::Desk;
pub(crate) use platform::{FakePlatform, Says, credential, platform_id};
pub(crate) use window::{Glazier, Pane};

use crate::{AccountView, CheckLimits, Engine, EngineConfig, KdfParams, Network, NewAccount, Notice, Notifier, Ports};

/// How long a test waits for something that must happen.
const DEADLINE: Duration = Duration::from_secs(20);
/// How long what follows a first check takes at most.
const SECOND: Duration = Duration::from_secs(1);

/// Collects notices.
#[derive(Debug, Default)]
pub(crate) struct Notices(Mutex<Vec<Notice>>);

impl Notices {
    pub(crate) fn all(&self) -> Vec<Notice> {
        self.0.lock().clone()
    }
}

impl Notifier for Notices {
    fn notify(&self, notice: Notice) {
        self.0.lock().push(notice);
    }
}

/// A network that a test turns on and off.
#[derive(Debug)]
pub(crate) struct Cable(pub(crate) watch::Sender<bool>);

impl Network for Cable {
    fn online(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }
}

/// An engine with all that a test pulls at.
pub(crate) struct Rig {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) platform: Arc<FakePlatform>,
    pub(crate) notices: Arc<Notices>,
    pub(crate) cable: Arc<Cable>,
    pub(crate) clipboard: Arc<FakeClipboard>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) panes: Arc<Glazier>,
    dir: Arc<tempfile::TempDir>,
}

pub(crate) const PASSWORD: &str = "correct horse";

impl Rig {
    /// An engine with an open, empty vault that does not lock by itself.
    pub(crate) async fn open() -> Self {
        Self::over(HttpConfig::default()).await
    }

    /// The same, with a client of this configuration.
    pub(crate) async fn over(http: HttpConfig) -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        let rig = Self::made(dir, Arc::new(ManualClock::new()), Arc::new(FakePlatform::new()), http);
        rig.engine.create_vault(Secret::from(PASSWORD)).await.unwrap();
        let settings = crate::Settings { lock_after_minutes: 0, lock_on_suspend: false, ..crate::Settings::default() };
        rig.engine.update_settings(settings).await.unwrap();
        rig
    }

    /// An engine without a vault.
    pub(crate) fn closed(platform: FakePlatform) -> Self {
        Self::at(Arc::new(tempfile::tempdir().unwrap()), Arc::new(ManualClock::new()), Arc::new(platform))
    }

    fn at(dir: Arc<tempfile::TempDir>, clock: Arc<ManualClock>, platform: Arc<FakePlatform>) -> Self {
        Self::made(dir, clock, platform, HttpConfig::default())
    }

    fn made(
        dir: Arc<tempfile::TempDir>,
        clock: Arc<ManualClock>,
        platform: Arc<FakePlatform>,
        http: HttpConfig,
    ) -> Self {
        let notices = Arc::new(Notices::default());
        let cable = Arc::new(Cable(watch::Sender::new(true)));
        let clipboard = Arc::new(FakeClipboard::default());
        let desk = Arc::new(Desk::default());
        let panes = Arc::new(Glazier::default());
        let ports = Ports {
            clock: clock.clone(),
            notifier: notices.clone(),
            network: cable.clone(),
            clipboard: clipboard.clone(),
            files: desk.clone(),
            windows: panes.clone(),
            ..Ports::bare()
        };
        let engine = Engine::new(EngineConfig {
            data_dir: dir.path().to_owned(),
            adapters: vec![platform.clone() as Arc<dyn Adapter>],
            http: HttpFactory::new(http).unwrap(),
            ports,
            kdf: KdfParams::floor(),
            limits: CheckLimits::default(),
        });
        Self { engine, clock, platform, notices, cable, clipboard, desk, panes, dir }
    }

    /// Another engine over the same data, as a second process would be.
    pub(crate) fn beside(&self) -> Self {
        Self::at(self.dir.clone(), self.clock.clone(), self.platform.clone())
    }

    pub(crate) fn core_events(&self) -> &crate::events::EventBus {
        &self.engine.core.events
    }

    pub(crate) fn clock_now(&self) -> jiff::Timestamp {
        crate::Clock::now(&*self.clock)
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The same data, clock and platform in a new process, so to speak: locked and opened by another engine.
    pub(crate) async fn restarted(self) -> Self {
        self.engine.shutdown().await.unwrap();
        let Self { engine, clock, platform, dir, .. } = self;
        drop(engine);
        let rig = Self::at(dir, clock, platform);
        rig.engine.unlock(Secret::from(PASSWORD)).await.unwrap();
        rig
    }

    /// An account of a session that the platform knows, after its first check and what follows it.
    pub(crate) async fn account(&self, session: &str, says: Says) -> AccountId {
        self.platform.says(session, says);
        let id = self.add(session).await.account.id.clone();
        self.eventually(|| self.view(&id).account.last_check.is_some() && !self.view(&id).checking).await;
        let asks = self.platform.descriptor().capabilities.quotas && self.platform.quotas_fail.lock().is_none();
        if asks && self.view(&id).account.status == AccountStatus::Active {
            let open = self.engine.open().unwrap();
            let read = || open.book.read().get(&id).is_some_and(|row| row.upkeep.quotas.is_some());
            // Where the platform cannot be asked for them, nothing follows.
            let followed = tokio::time::timeout(SECOND, wait_for(read)).await;
            drop(followed);
        }
        id
    }

    /// An account that is made and not waited for.
    pub(crate) async fn add(&self, session: &str) -> AccountView {
        let new = NewAccount {
            platform: platform_id(),
            cookie_data: Secret::from(format!("session={session}")),
            ..NewAccount::default()
        };
        self.engine.create_account(new).await.unwrap()
    }

    pub(crate) fn view(&self, id: &AccountId) -> AccountView {
        self.engine.account(&id.into()).unwrap()
    }

    /// Waits until something holds, without moving the clock.
    pub(crate) async fn eventually(&self, holds: impl Fn() -> bool) {
        wait_for(holds).await;
    }

    /// Moves the clock in steps until something holds; answers how much time that took.
    pub(crate) async fn advance_until(&self, step: Duration, holds: impl Fn() -> bool) -> Duration {
        let mut passed = Duration::ZERO;
        let began = std::time::Instant::now();
        while !holds() {
            assert!(began.elapsed() < DEADLINE, "nothing happened in {passed:?} of the clock");
            self.clock.advance(step);
            passed += step;
            settle().await;
        }
        passed
    }

    /// Moves the clock in steps for a while.
    pub(crate) async fn advance(&self, step: Duration, total: Duration) {
        let mut passed = Duration::ZERO;
        while passed < total {
            self.clock.advance(step);
            passed += step;
            settle().await;
        }
    }
}

/// Lets other tasks go on until they wait again; writing to the vault takes another thread a moment.
pub(crate) async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(3)).await;
}

/// Waits until something holds.
pub(crate) async fn wait_for(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(DEADLINE, waiting).await.expect("it never came to hold");
}

/// Waits for a future, with a deadline.
pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, future).await.expect("it never ended")
}
