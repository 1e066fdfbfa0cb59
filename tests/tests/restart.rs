//! The app ends in the middle, in order or not, and takes up where it stood.
#![allow(clippy::expect_used, clippy::panic, reason = "also in the functions that the tests share")]

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use roster_domain::{Account, AccountId, AccountStatus, Secret};
use roster_engine::{AccountQuery, Engine, LoginMethod, LoginPhase, LoginView, Ports, StartLogin, SystemClock};
use roster_platform::Filled;
use roster_sandbox::{FaultKind, NewFault, Sandbox, SandboxConfig};
use roster_tests::app::{self, PASSWORD, TestApp};
use serde_json::Value;

/// How long anything may take, in real time …
const PATIENCE: Duration = Duration::from_secs(30);
/// … and between two looks.
const BREATH: Duration = Duration::from_millis(5);

/// A running app in a process of its own. It is killed without mercy, at the latest with the test.
struct Victim {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Victim {
    fn start(data: &Path, sandbox: &Sandbox, platform: &str, account: Option<&AccountId>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_victim"));
        command.arg("--data").arg(data).args(["--password", PASSWORD, "--platform", platform]);
        command.arg("--sandbox").arg(sandbox.addr().to_string());
        if let Some(account) = account {
            command.arg("--account").arg(account.to_string());
        }
        Self::of(command)
    }

    /// One that reads an account's quotas.
    fn reading(data: &Path, sandbox: &Sandbox, account: &AccountId) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_victim"));
        command.arg("--data").arg(data).args(["--password", PASSWORD, "--platform", "burncloud", "--quotas"]);
        command.arg("--sandbox").arg(sandbox.addr().to_string()).arg("--account").arg(account.to_string());
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program");
        let lines = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, lines }
    }

    /// Reads on until it is in this phase.
    fn until(&mut self, phase: &str) -> Value {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.lines.read_line(&mut line).expect("its output");
            assert!(read > 0, "it ended before it was {phase}");
            let said: Value = serde_json::from_str(&line).expect("a line of JSON");
            if said["phase"] == phase {
                return said;
            }
        }
    }

    /// SIGKILL: no destructor, no last write.
    fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("dead");
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // Already dead after `kill`; an error means just that.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs blocking work beside the sandbox.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("no panic beside")
}

fn first_question(platform: &str) -> &'static str {
    if platform == "bilibili" { "nav" } else { "user_login_status_api" }
}

/// A login whose program is killed.
struct Cut<'a> {
    platform: &'a str,
    person: &'a str,
    /// The account it is for; a new one when `None`.
    account: Option<&'a AccountId>,
    /// The phase in which the program is killed.
    phase: &'static str,
}

/// Logs somebody in by a program that is killed after the confirmation, before anybody could say who they are.
async fn killed_in_the_middle(data: &Path, sandbox: &Sandbox, cut: Cut<'_>) {
    let Cut { platform, person, account, phase } = cut;
    let silence = sandbox.control().fault(NewFault::new(platform, FaultKind::Hang).at(first_question(platform)));
    let silence = silence.expect("a fault").id;
    let mut victim = Victim::start(data, sandbox, platform, account);
    let (mut victim, waiting) = beside(move || {
        let waiting = victim.until("waiting");
        (victim, waiting)
    })
    .await;
    let code = waiting["code"].as_str().expect("a code").to_owned();
    let handle = sandbox.control().scan(&code, person).expect("alive").handle;
    sandbox.control().confirm(&handle).expect("scanned");
    let victim = beside(move || {
        victim.until(phase);
        victim
    })
    .await;
    if phase == "verifying" {
        // It is shown before the session is stored; the question about it comes after.
        let asked = || sandbox.control().counters().values().any(|host| host.contains_key(first_question(platform)));
        eventually("the question", || asked().then_some(())).await;
    }
    beside(move || victim.kill()).await;
    sandbox.control().clear_faults(Some(silence));
    sandbox.control().reset_counters();
}

/// Waits until `look` finds something.
async fn eventually<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let given_up = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(tokio::time::Instant::now() < given_up, "waited in vain: {what}");
        tokio::time::sleep(BREATH).await;
    }
}

