//! A keychain that is absent, locked, slow, killed, wrong or from another machine, in every order: the password works,
//! nothing is written elsewhere, and no new key is ever made while sealed data exists.
//!
//! Every reachable situation (which slots there are, what the keychain holds, whether the vault is open) is taken once
//! with every step (what is asked × how the keychain behaves), until no new situation turns up: that is every order of
//! failures, of any length.

use std::{
    cell::Cell,
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use parking_lot::Mutex;
use roster_domain::Secret;
use roster_platform::{HttpConfig, HttpFactory};
use roster_vault::{OpenReport, Vault};

use crate::{
    CheckLimits, Engine, EngineConfig, Error, KdfParams, Keychain, KeychainError, Ports, SlotKind,
    testing::{ManualClock, PASSWORD},
};

/// Says what was tried and how often it failed, for the table of `cargo xtask soak`.
mod soak {
    pub(super) fn line(what: &str, tried: u64, failed: u64, note: &str) {
        println!("SOAK {}", serde_json::json!({ "what": what, "tried": tried, "failed": failed, "note": note }));
    }
}

/// How a keychain behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mood {
    #[default]
    Well,
    Absent,
    Locked,
    Slow,
    Killed,
    /// It lost the entry.
    Empty,
    /// It answers with something else.
    Wrong,
    /// It answers with another machine's key.
    Elsewhere,
}

const MOODS: [Mood; 8] =
    [Mood::Well, Mood::Absent, Mood::Locked, Mood::Slow, Mood::Killed, Mood::Empty, Mood::Wrong, Mood::Elsewhere];

/// A keychain that does what a test says.
#[derive(Debug, Default)]
pub(super) struct ScriptedKeychain {
    mood: Mutex<Mood>,
    entry: Mutex<Option<Vec<u8>>>,
    writes: Mutex<u64>,
}

impl ScriptedKeychain {
    pub(super) fn entry(&self) -> Option<Vec<u8>> {
        self.entry.lock().clone()
    }

    async fn answers(&self) -> Result<Mood, KeychainError> {
        let mood = *self.mood.lock();
        match mood {
            Mood::Absent => Err(KeychainError::Unavailable),
            Mood::Locked => Err(KeychainError::Locked),
            Mood::Killed => Err(KeychainError::Failed { message: String::from("the connection was closed") }),
            Mood::Slow => std::future::pending().await,
            Mood::Well | Mood::Empty | Mood::Wrong | Mood::Elsewhere => Ok(mood),
        }
    }
}

#[async_trait]
impl Keychain for ScriptedKeychain {
    async fn get(&self, _vault: &str) -> Result<Option<Secret<Vec<u8>>>, KeychainError> {
        Ok(match self.answers().await? {
            Mood::Empty => None,
            Mood::Wrong => Some(Secret::new(b"not a key".to_vec())),
            Mood::Elsewhere => Some(Secret::new(vec![9; 32])),
            _ => self.entry().map(Secret::new),
        })
    }

    async fn set(&self, _vault: &str, key: &Secret<Vec<u8>>) -> Result<(), KeychainError> {
        self.answers().await?;
        *self.writes.lock() += 1;
        *self.entry.lock() = Some(key.expose().clone());
        Ok(())
    }

    async fn remove(&self, _vault: &str) -> Result<(), KeychainError> {
        self.answers().await?;
        *self.writes.lock() += 1;
        *self.entry.lock() = None;
        Ok(())
    }
}

thread_local! {
    /// The mutation: an engine that makes a new key when the keychain has none.
    static MAKES_KEYS: Cell<bool> = const { Cell::new(false) };
}

