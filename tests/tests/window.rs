//! The app's real window, driven by WebDriver: `cargo xtask window` gives it a display and runs these.

#![allow(clippy::expect_used, clippy::panic, reason = "the whole file is a test")]

use std::{path::PathBuf, time::Duration};

use roster_tests::{
    secrets::{Process, family},
    window::{Programs, Stage, What},
};
use serde_json::json;
use tempfile::TempDir;

const PASSWORD: &str = "纸舟 lantern 十七 orchard-7";

/// A window over an empty data folder, in Chinese.
struct Open {
    stage: Stage,
    folder: TempDir,
}

impl Open {
    async fn new(on_close: &str) -> Self {
        let programs = Programs::from_env().expect("cargo xtask window says where the programs are");
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("the data folder");
        let preferences = json!({ "language": "zh-CN", "theme": "light", "on_close": on_close });
        std::fs::write(data.join("preferences.json"), preferences.to_string()).expect("preferences");
        let stage = Stage::start(programs, &data, folder.path()).await.expect("the stage");
        Self { stage, folder }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    async fn make_vault(&self) {
        let body = json!({ "password": PASSWORD });
        self.stage.page.turn("/desktop/v1/vault", Some(body)).await.expect("the vault is made");
    }

    async fn end(self) {
        self.stage.end().await.expect("ends");
    }
}

#[tokio::test]
#[ignore = "needs a display and WebKitWebDriver: cargo xtask window"]
async fn a_locked_vault_opens_with_its_password_only_and_locks_again() {
    let mut open = Open::new("quit").await;
    open.make_vault().await;
    open.stage.restart_app().await.expect("opens again");
    let page = &open.stage.page;

    page.type_into(&What::field("密码"), "not the password").await.expect("the unlock page");
    page.press(&What::button("解锁")).await.expect("pressed");
    page.see(&What::text("密码不对")).await.expect("the refusal is said");

    // A wrong password makes the next try wait; the button says when.
    page.type_into(&What::field("密码"), PASSWORD).await.expect("typed");
    page.press_and_turn(&What::button("解锁")).await.expect("pressed");
    page.see(&What::link("/accounts")).await.expect("the vault is open");

    page.keys("\u{E009}l").await.expect("Ctrl+L");
    page.see(&What::text("保险库已锁定")).await.expect("locked");
    let (status, body) = open.stage.page.call("GET", "/api/v1/accounts", None).await.expect("answers");
    assert_ne!(status, 200, "{body}");
    open.end().await;
}

#[tokio::test]
#[ignore = "needs a display and WebKitWebDriver: cargo xtask window"]
async fn closing_asks_once_and_quitting_closes_the_vault() {
    let open = Open::new("ask").await;
    open.make_vault().await;
    let page = &open.stage.page;
    press_close();
    page.see(&What::id("close-question")).await.expect("the question");
    page.keys("\u{E00C}").await.expect("Esc");
    page.see_gone(&What::id("close-question")).await.expect("the question goes, the window stays");

    press_close();
    page.press(&What::id("close-quit")).await.expect("an answer");
    let preferences = open.data().join("preferences.json");
    let log = || {
        std::fs::read_dir(open.data().join("logs"))
            .expect("logs")
            .flatten()
            .any(|file| std::fs::read_to_string(file.path()).is_ok_and(|text| text.contains("shut down")))
    };
    until("the program has shut down", log).await;
    let kept = std::fs::read_to_string(preferences).expect("preferences");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&kept).expect("JSON")["on_close"], "quit");
}

