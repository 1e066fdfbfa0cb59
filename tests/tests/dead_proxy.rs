//! Accounts whose proxy is down, with the platforms' real names: what their questions try to reach is read from the
//! system calls of the program that asks them. The same program without proxies shows that the reading sees names and
//! connections.

#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::panic, reason = "the whole file is a test")]

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use roster_domain::Secret;
use roster_engine::{AccountQuery, AccountRef, CheckLimits, Engine, EngineConfig, KdfParams, NewAccount, Ports};
use roster_platform::{Breaker, HostLimits, HttpConfig, HttpFactory};
use roster_sandbox::{Sandbox, SandboxConfig};
use roster_tests::{
    app::{PASSWORD, engine},
    traffic::{Traffic, strace},
};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

/// Each with cookies that may be a session.
const PLATFORMS: [(&str, &str); 7] = [
    ("bilibili", "SESSDATA=a; bili_jct=b; DedeUserID=7"),
    ("toutiao", "sessionid=a; sid_tt=a; sessionid_ss=a"),
    ("douyin", "sessionid=a; sid_tt=a; sessionid_ss=a"),
    ("xiaohongshu", "web_session=a; access-token-creator.xiaohongshu.com=a; galaxy_creator_session_id=a; a1=b"),
    ("jimeng", "sessionid=a"),
    ("dreamina", "sessionid=a"),
    ("smartcv", "__Secure-next-auth.session-token=a"),
];
const SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];
/// A word of each platform's hosts.
const HOSTS: [&str; 7] = ["bilibili", "toutiao", "douyin", "xiaohongshu", "jianying", "capcut", "smartcv"];

/// What the asking program is told.
#[derive(Debug, Serialize, Deserialize)]
struct Task {
    vault: PathBuf,
    answers: PathBuf,
    /// How often each account is asked about.
    rounds: usize,
    /// A listener in the place of all platforms.
    listener: Option<SocketAddr>,
}

/// How often each outcome came, as `verdict, reason, status of the account`.
type Outcomes = BTreeMap<String, usize>;

/// A vault with accounts, each with its proxy.
struct House {
    folder: TempDir,
}

impl House {
    /// Nothing is asked of the real platforms meanwhile.
    async fn new(proxies: &[Option<String>]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let sandbox = Sandbox::start(SandboxConfig::default()).await.expect("a free port");
        let engine = engine(&folder.path().join("vault"), &sandbox, Ports::bare());
        engine.create_vault(PASSWORD.into()).await.expect("a vault");
        let mut settings = engine.settings().expect("unlocked");
        settings.health_enabled = false;
        engine.update_settings(settings).await.expect("good settings");
        for (platform, cookies) in PLATFORMS {
            for proxy in proxies {
                let new = serde_json::json!({});
                let new = NewAccount {
                    platform: engine.platform_id(platform).expect("a platform"),
                    account_name: None,
                    account_type: serde_json::from_value("personal".into()).expect("a type"),
                    cookie_data: Secret::from(cookies),
                    priority: None,
                    user_id: None,
                    project_id: None,
                    tags: BTreeMap::new(),
                    metadata: new.as_object().cloned().unwrap_or_default(),
                    note: String::new(),
                };
                let made = engine.create_account(new).await.expect("an account").account.id.clone();
                let proxy = proxy.as_deref().map(Secret::from);
                engine.set_proxy(&AccountRef::from(&made), proxy).await.expect("a good proxy");
            }
        }
        engine.shutdown().await.expect("an orderly end");
        Self { folder }
    }

    /// Starts the asking program under strace.
    async fn ask(&self, rounds: usize, listener: Option<SocketAddr>) -> (Outcomes, Traffic, String) {
        let place = |name: &str| self.folder.path().join(name);
        let task = Task { vault: place("vault"), answers: place("answers"), rounds, listener };
        let mut asker = strace(&place("calls"));
        asker.arg(std::env::current_exe().expect("this program"));
        asker.args(["--exact", "the_asking_program", "--ignored", "--nocapture"]);
        asker.env("ROSTER_ASKER", serde_json::to_string(&task).expect("JSON"));
        // A name server that does not answer shall not hold the test up.
        asker.env("RES_OPTIONS", "timeout:1 attempts:1").stdin(Stdio::null()).stdout(Stdio::null());
        let status = asker.status().expect("this test needs strace: apt-get install strace");
        assert!(status.success(), "{status}");
        let answers = std::fs::read_to_string(place("answers")).expect("answers");
        let calls = settled(&place("calls")).await;
        let traffic = Traffic::read(&place("calls"), 0).expect("a log");
        (serde_json::from_str(&answers).expect("JSON"), traffic, calls)
    }
}

