//! The real listener against a login manager of the test's own, on a bus of its own.

use std::{
    io::Read,
    os::fd::OwnedFd as StdFd,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use roster_engine::{CheckLimits, Engine, EngineConfig, KdfParams, LockReason, Ports, Settings, VaultPhase};
use roster_platform::{HttpConfig, HttpFactory};
use zbus::{
    object_server::SignalEmitter,
    zvariant::{OwnedFd, OwnedObjectPath},
};

use super::{Bus, VaultLock, logind, screen};
use crate::{own_bus::OwnBus, probe::soak};

const PASSWORD: &str = "correct horse battery staple";
const DEADLINE: Duration = Duration::from_secs(20);
const SESSION: &str = "/org/freedesktop/login1/session/_31";

/// The other ends of what the program holds to delay a sleep.
type Held = Arc<Mutex<Vec<StdFd>>>;

struct FakeManager(Held);

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl FakeManager {
    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> zbus::fdo::Result<OwnedFd> {
        assert_eq!((what, mode), ("sleep", "delay"));
        let (ours, theirs) = rustix::pipe::pipe().unwrap();
        self.0.lock().unwrap().push(ours);
        Ok(theirs.into())
    }

    fn get_session(&self, _id: &str) -> OwnedObjectPath {
        OwnedObjectPath::try_from(SESSION).unwrap()
    }

    #[zbus(signal)]
    async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, begins: bool) -> zbus::Result<()>;
}

#[derive(Default)]
struct FakeSession {
    locked: bool,
}

