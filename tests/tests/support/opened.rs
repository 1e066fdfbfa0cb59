//! The app in its real window over an empty vault, asked through its own door.

#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use roster_tests::window::{Programs, Stage};
use serde_json::{Value, json};
use tempfile::TempDir;

const PASSWORD: &str = "纸舟 lantern 十七 orchard-7";
const PATIENCE: Duration = Duration::from_secs(30);

/// The app and its home.
pub(crate) struct Opened {
    pub(crate) stage: Stage,
    pub(crate) home: TempDir,
}

impl Opened {
    /// Towards platforms that are at this address.
    pub(crate) async fn beside(platforms: SocketAddr) -> Self {
        let (home, environment) = home();
        let places = places(&home);
        let stage = Stage::beside(programs(), (&places.0, &places.1), platforms, environment).await;
        Self::with_vault(stage.expect("the stage"), home).await
    }

    /// Towards the real platforms, with its calls to the outside written down in the file that [`Opened::calls`] names.
    pub(crate) async fn outside() -> Self {
        let (home, mut environment) = home();
        // Name servers that do not answer shall not hold a test up, and no proxy of the machine is in the way.
        environment.push((String::from("RES_OPTIONS"), PathBuf::from("timeout:1 attempts:1")));
        for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
            environment.push((name.to_owned(), PathBuf::new()));
        }
        let places = places(&home);
        let stage = Stage::outside(programs(), (&places.0, &places.1), &calls_in(home.path()), environment).await;
        Self::with_vault(stage.expect("the stage"), home).await
    }

    async fn with_vault(stage: Stage, home: TempDir) -> Self {
        stage.page.turn("/desktop/v1/vault", Some(json!({ "password": PASSWORD }))).await.expect("the vault is made");
        Self { stage, home }
    }

    /// Where calls to the outside are written down.
    pub(crate) fn calls(&self) -> PathBuf {
        calls_in(self.home.path())
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.stage.page.call(method, path, body).await.expect("answers");
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer["data"].clone()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        self.ask("POST", path, Some(body)).await
    }

    /// Begins a login by window.
    pub(crate) async fn begin(&self, mut start: Value) -> String {
        start["method"] = "window".into();
        self.post("/desktop/v1/logins", start).await["session_id"].as_str().expect("an id").to_owned()
    }

    /// Waits until a login is where it should be.
    pub(crate) async fn login_is(&self, login: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let path = format!("/desktop/v1/logins/{login}");
        self.until(&format!("login {login}"), async || {
            let view = self.ask("GET", &path, None).await;
            if wanted(&view) { Ok(view) } else { Err(view.to_string()) }
        })
        .await
    }

    pub(crate) async fn account(&self, id: &str) -> Value {
        self.ask("GET", &format!("/api/v1/accounts/{id}?view=full"), None).await
    }

    /// Opens an account's page; answers whether a window came.
    pub(crate) async fn open_page(&self, id: &str) -> bool {
        self.post(&format!("/desktop/v1/accounts/{id}/open"), json!({})).await["opened"] == true
    }

    pub(crate) async fn close_page(&self, id: &str) -> bool {
        self.post(&format!("/desktop/v1/accounts/{id}/close-window"), json!({})).await["closed"] == true
    }

    pub(crate) async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
        let since = tokio::time::Instant::now();
        loop {
            match look().await {
                Ok(found) => return found,
                Err(now) => assert!(since.elapsed() < PATIENCE, "not in {PATIENCE:?}: {what}: {now}"),
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }

    /// The windows with such a title that can be seen, by the window manager.
    pub(crate) fn windows(&self, title: &str) -> Vec<String> {
        let found = Command::new("xdotool").args(["search", "--onlyvisible", "--name", title]).output();
        let found = String::from_utf8(found.expect("xdotool").stdout).expect("text");
        found.lines().map(str::to_owned).collect()
    }

    pub(crate) async fn no_windows(&self, title: &str) {
        self.until("no window of a platform is there", async || match self.windows(title) {
            left if left.is_empty() => Ok(()),
            left => Err(left.join(" ")),
        })
        .await;
    }
}

fn programs() -> Programs {
    Programs::from_env().expect("cargo xtask window says where the programs are")
}

/// A home of its own, and the environment that says so.
fn home() -> (TempDir, Vec<(String, PathBuf)>) {
    let home = tempfile::tempdir().expect("a folder");
    let names = ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "TMPDIR"];
    let environment = names.map(|name| {
        let folder = home.path().join(name);
        std::fs::create_dir(&folder).expect("a folder");
        (name.to_owned(), folder)
    });
    (home, environment.into())
}

/// Where the vault and the logs are.
fn places(home: &TempDir) -> (PathBuf, PathBuf) {
    let place = |name: &str| {
        let folder = home.path().join(name);
        std::fs::create_dir(&folder).expect("a folder");
        folder
    };
    let (data, logs) = (place("data"), place("logs"));
    let preferences = json!({ "language": "zh-CN", "theme": "light", "on_close": "quit", "log_level": "trace" });
    std::fs::write(data.join("preferences.json"), preferences.to_string()).expect("preferences");
    (data, logs)
}

fn calls_in(home: &Path) -> PathBuf {
    home.join("calls")
}