/// What an engine would do that takes "unavailable" or "lost" for "never made".
pub(super) async fn make_key_if_mutated(core: &crate::engine::Core, missing: bool) {
    if missing && MAKES_KEYS.get() {
        let id = core.vault_id().unwrap();
        core.ports.keychain.set(&id, &roster_vault::slot_key()).await.unwrap();
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Password,
    Open,
    Add,
    Remove,
    Lock,
    Restart,
}

/// A situation: files and keychain, and whether the vault is open.
#[derive(Debug, Clone)]
struct Situation {
    dir: Arc<tempfile::TempDir>,
    entry: Option<Vec<u8>>,
    open: bool,
}

/// What of a situation can make a difference.
type Kind = (bool, bool, &'static str);

struct Facts {
    slots: Vec<SlotKind>,
    hash: [u8; 32],
    epoch: u16,
    opens: bool,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(|_| ()).unwrap() }
    }
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn headers(dir: &Path) -> [Vec<u8>; 2] {
    ["header", "header.copy"].map(|name| fs::read(dir.join("data/vault").join(name)).unwrap())
}

/// What the password finds, and whether the keychain's entry would open the vault: looked up in a copy.
async fn facts(dir: &Path, entry: Option<&Vec<u8>>) -> Facts {
    let place = tempfile::tempdir().unwrap();
    copy(&dir.join("data/vault"), &place.path().join("vault"));
    let at = place.path().join("vault");
    let began = Instant::now();
    let (vault, report) = Vault::open(&at, &Secret::from(PASSWORD)).unwrap();
    assert!(began.elapsed() < Duration::from_secs(3), "the password took {:?}", began.elapsed());
    assert_eq!(OpenReport { replayed: 0, ..report }, OpenReport::default());
    let slots = vault.slots().unwrap().iter().filter_map(|slot| SlotKind::known(slot.kind)).collect();
    let (hash, epoch) = (vault.keyed_hash("probe", b"probe"), vault.epoch().unwrap());
    vault.close().await.unwrap();
    let entry = entry.map(|key| Secret::new(key.clone()));
    let opened = entry.map(|key| Vault::open(&at, roster_vault::Opener::Keychain(&key)));
    let opens = matches!(opened, Some(Ok(_)));
    Facts { slots, hash, epoch, opens }
}

fn engine(dir: &Path, keychain: &Arc<ScriptedKeychain>) -> (Engine, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new());
    let ports = Ports { clock: clock.clone(), keychain: keychain.clone(), ..Ports::bare() };
    let engine = Engine::new(EngineConfig {
        data_dir: dir.join("data"),
        adapters: Vec::new(),
        http: HttpFactory::new(HttpConfig::default()).unwrap(),
        ports,
        kdf: KdfParams::floor(),
        limits: CheckLimits::default(),
    });
    (engine, clock)
}

/// Waits for an answer; the clock goes on when a keychain keeps it waiting, and never for more than three seconds each.
async fn patiently<T>(clock: &ManualClock, asked: impl Future<Output = T>) -> T {
    tokio::pin!(asked);
    let began = Instant::now();
    loop {
        tokio::select! {
            biased;
            answer = &mut asked => return answer,
            () = tokio::time::sleep(Duration::from_millis(40)) => clock.advance(Duration::from_secs(3)),
        }
        assert!(began.elapsed() < Duration::from_secs(60), "no answer");
    }
}

/// What a step broke, for whoever reads that the test failed.
type Broken = String;

/// One step from a situation; answers the next one, or what went wrong.
async fn take(from: &Situation, step: Step, mood: Mood) -> Result<(Situation, Kind), Broken> {
    let place = Arc::new(tempfile::tempdir().unwrap());
    copy(from.dir.path(), place.path());
    let keychain = Arc::new(ScriptedKeychain::default());
    *keychain.entry.lock() = from.entry.clone();
    let (engine, clock) = engine(place.path(), &keychain);
    if from.open {
        engine.unlock(Secret::from(PASSWORD)).await.unwrap();
    }
    let before = facts(from.dir.path(), from.entry.as_ref()).await;
    let (header_before, writes_before) = (headers(place.path()), *keychain.writes.lock());
    *keychain.mood.lock() = mood;
    let mut changed = false;
    let mut open = from.open;
    match step {
        Step::Open => {
            let opened = patiently(&clock, engine.unlock_with_keychain()).await;
            match (&opened, from.open) {
                (Ok(_), false) if mood == Mood::Well && before.opens => open = true,
                (Err(Error::Conflict(_)), false) if !before.slots.contains(&SlotKind::Keychain) => {}
                (Err(Error::Keychain(_) | Error::KeychainEmpty), false) => {}
                (Err(_), true) => {}
                _ => return Err(format!("{opened:?} with {mood:?}")),
            }
            if *keychain.writes.lock() != writes_before {
                return Err(String::from("opening wrote to the keychain"));
            }
        }
        Step::Add => changed = patiently(&clock, engine.add_keychain(Secret::from(PASSWORD))).await.is_ok(),
        Step::Remove => {
            let slots = engine.security();
            if let Ok(security) = patiently(&clock, slots).await
                && let Some(slot) = security.slots.iter().find(|slot| slot.kind == SlotKind::Keychain)
            {
                let removed = engine.remove_slot(&slot.id, Secret::from(PASSWORD));
                changed = patiently(&clock, removed).await.is_ok();
            }
        }
        Step::Password => {
            if !from.open {
                engine.unlock(Secret::from(PASSWORD)).await.map_err(|error| format!("the password: {error:?}"))?;
            }
            open = true;
        }
        Step::Lock => {
            engine.lock().await.unwrap();
            open = false;
        }
        Step::Restart => open = false,
    }
    if !changed && headers(place.path()) != header_before {
        return Err(String::from("the header was written and nothing was changed"));
    }
    // Whatever the keychain does now, the password opens the vault, in a program of its own.
    engine.shutdown().await.unwrap();
    if changed && mood != Mood::Well && step == Step::Add {
        return Err(format!("a key was added to a keychain that is {mood:?}"));
    }
    let after = facts(place.path(), keychain.entry().as_ref()).await;
    let expected = match (step, changed) {
        (Step::Add, true) => vec![SlotKind::Password, SlotKind::Keychain],
        (Step::Remove, true) => vec![SlotKind::Password],
        _ => before.slots.clone(),
    };
    let replaced = before.slots.contains(&SlotKind::Keychain) && changed;
    if after.slots != expected {
        return Err(format!("slots {:?}, not {expected:?}", after.slots));
    }
    if after.hash != before.hash || after.epoch != before.epoch + u16::from(replaced) {
        return Err(format!("other keys: epoch {} after {}", after.epoch, before.epoch));
    }
    if names(place.path()) != ["data"] || names(&place.path().join("data")).iter().any(|name| name != "vault") {
        return Err(format!("{:?} was written beside the vault", names(&place.path().join("data"))));
    }
    let held = match (keychain.entry(), after.opens) {
        (None, _) => "nothing",
        (Some(_), true) => "the key",
        (Some(_), false) => "a stale key",
    };
    let kind = (after.slots.contains(&SlotKind::Keychain), open, held);
    Ok((Situation { dir: place, entry: keychain.entry(), open }, kind))
}

