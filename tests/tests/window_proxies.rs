//! Windows of accounts with a proxy, in the real window system: `cargo xtask window` gives it a display. The app is
//! the one that its owner starts, pointed at the real platforms; whom it calls is read from the system calls of all
//! its processes.

#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::panic, reason = "the whole file is a test")]

#[path = "support/opened.rs"]
mod opened;

use std::net::{Ipv4Addr, SocketAddr};

use opened::Opened;
use roster_tests::traffic::Traffic;
use serde_json::{Value, json};

const COOKIES: &str = "web_session=a; access-token-creator.xiaohongshu.com=a; galaxy_creator_session_id=a; a1=b";
const WINDOW: &str = "^小红书 · ";

/// An address that is taken and where nobody listens.
fn nobody() -> (tokio::net::TcpSocket, SocketAddr) {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
    let address = socket.local_addr().expect("bound");
    (socket, address)
}

impl Opened {
    /// How much is written down by now.
    fn mark(&self) -> usize {
        std::fs::metadata(self.calls()).map_or(0, |facts| usize::try_from(facts.len()).expect("a length"))
    }

    fn traffic(&self, from: usize) -> Traffic {
        Traffic::read(&self.calls(), from).expect("a log")
    }

    async fn calls_for(&self, what: &str, from: usize, seen: impl Fn(&Traffic) -> bool) {
        self.until(what, async || {
            let traffic = self.traffic(from);
            if seen(&traffic) { Ok(()) } else { Err(format!("{traffic:?}")) }
        })
        .await;
    }
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask window"]
async fn with_the_proxy_down_a_window_looks_nothing_up_and_calls_nobody_else() {
    let app = Opened::outside().await;
    let mut settings = app.ask("GET", "/desktop/v1/settings", None).await;
    settings["health_enabled"] = false.into();
    app.ask("PUT", "/desktop/v1/settings", Some(settings)).await;
    let new = json!({ "platform": "xiaohongshu", "cookie_data": COOKIES });
    let id = app.post("/api/v1/accounts", new).await["account_id"].as_str().expect("an id").to_owned();
    // It has no proxy yet, and is asked about once.
    app.until("the first check is over", async || {
        let account = app.account(&id).await;
        let over = account["more"]["checking"] == false && account["more"]["last_check"] != Value::Null;
        if over { Ok(()) } else { Err(account.to_string()) }
    })
    .await;

    for scheme in ["http", "socks5"] {
        let (_held, proxy) = nobody();
        let address = json!({ "proxy": format!("{scheme}://{proxy}") });
        app.ask("PUT", &format!("/desktop/v1/accounts/{id}/proxy"), Some(address)).await;
        let from = app.mark();
        let login = app.begin(json!({ "platform": "xiaohongshu", "account_id": id })).await;
        app.login_is(&login, |view| view["window"]["open"] == true).await;
        app.calls_for("the login window asks the proxy", from, |traffic| traffic.count(proxy) > 0).await;
        app.ask("DELETE", &format!("/desktop/v1/logins/{login}"), None).await;
        app.no_windows(WINDOW).await;

        let opened = app.mark();
        assert!(app.open_page(&id).await);
        app.calls_for("the opened account asks the proxy", opened, |traffic| traffic.count(proxy) > 0).await;
        assert!(app.close_page(&id).await);
        app.no_windows(WINDOW).await;

        let traffic = app.traffic(from);
        assert_eq!(traffic.besides(&[proxy]), [], "{scheme}");
        assert!(!traffic.asks_for_names(), "{scheme}: {:?} {:?}", traffic.names, traffic.resolvers);
    }

    // Without a proxy the same reading sees the name that a window asks for.
    let from = app.mark();
    let login = app.begin(json!({ "platform": "douyin" })).await;
    app.calls_for("a window without a proxy asks for a name", from, Traffic::asks_for_names).await;
    app.ask("DELETE", &format!("/desktop/v1/logins/{login}"), None).await;
    app.stage.end().await.expect("ends");
}