/// The vault again, by the rightful app.
async fn reopened(data: &Path, sandbox: &Sandbox) -> Engine {
    let clock = Arc::new(SystemClock::new());
    let ports = Ports { clock, ..Ports::bare() };
    let engine = app::engine(data, sandbox, ports);
    engine.unlock(PASSWORD.into()).await.expect("the vault has survived");
    engine
}

/// The account of a login that was killed before anybody knew whose it is.
fn only_account(engine: &Engine) -> AccountId {
    let page = engine.list_accounts(&AccountQuery::default()).expect("unlocked");
    assert_eq!(page.total, 1);
    page.accounts[0].account.id.clone()
}

fn account(engine: &Engine, id: &AccountId) -> Arc<Account> {
    engine.account(&id.into()).expect("there").account
}

#[tokio::test]
async fn a_login_that_was_killed_after_the_confirmation_is_there_after_the_restart() {
    for platform in ["bilibili", "toutiao"] {
        let sandbox = Sandbox::start(SandboxConfig::default()).await.expect("a free port");
        let data = tempfile::tempdir().expect("a folder");
        let cut = Cut { platform, person: "chen", account: None, phase: "verifying" };
        killed_in_the_middle(data.path(), &sandbox, cut).await;

        let engine = reopened(data.path(), &sandbox).await;
        let id = only_account(&engine);
        let outcome = engine.check_account(&(&id).into()).await.expect("an outcome");
        assert!(outcome.healthy, "{platform}: with its session: {:?}", outcome.verdict);
        let account = account(&engine, &id);
        assert_eq!((account.name.as_str(), account.status), ("陈工拆机", AccountStatus::Active), "{platform}");
        assert_eq!(sandbox.control().sessions().len(), 1, "{platform}: nobody had to log in again");
        engine.shutdown().await.expect("an orderly end");
    }
}

/// A platform, who scans into lin's account, and the phase in which the program is killed.
const INTO_LINS: [(&str, &str, &str); 4] = [
    ("bilibili", "lin", "verifying"),
    ("toutiao", "lin", "verifying"),
    // Its session itself says whose it is, so that nobody needs to be asked.
    ("bilibili", "zhou", "wrong_person"),
    ("toutiao", "zhou", "verifying"),
];

#[tokio::test]
async fn a_login_into_an_account_that_was_killed_is_decided_after_the_restart() {
    for (platform, person, phase) in INTO_LINS {
        let case = format!("{platform}, scanned by {person}");
        let sandbox = Sandbox::start(SandboxConfig::default()).await.expect("a free port");
        let data = tempfile::tempdir().expect("a folder");
        let first = Cut { platform, person: "lin", account: None, phase: "verifying" };
        killed_in_the_middle(data.path(), &sandbox, first).await;
        let engine = reopened(data.path(), &sandbox).await;
        let lin = only_account(&engine);
        assert!(engine.check_account(&(&lin).into()).await.expect("an outcome").healthy);
        let before = account(&engine, &lin);
        engine.shutdown().await.expect("an orderly end");
        sandbox.control().reset_counters();

        let second = Cut { platform, person, account: Some(&lin), phase };
        killed_in_the_middle(data.path(), &sandbox, second).await;
        let engine = reopened(data.path(), &sandbox).await;
        if person == "lin" {
            let renewed = || (account(&engine, &lin).generation > before.generation).then_some(());
            eventually(&format!("{case}: the new session"), renewed).await;
        } else {
            let wrong = |view: &LoginView| view.phase == LoginPhase::WrongPerson;
            let told = || engine.logins().expect("unlocked").iter().any(wrong).then_some(());
            eventually(&format!("{case}: to be told"), told).await;
            let after = account(&engine, &lin);
            assert_eq!(
                (after.generation, &after.credential_hash),
                (before.generation, &before.credential_hash),
                "{case}"
            );
        }
        let outcome = engine.check_account(&(&lin).into()).await.expect("an outcome");
        assert!(outcome.healthy, "{case}: {:?}", outcome.verdict);
        assert_eq!(account(&engine, &lin).identity, before.identity, "{case}: still the same person's account");
        assert_eq!(only_account(&engine), lin, "{case}: and the only one");
        engine.shutdown().await.expect("an orderly end");
    }
}

