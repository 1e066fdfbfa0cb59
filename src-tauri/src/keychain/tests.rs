//! Against a real gnome-keyring-daemon on a bus and in a home of its own: as it should be, and in every way it can fail.
//! Whatever it does, each question is answered within three seconds, and the password goes on opening the vault.

#![cfg(target_os = "linux")]

use std::{
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use roster_engine::{CheckLimits, Engine, EngineConfig, KdfParams, Ports};
use roster_platform::{HttpConfig, HttpFactory};
use rustix::process::{Pid, Signal, kill_process};

use super::*;
use crate::{
    own_bus::OwnBus,
    probe::{Probe, Told, say, soak},
};

const PROBE: &str = "keychain::tests::probe";
const PASSWORD: &str = "correct horse battery staple";
const VAULT: &str = "3f2a9c00-one";
const OTHER_VAULT: &str = "3f2a9c00-two";
/// The canary that must not lie in any file.
const KEY: &str = "canary-of-a-slot-key-32-bytes-ab";
const WITHIN: Duration = Duration::from_secs(3);

/// Whether a probe was told to have this fault.
pub(super) fn mutated(fault: &str) -> bool {
    std::env::var("KEYCHAIN_MUTATION").is_ok_and(|has| has == fault)
}

/// The program with its keychain: `get V`, `set V KEY`, `remove V`, each answered by what came of it and how long that
/// took; `password` asks the keychain and opens a vault with its password meanwhile; `idle` waits until no question hangs.
#[test]
#[ignore = "a process that other tests start"]
fn probe() {
    let Some(mut told) = Told::by_a_test() else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let keychain = Arc::new(SystemKeychain::new());
    let data = tempfile::tempdir().unwrap();
    let engine = runtime.block_on(locked_vault(data.path(), Arc::clone(&keychain)));
    while let Some(line) = told.next() {
        let words: Vec<&str> = line.split(' ').collect();
        let begun = Instant::now();
        let came = runtime.block_on(async {
            match words.as_slice() {
                ["get", vault] => keychain.get(vault).await.map(|key| {
                    key.map_or(String::from("nothing"), |key| String::from_utf8_lossy(key.expose()).into_owned())
                }),
                ["set", vault, key] => {
                    let key = Secret::new(key.as_bytes().to_vec());
                    keychain.set(vault, &key).await.map(|()| String::from("set"))
                }
                ["remove", vault] => keychain.remove(vault).await.map(|()| String::from("removed")),
                ["password"] => {
                    let asked = tokio::spawn({
                        let keychain = Arc::clone(&keychain);
                        async move { keychain.get(VAULT).await.map(drop) }
                    });
                    engine.unlock(PASSWORD.into()).await.unwrap();
                    engine.lock().await.unwrap();
                    drop(asked);
                    Ok(String::from("opened"))
                }
                ["idle"] => {
                    while keychain.asked.load(Ordering::SeqCst) > 0 {
                        assert!(begun.elapsed() < Duration::from_secs(60), "a question hangs for ever");
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                    Ok(String::from("idle"))
                }
                _ => panic!("what is {line}?"),
            }
        });
        let came = match came {
            Ok(came) => came,
            Err(KeychainError::Failed { message }) => format!("Failed: {message}"),
            Err(error) => format!("{error:?}"),
        };
        say(&format!("{} {came}", begun.elapsed().as_millis()));
    }
}

async fn locked_vault(data: &Path, keychain: Arc<SystemKeychain>) -> Engine {
    let engine = Engine::new(EngineConfig {
        data_dir: data.to_owned(),
        adapters: Vec::new(),
        http: HttpFactory::new(HttpConfig::default()).unwrap(),
        ports: Ports { keychain, ..Ports::bare() },
        kdf: KdfParams::floor(),
        limits: CheckLimits::default(),
    });
    engine.create_vault(PASSWORD.into()).await.unwrap();
    engine.lock().await.unwrap();
    engine
}

/// A bus, a home and, unless it is absent, a keychain that is open.
struct Desk {
    bus: OwnBus,
    home: tempfile::TempDir,
    daemon: Option<Child>,
    /// What was asked, and how much of it came late.
    asked: u64,
    worst: Duration,
}

impl Desk {
    fn empty() -> Self {
        let (bus, home) = (OwnBus::start(), tempfile::tempdir().unwrap());
        Self { bus, home, daemon: None, asked: 0, worst: Duration::ZERO }
    }

    fn with_keychain() -> Self {
        let mut desk = Self::empty();
        desk.start_keychain();
        desk
    }

    /// Starts the keychain and opens its collection with a password of its own.
    fn start_keychain(&mut self) {
        let mut daemon = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .arg(format!("--control-directory={}", self.home.path().join("control").display()))
            .env("HOME", self.home.path())
            .env("XDG_DATA_HOME", self.home.path().join("share"))
            .env("XDG_RUNTIME_DIR", self.home.path())
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address)
            .env_remove("DISPLAY")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring is installed: cargo xtask test sees to it");
        daemon.stdin.take().unwrap().write_all(b"the keychain's own password").unwrap();
        self.daemon = Some(daemon);
        let bus = self.on_the_bus();
        let bus = zbus::blocking::fdo::DBusProxy::new(&bus).unwrap();
        let begun = Instant::now();
        while !bus.name_has_owner("org.freedesktop.secrets".try_into().unwrap()).unwrap() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the keychain does not come");
        }
    }

    fn on_the_bus(&self) -> zbus::blocking::Connection {
        zbus::blocking::connection::Builder::address(self.bus.address.as_str()).unwrap().build().unwrap()
    }

    fn signal(&self, signal: Signal) {
        let pid = self.daemon.as_ref().unwrap().id();
        kill_process(Pid::from_raw(pid.try_into().unwrap()).unwrap(), signal).unwrap();
    }

    /// Another start of the program.
    fn program(&self) -> Probe {
        self.program_with(None)
    }

    /// The same with a fault.
    fn program_with(&self, mutation: Option<&str>) -> Probe {
        let bus = Some(self.bus.address.as_str());
        let home = Some(self.home.path().to_str().unwrap());
        Probe::start(
            PROBE,
            &[("DBUS_SESSION_BUS_ADDRESS", bus), ("HOME", home), ("DISPLAY", None), ("KEYCHAIN_MUTATION", mutation)],
        )
    }

    /// Asks, and holds the answer to its time.
    fn ask(&mut self, program: &mut Probe, line: &str) -> String {
        let answer = program.ask(line);
        let (took, came) = answer.split_once(' ').unwrap();
        let took = Duration::from_millis(took.parse().unwrap());
        assert!(took <= WITHIN, "{line}: {came} after {took:?}");
        self.asked += 1;
        self.worst = self.worst.max(took);
        came.to_owned()
    }

    /// The key lies in no file in the clear, and the account of it all goes into the table.
    fn end(self, what: &str) {
        let mut folders = vec![self.home.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                match entry.file_type().unwrap() {
                    kind if kind.is_dir() => folders.push(entry.path()),
                    kind if kind.is_file() => {
                        let bytes = std::fs::read(entry.path()).unwrap();
                        let found = bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes());
                        assert!(!found, "the key lies in {}", entry.path().display());
                    }
                    _ => {}
                }
            }
        }
        soak(
            &format!("keychain {what}: answered within 3 s"),
            self.asked,
            0,
            &format!("worst {} ms", self.worst.as_millis()),
        );
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

