//! The app on a stage: a host plays the platform, the API is asked as the UI asks it.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use roster_platform::conformance::{Asked, Host, Play, Reply};
use serde_json::{Map, Value, json};

use crate::support::{Answer, App, PASSWORD};

/// How long a login may take to get on.
const SOON: Duration = Duration::from_secs(10);
/// What stands for the account's id, which is another each time.
const ACCOUNT: &str = "acc_000000";

/// A sample of a platform's own documentation, as a file has it.
pub(crate) fn fixture(platform: &str, name: &str) -> Value {
    let path = format!("{}/../crates/platforms/src/{platform}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(&path).expect(&path)).expect(&path)
}

/// One sample and what is done with it.
pub(crate) struct Sample {
    /// What it is called in the kept file.
    pub(crate) name: String,
    /// The call, as the specification names it.
    pub(crate) call: String,
    /// The operation that covers it, and what is filled in.
    pub(crate) operation: &'static str,
    pub(crate) input: Value,
    /// What the platform answers, as the specification has it.
    pub(crate) answer: Value,
    /// How the platform plays, that answer included.
    pub(crate) play: Play,
    /// The request of the specification, and which fields our own has besides.
    pub(crate) request: Option<(Value, &'static [&'static str])>,
}

/// An account of one platform, and what was kept of it so far.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) host: Host,
    platform: &'static str,
    account: String,
    samples: Vec<Value>,
    logins: Vec<Value>,
    rest: Map<String, Value>,
}

impl Stage {
    /// An empty vault, and this platform.
    pub(crate) async fn open(platform: &'static str, play: Play) -> Self {
        let host = Host::start(play).await.unwrap();
        let app = App::asking(host.addr());
        app.engine.create_vault(PASSWORD.into()).await.unwrap();
        let (account, rest) = (String::new(), Map::new());
        Self { app, host, platform, account, samples: Vec::new(), logins: Vec::new(), rest }
    }

    /// Plays a login, form by form, and keeps where it came to.
    pub(crate) async fn log_in(&mut self, sample: Login<'_>) -> Value {
        self.host.play(Arc::clone(&sample.play));
        let start = json!({ "platform": self.platform, "method": sample.method });
        let started = self.app.post("/desktop/v1/logins", &start.to_string()).await;
        let id = started.data(201)["session_id"].as_str().unwrap().to_owned();
        let mut view = self.settled(&id).await;
        for fields in sample.forms {
            assert_eq!(view["phase"], "needs_input", "{}: {view}", sample.name);
            let body = json!({ "fields": fields }).to_string();
            self.app.post(&format!("/desktop/v1/logins/{id}/fields"), &body).await.data(200);
            view = self.settled(&id).await;
        }
        if let Some((request, adds)) = &sample.request {
            asks(&sample.name, &self.host.asked(), request, adds);
        }
        if let Some(account) = view["result"]["account_id"].as_str() {
            self.account = account.to_owned();
        }
        let (name, call, answer) = (sample.name, sample.call, sample.answer);
        let kept = json!({ "name": name, "call": call, "method": sample.method, "answer": answer, "view": view });
        self.logins.push(self.without_chance(kept));
        view
    }

    /// The login once nothing is under way.
    async fn settled(&self, id: &str) -> Value {
        let given_up = Instant::now() + SOON;
        loop {
            let answer = self.app.get(&format!("/desktop/v1/logins/{id}")).await;
            let view = answer.data(200).clone();
            if !matches!(view["phase"].as_str(), Some("loading" | "verifying")) {
                return view;
            }
            assert!(Instant::now() < given_up, "the login goes on and on: {view}");
            tokio::time::sleep(Duration::from_millis(4)).await;
        }
    }

    /// Brings an account in by its cookies.
    pub(crate) async fn bring(&mut self, cookies: &str) {
        let body = json!({ "platform": self.platform, "account_name": "", "cookie_data": cookies });
        let made = self.app.post("/api/v1/accounts", &body.to_string()).await;
        self.account = made.data(201)["account_id"].as_str().unwrap().to_owned();
        self.app.post(&format!("/api/v1/accounts/{}/health-check", self.account), "").await.data(200);
    }

    /// Keeps the account's page: who it is, what is left, what can be done.
    pub(crate) async fn keep_page(&mut self, of: &str, answer: &Value) {
        let id = self.account.clone();
        for (name, path) in [
            ("account", format!("/api/v1/accounts/{id}?view=full")),
            ("quotas", format!("/api/v1/accounts/{id}/quotas?refresh=true")),
            ("operations", format!("/api/v1/accounts/{id}/operations")),
        ] {
            let data = self.app.get(&path).await.data(200).clone();
            self.rest.insert(name.to_owned(), self.without_chance(data));
        }
        self.rest.insert(String::from("page_of"), json!({ "call": of, "answer": answer }));
    }