#[tokio::test]
async fn an_orderly_restart_keeps_accounts_sessions_and_the_first_of_two_proofs() {
    let mut app = TestApp::start().await;
    let lin = app.log_in("bilibili", "lin").await;
    let zhou = app.log_in("toutiao", "zhou").await;
    app.control().expire_sessions("bilibili", "lin").expect("a session");
    assert_eq!(app.check(&lin).await.status, AccountStatus::Active, "the first denial");
    let before = app.account(&lin).account;
    app.restart().await;
    assert_eq!(app.account(&lin).account.first_expired_at, before.first_expired_at);
    assert_eq!(app.account(&lin).account.next_check_at, before.next_check_at, "due times are kept");
    app.advance(Duration::from_secs(60));
    assert_eq!(app.check(&lin).await.status, AccountStatus::Expired, "the second, in another process");
    assert!(app.check(&zhou).await.healthy);
}

#[tokio::test]
async fn a_login_that_is_only_waiting_is_gone_after_a_restart() {
    let mut app = TestApp::start().await;
    let view = app.start_login("bilibili", None).await;
    app.restart().await;
    assert!(app.engine.logins().expect("unlocked").is_empty());
    assert!(app.engine.login(&view.session_id).is_err());
    assert!(app.accounts().is_empty());
}

/// How often an endpoint was asked.
fn asked(sandbox: &Sandbox, endpoint: &str) -> u64 {
    sandbox.control().counters().values().filter_map(|host| host.get(endpoint)).sum()
}

/// A server of the third generation exchanges the session in the middle of a question, and calls the whole session stolen
/// when the old one is shown again later.
#[tokio::test]
async fn a_session_that_was_exchanged_before_the_program_was_killed_is_not_lost() {
    let sandbox = Sandbox::start(SandboxConfig::default()).await.expect("a free port");
    let data = tempfile::tempdir().expect("a folder");
    let ports = Ports { clock: Arc::new(SystemClock::new()), ..Ports::bare() };
    let engine = app::engine(data.path(), &sandbox, ports);
    engine.create_vault(PASSWORD.into()).await.expect("a vault");
    let platform = engine.platform_id("burncloud").expect("a platform");
    let start = StartLogin { platform, method: LoginMethod::Password, account: None, site: None };
    let login = engine.start_login(start).await.expect("a login").session_id;
    let phase = |wanted: LoginPhase| {
        let view = engine.login(&login).expect("the login");
        (view.phase == wanted).then_some(())
    };
    eventually("the form", || phase(LoginPhase::NeedsInput)).await;
    let site = "https://newapi.ember.example";
    let filled = [("site", site), ("action", "login"), ("username", "lin"), ("password", "lin-password")];
    let filled: Filled = filled.into_iter().map(|(name, value)| (name, Secret::from(value))).collect();
    engine.fill_login(&login, filled).await.expect("taken");
    eventually("the account", || phase(LoginPhase::Done)).await;
    let id = only_account(&engine);
    engine.shutdown().await.expect("an orderly end");

    // The token is over by the server's clock; what follows the exchange of it hangs.
    sandbox.control().advance(Duration::from_secs(20 * 60));
    sandbox.control().reset_counters();
    let silence = sandbox.control().fault(NewFault::new("burncloud", FaultKind::Hang).at("status"));
    let silence = silence.expect("a fault").id;
    let (folder, address) = (data.path().to_owned(), id.clone());
    let victim = Victim::reading(&folder, &sandbox, &address);
    let victim = beside(move || {
        let mut victim = victim;
        victim.until("asking");
        victim
    })
    .await;
    eventually("the question after the exchange", || (asked(&sandbox, "status") > 0).then_some(())).await;
    assert_eq!(asked(&sandbox, "auth/refresh"), 1, "it was exchanged");
    beside(move || victim.kill()).await;
    sandbox.control().clear_faults(Some(silence));

    sandbox.control().advance(Duration::from_secs(60));
    let engine = reopened(data.path(), &sandbox).await;
    let outcome = engine.check_account(&(&id).into()).await.expect("an outcome");
    assert!(outcome.healthy, "{outcome:?}");
    sandbox.control().advance(Duration::from_secs(20 * 60));
    let outcome = engine.check_account(&(&id).into()).await.expect("an outcome");
    assert!(outcome.healthy, "and is exchanged on: {outcome:?}");
    engine.shutdown().await.expect("an orderly end");
}