#[test]
fn the_store_is_the_systems_own_and_not_one_that_forgets() {
    let mut desk = Desk::with_keychain();
    let mut first = desk.program();
    assert_eq!(desk.ask(&mut first, &format!("get {VAULT}")), "nothing");
    assert_eq!(desk.ask(&mut first, &format!("set {VAULT} {KEY}")), "set");
    drop(first);
    let mut second = desk.program();
    assert_eq!(desk.ask(&mut second, &format!("get {VAULT}")), KEY, "after a restart");
    assert_eq!(desk.ask(&mut second, &format!("get {OTHER_VAULT}")), "nothing", "another vault has another entry");
    assert_eq!(desk.ask(&mut second, &format!("set {OTHER_VAULT} other")), "set");
    assert_eq!(desk.ask(&mut second, &format!("set {VAULT} replaced")), "set");
    assert_eq!(desk.ask(&mut second, &format!("get {VAULT}")), "replaced");
    assert_eq!(desk.ask(&mut second, &format!("remove {VAULT}")), "removed");
    assert_eq!(desk.ask(&mut second, &format!("remove {VAULT}")), "removed", "twice is no error");
    assert_eq!(desk.ask(&mut second, &format!("get {VAULT}")), "nothing");
    assert_eq!(desk.ask(&mut second, &format!("get {OTHER_VAULT}")), "other");
    desk.end("as it should be");
}

#[test]
fn an_entry_that_is_no_key_is_not_taken_for_one() {
    let mut desk = Desk::with_keychain();
    let mut program = desk.program();
    assert_eq!(desk.ask(&mut program, &format!("set {VAULT} {}", "x".repeat(LONGEST_KEY + 1))), "set");
    assert_eq!(desk.ask(&mut program, &format!("get {VAULT}")), "Failed: the entry is far too long for a key");
    assert_eq!(desk.ask(&mut program, "password"), "opened");
    desk.end("with wrong content");
}