/// The log, when the tracer has written its last line.
async fn settled(log: &Path) -> String {
    let since = std::time::Instant::now();
    loop {
        let text = String::from_utf8_lossy(&std::fs::read(log).expect("a log")).into_owned();
        if text.lines().next_back().is_some_and(|line| line.contains("+++ exited")) {
            return text;
        }
        assert!(since.elapsed() < Duration::from_secs(20), "the tracer has not finished");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The program that asks: started by the tests below, as a process of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it is the asking program of the other tests"]
async fn the_asking_program() {
    let task = std::env::var("ROSTER_ASKER").expect("it is started by another test");
    let task: Task = serde_json::from_str(&task).expect("a task");
    let config = HttpConfig {
        sandbox: task.listener,
        limits: HostLimits { concurrency: 64, per_second: 0.0, burst: 64 },
        // Each question really goes out.
        breaker: Breaker { failures: u32::MAX, rest: Duration::ZERO },
        backoff: Duration::from_millis(1),
        ..HttpConfig::default()
    };
    let engine = Engine::new(EngineConfig {
        data_dir: task.vault,
        adapters: roster_platforms::all(&roster_platforms::AdapterSettings::default()),
        http: HttpFactory::new(config).expect("a client"),
        ports: Ports::bare(),
        kdf: KdfParams::floor(),
        limits: CheckLimits::default(),
    });
    engine.unlock(PASSWORD.into()).await.expect("the vault");
    let mut outcomes = Outcomes::new();
    for _ in 0..task.rounds {
        let accounts =
            engine.list_accounts(&AccountQuery { limit: 200, ..AccountQuery::default() }).expect("unlocked").accounts;
        let asked = accounts.iter().map(async |view| engine.check_account(&AccountRef::from(&view.account.id)).await);
        for outcome in futures_util::future::join_all(asked.collect::<Vec<_>>()).await {
            let outcome = outcome.expect("an outcome");
            let said = format!("{:?}, {:?}, {:?}", outcome.verdict, outcome.reason, outcome.status);
            *outcomes.entry(said).or_default() += 1;
        }
    }
    engine.shutdown().await.expect("an orderly end");
    std::fs::write(task.answers, serde_json::to_string(&outcomes).expect("JSON")).expect("written");
}

/// An address that is taken and where nobody listens.
fn nobody() -> (tokio::net::TcpSocket, u16) {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
    let port = socket.local_addr().expect("bound").port();
    (socket, port)
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_proxy_down_nothing_is_looked_up_and_nobody_else_is_called() {
    let (_held, port) = nobody();
    let own = [SocketAddr::from((Ipv4Addr::LOCALHOST, port)), SocketAddr::from((Ipv6Addr::LOCALHOST, port))];
    for host in ["127.0.0.1", "localhost"] {
        let proxies = SCHEMES.into_iter().flat_map(|scheme| {
            [Some(format!("{scheme}://{host}:{port}")), Some(format!("{scheme}://user:canary@{host}:{port}"))]
        });
        let house = House::new(&proxies.collect::<Vec<_>>()).await;
        let (outcomes, traffic, calls) = house.ask(5, None).await;
        let asked = PLATFORMS.len() * 2 * SCHEMES.len() * 5;
        assert_eq!(outcomes, Outcomes::from([(String::from("Unknown, Proxy, Pending"), asked)]), "{host}");
        let tries: usize = own.iter().map(|own| traffic.count(*own)).sum();
        assert!(tries >= asked, "{host}: {tries} calls of the proxy for {asked} questions");
        assert_eq!(traffic.besides(&own), [], "{host}");
        assert_eq!(traffic.names, [] as [&str; 0], "{host}");
        for platform in HOSTS {
            assert!(!calls.contains(platform), "{host}: {platform} is named to somebody");
        }
        // Where the proxy has a name of its own, that one is looked up.
        assert!(host == "localhost" || !traffic.asks_for_names(), "{:?}", traffic.resolvers);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_proxy_the_same_questions_are_seen() {
    let house = House::new(&[None]).await;
    let (_, traffic, _) = house.ask(1, None).await;
    assert!(traffic.asks_for_names(), "{traffic:?}");

    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let answering = tokio::spawn(async move {
        let mut came = 0_usize;
        // It takes the call and hangs up; how many that is, is asked below.
        while let Ok(Ok(_)) = tokio::time::timeout(Duration::from_secs(3), listener.accept()).await {
            came += 1;
        }
        came
    });
    let (_, traffic, _) = house.ask(1, Some(address)).await;
    assert!(traffic.count(address) >= PLATFORMS.len(), "{traffic:?}");
    assert!(answering.await.expect("counted") >= PLATFORMS.len());
}
