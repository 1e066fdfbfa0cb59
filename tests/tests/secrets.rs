//! What of 200 secrets stays behind, in the real window: in the memory of the app and its children after locking, and
//! on disk after everything. `cargo xtask window` gives it a display and runs these.
//!
//! The secrets are made inside the page, from a seed: what passes through the driver passes through the app as well,
//! and would be found there.

#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::panic, reason = "the whole file is a test")]

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use roster_domain::Secret;
use roster_tests::{
    secrets::{Canary, Finder, Found, Kind, family, flock, search_files, search_memory},
    soak,
    window::{Programs, Stage, What},
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// With five passwords: 200.
const ACCOUNTS: u32 = 65;
const PASSWORDS: u32 = 5;
/// Within this after locking nothing may be left.
const AFTER_LOCK: Duration = Duration::from_secs(15);
/// Within this after unlocking the password may not be left.
const AFTER_UNLOCK: Duration = Duration::from_secs(5);

/// What the page can do with secrets that only it and this test can make.
const PAGE: &str = r"
    const [seed] = [arguments[0]];
    window.seed = seed;
    window.ask = (method, path, body) => window.__TAURI_INTERNALS__.invoke('call',
        { request: { method, path, body: body === undefined ? null : JSON.stringify(body) } });
    window.unlock = (number) => window.ask('POST', '/desktop/v1/vault/unlock', { password: canary(0, seed, number) });
    window.keep = async (from, to) => {
        for (let number = from; number < to; number++) {
            const answer = await window.ask('POST', '/api/v1/accounts', {
                platform: 'bilibili',
                account_name: `甲${number}`,
                cookie_data: `SESSDATA=${canary(1, seed, number)}; bili_jct=x; DedeUserID=${7000 + number}`,
                metadata: { access_token: canary(2, seed, number) },
                note: canary(3, seed, number),
            });
            if (answer.status !== 201) return answer.status;
        }
        return 201;
    };
    window.show = (accounts, passwords) => {
        const shown = [];
        for (let number = 0; number < accounts; number++) {
            for (const kind of [1, 2, 3]) shown.push(canary(kind, seed, number));
        }
        for (let number = 0; number < passwords; number++) shown.push(canary(0, seed, number));
        const list = document.createElement('pre');
        list.textContent = shown.join('\n');
        document.body.append(list);
    };
    return true;";

/// The app over an empty home, and the secrets it is given.
struct Run {
    stage: Stage,
    home: TempDir,
    seed: u32,
    accounts: u32,
}

impl Run {
    async fn start(accounts: u32, more: &[(&str, &str)]) -> Self {
        let programs = Programs::from_env().expect("cargo xtask window says where the programs are");
        let home = tempfile::tempdir().expect("a home");
        let mut environment: Vec<(String, PathBuf)> =
            more.iter().map(|(name, value)| ((*name).to_owned(), PathBuf::from(value))).collect();
        for (name, folder) in [
            ("HOME", "home"),
            ("XDG_DATA_HOME", "home/data"),
            ("XDG_CONFIG_HOME", "home/config"),
            ("XDG_CACHE_HOME", "home/cache"),
            ("XDG_STATE_HOME", "home/state"),
            ("TMPDIR", "home/tmp"),
        ] {
            let folder = home.path().join(folder);
            std::fs::create_dir_all(&folder).expect("a folder");
            environment.push((name.to_owned(), folder));
        }
        let data = home.path().join("home/roster");
        std::fs::create_dir(&data).expect("the data folder");
        let preferences = json!({ "language": "zh-CN", "theme": "light", "on_close": "quit", "log_level": "trace" });
        std::fs::write(data.join("preferences.json"), preferences.to_string()).expect("preferences");
        let stage = Stage::start_with(programs, &data, home.path(), environment).await.expect("the stage");
        // Anything will do that is another one in the next run.
        let seed = RandomState::new().build_hasher().finish() as u32 | 1;
        Self { stage, home, seed, accounts }
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("home/roster")
    }

    fn finder(&self) -> Finder {
        let kinds = [Kind::Cookie, Kind::Token, Kind::Note].into_iter();
        let mut canaries: Vec<Canary> = kinds.flat_map(|kind| flock(kind, self.seed, self.accounts)).collect();
        canaries.extend(flock(Kind::Password, self.seed, PASSWORDS));
        Finder::new(canaries)
    }

    /// Finds only the password that opens the vault.
    fn password_finder(&self) -> Finder {
        Finder::new(flock(Kind::Password, self.seed, 1))
    }

    async fn teach(&self) {
        let script = format!("{}{PAGE}", Canary::SCRIPT);
        self.stage.page.script(&script, vec![json!(self.seed)]).await.expect("the page learns");
    }

    /// Runs a script in the page that makes its own secrets, and waits for its answer.
    async fn do_in_page(&self, script: &str) -> Value {
        let script =
            format!("const done = arguments[0]; Promise.resolve({script}).then(done, (no) => done(String(no)));");
        self.stage.page.script_async(&script, Vec::new()).await.expect("the page answers")
    }

    /// Makes or opens the vault, with the page going on as a new one.
    async fn enter(&self, script: &str) {
        self.teach().await;
        self.stage.page.turn_by(script).await.expect("a new page");
        self.teach().await;
    }

    async fn make_vault(&self) {
        self.enter("ask('POST', '/desktop/v1/vault', { password: canary(0, seed, 0) })").await;
    }

    async fn lock(&self) {
        self.stage.page.turn("/desktop/v1/vault/lock", None).await.expect("locked");
    }

    /// Somebody logs in by QR, so that there are cookies and tokens that came from a platform.
    async fn log_in(&self, person: &str) {
        let page = &self.stage.page;
        let body = json!({ "platform": "bilibili", "method": "qr" });
        let (status, login) = page.call("POST", "/desktop/v1/logins", Some(body)).await.expect("answers");
        assert_eq!(status, 201, "{login}");
        let path = format!("/desktop/v1/logins/{}", login["data"]["session_id"].as_str().expect("an id"));
        let code = self.login_says(&path, "waiting").await["qrcode_text"].as_str().expect("a code").to_owned();
        let handle = self.stage.phone.scan(&code, person).await.expect("scanned");
        self.stage.phone.confirm(&handle).await.expect("confirmed");
        self.login_says(&path, "done").await;
    }

    async fn login_says(&self, path: &str, phase: &str) -> Value {
        let deadline = Instant::now() + Duration::from_secs(45);
        loop {
            let (_, login) = self.stage.page.call("GET", path, None).await.expect("answers");
            if login["data"]["phase"] == phase {
                return login["data"].clone();
            }
            assert!(Instant::now() < deadline, "the login is not {phase}: {}", login["data"]["phase"]);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn in_memory(&self, finder: &Finder) -> Found {
        let family = family(self.stage.app_id());
        assert!(family.len() >= 3, "the app has a web and a network process: {family:?}");
        search_memory(&family, finder).expect("memory can be read; a program that is not dumpable needs root")
    }

    /// Searches again and again until nothing is found or `limit` is over; answers what was found last.
    async fn left_within(&self, finder: &Finder, limit: Duration) -> Found {
        let since = Instant::now();
        loop {
            let started = since.elapsed();
            let found = self.in_memory(finder);
            if found.count() == 0 || started >= limit {
                return found;
            }
            tokio::time::sleep((limit.saturating_sub(since.elapsed())).min(Duration::from_secs(2))).await;
        }
    }

    /// The vault as it lies on disk, opened elsewhere: what the platforms gave.
    fn of_platforms(&self) -> Vec<Canary> {
        let copy = self.home.path().join("copy");
        copy_folder(&self.data().join("vault"), &copy);
        let password = Secret::new(flock(Kind::Password, self.seed, 1).remove(0).text);
        let (vault, _) = roster_vault::Vault::open(&copy, &password).expect("opens with the password");
        let mut found = Vec::new();
        for record in vault.load(roster_vault::Kind::new("credential")).expect("credentials") {
            let body: Value = serde_json::from_slice(&record.body).expect("JSON");
            let cookies =
                body["cookies"].as_array().into_iter().flatten().map(|cookie| (Kind::Cookie, &cookie["value"]));
            let tokens = body["tokens"].as_object().into_iter().flatten().map(|(_, value)| (Kind::Token, value));
            for (kind, value) in cookies.chain(tokens) {
                let text = value.as_str().expect("text");
                // Shorter ones (a user's number) are no secrets, and would be met by chance.
                if text.len() >= 16 && !text.starts_with("http") {
                    found.push(Canary { kind, text: text.to_owned() });
                }
            }
        }
        drop(vault);
        std::fs::remove_dir_all(&copy).expect("removed");
        found
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

#[tokio::test]
#[ignore = "needs a display and WebKitWebDriver: cargo xtask window"]
async fn after_locking_no_secret_is_in_memory_and_none_on_disk_ever() {
    let mut run = Run::start(ACCOUNTS, &[]).await;
    one_life(&mut run, 1).await;
}

#[tokio::test]
#[ignore = "long window: cargo xtask soak"]
async fn long_after_locking_no_secret_is_in_memory_and_none_on_disk_ever() {
    let mut run = Run::start(ACCOUNTS, &[]).await;
    one_life(&mut run, 8).await;
}

/// From the first password to the last file, with `rounds` of opening, using and locking in between.
async fn one_life(run: &mut Run, rounds: u64) {
    let finder = run.finder();
    assert_eq!(finder.canaries().len(), 200);
    run.make_vault().await;
    let password = run.left_within(&run.password_finder(), AFTER_UNLOCK).await;
    assert_eq!(password.count(), 0, "after the vault was made: {}", password.tell(&run.password_finder()));

    assert_eq!(run.do_in_page("keep(0, 1)").await, 201);
    open_first_account(run).await;
    assert_eq!(run.do_in_page(&format!("keep(1, {ACCOUNTS})")).await, 201);
    run.log_in("lin").await;

    let (mut left, mut passwords_left) = (0, 0);
    for round in 0..rounds {
        run.do_in_page(&format!("show({ACCOUNTS}, {PASSWORDS})")).await;
        let before = run.in_memory(&finder);
        assert_eq!(before.count(), 200, "the search finds what is there: {}", before.tell(&finder));
        run.lock().await;
        let after = run.left_within(&finder, AFTER_LOCK).await;
        left += after.count();
        assert_eq!(after.count(), 0, "after locking, round {round}: {}", after.tell(&finder));

        run.teach().await;
        for wrong in 1..=2 {
            let number = 1 + (round * 2 + wrong) % u64::from(PASSWORDS - 1);
            run.do_in_page(&format!("unlock({number}).then(({{ status }}) => status)")).await;
        }
        run.enter("unlock(0)").await;
        let password = run.left_within(&run.password_finder(), AFTER_UNLOCK).await;
        passwords_left += password.count();
        assert_eq!(password.count(), 0, "after unlocking: {}", password.tell(&run.password_finder()));
    }
    soak::line("secrets in memory after lock", rounds * 200, left as u64, "app and children, five forms, within 15 s");
    soak::line("master password in memory after unlock", rounds + 1, passwords_left as u64, "within 5 s");
    nothing_on_disk(run).await;
}

/// Shows an account with its note, as a person would look at it.
async fn open_first_account(run: &Run) {
    let page = &run.stage.page;
    // The first start may still be asking for a first account.
    if page.look(&What::link("/accounts")).await.expect("looked").is_none() {
        page.press(&What::button("先随便看看")).await.expect("later");
    }
    page.press(&What::link("/accounts")).await.expect("the list");
    page.press(&What::button("甲0").inside(What::row("甲0"))).await.expect("the account");
    let shown = "const fields = [...document.querySelectorAll('textarea, input')].map((field) => field.value);
        return [document.body.innerText, ...fields].some((text) => text.includes(canary(3, seed, 0)))";
    let deadline = Instant::now() + Duration::from_secs(10);
    while page.script(shown, Vec::new()).await.expect("looked") != json!(true) {
        assert!(Instant::now() < deadline, "the page does not show the note");
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// Killed, opened again, locked and ended: none of it leaves a secret in any file.
async fn nothing_on_disk(run: &mut Run) {
    run.stage.crash_app().await.expect("opens again after a crash");
    run.enter("unlock(0)").await;
    run.log_in("chen").await;
    run.lock().await;
    let mut canaries = run.of_platforms();
    assert!(canaries.len() > ACCOUNTS as usize, "the credentials of all accounts, read back from the vault");
    let finder = Finder::new(canaries.clone());
    let left = run.left_within(&finder, AFTER_LOCK).await;
    assert_eq!(left.count(), 0, "of what platforms gave: {}", left.tell(&finder));

    run.stage.quit_app().expect("ends");
    canaries.extend(run.finder().canaries().iter().cloned());
    let finder = Finder::new(canaries);
    let home = run.home.path().join("home");
    let log = std::fs::read_dir(run.data().join("logs")).expect("logs").flatten();
    let log: String = log.map(|file| std::fs::read_to_string(file.path()).expect("a log")).collect();
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "the log says everything it can say");
    std::fs::copy(run.home.path().join("app.log"), home.join("what-the-app-said")).expect("copied");
    let found = search_files(&[&home], &finder).expect("files can be read");
    assert!(found.bytes > 1 << 16, "{found}");
    soak::line("secrets on disk and in logs at TRACE", finder.canaries().len() as u64, found.count() as u64, "");
    assert_eq!(found.count(), 0, "{}", found.tell(&finder));
}

/// The proof that the search can fail: an app that keeps its page.
#[tokio::test]
#[ignore = "needs a display and WebKitWebDriver: cargo xtask window"]
async fn an_app_that_keeps_its_page_is_caught() {
    let run = Run::start(3, &[("ROSTER_KEEP_PAGE", "1")]).await;
    run.teach().await;
    let made =
        run.do_in_page("ask('POST', '/desktop/v1/vault', { password: canary(0, seed, 0) }).then((a) => a.status)");
    assert_eq!(made.await, 201);
    assert_eq!(run.do_in_page("keep(0, 3)").await, 201);
    run.do_in_page("show(3, 1)").await;
    let (status, _) = run.stage.page.call("POST", "/desktop/v1/vault/lock", None).await.expect("answers");
    assert_eq!(status, 200);
    let left = run.left_within(&run.finder(), Duration::ZERO).await;
    assert_eq!(left.count(), 10, "all that the page showed is still there: {}", left.tell(&run.finder()));
}