#[test]
fn without_a_keychain_or_a_bus_it_is_said_and_the_password_opens() {
    let mut desk = Desk::empty();
    let mut program = desk.program();
    for line in [format!("get {VAULT}"), format!("set {VAULT} {KEY}"), format!("remove {VAULT}")] {
        assert_eq!(desk.ask(&mut program, &line), "Unavailable", "{line}");
    }
    assert_eq!(desk.ask(&mut program, "password"), "opened");
    let nowhere = format!("unix:path={}", desk.home.path().join("no-such-bus").display());
    let mut lonely = Probe::start(PROBE, &[("DBUS_SESSION_BUS_ADDRESS", Some(&nowhere))]);
    assert_eq!(desk.ask(&mut lonely, &format!("get {VAULT}")), "Unavailable");
    assert_eq!(desk.ask(&mut lonely, "password"), "opened");
    // It comes later: the next question finds it, without a restart.
    desk.start_keychain();
    assert_eq!(desk.ask(&mut program, &format!("set {VAULT} {KEY}")), "set");
    desk.end("absent");
}

#[test]
fn a_keychain_that_ends_is_not_an_empty_one() {
    let mut desk = Desk::with_keychain();
    let mut program = desk.program();
    assert_eq!(desk.ask(&mut program, &format!("set {VAULT} {KEY}")), "set");
    desk.signal(Signal::KILL);
    desk.daemon.take().unwrap().wait().unwrap();
    assert_eq!(desk.ask(&mut program, &format!("get {VAULT}")), "Unavailable");
    assert_eq!(desk.ask(&mut program, "password"), "opened");
    desk.start_keychain();
    assert_eq!(desk.ask(&mut program, &format!("get {VAULT}")), KEY, "it is there again");
    desk.end("killed");
}

#[test]
fn a_keychain_that_hangs_costs_three_seconds_and_what_was_given_up_is_not_done_later() {
    let mut desk = Desk::with_keychain();
    let mut program = desk.program();
    assert_eq!(desk.ask(&mut program, &format!("set {VAULT} before")), "set");
    desk.signal(Signal::STOP);
    assert_eq!(desk.ask(&mut program, "password"), "opened");
    assert_eq!(desk.ask(&mut program, &format!("set {VAULT} {KEY}")), "TooSlow");
    for _ in 0..HANGING_AT_MOST + 2 {
        assert_eq!(desk.ask(&mut program, &format!("get {VAULT}")), "TooSlow");
    }
    assert_eq!(desk.ask(&mut program, "password"), "opened");
    desk.signal(Signal::CONT);
    // The threads that hung come free again.
    program.ask("idle");
    assert_eq!(desk.ask(&mut program, &format!("get {VAULT}")), "before", "what was given up was done all the same");
    desk.end("slow");
}

#[test]
fn the_look_at_a_hanging_keychain_sees_what_it_looks_for() {
    let desk = Desk::with_keychain();
    let mut forgetful = desk.program_with(Some("done all the same"));
    assert!(forgetful.ask(&format!("set {VAULT} before")).ends_with("set"));
    desk.signal(Signal::STOP);
    assert!(forgetful.ask(&format!("set {VAULT} {KEY}")).ends_with("TooSlow"));
    desk.signal(Signal::CONT);
    forgetful.ask("idle");
    assert!(forgetful.ask(&format!("get {VAULT}")).ends_with(KEY), "a write that was given up is seen");

    let mut patient = desk.program_with(Some("no limit"));
    desk.signal(Signal::STOP);
    let (answered, answer) = mpsc::channel();
    let asking = std::thread::spawn(move || answered.send(patient.ask(&format!("get {VAULT}"))));
    assert!(answer.recv_timeout(WITHIN).is_err(), "an answer that comes late is seen");
    desk.signal(Signal::CONT);
    answer.recv_timeout(Duration::from_secs(30)).unwrap();
    asking.join().unwrap().unwrap();
}

#[test]
fn a_locked_keychain_is_not_an_empty_one() {
    let mut desk = Desk::with_keychain();
    let mut program = desk.program();
    assert_eq!(desk.ask(&mut program, &format!("set {VAULT} {KEY}")), "set");
    let bus = desk.on_the_bus();
    let collection = zbus::zvariant::ObjectPath::try_from("/org/freedesktop/secrets/aliases/default").unwrap();
    bus.call_method(
        Some("org.freedesktop.secrets"),
        "/org/freedesktop/secrets",
        Some("org.freedesktop.Secret.Service"),
        "Lock",
        &vec![collection],
    )
    .unwrap();
    // Nobody is there to answer its question for a password.
    for line in [format!("get {VAULT}"), format!("set {VAULT} other"), format!("remove {VAULT}")] {
        let came = desk.ask(&mut program, &line);
        assert!(came == "Locked" || came == "TooSlow", "{line}: {came}");
    }
    assert_eq!(desk.ask(&mut program, "password"), "opened");
    desk.end("locked");
}
