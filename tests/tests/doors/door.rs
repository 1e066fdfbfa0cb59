//! An app with both doors open.

use std::{sync::Mutex, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use roster_api::{Caller, Places, Scope};
use roster_tests::app::TestApp;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    heard,
    support::{self, Answer},
};

pub(crate) const MINUTE: Duration = Duration::from_secs(60);
/// Any answer to a form is there within this time of the app's clock.
const SOON: Duration = Duration::from_secs(5);

/// The app, and what its doors have answered so far.
pub(crate) struct Doors {
    pub(crate) app: TestApp,
    router: Router,
    said: Mutex<String>,
}

fn router(app: &TestApp) -> Router {
    let desktop = roster_api::desktop_router(app.engine.clone(), Places::default());
    roster_api::api_router(app.engine.clone()).merge(desktop)
}

/// A form that somebody sees.
pub(crate) struct Seen {
    pub(crate) login: String,
    pub(crate) view: Value,
}

impl Seen {
    pub(crate) fn phase(&self) -> &str {
        self.view["phase"].as_str().unwrap()
    }

    /// The form's id.
    pub(crate) fn form(&self) -> &str {
        self.view["form"]["id"].as_str().unwrap_or_else(|| panic!("no form: {}", self.view))
    }

    /// What is wrong with it: the field, and words in both languages.
    pub(crate) fn problem(&self) -> Option<&str> {
        let problem = &self.view["form"]["problem"];
        let words = |language: &str| problem["text"][language].as_str().is_some_and(|text| !text.is_empty());
        assert!(words("zh") && words("en"), "no words for what is wrong: {}", self.view);
        problem["field"].as_str()
    }

    /// The account that it led to.
    pub(crate) fn account(&self) -> String {
        assert_eq!(self.phase(), "done", "{}", self.view);
        self.view["result"]["account_id"].as_str().unwrap().to_owned()
    }
}

impl Doors {
    pub(crate) async fn open() -> Self {
        heard::listen();
        let app = TestApp::start().await;
        Self { router: router(&app), app, said: Mutex::default() }
    }

    /// Ends the app in order and starts it again.
    pub(crate) async fn restart(&mut self) {
        self.app.restart().await;
        self.router = router(&self.app);
    }

    pub(crate) fn mode(&self, platform: &str, key: &str, value: &str) {
        self.app.control().set_mode(platform, key, value).unwrap();
    }

    /// The first door: a program with every scope that a key can have.
    pub(crate) async fn script(&self, method: &str, path: &str, body: Value) -> Answer {
        let scopes = Scope::ALL.iter().copied().filter(|scope| *scope != Scope::Owner).collect();
        self.noted(Caller::Key(scopes), method, path, body).await
    }

    /// The second: the owner before the window.
    pub(crate) async fn owner(&self, method: &str, path: &str, body: Value) -> Answer {
        self.noted(Caller::Owner, method, path, body).await
    }

    async fn noted(&self, caller: Caller, method: &str, path: &str, body: Value) -> Answer {
        let answer = self.ask(caller, method, path, body).await;
        self.said.lock().unwrap().push_str(&answer.body.to_string());
        answer
    }

