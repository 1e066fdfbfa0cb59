//! Ways out of accounts: given, tried out, taken away, and what happens when one is down.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::door::{Doors, MINUTE};

const SECRET: &str = "proxy-canary-secret";

/// A proxy that lets everything out at the sandbox, and how many bytes of questions went through it.
struct Proxy {
    address: SocketAddr,
    taken: Arc<AtomicU64>,
}

impl Proxy {
    async fn open(doors: &Doors) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (address, taken) = (listener.local_addr().unwrap(), Arc::<AtomicU64>::default());
        let (counted, sandbox) = (Arc::clone(&taken), doors.app.sandbox.addr());
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let counted = Arc::clone(&counted);
                tokio::spawn(async move {
                    let Ok(far) = TcpStream::connect(sandbox).await else { return };
                    let ((mut asks, mut hears), (mut answers, mut asked)) = (near.into_split(), far.into_split());
                    tokio::spawn(async move { tokio::io::copy(&mut answers, &mut hears).await });
                    let mut part = [0; 4096];
                    while let Ok(length @ 1..) = asks.read(&mut part).await {
                        counted.fetch_add(length as u64, SeqCst);
                        if asked.write_all(&part[..length]).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { address, taken }
    }

    fn url(&self) -> String {
        format!("http://user:{SECRET}@{}", self.address)
    }

    fn taken(&self) -> u64 {
        self.taken.load(SeqCst)
    }
}

/// An address where nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    format!("socks5h://user:{SECRET}@{}", listener.local_addr().unwrap())
}

/// How many questions have reached any platform.
fn questions(doors: &Doors) -> u64 {
    doors.app.control().counters().values().flat_map(|host| host.values()).sum()
}

async fn account(doors: &Doors, person: &str) -> String {
    let fields = json!({ "email": format!("{person}@example.test"), "password": format!("sandbox-{person}") });
    doors.logged_in("smartcv", "password", fields).await
}

#[tokio::test]
async fn a_proxy_is_given_tried_out_and_taken_away_and_its_password_is_never_shown() {
    let mut doors = Doors::open().await;
    let id = account(&doors, "lin").await;
    let set = format!("/desktop/v1/accounts/{id}/proxy");
    for wrong in ["ftp", "socks4", "gopher"] {
        let refused =
            doors.owner("PUT", &set, json!({ "proxy": format!("{wrong}://user:{SECRET}@127.0.0.1:1") })).await;
        assert_eq!(refused.error(400, "INVALID_REQUEST")["details"]["field"], "proxy", "{wrong}");
    }
    for (body, field) in [(json!({}), "proxy"), (json!({ "proxy": 7 }), "proxy"), (json!({ "porxy": null }), "porxy")] {
        let refused = doors.owner("PUT", &set, body).await;
        assert_eq!(refused.error(400, "INVALID_REQUEST")["details"]["field"], field);
    }
    doors.script("PUT", &set, json!({ "proxy": null })).await.error(403, "FORBIDDEN");
    assert_eq!(doors.account(&id).await["more"]["proxy"], Value::Null, "nothing of that was taken");

    let proxy = Proxy::open(&doors).await;
    let port = proxy.address.port();
    let given = doors.owner("PUT", &set, json!({ "proxy": proxy.url() })).await;
    let face = json!({ "scheme": "http", "host": "127.0.0.1", "port": port, "has_user": true });
    assert_eq!(given.data(200)["more"]["proxy"], face);
    let tried = doors.owner("POST", "/desktop/v1/proxy/test", json!({ "account_id": id })).await;
    let tried = tried.data(200);
    assert_eq!((&tried["ok"], &tried["reason"], &tried["through"]), (&json!(true), &json!("ok"), &face));
    assert_eq!(tried["asked"], "www.smartcv.cc", "the account's platform");
    assert!(tried.get("address").is_none(), "nobody knows which address the platform sees");
    let taken = proxy.taken();
    assert!(taken > 0 && doors.is_healthy(&id).await && proxy.taken() > taken, "checks take it");
    doors.restart().await;
    let taken = proxy.taken();
    assert!(doors.is_healthy(&id).await && proxy.taken() > taken, "after a restart as well");

    doors.owner("PUT", &set, json!({ "proxy": null })).await.data(200);
    let taken = proxy.taken();
    assert!(doors.is_healthy(&id).await);
    assert_eq!((proxy.taken(), &doors.account(&id).await["more"]["proxy"]), (taken, &Value::Null));
    doors.kept_silent_about(&id, &[SECRET]).await;
}

#[tokio::test]
async fn a_test_goes_through_the_proxy_or_not_at_all() {
    let doors = Doors::open().await;
    let id = account(&doors, "lin").await;
    let test = async |body: Value| doors.owner("POST", "/desktop/v1/proxy/test", body).await;
    let before = questions(&doors);
    for body in [json!({}), json!({ "account_id": id }), json!({ "proxy": null, "account_id": null })] {
        let refused = test(body).await;
        assert_eq!(refused.error(400, "INVALID_REQUEST")["details"]["field"], "proxy", "there is none to try");
    }
    test(json!({ "proxy": "ftp://127.0.0.1:1" })).await.error(400, "INVALID_REQUEST");
    test(json!({ "proxy": nobody().await, "account_id": "acc_nobody" })).await.error(404, "ACCOUNT_NOT_FOUND");
    let dead = test(json!({ "proxy": nobody().await, "account_id": id })).await;
    let dead = dead.data(200);
    assert_eq!(
        (&dead["ok"], &dead["reason"], &dead["through"]["scheme"]),
        (&json!(false), &json!("proxy"), &json!("socks5h"))
    );
    assert_eq!(questions(&doors), before, "nobody was asked past it");
    let proxy = Proxy::open(&doors).await;
    let good = test(json!({ "proxy": proxy.url() })).await;
    assert_eq!(good.data(200)["ok"], true);
    assert!(proxy.taken() > 0 && questions(&doors) > before);
    assert_eq!(doors.account(&id).await["more"]["proxy"], Value::Null, "trying is not giving");
    doors.kept_silent_about(&id, &[SECRET]).await;
}

#[tokio::test]
async fn with_its_proxy_down_an_account_says_so_and_neither_dies_nor_goes_out_alone() {
    let mut doors = Doors::open().await;
    let (lin, zhou) = (account(&doors, "lin").await, account(&doors, "zhou").await);
    let bulk = async |doors: &Doors, proxy: Value| {
        let body = json!({ "account_ids": [lin, zhou, "acc_gone"], "proxy": proxy });
        doors.owner("POST", "/desktop/v1/accounts/bulk-update", body).await
    };
    let refused = bulk(&doors, json!(format!("ftp://user:{SECRET}@127.0.0.1:1"))).await;
    assert_eq!(refused.error(400, "INVALID_REQUEST")["details"]["field"], "proxy");
    let done = bulk(&doors, json!(nobody().await)).await;
    assert_eq!(done.data(200)["done"].as_array().unwrap().len(), 2);
    assert_eq!(done.data(200)["skipped"][0]["code"], "ACCOUNT_NOT_FOUND");
    doors.restart().await;
    let before = questions(&doors);
    for id in [&lin, &zhou] {
        for _ in 0..3 {
            assert_eq!(doors.check(id).await, (false, "unknown".into(), "proxy".into()));
            doors.app.advance(2 * MINUTE);
        }
        assert_eq!(doors.account(id).await["status"], "active", "it is the proxy that is dead");
        let asked = doors.operate(id, "get_account", json!({})).await;
        assert_eq!(asked.error(502, "PLATFORM_ERROR")["details"]["reason"], "proxy");
        let path = format!("/api/v1/accounts/{id}/quotas?refresh=true");
        let read = doors.script("GET", &path, Value::Null).await;
        assert_eq!(read.error(502, "PLATFORM_ERROR")["details"]["reason"], "proxy");
    }
    let form = doors.begin("smartcv", "password", Some(&lin)).await;
    let login = doors.fill(&form, json!({ "email": "lin@example.test", "password": "sandbox-lin" })).await;
    assert_eq!(login.view["form"]["problem"]["reason"], "proxy", "logins take it as well");
    assert_eq!(questions(&doors), before, "not one question went past it");
    let done = bulk(&doors, Value::Null).await;
    assert_eq!(done.data(200)["done"].as_array().unwrap().len(), 2);
    assert!(doors.is_healthy(&lin).await && doors.is_healthy(&zhou).await);
    doors.kept_silent_about(&lin, &[SECRET, "sandbox-lin"]).await;
}