async fn start() -> Situation {
    let place = tempfile::tempdir().unwrap();
    let (engine, _clock) = engine(place.path(), &Arc::default());
    engine.create_vault(Secret::from(PASSWORD)).await.unwrap();
    let settings = crate::Settings { lock_after_minutes: 0, ..crate::Settings::default() };
    engine.update_settings(settings).await.unwrap();
    engine.shutdown().await.unwrap();
    drop(fs::remove_file(PathBuf::from(place.path()).join("data/unlock-tries.json")));
    Situation { dir: Arc::new(place), entry: None, open: false }
}

/// Every situation that can be reached, each with every step. Answers how many steps were tried and what went wrong.
async fn explore(moods: &[Mood]) -> (u64, Vec<String>, BTreeSet<Kind>) {
    let mut seen = BTreeSet::from([(false, false, "nothing")]);
    let mut waiting = vec![start().await];
    let (mut tried, mut wrong) = (0, Vec::new());
    while let Some(from) = waiting.pop() {
        for step in [Step::Password, Step::Open, Step::Add, Step::Remove, Step::Lock, Step::Restart] {
            for mood in moods.iter().copied() {
                // These ask nothing of the keychain.
                if matches!(step, Step::Password | Step::Lock | Step::Restart)
                    && !matches!(mood, Mood::Well | Mood::Slow)
                {
                    continue;
                }
                tried += 1;
                match take(&from, step, mood).await {
                    Ok((next, kind)) if seen.insert(kind) => waiting.push(next),
                    Ok(_) => {}
                    Err(why) => wrong.push(format!("{step:?} with {mood:?}: {why}")),
                }
            }
        }
    }
    (tried, wrong, seen)
}

async fn explore_and_look(moods: &[Mood]) {
    let (tried, wrong, seen) = explore(moods).await;
    let note = format!("{} situations, each with every step", seen.len());
    soak::line("keychain failures in every order", tried, wrong.len() as u64, &note);
    assert_eq!(wrong, Vec::<String>::new());
    assert!(seen.len() >= 6 && tried > 60, "{tried} steps, {seen:?}");
}

/// One of each sort: no answer, no entry, another's key.
#[tokio::test]
async fn in_every_order_of_failures_the_password_works_and_no_key_is_made() {
    explore_and_look(&[Mood::Well, Mood::Locked, Mood::Empty, Mood::Elsewhere]).await;
}

#[tokio::test]
#[ignore = "long: cargo xtask soak"]
async fn long_in_every_order_of_every_failure_the_password_works_and_no_key_is_made() {
    explore_and_look(&MOODS).await;
}

#[tokio::test]
async fn making_a_new_key_when_the_keychain_has_none_is_noticed() {
    MAKES_KEYS.set(true);
    let from = start().await;
    let (opened, _) = take(&Situation { open: true, ..from }, Step::Add, Mood::Well).await.unwrap();
    let added = Situation { open: false, ..opened };
    let found = take(&added, Step::Open, Mood::Empty).await;
    MAKES_KEYS.set(false);
    assert!(found.is_err(), "the proof proves nothing");
}
