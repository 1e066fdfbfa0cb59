//! Windows that show a platform's own page, in the real window system: `cargo xtask window` gives it a display.

#![allow(clippy::expect_used, clippy::panic, reason = "the whole file is a test")]

#[path = "support/opened.rs"]
mod opened;
#[path = "support/playhouse.rs"]
mod playhouse;

use std::{process::Command, time::Duration};

use opened::Opened;
use playhouse::{Playhouse, Wish};
use roster_tests::{
    secrets::{Canary, Finder, Kind, flock, search_files},
    window::What,
};
use serde_json::{Value, json};

/// The app over an empty vault, and the platform that it talks to.
struct Open {
    app: Opened,
    house: Playhouse,
}

impl std::ops::Deref for Open {
    type Target = Opened;

    fn deref(&self) -> &Opened {
        &self.app
    }
}

impl Open {
    async fn new() -> Self {
        let house = Playhouse::open().await;
        let app = Opened::beside(house.address).await;
        Self { app, house }
    }

    /// Begins a login by window.
    async fn begin(&self, account: Option<&str>) -> String {
        self.app.begin(json!({ "platform": "jimeng", "account_id": account })).await
    }

    /// Logs somebody in and answers the account's id.
    async fn add(&self, session: &str, person: u64) -> String {
        self.house.knows(session, person);
        self.house.lets_in(session);
        let login = self.begin(None).await;
        let done = self.login_is(&login, |view| view["phase"] == "done").await;
        done["result"]["account_id"].as_str().expect("an account").to_owned()
    }

    /// Waits until the home page of this session asks for what is next.
    async fn polls(&self, session: &str) {
        self.house.forget();
        self.until(&format!("a page of {session} polls"), async || {
            let seen = self.house.seen();
            let there = seen.iter().any(|one| one.path == "/poll" && one.session.as_deref() == Some(session));
            if there { Ok(()) } else { Err(format!("{seen:?}")) }
        })
        .await;
    }

    fn windows(&self) -> Vec<String> {
        self.app.windows("^即梦 · ")
    }

    async fn no_windows(&self) {
        self.app.no_windows("^即梦 · ").await;
    }
}

