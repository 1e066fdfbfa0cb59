//! The client over real sockets: tries, pauses, limits, sizes, redirects, and what it says about faults.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;
use roster_domain::{CookieJar, Reason};
use roster_platform::{
    Breaker, ClientScope, ErrorKind, Follow, HostLimits, Http, HttpConfig, HttpFactory, Retry, Timeouts,
    conformance::{Asked, Host, Reply},
};
use tokio::io::AsyncWriteExt;

const URL: &str = "https://api.example.com/x?token=canary-query";
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn config(host: &Host) -> HttpConfig {
    let millis = Duration::from_millis;
    HttpConfig {
        sandbox: Some(host.addr()),
        timeouts: Timeouts { connect: millis(500), request: millis(400), total: millis(3000) },
        limits: HostLimits { concurrency: 8, per_second: 0.0, burst: 1 },
        breaker: Breaker { failures: 100, rest: Duration::from_secs(30) },
        backoff: millis(20),
    }
}

fn client(config: HttpConfig) -> Http {
    HttpFactory::new(config).expect("factory").for_account(ClientScope::default()).expect("client")
}

async fn host(play: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Host {
    Host::start(Arc::new(play)).await.expect("host")
}

/// Fails so often, then answers.
fn recovering(failures: usize, failure: Reply) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    let asked = AtomicUsize::new(0);
    move |_| if asked.fetch_add(1, SeqCst) < failures { failure.clone() } else { Reply::json("{}") }
}

#[tokio::test]
async fn a_question_is_tried_three_times_and_a_change_once() {
    for failure in [Reply::html(502, "x"), Reply::Reset] {
        let host = host(recovering(2, failure.clone())).await;
        let http = client(config(&host));
        let started = Instant::now();
        let answer = http.get("q", URL).send(NOW).await.expect("the third try");
        assert_eq!((answer.status, host.asked().len()), (200, 3));
        assert!(started.elapsed() >= Duration::from_millis(60), "20 ms, then 40 ms");
    }
    let bad = host(|_| Reply::html(503, "x")).await;
    let http = client(config(&bad));
    assert_eq!(http.get("q", URL).send(NOW).await.expect("an answer").status, 503);
    assert_eq!(bad.asked().len(), 3);
    http.post_form("q", URL, &[("a", "1")]).send(NOW).await.expect("an answer");
    http.get("q", URL).once().send(NOW).await.expect("an answer");
    http.get("q", URL).poll().send(NOW).await.expect("an answer");
    assert_eq!(bad.asked().len(), 6, "each of these once");
}

