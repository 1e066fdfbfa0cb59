//! An account's proxy: everything goes through it, and nothing goes around it.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use jiff::Timestamp;
use roster_domain::{Reason, Secret};
use roster_platform::{
    Breaker, ClientScope, Error, ErrorKind, Http, HttpConfig, HttpFactory, Retry,
    conformance::{Host, Reply},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
/// A name that no resolver knows: whoever gets an answer for it did not look it up here.
const URL: &str = "https://platform.invalid/x";

fn factory(host: &Host) -> HttpFactory {
    let breaker = Breaker { failures: 100, rest: Duration::from_secs(1) };
    let backoff = Duration::from_millis(1);
    HttpFactory::new(HttpConfig { sandbox: Some(host.addr()), breaker, backoff, ..HttpConfig::default() })
        .expect("factory")
}

fn through(factory: &HttpFactory, proxy: &str) -> Result<Http, Error> {
    factory.for_account(ClientScope { proxy: Some(Secret::from(proxy)), user_agent: None })
}

async fn platform() -> Host {
    Host::start(Arc::new(|_| Reply::json("{}"))).await.expect("host")
}

/// A port on which nobody listens.
async fn dead_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("port");
    listener.local_addr().expect("address").port()
}

/// A SOCKS5 proxy that takes names and passwords and connects everything to one place. It answers how often it was
/// asked for a name.
async fn socks(to: std::net::SocketAddr) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("port");
    let port = listener.local_addr().expect("address").port();
    let names = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&names);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let counted = Arc::clone(&counted);
            tokio::spawn(async move {
                let _ = tunnel(stream, to, &counted).await;
            });
        }
    });
    (port, names)
}

async fn tunnel(mut stream: TcpStream, to: std::net::SocketAddr, names: &AtomicUsize) -> std::io::Result<()> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).await?;
    let mut methods = vec![0; usize::from(head[1])];
    stream.read_exact(&mut methods).await?;
    let with_password = methods.contains(&2);
    stream.write_all(&[5, if with_password { 2 } else { 0 }]).await?;
    if with_password {
        stream.read_exact(&mut head).await?;
        let mut user = vec![0; usize::from(head[1]) + 1];
        stream.read_exact(&mut user).await?;
        let mut password = vec![0; usize::from(user[user.len() - 1])];
        stream.read_exact(&mut password).await?;
        let good = user.starts_with(b"user") && password == b"secret";
        stream.write_all(&[1, u8::from(!good)]).await?;
        if !good {
            return Ok(());
        }
    }
    let mut request = [0; 5];
    stream.read_exact(&mut request).await?;
    assert_eq!(request[3], 3, "a name, not an address that was looked up before");
    let mut name = vec![0; usize::from(request[4]) + 2];
    stream.read_exact(&mut name).await?;
    assert!(name.starts_with(b"platform.invalid.localhost"));
    names.fetch_add(1, SeqCst);
    stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).await?;
    let mut upstream = TcpStream::connect(to).await?;
    tokio::io::copy_bidirectional(&mut stream, &mut upstream).await.map(|_| ())
}

#[tokio::test]
async fn an_http_proxy_is_asked_with_the_whole_address() {
    let platform = platform().await;
    let proxy = Host::start(Arc::new(|_| Reply::json("{\"from\":\"proxy\"}"))).await.expect("proxy");
    let factory = factory(&platform);
    let http = through(&factory, &format!("http://user:secret@127.0.0.1:{}", proxy.addr().port())).expect("client");
    let answer = http.get("q", URL).send(NOW).await.expect("an answer");
    assert_eq!(answer.text(), "{\"from\":\"proxy\"}");
    assert_eq!(proxy.asked()[0].host, "platform.invalid");
    assert!(proxy.asked()[0].headers["proxy-authorization"].starts_with("Basic "));
    assert!(platform.asked().is_empty(), "nothing went around it");
}

#[tokio::test]
async fn names_are_looked_up_by_the_socks_proxy_in_both_spellings() {
    let platform = platform().await;
    let factory = factory(&platform);
    let (port, names) = socks(platform.addr()).await;
    for (asked, scheme) in ["socks5", "socks5h"].into_iter().enumerate() {
        for login in ["", "user:secret@"] {
            let http = through(&factory, &format!("{scheme}://{login}127.0.0.1:{port}")).expect("client");
            assert_eq!(http.get("q", URL).send(NOW).await.expect("an answer").status, 200, "{scheme} {login}");
        }
        assert_eq!(names.load(SeqCst), 2 * (asked + 1));
    }
    let wrong = through(&factory, &format!("socks5://user:wrong@127.0.0.1:{port}")).expect("client");
    let error = wrong.get("q", URL).once().send(NOW).await.expect_err("refused");
    assert_eq!((error.kind, error.reason), (ErrorKind::Network, Reason::Proxy));
}

