//! The API as a door sees it, over a real engine and a real vault in a folder of its own.

#![allow(dead_code, reason = "each test file uses its own part of this")]

mod documented;
mod scripted;
mod shape;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use jiff::Timestamp;
use roster_api::{Caller, Places};
use roster_engine::{CheckLimits, Engine, EngineConfig, KdfParams, Ports};
use roster_platform::{Adapter, HostLimits, HttpConfig, HttpFactory};
use roster_platforms::AdapterSettings;
use roster_tests::app::{Drawer, ManualClock, NOW};
pub(crate) use scripted::Scripted;
use serde_json::Value;
pub(crate) use shape::same_shape;
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// What a call came to.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The answer's data, when it is a success with this status.
    pub(crate) fn data(&self, status: u16) -> &Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.body["success"], true, "{}", self.body);
        &self.body["data"]
    }

    /// The error, when it is one with this code and its status.
    pub(crate) fn error(&self, status: u16, code: &str) -> &Value {
        assert_eq!((self.status.as_u16(), self.body["error"]["code"].as_str()), (status, Some(code)), "{}", self.body);
        same_shape(
            &self.body,
            &serde_json::json!({"success": false, "error": {"code": "", "message": "", "details": null}}),
        );
        &self.body["error"]
    }
}

/// Any request; the answer has to be one that the description of its route names.
pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    documented::holds(&method, &path, parts.status, &body);
    Answer { status: parts.status, headers: parts.headers, body }
}

/// An app without a window.
pub(crate) struct App {
    pub(crate) engine: Engine,
    pub(crate) router: Router,
    dir: TempDir,
    files: PathBuf,
}

impl App {
    /// With the two platforms that the contract's examples speak of, and no vault yet.
    pub(crate) fn new() -> Self {
        Self::over(vec![Arc::new(Scripted::new("xiaohongshu")), Arc::new(Scripted::new("douyin"))])
    }

    /// With these platforms, and no vault yet.
    pub(crate) fn over(adapters: Vec<Arc<dyn Adapter>>) -> Self {
        let dir = TempDir::new().unwrap();
        let files = dir.path().join("files");
        std::fs::create_dir(&files).unwrap();
        Self::made(adapters, HttpConfig::default(), Ports::bare(), (dir, files))
    }

    /// With every platform there is, all of them played by one host on loopback. Time stands still.
    pub(crate) fn asking(addr: SocketAddr) -> Self {
        let dir = TempDir::new().unwrap();
        let files = dir.path().join("files");
        std::fs::create_dir(&files).unwrap();
        let limits = HostLimits { per_second: 0.0, ..HttpConfig::default().limits };
        let http = HttpConfig { sandbox: Some(addr), limits, ..HttpConfig::default() };
        let clock = ManualClock::at(Timestamp::from_second(NOW).unwrap());
        let ports = Ports { clock: Arc::new(clock), ..Ports::bare() };
        Self::made(roster_platforms::all(&AdapterSettings::default()), http, ports, (dir, files))
    }

    /// The same, with dialogs that save to this folder and open from it.
    pub(crate) fn over_with_files(adapters: Vec<Arc<dyn Adapter>>, files: &Path) -> Self {
        let places = (TempDir::new().unwrap(), files.to_owned());
        Self::made(adapters, HttpConfig::default(), Ports::bare(), places)
    }

    /// Where file dialogs save to and open from.
    pub(crate) fn files(&self) -> &Path {
        &self.files
    }

    fn made(adapters: Vec<Arc<dyn Adapter>>, http: HttpConfig, ports: Ports, places: (TempDir, PathBuf)) -> Self {
        let (dir, files) = places;
        let engine = Engine::new(EngineConfig {
            data_dir: dir.path().to_path_buf(),
            adapters,
            http: HttpFactory::new(http).unwrap(),
            ports: Ports { files: Arc::new(Drawer::new(&files)), ..ports },
            kdf: KdfParams::floor(),
            limits: CheckLimits::default(),
        });
        let places = Places { data_dir: dir.path().to_path_buf(), ..Places::default() };
        let router = roster_api::api_router(engine.clone()).merge(roster_api::desktop_router(engine.clone(), places));
        Self { engine, router, dir, files }
    }

    /// With an open vault.
    pub(crate) async fn open() -> Self {
        let app = Self::new();
        app.engine.create_vault(PASSWORD.into()).await.unwrap();
        app
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.call("POST", path, body).await
    }

    /// A call of the owner.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        self.call_as(Some(Caller::Owner), method, path, body).await
    }

    /// A call of whoever.
    pub(crate) async fn call_as(&self, caller: Option<Caller>, method: &str, path: &str, body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        if let Some(caller) = caller {
            request = request.extension(caller);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Any request.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        send(&self.router, request).await
    }

    /// A verified account out of the contract's own request.
    pub(crate) async fn account(&self, session: &str) -> String {
        let body = format!(
            r#"{{"platform":"xiaohongshu","account_name":"小红书主号","cookie_data":"a1={session}","priority":8}}"#
        );
        let created = self.post("/api/v1/accounts", &body).await;
        let id = created.data(201)["account_id"].as_str().unwrap().to_owned();
        self.post(&format!("/api/v1/accounts/{id}/health-check"), "").await.data(200);
        id
    }
}