/// The close button of the window's frame, through the window manager.
fn press_close() {
    let keys = ["search", "--onlyvisible", "--class", "^roster$", "windowfocus", "--sync", "key", "alt+F4"];
    let done = std::process::Command::new("xdotool").args(keys).status().expect("xdotool");
    assert!(done.success());
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while !is_so() {
        assert!(tokio::time::Instant::now() < deadline, "not within 10 s: {what}");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

#[tokio::test]
#[ignore = "needs a display and WebKitWebDriver: cargo xtask window"]
async fn the_page_reaches_its_own_commands_and_no_other() {
    let open = Open::new("quit").await;
    let (status, _) = open.stage.page.call("GET", "/desktop/v1/vault", None).await.expect("answers");
    assert_eq!(status, 200);
    let others = [
        ("plugin:event|emit", json!({ "event": "x", "payload": null })),
        ("plugin:window|set_title", json!({ "label": "main", "value": "x" })),
        ("plugin:window|close", json!({ "label": "main" })),
        ("plugin:webview|create_webview_window", json!({ "options": { "label": "x", "url": "https://example.com" } })),
        ("plugin:notification|notify", json!({ "options": { "title": "x" } })),
        ("plugin:path|resolve_directory", json!({ "directory": 1 })),
        ("plugin:resources|close", json!({ "rid": 0 })),
        ("plugin:app|version", json!({})),
        // Files are picked and secrets copied by the program alone.
        ("plugin:dialog|open", json!({ "options": {} })),
        ("plugin:dialog|save", json!({ "options": {} })),
        ("plugin:clipboard-manager|read_text", json!({})),
        ("plugin:fs|read_text_file", json!({ "path": "/etc/hostname" })),
        ("no_such_command", json!({})),
    ];
    for (command, arguments) in others {
        let answer = open.stage.page.invoke(command, arguments).await.expect("runs");
        assert!(answer.get("no").is_some(), "{command} was carried out: {answer}");
    }
    open.end().await;
}

#[tokio::test]
#[ignore = "needs a display and WebKitWebDriver: cargo xtask window"]
async fn the_window_stays_on_its_page_and_loads_nothing_from_elsewhere() {
    let open = Open::new("quit").await;
    let page = &open.stage.page;
    let sandbox = open.stage.phone.address().to_string();
    page.see(&What::button("创建保险库")).await.expect("the first page");

    let opened = page.script("return window.open('https://example.com/') === null", Vec::new()).await.expect("runs");
    assert_eq!(opened, json!(true), "a second window opened");
    let address = format!("http://{sandbox}/phone");
    page.script("location.href = arguments[0]", vec![json!(address)]).await.expect("runs");
    page.see(&What::button("创建保险库")).await.expect("still the first page");
    let origin = page.script("return location.origin", Vec::new()).await.expect("runs");
    assert_eq!(origin, json!("tauri://localhost"));

    // The content policy: nothing but the page's own files and the one way into the program.
    let fetch =
        "const done = arguments[1]; fetch(arguments[0], { mode: 'no-cors' }).then(() => done(true), () => done(false))";
    assert_eq!(page.script_async(fetch, vec![json!(address)]).await.expect("runs"), json!(false));
    let inline = "const s = document.createElement('script'); s.textContent = 'window.inline = true';
        document.head.append(s); return window.inline === true";
    assert_eq!(page.script(inline, Vec::new()).await.expect("runs"), json!(false));
    open.end().await;
}

#[tokio::test]
#[ignore = "needs a display and WebKitWebDriver: cargo xtask window"]
async fn what_is_written_is_for_its_owner_only_and_says_no_password() {
    let open = Open::new("quit").await;
    open.make_vault().await;
    until("there is a log", || std::fs::read_dir(open.data().join("logs")).map_or(0, Iterator::count) > 0).await;
    let mut files = 0;
    let mut folders = vec![open.data()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("readable") {
            let entry = entry.expect("an entry");
            let facts = entry.metadata().expect("facts");
            let mode = std::os::unix::fs::PermissionsExt::mode(&facts.permissions()) & 0o777;
            // The test itself wrote the preferences, under its own umask.
            if facts.is_dir() {
                assert_eq!(mode, 0o700, "{}", entry.path().display());
                folders.push(entry.path());
            } else if entry.file_name() != "preferences.json" {
                assert_eq!(mode, 0o600, "{}", entry.path().display());
                let bytes = std::fs::read(entry.path()).unwrap_or_default();
                assert!(!bytes.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes()), "{:?}", entry.path());
                files += 1;
            }
        }
    }
    assert!(files > 3, "only {files} files were looked at");
    open.end().await;
}

#[tokio::test]
#[ignore = "needs a display and tauri-driver: cargo xtask window"]
async fn no_process_of_the_app_leaves_a_core() {
    let open = Open::new("quit").await;
    let (status, about) = open.stage.page.call("GET", "/desktop/v1/about", None).await.expect("answers");
    assert_eq!((status, &about["data"]["core_dumps"]), (200, &json!("off")), "{about}");
    // As it is on Linux, whatever the owner prefers.
    assert_eq!(about["data"]["screen_protection"], "no", "{about}");
    let family = family(open.stage.app_id());
    assert!(family.len() > 2, "the app and its page's processes: {family:?}");
    for Process { id, name } in family {
        let limits = std::fs::read_to_string(format!("/proc/{id}/limits")).expect("it runs");
        let line = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
        let values: Vec<_> = line.split_whitespace().skip(4).take(2).collect();
        assert_eq!(values, ["0", "0"], "{name}");
    }
    open.end().await;
}