#[zbus::interface(name = "org.freedesktop.login1.Session")]
impl FakeSession {
    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        self.locked
    }

    #[zbus(signal)]
    async fn lock(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

/// An unlocked vault, and everything that may say "lock".
struct Rig {
    engine: Engine,
    logind: zbus::Connection,
    held: Held,
    tasks: Vec<tokio::task::JoinHandle<()>>,
    _bus: OwnBus,
    _data: tempfile::TempDir,
}

impl Rig {
    async fn start(change: impl FnOnce(&mut Settings)) -> Self {
        let (bus, data, held) = (OwnBus::start(), tempfile::tempdir().unwrap(), Held::default());
        let logind = zbus::connection::Builder::address(bus.address.as_str())
            .unwrap()
            .name("org.freedesktop.login1")
            .unwrap()
            .serve_at("/org/freedesktop/login1", FakeManager(Arc::clone(&held)))
            .unwrap()
            .serve_at(SESSION, FakeSession::default())
            .unwrap()
            .build()
            .await
            .unwrap();
        let engine = Engine::new(EngineConfig {
            data_dir: data.path().to_owned(),
            adapters: Vec::new(),
            http: HttpFactory::new(HttpConfig::default()).unwrap(),
            ports: Ports::bare(),
            kdf: KdfParams::floor(),
            limits: CheckLimits::default(),
        });
        engine.create_vault(PASSWORD.into()).await.unwrap();
        let mut settings = engine.settings().unwrap();
        change(&mut settings);
        engine.update_settings(settings).await.unwrap();
        let at = || Bus::At(bus.address.clone());
        let tasks = vec![
            tokio::spawn(logind::watch(at(), VaultLock(engine.clone()))),
            tokio::spawn(screen::watch(at(), VaultLock(engine.clone()))),
        ];
        let rig = Self { engine, logind, held, tasks, _bus: bus, _data: data };
        rig.until("the sleep is delayed", || rig.held.lock().unwrap().len() == 1).await;
        rig.hears_screen_savers().await;
        rig
    }

    async fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let begun = Instant::now();
        while !holds() {
            assert!(begun.elapsed() < DEADLINE, "never: {what}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    fn is_locked(&self) -> bool {
        self.engine.vault_state().phase == VaultPhase::Locked
    }

    /// The other listener has asked the bus for all it wants to hear.
    async fn hears_screen_savers(&self) {
        let bus = zbus::fdo::StatsProxy::new(&self.logind).await.unwrap();
        let begun = Instant::now();
        loop {
            let rules = bus.get_all_match_rules().await.unwrap();
            if rules.values().flatten().any(|rule| rule.to_string().contains("org.xfce.ScreenSaver")) {
                return;
            }
            assert!(begun.elapsed() < DEADLINE, "nobody listens to screen savers");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn sleep(&self, begins: bool) {
        let emitter = SignalEmitter::new(&self.logind, "/org/freedesktop/login1").unwrap();
        FakeManager::prepare_for_sleep(&emitter, begins).await.unwrap();
    }

    async fn end(self) {
        for task in &self.tasks {
            task.abort();
        }
        self.engine.shutdown().await.unwrap();
    }
}

/// Waits until the program lets the machine sleep; answers how the vault stood at that very moment.
async fn let_go(rig: &Rig) -> bool {
    let ours = rig.held.lock().unwrap().remove(0);
    let waiting = tokio::task::spawn_blocking(move || std::fs::File::from(ours).read(&mut [0]).unwrap());
    assert_eq!(tokio::time::timeout(DEADLINE, waiting).await.expect("it let go").unwrap(), 0);
    rig.is_locked()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vault_is_locked_before_the_machine_may_sleep() {
    let rig = Rig::start(|_| {}).await;
    let mut worst = Duration::ZERO;
    for _ in 0..3 {
        if rig.is_locked() {
            rig.engine.unlock(PASSWORD.into()).await.unwrap();
        }
        let begun = Instant::now();
        rig.sleep(true).await;
        assert!(let_go(&rig).await, "the machine would have slept with an open vault");
        worst = worst.max(begun.elapsed());
        assert_eq!(rig.engine.vault_state().locked_because, Some(LockReason::Suspend));
        rig.sleep(false).await;
        rig.until("the next sleep is delayed again", || rig.held.lock().unwrap().len() == 1).await;
    }
    assert!(worst <= Duration::from_secs(2), "{worst:?}");
    soak("sleep: locked before the machine may sleep", 3, 0, &format!("worst {} ms", worst.as_millis()));
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_want_it_sleeps_with_an_open_vault() {
    let rig = Rig::start(|settings| {
        settings.lock_on_suspend = false;
        settings.lock_on_screen_lock = false;
    })
    .await;
    rig.sleep(true).await;
    assert!(!let_go(&rig).await, "it was locked");
    let emitter = SignalEmitter::new(&rig.logind, SESSION).unwrap();
    FakeSession::lock(&emitter).await.unwrap();
    // The answer to a later signal comes after that to an earlier one.
    rig.sleep(false).await;
    rig.until("heard", || rig.held.lock().unwrap().len() == 1).await;
    assert!(!rig.is_locked());
    rig.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screens_lock_locks_the_vault_whoever_says_so() {
    let rig = Rig::start(|_| {}).await;
    let session = SignalEmitter::new(&rig.logind, SESSION).unwrap();
    for way in ["signal", "hint", "org.gnome.ScreenSaver", "org.freedesktop.ScreenSaver", "org.mate.ScreenSaver"] {
        if rig.is_locked() {
            rig.engine.unlock(PASSWORD.into()).await.unwrap();
        }
        let begun = Instant::now();
        let hint = rig.logind.object_server().interface::<_, FakeSession>(SESSION).await.unwrap();
        match way {
            "signal" => FakeSession::lock(&session).await.unwrap(),
            "hint" => {
                hint.get_mut().await.locked = true;
                hint.get().await.locked_hint_changed(&session).await.unwrap();
            }
            saver => {
                let path = format!("/{}", saver.replace('.', "/"));
                rig.logind.emit_signal(None::<&str>, path.as_str(), saver, "ActiveChanged", &false).await.unwrap();
                rig.logind.emit_signal(None::<&str>, path, saver, "ActiveChanged", &true).await.unwrap();
            }
        }
        rig.until(way, || rig.is_locked()).await;
        assert!(begun.elapsed() <= Duration::from_secs(2), "{way}: {:?}", begun.elapsed());
        assert_eq!(rig.engine.vault_state().locked_because, Some(LockReason::ScreenLock), "{way}");
        hint.get_mut().await.locked = false;
        hint.get().await.locked_hint_changed(&session).await.unwrap();
    }
    rig.end().await;
}
