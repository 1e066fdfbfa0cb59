//! The whole app without its window, against a sandbox: the real engine, vault, adapters and HTTP client. Only time
//! and the network switch are in the test's hand.
#![allow(clippy::expect_used, clippy::panic, reason = "only tests use this: what fails here fails the test")]

mod clock;
mod files;
mod login;
mod ports;

use std::{path::Path, sync::Arc, time::Duration};

use jiff::Timestamp;
use roster_domain::{AccountId, AccountStatus};
use roster_engine::{
    AccountQuery, AccountRef, AccountView, CheckLimits, CheckOutcome, Engine, EngineConfig, KdfParams, Ports, Settings,
};
use roster_platform::{Breaker, HostLimits, HttpConfig, HttpFactory, Timeouts};
use roster_sandbox::{ClockSource, Control, NewFault, Sandbox, SandboxConfig};
use tempfile::TempDir;

pub use clock::ManualClock;
pub use files::Drawer;
pub use ports::{Notices, Switch};

/// When every test begins: 2026-11-20 13:06:40 UTC.
pub const NOW: i64 = 1_795_180_000;
/// The password of every test's vault.
pub const PASSWORD: &str = "correct horse battery staple";

/// How far time moves in one step of [`TestApp::until`] …
const STEP: Duration = Duration::from_millis(500);
/// … and how long everything else has to catch up with it.
const BREATH: Duration = Duration::from_millis(4);
/// How long a test waits for anything, in real time.
const PATIENCE: Duration = Duration::from_secs(30);

/// One running app with its sandbox. Everything is gone when it is dropped.
#[derive(Debug)]
pub struct TestApp {
    /// The engine, unlocked.
    pub engine: Engine,
    /// The platforms.
    pub sandbox: Sandbox,
    /// The time of both.
    pub clock: Arc<ManualClock>,
    /// What the owner was told.
    pub notices: Arc<Notices>,
    /// Whether the machine believes that it is online.
    pub network: Arc<Switch>,
    data: TempDir,
}

/// What a test calls for; the app under test is on its own from then on.
impl TestApp {
    /// A new vault. Nothing is locked or checked by itself, but for second proofs.
    pub async fn start() -> Self {
        let at = Timestamp::from_second(NOW).expect("a time");
        let config = SandboxConfig { clock: ClockSource::Manual(at), ..SandboxConfig::default() };
        let sandbox = Sandbox::start(config).await.expect("a free port");
        let clock = Arc::new(ManualClock::at(at));
        let (notices, network) = (Arc::default(), Arc::default());
        let data = tempfile::tempdir().expect("a folder");
        let engine = engine(data.path(), &sandbox, ports(&clock, &notices, &network));
        engine.create_vault(PASSWORD.into()).await.expect("a vault");
        let app = Self { engine, sandbox, clock, notices, network, data };
        app.settings(|settings| {
            settings.lock_after_minutes = 0;
            settings.health_enabled = false;
        })
        .await;
        app
    }

    /// Ends the engine as the app does when it is closed, and starts another over the same folder.
    pub async fn restart(&mut self) {
        self.engine.shutdown().await.expect("an orderly end");
        self.engine = engine(self.data.path(), &self.sandbox, ports(&self.clock, &self.notices, &self.network));
        self.engine.unlock(PASSWORD.into()).await.expect("the same vault");
    }

    /// Starts an engine over what lies on the disk at this moment: what is left when the program is killed now.
    pub async fn killed(&mut self) {
        let left = tempfile::tempdir().expect("a folder");
        copy_all(self.data.path(), left.path()).expect("a copy");
        // That engine's own end is not part of the copy.
        self.engine.shutdown().await.expect("an orderly end");
        self.data = left;
        self.engine = engine(self.data.path(), &self.sandbox, ports(&self.clock, &self.notices, &self.network));
        self.engine.unlock(PASSWORD.into()).await.expect("the same vault");
    }

    /// Changes the settings.
    pub async fn settings(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.engine.settings().expect("unlocked");
        change(&mut settings);
        self.engine.update_settings(settings).await.expect("good settings");
    }

    /// Phones, faults, counters.
    pub fn control(&self) -> &Control {
        self.sandbox.control()
    }

    /// Orders a fault; answers its number.
    pub fn fault(&self, fault: NewFault) -> u64 {
        self.control().fault(fault).expect("a fault of that kind").id
    }

    /// Lets time pass, for the platforms first.
    pub fn advance(&self, by: Duration) {
        self.control().advance(by);
        self.clock.advance(by);
    }

    /// Waits until `look` finds something. Meanwhile time passes in small steps, `within` at most, and then stands
    /// still: on a slow machine nothing runs out because of that.
    ///
    /// # Panics
    /// When nothing was found in half a minute of real time.
    pub async fn until<T>(&self, what: &str, within: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let given_up = tokio::time::Instant::now() + PATIENCE;
        let mut passed = Duration::ZERO;
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(tokio::time::Instant::now() < given_up, "waited in vain: {what}");
            if passed < within {
                passed += STEP;
                self.advance(STEP);
            }
            tokio::time::sleep(BREATH).await;
        }
    }

    /// An account.
    pub fn account(&self, id: &AccountId) -> AccountView {
        self.engine.account(&AccountRef::from(id)).expect("the account")
    }

    /// Where an account stands.
    pub fn status(&self, id: &AccountId) -> AccountStatus {
        self.account(id).account.status
    }

    /// All accounts, in the order in which they came.
    pub fn accounts(&self) -> Vec<AccountView> {
        self.engine.list_accounts(&AccountQuery::default()).expect("unlocked").accounts
    }

    /// Asks about one account now.
    pub async fn check(&self, id: &AccountId) -> CheckOutcome {
        self.engine.check_account(&AccountRef::from(id)).await.expect("an outcome")
    }

    /// How often an endpoint was asked, on all hosts of the platforms together.
    pub fn asked(&self, endpoint: &str) -> u64 {
        self.control().counters().values().filter_map(|host| host.get(endpoint)).sum()
    }
}

fn copy_all(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy_all(&entry.path(), &to)?,
            false => drop(std::fs::copy(entry.path(), to)?),
        }
    }
    Ok(())
}

fn ports(clock: &Arc<ManualClock>, notices: &Arc<Notices>, network: &Arc<Switch>) -> Ports {
    Ports {
        clock: Arc::clone(clock) as _,
        notifier: Arc::clone(notices) as _,
        network: Arc::clone(network) as _,
        ..Ports::bare()
    }
}

/// An engine over a folder, with the adapters and the client that the app has.
pub fn engine(data: &Path, sandbox: &Sandbox, ports: Ports) -> Engine {
    let config = HttpConfig { sandbox: Some(sandbox.addr()), ..quick() };
    Engine::new(EngineConfig {
        data_dir: data.to_owned(),
        adapters: roster_platforms::all(&sandbox.settings().into_iter().collect()),
        http: HttpFactory::new(config).expect("a client"),
        ports,
        kdf: KdfParams::floor(),
        limits: CheckLimits::default(),
    })
}

/// The client's real time, shortened; a host's failures are not counted, because tests play many faults in a row.
fn quick() -> HttpConfig {
    let seconds = Duration::from_secs;
    HttpConfig {
        timeouts: Timeouts { connect: seconds(2), request: seconds(2), total: seconds(4) },
        limits: HostLimits { concurrency: 32, per_second: 0.0, burst: 32 },
        breaker: Breaker { failures: u32::MAX, rest: Duration::ZERO },
        backoff: Duration::from_millis(5),
        ..HttpConfig::default()
    }
}