#[tokio::test]
async fn other_answers_are_not_tried_again() {
    for status in [200, 302, 400, 404, 412] {
        let host = host(move |_| Reply::html(status, "x")).await;
        assert_eq!(client(config(&host)).get("q", URL).send(NOW).await.expect("an answer").status, status);
        assert_eq!(host.asked().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_plan_that_is_used_up_is_no_wish_to_be_left_alone() {
    let host = host(|asked| {
        let body = if asked.query.contains_key("busy") { "slow down" } else { "plan limit" };
        Reply::html(429, body).with("retry-after", "60")
    })
    .await;
    let http = client(config(&host));
    let ask = |url: &str| http.get("q", url).pause_if(|answer| answer.text() == "slow down");
    for _ in 0..3 {
        let answer = ask("https://api.example.com/x").send(NOW).await.expect("the host is asked");
        assert_eq!((answer.status, answer.retry_after), (429, Some(Duration::from_secs(60))));
    }
    ask("https://api.example.com/x?busy=1").send(NOW).await.expect("the answer that asks for the pause");
    let error = ask("https://api.example.com/x").send(NOW).await.expect_err("paused");
    assert_eq!(error.kind, ErrorKind::RateLimited);
}

#[tokio::test]
async fn a_pause_that_the_host_asks_for_is_kept_by_everybody() {
    let host = host(|_| Reply::html(429, "x").with("retry-after", "60")).await;
    let factory = HttpFactory::new(config(&host)).expect("factory");
    let first = factory.for_account(ClientScope::default()).expect("client");
    let other = factory.for_account(ClientScope::default()).expect("client");
    let answer = first.get("q", URL).send(NOW).await.expect("an answer");
    assert_eq!(answer.retry_after, Some(Duration::from_secs(60)));
    let error = answer.settled().expect_err("too many");
    assert_eq!((error.kind, error.retry), (ErrorKind::RateLimited, Retry::After(Duration::from_secs(60))));
    let error = other.get("q", URL).poll().send(NOW).await.expect_err("refused here");
    assert!(matches!(error.retry, Retry::After(left) if left > Duration::from_secs(50)), "{error:?}");
    assert_eq!(host.asked().len(), 1, "nobody asked again");
    let elsewhere = first.get("q", "https://www.example.com/").send(NOW).await.expect("another host");
    assert_eq!(elsewhere.status, 429);
}

#[tokio::test]
async fn a_failing_host_is_left_alone_but_for_polls() {
    let host = host(|_| Reply::html(500, "x")).await;
    let breaker = Breaker { failures: 5, rest: Duration::from_secs(30) };
    let http = client(HttpConfig { breaker, ..config(&host) });
    for _ in 0..2 {
        let _ = http.get("q", URL).send(NOW).await;
    }
    assert_eq!(host.asked().len(), 5, "the sixth try was not made");
    let error = http.get("q", URL).send(NOW).await.expect_err("refused here");
    assert_eq!((error.kind, error.reason), (ErrorKind::Server, Reason::ServerError));
    assert!(matches!(error.retry, Retry::After(_)));
    assert_eq!(http.get("q", URL).poll().send(NOW).await.expect("a poll goes through").status, 500);
}

#[tokio::test]
async fn everything_ends_in_time() {
    let host = host(|_| Reply::Silent).await;
    let total = Duration::from_millis(600);
    let timeouts = Timeouts { total, ..config(&host).timeouts };
    let http = client(HttpConfig { timeouts, ..config(&host) });
    let started = Instant::now();
    let error = http.get("q", URL).send(NOW).await.expect_err("no answer");
    assert_eq!((error.kind, error.reason), (ErrorKind::Network, Reason::Timeout));
    assert!(started.elapsed() < total + Duration::from_millis(400), "{:?}", started.elapsed());
}

#[tokio::test]
async fn bodies_have_a_limit_also_when_unpacked() {
    let limit = 8 * 1024 * 1024;
    let host = host(move |asked| match asked.path.as_str() {
        "/full" => Reply::new(200, "text/plain", vec![b'a'; limit]),
        "/over" => Reply::new(200, "text/plain", vec![b'a'; limit + 1]),
        // 9 MiB of zeros, gzipped: a few kilobytes on the wire.
        _ => Reply::new(200, "text/plain", include_bytes!("bomb.gz").to_vec()).with("content-encoding", "gzip"),
    })
    .await;
    let slow = Timeouts { request: Duration::from_secs(8), total: Duration::from_secs(20), ..config(&host).timeouts };
    let http = client(HttpConfig { timeouts: slow, ..config(&host) });
    let full = http.get("q", "https://a.example.com/full").send(NOW).await.expect("just fits");
    assert_eq!(full.body.len(), limit);
    for path in ["over", "bomb"] {
        let error = http.get("q", &format!("https://a.example.com/{path}")).once().send(NOW).await.expect_err(path);
        assert_eq!((error.kind, error.reason), (ErrorKind::Protocol, Reason::NotJson), "{path}");
    }
}

#[tokio::test]
async fn faults_have_names() {
    let host = host(|_| Reply::Reset).await;
    let http = client(config(&host));
    assert_eq!(http.get("q", URL).once().send(NOW).await.expect_err("reset").reason, Reason::Connect);
    drop(host);
    assert_eq!(http.get("q", URL).once().send(NOW).await.expect_err("nobody there").reason, Reason::Connect);

    // Without the mapping, real names and real TLS: a name that exists nowhere, and a port that speaks no TLS.
    let plain = client(HttpConfig::default());
    let error = plain.get("q", "https://no-such-host.invalid/").once().send(NOW).await.expect_err("no such name");
    assert_eq!((error.kind, error.reason), (ErrorKind::Network, Reason::Dns));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("port");
    let url = format!("https://localhost:{}/", listener.local_addr().expect("address").port());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 No TLS here\r\n\r\n").await;
        }
    });
    let error = plain.get("q", &url).once().send(NOW).await.expect_err("no TLS there");
    assert_eq!((error.kind, error.reason), (ErrorKind::Network, Reason::Tls));
}

#[tokio::test]
async fn only_https_is_ever_asked() {
    let host = host(|_| Reply::json("{}")).await;
    let http = client(config(&host));
    for url in ["http://api.example.com/", "ftp://api.example.com/", "/x", "", "https://"] {
        assert_eq!(http.get("q", url).send(NOW).await.expect_err(url).kind, ErrorKind::Protocol);
    }
    assert!(host.asked().is_empty());
    assert!(http.get("q", URL).header("x", "a\nb").send(NOW).await.is_err(), "no header is split");
}

#[tokio::test]
async fn plain_http_goes_to_ones_own_network_and_only_when_asked_for() {
    let host = host(|_| Reply::json("{}")).await;
    let http = client(HttpConfig { sandbox: None, ..config(&host) });
    let near = format!("http://{}/", host.addr());
    assert_eq!(http.get("q", &near).send(NOW).await.expect_err("not asked for").kind, ErrorKind::Protocol);
    assert_eq!(http.get("q", &near).own_network().send(NOW).await.expect("an answer").status, 200);
    for far in ["http://api.example.com/", "http://8.8.8.8/", "http://[2001:4860:4860::8888]/"] {
        assert_eq!(http.get("q", far).own_network().send(NOW).await.expect_err(far).kind, ErrorKind::Protocol);
    }
    assert_eq!(host.asked().len(), 1);
}

