//! Each platform that people log in to on a page of its own, in the real window system (`cargo xtask window` gives it
//! a display) against the stand-ins' pages: the code is read from the window's pixels, a phone scans it, the session
//! comes into the vault, and the account opens logged in.

#![allow(clippy::expect_used, clippy::panic, reason = "the whole file is a test")]

#[path = "support/opened.rs"]
mod opened;

use std::process::Command;

use opened::Opened;
use roster_sandbox::{Sandbox, SandboxConfig};
use roster_tests::window::{capture_titled, read_qr};
use serde_json::{Value, json};

/// A platform and where its pages are.
struct Place {
    platform: &'static str,
    site: Option<&'static str>,
    /// How the window's title begins.
    title: &'static str,
    login_host: &'static str,
}

const fn place(platform: &'static str, title: &'static str, login_host: &'static str) -> Place {
    Place { platform, site: None, title, login_host }
}

const PLACES: [Place; 6] = [
    place("douyin", "^抖音 · ", "creator.douyin.com"),
    place("xiaohongshu", "^小红书 · ", "creator.xiaohongshu.com"),
    Place {
        site: Some("https://creator.rednote.com"), ..place("xiaohongshu", "^小红书 · ", "creator.rednote.com")
    },
    place("jimeng", "^即梦 · ", "jimeng.jianying.com"),
    place("dreamina", "^Dreamina · ", "dreamina.capcut.com"),
    place("toutiao", "^今日头条 · ", "mp.toutiao.com"),
];
const SMARTCV: Place = place("smartcv", "^SmartCV · ", "www.smartcv.cc");
/// Whoever logs in, and the name that the stand-ins know.
const PERSON: (&str, &str) = ("lin", "林小夏的厨房");

/// The app and the stand-ins.
struct Street {
    app: Opened,
    sandbox: Sandbox,
}

impl Street {
    async fn new() -> Self {
        let sandbox = Sandbox::start(SandboxConfig::default()).await.expect("a free port");
        let app = Opened::beside(sandbox.addr()).await;
        Self { app, sandbox }
    }

    /// Opens the platform's login page and waits until it is shown.
    async fn log_in_at(&self, place: &Place) -> String {
        let start = json!({ "platform": place.platform, "site": place.site, "account_id": null });
        let login = self.app.begin(start).await;
        let shown = self.app.login_is(&login, |view| view["window"]["host"] == place.login_host).await;
        assert_eq!((&shown["phase"], &shown["window"]["candidate"]), (&json!("waiting"), &json!(false)), "{shown}");
        login
    }

    /// What the code on the screen says, read from the pixels by two decoders.
    async fn code_on_screen(&self, place: &Place) -> String {
        let picture = self.app.home.path().join("screen.png");
        self.app
            .until("a code on the screen", async || {
                capture_titled(place.title, &picture).map_err(|error| error.to_string())?;
                let read = read_qr(&picture).map_err(|error| error.to_string())?;
                read.agreed().map(str::to_owned).ok_or_else(|| format!("{read:?}"))
            })
            .await
    }

    /// The account that a login made, as it should be.
    async fn account_of(&self, login: &str, place: &Place) -> String {
        let done = self.app.login_is(login, |view| view["phase"] == "done").await;
        assert_eq!((&done["result"]["created"], &done["result"]["status"]), (&json!(true), &json!("active")), "{done}");
        self.app.no_windows(place.title).await;
        let id = done["result"]["account_id"].as_str().expect("an account").to_owned();
        let account = self.app.account(&id).await;
        let wanted = self.sandbox.control().people().into_iter().find(|person| person.id == PERSON.0).expect("lin");
        assert_eq!(account["more"]["identity"], wanted.user_ids[place.platform].as_str(), "{account}");
        assert_eq!(account["more"]["profile"]["name"], PERSON.1, "{account}");
        let ends = account["more"]["forecast"]["ends_at"].as_str().expect("it says when it ends");
        let ends: jiff::Timestamp = ends.parse().expect("a time");
        let sessions = self.sandbox.control().sessions().into_iter();
        let sessions = sessions.filter(|session| session.platform == place.platform);
        let session = sessions.max_by_key(|session| session.number).expect("a session");
        let apart = ends.duration_since(session.expires_at).abs();
        assert!(apart < jiff::SignedDuration::from_secs(3), "{}: {ends} {session:?}", place.platform);
        id
    }