    /// Keeps something else that the API said.
    pub(crate) fn keep(&mut self, name: &str, value: Value) {
        let value = self.without_chance(value);
        self.rest.insert(name.to_owned(), value);
    }

    /// A call about the account.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        self.app.call(method, &path.replace("{id}", &self.account), body).await
    }

    /// Plays a sample and keeps what the app answers.
    pub(crate) async fn play(&mut self, sample: Sample) -> Value {
        let before = self.host.asked().len();
        self.host.play(Arc::clone(&sample.play));
        let path = format!("/desktop/v1/accounts/{}/operations/{}", self.account, sample.operation);
        let body = json!({ "input": sample.input, "confirmed": true }).to_string();
        let answer = self.app.post(&path, &body).await;
        if let Some((request, adds)) = &sample.request {
            asks(&sample.name, &self.host.asked()[before..], request, adds);
        }
        let kept = json!({
            "name": sample.name, "call": sample.call, "operation": sample.operation, "input": sample.input,
            "answer": sample.answer, "shown": { "status": answer.status.as_u16(), "body": answer.body },
        });
        self.samples.push(self.without_chance(kept));
        answer.body
    }

    /// Ids that are drawn, replaced.
    fn without_chance(&self, value: Value) -> Value {
        let text = value.to_string();
        let text = if self.account.is_empty() { text } else { text.replace(&self.account, ACCOUNT) };
        let mut value = serde_json::from_str(&text).unwrap();
        still(&mut value);
        value
    }

    /// Holds everything against the kept file, or writes it.
    pub(crate) fn holds(self, file: &str) {
        let mut all = self.rest;
        all.insert(String::from("platform"), json!(self.platform));
        all.insert(String::from("logins"), json!(self.logins));
        all.insert(String::from("samples"), json!(self.samples));
        let fresh = serde_json::to_string_pretty(&all).unwrap() + "\n";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/tests/samples").join(file);
        if std::env::var_os("ROSTER_WRITE").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, fresh).unwrap();
            return;
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == fresh, "{file} is stale: run ROSTER_WRITE=1 cargo test -p roster-tests --test samples");
    }
}

/// A sample of a login.
pub(crate) struct Login<'a> {
    pub(crate) name: String,
    pub(crate) call: &'a str,
    pub(crate) method: &'a str,
    pub(crate) forms: Vec<Value>,
    pub(crate) answer: Value,
    pub(crate) play: Play,
    pub(crate) request: Option<(Value, &'static [&'static str])>,
}

/// Sessions of logins, how long something took and when the next check comes are different each time.
fn still(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "session_id" => *value = json!("login_1"),
                    "duration_ms" => *value = json!(12),
                    "next_check_at" => *value = json!("2026-11-20T18:30:00Z"),
                    _ => still(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(still),
        _ => {}
    }
}

/// The app asked what the specification's sample asks: method, path, every parameter and every field, and nothing else
/// than what is named besides.
fn asks(name: &str, asked: &[Asked], request: &Value, adds: &[&str]) {
    let text = |field: &str| request[field].as_str().unwrap().to_owned();
    let (method, path) = (text("method"), text("path"));
    let fits = |asked: &&Asked| asked.method == method && asked.path == path;
    let sent = asked.iter().rev().find(fits).unwrap_or_else(|| panic!("{name}: nothing asked {method} {path}"));
    let query = json!(sent.query);
    let wanted = request.get("query").cloned().unwrap_or_else(|| json!({}));
    assert_eq!(query, wanted, "{name}: the parameters");
    let body = sent.json();
    let Some(wanted) = request.get("body") else {
        assert!(sent.body.is_empty(), "{name}: a body where the sample has none: {}", sent.body);
        return;
    };
    let wanted = wanted.as_object().unwrap();
    let sent = body.as_object().unwrap_or_else(|| panic!("{name}: no object: {body}"));
    for (field, value) in wanted {
        assert_eq!(as_read(&sent[field]), as_read(value), "{name}: {field}");
    }
    let more: Vec<&String> = sent.keys().filter(|field| !wanted.contains_key(*field)).collect();
    assert_eq!(more, adds, "{name}: fields that the sample does not have");
}

/// JSON that is kept in a text, whatever the order of its fields.
fn as_read(value: &Value) -> Value {
    let object = value.as_str().filter(|text| text.starts_with('{'));
    object.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| value.clone())
}

/// An answer as the platform would send it.
pub(crate) fn json_reply(value: &Value) -> Reply {
    Reply::json(value.to_string())
}