/// Sessions that nobody else has.
fn sessions(count: u32) -> Vec<Canary> {
    let seed = std::process::id() | 1;
    // Browsers take these letters in a cookie as they are.
    flock(Kind::Cookie, seed, count).into_iter().map(|one| Canary { text: one.text.replace('*', ""), ..one }).collect()
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask window"]
async fn a_person_logs_in_on_the_platforms_page_and_it_reaches_nothing_of_the_program() {
    let open = Open::new().await;
    let sessions = sessions(1);
    let anna = sessions[0].text.as_str();
    open.house.knows(anna, 7001);
    let login = open.begin(None).await;
    // Somebody who was here long ago has a cookie, and the platform says that it is nobody.
    let guest = open.login_is(&login, |view| view["window"]["candidate"] == true && view["phase"] == "waiting").await;
    assert_eq!(guest["window"]["host"], "jimeng.jianying.com", "{guest}");
    assert_eq!(guest["window"]["secure"], true, "{guest}");
    assert_eq!(open.windows().len(), 1);

    // Meanwhile its page has tried to get out, and into the program.
    let report = open.until("the page's report", async || open.house.reports().pop().ok_or_else(String::new)).await;
    assert_eq!(report["known"], json!({ "internals": "undefined", "ipc": "undefined", "webkit": "undefined" }));
    assert_eq!(report["attacked"]["done"], json!([]), "carried out for a page from outside");
    let tried = report["attacked"]["tried"].as_u64().expect("a number");
    assert!(tried >= 1000, "only {tried} tries");
    let pools = open.ask("GET", "/api/v1/pools", None).await;
    assert_eq!(pools["total"].as_u64().or(pools["pools"].as_array().map(|all| all.len() as u64)), Some(0), "{pools}");
    // The same script in the program's own page gets through by the program's own way.
    let attack = format!("const done = arguments[0]; ({})('own').then(done)", include_str!("support/guest/attack.js"));
    let own = open.stage.page.script_async(&attack, Vec::new()).await.expect("runs");
    let carried_out: Vec<&str> = own["done"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    for command in ["call", "window_close", "plugin:event|listen"] {
        assert!(carried_out.contains(&format!("page, invoke: {command}").as_str()), "{command}: {carried_out:?}");
    }
    let pools = open.ask("GET", "/api/v1/pools", None).await.to_string();
    assert!(pools.contains("own page, invoke") && !pools.contains("guest"), "{pools}");

    // Now the person is there.
    open.house.lets_in(anna);
    let done = open.login_is(&login, |view| view["phase"] == "done").await;
    assert_eq!((&done["result"]["created"], &done["window"]["open"]), (&json!(true), &json!(false)), "{done}");
    assert_eq!(done["result"]["status"], "active", "{done}");
    open.no_windows().await;

    let finder = Finder::new(sessions);
    let left = search_files(&[open.home.path()], &finder).expect("readable");
    assert!(left.places.is_empty() && left.bytes > 10_000, "{}", left.tell(&finder));
    open.app.stage.end().await.expect("ends");
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask window"]
async fn accounts_open_logged_in_side_by_side_and_give_back_what_changed() {
    let open = Open::new().await;
    let sessions = sessions(4);
    let [anna, bo, renewed, last] = [0, 1, 2, 3].map(|at| sessions[at].text.as_str());
    let first = open.add(anna, 7001).await;
    let second = open.add(bo, 7002).await;
    assert_ne!(first, second);

    // The parent domain's cookie is there in the sub-domain's very first request.
    open.house.forget();
    let path = |id: &str, what: &str| format!("/desktop/v1/accounts/{id}/{what}");
    assert_eq!(open.post(&path(&first, "open"), json!({})).await["opened"], true);
    open.polls(anna).await;
    assert_eq!(open.post(&path(&first, "open"), json!({})).await["opened"], false);
    open.house.forget();
    assert_eq!(open.post(&path(&second, "open"), json!({})).await["opened"], true);
    let home = open.until("the first page", async || {
        open.house.seen().into_iter().find(|one| one.path == "/ai-tool/home").ok_or_else(String::new)
    });
    let home = home.await;
    assert!(home.host.starts_with("jimeng.jianying.com.localhost"), "{home:?}");
    assert_eq!(home.session.as_deref(), Some(bo));
    // Two of one platform: each page goes on as its own person.
    open.polls(anna).await;
    open.polls(bo).await;
    assert_eq!(open.windows().len(), 2);
    assert_eq!(open.account(&first).await["more"]["window_open"], true);

    // A new value comes back into the vault, under the account's own name.
    open.house.knows(renewed, 7001);
    open.house.wishes(anna, Wish::Renew(renewed.to_owned()));
    open.until("the new session is stored", async || match open.account(&first).await["more"]["generation"].as_u64() {
        Some(2) => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .await;
    // And what came last is taken over when the window goes.
    open.house.knows(last, 7001);
    open.house.wishes(renewed, Wish::Renew(last.to_owned()));
    open.polls(last).await;
    assert_eq!(open.post(&path(&first, "close-window"), json!({})).await["closed"], true);
    open.until("the last session is stored", async || {
        match open.account(&first).await["more"]["generation"].as_u64() {
            Some(3) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
    open.house.forget();
    assert_eq!(open.post(&path(&first, "open"), json!({})).await["opened"], true);
    open.polls(last).await;

    // Who logs out in the window has ended the session; the account says so.
    assert_eq!(open.account(&second).await["more"]["first_expired_at"], Value::Null);
    open.house.wishes(bo, Wish::LogOut);
    open.until("the account is checked", async || match &open.account(&second).await["more"]["first_expired_at"] {
        Value::Null => Err(String::from("not yet")),
        _ => Ok(()),
    })
    .await;

    // The close button, and locking for the rest.
    open.no_more_than(2).await;
    open.stage.page.turn("/desktop/v1/vault/lock", None).await.expect("locks");
    open.no_windows().await;
    let finder = Finder::new(sessions);
    let left = search_files(&[open.home.path()], &finder).expect("readable");
    assert!(left.places.is_empty(), "{}", left.tell(&finder));
    open.app.stage.end().await.expect("ends");
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask window"]
async fn another_person_in_an_accounts_window_is_told_on_its_page_and_replaces_nobody() {
    let open = Open::new().await;
    let sessions = sessions(2);
    let [anna, other] = [0, 1].map(|at| sessions[at].text.as_str());
    let id = open.add(anna, 7001).await;
    let page = &open.stage.page;
    page.script(&format!("location.href = '/accounts/{id}'"), Vec::new()).await.expect("runs");
    page.see(&What::id("account-detail")).await.expect("the account's page");
    assert!(open.open_page(&id).await);
    open.polls(anna).await;
    open.house.knows(other, 7009);
    open.house.wishes(anna, Wish::Renew(other.to_owned()));

    page.see_say(&What::id("stranger"), "7009", Duration::from_secs(30)).await.expect("it is told");
    let account = open.account(&id).await;
    assert_eq!(
        (&account["more"]["identity"], &account["more"]["generation"]),
        (&json!("7001"), &json!(1)),
        "{account}"
    );
    page.press(&What::id("stranger-keep")).await.expect("an answer");
    page.see_gone(&What::id("stranger")).await.expect("it is decided");
    let all = open.ask("GET", "/api/v1/accounts?view=full", None).await;
    let people = all["accounts"].as_array().expect("a list").iter().map(|one| one["more"]["identity"].clone());
    let mut people: Vec<Value> = people.collect();
    people.sort_by_key(Value::to_string);
    assert_eq!(people, ["7001", "7009"], "{all}");
    // The account's own session is what it was.
    open.close_page(&id).await;
    open.no_windows().await;
    assert!(open.open_page(&id).await);
    open.polls(anna).await;
    open.app.stage.end().await.expect("ends");
}

impl Open {
    /// What a page opens with a person's click goes on in the same window, or nowhere.
    async fn no_more_than(&self, windows: usize) {
        for window in self.windows() {
            let keys = ["mousemove", "--window", &window, "200", "200", "click", "1"];
            assert!(Command::new("xdotool").args(keys).status().expect("xdotool").success());
        }
        self.until("the click's page", async || {
            let there = self.house.seen().iter().any(|one| one.path == "/ai-tool/popup");
            if there { Ok(()) } else { Err(String::new()) }
        })
        .await;
        assert_eq!(self.windows().len(), windows);
    }
}