#[tokio::test]
async fn cookies_go_and_come_as_if_the_real_host_were_asked() {
    let host = host(|asked| {
        assert_eq!(asked.host, "api.example.com");
        Reply::json("{}")
            .with("set-cookie", "wide=a%2Cb; Domain=example.com.localhost; Path=/; Secure")
            .with("set-cookie", "own=1; Path=/")
            .with("set-cookie", "foreign=1; Domain=other.com")
            .with("location", &format!("http://www.example.com.localhost:{}/y", 1))
    })
    .await;
    let jar = CookieJar::from_header("a=1%2C2; b=\"q\"", "example.com").expect("jar");
    let answer = client(config(&host)).get("q", URL).cookies(&jar).send(NOW).await.expect("an answer");
    assert_eq!(host.asked()[0].headers["cookie"], "a=1%2C2; b=\"q\"");
    let seen: Vec<_> = answer.set_cookies.iter().map(|c| (c.name.as_str(), c.domain.as_str(), c.host_only)).collect();
    assert_eq!(seen, [("wide", "example.com", false), ("own", "api.example.com", true)]);
}

#[tokio::test]
async fn redirects_are_followed_by_hand_within_their_rules() {
    let host = host(|asked| match (asked.host.as_str(), asked.path.as_str()) {
        ("a.example.com", "/1") => Reply::redirect("/2").with("set-cookie", "one=1; Domain=example.com; Path=/"),
        ("a.example.com", "/2") => {
            assert_eq!(asked.cookie("one"), Some("1"));
            Reply::redirect("https://b.example.com/3").with("set-cookie", "two=2; Domain=example.com; Path=/")
        }
        ("b.example.com", "/3") => Reply::redirect("https://evil.example/4?ticket=1"),
        ("a.example.com", "/round") => Reply::redirect("/round"),
        ("a.example.com", "/down") => Reply::redirect("http://a.example.com/2"),
        ("a.example.com", "/broken") => Reply::redirect("/reset").with("set-cookie", "kept=1; Path=/"),
        ("a.example.com", "/reset") => Reply::Reset,
        _ => Reply::html(404, "x"),
    })
    .await;
    let http = client(config(&host));
    let hosts = ["a.example.com", "b.example.com"];
    let go = |path: &str, hops, enough: &'static (dyn Fn(&CookieJar) -> bool + Send + Sync)| {
        let ask = http.get("q", &format!("https://a.example.com{path}")).once();
        async move { ask.follow(Follow { hops, hosts: &hosts, enough }, NOW).await }
    };
    let all = go("/1", 9, &|_| false).await.expect("followed");
    assert!(all.led_away && all.cookies.value("one").is_some() && all.cookies.value("two").is_some());
    assert!(host.asked().iter().all(|asked| asked.host != "evil.example"));
    let early = go("/1", 9, &|jar| jar.value("one").is_some()).await.expect("followed");
    assert!(early.cookies.value("two").is_none(), "it stops with what is enough");
    let before = host.asked().len();
    go("/round", 4, &|_| false).await.expect("followed");
    assert_eq!(host.asked().len() - before, 4, "a circle ends");
    assert!(go("/down", 9, &|_| false).await.expect("followed").led_away, "never down to http");
    let broken = go("/broken", 9, &|_| false).await.expect("the first answer came");
    assert_eq!(broken.broken.expect("broken").reason, Reason::Connect);
    assert!(broken.cookies.value("kept").is_some());
    let outside =
        http.get("q", "https://c.example.com/").follow(Follow { hops: 1, hosts: &hosts, enough: &|_| false }, NOW);
    assert!(outside.await.is_err());
}

#[tokio::test]
async fn neither_errors_nor_outlines_carry_what_was_sent() {
    let host = host(|_| Reply::html(200, "canary-body").with("location", "https://x.example/?canary-location=1")).await;
    let http = client(config(&host));
    let jar = CookieJar::from_header("s=canary-cookie", "example.com").expect("jar");
    let ask = http.post_form("q", URL, &[("token", "canary-form")]).cookies(&jar);
    let mut printed = format!("{ask:?} {http:?}");
    let answer = ask.send(NOW).await.expect("an answer");
    printed += &format!("{answer:?} {:?}", answer.json::<u8>());
    drop(host);
    let error = http.get("q", URL).cookies(&jar).once().send(NOW).await.expect_err("gone");
    printed += &format!("{error} {error:?}");
    assert!(!printed.contains("canary"), "{printed}");
}

/// Some answers are late by design: a question may wait longer than others do, and never longer than all tries may.
#[tokio::test]
async fn a_question_has_time_of_its_own_within_the_time_of_all_tries() {
    let millis = Duration::from_millis;
    let host = host(|_| Reply::Silent).await;
    let timeouts = Timeouts { connect: millis(500), request: millis(100), total: millis(900) };
    let http = client(HttpConfig { timeouts, ..config(&host) });
    for (own, least, most) in [(millis(400), 400, 30_000), (Duration::from_secs(60), 850, 30_000)] {
        let started = Instant::now();
        let error = http.get("q", URL).once().timeout(own).send(NOW).await.expect_err("no answer");
        let took = started.elapsed();
        assert_eq!((error.kind, error.reason), (ErrorKind::Network, Reason::Timeout));
        assert!(took >= millis(least) && took < millis(most), "{own:?}: {took:?}");
    }
}