    /// The account's own page knows who it is, by the cookies that its server receives in the first request.
    async fn opens_logged_in(&self, id: &str, place: &Place) {
        let requests = |after| self.sandbox.control().requests(after);
        let before = requests(0).last().map_or(0, |request| request.number);
        assert!(self.app.open_page(id).await, "{}", place.platform);
        let first = self.app.until("the home page", async || {
            let pages = requests(before).into_iter();
            pages
                .into_iter()
                .find(|request| request.endpoint == "home")
                .ok_or_else(|| format!("{:?}", requests(before)))
        });
        let first = first.await;
        assert_eq!(first.person.as_deref(), Some(PERSON.0), "{}: {first:?}", place.platform);
        // It is the page of somebody who is there: only that one asks what is wished.
        self.app
            .until("the home page names the person", async || {
                let talks = |request: &roster_sandbox::RequestView| {
                    request.path.ends_with("/wish") && request.person.as_deref() == Some(PERSON.0)
                };
                if requests(before).iter().any(talks) { Ok(()) } else { Err(format!("{:?}", requests(before))) }
            })
            .await;
        assert!(self.app.close_page(id).await, "{}", place.platform);
        self.app.no_windows(place.title).await;
    }

    /// Types into a window as a person does.
    fn types(&self, place: &Place, keys: &[&[&str]]) {
        let window = self.app.windows(place.title).pop().expect("a window");
        let mut calls = vec![vec!["windowfocus", "--sync", window.as_str()]];
        calls.extend(keys.iter().map(|call| call.to_vec()));
        for call in calls {
            assert!(Command::new("xdotool").args(&call).status().expect("xdotool").success(), "{call:?}");
        }
    }
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask window"]
async fn a_code_on_the_platforms_page_is_scanned_and_the_account_opens_logged_in() {
    let street = Street::new().await;
    for place in &PLACES {
        let login = street.log_in_at(place).await;
        let text = street.code_on_screen(place).await;
        let code = street.sandbox.control().scan(&text, PERSON.0).expect("a code of this platform");
        assert_eq!(code.platform, place.platform);
        street.sandbox.control().confirm(&code.handle).expect("scanned");
        let id = street.account_of(&login, place).await;
        let site = street.app.account(&id).await["more"]["site"].clone();
        assert!(place.site.is_none() || site == json!(place.site), "{site}");
        street.opens_logged_in(&id, place).await;
        // The same person at another site of the platform would be the same account.
        street.app.ask("DELETE", &format!("/api/v1/accounts/{id}"), None).await;
    }
    street.app.stage.end().await.expect("ends");
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask window"]
async fn e_mail_and_password_are_typed_into_smartcvs_page_and_the_account_opens_logged_in() {
    let street = Street::new().await;
    for family in ["next_auth", "authjs"] {
        street.sandbox.control().set_mode("smartcv", "cookies", family).expect("a mode");
        let login = street.log_in_at(&SMARTCV).await;
        street.types(
            &SMARTCV,
            &[
                &["key", "Tab"],
                &["type", "lin@example.test"],
                &["key", "Tab"],
                &["type", "sandbox-lin"],
                &["key", "Return"],
            ],
        );
        let id = street.account_of(&login, &SMARTCV).await;
        street.opens_logged_in(&id, &SMARTCV).await;
        let gone: Value = street.app.ask("DELETE", &format!("/api/v1/accounts/{id}"), None).await;
        assert!(!gone.is_string());
    }
    street.app.stage.end().await.expect("ends");
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask window"]
async fn a_session_from_smartcvs_form_opens_logged_in_under_its_own_names() {
    let street = Street::new().await;
    let start = json!({ "platform": "smartcv", "method": "password" });
    let login = street.app.post("/desktop/v1/logins", start).await["session_id"].as_str().expect("an id").to_owned();
    street.app.login_is(&login, |view| view["phase"] == "needs_input").await;
    let fields = json!({ "fields": { "email": "lin@example.test", "password": "sandbox-lin" } });
    street.app.post(&format!("/desktop/v1/logins/{login}/fields"), fields).await;
    let id = street.account_of(&login, &SMARTCV).await;
    street.opens_logged_in(&id, &SMARTCV).await;
    let pages = street.sandbox.control().requests(0);
    let home = pages.iter().find(|request| request.endpoint == "home").expect("the home page");
    assert!(home.cookies.iter().any(|name| name == "__Secure-next-auth.session-token"), "{home:?}");
    street.app.stage.end().await.expect("ends");
}