    async fn ask(&self, caller: Caller, method: &str, path: &str, body: Value) -> Answer {
        let mut request = Request::builder().method(method).uri(path).extension(caller);
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        };
        support::send(&self.router, request.body(body).unwrap()).await
    }

    /// The text that a request is answered with, whatever it is.
    pub(crate) async fn text(&self, request: Request<Body>) -> String {
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// The one answer that holds a secret.
    pub(crate) async fn reveal(&self, account: &str, name: &str) -> String {
        let path = format!("/desktop/v1/accounts/{account}/secrets/{name}/reveal");
        let answer = self.ask(Caller::Owner, "POST", &path, Value::Null).await;
        answer.data(200)["value"].as_str().unwrap().to_owned()
    }

    /// None of these stands in any answer so far, in the vault's history, in the account's uses or in the log.
    pub(crate) async fn kept_silent_about(&self, account: &str, secrets: &[&str]) {
        self.owner("GET", "/desktop/v1/vault/history", Value::Null).await.data(200);
        for path in ["", "?view=full", "/stats", "/health", "/profile", "/operations"] {
            let path = format!("/api/v1/accounts/{account}{path}");
            self.owner("GET", &path, Value::Null).await.data(200);
        }
        let (said, log) = (self.said.lock().unwrap().clone(), heard::log());
        assert!(log.len() > 1_000, "the log is listened to");
        for secret in secrets {
            assert!(secret.len() >= 8, "too short to be told from chance");
            assert!(!said.contains(secret), "an answer holds a secret");
            assert!(!log.contains(secret), "the log holds a secret");
        }
    }

    /// Opens a login with a form.
    pub(crate) async fn begin(&self, platform: &str, method: &str, account: Option<&str>) -> Seen {
        let start = json!({ "platform": platform, "method": method, "account_id": account });
        let login = self.owner("POST", "/desktop/v1/logins", start).await;
        let login = login.data(201)["session_id"].as_str().unwrap().to_owned();
        self.settled(login).await
    }

    /// Fills the form in and waits for what comes of it.
    pub(crate) async fn fill(&self, seen: &Seen, fields: Value) -> Seen {
        let path = format!("/desktop/v1/logins/{}/fields", seen.login);
        self.owner("POST", &path, json!({ "fields": fields })).await.data(200);
        self.settled(seen.login.clone()).await
    }

    async fn settled(&self, login: String) -> Seen {
        let path = format!("/desktop/v1/logins/{login}");
        let look = async || {
            let view = self.owner("GET", &path, Value::Null).await.data(200).clone();
            let rests = ["needs_input", "done", "refused", "wrong_person", "failed"];
            rests.contains(&view["phase"].as_str().unwrap()).then_some(view)
        };
        let view = self.app.until("the login's next step", SOON, look).await;
        Seen { login, view }
    }

    /// A login that succeeds at once.
    pub(crate) async fn logged_in(&self, platform: &str, method: &str, fields: Value) -> String {
        let form = self.begin(platform, method, None).await;
        self.fill(&form, fields).await.account()
    }

    /// Has an operation done by a program.
    pub(crate) async fn operate(&self, account: &str, operation: &str, input: Value) -> Answer {
        let path = format!("/api/v1/accounts/{account}/operations/{operation}");
        self.script("POST", &path, json!({ "input": input })).await
    }

    /// Has an operation done by the owner, who has read what it does and said yes.
    pub(crate) async fn confirmed(&self, account: &str, operation: &str, input: Value) -> Answer {
        let path = format!("/desktop/v1/accounts/{account}/operations/{operation}");
        self.owner("POST", &path, json!({ "input": input, "confirmed": true })).await
    }

    /// A dangerous operation is the owner's, and only after a clear yes.
    pub(crate) async fn is_the_owner_s(&self, account: &str, operation: &str, input: Value) {
        let refused = self.operate(account, operation, input.clone()).await;
        assert_eq!(refused.error(403, "FORBIDDEN")["details"]["reason"], "needs_owner", "{operation}");
        let path = format!("/desktop/v1/accounts/{account}/operations/{operation}");
        let unsaid = self.owner("POST", &path, json!({ "input": input })).await;
        assert_eq!(unsaid.error(409, "CONFLICT")["details"]["reason"], "confirmation_needed", "{operation}");
    }

    /// What a check says: healthy, verdict, reason.
    pub(crate) async fn check(&self, account: &str) -> (bool, String, String) {
        let path = format!("/api/v1/accounts/{account}/health-check?view=full");
        let answer = self.script("POST", &path, Value::Null).await;
        let (data, word) = (answer.data(200), |value: &Value| value.as_str().unwrap().to_owned());
        (data["healthy"] == true, word(&data["more"]["verdict"]), word(&data["more"]["reason"]))
    }

    pub(crate) async fn is_healthy(&self, account: &str) -> bool {
        self.check(account).await.0
    }

    /// An account as the owner's page shows it.
    pub(crate) async fn account(&self, account: &str) -> Value {
        self.owner("GET", &format!("/api/v1/accounts/{account}?view=full"), Value::Null).await.data(200).clone()
    }

    /// One quota of an account as it is known, without asking anew.
    pub(crate) async fn quota(&self, account: &str, key: &str) -> Value {
        let answer = self.script("GET", &format!("/api/v1/accounts/{account}/quotas"), Value::Null).await;
        let items = answer.data(200)["items"].as_array().unwrap().clone();
        items.into_iter().find(|item| item["key"] == key).unwrap_or_else(|| panic!("no {key}: {}", answer.body))
    }
}