#[tokio::test]
async fn with_a_dead_proxy_nothing_reaches_the_platform() {
    let platform = platform().await;
    let factory = factory(&platform);
    for scheme in ["http", "https", "socks5", "socks5h"] {
        let http = through(&factory, &format!("{scheme}://user:canary-password@127.0.0.1:{}", dead_port().await))
            .expect("client");
        for ask in [http.get("q", URL), http.get("q", URL).poll(), http.post_form("q", URL, &[])] {
            let error = ask.send(NOW).await.expect_err(scheme);
            assert_eq!((error.kind, error.reason), (ErrorKind::Network, Reason::Proxy), "{scheme}");
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }
    let unknown = through(&factory, "http://no-such-proxy.invalid:3128").expect("client");
    assert_eq!(unknown.get("q", URL).once().send(NOW).await.expect_err("unknown").reason, Reason::Proxy);
    assert!(platform.asked().is_empty(), "nothing went around the proxy");
    let direct = factory.for_account(ClientScope::default()).expect("client");
    assert_eq!(direct.get("q", URL).send(NOW).await.expect("the platform is well").status, 200);
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_or_talks_nonsense_is_the_proxy_s_fault() {
    let platform = platform().await;
    let factory = factory(&platform);
    let asking = Host::start(Arc::new(|_| Reply::html(407, "password?"))).await.expect("proxy");
    let http = through(&factory, &format!("http://127.0.0.1:{}", asking.addr().port())).expect("client");
    let error = http.get("q", URL).send(NOW).await.expect_err("refused");
    assert_eq!((error.reason, error.retry), (Reason::Proxy, Retry::Never));
    assert_eq!(asking.asked().len(), 1, "a wrong password is not tried again");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("port");
    let port = listener.local_addr().expect("address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"220 mail.example ready\r\n").await;
        }
    });
    let http = through(&factory, &format!("socks5://127.0.0.1:{port}")).expect("client");
    assert_eq!(http.get("q", URL).once().send(NOW).await.expect_err("nonsense").reason, Reason::Proxy);
    assert!(platform.asked().is_empty());
}

#[tokio::test]
async fn what_is_no_proxy_makes_no_client() {
    let platform = platform().await;
    let factory = factory(&platform);
    for address in ["", "nonsense", "ftp://127.0.0.1:1", "socks4://127.0.0.1:1", "http://", "127.0.0.1:8080"] {
        let error = through(&factory, address).expect_err("refused");
        assert_eq!((error.reason, error.retry), (Reason::Proxy, Retry::Never), "{address}");
    }
    assert!(platform.asked().is_empty());
}

#[tokio::test]
async fn a_dead_proxy_says_nothing_about_the_host() {
    let platform = platform().await;
    let breaker = Breaker { failures: 2, rest: Duration::from_secs(60) };
    let factory = HttpFactory::new(HttpConfig { sandbox: Some(platform.addr()), breaker, ..HttpConfig::default() });
    let factory = factory.expect("factory");
    let dead = through(&factory, &format!("http://127.0.0.1:{}", dead_port().await)).expect("client");
    for _ in 0..3 {
        assert_eq!(dead.get("q", URL).once().send(NOW).await.expect_err("dead").reason, Reason::Proxy);
    }
    let direct = factory.for_account(ClientScope::default()).expect("client");
    assert_eq!(direct.get("q", URL).send(NOW).await.expect("not held back").status, 200);
}

#[tokio::test]
async fn a_question_without_a_proxy_goes_directly() {
    let platform = platform().await;
    let direct = factory(&platform).for_account(ClientScope::default()).expect("client");
    assert_eq!(direct.get("q", URL).send(NOW).await.expect("an answer").status, 200);
}

#[test]
fn proxies_of_the_environment_are_ignored() {
    let mut child = std::process::Command::new(std::env::current_exe().expect("this test"));
    child.args(["--exact", "a_question_without_a_proxy_goes_directly"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(name, "http://127.0.0.1:9");
    }
    child.env_remove("NO_PROXY").env_remove("no_proxy");
    let outcome = child.output().expect("it runs");
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stdout));
    assert!(String::from_utf8_lossy(&outcome.stdout).contains("1 passed"));
}
